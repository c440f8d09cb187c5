import os
import tempfile
from pathlib import Path

LOCK = "/tmp/shop.lock"


def weak(user, data):
    # ruleid: tempfile-fixed-path
    with open("/tmp/orders.csv", "w") as out:
        out.write(data)
    # ruleid: tempfile-fixed-path
    with open(f"/tmp/{user}.csv", "wb") as out:
        out.write(data)
    # ruleid: tempfile-fixed-path
    Path("/var/tmp/orders.json").write_text(data)
    # ruleid: tempfile-fixed-path
    os.makedirs("/tmp/shop", exist_ok=True)
    # ruleid: tempfile-fixed-path
    return open(LOCK, "w")


def good(data):
    # ok: tempfile-fixed-path
    with tempfile.NamedTemporaryFile("w") as out:
        out.write(data)
    # ok: tempfile-fixed-path
    with open("/srv/shop/orders.csv", "w") as out:
        out.write(data)
    # ok: tempfile-fixed-path
    with open("/tmp/new.csv", "x") as out:
        out.write(data)
    # ok: tempfile-fixed-path
    return open("/tmp/orders.csv", "r")


def by_number():
    lock = "/tmp/app-%d.lock" % os.getpid()
    # ruleid: tempfile-fixed-path
    open(lock, "w").close()
    # ruleid: tempfile-fixed-path
    shutil.copy("a", "/tmp/copy.txt")
    # ruleid: tempfile-fixed-path
    shutil.copyfile("a", "/tmp/copy.txt")
    # ruleid: tempfile-fixed-path
    os.open("/tmp/fixed", os.O_CREAT | os.O_WRONLY)
    run = "/run/app/%d.lock" % os.getpid()
    # ok: tempfile-fixed-path
    open(run, "w").close()


def more(upload):
    # ruleid: tempfile-fixed-path
    open("/tmp/a", mode="w")
    # ruleid: tempfile-fixed-path
    io.open("/tmp/a", "w")
    # ruleid: tempfile-fixed-path
    codecs.open("/tmp/a", "w")
    # ruleid: tempfile-fixed-path
    os.mkdir("/tmp/a")
    # ruleid: tempfile-fixed-path
    upload.save("/tmp/a")


def in_other_ways():
    # ruleid: tempfile-fixed-path
    open("/tmp/state.json", "w")
    # ruleid: tempfile-fixed-path
    pathlib.Path("/tmp/state.json").open("w")
    # ruleid: tempfile-fixed-path
    pathlib.Path("/tmp/state.json").write_bytes(b"")
