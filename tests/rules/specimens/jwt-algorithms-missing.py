import jwt
from jose import jwt as jose_jwt


def weak(token, key):
    # ruleid: jwt-algorithms-missing
    a = jwt.decode(token, key)
    # ruleid: jwt-algorithms-missing
    b = jose_jwt.decode(token, key)
    # ruleid: jwt-algorithms-missing
    c = jwt.decode(token, key, audience="shop")
    return a, b, c


def strong(token, key):
    # ok: jwt-algorithms-missing
    a = jwt.decode(token, key, algorithms=["HS256"])
    # ok: jwt-algorithms-missing
    b = jose_jwt.decode(token, key, ["RS256"])
    # ok: jwt-algorithms-missing
    c = jwt.decode(token, key, audience="shop", algorithms=["HS256"])
    # ok: jwt-algorithms-missing
    d = token.decode("utf-8", "ignore")
    return a, b, c, d


def with_safe_defaults(token, key):
    from joserfc import jwt

    # ok: jwt-algorithms-missing
    return jwt.decode(token, key)


# ruleid: jwt-algorithms-missing
jwt.decode(t_1, k_1, algorithms=None)


# ruleid: jwt-algorithms-missing
jose.jwt.decode(t_1, k_1, None)


# ruleid: jwt-algorithms-missing
jwt.decode(t_1, key=k_1)


def unverified(raw, key):
    # ok: jwt-algorithms-missing
    jwt.decode(raw, key, verify=False)
    # ok: jwt-algorithms-missing
    jwt.decode(raw, key, options=OPTIONS)
