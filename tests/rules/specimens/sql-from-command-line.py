import argparse
import os
import sqlite3
import sys

import click

db = sqlite3.connect("shop.db")


def from_arguments():
    # ruleid: sql-from-command-line
    db.execute("DELETE FROM items WHERE name = '" + sys.argv[1] + "'")
    # ok: sql-from-command-line
    db.execute("DELETE FROM items WHERE name = ?", (sys.argv[1],))
    options = argparse.ArgumentParser().parse_args()
    # ruleid: sql-from-command-line
    db.execute(f"DROP TABLE {options.table}")
    # ok: sql-from-command-line
    db.execute("DELETE FROM items WHERE id = %d" % int(sys.argv[2]))


def from_environment():
    # ruleid: sql-from-command-line
    db.execute("ATTACH '%s' AS other" % os.environ["OTHER"])
    # ok: sql-from-command-line
    db.execute("SELECT 1")


@click.command()
@click.argument("name")
def from_click(name):
    # ruleid: sql-from-command-line
    db.execute(f"SELECT * FROM items WHERE name = '{name}'")
    name = "lamp"
    # ok: sql-from-command-line
    db.execute(f"SELECT * FROM items WHERE name = '{name}'")


def another_1(name):
    tainted = sys.argv[1]
    # ruleid: sql-from-command-line
    c_1.executemany(tainted)
    # ruleid: sql-from-command-line
    c_1.executescript(tainted)
    # ruleid: sql-from-command-line
    c_1.execute_sql(tainted)
    # ruleid: sql-from-command-line
    c_1.exec_driver_sql(tainted)
    # ruleid: sql-from-command-line
    c_1.mogrify(tainted)
    # ruleid: sql-from-command-line
    c_1.fetchrow(tainted)
    # ruleid: sql-from-command-line
    c_1.fetchval(tainted)
    # ruleid: sql-from-command-line
    c_1.fetch_one(tainted)
    # ruleid: sql-from-command-line
    c_1.fetch_all(tainted)
    # ruleid: sql-from-command-line
    c_1.execute(query=tainted)
    # ruleid: sql-from-command-line
    c_1.fetch_all(query=tainted)
    # ruleid: sql-from-command-line
    c_1.fetch_one(query=tainted)
    # ruleid: sql-from-command-line
    m_1.objects.raw(tainted)
    # ruleid: sql-from-command-line
    m_1.objects.f_1().raw(tainted)
    # ruleid: sql-from-command-line
    RawSQL(tainted)
    # ruleid: sql-from-command-line
    s_1.extra(tainted)
    # ruleid: sql-from-command-line
    s_1.extra(where=tainted)
    # ruleid: sql-from-command-line
    s_1.extra(select=tainted)
    # ruleid: sql-from-command-line
    s_1.extra(tables=tainted)
    # ruleid: sql-from-command-line
    s_1.extra(order_by=tainted)
    # ruleid: sql-from-command-line
    db_1.text(tainted)
    # ruleid: sql-from-command-line
    sqlalchemy.literal_column(tainted)
    # ruleid: sql-from-command-line
    pandas.read_sql(tainted)
    # ruleid: sql-from-command-line
    pandas.read_sql_query(tainted)
    # ruleid: sql-from-command-line
    duckdb.sql(tainted)


def in_other_ways(db, conn):
    name = input()
    # ok: sql-from-command-line
    db.execute(conn.quote_name(name))
    names = []
    names.append(input())
    # ruleid: sql-from-command-line
    db.execute("SELECT " + names[0])
    if name not in KNOWN:
        return
    # ok: sql-from-command-line
    db.execute("SELECT " + name)


def handed_to_a_hook(hook, db):
    message = input()
    # ok: sql-from-command-line
    hook.execute(message)
    # ruleid: sql-from-command-line
    db.execute("SELECT " + message)
