import os
import tempfile
from pathlib import Path


def write(text):
    # ruleid: tempfile-name-in-shared-folder
    path = os.path.join(tempfile.gettempdir(), "app.lock")
    open(path, "w").write(text)
    # ruleid: tempfile-name-in-shared-folder
    open(os.path.join(tempfile.gettempdir(), "app.txt"), "a")


def adds(text):
    # ruleid: tempfile-name-in-shared-folder
    name = tempfile.gettempdir() + "/app.log"
    open(name, "w").write(text)


def by_path(text):
    # ruleid: tempfile-name-in-shared-folder
    path = Path(tempfile.gettempdir()) / "app.json"
    path.write_text(text)


def safe(text):
    # ok: tempfile-name-in-shared-folder
    path = os.path.join(tempfile.mkdtemp(), "app.lock")
    open(path, "w").write(text)
    # ok: tempfile-name-in-shared-folder
    open(os.path.join(tempfile.gettempdir(), "app.txt"), "r")
    # ok: tempfile-name-in-shared-folder
    with tempfile.NamedTemporaryFile("w") as f:
        f.write(text)


def reads():
    # ok: tempfile-name-in-shared-folder
    path = Path(tempfile.gettempdir()) / "app.json"
    return path.read_text()


def named_after_the_process(data):
    path = os.path.join(tempfile.gettempdir(), "cache-" + str(os.getpid()))
    # ruleid: tempfile-name-in-shared-folder
    with open(path, "w") as out:
        out.write(data)
    # ruleid: tempfile-name-in-shared-folder
    open(os.path.join(tempfile.gettempdir(), f"{os.getpid()}.log"), "a")


def always_the_same(data):
    path = os.path.join(tempfile.gettempdir(), "cache")
    # ruleid: tempfile-name-in-shared-folder
    with open(path, "w") as out:
        out.write(data)


def only_read():
    path = os.path.join(tempfile.gettempdir(), "cache-" + str(os.getpid()))
    # ok: tempfile-name-in-shared-folder
    with open(path, "r") as source:
        return source.read()


def in_a_folder_of_its_own(data):
    path = os.path.join(tempfile.mkdtemp(), "cache")
    # ok: tempfile-name-in-shared-folder
    with open(path, "w") as out:
        out.write(data)
