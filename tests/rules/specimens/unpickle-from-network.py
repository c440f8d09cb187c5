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
