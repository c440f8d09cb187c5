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

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from secure_release.checks import Exit, Pin, Tools

from .edges import Conflict, Set, conflicts, missing, upgraded
from .platforms import Platform
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
    built_from: tuple[tuple[str, str], ...]  # the source distribution and its digest, where there was no wheel

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        return ((self.path.name, self.sha256), *self.built_from)

    @property
    def requirement(self) -> str:
        return f"{self.installed.name}=={self.installed.version} --hash=sha256:{self.sha256}\n"


@dataclass
class Wheelhouse:
    """One folder of wheels for one interpreter. Fetches each pin once, also when clones ask side by side.

    For a `Platform` there are only wheels that others built: what would build one is not on this machine.
    """

    folder: Path
    python: Path | Platform
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
            whole += tuple(self.fetch(pin) for pin in self._resolved(needs, after, markers))
        raise Unfetched(f"the new dependencies of {', '.join(a.installed.name for a in targets)} have no end", False)

    def _resolved(self, needs: Sequence[Requirement], held: Set, markers: Mapping[str, str]) -> tuple[Pin, ...]:
        """What pip would add to the environment for these requirements."""
        if isinstance(self.python, Platform):
            return tuple(self._newest(name, specifiers, held, markers) for name, specifiers in joined(needs).items())
        constraints = self.folder / "held.txt"
        with self._lock:
            constraints.write_text("".join(f"{one.name}=={one.version}\n" for one in held.values()), encoding="utf-8")
            wanted = _bare(sorted(set(map(str, needs))))
            found = self._reported(", ".join(wanted), "--constraint", str(constraints), *wanted)
        return tuple(pin for pin in found if pin.name not in held)

    def _newest(self, name: str, specifiers: str, held: Set, markers: Mapping[str, str]) -> Pin:
        """The newest version that goes with what is held. pip does not resolve for an interpreter that it can't run."""
        wanted, refused = f"{name}{specifiers}", ""
        for _ in range(ROUNDS):
            with self._lock:
                alone = ("--no-deps", "--only-binary", ":all:", "--target", str(self.folder / "nowhere"))
                pin = self._reported(wanted, *alone, wanted)[0]
            against = blocking(held, (self.fetch(pin),), markers)
            if not against:
                return pin
            refused = f": {against[0]}"
            wanted += f"{',' if wanted != name else ''}!={pin.version}"
        raise Unfetched(f"no version of {name} goes with what is installed{refused}", False)

    def _reported(self, what: str, *words: str) -> tuple[Pin, ...]:
        """What pip says that it would install: something, or it is `Unfetched`."""
        report = self.folder / "report.json"
        ended = self._pip("install", "--dry-run", "--quiet", "--report", str(report), *words)
        if ended.code != 0:
            raise _unfetched(what, ended)
        listed = json.loads(report.read_bytes())["install"]
        if not listed:
            raise Unfetched(f"pip would install nothing for {what}", False)
        return tuple(Pin(canonicalize_name(i["metadata"]["name"]), str(i["metadata"]["version"])) for i in listed)

    def _fetched(self, pin: Pin) -> Artifact | Unfetched:
        place = self.folder / f"{pin.name}-{pin.version}"
        place.mkdir(parents=True, exist_ok=True)
        wanted = f"{pin.name}=={pin.version}"
        ended = self._pip("download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(place), wanted)
        if ended.code != 0 and isinstance(self.python, Platform):
            return _no_wheel(wanted, self.python, ended)
        if ended.code != 0:
            ended = self._built(place, wanted, no_wheel=ended)
        wheels = sorted(place.glob("*.whl"))
        if ended.code != 0 or len(wheels) != 1:
            return _unfetched(wanted, ended)
        sources = tuple((path.name, _sha256(path)) for path in sorted(place.iterdir()) if path not in wheels)
        return _read(wheels[0], pin, sources)

    def _built(self, place: Path, wanted: str, no_wheel: Exit) -> Exit:
        """There is only a source distribution: its wheel is built here, once, before any clone is cut off."""
        ended = self._pip("download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(place), wanted)
        if ended.code != 0:
            return no_wheel
        return self._pip("wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), *(str(path) for path in place.iterdir()))

    def _pip(self, *words: str) -> Exit:
        """Our own pip, for the environment's interpreter: an environment made by uv has none, a container no network."""
        target = () if isinstance(self.python, Platform) else ("--python", str(self.python))
        start = (sys.executable, "-m", "pip", *target, "--no-input", "--disable-pip-version-check", words[0])
        platform = self.python.words if isinstance(self.python, Platform) else ()
        try:
            return self.tools.run((*start, *platform, *words[1:]), cwd=self.folder, timeout=SECONDS)
        except OSError as problem:
            raise Unfetched(f"pip cannot be started: {problem.strerror}", False) from problem


def blocking(before: Set, targets: Sequence[Artifact], markers: Mapping[str, str]) -> tuple[Conflict, ...]:
    return conflicts(before, upgraded(before, [artifact.installed for artifact in targets]), markers)


def joined(needs: Sequence[Requirement]) -> dict[str, str]:
    """By name, everything that is asked of its version."""
    asked: dict[str, SpecifierSet] = {}
    for need in needs:
        name = canonicalize_name(need.name)
        asked[name] = asked.get(name, SpecifierSet()) & need.specifier
    return {name: str(specifiers) for name, specifiers in sorted(asked.items())}


def _bare(needs: Sequence[str]) -> list[str]:
    """Requirements as arguments; their markers hold here, or they would not be needed."""
    return [need.partition(";")[0].strip() for need in needs]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(wheel: Path, pin: Pin, sources: tuple[tuple[str, str], ...]) -> Artifact | Unfetched:
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
    return Artifact(wheel, _sha256(wheel), Installed(name, str(version), requires, ""), sources)


def _no_wheel(wanted: str, platform: Platform, ended: Exit) -> Unfetched:
    """A source distribution at most: building it takes the compiler and the libraries of the place where it will run."""
    said = _unfetched(wanted, ended)
    if said.wants_python or ended.timed_out:
        return said
    return Unfetched(f"there is no wheel of {wanted} for {platform.said}, and wheels are not built for it here. {said}", False)


def _unfetched(wanted: str, ended: Exit) -> Unfetched:
    said = ended.stderr.decode("utf-8", "replace")
    lines = [line.strip().removeprefix("ERROR: ") for line in said.splitlines() if "ERROR" in line] or ["pip said nothing"]
    why = "it took too long" if ended.timed_out else " ".join(lines)[:500]
    return Unfetched(f"{wanted} can't be fetched: {why}", re.search(r"different python", said, re.IGNORECASE) is not None)
