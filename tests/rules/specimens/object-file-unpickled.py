import hmac
import pickle
import shelve
import marshal

import cloudpickle
import dill
import joblib
import pandas as pd
import torch


def load(path):
    with open(path, "rb") as f:
        # ruleid: object-file-unpickled
        return pickle.load(f)


def each(data_path, payload: bytes, model_path="m", body: bytes = b""):
    # ruleid: object-file-unpickled
    pickle.loads(payload)
    # ruleid: object-file-unpickled
    pickle.loads(body)
    # ruleid: object-file-unpickled
    pickle.Unpickler(payload)
    # ruleid: object-file-unpickled
    joblib.load(model_path)
    # ruleid: object-file-unpickled
    pd.read_pickle(data_path)
    # ruleid: object-file-unpickled
    shelve.open(data_path)
    # ruleid: object-file-unpickled
    dill.load(data_path)
    # ruleid: object-file-unpickled
    dill.loads(payload)
    # ruleid: object-file-unpickled
    cloudpickle.load(data_path)
    # ruleid: object-file-unpickled
    cloudpickle.loads(payload)
    # ruleid: object-file-unpickled
    marshal.load(data_path)
    # ruleid: object-file-unpickled
    marshal.loads(payload)
    # ruleid: object-file-unpickled
    torch.load(model_path)


def safe(path, payload, key, signature):
    # ok: object-file-unpickled
    torch.load(path, weights_only=True)
    # ok: object-file-unpickled
    joblib.load("model.joblib")
    # ok: object-file-unpickled
    pickle.loads(pickle.dumps([1]))
    hmac.compare_digest(signature, payload)
    # ok: object-file-unpickled
    return pickle.loads(payload)


def own(number):
    # ok: object-file-unpickled
    return pickle.loads(number)
