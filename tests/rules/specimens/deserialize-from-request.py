import base64
import json
import pickle

import yaml
from flask import Flask, request

app = Flask(__name__)


@app.route("/load", methods=["POST"])
def flask_load():
    # ruleid: deserialize-from-request
    pickle.loads(base64.b64decode(request.cookies["cart"]))
    # ruleid: deserialize-from-request
    yaml.load(request.data, Loader=yaml.Loader)
    # ok: deserialize-from-request
    yaml.load(request.data, Loader=yaml.SafeLoader)
    # ok: deserialize-from-request
    yaml.safe_load(request.data)
    # ok: deserialize-from-request
    json.loads(request.data)
    return "ok"


def django_load(request):
    # ruleid: deserialize-from-request
    jsonpickle.decode(request.body)
    state = request.POST["state"]
    state = b"\x80\x04N."
    # ok: deserialize-from-request
    return pickle.loads(state)


@app.post("/load")
async def fastapi_load(request: Request):
    # ruleid: deserialize-from-request
    return pickle.loads(await request.body())


@app.post("/model")
async def fastapi_model(file: bytes = File(...)):
    # ok: deserialize-from-request
    torch.load(io.BytesIO(file), weights_only=True)
    # ruleid: deserialize-from-request
    return torch.load(io.BytesIO(file))


def another_1(name):
    tainted = request.args["x"]
    # ruleid: deserialize-from-request
    pickle.load(tainted)
    # ruleid: deserialize-from-request
    pickle.Unpickler(tainted)
    # ruleid: deserialize-from-request
    cPickle.loads(tainted)
    # ruleid: deserialize-from-request
    cPickle.load(tainted)
    # ruleid: deserialize-from-request
    _pickle.loads(tainted)
    # ruleid: deserialize-from-request
    dill.loads(tainted)
    # ruleid: deserialize-from-request
    dill.load(tainted)
    # ruleid: deserialize-from-request
    cloudpickle.loads(tainted)
    # ruleid: deserialize-from-request
    cloudpickle.load(tainted)
    # ruleid: deserialize-from-request
    jsonpickle.loads(tainted)
    # ruleid: deserialize-from-request
    marshal.loads(tainted)
    # ruleid: deserialize-from-request
    marshal.load(tainted)
    # ruleid: deserialize-from-request
    shelve.open(tainted)
    # ruleid: deserialize-from-request
    joblib.load(tainted)
    # ruleid: deserialize-from-request
    pandas.read_pickle(tainted)
    # ruleid: deserialize-from-request
    numpy.load(tainted, allow_pickle=True)
    # ruleid: deserialize-from-request
    serializer_1.loads(tainted, serializer="pickle")
    # ruleid: deserialize-from-request
    yaml.load_all(tainted)
    # ruleid: deserialize-from-request
    yaml.unsafe_load(tainted)
    # ruleid: deserialize-from-request
    yaml.full_load(tainted)
    # ruleid: deserialize-from-request
    yaml.unsafe_load_all(tainted)


import yaml


def loaders(request):
    # ok: deserialize-from-request
    yaml.load(request.body, Loader=yaml.CSafeLoader)
    # ok: deserialize-from-request
    yaml.load(request.body, Loader=yaml.BaseLoader)
    # ok: deserialize-from-request
    yaml.load(request.body, yaml.SafeLoader)
    # ok: deserialize-from-request
    yaml.load(request.body, yaml.CSafeLoader)
    # ok: deserialize-from-request
    yaml.load(request.body, yaml.BaseLoader)


def signed_first(request):
    blob = request.body
    if not hmac.compare_digest(hmac.new(KEY, blob, "sha256").hexdigest(), request.headers["X-Signature"]):
        raise PermissionError
    # ok: deserialize-from-request
    pickle.loads(blob)
