"""What the tests of deploy, verify and rollback are made of: a release with real files, and a few small honest fakes."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Literal

from secure_release.checks import Check, Context, Evidence, Finding, Tools
from secure_release.checks.memory import Forgetful
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.asking import Patience
from secure_release.pipeline.config import Config, Probe
from secure_release.pipeline.containers import Fleet
from secure_release.pipeline.deploys import DRIVERS
from secure_release.pipeline.deploys.means import Means
from secure_release.pipeline.evidence import EvidenceFolder
from secure_release.pipeline.journal import JournalFile
from secure_release.pipeline.keeping import BackupError, BackupReport, Drill, Generation, Promise, Restored
from secure_release.pipeline.law import Law, Policy
from secure_release.pipeline.patching import EVERYTHING, Carrier, Clone, Cloned, Environment, Patch, Plan
from secure_release.pipeline.release import Interrupted, Outcome, Progress, Release, Source, Stage, StageResult
from secure_release.pipeline.shipping import Deployer, DeployError, Probed, Prober, Shipment, Shipped, Undo
from secure_release.pipeline.view import STAGE_FINISHED, STARTED

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
DIGEST = "d" * 64


def now() -> datetime:
    return NOW


def listed(root: Path) -> tuple[Shipped, ...]:
    """Every file below `root`, as the scan would list it."""
    return tuple(_listed(root, path) for path in sorted(root.rglob("*")) if path.is_file())


def _listed(root: Path, path: Path) -> Shipped:
    content = path.read_bytes()
    name = path.relative_to(root).as_posix()
    digest = hashlib.sha256(content).hexdigest()
    return Shipped(name, len(content), digest, os.access(path, os.X_OK), None)


def project(tmp: Path, files: Mapping[str, bytes] | None = None) -> Path:
    """A project that says which version it is, with a binary file, a program and a folder in a folder."""
    root = tmp / "project"
    content = files or {"version.txt": b"1.0", "a/b/logo.png": b"\x89PNG\0", "bin/run": b"#!/bin/sh\n", "app.py": b"print()\n"}
    for name, text in content.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text)
    if (root / "bin/run").exists():
        (root / "bin/run").chmod(0o700)
    return root


def shipment(root: Path, version: str, run: str = "run-1") -> Shipment:
    (root / "version.txt").write_text(version)
    return Shipment(run, COMMIT, version, DIGEST, root, listed(root), {})


def generation(drilled: bool = True) -> Generation:
    drill = Drill(drilled, () if drilled else ("shop.db is torn",), 1.0, NOW)
    return Generation("g-7", 7, NOW, "run-1", COMMIT, "archive", (), 10, "e" * 64, drill, ())


class NoPatcher:
    """These stages never patch."""

    def environment(self) -> Environment:
        raise AssertionError("no environment is looked at here")

    def plan(self) -> Plan:
        raise AssertionError("nothing is looked up here")

    def clone(self, label: str) -> AbstractContextManager[Clone]:
        raise AssertionError("nothing is cloned here")

    def cloned(self) -> Cloned:
        raise AssertionError("nothing is cloned here")

    def carriers(self, safe: Sequence[Patch]) -> tuple[Carrier, ...]:
        raise AssertionError("nothing is safe here")

    def close(self) -> None:
        """There is nothing to remove."""

    def intact(self) -> tuple[str, ...]:
        return ()

    def sweep(self) -> tuple[str, ...]:
        return ()


@dataclass
class KeptVault:
    """Remembers pins; puts files back for real: `data` is what each source's file held when the backup was taken."""

    data: Mapping[str, tuple[Path, str]] = field(default_factory=dict)
    users_wrote: bool = False
    broken: bool = False
    cut_off: bool = False  # interrupted once, when the data is back and before anybody was told
    pins: list[tuple[str, str]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    closed: list[tuple[str, bool]] = field(default_factory=list)

    def put_back(self, id: str, policy: Sequence[tuple[str, Literal["never", "if-unchanged", "always"]]]) -> tuple[Restored, ...]:
        if self.broken:
            raise BackupError("the repository is gone", "Mount it.")
        restored = tuple(self._put_back(id, name, how) for name, how in policy)
        if self.cut_off:
            self.cut_off, self.users_wrote = False, True  # what we wrote ourselves looks like a user's write the next time
            raise Interrupted
        return restored

    def _put_back(self, id: str, name: str, how: str) -> Restored:
        path, content = self.data[name]
        if how == "if-unchanged" and self.users_wrote:
            return Restored(name, False, "users wrote since: left as it is", "")
        aside = path.with_name(path.name + ".aside")
        if path.read_text() != content:
            path.rename(aside)
            path.write_text(content)
        return Restored(name, True, f"data went back to {id}", str(aside))

    def pin(self, id: str, why: str) -> None:
        if self.broken:
            raise BackupError("the repository is gone", "Mount it.")
        self.pins.append((id, why))

    def take(self, run: str, commit: str) -> Generation:
        raise AssertionError("no backup is taken here")

    def generations(self) -> tuple[Generation, ...]:
        return (generation(),)

    def drill(self, id: str) -> Drill:
        raise AssertionError("nothing is drilled here")

    def prune(self, now: datetime) -> tuple[str, ...]:
        raise AssertionError("nothing is pruned here")

    def promises(self, now: datetime) -> tuple[Promise, ...]:
        return ()

    def exposure(self) -> tuple[Finding, ...]:
        return ()

    def restore(self, id: str, into: Path) -> None:
        raise AssertionError("nothing is restored here")

    def prune_held(self, now: datetime) -> str:
        return ""

    def forget(self, id: str, why: str) -> None:
        raise AssertionError("nothing is forgotten here")

    def unpin(self, id: str, why: str) -> None:
        raise AssertionError("nothing is unpinned here")

    def mark(self, id: str) -> None:
        self.marks.append(id)

    def close(self, run: str, passed: bool) -> None:
        if self.broken:
            raise BackupError("the repository is gone", "Mount it.")
        self.closed.append((run, passed))

    def sweep(self) -> tuple[str, ...]:
        return ()


@dataclass
class Shelf:
    """A deployer whose world is one word; each fault is one that a real one has."""

    stands: str = "old"
    fails: Literal["", "plan", "apply", "apply-after", "undo", "undo-lies", "standing", "tidy", "silence"] = ""
    tidied: list[int] = field(default_factory=list)
    restarts: int = 0
    silenced: int = 0
    name: str = "shelf"

    def plan(self, shipment: Shipment) -> Undo:
        self._may_fail("plan")
        return Undo("shelf", self.stands, "0.9" if self.stands else "", ("put the old one back",), {"previous": self.stands})

    def apply(self, shipment: Shipment, undo: Undo) -> str:
        self._may_fail("apply")
        self.stands = f"new-{shipment.version}"
        self._may_fail("apply-after")
        return self.stands

    def silence(self, undo: Undo) -> None:
        self._may_fail("silence")
        self.silenced += 1

    def undo(self, undo: Undo, data_replaced: bool) -> str:
        self._may_fail("undo")
        self.restarts += data_replaced or self.stands != undo.previous
        if self.fails != "undo-lies":
            self.stands = undo.previous
        return self.stands

    def standing(self) -> str:
        self._may_fail("standing")
        return self.stands

    def tidy(self, keep: int) -> tuple[str, ...]:
        self._may_fail("tidy")
        self.tidied.append(keep)
        return ()

    def _may_fail(self, step: str) -> None:
        if self.fails == step:
            raise DeployError(f"{step} does not work", f"Mend {step}.")


@dataclass
class Mood:
    """An application that answers as told, one answer after the other; the last one for ever. Remembers who was asked for."""

    answers: dict[str, list[bool]]
    asked: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, probe: Probe, version: str) -> Probed:
        self.asked.append((probe.name, version))
        left = self.answers[probe.name]
        healthy = left.pop(0) if len(left) > 1 else left[0]
        return Probed(probe.name, healthy, "status 200" if healthy else "status 503", NOW, 0.01)


