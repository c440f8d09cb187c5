import socket
import ssl


def old(host):
    # ruleid: tls-context-bare
    return ssl.wrap_socket(socket.create_connection((host, 443)))


def bare(host):
    # ruleid: tls-context-bare
    context = ssl.SSLContext()
    return context.wrap_socket(socket.create_connection((host, 443)))


def named(host):
    # ruleid: tls-context-bare
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    return context.wrap_socket(socket.create_connection((host, 443)))


def given(host, ssl):
    # ok: tls-context-bare
    return ssl.wrap_socket(socket.create_connection((host, 443)), server_hostname=host)


def default(host):
    # ok: tls-context-bare
    context = ssl.create_default_context()
    return context.wrap_socket(socket.create_connection((host, 443)), server_hostname=host)


def client(host):
    # ok: tls-context-bare
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return context.wrap_socket(socket.create_connection((host, 443)), server_hostname=host)


def tightened(host):
    # ok: tls-context-bare
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    return context


def server():
    # ok: tls-context-bare
    context = ssl.SSLContext(ssl.PROTOCOL_TLS)
    context.load_cert_chain("server.pem")
    return context


# ruleid: tls-context-bare
c_1 = ssl.SSLContext(ssl.PROTOCOL_SSLv23)


# ruleid: tls-context-bare
c_1 = ssl.SSLContext(protocol=ssl.PROTOCOL_TLS)


# ruleid: tls-context-bare
c_1 = ssl.SSLContext(protocol=ssl.PROTOCOL_SSLv23)


# ok: tls-context-bare
ssl.wrap_socket(sock, cert_reqs=ssl.CERT_REQUIRED)
# ok: tls-context-bare
ssl.wrap_socket(sock, server_side=True)
