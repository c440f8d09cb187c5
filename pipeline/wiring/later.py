"""A part of a release that is made when somebody first asks it something: most runs never do, and making it costs its imports."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")


class _Later:
    def __init__(self, make: Callable[[], object]) -> None:
        self._make, self._lock = make, Lock()
        self._made: tuple[object, ...] = ()

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            if not self._made:
                self._made = (self._make(),)
        return getattr(self._made[0], name)


def later(make: Callable[[], T]) -> T:
    """What stands for it until then. `make` must not fail for what the user has written: it would be said too late."""
    return cast(T, _Later(make))
