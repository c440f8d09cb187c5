"""Fetches the artifacts of upgrades once, keeps them by digest, and says what they require."""

from __future__ import annotations

import email.parser
import hashlib
import json
import re
import sys
import threading
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from secure_release.checks import Exit, Pin, Tools

from .edges import Conflict, Set, conflicts, missing, upgraded
from .probe import Installed

SECONDS = 600.0  # for one download or one build of a source distribution
METADATA_BYTES = 5_000_000
ROUNDS = 5  # a new dependency may bring new dependencies; pip resolves them in the first round


class Unfetched(Exception):
    """An artifact can't be had. The message says why; `wants_python` when it is made for another Python."""

    def __init__(self, message: str, wants_python: bool) -> None:
        super().__init__(message)
        self.wants_python = wants_python


@dataclass(frozen=True)
class Artifact:
    """A wheel that lies in the wheelhouse, with what its metadata says."""

    path: Path
    sha256: str
    installed: Installed  # as it will be

    @property
    def requirement(self) -> str:
        return f"{self.installed.name}=={self.installed.version} --hash=sha256:{self.sha256}\n"


@dataclass
class Wheelhouse:
    """One folder of wheels for one interpreter. Fetches each pin once, also when clones ask side by side."""

    folder: Path
    python: Path
    tools: Tools
    _kept: dict[Pin, Artifact | Unfetched] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fetch(self, pin: Pin) -> Artifact:
        """Raises `Unfetched`, with the same answer each time."""
        with self._lock:
            if pin not in self._kept:
                self._kept[pin] = self._fetched(pin)
            found = self._kept[pin]
        if isinstance(found, Unfetched):
            raise found
        return found

    def complete(self, before: Set, targets: Sequence[Artifact], markers: Mapping[str, str]) -> tuple[Artifact, ...]:
        """The targets with the new dependencies they need, every other pin held. Raises `Unfetched`."""
        whole = tuple(targets)
        for _ in range(ROUNDS):
            after = upgraded(before, [artifact.installed for artifact in whole])
            needs = missing(before, after, markers)
            if not needs:
                return whole
            whole += tuple(self.fetch(pin) for pin in self._resolved(sorted(set(map(str, needs))), after))
        raise Unfetched(f"the new dependencies of {', '.join(a.installed.name for a in targets)} have no end", False)

    def _resolved(self, needs: Sequence[str], held: Set) -> tuple[Pin, ...]:
        """What pip would add to the environment for these requirements."""
        constraints, report = self.folder / "held.txt", self.folder / "report.json"
        with self._lock:
            constraints.write_text("".join(f"{one.name}=={one.version}\n" for one in held.values()), encoding="utf-8")
            ended = self._pip(
                *("install", "--dry-run", "--quiet", "--report", str(report), "--constraint", str(constraints)), *_bare(needs)
            )
            if ended.code != 0:
                raise _unfetched(f"{', '.join(needs)}", ended)
            raw = json.loads(report.read_bytes())
        found = (Pin(canonicalize_name(i["metadata"]["name"]), str(i["metadata"]["version"])) for i in raw["install"])
        return tuple(pin for pin in found if pin.name not in held)

    def _fetched(self, pin: Pin) -> Artifact | Unfetched:
        place = self.folder / f"{pin.name}-{pin.version}"
        place.mkdir(parents=True, exist_ok=True)
        wanted = f"{pin.name}=={pin.version}"
        ended = self._pip("download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(place), wanted)
        if ended.code != 0:  # only a source distribution: its wheel is built here, before any clone is cut off
            ended = self._pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), wanted)
        wheels = sorted(place.glob("*.whl"))
        if ended.code != 0 or len(wheels) != 1:
            return _unfetched(wanted, ended)
        return _read(wheels[0], pin)

    def _pip(self, *words: str) -> Exit:
        """Our own pip, for the environment's interpreter: an environment made by uv has none."""
        start = (sys.executable, "-m", "pip", "--python", str(self.python), "--no-input", "--disable-pip-version-check")
        try:
            return self.tools.run((*start, *words), cwd=self.folder, timeout=SECONDS)
        except OSError as problem:
            raise Unfetched(f"pip cannot be started: {problem.strerror}", False) from problem


def blocking(before: Set, targets: Sequence[Artifact], markers: Mapping[str, str]) -> tuple[Conflict, ...]:
    return conflicts(before, upgraded(before, [artifact.installed for artifact in targets]), markers)


def _bare(needs: Sequence[str]) -> list[str]:
    """Requirements as arguments; their markers hold here, or they would not be needed."""
    return [need.partition(";")[0].strip() for need in needs]


def _read(wheel: Path, pin: Pin) -> Artifact | Unfetched:
    content = wheel.read_bytes()
    try:
        name, version, _, _ = parse_wheel_filename(wheel.name)
        with zipfile.ZipFile(wheel) as archive:
            inside = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA") and n.count("/") == 1)
            if archive.getinfo(inside).file_size > METADATA_BYTES:
                return Unfetched(f"the metadata of {wheel.name} is too large", False)
            headers = email.parser.BytesHeaderParser().parsebytes(archive.read(inside))
    except (zipfile.BadZipFile, InvalidWheelFilename, StopIteration) as problem:
        return Unfetched(f"{wheel.name} is no wheel: {problem}", False)
    if name != pin.name:
        return Unfetched(f"{wheel.name} is not {pin}", False)
    requires = tuple(str(value) for value in headers.get_all("Requires-Dist", []))
    return Artifact(wheel, hashlib.sha256(content).hexdigest(), Installed(name, str(version), requires, ""))


def _unfetched(wanted: str, ended: Exit) -> Unfetched:
    said = ended.stderr.decode("utf-8", "replace")
    lines = [line.strip().removeprefix("ERROR: ") for line in said.splitlines() if "ERROR" in line] or ["pip said nothing"]
    why = "it took too long" if ended.timed_out else " ".join(lines)[:500]
    return Unfetched(f"{wanted} can't be fetched: {why}", re.search(r"different python", said, re.IGNORECASE) is not None)
