"""What a run is about, and whether it may be joined."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import replace

from ..release import ReleaseError, Source, Stage
from ..view import Identity
from .benches import Bench

NEEDS_NO_SOURCE = (Stage.ROLLBACK, Stage.REPORT)  # a way back must not depend on what the working tree holds by now


def our_version() -> str:
    return importlib.metadata.version("secure-release")


def identity_of(bench: Bench, source: Source, run: str) -> Identity:
    return Identity(
        run=run,
        name=bench.config.release.name,
        version=source.version,
        commit=source.commit,
        branch=source.branch,
        dirty=source.dirty,
        tree=source.digest,
        config=bench.settled.digest,
        law_from=bench.settled.law.read_from,
        tool=our_version(),
        machine=platform.node(),
    )


def joined(recorded: Identity, who: Identity, source: Source, stage: Stage | None) -> Source:
    """The run must be about this commit, these files and this law. A way back asks only that it is this project's."""
    if stage in NEEDS_NO_SOURCE:
        return replace(source, commit=recorded.commit, branch=recorded.branch, version=recorded.version, digest=recorded.tree)
    for what, mine, theirs in (
        ("commit", who.commit, recorded.commit),
        ("files", who.tree, recorded.tree),
        ("configuration, policy, waivers or baseline", who.config, recorded.config),
    ):
        if mine != theirs:
            raise ReleaseError(
                f"Run {recorded.run} belongs to another {what} ({theirs[:12]}, here {mine[:12]}).",
                "Start a new run, without --run or in an empty folder; or check out what the run is about.",
            )
    return source
