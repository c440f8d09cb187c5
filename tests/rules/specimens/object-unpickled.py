import json
import marshal
import pickle
import shelve

import cloudpickle
import dill
import joblib
import pandas
import torch


def read(p, r):
    # ruleid: object-unpickled
    joblib.load("model.joblib")
    # ruleid: object-unpickled
    torch.load(p, map_location="cpu")
    # ruleid: object-unpickled
    dill.loads(p)
    # ruleid: object-unpickled
    cloudpickle.load(p)
    # ruleid: object-unpickled
    cloudpickle.loads(p)
    # ruleid: object-unpickled
    pandas.read_pickle(p)
    # ruleid: object-unpickled
    shelve.open(p)
    # ruleid: object-unpickled
    marshal.load(p)
    # ruleid: object-unpickled
    marshal.loads(p)
    # ruleid: object-unpickled
    pickle.load(p)
    # ruleid: object-unpickled
    pickle.loads(r.get("key"))
    # ok: object-unpickled
    torch.load(p, weights_only=True)
    # ok: object-unpickled
    pickle.loads(pickle.dumps(p))
    # ok: object-unpickled
    pickle.dumps(p)
    # ok: object-unpickled
    json.load(p)
