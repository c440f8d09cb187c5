import jwt
from fastapi import Header
from jose import jwt as jose_jwt


def flask_user(token):
    # ruleid: jwt-verify-off
    return jwt.decode(token, options={"verify_signature": False})


def django_user(request, key):
    # ruleid: jwt-verify-off
    return jwt.decode(request.META["HTTP_AUTHORIZATION"], key, verify=False)


async def fastapi_user(authorization: str = Header()):
    # ruleid: jwt-verify-off
    return jose_jwt.get_unverified_claims(authorization)


def with_options(token, key):
    options = {"verify_signature": False, "verify_aud": False}
    # ruleid: jwt-verify-off
    return jwt.decode(token, key, algorithms=["HS256"], options=options)


def good(token, key):
    # ok: jwt-verify-off
    a = jwt.decode(token, key, algorithms=["HS256"])
    # ok: jwt-verify-off
    b = jwt.decode(token, key, algorithms=["HS256"], options={"verify_aud": False})
    # ok: jwt-verify-off
    c = jwt.decode(token, key, algorithms=["HS256"], options={"verify_signature": True})
    # ok: jwt-verify-off
    d = jwt.get_unverified_header(token)["kid"]
    return a, b, c, d


# ruleid: jwt-verify-off
j_1.decode_complete(options={"verify_signature":False})


# ruleid: jwt-verify-off
j_1.decode(options=dict(verify_signature=False))


# ruleid: jwt-verify-off
jose.jwt.decode(verify=False)


# ruleid: jwt-verify-off
jose.jws.verify(verify=False)


# ruleid: jwt-verify-off
jose.jws.get_unverified_claims()


# ruleid: jwt-verify-off
jwt.api_jws.decode(verify=False)


def fetched(answer):
    token = answer["id_token"]
    # ok: jwt-verify-off
    claims = jwt.decode(token, verify=False)
    expiry = from_timestamp(claims["exp"])
    return token, expiry


def fetched_anew(self, token):
    # ok: jwt-verify-off
    self.expiry = from_timestamp(jwt.decode(token, verify=False)["exp"])


def believed(answer):
    # ruleid: jwt-verify-off
    claims = jwt.decode(answer["id_token"], verify=False)
    expiry = from_timestamp(claims["exp"])
    return claims, expiry


def looked_up(token):
    # ruleid: jwt-verify-off
    claims = jwt.decode(token, verify=False)
    user = User.get(claims["exp"])
    return user
