"""The ids of a JUnit report as arguments of the test runner that wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def selected(command: Sequence[str], only: Sequence[str], project: Path) -> tuple[str, ...]:
    """The ids as pytest's arguments; nothing (all tests) for another runner, or when an id names no file of `project`."""
    if not any(Path(word).name in ("pytest", "py.test") for word in command):
        return ()
    found = [_argument(test, project) for test in only]
    return tuple(found) if all(found) else ()


def _argument(test: str, project: Path) -> str:
    """`tests.test_shop.TestCart::test_add` is `tests/test_shop.py::TestCart::test_add`; a broken module has no class."""
    place, _, name = test.partition("::")
    parts = (place or name).split(".")
    if parts[0] == project.name and not (project / parts[0]).exists():
        parts = parts[1:]  # a project without settings of its own: the pytest.ini above it became the root
    for length in range(len(parts), 0, -1):
        path = Path(*parts[:length]).with_suffix(".py")
        if (project / path).is_file():
            return "::".join([path.as_posix(), *parts[length:], *([name] if place else [])])
    return ""
