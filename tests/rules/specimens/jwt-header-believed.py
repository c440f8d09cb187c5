import os
import subprocess
import urllib.request
from pathlib import Path

import httpx
import jwt
import requests
from jose import jwt as jose


def by_kid(token, cursor):
    kid = jwt.get_unverified_header(token)["kid"]
    # ruleid: jwt-header-believed
    open("/keys/" + kid)
    # ruleid: jwt-header-believed
    os.path.join("/keys", kid)
    # ruleid: jwt-header-believed
    Path("/keys/" + kid)
    # ruleid: jwt-header-believed
    cursor.execute("SELECT k FROM keys WHERE id = '%s'" % kid)
    # ruleid: jwt-header-believed
    subprocess.run("cat /keys/" + kid)


def by_address(token):
    head = jose.get_unverified_headers(token)
    # ruleid: jwt-header-believed
    requests.get(head["jku"])
    # ruleid: jwt-header-believed
    httpx.get(head["jku"])
    # ruleid: jwt-header-believed
    urllib.request.urlopen(head["x5u"])
    # ruleid: jwt-header-believed
    jwt.PyJWKClient(head["jku"])
    # ruleid: jwt-header-believed
    jwt.decode(token, KEY, algorithms=[head["alg"]])
    # ruleid: jwt-header-believed
    return requests.get(jose.get_unverified_claims(token)["iss"])


def safe(token):
    kid = jwt.get_unverified_header(token)["kid"]
    key = KEYS[kid]
    # ok: jwt-header-believed
    requests.get("https://example.com/jwks")
    # ok: jwt-header-believed
    jwt.decode(token, key, algorithms=["RS256"])
    if kid not in KEYS:
        return None
    # ok: jwt-header-believed
    return open("/keys/" + kid)


def allowed(token):
    kid = jwt.get_unverified_header(token)["kid"]
    if kid in KEYS:
        # ok: jwt-header-believed
        return open("/keys/" + kid)


def compared(token):
    issuer = jose.get_unverified_claims(token)["iss"]
    if issuer == ISSUER:
        # ok: jwt-header-believed
        return requests.get(issuer)


def refused(token):
    issuer = jose.get_unverified_claims(token)["iss"]
    if issuer != ISSUER:
        return None
    # ok: jwt-header-believed
    return requests.get(issuer)
