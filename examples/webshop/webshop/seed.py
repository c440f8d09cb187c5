"""Fill an empty data folder with a shop that has been in business for a while. Standard library only.

`python -m webshop.seed --data FOLDER --login FILE` never touches a database that exists.
"""

import argparse
import os
import secrets
import shutil
import sqlite3
from pathlib import Path

from . import database, passwords

PRODUCTS = (
    (1, "Assam", "Strong black tea, good with milk", 490, 120),
    (2, "Darjeeling First Flush", "Light black tea from the spring harvest", 1250, 40),
    (3, "Sencha", "Green tea, steamed, from Shizuoka", 890, 75),
    (4, "Genmaicha", "Green tea with roasted rice", 690, 60),
    (5, "Earl Grey", "Black tea with oil of bergamot", 540, 150),
    (6, "Lapsang Souchong", "Black tea dried over pine smoke", 760, 25),
    (7, "Rooibos", "Red bush from the Cape, without caffeine", 390, 200),
    (8, "Café crème mug", "Holds 0.3 l, survives the dishwasher", 1490, 12),
)
USERS = ((1, "anna"), (2, "bertil"))
ORDERS = ((1, 3, 2, "anna@example.org"), (2, 1, 5, "bertil@example.org"), (1, 8, 1, "anna@example.org"))
# The smallest PNG there is (one white dot) and a PDF that says only that it is one.
DOT = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\r\xefF\xb8\x00\x00\x00\x00IEND\xaeB`\x82"
)
UPLOADS = (
    (1, "5eed0001.png", "teapot.png", DOT),
    (2, "5eed0002.pdf", "delivery-note.pdf", b"%PDF-1.4\n% a delivery note without a page\n%%EOF\n"),
)


def seed(data: Path, login: Path) -> bool:
    """Make the shop, noting new random passwords in `login` (mode 0600). False when a database was there."""
    finished = data / database.FILE_NAME
    if finished.exists():
        return False
    # Built aside and moved into place, so that a half-made shop is never taken for a finished one.
    growing = data / "seeding"
    shutil.rmtree(growing, ignore_errors=True)
    database.create_tables(growing)
    connection = database.open_database(growing)
    with connection:
        _fill(connection, login)
    connection.close()  # the last one to close folds the write-ahead log into the file
    _write_uploads(data / "uploads")
    (growing / database.FILE_NAME).rename(finished)
    growing.rmdir()
    return True


def _fill(connection: sqlite3.Connection, login: Path) -> None:
    words = {name: secrets.token_urlsafe(12) for _, name in USERS}
    users = [(number, name, passwords.store(words[name], passwords.STRONG)) for number, name in USERS]
    connection.executemany("INSERT INTO users (id, name, password) VALUES (?, ?, ?)", users)
    connection.executemany("INSERT INTO products (id, name, about, cents, stock) VALUES (?, ?, ?, ?, ?)", PRODUCTS)
    connection.executemany("INSERT INTO orders (user_id, product_id, quantity, email) VALUES (?, ?, ?, ?)", ORDERS)
    uploads = [(user, name, original, len(content)) for user, name, original, content in UPLOADS]
    connection.executemany("INSERT INTO uploads (user_id, name, original, size) VALUES (?, ?, ?, ?)", uploads)
    _note(login, "".join(f"{name} {word}\n" for name, word in words.items()))


def _note(login: Path, text: str) -> None:
    login.unlink(missing_ok=True)
    with os.fdopen(os.open(login, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as note:
        note.write(text)


def _write_uploads(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for _, name, _, content in UPLOADS:
        (folder / name).write_bytes(content)


def main() -> None:
    """The command line: says what it did."""
    parser = argparse.ArgumentParser(prog="python -m webshop.seed", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder for the database and the uploads")
    parser.add_argument("--login", type=Path, required=True, help="file to note the names and passwords in")
    options = parser.parse_args()
    if seed(options.data, options.login):
        print(f"made a shop in {options.data}; names and passwords are in {options.login}")
    else:
        print(f"kept the shop in {options.data} as it is")


if __name__ == "__main__":
    main()
