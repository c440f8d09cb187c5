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
