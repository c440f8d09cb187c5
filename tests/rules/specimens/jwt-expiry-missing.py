from datetime import datetime, timedelta, timezone

import jwt


def weak(user, key):
    # ruleid: jwt-expiry-missing
    return jwt.encode({"sub": user.id, "role": user.role}, key, algorithm="HS256")


def weak_named(user, key):
    # ruleid: jwt-expiry-missing
    claims = {"sub": user.id}
    return jwt.encode(claims, key, algorithm="HS256")


def weak_issued(user, key):
    # ruleid: jwt-expiry-missing
    return jwt.encode({"sub": user.id, "iat": datetime.now(timezone.utc)}, key)


def strong(user, key):
    # ok: jwt-expiry-missing
    return jwt.encode({"sub": user.id, "exp": datetime.now(timezone.utc) + timedelta(minutes=5)}, key)


def strong_later(user, key, end):
    # ok: jwt-expiry-missing
    claims = {"sub": user.id}
    claims["exp"] = end
    return jwt.encode(claims, key, algorithm="HS256")


def strong_updated(user, key, end):
    # ok: jwt-expiry-missing
    claims = {"sub": user.id}
    claims.update({"exp": end})
    return jwt.encode(claims, key, algorithm="HS256")


def given(claims, key):
    # ok: jwt-expiry-missing
    return jwt.encode(claims, key, algorithm="HS256")


# ruleid: jwt-expiry-missing
jose.jwt.encode({"c_1": v_1})
