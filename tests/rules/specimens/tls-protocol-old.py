import ssl

from OpenSSL import SSL

# ruleid: tls-protocol-old
a = ssl.SSLContext(ssl.PROTOCOL_SSLv3)
# ruleid: tls-protocol-old
b = ssl.SSLContext(protocol=ssl.PROTOCOL_TLSv1)
# ruleid: tls-protocol-old
c = SSL.Context(SSL.SSLv3_METHOD)
ctx = ssl.create_default_context()
# ruleid: tls-protocol-old
ctx.minimum_version = ssl.TLSVersion.TLSv1
# ruleid: tls-protocol-old
d = ssl.wrap_socket(None, ssl_version=ssl.PROTOCOL_TLSv1_1)
# ok: tls-protocol-old
e = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# ok: tls-protocol-old
ctx.minimum_version = ssl.TLSVersion.TLSv1_2
# ok: tls-protocol-old
ctx.maximum_version = ssl.TLSVersion.TLSv1_3
# ok: tls-protocol-old
f = SSL.Context(SSL.TLS_METHOD)
# ok: tls-protocol-old
names = {ssl.PROTOCOL_TLSv1: "TLS 1.0"}


# ruleid: tls-protocol-old
ssl.get_server_certificate(ssl.PROTOCOL_TLSv1)


# ruleid: tls-protocol-old
c_1.ssl_version = ssl.PROTOCOL_TLSv1


# ruleid: tls-protocol-old
c_1.maximum_version = ssl.TLSVersion.PROTOCOL_TLSv1


# ruleid: tls-protocol-old
{"ssl_version": ssl.PROTOCOL_TLSv1}


def as_it_is_asked_for(context, wanted):
    if wanted == "TLSv1":
        # ok: tls-protocol-old
        context.minimum_version = ssl.TLSVersion.TLSv1
        # ok: tls-protocol-old
        context.maximum_version = ssl.TLSVersion.TLSv1
    elif wanted == "TLSv1.1":
        # ok: tls-protocol-old
        context.minimum_version = ssl.TLSVersion.TLSv1_1
    else:
        # ruleid: tls-protocol-old
        context.maximum_version = ssl.TLSVersion.SSLv3
    if wanted == "legacy":
        # ruleid: tls-protocol-old
        context.minimum_version = ssl.TLSVersion.TLSv1
