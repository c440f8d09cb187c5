"""What the engine refuses, as a sentence for the one who runs the release."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ...containers import EngineError, NotThere
from ...release import ReleaseError


@contextlib.contextmanager
def in_a_sentence(what: str) -> Iterator[None]:
    """Raises `ReleaseError` for what the engine and the file system throw while `what` is under way."""
    try:
        yield
    except NotThere as problem:
        raise ReleaseError(
            f"{what}: {problem}",
            "Something removed or replaced it meanwhile. Run again when nobody deploys or cleans up.",
        ) from problem
    except EngineError as problem:
        raise ReleaseError(f"{what}: {problem}", problem.hint) from problem
    except PermissionError as problem:
        raise ReleaseError(
            f"{what}: {problem}.", "Run as root on the engine's own machine; rootless engines are not supported."
        ) from problem
    except OSError as problem:
        raise ReleaseError(
            f"{what}: {problem}.", "Look at free space and permissions where the engine keeps its data."
        ) from problem
