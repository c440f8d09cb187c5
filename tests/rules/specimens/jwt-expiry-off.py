import jwt
from flask_jwt_extended import create_access_token


def weak(app, token, key, user):
    # ruleid: jwt-expiry-off
    a = jwt.decode(token, key, algorithms=["HS256"], options={"verify_exp": False})
    # ruleid: jwt-expiry-off
    app.config["JWT_ACCESS_TOKEN_EXPIRES"] = False
    # ruleid: jwt-expiry-off
    b = create_access_token(identity=user, expires_delta=False)
    return a, b


def strong(app, token, key, user, timedelta):
    # ok: jwt-expiry-off
    a = jwt.decode(token, key, algorithms=["HS256"], leeway=10)
    # ok: jwt-expiry-off
    app.config["JWT_ACCESS_TOKEN_EXPIRES"] = timedelta(minutes=15)
    # ok: jwt-expiry-off
    b = create_access_token(identity=user)
    # ok: jwt-expiry-off
    c = jwt.decode(token, key, algorithms=["HS256"], options={"verify_exp": True})
    return a, b, c


# ruleid: jwt-expiry-off
j_1.decode_complete(options={"verify_exp":False})


# ruleid: jwt-expiry-off
JWT_ACCESS_TOKEN_EXPIRES = False


# ruleid: jwt-expiry-off
c_1["JWT_VERIFY_EXPIRATION"] = False


def kept(raw, key):
    options = {"verify_aud": True, "verify_exp": False}
    # ruleid: jwt-expiry-off
    jwt.decode(raw, key, algorithms=["HS256"], options=options)
