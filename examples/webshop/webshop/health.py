"""Tell a machine how the shop is."""

import sqlite3

from flask import Blueprint, current_app

from . import connection

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> tuple[dict[str, str | int], int]:
    """Which version runs and how many orders its database holds; 503 when the database does not answer."""
    version = connection.settings().version
    try:
        orders = connection.current().execute("SELECT count(*) FROM orders").fetchone()[0]
    except sqlite3.Error:
        current_app.logger.exception("the database does not answer")
        return {"status": "error", "version": version}, 503
    return {"status": "ok", "version": version, "orders": orders}, 200
