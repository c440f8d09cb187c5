"""Kills a deploy, or a rollback, at one line of our code after the other, and looks whether a rollback mends each.

A program of its own, because it forks: `killed_at_a_line.py (deploy|rollback) FOLDER POINTS`. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.config import DeploySection
from secure_release.pipeline.deploys.directory import directory
from secure_release.pipeline.journal import read_entries
from secure_release.pipeline.release import Outcome, Release
from secure_release.pipeline.shipping import Shipment, Shipped
from secure_release.pipeline.stages import deploy, rollback
from tests.fakes_ship import COMMIT, KeptVault, begun, generation, make_release, project, shipment

OURS = ("deploys", "stages", "undoing", "journal", "history", "evidence")
RESTART = ["sh", "-c", 'echo "$VERSION" >"$SITE/running"']
# the release that is killed migrates the data, as a careless one would
PREPARE = ["sh", "-c", 'echo "$VERSION" >prepared; [ "$VERSION" != 2.0 ] || printf after >"$SITE/../shop.db"']
NO_LINE = 1 << 60


class Line:
    """Counts the lines of ours that are executed, and ends this process, without a word, before the n-th."""

    def __init__(self, last: int) -> None:
        self.last, self.count = last, 0

    def trace(self, frame: FrameType, event: str, _: Any) -> Any:
        name = frame.f_globals.get("__name__", "").removeprefix("secure_release.pipeline.")
        if name.split(".")[0] not in OURS:
            return None
        if event == "line":
            self.count += 1
            if self.count >= self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


def world(folder: Path) -> Path:
    """A site on which version 1.0 stands, with its data migrated by nobody yet."""
    root = project(folder)
    (root / "shop.db").write_text("before")
    (root / "live").mkdir()
    sent = listed_shipment(root, "1.0", "run-0")
    driver = directory(root, section(), Processes(root))
    driver.apply(sent, driver.plan(sent))
    return root


def section() -> DeploySection:
    return DeploySection.model_validate_json(json.dumps(settings()["deploy"]))


def settings() -> dict[str, object]:
    data = {"name": "shop-db", "type": "sqlite", "path": "shop.db", "on_rollback": "always"}
    return {
        "deploy": {"driver": "directory", "site": "live", "prepare": PREPARE, "restart": RESTART},
        "backup": {"sources": [data]},
    }


def listed_shipment(root: Path, version: str, run: str) -> Shipment:
    whole = shipment(root, version, run)
    return Shipment(run, COMMIT, version, whole.digest, root, released_files(whole.files), {})


def released_files(files: tuple[Shipped, ...]) -> tuple[Shipped, ...]:
    return tuple(file for file in files if not file.name.startswith(("live/", "shop.db")))


def opened(folder: Path) -> Release:
    root = folder / "project"
    vault = KeptVault({"shop-db": (root / "shop.db", "before")})
    release = make_release(folder, settings(), vault=vault)
    return replace(release, source=replace(release.source, shipped=released_files(release.source.shipped)))


def in_a_child(work: Callable[[], int], last: int = NO_LINE) -> tuple[int, int]:
    """The child's exit status (negative for a signal) and the lines that it counted."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        line = Line(last)
        sys.settrace(line.trace)
        code = work()
        sys.settrace(None)
        os.write(write, str(line.count).encode())
        os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        counted = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), int(counted or b"0")


def deploying(folder: Path) -> int:
    release = opened(folder)
    begun(release, taken=generation())
    (folder / "project/version.txt").write_text("2.0")
    release = opened_again(folder, release)
    return int(deploy.run(release).outcome is not Outcome.PASSED)


def opened_again(folder: Path, release: Release) -> Release:
    """With the files as they are now."""
    files = listed_shipment(folder / "project", "2.0", "run-1").files
    return replace(release, source=replace(release.source, shipped=files))


def rolling(folder: Path) -> int:
    result = rollback.run(opened(folder))
    return {Outcome.ROLLED_BACK: 0, Outcome.PASSED: 0}.get(result.outcome, 1)


def snapshot(root: Path) -> dict[str, bytes]:
    stands = root / "live/current"
    return {
        path.relative_to(stands.resolve()).as_posix(): path.read_bytes() for path in stands.resolve().rglob("*") if path.is_file()
    }


def state(folder: Path) -> tuple[object, ...]:
    """What a kill left, so far as it can differ."""
    live = folder / "project/live"
    journal = folder / "run-1/journal.jsonl"
    entries = read_entries(whole_lines(journal.read_bytes()), "the journal") if journal.exists() else ()
    names = sorted(path.name.split("-")[0] for path in (live / "releases").iterdir())
    return (
        tuple(entry.kind for entry in entries),
        (live / "current").resolve().name,
        tuple(names),
        (live / "running").read_text(),
        (live / ".restart-due").exists(),
    )


def whole_lines(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]


def wrong_after(folder: Path, before: dict[str, bytes]) -> Iterator[str]:
    """What is not as it was before the release, and whether the next release can be deployed without a hand."""
    root = folder / "project"
    if snapshot(root) != before:
        yield "the tree that stands is another"
    if (root / "live/running").read_text().strip() != "1.0":
        yield "another version runs"
    if (root / "shop.db").read_text() != "before":
        yield "the data is another"
    if (root / "live/.restart-due").exists():
        yield "a restart is still due"
    if [path.name for path in (root / "live/releases").iterdir() if path.name.startswith(".")]:
        yield "something unfinished is left"
    sent = listed_shipment(root, "3.0", "run-3")
    driver = directory(root, section(), Processes(root))
    if not driver.apply(sent, driver.plan(sent)).startswith("3.0"):
        yield "the next release does not stand"


def main(scene: str, place: Path, points: int) -> None:
    folder, template = place / "world", place / "template"
    folder.mkdir()
    before = snapshot(world(folder))

    def target() -> int:
        return deploying(folder) if scene == "deploy" else rolling(folder)

    def fresh() -> None:
        """The same place each time: its path is in the journal."""
        shutil.rmtree(folder)
        shutil.copytree(template, folder, symlinks=True)

    if scene == "rollback":
        assert in_a_child(lambda: deploying(folder))[0] == 0, "deploy does not work unharmed"
    shutil.copytree(folder, template, symlinks=True)
    code, lines = in_a_child(target)
    assert code == 0, f"{scene} does not work unharmed"
    killed, states, wrong = 0, set(), []
    for point in range(1, lines + 1, max(1, lines // points)):
        fresh()
        killed += in_a_child(target, point)[0] == -signal.SIGKILL
        states.add(state(folder))
        if in_a_child(lambda: rolling(folder))[0] != 0:
            wrong.append(f"line {point}: rollback did not end well")
        wrong += [f"line {point}: {what}" for what in wrong_after(folder, before)]
    json.dump({"lines": lines, "killed": killed, "states": len(states), "wrong": wrong}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
