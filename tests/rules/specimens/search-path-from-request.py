import os
import sys

from fastapi import FastAPI
from flask import request

app = FastAPI()


def flask_view():
    folder = request.args["folder"]
    # ruleid: search-path-from-request
    sys.path.insert(0, folder)
    # ruleid: search-path-from-request
    sys.path.append(folder)
    # ruleid: search-path-from-request
    os.putenv("LD_PRELOAD", folder)
    # ruleid: search-path-from-request
    os.environ["PATH"] = folder
    # ruleid: search-path-from-request
    os.environ.update(request.json)


@app.post("/root")
async def fastapi_view(root: str):
    # ruleid: search-path-from-request
    os.chroot(root)


def django_view(request):
    # ok: search-path-from-request
    sys.path.insert(0, "/srv/plugins")
    # ok: search-path-from-request
    os.environ["LANG"] = "C"
    level = request.POST["level"]
    # ok: search-path-from-request
    os.environ["LEVEL"] = str(int(level))
    if level not in ("info", "debug"):
        return None
    # ok: search-path-from-request
    os.environ["LEVEL"] = level


def collects(request):
    found = []
    found.append(request.GET["x"])
    # ruleid: search-path-from-request
    sys.path.append("%s" % found[0])
    number = int(request.GET["n"])
    # ok: search-path-from-request
    sys.path.append("%s" % number)
    # ok: search-path-from-request
    sys.path.append("%s" % int(request.GET["n"]))
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: search-path-from-request
    sys.path.append("%s" % kind)
