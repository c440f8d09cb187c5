import asyncio
import os

from fastapi import FastAPI
from flask import Flask
from werkzeug.debug import DebuggedApplication

app = Flask(__name__)
# ruleid: debug-on
app.config["DEBUG"] = True
# ruleid: debug-on
app.debug = True
# ruleid: debug-on
api = FastAPI(title="shop", debug=True)
# ruleid: debug-on
wrapped = DebuggedApplication(app, evalex=True)


class Config:
    # ruleid: debug-on
    DEBUG = True


class DevelopmentConfig(Config):
    # ok: debug-on
    DEBUG = True


async def main():
    return 1


if __name__ == "__main__":
    # ruleid: debug-on
    app.run(host="127.0.0.1", debug=True)
    # ok: debug-on
    app.run(debug=False)
    # ok: debug-on
    app.run(debug=os.environ.get("DEBUG") == "1")
    # ok: debug-on
    asyncio.run(main(), debug=True)
# ok: debug-on
other = FastAPI(title="shop")


# ruleid: debug-on
application.run(use_debugger=True)


# ruleid: debug-on
starlette.applications.Starlette(debug=True)


# ruleid: debug-on
tornado.web.Application(debug=True)


# ruleid: debug-on
werkzeug.serving.run_simple(use_debugger=True)


# ruleid: debug-on
aiohttp_debugtoolbar.setup()


# ruleid: debug-on
aiohttp.web.Application(debug=True)


# ruleid: debug-on
application.config.update(DEBUG=True)


# ruleid: debug-on
application.config.from_mapping(DEBUG=True)


# ruleid: debug-on
os.environ["FLASK_DEBUG"] = "1"


# ruleid: debug-on
os.environ["FLASK_ENV"] = "development"


def start(debug, ready):
    if debug:
        # ok: debug-on
        app.debug = True
    if ready:
        # ruleid: debug-on
        app.debug = True
