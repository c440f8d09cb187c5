import os
import pty
import shlex
import subprocess

from fabric import Connection
from flask import request
from kubernetes.stream import stream


def flask_view(api):
    branch = request.args["branch"]
    connection = Connection("web1")
    # ruleid: command-elsewhere-from-request
    connection.run(f"git checkout {branch}")
    # ruleid: command-elsewhere-from-request
    connection.sudo("systemctl restart " + branch)
    # ruleid: command-elsewhere-from-request
    connection.local("make " + branch)
    # ruleid: command-elsewhere-from-request
    stream(api.connect_get_namespaced_pod_exec, "p", "d", command=["/bin/sh", "-c", branch])
    # ruleid: command-elsewhere-from-request
    pty.spawn(["/bin/sh", "-c", branch])
    # ruleid: command-elsewhere-from-request
    os.execlp("sh", "sh", "-c", branch)


def django_view(request, connection):
    branch = request.POST["branch"]
    # ok: command-elsewhere-from-request
    connection.run("git checkout " + shlex.quote(branch))
    # ok: command-elsewhere-from-request
    connection.run(shlex.join(["git", "checkout", branch]))
    # ok: command-elsewhere-from-request
    subprocess.run(["git", "checkout", branch])
    if branch not in ("main", "stable"):
        return None
    # ok: command-elsewhere-from-request
    connection.run("git pull")
    # ok: command-elsewhere-from-request
    return connection.run(f"git checkout {branch}")


def collects(request, connection):
    found = []
    found.append(request.GET["x"])
    # ruleid: command-elsewhere-from-request
    connection.run("ls %s" % found[0])
    number = int(request.GET["n"])
    # ok: command-elsewhere-from-request
    connection.run("ls %s" % number)
    # ok: command-elsewhere-from-request
    connection.run("ls %s" % int(request.GET["n"]))
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: command-elsewhere-from-request
    connection.run("ls %s" % kind)
