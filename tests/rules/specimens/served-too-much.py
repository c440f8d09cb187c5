import flask
from aiohttp import web
from fastapi.staticfiles import StaticFiles
from flask import Flask

# ruleid: served-too-much
app.router.add_static("/s", "static", follow_symlinks=True)
# ruleid: served-too-much
a = web.static("/s", "static", follow_symlinks=True)
# ruleid: served-too-much
b = StaticFiles(directory="static", follow_symlink=True)
# ruleid: served-too-much
c = StaticFiles(directory=".")
# ruleid: served-too-much
d = Flask(__name__, static_folder="/")
# ruleid: served-too-much
app.router.add_static("/s", "/")
# ruleid: served-too-much
e = flask.send_from_directory("/etc", name)
# ruleid: served-too-much
demo.launch(allowed_paths=["/"])
# ok: served-too-much
app.router.add_static("/s", "static")
# ok: served-too-much
f = StaticFiles(directory="static")
# ok: served-too-much
g = Flask(__name__, static_folder="static")
# ok: served-too-much
demo.launch(allowed_paths=["images"])
# ok: served-too-much
h = flask.send_from_directory("uploads", name)
