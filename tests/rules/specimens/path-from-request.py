import os
import shutil
from pathlib import Path

from flask import Flask, request, send_file, send_from_directory
from werkzeug.utils import secure_filename

app = Flask(__name__)
BASE = Path("files")
REPORTS = {"day": "day.txt", "week": "week.txt"}


@app.route("/file")
def flask_file():
    name = request.args["name"]
    # ruleid: path-from-request
    open("files/" + name).read()
    # ruleid: path-from-request
    send_file(os.path.join("files", name))
    # ruleid: path-from-request
    (BASE / name).read_text()
    # ruleid: path-from-request
    Path(f"files/{name}").unlink()
    # ok: path-from-request
    open(os.path.join("files", secure_filename(name))).read()
    # ok: path-from-request
    send_from_directory("files", name)
    # ok: path-from-request
    open("files/" + REPORTS[name]).read()
    # ok: path-from-request
    return open("files/readme.txt").read()


@app.route("/file/<path:name>")
def flask_route(name):
    # ruleid: path-from-request
    return send_file("files/" + name)


@app.route("/file/<int:number>")
def flask_number(number):
    # ok: path-from-request
    return send_file(f"files/{number}.txt")


def django_file(request, path):
    # ruleid: path-from-request
    shutil.rmtree(os.path.join("files", request.POST["folder"]))
    target = (BASE / path).resolve()
    if not target.is_relative_to(BASE):
        raise PermissionError
    # ok: path-from-request
    return target.read_bytes()


@app.get("/download/{name}")
async def fastapi_file(name: str, number: int):
    # ok: path-from-request
    FileResponse(f"files/{number}.pdf")
    # ruleid: path-from-request
    return FileResponse(f"files/{name}")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        # ruleid: path-from-request
        self.wfile.write(open("." + self.path, "rb").read())


def kept_in_a_variable(request):
    name = secure_filename(request.args["name"])
    # ok: path-from-request
    open(os.path.join("files", name))
    number = int(request.args["number"])
    # ok: path-from-request
    open(f"files/{number}")


def joined_in_a_variable(request):
    name = os.path.join("files", request.args["name"])
    # ruleid: path-from-request
    open(name)
def another_1(name):
    tainted = request.args["x"]
    # ruleid: path-from-request
    io.open(tainted)
    # ruleid: path-from-request
    codecs.open(tainted)
    # ruleid: path-from-request
    aiofiles.open(tainted)
    # ruleid: path-from-request
    gzip.open(tainted)
    # ruleid: path-from-request
    zipfile.ZipFile(tainted)
    # ruleid: path-from-request
    tarfile.open(tainted)
    # ruleid: path-from-request
    os.open(tainted)
    # ruleid: path-from-request
    os.remove(tainted)
    # ruleid: path-from-request
    os.unlink(tainted)
    # ruleid: path-from-request
    os.rmdir(tainted)
    # ruleid: path-from-request
    os.mkdir(tainted)
    # ruleid: path-from-request
    os.makedirs(tainted)
    # ruleid: path-from-request
    os.listdir(tainted)
    # ruleid: path-from-request
    os.scandir(tainted)
    # ruleid: path-from-request
    os.walk(tainted)
    # ruleid: path-from-request
    os.rename(tainted)
    # ruleid: path-from-request
    os.replace(tainted)
    # ruleid: path-from-request
    os.chmod(tainted)
    # ruleid: path-from-request
    os.symlink(tainted)
    # ruleid: path-from-request
    glob.glob(tainted)
    # ruleid: path-from-request
    shutil.copy(tainted)
    # ruleid: path-from-request
    shutil.copyfile(tainted)
    # ruleid: path-from-request
    shutil.copytree(tainted)
    # ruleid: path-from-request
    shutil.move(tainted)
    # ruleid: path-from-request
    flask.send_file(tainted)
    # ruleid: path-from-request
    send_file(tainted)
    # ruleid: path-from-request
    send_from_directory(tainted)
    # ruleid: path-from-request
    FileResponse(path=tainted)
    # ruleid: path-from-request
    web.FileResponse(tainted)
    # ruleid: path-from-request
    response.file(tainted)
    # ruleid: path-from-request
    f_1.save(tainted)
    # ruleid: path-from-request
    df_1.to_csv(tainted)
    # ruleid: path-from-request
    pandas.read_csv(tainted)
    # ruleid: path-from-request
    pandas.read_excel(tainted)
    # ruleid: path-from-request
    numpy.load(tainted)
    # ruleid: path-from-request
    linecache.getline(tainted)
    # ruleid: path-from-request
    configparser.ConfigParser().read(tainted)
    # ruleid: path-from-request
    logging.FileHandler(tainted)
    # ruleid: path-from-request
    tempfile.NamedTemporaryFile(dir=tainted)


def all_paths(request):
    target = ROOT / request.GET["name"]
    # ruleid: path-from-request
    target.read_text()
    # ruleid: path-from-request
    target.read_bytes()
    # ruleid: path-from-request
    target.write_text("x")
    # ruleid: path-from-request
    target.write_bytes(b"x")
    # ruleid: path-from-request
    target.unlink()
    # ruleid: path-from-request
    target.rmdir()
    # ruleid: path-from-request
    target.iterdir()
    # ruleid: path-from-request
    target.open()
    # ruleid: path-from-request
    send_file(target)
    # ok: path-from-request
    send_file(io.BytesIO(request.body))
    # ok: path-from-request
    zipfile.ZipFile(io.BytesIO(request.body))
    # ok: path-from-request
    webbrowser.open(request.GET["url"])
    # ok: path-from-request
    Image.open(request.FILES["image"])


def normal(request):
    name = os.path.join(ROOT, request.GET["name"])
    if not os.path.abspath(name).startswith(ROOT + os.sep):
        return None
    # ok: path-from-request
    return open(name)


def resolved(request):
    name = ROOT / request.GET["name"]
    if not name.resolve().is_relative_to(ROOT):
        return None
    # ok: path-from-request
    return open(name)
