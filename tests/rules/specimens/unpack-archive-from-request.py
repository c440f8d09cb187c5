import gzip
import io
import shutil
import zipfile
import zlib

from flask import Flask, request

app = Flask(__name__)


@app.route("/unpack", methods=["POST"])
def flask_unpack():
    # ruleid: unpack-archive-from-request
    zlib.decompress(request.data)
    archive = zipfile.ZipFile(request.files["archive"])
    # ruleid: unpack-archive-from-request
    archive.extractall("work")
    # ok: unpack-archive-from-request
    zlib.decompressobj().decompress(request.data, 1_000_000)
    return "ok"


@app.route("/checked", methods=["POST"])
def flask_checked():
    archive = zipfile.ZipFile(request.files["archive"])
    if sum(info.file_size for info in archive.infolist()) > 1_000_000:
        return "too big", 413
    # ok: unpack-archive-from-request
    archive.extractall("work")
    return "ok"


def django_unpack(request):
    # ruleid: unpack-archive-from-request
    shutil.unpack_archive(request.POST["path"], "work")
    # ok: unpack-archive-from-request
    shutil.unpack_archive("fixtures.zip", "work")


@app.post("/unpack")
async def fastapi_unpack(file: UploadFile):
    # ruleid: unpack-archive-from-request
    return gzip.decompress(await file.read())


def another_1(name):
    tainted = request.args["x"]
    # ruleid: unpack-archive-from-request
    zlib.decompress(tainted, wbits=w_1)
    # ruleid: unpack-archive-from-request
    bz2.decompress(tainted)
    # ruleid: unpack-archive-from-request
    lzma.decompress(tainted)
