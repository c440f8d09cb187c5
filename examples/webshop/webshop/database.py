"""The shop's SQLite file: its tables and how to open it. Standard library only."""

import sqlite3
from pathlib import Path

FILE_NAME = "shop.db"

_TABLES = """
CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, password TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS products (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, about TEXT NOT NULL,
    cents INTEGER NOT NULL CHECK (cents > 0), stock INTEGER NOT NULL CHECK (stock >= 0));
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id),
    product_id INTEGER NOT NULL REFERENCES products (id), quantity INTEGER NOT NULL CHECK (quantity > 0),
    email TEXT NOT NULL, ordered_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE IF NOT EXISTS uploads (
    id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id),
    name TEXT NOT NULL UNIQUE, original TEXT NOT NULL, size INTEGER NOT NULL);
"""


def open_database(data: Path) -> sqlite3.Connection:
    """A connection to the database in this folder. Readers do not wait for writers (write-ahead log)."""
    connection = sqlite3.connect(data / FILE_NAME, timeout=5)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def create_tables(data: Path) -> None:
    """Make the folder and the tables that are missing; what is there stays as it is."""
    data.mkdir(parents=True, exist_ok=True)
    connection = open_database(data)
    try:
        connection.executescript(_TABLES)
    finally:
        connection.close()
