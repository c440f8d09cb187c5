import re


def clean(filename, path, text):
    # ruleid: path-dots-removed
    a = filename.replace("../", "")
    # ruleid: path-dots-removed
    b = path.lstrip("./")
    # ruleid: path-dots-removed
    c = re.sub("[.][.]/", "", path)
    # ruleid: path-dots-removed
    d = path.replace("..", "")
    # ruleid: path-dots-removed
    e = re.sub("\\.\\.", "", path)
    # ok: path-dots-removed
    f = path.replace("\\", "/")
    # ok: path-dots-removed
    g = text.replace("..", "")
    # ok: path-dots-removed
    h = path.lstrip("/")
    # ok: path-dots-removed
    i = filename.replace("..", ".")
    return a, b, c, d, e, f, g, h, i
