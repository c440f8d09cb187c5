"""The script `secure-release`. A scan that is asked for in plain words is begun at once; everything else goes by way of `invoke`,
whose import takes as long as half an unchanged scan, and a quarter of its memory."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections.abc import Sequence

VALUES = ("config", "run", "trust", "format", "shard")
FLAGS = ("dry-run", "no-cache")
# mallopt(3): one heap, not one for each thread that waits for a check; and what is as large as a report goes back once it is freed. 7 MB.
ONE_HEAP, LARGE = (-8, 1), (-3, 1 << 19)
SELDOM = (20_000, 20, 20)  # looking for what refers to itself, of which there is little here, is a tenth of an unchanged scan


def main() -> None:
    plain = scan_of(sys.argv[1:])
    if plain is None:
        from .cli import main as any_task

        return any_task()
    from .answering import answer
    from .shown import tracebacks_too
    from .signals import answer_given

    tracebacks_too()
    gc.set_threshold(*SELDOM)
    with contextlib.suppress(AttributeError):  # not glibc
        for option in (ONE_HEAP, LARGE):
            ctypes.CDLL(None).mallopt(*option)
    try:
        sys.exit(answer(lambda: _scan(plain)))
    finally:
        answer_given()
        gc.freeze()  # the kernel takes it all at once


def scan_of(words: Sequence[str]) -> dict[str, str] | None:
    """The options of `scan`, each at most once and by its full name; None for whatever else the words may mean."""
    if words[:1] != ["scan"]:
        return None
    options, left = dict[str, str](), list(words[1:])
    while left:
        word = left.pop(0)
        name, equals, value = word.removeprefix("--").partition("=")
        if name in VALUES and not equals and left:
            equals, value = "=", left.pop(0)
        known = (name in VALUES and equals and value and not value.startswith("-")) or (name in FLAGS and not equals)
        if not known or name in options or not word.startswith("--"):
            return None
        options[name] = value
    return options


def _scan(options: dict[str, str]) -> int:
    from .options import Options
    from .session import run_stage

    asked = Options(
        config=options.get("config", ""),
        run=options.get("run", ""),
        trust=options.get("trust", ""),
        format=options.get("format", "text"),
        dry_run="dry-run" in options,
        shard=options.get("shard", ""),
        no_cache="no-cache" in options,
    )
    return run_stage("scan", asked)
