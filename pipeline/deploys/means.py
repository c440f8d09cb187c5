"""What a deploy driver may use: programs, a Docker Engine, time that passes, and somebody who is told how it goes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from secure_release.checks import Tools

from ..release import Progress
from ..shipping import DeployError

if TYPE_CHECKING:
    from ..containers import Fleet


@dataclass(frozen=True)
class Means:
    """`fleet` connects when it is first asked for: a project without containers needs no engine."""

    tools: Tools
    fleet: Callable[[], Fleet]
    progress: Progress
    monotonic: Callable[[], float]  # seconds; not the wall clock, which may jump
    sleep: Callable[[float], None]


@contextlib.contextmanager
def engine_told() -> Iterator[None]:
    """What the engine says becomes what a deploy says."""
    from ..containers import EngineError

    try:
        yield
    except EngineError as problem:
        raise DeployError(str(problem), problem.hint) from problem
