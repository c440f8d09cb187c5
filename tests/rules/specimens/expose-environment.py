import os

from fastapi import FastAPI
from flask import Flask, current_app, jsonify

app = Flask(__name__)
api = FastAPI()


@app.route("/env")
def env():
    # ruleid: expose-environment
    return jsonify(dict(os.environ))


@app.route("/config")
def config():
    # ruleid: expose-environment
    return str(current_app.config)


def django_env(request, JsonResponse):
    values = dict(os.environ)
    # ruleid: expose-environment
    return JsonResponse(values)


@api.get("/env")
async def api_env():
    # ruleid: expose-environment
    return os.environ


@app.route("/version")
def version():
    # ok: expose-environment
    return jsonify({"version": os.environ["VERSION"], "region": os.environ.get("REGION")})


def run(subprocess):
    # ok: expose-environment
    return subprocess.run(["true"], env=dict(os.environ), check=True)


@app.route("/flag")
def flag():
    # ok: expose-environment
    return jsonify({"beta": "BETA" in os.environ})


import os

import aiohttp.web
import flask


def all_answers():
    # ruleid: expose-environment
    flask.jsonify(dict(os.environ))
    # ruleid: expose-environment
    flask.make_response(dict(os.environ))
    # ruleid: expose-environment
    flask.Response(str(os.environ))
    # ruleid: expose-environment
    flask.render_template("e.html", e=dict(os.environ))
    # ruleid: expose-environment
    HttpResponse(str(os.environ))
    # ruleid: expose-environment
    JSONResponse(dict(os.environ))
    # ruleid: expose-environment
    PlainTextResponse(str(os.environ))
    # ruleid: expose-environment
    aiohttp.web.Response(text=str(os.environ))
    # ruleid: expose-environment
    aiohttp.web.json_response(dict(os.environ))
