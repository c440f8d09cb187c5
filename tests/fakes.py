"""Small honest stand-ins: a project on disk, a context around it, and tools that replay what they once said."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from secure_release.checks import Context, Evidence, Exit, Match, Memory, Pin, SnapshotFacts, SourceFile, Tools
from secure_release.checks.memory import Forgetful
from secure_release.checks.past import NoHistory
from secure_release.checks.source import is_binary, is_python
from secure_release.pipeline.adapters.installation import installation
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.adapters.queue import Turns

RECORDED = Path(__file__).parent / "recorded"
NOW = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)


class NoAdvisories:
    """For checks that need none: asking is an error of the test."""

    def facts(self) -> SnapshotFacts:
        raise AssertionError("this check has no business with advisories")

    def lookup(self, pins: Sequence[Pin]) -> tuple[Match, ...]:
        raise AssertionError("this check has no business with advisories")

    def serve(self) -> AbstractContextManager[tuple[str, ...]]:
        raise AssertionError("this check has no business with advisories")


def one_at_a_time() -> Turns:
    return Turns(1, threading.Event())


def untold(done: int, of: int) -> None:
    """Nobody watches."""


class GoodClock:
    def synchronised(self) -> bool:
        return True


@dataclass
class Held:
    """`Memory`, in memory."""

    entries: dict[str, bytes] = field(default_factory=dict)

    def recall(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {key: self.entries[key] for key in keys if key in self.entries}

    def keep(self, entries: Mapping[str, bytes]) -> None:
        self.entries.update(entries)


@dataclass
class Kept:
    """The evidence folder, in memory."""

    contents: dict[str, bytes] = field(default_factory=dict)

    def __call__(self, name: str, content: bytes) -> Evidence:
        digest = hashlib.sha256(content).hexdigest()
        self.contents[digest] = content
        return Evidence(name, digest)


@dataclass(frozen=True)
class Replayed:
    """Tools that say once more what a real one said: a file of tests/recorded/."""

    recorded: str  # "semgrep/clean"
    folder: Path  # what the recording calls {folder}
    version: str = ""  # instead of the recorded one

    def find(self, name: str) -> Path | None:
        return Path("/tools") / name

    def run(
        self, argv: Sequence[str], *, cwd: Path, timeout: float, env: Mapping[str, str] | None = None, stdin: bytes = b""
    ) -> Exit:
        if "-I" in argv:  # our own interpreter over the project's files: no scanner, so the real thing
            return Processes(self.folder / "project").run(argv, cwd=cwd, timeout=timeout, env=env, stdin=stdin)
        text = (RECORDED / f"{self.recorded}.json").read_text(encoding="utf-8")
        told = json.loads(text.replace("{folder}", json.dumps(str(self.folder))[1:-1]))
        if argv[-1] == "--version":
            return said(stdout=(self.version or str(told["version"])).encode())
        report = next((Path(word) for word in argv if word.endswith("/report")), None)
        if report is not None and told["report"] is not None:
            report.write_text(told["report"], encoding="utf-8")
        return said(told["code"], told["stdout"].encode(), told["stderr"].encode())


def said(code: int = 0, stdout: bytes = b"", stderr: bytes = b"") -> Exit:
    return Exit(code, stdout, stderr, timed_out=False, flooded=False, seconds=0.1)


def project(tree: Path, files: Mapping[str, str] | Mapping[str, bytes] | Mapping[str, str | bytes]) -> tuple[SourceFile, ...]:
    """Write the files, and list them as the mirror does."""
    tree.mkdir(parents=True, exist_ok=True)
    return tuple(sorted((_source(tree, path, content) for path, content in files.items()), key=lambda file: file.path))


def _source(tree: Path, path: str, text: str | bytes) -> SourceFile:
    content = text.encode() if isinstance(text, str) else text
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return SourceFile(path, len(content), digest, is_binary(content[:8000]), is_python(path, content[:200]), executable=False)


def context(
    folder: Path,
    files: Mapping[str, str] | Mapping[str, bytes] | Mapping[str, str | bytes],
    tools: Tools | None = None,
    options: Mapping[str, object] | None = None,
    keep: Kept | None = None,
    memory: Memory | None = None,
    cores: int = 2,
) -> Context:
    """All that one check gets: a project in `folder`, the real tools unless others are given."""
    tree, scratch = folder / "tree", folder / "scratch"
    listed = project(tree, files)
    scratch.mkdir(exist_ok=True)
    return Context(
        tree=tree,
        files=listed,
        scratch=scratch,
        tools=tools or Processes(folder / "project"),
        advisories=NoAdvisories(),
        clock=GoodClock(),
        keep=keep or Kept(),
        now=NOW,
        timeout=120.0,
        options=options or {},
        memory=memory or Forgetful(),
        history=NoHistory(),
        installation=installation,
        queue=Turns(cores, threading.Event()),
        progress=untold,
    )
