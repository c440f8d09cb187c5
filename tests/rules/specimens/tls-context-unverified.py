import ssl
import urllib.request

from OpenSSL import SSL

# ruleid: tls-context-unverified
ssl._create_default_https_context = lambda *a, **k: ssl._create_unverified_context()


def in_other_ways(connect, mode, verify):
    # ruleid: tls-context-unverified
    connect(cert_reqs=ssl.CERT_NONE)
    # ruleid: tls-context-unverified
    connect({"cert_reqs": ssl.CERT_NONE})
    # ruleid: tls-context-unverified
    connect(ssl_cert_reqs=None)
    # ruleid: tls-context-unverified
    connect(ssl_cert_reqs="none")
    # ruleid: tls-context-unverified
    connect(ssl_cert_reqs=ssl.CERT_NONE)
    # ruleid: tls-context-unverified
    ssl._create_stdlib_context()
    if mode == ssl.CERT_NONE:
        # ok: tls-context-unverified
        connect(cert_reqs=ssl.CERT_NONE)
    if not verify:
        # ok: tls-context-unverified
        connect(cert_reqs=ssl.CERT_NONE)


def a_servers_own():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # ok: tls-context-unverified
    context.verify_mode = ssl.CERT_NONE


# ruleid: tls-context-unverified
urllib.request.urlopen("https://example.org", context=ssl._create_unverified_context())
# ruleid: tls-context-unverified
ssl._create_default_https_context = ssl._create_unverified_context

ctx = ssl.create_default_context()
ctx.check_hostname = False
# ruleid: tls-context-unverified
ctx.verify_mode = ssl.CERT_NONE

pyopenssl = SSL.Context(SSL.TLS_METHOD)
# ruleid: tls-context-unverified
pyopenssl.set_verify(SSL.VERIFY_NONE, lambda *a: True)

# ruleid: tls-context-unverified
CELERY_BROKER_SSL = {"ssl_cert_reqs": ssl.CERT_NONE}

strict = ssl.create_default_context(cafile="ca.pem")
# ok: tls-context-unverified
strict.verify_mode = ssl.CERT_REQUIRED
# ok: tls-context-unverified
pyopenssl.set_verify(SSL.VERIFY_PEER, lambda *a: True)

server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
# ok: tls-context-unverified
server.verify_mode = ssl.CERT_NONE
# ok: tls-context-unverified
print(ctx.verify_mode == ssl.CERT_NONE)


def as_the_caller_says(verify):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if verify is True:
        context.load_default_certs()
    elif verify is False:
        context.check_hostname = False
        # ok: tls-context-unverified
        context.verify_mode = ssl.CERT_NONE
    return context
# ruleid: tls-context-unverified
c_1.verify_mode = ssl.VerifyMode.CERT_NONE
