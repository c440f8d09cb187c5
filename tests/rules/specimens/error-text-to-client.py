import logging

from fastapi import FastAPI, HTTPException
from flask import Flask, jsonify

app = Flask(__name__)
api = FastAPI()


class OrderError(Exception):
    pass


@app.route("/orders")
def orders(load):
    try:
        return load()
    except Exception as e:
        # ruleid: error-text-to-client
        return jsonify({"error": str(e)}), 500


@app.get("/plain")
def plain(load):
    try:
        return load()
    except OSError as e:
        # ruleid: error-text-to-client
        return f"failed: {e}", 500


def django_orders(request, load, JsonResponse):
    try:
        return load()
    except Exception as error:
        message = str(error)
        # ruleid: error-text-to-client
        return JsonResponse({"error": message}, status=500)


@api.get("/orders")
async def api_orders(load):
    try:
        return load()
    except Exception as e:
        # ruleid: error-text-to-client
        raise HTTPException(status_code=500, detail=str(e)) from e


@app.route("/own")
def own(load):
    try:
        return load()
    except OrderError as e:
        # ok: error-text-to-client
        return jsonify({"error": str(e)}), 400


@app.route("/safe")
def safe(load):
    try:
        return load()
    except Exception as e:
        logging.error("orders: %s", e)
        # ok: error-text-to-client
        return jsonify({"error": "internal error"}), 500


@app.route("/kind")
def kind(load):
    try:
        return load()
    except Exception as e:
        # ok: error-text-to-client
        return jsonify({"error": type(e).__name__}), 500
