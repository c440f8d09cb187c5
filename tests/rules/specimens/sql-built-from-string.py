import sqlite3

from psycopg2 import sql
from sqlalchemy import text

TABLE = "items"


class Store:
    def __init__(self, path):
        self.db = sqlite3.connect(path)

    def by_name(self, name):
        # ruleid: sql-built-from-string
        return self.db.execute("SELECT * FROM items WHERE name = '%s'" % name)

    def by_owner(self, owner):
        statement = f"SELECT * FROM items WHERE owner = '{owner}'"
        # ruleid: sql-built-from-string
        return self.db.execute(statement)

    def remove(self, name):
        # ruleid: sql-built-from-string
        self.db.execute("DELETE FROM items WHERE name = '{}'".format(name))

    def rename(self, engine, old, new):
        # ruleid: sql-built-from-string
        engine.execute(text("UPDATE items SET name = '" + new + "' WHERE name = '" + old + "'"))

    def good(self, name, ids, count):
        # ok: sql-built-from-string
        self.db.execute("SELECT * FROM items WHERE name = ?", (name,))
        # ok: sql-built-from-string
        self.db.execute(f"SELECT * FROM {TABLE} WHERE name = ?", (name,))
        # ok: sql-built-from-string
        self.db.execute("SELECT * FROM items LIMIT %d" % int(count))
        # ok: sql-built-from-string
        self.db.execute("SELECT * FROM items WHERE id IN ({})".format(",".join("?" for _ in ids)), ids)
        # ok: sql-built-from-string
        self.db.execute("SELECT * FROM items " + "WHERE price > 3")
        # ok: sql-built-from-string
        self.db.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name)))

    def settings(self, name, count, first):
        # ok: sql-built-from-string
        self.db.execute("PRAGMA %s = 1" % name)
        # ok: sql-built-from-string
        self.db.execute("SELECT * FROM items LIMIT %d OFFSET %05d" % (count, first))
        # ruleid: sql-built-from-string
        self.db.execute("SELECT * FROM items WHERE name = '%(name)s' LIMIT %(count)d" % {"name": name, "count": count})
        # ruleid: sql-built-from-string
        self.db.execute("SELECT * FROM items WHERE name = '%-.9s'" % name)

    def not_sql(self, runner, name):
        # ok: sql-built-from-string
        runner.execute(f"select the best of {name}")


def another_1(name):
    tainted = "SELECT " + name
    # ruleid: sql-built-from-string
    c_1.sql(tainted)
    # ruleid: sql-built-from-string
    c_1.executemany(tainted)
    # ruleid: sql-built-from-string
    c_1.executescript(tainted)
    # ruleid: sql-built-from-string
    c_1.execute_sql(tainted)
    # ruleid: sql-built-from-string
    c_1.exec_driver_sql(tainted)
    # ruleid: sql-built-from-string
    c_1.mogrify(tainted)
    # ruleid: sql-built-from-string
    c_1.fetchrow(tainted)
    # ruleid: sql-built-from-string
    c_1.fetchval(tainted)
    # ruleid: sql-built-from-string
    c_1.fetch_one(tainted)
    # ruleid: sql-built-from-string
    c_1.fetch_all(tainted)
    # ruleid: sql-built-from-string
    c_1.execute(query=tainted)
    # ruleid: sql-built-from-string
    c_1.fetch_all(query=tainted)
    # ruleid: sql-built-from-string
    c_1.fetch_one(query=tainted)
    # ruleid: sql-built-from-string
    RawSQL(tainted)
    # ruleid: sql-built-from-string
    s_1.extra(tainted)
    # ruleid: sql-built-from-string
    s_1.extra(where=tainted)
    # ruleid: sql-built-from-string
    s_1.extra(select=tainted)
    # ruleid: sql-built-from-string
    s_1.extra(tables=tainted)
    # ruleid: sql-built-from-string
    s_1.extra(order_by=tainted)
    # ruleid: sql-built-from-string
    db_1.text(tainted)
    # ruleid: sql-built-from-string
    sqlalchemy.literal_column(tainted)
    # ruleid: sql-built-from-string
    pandas.read_sql(tainted)
    # ruleid: sql-built-from-string
    pandas.read_sql_query(tainted)
    # ruleid: sql-built-from-string
    c_1.sql(tainted)
    # ruleid: sql-built-from-string
    c_1.fetch(tainted)
    # ruleid: sql-built-from-string
    c_1.raw(tainted)


