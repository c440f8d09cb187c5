"""Where the marks of clones come from, and how what killed runs left is found and removed: only what is ours, never else."""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ...containers import Engine, EngineError, NotThere
from ...holding import Hold, from_data, resume, wake
from ..marks import Clones
from .mark import CLONE, EXPIRES, RUN, Mark

Record = Callable[[str, Mapping[str, object]], object]
PREFIX = "secure-release-"
NOTE = "let-go"  # the watchdog's, in a clone's folder
PATIENCE = (0.1, 0.3, 1.0)  # seconds between attempts to remove something
JOURNALS = "runs/*/journal.jsonl"


@dataclass(frozen=True)
class Marks:
    """The marks of one run. `record` writes to its journal; `expires` is seconds."""

    engine: Engine
    clones: Clones
    run: str
    expires: float
    record: Record

    @contextlib.contextmanager
    def new(self, label: str) -> Iterator[Mark]:
        """A mark that holds as long as the block lasts; everything that carries it is removed on leaving."""
        made: list[Path] = []
        plain = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-") or "clone"
        with self.clones.new(plain[:40], made.append) as place:
            clone = place.name
            until = self.engine.now() + timedelta(seconds=self.expires)
            labels = {CLONE: clone, RUN: self.run, EXPIRES: until.isoformat(timespec="seconds")}
            self.record("clone-created", {"clone": clone, "label": label})
            try:
                yield Mark(clone, labels, lambda kind, name: self._announce(clone, kind, name))
            finally:
                left = remove_all(self.engine, clone)
                self.record("clone-destroyed", {"clone": clone, "label": label, "left": list(left)})

    def note(self, mark: Mark) -> Path:
        return self.clones.folder / mark.clone / NOTE

    def _announce(self, clone: str, kind: str, name: str) -> None:
        self.record("clone-object", {"clone": clone, "kind": kind, "name": name})


@dataclass(frozen=True)
class Swept:
    """What a sweep did."""

    removed: tuple[str, ...]
    released: tuple[str, ...]  # containers of a source that a killed run had left paused
    left: tuple[str, ...]  # what is ours and could not be removed or let go, with the reason


def remove_all(engine: Engine, clone: str) -> tuple[str, ...]:
    """Remove every object of a clone: those with its label whose name is ours as well. What stays, with the reason."""
    try:
        return tuple(text for text in (_removed(engine, found) for found in _objects(engine, clone)) if text)
    except EngineError as problem:
        return (f"the clone {clone}: {problem}",)


@dataclass(frozen=True)
class Found:
    """One object that carries our label."""

    kind: str
    id: str
    name: str
    labels: Mapping[str, str]


def _objects(engine: Engine, clone: str) -> Iterator[Found]:
    """In the order in which they can be removed. The name is looked at too: what is made from an image inherits its labels."""
    for one in _labelled(engine, clone):
        if one.name.startswith(f"{PREFIX}{one.labels.get(CLONE, '')}-"):
            yield one


def _labelled(engine: Engine, clone: str) -> Iterator[Found]:
    there = engine.labelled({CLONE: clone})
    looks: tuple[tuple[str, tuple[str, ...], Callable[[str], Iterator[Found]]], ...] = (
        ("container", there.containers, lambda id_: _container(engine, id_)),
        ("network", there.networks, lambda id_: _network(engine, id_)),
        ("image", there.images, lambda id_: _image(engine, id_)),
        ("volume", there.volumes, lambda id_: _volume(engine, id_)),
    )
    for _, ids, look in looks:
        for id_ in ids:
            with contextlib.suppress(NotThere):
                yield from look(id_)


def _container(engine: Engine, id_: str) -> Iterator[Found]:
    one = engine.container(id_)
    yield Found("container", one.id, one.name, one.labels)


def _network(engine: Engine, id_: str) -> Iterator[Found]:
    one = engine.network(id_)
    yield Found("network", one.id, one.name, one.labels)


