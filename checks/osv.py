"""Which pins the records of an OSV database hit, and which version closes every hole. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version

from .advisories import Hole, Match, Pin
from .cvss import WORDS, base_score, rating
from .finding import Severity

ECOSYSTEM = "PyPI"
MAX_SUMMARY = 200  # characters: one line of a report
TURNS = ("introduced", "fixed", "last_affected")
LOWEST = "0.dev0"  # "introduced: 0" means from the beginning, and the beginning is not 0
KINDS = ("CVE-", "GHSA-", "PYSEC-")


class NotARecord(ValueError):
    """It does not have the shape of an OSV record. The message says where."""


@dataclass(frozen=True)
class Event:
    """A turn in a range: `introduced` (here it begins), `fixed` (here it is over), `last_affected` (after here it is over)."""

    kind: str
    version: Version


@dataclass(frozen=True)
class Record:
    """What one advisory says about one distribution. `unreadable` says why it can't be judged ("" when it can)."""

    name: str
    ids: tuple[str, ...]
    summary: str
    severity: Severity
    ranges: tuple[tuple[Event, ...], ...]
    versions: frozenset[Version]
    unreadable: str

    @property
    def fixed(self) -> frozenset[Version]:
        return frozenset(e.version for events in self.ranges for e in events if e.kind == "fixed")

    def hits(self, version: Version) -> bool:
        """Ranges and listed versions count both: either may know what the other lacks."""
        return version in self.versions or any(_inside(events, version) for events in self.ranges)


def records(entry: Mapping[str, Any]) -> tuple[Record, ...]:
    """One record per PyPI distribution that the entry names; none when it was withdrawn. Raises `NotARecord`."""
    try:
        if entry.get("withdrawn"):
            return ()
        return tuple(_records(entry))
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise NotARecord(f"{type(problem).__name__}: {problem}") from problem


def match(pin: Pin, known: Sequence[Record]) -> Match:
    """What the records of this distribution say about the pin. A local version (`1.2+corp1`) is judged as its public part."""
    try:
        version = public(pin)
    except ValueError:
        return Match(pin, (), "", f"{pin.version!r} is not a version by PEP 440")
    hit = [r for r in known if r.hits(version)]
    holes = merged(_hole(r, version) for r in hit)
    blind = next((r for r in known if r.unreadable and r not in hit), None)
    unauditable = f"{blind.ids[0]} {blind.unreadable}" if blind else ""
    return Match(pin, holes, lowest_fix(version, known) if holes else "", unauditable)


def public(pin: Pin) -> Version:
    """The version that advisories know: without the local part. Raises `ValueError` (`InvalidVersion` is one)."""
    return Version(Version(pin.version).public)


def lowest_fix(version: Version, known: Sequence[Record]) -> str:
    """The first version above that no known hole hits, same branch first; "" when there is none."""
    candidates = {fixed for r in known for fixed in r.fixed}
    return next((str(c) for c in in_order(version, candidates) if not any(r.hits(c) for r in known)), "")


def in_order(version: Version, candidates: Iterable[Version]) -> list[Version]:
    """The candidates above a version: finals first, then same major.minor, same major, any; the lowest first."""

    def distance(other: Version) -> tuple[bool, int, Version]:
        same = [other.epoch == version.epoch, other.major == version.major, other.minor == version.minor]
        branch = 0 if all(same) else 1 if all(same[:2]) else 2
        return (other.is_prerelease and not version.is_prerelease, branch, other)

    return sorted((c for c in set(candidates) if c > version), key=distance)


def merged(holes: Iterable[Hole]) -> tuple[Hole, ...]:
    """Holes that share an id are one hole: all its ids, its highest severity, every version that claims to fix it."""
    groups: list[list[Hole]] = []
    for hole in holes:
        touching = [g for g in groups if any(set(hole.aliases) & set(h.aliases) for h in g)]
        groups = [g for g in groups if g not in touching] + [[hole, *(h for g in touching for h in g)]]
    return tuple(sorted((_one(group) for group in groups), key=lambda hole: id_key(hole.id)))


def id_key(name: str) -> tuple[int, str]:
    """CVE before GHSA before PYSEC before the rest; numbers as numbers."""
    rank = next((rank for rank, kind in enumerate(KINDS) if name.startswith(kind)), len(KINDS))
    return rank, re.sub(r"\d+", lambda digits: digits[0].zfill(12), name)


def hole(ids: Iterable[str], summary: str, severity: Severity, fixed_in: Iterable[Version]) -> Hole:
    """A hole with its ids in order and its summary on one line."""
    ordered = tuple(sorted(set(ids), key=id_key))
    return Hole(ordered[0], ordered, one_line(summary), severity, tuple(str(v) for v in sorted(set(fixed_in))))


