import shutil

import patoolib
import py7zr
import rarfile


def unpack(archive, folder):
    # ruleid: archive-unpacked-unfiltered
    shutil.unpack_archive(archive, folder)
    # ruleid: archive-unpacked-unfiltered
    patoolib.extract_archive(archive, outdir=folder)
    # ruleid: archive-unpacked-unfiltered
    py7zr.SevenZipFile(archive).extractall(folder)
    # ruleid: archive-unpacked-unfiltered
    rarfile.RarFile(archive).extractall(folder)
    with py7zr.SevenZipFile(archive) as z:
        # ruleid: archive-unpacked-unfiltered
        z.extractall(folder)
    with rarfile.RarFile(archive) as r:
        # ruleid: archive-unpacked-unfiltered
        r.extractall(folder)


def safe(archive, folder):
    # ok: archive-unpacked-unfiltered
    shutil.unpack_archive(archive, folder, filter="data")
    # ok: archive-unpacked-unfiltered
    shutil.unpack_archive("fixtures.tar.gz", folder)
    # ok: archive-unpacked-unfiltered
    shutil.unpack_archive(archive, folder, format="zip")
    # ok: archive-unpacked-unfiltered
    shutil.unpack_archive(archive, folder, "zip")
    # ok: archive-unpacked-unfiltered
    shutil.make_archive(archive, "zip", folder)
