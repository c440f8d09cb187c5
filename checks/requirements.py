"""Every dependency that a project declares: each line ends as a pin, or as unauditable with a reason. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from .advisories import Pin
from .finding import Place, Severity

MAX_BYTES = 20_000_000  # the largest public uv.lock that we know of is 3 MB
MAX_DEPTH = 20  # of `-r` in `-r`

PIN_IT = "Pin it with ==, or commit a lock file beside it (uv lock, poetry lock, pip-compile)."
BY_HAND = "Use a release from the index, or look at its advisories yourself and waive the gap with an end date."
MEND = "Mend the line: pip would refuse it too."


@dataclass(frozen=True)
class Pinned:
    """One line that pins. `hashes` as `algorithm:hex`; `marker` is "" when there is none."""

    pin: Pin
    place: Place
    hashes: tuple[str, ...]
    marker: str


@dataclass(frozen=True)
class Unauditable:
    """One line, or one file, about which no advisory can be asked. `name` is "" when it does not tell one."""

    text: str
    name: str
    place: Place
    reason: str
    remedy: str


@dataclass(frozen=True)
class Loose:
    """A requirement without an exact version: good enough where a lock beside it pins the name."""

    name: str
    specifier: SpecifierSet
    text: str
    place: Place


@dataclass(frozen=True)
class Elsewhere:
    """A line that sends the installer to another place than the configured index. `where` holds no credentials."""

    option: str
    where: str
    place: Place
    severity: Severity


@dataclass(frozen=True)
class Own:
    """A line that names the release's own source: it is looked at by the other checks."""

    place: Place


@dataclass(frozen=True)
class Include:
    """`-r` or `-c`: another file, by its path from the including file's folder."""

    path: str
    place: Place


Line = Pinned | Unauditable | Loose | Elsewhere | Own | Include
Reader = Callable[[str, str], Iterable[Line]]  # text, path


@dataclass(frozen=True)
class Declared:
    """All dependency files of a project. `notes` tells what was settled by another file."""

    files: tuple[str, ...]
    pins: tuple[Pinned, ...]
    unauditable: tuple[Unauditable, ...]
    elsewhere: tuple[Elsewhere, ...]
    notes: tuple[str, ...]

    @property
    def unique(self) -> tuple[Pin, ...]:
        return tuple(sorted({p.pin for p in self.pins}, key=lambda pin: (pin.name, pin.version)))

    @property
    def places(self) -> dict[Pin, list[Place]]:
        """Where each pin is written, in the order of `unique`."""
        found: dict[Pin, list[Place]] = {pin: [] for pin in self.unique}
        for line in self.pins:
            found[line.pin].append(line.place)
        return found


def requirement(text: str, place: Place, hashes: Sequence[str] = ()) -> Line:
    """A requirement by PEP 508. Its marker is not asked: a marker can't hide a pin."""
    try:
        parsed = Requirement(text)
    except InvalidRequirement as problem:
        return Unauditable(without_secrets(text), "", place, f"is malformed: {str(problem).splitlines()[0]}", MEND)
    name = canonicalize_name(parsed.name)
    if parsed.url is not None:
        return Unauditable(without_secrets(text), name, place, "comes from a URL, not from the index", BY_HAND)
    exact = [s.version for s in parsed.specifier if s.operator in ("==", "===") and not s.version.endswith(".*")]
    if not exact:
        return Loose(name, parsed.specifier, text, place)
    if len(set(exact)) > 1:
        return Unauditable(text, name, place, "is malformed: it pins two versions", MEND)
    return pinned(name, exact[0], place, hashes, str(parsed.marker or ""))


def pinned(name: str, version: str, place: Place, hashes: Iterable[str], marker: str = "") -> Line:
    """A pin, with its version in its normal form (PEP 440)."""
    try:
        normal = str(Version(version))
    except ValueError:  # InvalidVersion, or a number of more digits than Python reads
        return Unauditable(f"{name} {version}", name, place, "has a version that is none by PEP 440", BY_HAND)
    return Pinned(Pin(canonicalize_name(name), normal), place, tuple(sorted(set(hashes))), marker)


def unpinned(loose: Loose) -> Unauditable:
    return Unauditable(loose.text, loose.name, loose.place, "is not pinned to one version", PIN_IT)


def beside(folder_of: str, path: str) -> str | None:
    """The path from the project's root of what a file names from its own folder; None outside the project."""
    if posixpath.isabs(path) or "\\" in path or "\0" in path:
        return None
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(folder_of), path))
    return None if joined == ".." or joined.startswith("../") else joined


def without_secrets(address: str) -> str:
    """An address without its user, password, query and fragment."""
    return re.sub(r"[?#].*$", "", re.sub(r"//[^/@]*@", "//", address))[:300]


def contradictions(lines: Iterable[Line]) -> list[Line]:
    """The lines of one file; a second version of a name that is not told apart by a marker ends as unauditable."""
    seen: dict[str, Pinned] = {}
    result: list[Line] = []
    for line in lines:
        if isinstance(line, Pinned):
            first = seen.setdefault(line.pin.name, line)
            if first.pin.version != line.pin.version and (first.marker == line.marker or not (first.marker and line.marker)):
                reason = f"is a duplicate: line {first.place.line} pins {first.pin.version}"
                line = Unauditable(f"{line.pin.name}=={line.pin.version}", line.pin.name, line.place, reason, MEND)  # noqa: PLW2901
        result.append(line)
    return result