def _image(engine: Engine, id_: str) -> Iterator[Found]:
    """By each of its names; one that we were about to name has none yet, and is ours by its label alone."""
    one = engine.image(id_)
    for tag in one.tags:
        yield Found("image", tag, tag.rpartition(":")[0], one.labels)
    if not one.tags:
        yield Found("image", one.id, f"{PREFIX}{one.labels.get(CLONE, '')}-", one.labels)


def _volume(engine: Engine, id_: str) -> Iterator[Found]:
    one = engine.volume(id_)
    yield Found("volume", one.name, one.name, one.labels)


def _removed(engine: Engine, found: Found) -> str:
    """Why it could not be removed, or "". What is in use may be free in a moment: its container is going."""
    ways: Mapping[str, Callable[[str], None]] = {
        "container": engine.remove,
        "network": engine.remove_network,
        "image": engine.remove_image,
        "volume": engine.remove_volume,
    }
    for patience in (*PATIENCE, 0.0):
        try:
            ways[found.kind](found.id)
        except EngineError as problem:
            why = f"the {found.kind} {found.name}: {problem}"
            time.sleep(patience)
        else:
            return ""
    return why


@dataclass(frozen=True)
class _Past:
    """What the journals of this project's runs say of clones."""

    announced: frozenset[tuple[str, str, str, str]]  # run, clone, kind, name
    held: Mapping[str, Hold]  # clone to what it held and never let go


def sweep(engine: Engine, state: Path, record: Record) -> Swept:
    """Remove what killed runs left, and let go what they held.

    `state` is the project's `.secure-release`. An object is removed only when it carries our label, the journal of a run of this
    project says that it was about to be made, and nobody holds the lock of its clone any more. Raises `EngineError`.
    """
    clones = Clones(state / "clones")
    past = _past(state)
    released, stuck = _released(engine, clones, past, record)
    removed, left = [], list(stuck)
    for found in [one for one in _objects(engine, "") if _dead(one, past, clones)]:
        if why := _removed(engine, found):
            left.append(why)
        else:
            removed.append(f"{found.kind} {found.name}")
    gone = clones.sweep()
    return Swept((*removed, *gone), released, tuple(left))


def _dead(found: Found, past: _Past, clones: Clones) -> bool:
    clone, run = found.labels.get(CLONE, ""), found.labels.get(RUN, "")
    unnamed = found.name == f"{PREFIX}{clone}-" and any(one[:3] == (run, clone, found.kind) for one in past.announced)
    return (unnamed or (run, clone, found.kind, found.name) in past.announced) and not clones.alive(clone)


def _released(engine: Engine, clones: Clones, past: _Past, record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A run and its watchdog were both killed. Where the watchdog left its note, or nothing tells any more, nothing is done."""
    released: list[str] = []
    stuck: list[str] = []
    for clone, hold in past.held.items():
        folder = clones.folder / clone
        if clones.alive(clone) or not folder.is_dir() or (folder / NOTE).exists():
            continue
        wanted = "exited" if hold.stopped else "paused"
        states = engine.states(hold.containers)
        still = [one for one in hold.containers if states.get(one) == wanted]
        problems = wake(engine, hold) or resume(engine, hold)
        stuck += problems
        if not problems:
            released += still
            record("unpaused", {"clone": clone, "problems": []})
    return tuple(released), tuple(stuck)


def _past(state: Path) -> _Past:
    announced: set[tuple[str, str, str, str]] = set()
    held: dict[str, Hold] = {}
    done: set[str] = set()
    for path in sorted(state.glob(JOURNALS)):
        for kind, data in _entries(path):
            clone = str(data.get("clone", ""))
            if kind == "clone-object":
                announced.add((path.parent.name, clone, str(data.get("kind")), str(data.get("name"))))
            elif kind == "paused":
                with contextlib.suppress(KeyError, TypeError, ValueError):
                    held[clone] = from_data(data)
            elif kind == "unpaused":
                done.add(clone)
    return _Past(frozenset(announced), {clone: hold for clone, hold in held.items() if clone not in done})


def _entries(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Of one journal; a torn line never happened."""
    content = path.read_bytes()
    if b'"clone"' not in content:
        return
    for line in content.splitlines():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            raw = json.loads(line)
            yield str(raw["kind"]), dict(raw["data"])
