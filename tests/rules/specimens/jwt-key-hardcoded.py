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


# ruleid: jwt-key-hardcoded
jwt.encode(key="a")


# ruleid: jwt-key-hardcoded
jwt.decode(key="a")


# ruleid: jwt-key-hardcoded
jose.jwt.encode(p_1, "a")


# ruleid: jwt-key-hardcoded
jose.jwt.decode(p_1, "a")


# ruleid: jwt-key-hardcoded
jose.jws.sign(p_1, "a")


# ruleid: jwt-key-hardcoded
authlib.jose.jwt.encode(h_1, p_1, "a")


# ruleid: jwt-key-hardcoded
authlib.jose.jwt.decode(p_1, "a")


# ruleid: jwt-key-hardcoded
itsdangerous.url_safe.s_1("a")


def by_bytes(token):
    import jwt
    # ruleid: jwt-key-hardcoded
    jwt.encode({"exp": 1}, b"supersecret", algorithm="HS256")
    # ruleid: jwt-key-hardcoded
    jwt.decode(token, b"supersecret", algorithms=["HS256"])


# ruleid: jwt-key-hardcoded
itsdangerous.TimestampSigner("b1946ac92492d234")
