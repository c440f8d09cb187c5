import asyncio
import os
import shlex
import subprocess

from flask import Flask, request

app = Flask(__name__)
ALLOWED = {"day": "logs/day", "week": "logs/week"}


@app.route("/ping")
def flask_ping():
    host = request.args.get("host")
    # ruleid: command-from-request
    os.system("ping -c 1 " + host)
    # ruleid: command-from-request
    subprocess.run(f"ping -c 1 {host}", shell=True, check=False)
    # ruleid: command-from-request
    subprocess.check_output(["sh", "-c", "ping " + host])
    # ok: command-from-request
    subprocess.run(["ping", "-c", "1", "--", host], check=False)
    # ok: command-from-request
    subprocess.run("ping -c 1 " + shlex.quote(host), shell=True, check=False)
    # ok: command-from-request
    os.system("ls " + ALLOWED[request.args["period"]])
    return "ok"


@app.route("/trace")
def flask_checked():
    host = request.form["host"]
    if not re.fullmatch(r"[a-z0-9.]+", host):
        abort(400)
    # ok: command-from-request
    os.system("traceroute " + host)


def django_convert(request):
    name = request.POST["name"]
    command = "convert %s out.png" % name
    # ruleid: command-from-request
    os.popen(command)
    # ok: command-from-request
    os.popen("convert in.png out.png")


@app.post("/convert")
async def fastapi_convert(name: str, width: int):
    # ruleid: command-from-request
    await asyncio.create_subprocess_shell(f"convert {name}")
    # ok: command-from-request
    await asyncio.create_subprocess_shell(f"convert -w {width} in.png")


async def aiohttp_run(request):
    body = await request.json()
    parts = ["tar", "xf"]
    parts.append(body["file"])
    # ruleid: command-from-request
    return subprocess.getoutput(" ".join(parts))


@mcp.tool()
def tool_server(branch: str) -> str:
    # ruleid: command-from-request
    return subprocess.check_output("git checkout " + branch, shell=True)


def quoted_in_a_variable(request):
    name = shlex.quote(request.args["name"])
    # ok: command-from-request
    os.system("ls " + name)


def joined_in_a_variable(request):
    name = os.path.join("files", request.args["name"])
    # ruleid: command-from-request
    os.system("ls " + name)
def another_1(name):
    tainted = request.args["x"]
    # ruleid: command-from-request
    os.popen2(tainted)
    # ruleid: command-from-request
    subprocess.getstatusoutput(tainted)
    # ruleid: command-from-request
    commands.getoutput(tainted)
    # ruleid: command-from-request
    Popen(tainted, shell=True)
    # ruleid: command-from-request
    asyncio.subprocess.create_subprocess_shell(tainted)
    # ruleid: command-from-request
    anyio.run_process(tainted)
    # ruleid: command-from-request
    ssh_1.exec_command(tainted)
    # ruleid: command-from-request
    container_1.exec_run(tainted)
    # ruleid: command-from-request
    pexpect.spawn(tainted)
    # ruleid: command-from-request
    pexpect.run(tainted)
    # ruleid: command-from-request
    invoke.run(tainted)
    # ruleid: command-from-request
    fabric.api.run(tainted)
    # ruleid: command-from-request
    fabric.api.local(tainted)
    # ruleid: command-from-request
    asyncio.create_subprocess_exec("sh", tainted)
    # ruleid: command-from-request
    os.execl(p_1, "sh", tainted)
