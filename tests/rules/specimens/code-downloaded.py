import hashlib
import hmac
import importlib.util
import os
import subprocess
import urllib.request

import httpx
import requests
import urllib3


def run(url):
    # ruleid: code-downloaded
    exec(requests.get(url).text)
    # ruleid: code-downloaded
    eval(httpx.get(url).text)
    # ruleid: code-downloaded
    compile(urllib.request.urlopen(url).read(), "x", "exec")
    script = urllib3.PoolManager().request("GET", url).data
    # ruleid: code-downloaded
    os.system(script)
    # ruleid: code-downloaded
    subprocess.run(script, shell=True)
    # ruleid: code-downloaded
    subprocess.run(["bash", "-c", requests.get(url).text])
    # ruleid: code-downloaded
    importlib.util.module_from_spec(requests.get(url).text)


def safe(url, spec):
    code = requests.get(url).content
    if hashlib.sha256(code).hexdigest() != DIGEST:
        return None
    # ok: code-downloaded
    exec(code)
    # ok: code-downloaded
    eval(str(requests.get(url).status_code))
    # ok: code-downloaded
    eval(requests.get(url).json()["n"])
    signed = requests.get(url).content
    hmac.compare_digest(SIGNATURE, signed)
    # ok: code-downloaded
    exec(signed)
    # ok: code-downloaded
    return importlib.util.module_from_spec(spec)
