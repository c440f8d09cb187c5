import os
import re
import shutil
import urllib.request
from pathlib import Path

import requests
from werkzeug.utils import secure_filename


def download(url, folder):
    answer = requests.get(url)
    name = re.findall("filename=(.+)", answer.headers["Content-Disposition"])[0]
    # ruleid: download-named-by-server
    open(name, "wb").write(answer.content)
    # ruleid: download-named-by-server
    open(os.path.join(folder, name), "wb")
    # ruleid: download-named-by-server
    Path(folder, name).write_bytes(answer.content)
    # ruleid: download-named-by-server
    shutil.move("x", answer.headers.get("content-disposition"))


def older(url, folder):
    answer = urllib.request.urlopen(url)
    # ruleid: download-named-by-server
    target = folder / answer.info().get_filename()
    # ruleid: download-named-by-server
    other = os.path.join(folder, answer.headers.get_filename())
    # ruleid: download-named-by-server
    third = os.path.join(folder, answer.info()["content-disposition"])
    return target, other, third


def safe(url, folder):
    answer = requests.get(url)
    name = os.path.basename(answer.headers["Content-Disposition"])
    # ok: download-named-by-server
    open(os.path.join(folder, name), "wb")
    # ok: download-named-by-server
    open(secure_filename(answer.headers["Content-Disposition"]), "wb")
    plain = Path(answer.headers["Content-Disposition"]).name
    # ok: download-named-by-server
    open(plain, "wb")
    kind = answer.headers["Content-Type"]
    # ok: download-named-by-server
    return os.path.join(folder, kind)
