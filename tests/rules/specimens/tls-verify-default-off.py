import httpx
import requests

OPTIONS = {"verify": False, "timeout": 3}
SAFE = {"verify": True, "timeout": 3}


def fetch(url, verify=False):
    # ruleid: tls-verify-default-off
    return requests.get(url, verify=verify, timeout=3)


def typed(url, check: bool = False):
    # ruleid: tls-verify-default-off
    return httpx.Client(verify=check).get(url)


def by_options(url):
    # ruleid: tls-verify-default-off
    return requests.get(url, **OPTIONS)


def safe_options(url):
    # ok: tls-verify-default-off
    return requests.get(url, **SAFE)


def safe(url, verify=True):
    # ok: tls-verify-default-off
    return requests.get(url, verify=verify, timeout=3)


def restore(path, verify=False):
    # ok: tls-verify-default-off
    return copy(path, verify=verify)


def plain(url, verify=False):
    # ok: tls-verify-default-off
    return requests.get(url, verify="ca.pem", timeout=3)


def keyword(url, *, check: bool = False):
    # ruleid: tls-verify-default-off
    return httpx.get(url, verify=check)