async def paged(cursor, name: str, limit: int, offset: int = 0):
    # ruleid: sql-built-from-string
    cursor.execute(f"SELECT * FROM t WHERE n = '{name}'")
    # ok: sql-built-from-string
    cursor.execute(f"SELECT * FROM t LIMIT {limit}")
    # ok: sql-built-from-string
    cursor.execute(f"SELECT * FROM t OFFSET {offset}")
    # ruleid: sql-built-from-string
    cursor.execute(f"SELECT * FROM t WHERE n = '{name}' LIMIT {limit}")


def one(cursor, key: uuid.UUID, kind: str = "a"):
    # ok: sql-built-from-string
    cursor.execute("SELECT * FROM t WHERE id = '%s'" % key)
    # ruleid: sql-built-from-string
    cursor.execute("SELECT * FROM t WHERE kind = '%s'" % kind)


class Queue:
    def names(self, cursor, ids, name):
        # ok: sql-built-from-string
        cursor.execute("insert into {} (queue, data) values (%s, %s)".format(self.tasks), (name, 1))
        # ok: sql-built-from-string
        cursor.execute("delete from {t} where id in (select id from {t} where queue = %s)".format(t=self.tasks), (name,))
        # ok: sql-built-from-string
        cursor.execute('SELECT name FROM "%s".sqlite_master WHERE type = ?' % self.schema, (name,))
        # ok: sql-built-from-string
        cursor.execute(f"SELECT name FROM {self.tasks} WHERE type = ?", (name,))
        # ok: sql-built-from-string
        cursor.execute(f"SELECT name FROM {self.schema}.{self.tasks} WHERE type = ?", (name,))
        # ok: sql-built-from-string
        cursor.execute('CREATE DATABASE "%s" OWNER %s' % (self.base, self.owner))
        # ok: sql-built-from-string
        cursor.execute(f'DROP SCHEMA "{self.schema}" CASCADE')
        row = ", ".join("?" * len(ids))
        # ok: sql-built-from-string
        cursor.execute("SELECT * FROM t WHERE id IN (" + row + ")", ids)
        clause = " or ".join(["name REGEXP ?"] * len(ids))
        # ok: sql-built-from-string
        cursor.execute("SELECT * FROM t WHERE " + clause, ids)
        # ruleid: sql-built-from-string
        cursor.execute("select * from {} where name = '{}'".format(self.tasks, name))
        # ruleid: sql-built-from-string
        cursor.execute("SELECT * FROM %s WHERE name = %s" % (self.tasks, name))
        # ruleid: sql-built-from-string
        cursor.execute(f"SELECT * FROM {self.tasks} WHERE name = '{name}'")
        # ruleid: sql-built-from-string
        cursor.execute(f"SELECT * FROM {self.tasks} WHERE name = {name} AND kind = {self.kind}")
        # ruleid: sql-built-from-string
        cursor.execute("CREATE USER shop PASSWORD '%s'" % name)
        # ruleid: sql-built-from-string
        cursor.execute(f"CREATE USER shop PASSWORD '{name}'")
        # ruleid: sql-built-from-string
        cursor.execute("SELECT * FROM t ORDER BY {}".format(name))
        picked = ", ".join("'%s'" % each for each in ids)
        # ruleid: sql-built-from-string
        cursor.execute("SELECT * FROM t WHERE name IN (" + picked + ")")
def by_table(db, order):
    order = {"name": "name", "age": "age"}[order]
    # ok: sql-built-from-string
    db.execute(f"SELECT * FROM t ORDER BY {order}")


def by_identifier(db, order):
    if not order.isidentifier():
        raise ValueError(order)
    # ok: sql-built-from-string
    db.execute(f"SELECT * FROM t ORDER BY {order}")


def by_form(db, order):
    if not re.fullmatch("[a-z]+", order):
        raise ValueError(order)
    # ok: sql-built-from-string
    db.execute(f"SELECT * FROM t ORDER BY {order}")


def row_of_marks(db, ids):
    marks = ",".join("?" for _ in ids)
    # ok: sql-built-from-string
    db.execute("SELECT * FROM t WHERE id IN (" + marks + ")", ids)


