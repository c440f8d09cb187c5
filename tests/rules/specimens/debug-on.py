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
