import tarfile
import zipfile


def unpack(path, target):
    with tarfile.open(path) as archive:
        # ruleid: tar-extract-unfiltered
        archive.extractall(target)
    archive = tarfile.open(path)
    # ruleid: tar-extract-unfiltered
    archive.extract("readme.txt", target)
    # ruleid: tar-extract-unfiltered
    tarfile.open(path).extractall(target)


def trusting(path, target):
    with tarfile.open(path) as archive:
        # ruleid: tar-extract-unfiltered
        archive.extractall(target, filter="fully_trusted")


def careful(path, target, chosen):
    with tarfile.open(path) as archive:
        # ok: tar-extract-unfiltered
        archive.extractall(target, filter="data")
        # ok: tar-extract-unfiltered
        archive.extractall(target, members=chosen(archive))
    with zipfile.ZipFile(path) as archive:
        # ok: tar-extract-unfiltered
        archive.extractall(target)
