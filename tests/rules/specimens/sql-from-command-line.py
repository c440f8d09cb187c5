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
