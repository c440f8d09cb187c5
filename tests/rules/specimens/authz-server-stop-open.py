import os

from fastapi import Depends
from flask import request


@app.route("/stop", methods=["POST"])
def stop():
    # ruleid: authz-server-stop-open
    os.kill(os.getpid(), 15)


@app.post("/exit")
async def leave():
    # ruleid: authz-server-stop-open
    os._exit(0)


@app.get("/abort")
async def abort():
    # ruleid: authz-server-stop-open
    os.abort()


@app.route("/shutdown")
def shutdown():
    # ruleid: authz-server-stop-open
    request.environ.get("werkzeug.server.shutdown")()


@app.route("/a")
@login_required
def with_login():
    # ok: authz-server-stop-open
    os._exit(0)


@app.route("/b")
@roles_required("admin")
def with_role():
    # ok: authz-server-stop-open
    os._exit(0)


@app.post("/c")
async def with_dependency(user=Depends(admin)):
    # ok: authz-server-stop-open
    os._exit(0)


def at_end():
    # ok: authz-server-stop-open
    os._exit(0)
