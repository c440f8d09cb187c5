import os
from pathlib import Path


class Store:
    def __init__(self, root):
        self.root = root

    def read(self, filename):
        path = os.path.join(self.root, filename)
        # ruleid: path-joined-unchecked
        with open(path) as file:
            return file.read()

    def write(self, rel_path: str, text):
        target = self.root / rel_path
        # ruleid: path-joined-unchecked
        open(target, "w").write(text)

    def direct(self, fname):
        # ruleid: path-joined-unchecked
        return open(os.path.join(UPLOADS, "in", fname)).read()

    def checked(self, filename):
        path = os.path.realpath(os.path.join(self.root, filename))
        if not path.startswith(self.root + os.sep):
            raise ValueError(filename)
        # ok: path-joined-unchecked
        return open(path).read()

    def last_part(self, filename):
        # ok: path-joined-unchecked
        return open(os.path.join(self.root, os.path.basename(filename))).read()

    def known(self, filename):
        if filename not in KNOWN:
            raise ValueError(filename)
        # ok: path-joined-unchecked
        return open(os.path.join(self.root, filename)).read()

    def other(self, number):
        # ok: path-joined-unchecked
        return open(os.path.join(self.root, number)).read()

    def plain(self, filename):
        # ok: path-joined-unchecked
        return open(filename).read()

    def odd(self, filename):
        # ok: path-joined-unchecked
        return open(os.path.join(self.name(), filename)).read()


class Asked:
    def asked(self, filename):
        path = os.path.join(self.root, filename)
        if not os.path.abspath(path).startswith(self.root + os.sep):
            raise ValueError(filename)
        # ok: path-joined-unchecked
        return open(path).read()


def added(filename):
    # ruleid: path-joined-unchecked
    return open("/srv/docs/" + filename).read()


def added_known(number):
    # ok: path-joined-unchecked
    return open("/srv/docs/" + number).read()


def added_extension(filename):
    # ok: path-joined-unchecked
    return open("copy-of-" + filename).read()
