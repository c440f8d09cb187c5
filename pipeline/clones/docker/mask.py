"""Blanks personal data in a clone before the services that would use it start: the user's own command, and it must have worked."""

from __future__ import annotations

from pathlib import Path

from ...containers import Engine, EngineError
from ...patch_config import MaskSection
from ...release import ReleaseError

SECONDS = 600.0  # a large table is rewritten as a whole
CANNOT_START = 127
BYTES = 20_000_000
STOPS = "ON_ERROR_STOP"


def mask(engine: Engine, container: str, section: MaskSection, tree: Path) -> None:
    """Run `section.run` in the clone's container with `section.file` of the project on standard input.

    Raises `ReleaseError` unless it ended with 0. What the command says is not shown: it may quote the data that it is to blank.
    """
    given = _file(section, tree)
    _stops_at_errors(section)
    try:
        ended = engine.execute(container, section.run, timeout=SECONDS, stdin=given)
    except EngineError as problem:
        raise ReleaseError(f"The data of {section.service} could not be masked: {problem}", problem.hint) from problem
    if ended.timed_out:
        raise _failed(section, f"{section.run[0]} did not end within {SECONDS:.0f} s")
    if ended.code == CANNOT_START:
        raise _failed(section, f"there is no {section.run[0]} in the container")
    if ended.code != 0:
        raise _failed(section, f"{section.run[0]} ended with {ended.code}")


def _file(section: MaskSection, tree: Path) -> bytes:
    path = (tree / section.file).resolve()
    if not path.is_relative_to(tree.resolve()) or not path.is_file():
        raise _failed(section, f"{section.file} is not a file of the project")
    if path.stat().st_size > BYTES:
        raise _failed(section, f"{section.file} is larger than {BYTES} bytes")
    content = path.read_bytes()
    if not content.strip():
        raise _failed(section, f"{section.file} is empty")
    return content


def _stops_at_errors(section: MaskSection) -> None:
    """psql goes on after a failed statement and ends with 0, which would leave the rest of the data as it is."""
    if Path(section.run[0]).name == "psql" and not any(STOPS in word for word in section.run):
        raise _failed(section, "psql ends with 0 even when statements failed; add `-v ON_ERROR_STOP=1` to `run`")


def _failed(section: MaskSection, why: str) -> ReleaseError:
    hint = f"Nothing was tested. Try {section.file} on a database with the same tables, and look at what it says there."
    return ReleaseError(f"The data of {section.service} could not be masked: {why}.", hint)
