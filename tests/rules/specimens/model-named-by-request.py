import keras
import mlflow
import tensorflow
import torch
import transformers
from fastapi import FastAPI
from flask import request

app = FastAPI()


def flask_view():
    name = request.args["model"]
    # ruleid: model-named-by-request
    keras.models.load_model(name)
    # ruleid: model-named-by-request
    tensorflow.keras.models.load_model("/models/" + name)
    # ruleid: model-named-by-request
    torch.hub.load(name, "resnet")
    # ruleid: model-named-by-request
    torch.jit.load(name)
    # ruleid: model-named-by-request
    mlflow.pyfunc.load_model(name)


@app.post("/predict")
async def fastapi_view(model: str):
    # ruleid: model-named-by-request
    transformers.pipeline("text-generation", model=model)
    # ruleid: model-named-by-request
    return transformers.AutoModel.from_pretrained(model)


def django_view(request):
    # ok: model-named-by-request
    keras.models.load_model("/models/cats.keras")
    name = request.POST["model"]
    if name not in ("cats", "dogs"):
        return None
    # ok: model-named-by-request
    transformers.AutoModel.from_pretrained("bert-base")
    # ok: model-named-by-request
    torch.jit.load(MODELS.get(name))
    # ok: model-named-by-request
    return keras.models.load_model(name)


def collects(request):
    found = []
    found.append(request.GET["x"])
    # ruleid: model-named-by-request
    torch.jit.load("%s" % found[0])
    number = int(request.GET["n"])
    # ok: model-named-by-request
    torch.jit.load("%s" % number)
    # ok: model-named-by-request
    torch.jit.load("%s" % int(request.GET["n"]))
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: model-named-by-request
    torch.jit.load("%s" % kind)
