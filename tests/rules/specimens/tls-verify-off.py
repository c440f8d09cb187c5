import os

import aiohttp
import httpx
import jwt
import requests
import urllib3
from requests import get

URL = "https://api.example.org/v1"

# ruleid: tls-verify-off
requests.get(URL, verify=False)
# ruleid: tls-verify-off
get(URL, timeout=3, verify=False)
# ruleid: tls-verify-off
httpx.Client(timeout=5, verify=False)
# ruleid: tls-verify-off
urllib3.PoolManager(cert_reqs="CERT_NONE")

session = requests.Session()
# ruleid: tls-verify-off
session.verify = False
# ruleid: tls-verify-off
session.post(URL, json={}, verify=False)


class Api:
    def __init__(self):
        self.session = requests.Session()
        # ruleid: tls-verify-off
        self.session.verify = False


async def fetch(client):
    # ruleid: tls-verify-off
    connector = aiohttp.TCPConnector(ssl=False)
    # ruleid: tls-verify-off
    await client.get(URL, ssl=False)
    # ruleid: tls-verify-off
    async with httpx.AsyncClient(verify=False) as c:
        return await c.get(URL), connector


SKIP = False
# ruleid: tls-verify-off
requests.request("GET", URL, verify=SKIP)

# ok: tls-verify-off
requests.get(URL, verify="ca.pem")
# ok: tls-verify-off
requests.get(URL, verify=True)
# ok: tls-verify-off
requests.get(URL, verify=os.environ.get("CA_BUNDLE", True))
# ok: tls-verify-off
jwt.decode("x", "k", algorithms=["HS256"], verify=False)
# ok: tls-verify-off
session.verify = "ca.pem"
# ok: tls-verify-off
aiohttp.TCPConnector(ssl=True)


# ruleid: tls-verify-off
c_1.put(**{"verify": False})


# ruleid: tls-verify-off
http.trust_env = http.verify = False


# ruleid: tls-verify-off
aiohttp.TCPConnector(verify_ssl=False)


# ruleid: tls-verify-off
http.put(verify_ssl=False)


# ruleid: tls-verify-off
p_1(cert_reqs="NONE")


# ruleid: tls-verify-off
c_1.setopt(pycurl.SSL_VERIFYPEER, 0)


# ruleid: tls-verify-off
c_1.setopt(pycurl.SSL_VERIFYPEER, False)


# ruleid: tls-verify-off
c_1.setopt(pycurl.SSL_VERIFYHOST, 0)


# ruleid: tls-verify-off
l_1.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_NEVER)


# ruleid: tls-verify-off
Elasticsearch(verify_certs=False)


# ruleid: tls-verify-off
OpenSearch(verify_certs=False)


# ruleid: tls-verify-off
MongoClient(tlsAllowInvalidCertificates=True)


# ruleid: tls-verify-off
pymongo.MongoClient(tlsInsecure=True)


# ruleid: tls-verify-off
h_1(validate_cert=False)


# ruleid: tls-verify-off
h_1(validate_certs=False)


# ruleid: tls-verify-off
h_1(disable_ssl_certificate_validation=True)


def fetch(curl, request, quiet):
    if request.validate_cert:
        curl.setopt(pycurl.SSL_VERIFYPEER, 1)
    else:
        # ok: tls-verify-off
        curl.setopt(pycurl.SSL_VERIFYPEER, 0)
    if quiet:
        # ruleid: tls-verify-off
        curl.setopt(pycurl.SSL_VERIFYPEER, 0)


def by_argument(arguments):
    session = requests.Session()
    if arguments.no_verify:
        # ok: tls-verify-off
        session.verify = False
    if arguments.quick:
        # ruleid: tls-verify-off
        session.verify = False
    return session
