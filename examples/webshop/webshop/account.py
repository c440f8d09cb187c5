"""Who is shopping: log in, log out, and pages that ask for it."""

import functools
import sqlite3
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Blueprint, abort, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from . import connection, passwords

P = ParamSpec("P")
R = TypeVar("R")
pages = Blueprint("account", __name__)

# scrypt takes any length; a password of megabytes is only there to keep us busy.
_LONGEST_PASSWORD = 200


def customer() -> sqlite3.Row | None:
    """The user who is logged in, or None. Asked of the database once in a request."""
    if "customer" not in g:
        found = connection.current().execute("SELECT id, name FROM users WHERE id = ?", (session.get("user"),))
        g.customer = found.fetchone()
    user: sqlite3.Row | None = g.customer
    return user


def customer_id() -> int:
    """The number of the user who is logged in; 403 when no one is."""
    user = customer()
    if user is None:
        abort(403)
    return int(user["id"])


def for_customers(page: Callable[P, R]) -> Callable[P, R | Response]:
    """A page that sends strangers to the login."""

    @functools.wraps(page)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if customer() is None:
            return redirect(url_for("account.login"), 303)
        return page(*args, **kwargs)

    return asked


@pages.get("/login")
def login() -> str:
    """The form to log in."""
    return render_template("login.html")


@pages.post("/login")
def check_login() -> Response | tuple[str, int]:
    """Log in; a wrong name and a wrong password look the same and take the same time."""
    name, password = request.form.get("name", ""), request.form.get("password", "")[:_LONGEST_PASSWORD]
    user = connection.current().execute("SELECT id, password FROM users WHERE name = ?", (name,)).fetchone()
    if not passwords.matches(password, user["password"] if user else None):
        flash("This name and password do not belong together.")
        return render_template("login.html"), 403
    session.clear()  # a session that someone planted before the login is worth nothing after it
    session["user"] = user["id"]
    return redirect(url_for("shop.search"), 303)


@pages.post("/logout")
def logout() -> Response:
    """Forget the session."""
    session.clear()
    return redirect(url_for("shop.search"), 303)