def row_of_values(db, ids):
    listed = ",".join(ids)
    # ruleid: sql-built-from-string
    db.execute("SELECT * FROM t WHERE id IN (" + listed + ")")


def by_any_table(db, order, names):
    order = names[order]
    # ruleid: sql-built-from-string
    db.execute(f"SELECT * FROM t ORDER BY {order}")


def not_empty(db, order):
    if not order.strip():
        raise ValueError(order)
    # ruleid: sql-built-from-string
    db.execute(f"SELECT * FROM t ORDER BY {order}")


def asked_something_else(db, order):
    if not exists("/", order):
        raise ValueError(order)
    # ruleid: sql-built-from-string
    db.execute(f"SELECT * FROM t ORDER BY {order}")


def by_clauses(db, clauses, values, order):
    # ok: sql-built-from-string
    db.execute("SELECT * FROM t WHERE " + " AND ".join(clauses), values)
    statement = "SELECT * FROM t ORDER BY {o}"
    # ok: sql-built-from-string
    db.execute(statement.format(o={"a": "a"}[order]))
    # ruleid: sql-built-from-string
    db.execute("SELECT * FROM t ORDER BY {o}".format(o=order))
    # ruleid: sql-built-from-string
    db.execute("SELECT * FROM t WHERE " + " AND ".join(order))


def in_other_ways(db, conn, name, more):
    # ok: sql-built-from-string
    db.execute(re.sub("[^a-z]", "", "SELECT %s" % name))
    # ok: sql-built-from-string
    db.execute(conn.quote_name("SELECT %s" % name))
    # ruleid: sql-built-from-string
    conn.main.query("SELECT %s FROM t" % name)


ORDERS = {"name": "name", "born": "born_on"}


def ordered(cursor, order, direction):
    column = ORDERS.get(order, "name")
    way = "DESC" if direction == "desc" else "ASC"
    # ok: sql-built-from-string
    cursor.execute("SELECT * FROM t ORDER BY %s %s" % (column, way))


def ordered_freely(cursor, order, direction):
    way = "DESC" if direction == "desc" else "ASC"
    # ruleid: sql-built-from-string
    cursor.execute("SELECT * FROM t ORDER BY %s %s" % (order, way))


def numbered(cursor, page, ids, names):
    # ok: sql-built-from-string
    cursor.execute(f"SELECT * FROM t LIMIT 10 OFFSET {page * 10}")
    # ok: sql-built-from-string
    cursor.execute("DELETE FROM t WHERE id IN (%s)" % ",".join(str(i) for i in ids))
    # ok: sql-built-from-string
    cursor.execute("DELETE FROM t WHERE id IN (%s)" % ", ".join(map(str, ids)))
    # ruleid: sql-built-from-string
    cursor.execute("DELETE FROM t WHERE name IN (%s)" % ",".join(repr(n) for n in names))


def by_names_that_are_escaped(db, keys, html, key):
    sql = "SELECT " + ", ".join(["(SELECT count(*) FROM {t} WHERE {c}=:id)".format(t=escape_sqlite(k["t"]), c=escape_sqlite(k["c"])) for k in keys])
    # ok: sql-built-from-string
    db.execute(sql, {"id": 1})
    # ok: sql-built-from-string
    db.execute("SELECT {c} FROM t".format(c=escape_identifier(key)))
    # ruleid: sql-built-from-string
    db.execute("SELECT {c} FROM t".format(c=html.escape(key)))


def bound(self, cursor, table, key, value):
    sql = "SELECT * FROM t WHERE %s_key=%s" % (table, self.arg)
    # ok: sql-built-from-string
    cursor.execute(sql, (value,))
    # ok: sql-built-from-string
    cursor.executemany(sql, [(value,)])
    # ok: sql-built-from-string
    self.sql(sql, (value,))
    # ruleid: sql-built-from-string
    cursor.execute(sql)
    # ruleid: sql-built-from-string
    self.sql(sql)
    # ruleid: sql-built-from-string
    cursor.execute(f"SELECT * FROM t WHERE a = {key} AND b = %s", (value,))


def handed_to_a_hook(hook, db, name):
    message = "SELECT a FROM t WHERE b = '" + name + "'"
    # ok: sql-built-from-string
    hook.execute(message)
    statement = "SELECT a FROM t WHERE b = '" + name + "'"
    # ruleid: sql-built-from-string
    db.execute(statement)
