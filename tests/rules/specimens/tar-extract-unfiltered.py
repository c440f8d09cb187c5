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


def opened_by_class(path):
    with tarfile.TarFile(path) as tar:
        # ruleid: tar-extract-unfiltered
        tar.extractall("x")


def kept_by_class(path):
    tar = tarfile.TarFile(path)
    # ruleid: tar-extract-unfiltered
    tar.extractall("x")


def opened_of_class(path):
    tar = tarfile.TarFile.open(path)
    # ruleid: tar-extract-unfiltered
    tar.extractall("x")


def closed_at_last(path):
    with contextlib.closing(tarfile.open(path)) as tar:
        # ruleid: tar-extract-unfiltered
        tar.extractall("x")


def chosen(path, checked):
    tar = tarfile.open(path)
    # ok: tar-extract-unfiltered
    tar.extractall("x", checked)
    # ok: tar-extract-unfiltered
    tarfile.open(path).extractall("x", filter="data")
    # ok: tar-extract-unfiltered
    tarfile.open(path).extractall("x", members=checked)


def filtered_first(path):
    tar = tarfile.open(path)
    tar.extraction_filter = tarfile.data_filter
    # ok: tar-extract-unfiltered
    tar.extractall("x")
