import ssl

import pymongo
import redis
import urllib3

ctx = ssl.create_default_context()
# ruleid: tls-hostname-off
ctx.check_hostname = False
# ruleid: tls-hostname-off
pool = urllib3.HTTPSConnectionPool("db.example.org", assert_hostname=False)
# ruleid: tls-hostname-off
documents = pymongo.MongoClient("mongodb://db.example.org", tls=True, tlsAllowInvalidHostnames=True)
# ruleid: tls-hostname-off
cache = redis.Redis("cache.example.org", ssl=True, ssl_check_hostname=False)

good = ssl.create_default_context()
# ok: tls-hostname-off
good.check_hostname = True
# ok: tls-hostname-off
pool2 = urllib3.HTTPSConnectionPool("10.0.0.4", assert_hostname="db.example.org")
server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
# ok: tls-hostname-off
server.check_hostname = False
# ok: tls-hostname-off
sock = good.wrap_socket(None, server_hostname="db.example.org")


def unverified():
    both = ssl.create_default_context()
    # ok: tls-hostname-off
    both.check_hostname = False
    both.verify_mode = ssl.CERT_NONE
    return both


def switch(verify):
    context = ssl.create_default_context()
    if not verify:
        # ok: tls-hostname-off
        context.check_hostname = False
    return context


# ruleid: tls-hostname-off
c_1.assert_hostname = False


def told_not_to(verify):
    context = ssl.create_default_context()
    if verify is False:
        # ok: tls-hostname-off
        context.check_hostname = False
    return context


def by_name(verify, insecure, how):
    context = ssl.create_default_context()
    if verify:
        context.check_hostname = True
    else:
        # ok: tls-hostname-off
        context.check_hostname = False
    if insecure:
        # ok: tls-hostname-off
        context.check_hostname = False
    if how:
        # ruleid: tls-hostname-off
        context.check_hostname = False
    return context


class Context:
    def __init__(self):
        # ok: tls-hostname-off
        self.check_hostname = False


class Loose(ssl.SSLContext):
    def __init__(self):
        # ruleid: tls-hostname-off
        self.check_hostname = False


def by_urllib3(cert):
    import urllib3

    context = urllib3.util.ssl_.create_urllib3_context()
    # ok: tls-hostname-off
    context.check_hostname = False
    other = make_context()
    # ruleid: tls-hostname-off
    other.check_hostname = False
