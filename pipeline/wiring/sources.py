"""The files of a release, and its version."""

from __future__ import annotations

import os
from pathlib import Path

from ..adapters.memory import MemoryFile
from ..adapters.source import read_source
from ..adapters.stamps import Stamps
from ..release import EXIT_CONFIG, Progress, ReleaseError, Source, Stage
from .benches import Bench
from .identities import NEEDS_NO_SOURCE

MAX_VERSION = 1000  # characters


def source_of(bench: Bench, scratch: Path, stage: Stage | None, progress: Progress) -> Source:
    """Read now; nothing for a stage that must not depend on the working tree."""
    if stage in NEEDS_NO_SOURCE:
        state = bench.git.state()
        return Source(bench.project, scratch / "tree", state.commit, state.branch, (), "", "", (), (), (), (), frozenset())
    scan = bench.config.scan
    stamps = Stamps(bench.memory, bench.project) if _quick(bench, stage) else None
    source = read_source(
        bench.git, scratch / "tree", lambda commit: version(commit, bench), scan.exclude, scan.max_file_size, progress, stamps
    )
    if stamps is not None:
        stamps.keep()
    return source


def _quick(bench: Bench, stage: Stage | None) -> bool:
    """A scan by itself on somebody's own machine believes the file system's times. Every later stage reads the bytes, and refuses a
    run whose files were others."""
    return stage is Stage.SCAN and not bench.trusted.ref and not os.environ.get("CI") and isinstance(bench.memory, MemoryFile)


def version(commit: str, bench: Bench) -> str:
    """The version as its file says it, else the commit."""
    file = bench.config.release.version_file
    if file is None:
        return commit[:12]
    try:
        with (bench.project / file).open(encoding="utf-8") as opened_file:
            text = opened_file.read(MAX_VERSION).strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise ReleaseError(f"{file} can't be read: {problem}.", "Mend `release.version_file`.", EXIT_CONFIG) from problem
    if not text or len(text) > 100 or not text.isprintable():
        raise ReleaseError(f"{file} holds no version.", "Write one line, such as 1.4.2, into it.", EXIT_CONFIG)
    return text
