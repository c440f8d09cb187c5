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


class Api:
    verify = False

    def __init__(self):
        self.session = requests.Session()
        # ruleid: tls-verify-default-off
        self.session.verify = self.verify


class Feed:
    check: bool = False

    def fetch(self, url):
        # ruleid: tls-verify-default-off
        return requests.get(url, verify=self.check, timeout=3)


class Strict:
    verify = True

    def __init__(self):
        self.session = requests.Session()
        # ok: tls-verify-default-off
        self.session.verify = self.verify

    def fetch(self, url):
        # ok: tls-verify-default-off
        return requests.get(url, verify=self.verify, timeout=3)


class Told:
    verify = False

    def __init__(self, verify=True):
        self.verify = verify
        self.session = requests.Session()
        # ok: tls-verify-default-off
        self.session.verify = self.verify

    def fetch(self, url):
        # ok: tls-verify-default-off
        return requests.get(url, verify=self.verify, timeout=3)


class Copies:
    verify = False

    def run(self, job):
        # ok: tls-verify-default-off
        job.verify = self.verify
        # ok: tls-verify-default-off
        return copy(job, verify=self.verify)
