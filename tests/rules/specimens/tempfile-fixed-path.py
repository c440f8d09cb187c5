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
