import jwt
from cryptography.exceptions import InvalidSignature
from django.core import signing
from itsdangerous import BadSignature


def weak(key, signature, data):
    # ruleid: signature-error-ignored
    try:
        key.verify(signature, data)
    except InvalidSignature:
        pass
    return data


def weak_cookie(request, serializer):
    user = request.cookies["user"]
    # ruleid: signature-error-ignored
    try:
        serializer.loads(user)
    except BadSignature:
        pass
    return user


def weak_jwt(token, key):
    # ruleid: signature-error-ignored
    try:
        jwt.decode(token, key, algorithms=["HS256"])
    except jwt.InvalidTokenError as error:
        return True
    return True


def strong(key, signature, data):
    # ok: signature-error-ignored
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return None
    return data


def strong_django(value):
    # ok: signature-error-ignored
    try:
        return signing.loads(value)
    except signing.BadSignature:
        pass
    return None


def other(path):
    # ok: signature-error-ignored
    try:
        path.unlink()
    except FileNotFoundError:
        pass


# ruleid: signature-error-ignored
try:
    pass
except InvalidSignatureError as n_1:
    pass


# ruleid: signature-error-ignored
try:
    pass
except InvalidSignatureError:
    return True


def taken_where_it_is_genuine(request, signer, verifier, cookie):
    request.messages = []
    # ok: signature-error-ignored
    try:
        request.messages = signer.unsign(cookie)
    except BadSignature:
        pass
    # ruleid: signature-error-ignored
    try:
        request.messages = signer.split(cookie)
    except BadSignature:
        pass
    # ruleid: signature-error-ignored
    try:
        request.messages = cookie
        signer.unsign(cookie)
    except BadSignature:
        pass
    return request


def any_certificate(sock, host):
    # ruleid: signature-error-ignored
    try:
        ssl.match_hostname(sock.getpeercert(), host)
    except ssl.CertificateError:
        pass
    return sock


def any_certificate_said(context, sock, host):
    # ruleid: signature-error-ignored
    try:
        context.wrap_socket(sock, server_hostname=host)
    except ssl.SSLCertVerificationError:
        pass
    return sock


def refused_certificate(sock, host):
    # ok: signature-error-ignored
    try:
        ssl.match_hostname(sock.getpeercert(), host)
    except ssl.CertificateError:
        sock.close()
    return sock
