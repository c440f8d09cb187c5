import os


def write(path, text):
    # ruleid: file-checked-then-opened
    if not os.path.exists(path):
        open(path, "w").write(text)
    # ruleid: file-checked-then-opened
    if not os.path.exists(path):
        with open(path, "w") as f:
            f.write(text)
    # ruleid: file-checked-then-opened
    if not os.path.isfile(path):
        with open(path, "wb") as f:
            f.write(text)


def read(path):
    # ruleid: file-checked-then-opened
    if os.access(path, os.R_OK):
        with open(path) as f:
            return f.read()


def read_at_once(path):
    # ruleid: file-checked-then-opened
    if os.access(path, os.R_OK):
        return open(path).read()


def safe(path, other, text):
    # ok: file-checked-then-opened
    if not os.path.exists(path):
        with open(path, "x") as f:
            f.write(text)
    # ok: file-checked-then-opened
    if not os.path.exists(path):
        raise FileNotFoundError(path)
    # ok: file-checked-then-opened
    if not os.path.exists(path):
        with open(other, "w") as f:
            f.write(text)
