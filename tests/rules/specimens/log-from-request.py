import logging

from flask import Flask, request

app = Flask(__name__)
logger = logging.getLogger(__name__)


@app.route("/login", methods=["POST"])
def flask_login():
    name = request.form["name"]
    # ruleid: log-from-request
    logger.info("login of " + name)
    # ruleid: log-from-request
    logging.warning("login of %s", name)
    # ok: log-from-request
    logger.info("login of %r", name)
    # ok: log-from-request
    logger.info("login of %s", name.replace("\n", " "))
    # ok: log-from-request
    logger.info("login number %d", int(request.form["number"]))
    return "ok"


def django_login(request):
    # ruleid: log-from-request
    logger.error(f"no user {request.POST['name']}")
    # ok: log-from-request
    logger.error(f"no user {request.POST['name']!r}")


@app.get("/log")
async def fastapi_log(name: str, number: int):
    # ok: log-from-request
    logger.debug("number %s", number)
    # ruleid: log-from-request
    logger.debug("name {}".format(name))
