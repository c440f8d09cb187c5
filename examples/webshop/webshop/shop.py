"""What the shop sells: search, one product, an order."""

import sqlite3

import idna
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from . import connection
from .account import customer_id, for_customers

pages = Blueprint("shop", __name__)

_LONGEST_SEARCH = 80
_LONGEST_EMAIL = 254  # RFC 5321, section 4.5.3.1.3, without the angle brackets
_MOST_OF_ONE = 50


def price(cents: int) -> str:
    """An amount as people read it."""
    return f"{cents // 100}.{cents % 100:02d} €"


def mail_address(text: str) -> str:
    """An e-mail address with its domain as DNS knows it (xn--...). Refuses what no mail can go to: ValueError."""
    name, at, domain = text.strip().rpartition("@")
    if not at or not name or len(text) > _LONGEST_EMAIL or any(c.isspace() or c in "<>,;\"'" for c in name):
        raise ValueError("not an e-mail address")
    return f"{name}@{idna.encode(domain, uts46=True, std3_rules=True).decode('ascii')}"


@pages.get("/")
def search() -> str:
    """All products, or those whose name or description holds the words asked for."""
    wanted = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    pattern = "%" + wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    found = connection.current().execute(
        "SELECT * FROM products WHERE name LIKE ? ESCAPE '\\' OR about LIKE ? ESCAPE '\\' ORDER BY name",
        (pattern, pattern),
    )
    return render_template("search.html", wanted=wanted, products=found.fetchall())


@pages.get("/products/<int:number>")
def product(number: int) -> str:
    """One product with its order form."""
    return render_template("product.html", product=_product(number), most=_MOST_OF_ONE)


@pages.post("/products/<int:number>/order")
@for_customers
def order(number: int) -> Response | tuple[str, int]:
    """Take an order: stock goes down and the order is noted together, or neither."""
    wanted = _product(number)
    try:
        quantity, email = int(request.form.get("quantity", "")), mail_address(request.form.get("email", ""))
    except ValueError:  # idna.IDNAError is one
        return _again(wanted, "Please give a number and an e-mail address that mail can reach.")
    if not 1 <= quantity <= _MOST_OF_ONE:
        return _again(wanted, f"Please order between 1 and {_MOST_OF_ONE}.")
    if not _take(number, quantity, email):
        return _again(wanted, "We do not have that many.")
    flash(f"Thank you. {quantity} × {wanted['name']} will be announced to {email}.")
    return redirect(url_for("shop.orders"), 303)


@pages.get("/orders")
@for_customers
def orders() -> str:
    """The orders of the customer who is logged in, and of no one else."""
    found = connection.current().execute(
        "SELECT orders.*, products.name, products.cents FROM orders JOIN products ON products.id = product_id"
        " WHERE user_id = ? ORDER BY orders.id DESC",
        (customer_id(),),
    )
    return render_template("orders.html", orders=found.fetchall())


def _take(number: int, quantity: int, email: str) -> bool:
    with connection.current() as shop:
        left = shop.execute(
            "UPDATE products SET stock = stock - ? WHERE id = ? AND stock >= ?", (quantity, number, quantity)
        )
        if left.rowcount != 1:
            return False
        shop.execute(
            "INSERT INTO orders (user_id, product_id, quantity, email) VALUES (?, ?, ?, ?)",
            (customer_id(), number, quantity, email),
        )
    return True


def _again(wanted: sqlite3.Row, why: str) -> tuple[str, int]:
    flash(why)
    return render_template("product.html", product=wanted, most=_MOST_OF_ONE), 422


def _product(number: int) -> sqlite3.Row:
    found: sqlite3.Row | None = (
        connection.current().execute("SELECT * FROM products WHERE id = ?", (number,)).fetchone()
    )
    if found is None:
        abort(404, "We do not sell this.")
    return found
