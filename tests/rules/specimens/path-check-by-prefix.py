import os
from pathlib import Path


def absolute(name):
    # ruleid: path-check-by-prefix
    path = os.path.abspath(os.path.join(BASE, name))
    if not path.startswith(BASE):
        raise ValueError(name)
    return open(path)


def real(name, base):
    # ruleid: path-check-by-prefix
    path = os.path.realpath(os.path.join(base, name))
    if not path.startswith(base):
        raise ValueError(name)
    return open(path)


def normal(name):
    # ruleid: path-check-by-prefix
    path = os.path.normpath(os.path.join(BASE, name))
    if not path.startswith(BASE):
        raise ValueError(name)
    return open(path)


def absolute_positive(name):
    # ruleid: path-check-by-prefix
    path = os.path.abspath(os.path.join(BASE, name))
    if path.startswith(BASE):
        return open(path)


def real_positive(name):
    # ruleid: path-check-by-prefix
    path = os.path.realpath(os.path.join(BASE, name))
    if path.startswith(BASE):
        return open(path)


def resolved(path, base):
    # ruleid: path-check-by-prefix
    if not str(path.resolve()).startswith(str(base)):
        raise ValueError(path)


def common(path):
    # ruleid: path-check-by-prefix
    if os.path.commonprefix([BASE, path]) != BASE:
        raise ValueError(path)
    # ruleid: path-check-by-prefix
    if os.path.commonprefix([path, BASE]) != BASE:
        raise ValueError(path)
    # ruleid: path-check-by-prefix
    if os.path.commonprefix((path, BASE)) != BASE:
        raise ValueError(path)


def with_separator(name):
    # ok: path-check-by-prefix
    path = os.path.abspath(os.path.join(BASE, name))
    if not path.startswith(BASE + os.sep):
        raise ValueError(name)


def by_parts(name):
    path = Path(BASE, name).resolve()
    # ok: path-check-by-prefix
    if not path.is_relative_to(BASE):
        raise ValueError(name)


def with_slash(name, base):
    base = os.path.abspath(base) + os.sep
    # ok: path-check-by-prefix
    path = os.path.abspath(os.path.join(base, name))
    if not path.startswith(base):
        raise ValueError(name)


def with_join(name, folder):
    base = os.path.join(folder, "")
    # ok: path-check-by-prefix
    path = os.path.realpath(os.path.join(base, name))
    if not path.startswith(base):
        raise ValueError(name)


def common_path(path):
    # ok: path-check-by-prefix
    if os.path.commonpath([BASE, path]) != BASE:
        raise ValueError(path)


def at_once(root, path):
    # ruleid: path-check-by-prefix
    if not os.path.abspath(path).startswith(root):
        raise ValueError(path)
    # ruleid: path-check-by-prefix
    if not os.path.realpath(os.path.join(root, path)).startswith(root):
        raise ValueError(path)
    # ok: path-check-by-prefix
    if not os.path.basename(path).startswith(root):
        raise ValueError(path)
    # ok: path-check-by-prefix
    if not os.path.abspath(path).startswith(root + os.sep):
        raise ValueError(path)


def joined_only(name):
    # ruleid: path-check-by-prefix
    full = os.path.join("/srv/docs", name)
    if not full.startswith("/srv/docs"):
        raise ValueError(name)
    return open(full).read()


def joined_to_base(name):
    # ruleid: path-check-by-prefix
    full = os.path.join(BASE, name)
    if not full.startswith(BASE):
        raise ValueError(name)
    return open(full).read()


def joined_and_resolved(name):
    full = os.path.join(BASE, name)
    full = os.path.realpath(full)
    # ok: path-check-by-prefix
    if not full.startswith(BASE + os.sep):
        raise ValueError(name)
    return open(full).read()


def with_a_slash(name):
    full = os.path.realpath(os.path.join("/srv/notes", name))
    # ok: path-check-by-prefix
    if not full.startswith("/srv/notes/"):
        raise ValueError(name)
    return open(full).read()


def without_a_slash(name):
    # ruleid: path-check-by-prefix
    full = os.path.realpath(os.path.join("/srv/notes", name))
    if not full.startswith("/srv/notes"):
        raise ValueError(name)
    return open(full).read()
