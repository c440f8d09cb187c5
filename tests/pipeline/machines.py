"""Machines that look at one release: real journals, real evidence and the real stages, around checks that need no tool."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from secure_release.checks import Check, Context, Evidence, Gap, Result, SourceFile, broken, numbered, ran, skipped
from secure_release.checks.memory import Forgetful
from secure_release.checks.past import NoHistory
from secure_release.pipeline import flow, parts
from secure_release.pipeline.config import Config
from secure_release.pipeline.evidence import EvidenceFolder
from secure_release.pipeline.law import Law, Policy
from secure_release.pipeline.records import ScanReport
from secure_release.pipeline.release import Entry, Outcome, Release, Source, Stage
from secure_release.pipeline.sharding import SHARD
from secure_release.pipeline.stages import scan
from secure_release.pipeline.view import STAGE_STARTED, STARTED, Identity, RunView, view
from tests.fakes import GoodClock, NoAdvisories, one_at_a_time, untold
from tests.fakes_ship import Quiet, TrustedNothing, make_release

from .builders import NOW, finding

WHO = Identity("", "shop", "2.0", "c0" * 20, "main", (), "f1" * 32, "1a" * 32, "the working tree", "0.1.0", "here")


@dataclass(frozen=True)
class Says:
    """A check that says of each file what it is told: "finding", "gap", "breaks" (and with it the check), or nothing."""

    name: str
    by_file: bool
    about: Mapping[str, str]
    title: str = "a check"

    def run(self, context: Context) -> Result:
        paths = [file.path for file in context.files]
        said = {path: self.about.get(path, "") for path in paths}
        if "skips" in said.values():
            return skipped("it does not like this release")
        if "breaks" in said.values():
            return broken("its tool crashed", "Mend it.")
        found = [finding(self.name, path=path, subject="bad") for path, word in said.items() if word in ("finding", "two")]
        found += [finding(self.name, path=path, subject="bad", line=9) for path, word in said.items() if word == "two"]
        gaps = tuple(Gap(self.name, path, "it does not parse", "Mend it.") for path, word in said.items() if word == "gap")
        looked_at = tuple(path for path, word in said.items() if word != "gap")
        return ran(numbered(found), looked_at, gaps, (context.keep(f"{self.name} report", repr(said).encode()),))


def listed(paths: Sequence[str]) -> tuple[SourceFile, ...]:
    return tuple(SourceFile(path, 100 * len(path), "ab" * 32, False, True, False) for path in sorted(paths))


@dataclass(frozen=True)
class Machines:
    """As many as you like, each with a run folder of its own below `folder`."""

    folder: Path
    paths: tuple[str, ...]
    checks: tuple[Check, ...]
    policy: Policy

    def scan(self, name: str, shard: tuple[int, int] = (1, 1), finish: bool = True, **who: Any) -> Path:
        """One machine's scan, in the run folder `name`."""
        made = self._begun(name, **who)
        if shard != (1, 1):
            made.journal.append(SHARD, Stage.SCAN, {"index": shard[0], "count": shard[1]})
        if finish:
            flow.perform(made, Stage.SCAN, lambda result: None)
        else:
            made.journal.append(STAGE_STARTED, Stage.SCAN, {})
        return self._left(made)

    def shards(self, count: int, prefix: str = "s") -> list[Path]:
        return [self.scan(f"{prefix}{index}", (index, count)) for index in range(1, count + 1)]

    def patch_test(self, name: str = "pt", finish: bool = True, **who: Any) -> Path:
        made = self._begun(name, **who)
        if finish:
            flow.perform(made, Stage.PATCH_TEST, lambda result: None)
        else:
            made.journal.append(STAGE_STARTED, Stage.PATCH_TEST, {})
        return self._left(made)

    def gate(self, named: Sequence[Path], name: str = "all") -> tuple[Outcome, RunView]:
        """The machine that joins them, and decides."""
        made = self._begun(name)
        outcome = flow.join(made, parts.find([str(each) for each in named], made.evidence), lambda result: None)
        seen = view(made.journal.entries, made.evidence)
        self._left(made)
        return outcome, seen

    def seen(self, run: Path) -> RunView:
        made = self._opened(run.name)
        self._left(made)
        return view(made.journal.entries, EvidenceFolder(run / "evidence"))

    def judged(self, run: Path) -> Outcome:
        """What the gate says in this run, by itself."""
        made = self._opened(run.name)
        outcome = flow.perform(made, Stage.GATE, lambda result: None).outcome
        self._left(made)
        return outcome

    def looked(self, index: int, count: int) -> ScanReport:
        """The same scan without a disk."""
        files = listed(self.paths)
        asked = Entry(0, NOW, SHARD, "scan", {"index": index, "count": count}, "")
        memory = Memory()
        law = Law(policy=self.policy, waivers=(), baseline=None, read_from="the working tree")
        source = Source(self.folder, self._tree(), "", "", (), "", "", files, (), (), (), frozenset())
        context = Context(self._tree(), files, self.folder, _NoTools(), NoAdvisories(), GoodClock(), memory.keep, NOW, 1.0, {}, Forgetful(), NoHistory(), str, one_at_a_time(), untold)
        bare = cast(Release, _Bare(law, source, self.checks, Config(), memory, _Lines((asked,)), lambda check: context, TrustedNothing(), Quiet(), Forgetful()))
        scan.run(bare)
        return cast(ScanReport, memory.saved["scan.json"])

    def _begun(self, name: str, **who: Any) -> Release:
        made = self._opened(name)
        made.journal.append(STARTED, "", asdict(replace(WHO, run=f"run {name}", **who)))
        return made

    def _opened(self, name: str) -> Release:
        made = make_release(self.folder, {}, run=name)
        law = Law(policy=self.policy, waivers=(), baseline=None, read_from="the working tree")
        source = replace(made.source, files=listed(self.paths), tree=self._tree())
        return replace(made, checks=self.checks, source=source, law=law, context=lambda check: self._context(made, source.files))

    def _tree(self) -> Path:
        tree = self.folder / "tree"
        for path in (each for each in self.paths if not (tree / each).exists()):
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text("pass\n")
        return tree

    def _context(self, made: Release, files: tuple[SourceFile, ...]) -> Context:
        keep = made.evidence.keep
        return Context(self._tree(), files, made.folder, _NoTools(), NoAdvisories(), GoodClock(), keep, NOW, 1.0, {}, Forgetful(), NoHistory(), str, one_at_a_time(), untold)

    def _left(self, made: Release) -> Path:
        made.journal.close()  # type: ignore[attr-defined]
        return made.folder


@dataclass
class Memory:
    """Evidence that is gone with the test."""

    saved: dict[str, object] = field(default_factory=dict)

    def keep(self, name: str, content: bytes) -> Evidence:
        return Evidence(name, hashlib.sha256(content).hexdigest())

    def save(self, name: str, value: object) -> Evidence:
        self.saved[name] = value
        return self.keep(name, b"")


@dataclass(frozen=True)
class _Lines:
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class _Bare:
    """As much of a release as a scan asks for."""

    law: Law
    source: Source
    checks: tuple[Check, ...]
    config: Config
    evidence: Memory
    journal: _Lines
    context: Callable[[Check], Context]
    trusted: TrustedNothing
    progress: Quiet
    memory: Forgetful

    def now(self) -> datetime:
        return NOW


class _NoTools:
    def find(self, name: str) -> None:
        return None

    def run(self, *words: object, **options: object) -> Any:
        raise AssertionError("these checks run no tool")

