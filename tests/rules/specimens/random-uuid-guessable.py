import uuid

from flask import session


def reset(user):
    # ruleid: random-uuid-guessable
    user.reset_token = str(uuid.uuid1())
    # ruleid: random-uuid-guessable
    session["api_key"] = uuid.uuid1().hex
    # ruleid: random-uuid-guessable
    token = uuid.uuid5(uuid.NAMESPACE_DNS, user.email)
    return token


def good(order, name):
    # ok: random-uuid-guessable
    token = uuid.uuid4().hex
    # ok: random-uuid-guessable
    order.id = uuid.uuid1()
    # ok: random-uuid-guessable
    namespace = uuid.uuid5(uuid.NAMESPACE_DNS, name)
    return token, namespace


def reset_token():
    # ruleid: random-uuid-guessable
    return uuid.uuid1()


def in_other_ways(make):
    # ruleid: random-uuid-guessable
    make(token=uuid.uuid1())
    # ruleid: random-uuid-guessable
    found = {"token": uuid.uuid1()}
    # ruleid: random-uuid-guessable
    token = uuid.uuid3(uuid.NAMESPACE_DNS, "x")
    return found, token
