"""The database connection of one request: opened when first asked for, closed when the request is over."""

import sqlite3

from flask import current_app, g

from . import database
from .settings import Settings


def settings() -> Settings:
    """The settings of the shop that answers this request."""
    found: Settings = current_app.config["SHOP"]
    return found


def current() -> sqlite3.Connection:
    """The connection of this request. `with current() as shop:` is one transaction."""
    if "database" not in g:
        g.database = database.open_database(settings().data)
    connection: sqlite3.Connection = g.database
    return connection


def close(_problem: BaseException | None) -> None:
    """Close the connection of this request, if it asked for one."""
    connection = g.pop("database", None)
    if connection is not None:
        connection.close()
