import os
import uuid
from pathlib import Path

from fastapi import FastAPI, UploadFile
from flask import Flask, abort, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
api = FastAPI()
ALLOWED = {".png", ".pdf"}


@app.post("/upload")
def upload():
    file = request.files["file"]
    # ruleid: upload-type-unchecked
    file.save(os.path.join("uploads", secure_filename(file.filename)))
    return "thanks"


def django_upload(request, storage):
    file = request.FILES["file"]
    # ruleid: upload-type-unchecked
    return storage.save(file.name, file)


@api.post("/upload")
async def api_upload(file: UploadFile):
    # ruleid: upload-type-unchecked
    with open(f"uploads/{file.filename}", "wb") as out:
        out.write(await file.read())


@app.post("/safe")
def upload_safely():
    file = request.files["file"]
    suffix = Path(file.filename).suffix
    if suffix not in ALLOWED:
        abort(400)
    # ok: upload-type-unchecked
    file.save(os.path.join("uploads", f"{uuid.uuid4()}{suffix}"))
    return "thanks"


def django_upload_safely(request, storage, allowed_file):
    file = request.FILES["file"]
    if not allowed_file(file.name):
        return None
    # ok: upload-type-unchecked
    return storage.save(file.name, file)


@api.post("/safe")
async def api_upload_safely(file: UploadFile):
    if file.content_type != "image/png":
        return None
    # ok: upload-type-unchecked
    with open(f"uploads/{uuid.uuid4()}.png", "wb") as out:
        out.write(await file.read())


def store(figure, path):
    # ok: upload-type-unchecked
    figure.save(path)


def another_1(name):
    # ruleid: upload-type-unchecked
    f_1.save(f_1.filename)


def by_suffix(request):
    f = request.files["f"]
    if f.filename.endswith(".png"):
        # ok: upload-type-unchecked
        f.save(f.filename)


def by_kind(request):
    f = request.files["f"]
    if f.content_type == "image/png":
        # ok: upload-type-unchecked
        f.save(f.filename)


def by_form(request, form):
    f = request.files["f"]
    if form.validate_on_submit():
        # ok: upload-type-unchecked
        f.save(f.filename)


def by_path(request):
    f = request.files["f"]
    if Path(f.filename).suffix == ".png":
        # ok: upload-type-unchecked
        f.save(f.filename)


def named(request):
    file = request.files["f"]
    name = "x" + file.filename
    # ruleid: upload-type-unchecked
    file.save(name)


def of_flask():
    file = flask.request.files["f"]
    # ruleid: upload-type-unchecked
    file.save("x")


def of_flask_or_none():
    file = flask.request.files.get("f")
    # ruleid: upload-type-unchecked
    file.save("x")


async def opened(file: UploadFile):
    path = "up/" + file.filename
    # ruleid: upload-type-unchecked
    with open(path, "wb") as out:
        out.write(await file.read())


def of_django(request):
    file = request.FILES["f"]
    # ruleid: upload-type-unchecked
    with open("up/" + file.name, "wb") as out:
        out.write(file.read())


def listed():
    file = flask.request.files["f"]
    if file.mimetype in KINDS:
        # ok: upload-type-unchecked
        file.save("x")


def ending():
    file = flask.request.files["f"]
    if file.filename.endswith(".png"):
        # ok: upload-type-unchecked
        file.save("x")


def suffixed(path):
    file = flask.request.files["f"]
    if path.suffix == ".png":
        # ok: upload-type-unchecked
        file.save("x")


@app.route("/one", methods=["POST"])
def own_name():
    f = request.files["f"]
    # ok: upload-type-unchecked
    f.save("/srv/up/" + secrets.token_hex(16))


@app.route("/two", methods=["POST"])
def own_name_their_kind():
    f = request.files["f"]
    # ruleid: upload-type-unchecked
    f.save("/srv/up/" + secrets.token_hex(16) + os.path.splitext(f.filename)[1])
