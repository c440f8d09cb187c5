import base64
import json
import pickle
import socket

import redis
import requests

store = redis.Redis()


def receive(connection: socket.socket):
    # ruleid: unpickle-from-network
    pickle.loads(connection.recv(4096))
    # ok: unpickle-from-network
    json.loads(connection.recv(4096))


def download(url):
    answer = requests.get(url, timeout=3)
    # ruleid: unpickle-from-network
    return pickle.loads(answer.content)


def cached(key, path):
    with open(path, "rb") as file:
        # ok: unpickle-from-network
        pickle.load(file)
    redis_client = store
    value = redis_client.get(key)
    # ruleid: unpickle-from-network
    return pickle.loads(value)


def token(text):
    # ok: unpickle-from-network
    pickle.loads(b"\x80\x04N.")
    # ruleid: unpickle-from-network
    return pickle.loads(base64.b64decode(text))


def another_1(name, tainted=None):
    tainted = s_1.recv_multipart()
    # ruleid: unpickle-from-network
    pickle.loads(tainted)


def another_2(name, tainted=None):
    # ruleid: unpickle-from-network
    tainted = s_1.recv_pyobj()
    # ruleid: unpickle-from-network
    pickle.loads(tainted)


def another_3(name, tainted=None):
    tainted = s_1.recvfrom()
    # ruleid: unpickle-from-network
    pickle.loads(tainted)


def another_4(name, tainted=None):
    tainted = requests.post()
    # ruleid: unpickle-from-network
    pickle.loads(tainted)


def another_5(name, tainted=None):
    tainted = requests.request()
    # ruleid: unpickle-from-network
    pickle.loads(tainted)


def another_6(name, tainted=None):
    tainted = httpx.get()
    # ruleid: unpickle-from-network
    pickle.loads(tainted)


def another_7(name, tainted=None):
    tainted = httpx.post()
    # ruleid: unpickle-from-network
    pickle.loads(tainted)


def another_8(name, tainted=None):
    tainted = urllib.request.urlopen()
    # ruleid: unpickle-from-network
    pickle.loads(tainted)


def another_9(name, tainted=None):
    tainted = base64.urlsafe_b64decode()
    # ruleid: unpickle-from-network
    pickle.loads(tainted)


def another_10(name, tainted=None):
    tainted = base64.decodebytes()
    # ruleid: unpickle-from-network
    pickle.loads(tainted)


def another_11(name, tainted=None):
    tainted = s3_1.get_object()
    # ruleid: unpickle-from-network
    pickle.loads(tainted)


def another_12(name):
    tainted = base64.b64decode(name)
    # ruleid: unpickle-from-network
    s_1.recv_pyobj()
    # ruleid: unpickle-from-network
    pickle.load(tainted)
    # ruleid: unpickle-from-network
    pickle.Unpickler(tainted)
    # ruleid: unpickle-from-network
    cPickle.loads(tainted)
    # ruleid: unpickle-from-network
    cPickle.load(tainted)
    # ruleid: unpickle-from-network
    _pickle.loads(tainted)
    # ruleid: unpickle-from-network
    dill.loads(tainted)
    # ruleid: unpickle-from-network
    dill.load(tainted)
    # ruleid: unpickle-from-network
    cloudpickle.loads(tainted)
    # ruleid: unpickle-from-network
    cloudpickle.load(tainted)
    # ruleid: unpickle-from-network
    jsonpickle.decode(tainted)
    # ruleid: unpickle-from-network
    jsonpickle.loads(tainted)
    # ruleid: unpickle-from-network
    marshal.loads(tainted)
    # ruleid: unpickle-from-network
    marshal.load(tainted)
    # ruleid: unpickle-from-network
    shelve.open(tainted)
    # ruleid: unpickle-from-network
    joblib.load(tainted)
    # ruleid: unpickle-from-network
    pandas.read_pickle(tainted)
    # ruleid: unpickle-from-network
    numpy.load(tainted, allow_pickle=True)
    # ruleid: unpickle-from-network
    serializer_1.loads(tainted, serializer="pickle")


def signed(text, mac, secret):
    made = hmac.new(secret, text, "sha256").digest()
    if same(mac, base64.b64encode(made)):
        # ok: unpickle-from-network
        return pickle.loads(base64.b64decode(text))
    return None


def signed_something_else(text, other, mac, secret):
    made = hmac.new(secret, other, "sha256").digest()
    if same(mac, base64.b64encode(made)):
        # ruleid: unpickle-from-network
        return pickle.loads(base64.b64decode(text))
    return None