def no_waiting() -> Patience:
    """Time that passes only by sleeping."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    return Patience(lambda: passed[0], sleep)


class Quiet:
    """Progress that nobody reads."""

    def doing(self, what: str, done: int = 0, of: int = 0) -> None:
        pass

    def line(self, text: str) -> None:
        pass


def _no_engine() -> Fleet:
    raise AssertionError("no engine is asked here")


def means(tools: Tools, fleet: Callable[[], Fleet] = _no_engine, progress: Progress | None = None) -> Means:
    return Means(tools, fleet, progress or Quiet(), time.monotonic, time.sleep)


class TrustedNothing:
    ref = ""

    def read(self, path: str) -> bytes | None:
        return None

    def paths(self) -> tuple[str, ...]:
        return ()


def _no_context(check: Check) -> Context:
    raise AssertionError("no check runs here")


def make_release(
    tmp: Path,
    config: Mapping[str, object],
    deployer: Deployer | None = None,
    prober: Prober | None = None,
    vault: KeptVault | None = None,
    version: str = "2.0",
    run: str = "run-1",
) -> Release:
    """A release of `tmp/project` with a real journal and real evidence; the driver is the configured one if none is given."""
    root = tmp / "project"
    root.mkdir(exist_ok=True)
    folder = tmp / run
    folder.mkdir(exist_ok=True)
    whole = Config.model_validate_json(json.dumps(config))  # as from a file: lists become tuples
    files = listed(root)
    return Release(
        id=run,
        folder=folder,
        source=Source(root, root, COMMIT, "main", (), version, DIGEST, (), files, (), (), frozenset()),
        config=whole,
        law=Law(policy=Policy(), waivers=(), baseline=None, read_from="working tree"),
        journal=JournalFile(folder / "journal.jsonl", now),
        evidence=EvidenceFolder(folder / "evidence"),
        progress=Quiet(),
        halt=Event(),
        now=now,
        checks=(),
        memory=Forgetful(),
        context=_no_context,
        trusted=TrustedNothing(),
        patcher=NoPatcher(),
        choice=EVERYTHING,
        vault=vault or KeptVault(),
        deployer=deployer or DRIVERS[whole.deploy.driver](root, whole.deploy, means(Processes(root))),
        prober=prober or Mood({probe.name: [True] for probe in whole.verify.probes}),
    )


def begun(release: Release, digest: str = DIGEST, taken: Generation | None = None) -> Release:
    """The journal as it is before deploy: begun, the gate passed, the backup passed."""
    release.journal.append(STARTED, "", {"tree": digest, "commit": COMMIT})
    finish(release, Stage.GATE, Outcome.PASSED)
    report = release.evidence.save("backup.json", BackupReport(taken, (), (), (), ()))
    finish(release, Stage.BACKUP, Outcome.PASSED, (report,))
    return release


def finish(release: Release, stage: Stage, outcome: Outcome, evidence: tuple[Evidence, ...] = ()) -> None:
    """What flow writes when a stage ends."""
    left = [{"name": item.name, "sha256": item.sha256} for item in evidence]
    release.journal.append(STAGE_FINISHED, stage, {"outcome": outcome.value, "summary": f"{stage} ended", "evidence": left})


def finished(release: Release, run: Callable[[Release], StageResult]) -> StageResult:
    """Run a stage and write its end down, as flow does."""
    result = run(release)
    finish(release, result.stage, result.outcome, result.evidence)
    return result


def kinds(release: Release) -> list[str]:
    return [entry.kind for entry in release.journal.entries if entry.kind not in (STARTED, STAGE_FINISHED)]
