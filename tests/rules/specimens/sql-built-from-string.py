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

    def not_sql(self, runner, name):
        # ok: sql-built-from-string
        runner.execute(f"select the best of {name}")
