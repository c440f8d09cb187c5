import psycopg
import psycopg2
from psycopg import sql
from sqlalchemy import text


async def run(query, client, name, sort):
    # ruleid: sql-text-built
    a = text(f"name = '{name}'")
    # ruleid: sql-text-built
    b = text("name = '%s'" % name)
    # ruleid: sql-text-built
    c = text("name = '%s' or mail = '%s'" % (name, name))
    # ruleid: sql-text-built
    d = text("name = " + name)
    # ruleid: sql-text-built
    e = text("name = '" + name + "'")
    # ruleid: sql-text-built
    f = text("name = '{}'".format(name))
    # ruleid: sql-text-built
    query.filter("name = '%s'" % name)
    # ruleid: sql-text-built
    query.order_by(text(f"{sort} desc"))
    # ruleid: sql-text-built
    await client.execute_query(f"select * from t where n = '{name}'")
    # ruleid: sql-text-built
    await client.execute_query("select * from t where n = '%s'" % name)
    # ruleid: sql-text-built
    await client.execute_query_dict(f"select * from t where n = '{name}'")
    # ruleid: sql-text-built
    await client.execute_query_dict("select * from t where n = '%s'" % name)
    # ruleid: sql-text-built
    g = sql.SQL(f"select * from t where n = '{name}'")
    # ruleid: sql-text-built
    h = psycopg2.sql.SQL(f"select * from t where n = '{name}'")
    # ruleid: sql-text-built
    i = psycopg2.sql.SQL("select * from t where n = " + name)
    return a, b, c, d, e, f, g, h, i


async def safe(query, client, name):
    # ok: sql-text-built
    a = text("name = :name").bindparams(name=name)
    # ok: sql-text-built
    b = text(f"select * from {TABLE}")
    # ok: sql-text-built
    query.filter(User.name == name)
    # ok: sql-text-built
    await client.execute_query("select * from t where n = $1", [name])
    # ok: sql-text-built
    c = sql.SQL("select * from {}").format(sql.Identifier(name))
    # ok: sql-text-built
    d = text("limit %s" % int(name))
    return a, b, c, d


def chosen(request, name, order):
    way = "desc" if order else "asc"
    # ok: sql-text-built
    sqlalchemy.text("select * from t order by id " + way)
    picked = COLUMNS.get(name)
    # ok: sql-text-built
    sqlalchemy.text(f"select * from t order by {picked}")
    # ruleid: sql-text-built
    sqlalchemy.text(f"select * from t order by {name}")


async def paged(session, name: str, limit: int, offset: int = 0):
    # ruleid: sql-text-built
    session.execute(sqlalchemy.text(f"select * from t where n = '{name}'"))
    # ok: sql-text-built
    session.execute(sqlalchemy.text(f"select * from t limit {limit}"))
    # ok: sql-text-built
    session.execute(sqlalchemy.text(f"select * from t offset {offset}"))
    # ruleid: sql-text-built
    session.execute(sqlalchemy.text(f"select * from t where n = '{name}' limit {limit}"))


ORDERS = {"name": "name", "born": "born_on"}


def ordered(order, direction):
    column = ORDERS.get(order, "name")
    way = "DESC" if direction == "desc" else "ASC"
    # ok: sql-text-built
    return text("SELECT * FROM t ORDER BY %s %s" % (column, way))


def ordered_freely(order, direction):
    # ruleid: sql-text-built
    return text("SELECT * FROM t ORDER BY %s %s" % (order, direction))


def numbered(page, ids, names):
    # ok: sql-text-built
    a = text(f"SELECT * FROM t LIMIT 10 OFFSET {page * 10}")
    # ok: sql-text-built
    b = text("DELETE FROM t WHERE id IN (%s)" % ",".join(str(i) for i in ids))
    # ruleid: sql-text-built
    c = text(f"SELECT * FROM t LIMIT 10 OFFSET {page}")
    return a, b, c
