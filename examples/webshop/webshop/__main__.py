"""`python -m webshop --port 8765 --data FOLDER`: one process that serves the shop and logs to standard output."""

import argparse
import logging
import os
import sys
from pathlib import Path

import waitress
from flask import Flask, Response, request

from . import settings
from .app import create_app


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m webshop", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8765, help="port to listen on (8765)")
    parser.add_argument("--data", type=Path, help="folder with the database and the uploads ($WEBSHOP_DATA, else data)")
    options = parser.parse_args()
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    shop = settings.load(options.data, os.environ)
    app = create_app(shop)
    _log_requests(app)
    logging.info("webshop %s with %s, process %d", shop.version, shop.data, os.getpid())
    waitress.serve(app, host=options.host, port=options.port, threads=4, ident=None)


def _log_requests(app: Flask) -> None:
    @app.after_request
    def log(response: Response) -> Response:
        logging.info("%s %r %d", request.method, request.path, response.status_code)
        return response


if __name__ == "__main__":
    main()
