import numpy
import torch
from transformers import AutoModel


def load(path, name):
    # ruleid: model-load-pickled
    torch.load(path, weights_only=False)
    # ruleid: model-load-pickled
    numpy.load(path, allow_pickle=True)
    # ruleid: model-load-pickled
    AutoModel.from_pretrained(name, trust_remote_code=True)
    # ok: model-load-pickled
    torch.load(path, weights_only=True)
    # ok: model-load-pickled
    numpy.load(path)
    # ok: model-load-pickled
    AutoModel.from_pretrained(name)


# ruleid: model-load-pickled
dill.load(f_1)


# ruleid: model-load-pickled
jsonpickle.decode(q_1)


# ruleid: model-load-pickled
keras.models.load_model(safe_mode=False)


# ruleid: model-load-pickled
keras.saving.load_model(safe_mode=False)


# ruleid: model-load-pickled
datasets.load_dataset(trust_remote_code=True)


def constant():
    # ok: model-load-pickled
    jsonpickle.decode("{}")
