import urllib.request

import httpx
import requests

# ruleid: request-without-timeout
a = requests.get("https://example.com")
# ruleid: request-without-timeout
b = requests.post(url="https://example.com", json={})
# ruleid: request-without-timeout
c = requests.get("https://example.com", timeout=None)
# ruleid: request-without-timeout
d = httpx.get("https://example.com", timeout=None)
# ruleid: request-without-timeout
e = urllib.request.urlopen("https://example.com", timeout=None)
# ok: request-without-timeout
f = requests.get("https://example.com", timeout=10)
# ok: request-without-timeout
g = requests.get("https://example.com", **OPTIONS)
# ok: request-without-timeout
h = httpx.get("https://example.com")
# ok: request-without-timeout
i = requests.Session()
