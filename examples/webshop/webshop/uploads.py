"""Files that customers send (a picture of a broken cup, a delivery note): kept under names of our own making."""

import secrets
import sqlite3

from flask import Blueprint, abort, flash, redirect, render_template, request, send_from_directory, url_for
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from . import connection
from .account import customer_id, for_customers

pages = Blueprint("uploads", __name__)

# What a file must begin with to be taken for its type; its name alone proves nothing.
_BEGINNINGS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "pdf": b"%PDF-"}
_LARGEST_FILE_BYTES = 512 * 1024


@pages.get("/uploads")
@for_customers
def listing() -> str:
    """The customer's own files and the form to send another."""
    return render_template("uploads.html", uploads=_own_uploads())


@pages.post("/uploads")
@for_customers
def receive() -> Response | tuple[str, int]:
    """Keep a file of a known type and a modest size; refuse any other (415, 413)."""
    file = request.files.get("file")
    if file is None or not file.filename:
        abort(400, "No file came with the form.")
    content = file.stream.read(_LARGEST_FILE_BYTES + 1)
    if len(content) > _LARGEST_FILE_BYTES:
        abort(413, f"Files up to {_LARGEST_FILE_BYTES // 1024} KB, please.")
    original = secure_filename(file.filename)
    kind = original.rpartition(".")[2].lower().replace("jpeg", "jpg")
    if kind not in _BEGINNINGS or not content.startswith(_BEGINNINGS[kind]):
        abort(415, "Only pictures (PNG, JPEG) and PDF files, please.")
    _keep(f"{secrets.token_hex(8)}.{kind}", original, content)
    flash(f"We have got {original}.")
    return redirect(url_for("uploads.listing"), 303)


@pages.get("/uploads/<name>")
@for_customers
def fetch(name: str) -> Response:
    """One of the customer's own files, as a download."""
    for upload in _own_uploads():
        if upload["name"] == name:
            folder = connection.settings().uploads
            return send_from_directory(folder, name, as_attachment=True, download_name=upload["original"])
    abort(404)


def _keep(name: str, original: str, content: bytes) -> None:
    unfinished = connection.settings().uploads / f"{name}.part"
    unfinished.write_bytes(content)
    unfinished.rename(unfinished.with_suffix(""))
    with connection.current() as shop:
        shop.execute(
            "INSERT INTO uploads (user_id, name, original, size) VALUES (?, ?, ?, ?)",
            (customer_id(), name, original, len(content)),
        )


def _own_uploads() -> list[sqlite3.Row]:
    found = connection.current().execute("SELECT * FROM uploads WHERE user_id = ? ORDER BY id", (customer_id(),))
    return found.fetchall()
