import importlib

from django.utils.module_loading import import_string
from flask import Flask, request

app = Flask(__name__)
PLUGINS = {"csv": "shop.csv", "xml": "shop.xml"}


@app.route("/export")
def flask_export():
    # ruleid: import-from-request
    importlib.import_module(request.args["plugin"])
    # ok: import-from-request
    importlib.import_module(PLUGINS[request.args["plugin"]])
    # ok: import-from-request
    importlib.import_module("shop.csv")
    return "ok"


def django_export(request):
    # ruleid: import-from-request
    return import_string("shop.exporters." + request.GET["kind"])


@app.get("/export/{kind}")
async def fastapi_export(kind: str):
    # ruleid: import-from-request
    return __import__(f"plugins.{kind}")


@app.get("/plain/{kind}")
async def fastapi_checked(kind: str):
    if kind not in PLUGINS:
        raise HTTPException(404)
    # ok: import-from-request
    return importlib.import_module(f"plugins.{kind}")


def another_1(name):
    tainted = request.args["x"]
    # ruleid: import-from-request
    importlib.reload(tainted)
    # ruleid: import-from-request
    runpy.run_module(tainted)
    # ruleid: import-from-request
    pydoc.locate(tainted)
    # ruleid: import-from-request
    pkgutil.resolve_name(tainted)
    # ruleid: import-from-request
    werkzeug.utils.import_string(tainted)
    # ruleid: import-from-request
    importlib.util.spec_from_file_location(n_1, tainted)
    # ruleid: import-from-request
    ctypes.CDLL(tainted)
    # ruleid: import-from-request
    ctypes.cdll.LoadLibrary(tainted)
