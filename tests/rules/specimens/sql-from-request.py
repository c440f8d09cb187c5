import sqlite3

import psycopg2.sql
from django.db import connection
from fastapi import FastAPI
from flask import Flask, request
from sqlalchemy import select, text

app = Flask(__name__)
api = FastAPI()
COLUMNS = {"name": "name", "price": "price"}


@app.route("/search")
def flask_search():
    term = request.args.get("q", "")
    db = sqlite3.connect("shop.db")
    # ruleid: sql-from-request
    db.execute("SELECT * FROM items WHERE name = '" + term + "'")
    # ruleid: sql-from-request
    rows = db.cursor().executemany(f"DELETE FROM items WHERE name = '{term}'", [])
    statement = "SELECT * FROM items"
    if term:
        statement += " WHERE name LIKE '%%%s%%'" % term
    # ruleid: sql-from-request
    db.execute(statement)
    parts = []
    parts.append(term)
    # ruleid: sql-from-request
    db.execute(" AND ".join(parts))
    # ok: sql-from-request
    db.execute("SELECT * FROM items WHERE name = ?", (term,))
    # ok: sql-from-request
    db.execute("SELECT * FROM items LIMIT %d" % int(request.args["n"]))
    order = request.args.get("order")
    # ok: sql-from-request
    db.execute("SELECT * FROM items ORDER BY " + COLUMNS.get(order, "name"))
    return rows


def allow_listed():
    order = request.args.get("order")
    if order not in ("name", "price"):
        return "no", 400
    # ok: sql-from-request
    return sqlite3.connect("shop.db").execute(f"SELECT * FROM items ORDER BY {order}")


def dead_constant():
    term = request.args.get("q")
    term = "lamp"
    # ok: sql-from-request
    return sqlite3.connect("shop.db").execute("SELECT * FROM items WHERE name = '" + term + "'")


def django_view(request, slug):
    with connection.cursor() as cursor:
        # ruleid: sql-from-request
        cursor.execute("SELECT * FROM page WHERE slug = '%s'" % slug)
        # ok: sql-from-request
        cursor.execute("SELECT * FROM page WHERE slug = %s", [slug])
    # ruleid: sql-from-request
    Page.objects.raw("SELECT * FROM page WHERE title = '%s'" % request.GET["title"])
    # ruleid: sql-from-request
    Page.objects.filter(title=request.GET["title"]).extra(where=["owner = " + request.POST["owner"]])
    return Page.objects.filter(title=request.GET["title"])


@api.get("/users")
async def fastapi_users(name: str, limit: int, session: Session = Depends(get_session)):
    # ruleid: sql-from-request
    await session.execute(text(f"SELECT * FROM users WHERE name = '{name}'"))
    # ok: sql-from-request
    await session.execute(text("SELECT * FROM users WHERE name = :name").bindparams(name=name))
    # ok: sql-from-request
    await session.execute(select(User).where(User.name == name))
    # ok: sql-from-request
    return await session.execute(text(f"SELECT * FROM users LIMIT {limit}"))


async def aiohttp_handler(request):
    data = await request.post()
    # ruleid: sql-from-request
    await request.app["db"].fetchrow("SELECT * FROM t WHERE id = " + data["id"])
    # ok: sql-from-request
    return await request.app["db"].fetchrow("SELECT * FROM t WHERE id = $1", data["id"])


def looked_up_first(request, cursor):
    user = User.objects.filter(name=request.GET["name"]).first()
    # ok: sql-from-request
    cursor.execute("SELECT * FROM t WHERE user = " + user.key)


def trimmed_first(request, cursor):
    name = trim(request.GET["name"])
    # ruleid: sql-from-request
    cursor.execute("SELECT * FROM t WHERE user = '" + name + "'")
def another_1(name):
    tainted = request.args["x"]
    # ruleid: sql-from-request
    c_1.executescript(tainted)
    # ruleid: sql-from-request
    c_1.execute_sql(tainted)
    # ruleid: sql-from-request
    c_1.exec_driver_sql(tainted)
    # ruleid: sql-from-request
    c_1.mogrify(tainted)
    # ruleid: sql-from-request
    c_1.fetchval(tainted)
    # ruleid: sql-from-request
    c_1.fetch_one(tainted)
    # ruleid: sql-from-request
    c_1.fetch_all(tainted)
    # ruleid: sql-from-request
    c_1.execute(query=tainted)
    # ruleid: sql-from-request
    c_1.fetch_all(query=tainted)
    # ruleid: sql-from-request
    c_1.fetch_one(query=tainted)
    # ruleid: sql-from-request
    m_1.objects.f_1().raw(tainted)
    # ruleid: sql-from-request
    RawSQL(tainted)
    # ruleid: sql-from-request
    s_1.extra(tainted)
    # ruleid: sql-from-request
    s_1.extra(select=tainted)
    # ruleid: sql-from-request
    s_1.extra(tables=tainted)
    # ruleid: sql-from-request
    s_1.extra(order_by=tainted)
    # ruleid: sql-from-request
    db_1.text(tainted)
    # ruleid: sql-from-request
    sqlalchemy.literal_column(tainted)
    # ruleid: sql-from-request
    pandas.read_sql(tainted)
    # ruleid: sql-from-request
    pandas.read_sql_query(tainted)
    # ruleid: sql-from-request
    duckdb.sql(tainted)


def handed_to_a_hook(request, hook, db):
    message = request.GET["message"]
    # ok: sql-from-request
    hook.execute(message)
    statement = request.GET["statement"]
    # ruleid: sql-from-request
    db.execute(statement)
