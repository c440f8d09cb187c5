"""Proves that a clone runs itself and not what it was copied from: a clone without proof is an error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from secure_release.checks import Tools

from ..release import ReleaseError
from .probe import Interpreter, Silent, ask
from .relocate import interpreter, leads_back, programs, starts_in

REPORT_IT = "Nothing was tested, so nothing is safe. Build the environment anew, or name a lock in `patch_test.requirements`."


def prove(venv: Path, originals: Sequence[Path], place: Path, tools: Tools) -> None:
    """Every interpreter in bin/ is the clone's, every script starts one of them, and no path leads back.

    Raises `ReleaseError`.
    """
    for python in sorted((venv / "bin").glob("python*")):
        if not python.name.endswith((".sh", "-config")):
            _runs_itself(python, venv, originals, place, tools)
    for script in programs(venv):
        content = script.read_bytes()
        named = Path(interpreter(content))
        if starts_in(content, originals, place) or (_another_environment(named) and not _within(named, place)):
            raise ReleaseError(f"In the clone, bin/{script.name} still starts {named}.", REPORT_IT)
    if files := leads_back(venv, originals, place):
        raise ReleaseError(f"In the clone, {', '.join(files)} still leads to the original.", REPORT_IT)


def _runs_itself(python: Path, venv: Path, originals: Sequence[Path], place: Path, tools: Tools) -> None:
    try:
        known = ask(python, tools, place)
    except Silent as problem:
        raise ReleaseError(f"The clone's {problem}.", REPORT_IT) from problem
    if Path(known.prefix) != venv:
        raise ReleaseError(f"The clone's bin/{python.name} runs {known.prefix}, not the clone.", REPORT_IT)
    for entry in _leading_back(known, originals, place):
        raise ReleaseError(f"The clone's bin/{python.name} imports from the original: {entry}.", REPORT_IT)


def _leading_back(known: Interpreter, originals: Sequence[Path], place: Path) -> list[str]:
    within = [entry for entry in known.path if any(_within(Path(entry), original) for original in originals)]
    return [entry for entry in within if not _within(Path(entry), place)]


def _another_environment(program: Path) -> bool:
    """An environment that was moved still starts what lies where it was made."""
    return program.is_absolute() and (program.parent.parent / "pyvenv.cfg").is_file()


def _within(path: Path, folder: Path) -> bool:
    return path.is_absolute() and path.is_relative_to(folder)
