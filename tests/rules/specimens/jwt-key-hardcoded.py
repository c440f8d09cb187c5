import os

import jwt
from itsdangerous import URLSafeTimedSerializer

KEY = "example-signing-key"


def weak(claims, token):
    # ruleid: jwt-key-hardcoded
    a = jwt.encode(claims, "example-signing-key", algorithm="HS256")
    # ruleid: jwt-key-hardcoded
    b = jwt.decode(token, KEY, algorithms=["HS256"])
    # ruleid: jwt-key-hardcoded
    c = URLSafeTimedSerializer("example-signing-key")
    return a, b, c


def strong(app, claims, token, public_key):
    # ok: jwt-key-hardcoded
    a = jwt.encode(claims, os.environ["JWT_KEY"], algorithm="HS256")
    # ok: jwt-key-hardcoded
    b = jwt.decode(token, public_key, algorithms=["RS256"])
    # ok: jwt-key-hardcoded
    c = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="reset")
    # ok: jwt-key-hardcoded
    d = jwt.decode(token, "-----BEGIN PUBLIC KEY-----\nexample\n-----END PUBLIC KEY-----", algorithms=["RS256"])
    return a, b, c, d
