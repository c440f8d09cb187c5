import logging
import traceback

from fastapi import FastAPI, HTTPException
from flask import Flask, jsonify

app = Flask(__name__)
api = FastAPI()


@app.route("/orders")
def orders(load):
    try:
        return load()
    except Exception:
        # ruleid: error-traceback-to-client
        return jsonify({"error": traceback.format_exc()}), 500


def django_orders(request, load, HttpResponse):
    try:
        return load()
    except Exception:
        text = traceback.format_exc()
        # ruleid: error-traceback-to-client
        return HttpResponse(f"<pre>{text}</pre>", status=500)


@api.get("/orders")
async def api_orders(load):
    try:
        return load()
    except Exception:
        # ruleid: error-traceback-to-client
        raise HTTPException(status_code=500, detail=traceback.format_exc())


@app.route("/safe")
def safe(load):
    try:
        return load()
    except Exception:
        # ok: error-traceback-to-client
        logging.error(traceback.format_exc())
        # ok: error-traceback-to-client
        return jsonify({"error": "internal error"}), 500


def command(load):
    try:
        return load()
    except Exception:
        # ok: error-traceback-to-client
        return traceback.format_exc()


import traceback

import aiohttp.web
import fastapi
import flask
import rest_framework.response
import starlette.responses
from tornado.web import RequestHandler


def all_answers():
    text = traceback.format_exc()
    # ruleid: error-traceback-to-client
    flask.jsonify(text)
    # ruleid: error-traceback-to-client
    flask.make_response(text)
    # ruleid: error-traceback-to-client
    flask.Response(text)
    # ruleid: error-traceback-to-client
    flask.abort(500, text)
    # ruleid: error-traceback-to-client
    flask.render_template("e.html", e=text)
    # ruleid: error-traceback-to-client
    flask.render_template_string("{{ e }}", e=text)
    # ruleid: error-traceback-to-client
    flask.flash(text)
    # ruleid: error-traceback-to-client
    HttpResponseServerError(text)
    # ruleid: error-traceback-to-client
    HttpResponseBadRequest(text)
    # ruleid: error-traceback-to-client
    JsonResponse({"e": text})
    # ruleid: error-traceback-to-client
    rest_framework.response.Response(text)
    # ruleid: error-traceback-to-client
    JSONResponse(text)
    # ruleid: error-traceback-to-client
    PlainTextResponse(text)
    # ruleid: error-traceback-to-client
    HTMLResponse(text)
    # ruleid: error-traceback-to-client
    starlette.responses.Response(text)
    # ruleid: error-traceback-to-client
    fastapi.Response(text)
    # ruleid: error-traceback-to-client
    aiohttp.web.Response(text=text)
    # ruleid: error-traceback-to-client
    aiohttp.web.json_response(text)


class Page(RequestHandler):
    def get(self):
        # ruleid: error-traceback-to-client
        self.write(traceback.format_exc())


@app.route("/e")
def returned():
    # ruleid: error-traceback-to-client
    return traceback.format_exc()
