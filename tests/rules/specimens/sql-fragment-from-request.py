import duckdb
import frappe
import pandasql
import peewee
import sqlalchemy
from fastapi import FastAPI
from flask import request
from google.cloud import bigquery

app = FastAPI()


def flask_view(cursor, User):
    name = request.args["name"]
    # ruleid: sql-fragment-from-request
    rows = User.select().where(peewee.SQL("name = '" + name + "'"))
    # ruleid: sql-fragment-from-request
    cursor.copy_expert("COPY (SELECT * FROM t WHERE n = '%s') TO STDOUT" % name, None)
    # ruleid: sql-fragment-from-request
    duckdb.query(f"SELECT * FROM t WHERE n = '{name}'")
    # ruleid: sql-fragment-from-request
    frappe.db.sql("select * from tabUser where name = '{}'".format(name))
    # ruleid: sql-fragment-from-request
    pandasql.sqldf("select * from df where n = '" + name + "'")
    # ruleid: sql-fragment-from-request
    sqlalchemy.DDL("DROP TABLE " + name)
    return rows


@app.get("/users/{name}")
async def fastapi_view(name: str, connection, spark, session):
    # ruleid: sql-fragment-from-request
    await connection.execute_query(f"SELECT * FROM u WHERE n = '{name}'")
    # ruleid: sql-fragment-from-request
    await connection.execute_query_dict("SELECT * FROM u WHERE n = '%s'" % name)
    # ruleid: sql-fragment-from-request
    session.execute_async("SELECT * FROM u WHERE n = '" + name + "'")
    # ruleid: sql-fragment-from-request
    spark.sql(f"SELECT * FROM u WHERE n = '{name}'")
    client = bigquery.Client()
    # ruleid: sql-fragment-from-request
    client.query(f"SELECT * FROM d.u WHERE n = '{name}'")


async def django_view(request, connection, User):
    number = int(request.GET["id"])
    # ok: sql-fragment-from-request
    await connection.execute_query(f"SELECT * FROM u WHERE id = {number}")
    # ok: sql-fragment-from-request
    await connection.execute_query("SELECT * FROM u WHERE n = $1", [request.GET["n"]])
    # ok: sql-fragment-from-request
    User.select().where(peewee.SQL("name = %s", [request.GET["n"]]))
    order = request.GET["order"]
    if order not in ("name", "id"):
        return None
    # ok: sql-fragment-from-request
    return duckdb.query(f"SELECT * FROM t ORDER BY {order}")


def collects(request):
    found = []
    found.append(request.GET["x"])
    # ruleid: sql-fragment-from-request
    frappe.db.sql("SELECT %s" % found[0])
    number = int(request.GET["n"])
    # ok: sql-fragment-from-request
    frappe.db.sql("SELECT %s" % number)
    # ok: sql-fragment-from-request
    frappe.db.sql("SELECT %s" % int(request.GET["n"]))
    kind = request.GET["kind"]
    if kind not in ("a", "b"):
        return
    # ok: sql-fragment-from-request
    frappe.db.sql("SELECT %s" % kind)
