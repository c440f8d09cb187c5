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
