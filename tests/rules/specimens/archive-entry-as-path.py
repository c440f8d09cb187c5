import os
import tarfile
import zipfile
from pathlib import Path


def unzip(path, target):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            # ruleid: archive-entry-as-path
            with open(os.path.join(target, name), "wb") as out:
                out.write(archive.read(name))
        for info in archive.infolist():
            # ruleid: archive-entry-as-path
            Path(target, info.filename).write_bytes(archive.read(info))


def untar(path, target):
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            # ruleid: archive-entry-as-path
            os.makedirs(os.path.join(target, member.name))


def careful(path, target):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            # ok: archive-entry-as-path
            with open(os.path.join(target, os.path.basename(name)), "wb") as out:
                out.write(archive.read(name))
        for name in archive.namelist():
            place = Path(target, name).resolve()
            if not place.is_relative_to(target):
                raise ValueError(name)
            # ok: archive-entry-as-path
            place.write_bytes(archive.read(name))
        # ok: archive-entry-as-path
        with open(os.path.join(target, "list.txt"), "w") as out:
            out.write("\n".join(archive.namelist()))


def another_1(name, tainted=None):
    tainted = z_1.getnames()
    # ruleid: archive-entry-as-path
    open(tainted, "w")


def another_2(name):
    tainted = name.namelist()[0]
    # ruleid: archive-entry-as-path
    os.mkdir(tainted)
    # ruleid: archive-entry-as-path
    os.symlink(tainted)
    # ruleid: archive-entry-as-path
    shutil.move(a_1, tainted)
    # ruleid: archive-entry-as-path
    tainted.write_text()


def stream(path, into):
    with tarfile.open(path) as tar:
        for member in tar:
            target = Path(into) / member.name
            # ruleid: archive-entry-as-path
            with tar.extractfile(member) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out)


def zip_entry_read(archive, into):
    for name in archive.namelist():
        # ok: archive-entry-as-path
        with archive.open(name, "r") as source:
            source.read()


def in_other_ways(self, archive, into):
    names = []
    for name in archive.namelist():
        names.append(name)
        # ok: archive-entry-as-path
        open(re.sub("[^a-z]", "", name), "wb")
        # ok: archive-entry-as-path
        open(self.below(into, name), "wb")
        if name not in KNOWN:
            continue
        # ok: archive-entry-as-path
        open(name, "wb")
    # ruleid: archive-entry-as-path
    open(names[0], "wb")


def last_parts(root):
    with zipfile.ZipFile("x.zip") as z:
        for info in z.infolist():
            name = PurePosixPath(info.filename).name
            # ok: archive-entry-as-path
            (root / name).write_bytes(z.read(info))
            # ok: archive-entry-as-path
            (root / pathlib.PurePosixPath(info.filename).name).write_bytes(z.read(info))
            # ruleid: archive-entry-as-path
            (root / PurePosixPath(info.filename)).write_bytes(z.read(info))