def one_line(text: str) -> str:
    """Foreign text without line breaks and control characters, at most `MAX_SUMMARY` characters."""
    words, length = list[str](), -1
    for word in text.split():  # hundreds of whole descriptions come here: their ends are not looked at
        new = [word] if word.isprintable() else "".join(c if c.isprintable() else " " for c in word).split()
        words += new
        length += sum(len(one) + 1 for one in new)
        if length > MAX_SUMMARY:
            break
    line = " ".join(words)
    return line if len(line) <= MAX_SUMMARY else line[: MAX_SUMMARY - 1].rstrip() + "…"


def _one(group: Sequence[Hole]) -> Hole:
    told = sorted((h for h in group if h.summary), key=lambda h: (id_key(h.id), len(h.summary), h.summary))
    return hole(
        (alias for h in group for alias in h.aliases),
        told[0].summary if told else "",
        max((h.severity for h in group), key=lambda severity: severity.rank),
        (Version(fixed) for h in group for fixed in h.fixed_in),
    )


def _hole(record: Record, version: Version) -> Hole:
    return hole(record.ids, record.summary, record.severity, (v for v in record.fixed if v > version))


def _inside(events: Sequence[Event], version: Version) -> bool:
    """The state after the last turn at or below the version. Equal versions keep the order in which they were given."""
    inside = False
    for event in sorted(events, key=lambda e: e.version):
        if event.version < version or (event.version == version and event.kind != "last_affected"):
            inside = event.kind == "introduced"
    return inside


def _records(entry: Mapping[str, Any]) -> Iterator[Record]:
    ids = (_text(entry["id"]), *(_text(alias) for alias in entry.get("aliases") or ()))
    ordered = tuple(sorted(set(ids), key=id_key))
    summary = one_line(_text(entry.get("summary") or entry.get("details") or ""))
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for affected in entry.get("affected") or ():
        package = affected.get("package") or {}
        if ecosystem(package) == ECOSYSTEM:
            grouped.setdefault(canonicalize_name(_text(package["name"])), []).append(affected)
    for name, parts in grouped.items():
        ranges, bad_bound = _ranges(parts)
        listed = [_text(v) for part in parts for v in part.get("versions") or ()]
        severity = _severity(entry, *parts)
        unreadable = _unreadable(bad_bound, bool(ranges), bool(listed))
        yield Record(name, ordered, summary, severity, ranges, frozenset(_versions(listed)), unreadable)


def ecosystem(package: Mapping[str, Any]) -> str:
    """`PyPI` of `PyPI`, `PyPI:https://...`; "" when the record does not say."""
    return _text(package.get("ecosystem", "")).split(":", 1)[0]


def _unreadable(bad_bound: str, ranges: bool, listed: bool) -> str:
    """A list of versions stands in for a range that can't be read; without either nobody can say what is hit."""
    if listed:
        return ""
    if bad_bound:
        return f"has a bound that is not a version by PEP 440 ({one_line(bad_bound)!r}) and no list of versions"
    return "" if ranges else "does not say which versions are affected"


def _ranges(parts: Iterable[Mapping[str, Any]]) -> tuple[tuple[tuple[Event, ...], ...], str]:
    """The ranges of versions (not of git commits), and a bound that is none. A range with such a bound is left out."""
    ranges, bad = [], ""
    for one in (r for part in parts for r in part.get("ranges") or () if r["type"] != "GIT"):
        turns = [(kind, _text(bound)) for event in one["events"] for kind, bound in event.items()]
        try:
            ranges.append(tuple(_event(kind, bound) for kind, bound in turns if kind in TURNS))
        except ValueError:
            bad = next(bound for _, bound in turns if not tuple(_versions([bound])))
    return tuple(ranges), bad



def _event(kind: str, bound: str) -> Event:
    return Event(kind, _version(LOWEST if (kind, bound) == ("introduced", "0") else bound))


@lru_cache(maxsize=65_536)
def _version(text: str) -> Version:
    """The records of one distribution list the same versions over and over."""
    return Version(text)


def _versions(listed: Iterable[str]) -> Iterator[Version]:
    """Those that are versions; a pin that is none never gets here."""
    for text in listed:
        try:
            yield _version(text)
        except ValueError:
            continue


def _severity(*sources: Mapping[str, Any]) -> Severity:
    """The highest that any says. A CVSS 4 vector alone is `UNKNOWN`: its score needs a table that we do not carry."""
    said = [Severity.UNKNOWN]
    for source in sources:
        said += [_rated(_text(s["score"])) for s in source.get("severity") or () if s.get("type") == "CVSS_V3"]
        word = (source.get("database_specific") or {}).get("severity")
        said.append(WORDS.get(word.upper(), Severity.UNKNOWN) if isinstance(word, str) else Severity.UNKNOWN)
    return max(said, key=lambda severity: severity.rank)


def _rated(vector: str) -> Severity:
    try:
        return rating(base_score(vector))
    except ValueError:
        return Severity.UNKNOWN


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value
