import glom
import mergedeep
import pydash
from fastapi import FastAPI
from flask import request

app = FastAPI()


def merge(source, target):
    for key, value in source.items():
        setattr(target, key, value)


def flask_view(config):
    body = request.json
    # ruleid: object-path-from-request
    pydash.set_(config, body["path"], 1)
    # ruleid: object-path-from-request
    pydash.set_with(config, body["path"], 1)
    # ruleid: object-path-from-request
    pydash.update(config, body["path"], str)
    # ruleid: object-path-from-request
    pydash.merge(config, body)
    # ruleid: object-path-from-request
    pydash.defaults_deep(config, body)
    # ruleid: object-path-from-request
    glom.assign(config, body["path"], 1)
    # ruleid: object-path-from-request
    mergedeep.merge(config, body)
    # ruleid: object-path-from-request
    merge(body, config)


@app.post("/c")
async def fastapi_view(path: str, config):
    # ruleid: object-path-from-request
    pydash.set_(config, path, True)


def django_view(request, config):
    path = request.POST["path"]
    # ok: object-path-from-request
    pydash.get(config, path)
    # ok: object-path-from-request
    pydash.set_(config, "theme", request.POST["theme"])
    if path not in ("theme", "lang"):
        return None
    # ok: object-path-from-request
    return pydash.set_(config, path, 1)


def module_view(config):
    # ok: object-path-from-request
    merge({"a": 1}, config)


def collects(request, config):
    found = []
    found.append(request.GET["x"])
    # ruleid: object-path-from-request
    pydash.set_(config, "a%s" % found[0], 1)
    number = int(request.GET["n"])
    # ok: object-path-from-request
    pydash.set_(config, "a%s" % number, 1)
    # ok: object-path-from-request
    pydash.set_(config, "a%s" % int(request.GET["n"]), 1)
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: object-path-from-request
    pydash.set_(config, "a%s" % kind, 1)
