import asyncio
import subprocess

import git
from fastapi import FastAPI
from flask import request

app = FastAPI()


def flask_view(repo):
    url = request.form["url"]
    # ruleid: argument-from-request
    subprocess.run(["git", "clone", url, "/srv/copy"])
    # ruleid: argument-from-request
    repo.git.log(request.args["since"])
    # ruleid: argument-from-request
    return git.Repo.clone_from(url, "/srv/copy")


@app.get("/thumb/{name}")
async def fastapi_view(name: str):
    # ruleid: argument-from-request
    await asyncio.create_subprocess_exec("convert", name, "out.png")


def django_view(request, repo):
    url = request.POST["url"]
    # ok: argument-from-request
    subprocess.run(["git", "clone", "--", url, "/srv/copy"])
    # ok: argument-from-request
    repo.git.log("--", request.GET["path"])
    # ok: argument-from-request
    subprocess.run(["convert", "-resize", str(int(request.GET["w"])), "a.png"])
    name = request.GET["name"]
    if name.startswith("-"):
        return None
    # ok: argument-from-request
    subprocess.run(["file", name])
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return None
    # ok: argument-from-request
    return subprocess.run(["make", kind])


async def aiohttp_view(request):
    # ok: argument-from-request
    await asyncio.create_subprocess_exec("convert", "--", request.query["n"])


def collects(request):
    found = []
    found.append(request.GET["x"])
    # ruleid: argument-from-request
    subprocess.run(["ls", str(found[0])])
    number = int(request.GET["n"])
    # ok: argument-from-request
    subprocess.run(["ls", str(number)])
    # ok: argument-from-request
    subprocess.run(["ls", str(int(request.GET["n"]))])
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: argument-from-request
    subprocess.run(["ls", str(kind)])


def grep(request):
    word = request.GET["word"]
    # ok: argument-from-request
    subprocess.run(["grep", "-e", word, "log"])
    # ruleid: argument-from-request
    subprocess.run(["grep", word, "log"])


async def grep_async(request):
    word = request.GET["word"]
    # ok: argument-from-request
    await asyncio.create_subprocess_exec("grep", "-e", word)


@app.route("/thumb")
def thumb_of():
    name = os.path.basename(request.args["name"])
    # ok: argument-from-request
    subprocess.run(["convert", os.path.join("/srv/img", name), "out.png"])
    # ruleid: argument-from-request
    subprocess.run(["convert", name, "out.png"])
    return "ok"


@app.post("/sleep")
async def sleep_for(job: Job):
    # ok: argument-from-request
    await asyncio.create_subprocess_exec("sleep", str(job.count))
    # ruleid: argument-from-request
    await asyncio.create_subprocess_exec("sleep", str(job.name))
