import os
import uuid

from flask import Flask, request
from werkzeug.utils import secure_filename

app = Flask(__name__)


@app.route("/upload", methods=["POST"])
def flask_upload():
    upload = request.files["file"]
    # ruleid: upload-under-client-name
    upload.save("uploads/" + upload.filename)
    # ruleid: upload-under-client-name
    upload.save(os.path.join("uploads", upload.filename))
    # ok: upload-under-client-name
    upload.save(os.path.join("uploads", secure_filename(upload.filename)))
    # ok: upload-under-client-name
    upload.save(f"uploads/{uuid.uuid4()}.png")
    return "ok"


def django_upload(request):
    sent = request.FILES["file"]
    # ruleid: upload-under-client-name
    with open("uploads/" + sent.name, "wb") as target:
        target.write(sent.read())
    # ok: upload-under-client-name
    with open("uploads/" + os.path.basename(sent.name), "wb") as target:
        target.write(sent.read())


@app.post("/upload")
async def fastapi_upload(file: UploadFile):
    # ruleid: upload-under-client-name
    async with aiofiles.open(f"uploads/{file.filename}", "wb") as target:
        await target.write(await file.read())
    # ok: upload-under-client-name
    with open(f"uploads/{uuid.uuid4()}{Path(file.filename).suffix}", "wb") as target:
        target.write(await file.read())


def client_side(path):
    # ok: upload-under-client-name
    return open(path.filename, "rb")


class Writer:
    def __enter__(self):
        # ok: upload-under-client-name
        self.file = open(self.filename, "wt")
        return self
def another_1(name, tainted=None):
    tainted = upload.name
    # ruleid: upload-under-client-name
    upload.save(tainted)


def another_2(name):
    tainted = name.filename
    # ruleid: upload-under-client-name
    tainted.write_bytes()
    # ruleid: upload-under-client-name
    io.open(tainted)
    # ruleid: upload-under-client-name
    os.rename(a_1, tainted)
    # ruleid: upload-under-client-name
    shutil.move(a_1, tainted)
    # ruleid: upload-under-client-name
    shutil.copy(a_1, tainted)
    # ruleid: upload-under-client-name
    shutil.copyfile(a_1, tainted)
    # ruleid: upload-under-client-name
    tainted.write_bytes()
    # ruleid: upload-under-client-name
    tainted.write_text()
    # ruleid: upload-under-client-name
    tainted.open("w")


def stores(upload):
    # ok: upload-under-client-name
    default_storage.save(upload.filename, upload)
    # ok: upload-under-client-name
    self.storage.save(upload.filename, upload)
    # ok: upload-under-client-name
    open(upload.filename)
    # ok: upload-under-client-name
    open(upload.filename, "r")


def unzipped(archive, folder):
    for zinfo in archive.infolist():
        # ok: upload-under-client-name
        open(os.path.join(folder, zinfo.filename), "wb")


def reads(image):
    # ok: upload-under-client-name
    open(image.filename, mode="rb")
    # ok: upload-under-client-name
    open(image.filename, mode="r")
    # ok: upload-under-client-name
    open(image.filename, encoding="utf-8")
    # ruleid: upload-under-client-name
    open(image.filename, mode="wb")
def in_other_ways(request, root):
    file = request.FILES["f"]
    # ok: upload-under-client-name
    open(re.sub("[^a-z]", "", file.name), "wb")
    name = file.name
    if name not in KNOWN:
        return
    # ok: upload-under-client-name
    open(name, "wb")


def typed(parser):
    args = parser.parse_args()
    # ok: upload-under-client-name
    with open(args.filename, "w") as out:
        out.write("x")


def posted(args):
    # ruleid: upload-under-client-name
    with open(args.file.filename, "wb") as out:
        out.write(args.file.read())
