import hashlib
import time
import uuid
from datetime import datetime


def reset_token(email):
    # ruleid: token-from-clock
    return hashlib.md5((email + str(time.time())).encode()).hexdigest()


def view(user, row):
    # ruleid: token-from-clock
    token = hashlib.sha256(str(datetime.now()).encode()).hexdigest()
    # ruleid: token-from-clock
    user.session_id = hashlib.sha1(f"{user.id}{time.time_ns()}".encode()).hexdigest()
    # ruleid: token-from-clock
    api_key = hashlib.sha256(uuid.uuid1().bytes).hexdigest()
    # ok: token-from-clock
    etag = hashlib.sha256(str(time.time()).encode()).hexdigest()
    # ok: token-from-clock
    token = hashlib.sha256(str(user.seed).encode()).hexdigest()
    # ok: token-from-clock
    secret = hashlib.sha256(str(time.zone()).encode()).hexdigest()
    # ok: token-from-clock
    row["token"].update(hashlib.sha1(str(time.time()).encode()).digest())
    return token, api_key, etag, secret


def token_of(body):
    # ok: token-from-clock
    hashlib.sha256(str(time.time()).encode()).hexdigest()
    return body
