"""A clone driver in memory, and what a stage is given around it. Its clones behave: they install, test and go away."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from secure_release.checks import Hole, Match, Pin, Severity, SnapshotFacts
from secure_release.checks.memory import Forgetful
from secure_release.pipeline.clones.plan import plan, told
from secure_release.pipeline.config import Config
from secure_release.pipeline.evidence import EvidenceFolder
from secure_release.pipeline.law import Law, Policy
from secure_release.pipeline.patching import (
    EVERYTHING,
    Applied,
    Carrier,
    Choice,
    Cloned,
    Consistency,
    Environment,
    Kind,
    NotApplied,
    Patch,
    Patcher,
    Plan,
    TestRun,
)
from secure_release.pipeline.release import Entry, Release, Source

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FACTS = SnapshotFacts("file", "osv.zip", "ab" * 32, datetime(2026, 11, 20, tzinfo=UTC), 12, 604800.0)
TESTS = frozenset({"tests.test_shop::test_buy", "tests.test_shop::test_sell"})

Behaviour = Callable[[Mapping[str, str]], TestRun]  # what is installed, to what the tests say
Install = Callable[[Sequence[Patch]], NotApplied | None]


def outcome(*failed: str, tests: frozenset[str] = TESTS, output: str = "") -> TestRun:
    return TestRun(tests - set(failed), frozenset(failed), frozenset(), output, 0.1, "")


def silent(why: str) -> TestRun:
    return TestRun(frozenset(), frozenset(), frozenset(), "", 0.1, why)


def hole(id_: str = "CVE-2026-1", fixed: tuple[str, ...] = ("2.0",), severity: Severity = Severity.HIGH) -> Hole:
    return Hole(id_, (id_,), "a hole", severity, fixed)


def match(name: str, fix: str = "2.0", version: str = "1.0", holes: int = 1, unauditable: str = "") -> Match:
    return Match(Pin(name, version), tuple(hole(f"CVE-2026-{name}-{n}") for n in range(holes)), fix, unauditable)


@dataclass
class FakeClone:
    patcher: FakePatcher
    installed: dict[str, str]

    def apply(self, patches: Sequence[Patch]) -> Applied | NotApplied:
        if refused := self.patcher.install(patches):
            return refused
        self.installed |= {patch.name: patch.fixed for patch in patches}
        came = [line.split(" (new) -> ") for line in self.patcher.changed if " (new) -> " in line]
        files = [*((patch.name, patch.fixed) for patch in patches if patch.kind is Kind.PYTHON), *came]
        sha256 = tuple((f"{name}-{version}-py3-none-any.whl", f"{name:x<64}") for name, version in files)
        return Applied(self.patcher.changed, sha256, ("the shop",), ())

    def test(self, only: Sequence[str] = ()) -> TestRun:
        said = self.patcher.behaviour(self.installed)
        if not only or said.why_none:
            return said
        return TestRun(said.passed & set(only), said.failed & set(only), frozenset(), said.output, 0.1, "")


@dataclass
class FakePatcher:
    """`Patcher` over a mapping of names to versions."""

    matches: Sequence[Match]
    behaviour: Behaviour = lambda installed: outcome()
    install: Install = lambda patches: None
    changed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()  # what intact() says
    os: tuple[Patch, ...] = ()  # pending besides what the matches say
    images: tuple[Carrier, ...] = ()
    closed: int = 0
    missing: Exception | None = None
    unknown: Exception | None = None
    isolation: str = "none"
    alive: int = 0
    made: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def environment(self) -> Environment:
        if self.missing is not None:
            raise self.missing
        pins = tuple(one.pin for one in self.matches)
        return Environment("a fake", "3.11.7", pins, "installed", self.isolation, "d" * 64)

    def plan(self) -> Plan:
        if self.unknown is not None:
            raise self.unknown
        found = plan(self.matches, (told(FACTS, NOW),))
        return replace(found, patches=(*self.os, *found.patches))

    @contextlib.contextmanager
    def clone(self, label: str) -> Iterator[FakeClone]:
        with self.lock:
            self.alive += 1
            self.made += 1
        try:
            installed = {one.pin.name: one.pin.version for one in self.matches} | {one.name: one.installed for one in self.os}
            yield FakeClone(self, installed)
        finally:
            with self.lock:
                self.alive -= 1

    def cloned(self) -> Cloned:
        return Cloned(Consistency.NO_DATA, 0.0, ())

    def carriers(self, safe: Sequence[Patch]) -> tuple[Carrier, ...]:
        assert safe
        assert not self.closed
        return self.images

    def close(self) -> None:
        self.closed += 1

    def intact(self) -> tuple[str, ...]:
        return self.moved

    def sweep(self) -> tuple[str, ...]:
        return ()


@dataclass
class Notebook:
    """`Journal` and `Progress` in memory."""

    written: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return ()

    def append(self, kind: str, stage: str, data: Mapping[str, object]) -> Entry:
        self.written.append((kind, dict(data)))
        return Entry(len(self.written), NOW, kind, stage, data, "")

    def doing(self, what: str, done: int = 0, of: int = 0) -> None:
        self.shown.append(what)

    def line(self, text: str) -> None:
        self.lines.append(text)


def source(root: Path, tree: Path, **changed: Any) -> Source:
    given = {"commit": "a" * 40, "branch": "main", "dirty": (), "version": "1", "digest": "b" * 64}
    empty: dict[str, Any] = {"files": (), "shipped": (), "left_out": (), "gaps": (), "marked": frozenset()}
    return Source(root=root, tree=tree, **{**given, **empty, **changed})


def release(
    folder: Path, patcher: Patcher, notes: Notebook, policy: str = "required", choice: Choice = EVERYTHING, **section: object
) -> Release:
    """A release for this stage alone: the ports of the others are not there."""
    tree = folder / "tree"
    tree.mkdir(exist_ok=True)
    config = Config.model_validate_json(json.dumps({"patch_test": section}))  # as from a file: lists become tuples
    law = Law(policy=Policy.model_validate({"patch_test": policy}), waivers=(), baseline=None, read_from="the working tree")
    nobody = cast(Any, None)
    return Release(
        id="run", folder=folder, source=source(folder, tree), config=config, law=law, journal=notes,
        evidence=EvidenceFolder(folder / "evidence"), progress=notes, halt=threading.Event(), now=lambda: NOW, checks=(),
        memory=Forgetful(),
        context=nobody, trusted=nobody, patcher=patcher, choice=choice, vault=nobody, deployer=nobody, prober=nobody,
    )  # fmt: skip
