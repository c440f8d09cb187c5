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


import aiohttp.web
import fastapi
import flask
import rest_framework.response
import starlette.responses


def all_answers():
    try:
        work()
    except Exception as e:
        # ruleid: error-text-to-client
        flask.jsonify(str(e))
        # ruleid: error-text-to-client
        flask.make_response(str(e))
        # ruleid: error-text-to-client
        flask.Response(str(e))
        # ruleid: error-text-to-client
        flask.abort(500, str(e))
        # ruleid: error-text-to-client
        flask.render_template("e.html", e=str(e))
        # ruleid: error-text-to-client
        flask.render_template_string("{{ e }}", e=str(e))
        # ruleid: error-text-to-client
        HttpResponse(str(e))
        # ruleid: error-text-to-client
        HttpResponseServerError(str(e))
        # ruleid: error-text-to-client
        HttpResponseBadRequest(str(e))
        # ruleid: error-text-to-client
        rest_framework.response.Response(str(e))
        # ruleid: error-text-to-client
        JSONResponse(str(e))
        # ruleid: error-text-to-client
        PlainTextResponse(str(e))
        # ruleid: error-text-to-client
        HTMLResponse(str(e))
        # ruleid: error-text-to-client
        starlette.responses.Response(str(e))
        # ruleid: error-text-to-client
        fastapi.Response(str(e))
        # ruleid: error-text-to-client
        aiohttp.web.Response(text=str(e))
        # ruleid: error-text-to-client
        aiohttp.web.json_response(str(e))
        # ruleid: error-text-to-client
        HTTPException(500, str(e))
        # ok: error-text-to-client
        JSONResponse(str(type(e)))
        # ok: error-text-to-client
        JSONResponse(str(isinstance(e, OSError)))
        # ok: error-text-to-client
        JSONResponse(str(e.errno))


@app.exception_handler(Exception)
async def last_resort(request, exc):
    # ruleid: error-text-to-client
    return JSONResponse({"detail": str(exc)}, status_code=500)


@app.exception_handler(RuntimeError)
async def typed_last_resort(request: Request, exc: RuntimeError):
    # ruleid: error-text-to-client
    return JSONResponse({"detail": f"failed: {exc}"}, status_code=500)


@app.exception_handler(RequestValidationError)
async def for_users(request, exc):
    # ok: error-text-to-client
    return JSONResponse({"detail": str(exc)}, status_code=422)


@app.exception_handler(Exception)
async def quiet_last_resort(request, exc):
    # ok: error-text-to-client
    return JSONResponse({"detail": "internal error"}, status_code=500)


class Middleware:
    def process_exception(self, request, exception):
        # ruleid: error-text-to-client
        return HttpResponse(repr(exception), status=500)


class QuietMiddleware:
    def process_exception(self, request, exception):
        # ok: error-text-to-client
        return HttpResponse("failed", status=500)


@app.errorhandler(500)
def kinds_only(error):
    if isinstance(error, ValueError):
        # ok: error-text-to-client
        return jsonify(known=isinstance(error, ValueError)), 500
    # ok: error-text-to-client
    return jsonify(kind=type(error).__name__), 500


@app.errorhandler(Exception)
def code_only(error):
    # ok: error-text-to-client
    return jsonify(code=error.code), 500


@app.get("/debugged")
def debugged():
    try:
        return work()
    except Exception as e:
        # ok: error-text-to-client
        return jsonify(error=debug_error_message("An exception: %s" % e))


@app.get("/explained")
def explained():
    try:
        return work()
    except Exception as e:
        # ruleid: error-text-to-client
        return jsonify(error=error_message("An exception: %s" % e))
