"""Texts that are put together: what a piece can't do any more behind the one before it."""

from __future__ import annotations

import re
from typing import Any

from .value import BARE, NONE, UNKNOWN, Cleared, Value, both, everything

TEXT: Cleared = frozenset({915, 943})  # whatever it was, it is a text now
HOSTS: Cleared = frozenset({918, 601})
HOST = re.compile(r"^(https?|wss?)://[^/{}%\s]+[/?#]")
LOCAL = re.compile(r"^/[^/\\]")
LONGEST = 2_000  # characters of a text that is put together while reading


def concatenated(pieces: list[tuple[Value, Cleared]]) -> Value:
    """Texts one after another. What stands first decides the host of an address."""
    marks: dict[Any, Cleared] = {}
    before: str | None = ""  # None: not known, and not a client's
    text: str | None = ""
    named = False  # a value and a slash stand before: the value is the host, if it is one
    for at, (value, of) in enumerate(pieces):
        if at and isinstance(value.const, str) and value.const.startswith("/") and everything(pieces[at - 1][0]):
            named = True
        extra = after(before) | of | TEXT | (HOSTS if named else NONE)
        rooted = frozenset({601}) if before is not None and before.endswith("/") else NONE
        marks = dict(both(marks, {origin: known | extra | (rooted if BARE in known else NONE) for origin, known in everything(value).items()}))
        if isinstance(value.const, str | int) and not isinstance(value.const, bool):
            before = before + str(value.const) if before is not None else None
            text = text + str(value.const) if text is not None and len(text) < LONGEST else None
        else:
            text = None
            before = "" if before == "" and everything(value) else None
    return Value(marks, const=text if text is not None and not marks else UNKNOWN)


def after(before: str | None) -> Cleared:
    """What a text can't do any more behind this one: choose the host."""
    if before is None:
        return frozenset({918, 601, 88, 1236})
    if not before:
        return NONE
    hosts = {918, 601} if HOST.match(before) else set()
    local = {601} if LOCAL.match(before) else set()
    whole = {88, 1236} if before.strip("-") else set()  # no option, and no formula
    named = {470} if before.endswith("_") else set()  # getattr(self, "do_" + name) reaches what is meant to be reached
    return frozenset({*hosts, *local, *named, *whole})
