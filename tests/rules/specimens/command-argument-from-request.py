import asyncio
import os
import subprocess

from flask import Flask, request

app = Flask(__name__)
TOOLS = {"gzip": "/bin/gzip"}


@app.route("/run")
def flask_run():
    tool = request.args["tool"]
    # ruleid: command-argument-from-request
    subprocess.run([tool, "--version"], check=False)
    # ruleid: command-argument-from-request
    subprocess.Popen(request.args["line"].split())
    # ok: command-argument-from-request
    subprocess.run(["/bin/gzip", "--", request.args["file"]], check=False)
    # ok: command-argument-from-request
    subprocess.run([TOOLS[tool], "--version"], check=False)
    return "ok"


def django_run(request):
    # ruleid: command-argument-from-request
    os.execv(request.POST["program"], ["x"])
    program = "gzip" if request.POST.get("small") else "cat"
    # ok: command-argument-from-request
    subprocess.run([program, "file"], check=False)


@app.get("/run/{tool}")
async def fastapi_run(tool: str):
    if tool not in TOOLS:
        raise HTTPException(404)
    # ok: command-argument-from-request
    return await asyncio.create_subprocess_exec(tool)


@app.get("/start/{tool}")
async def fastapi_start(tool: str):
    # ruleid: command-argument-from-request
    return await asyncio.create_subprocess_exec(tool, "--help")


def another_1(name):
    tainted = request.args["x"]
    # ruleid: command-argument-from-request
    subprocess.f_1(args=tainted)
    # ruleid: command-argument-from-request
    os.execvp(tainted)
    # ruleid: command-argument-from-request
    os.execl(tainted)
    # ruleid: command-argument-from-request
    os.spawnl(mode_1, tainted)
    # ruleid: command-argument-from-request
    os.spawnv(mode_1, tainted)
    # ruleid: command-argument-from-request
    os.spawnlp(mode_1, tainted)
    # ruleid: command-argument-from-request
    os.startfile(tainted)
    # ruleid: command-argument-from-request
    pexpect.spawn(tainted, ["k"])


def through_a_shell(request):
    words = request.GET["words"]
    # ok: command-argument-from-request
    subprocess.getoutput(words)
    # ok: command-argument-from-request
    subprocess.getstatusoutput(words)
    # ok: command-argument-from-request
    subprocess.list2cmdline(words)
    # ok: command-argument-from-request
    subprocess.run(words, shell=True)
