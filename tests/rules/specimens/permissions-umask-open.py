import os


def daemon():
    # ruleid: permissions-umask-open
    os.umask(0)


def other():
    # ruleid: permissions-umask-open
    os.umask(0o000)


def third():
    # ruleid: permissions-umask-open
    os.umask(0o001)


def safe():
    # ok: permissions-umask-open
    os.umask(0o077)
    # ok: permissions-umask-open
    os.umask(0o022)


def ask():
    # ok: permissions-umask-open
    old = os.umask(0)
    os.umask(old)
    return old
