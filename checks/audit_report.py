"""pip-audit's side of the audit: the files that it is given, its command, and what its report says about each pin. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version

from .advisories import Hole, Pin
from .finding import Severity
from .osv import hole, merged, public
from .planted import ASKED
from .tool import NotAReport, Tool

MAX_RUNS = 20  # of pip-audit for one project: a file that pins more versions of one name is not a lock
TOOL = Tool("pip-audit", "pip-audit", ">=2.10,<3", frozenset({0, 1}))


@dataclass(frozen=True)
class Audit:
    """What one report says: holes of those answered, why others were skipped. A pin in neither was not mentioned."""

    holes: Mapping[Pin, tuple[Hole, ...]]
    skipped: Mapping[Pin, str]
    asked: frozenset[Pin]  # those whose answer carries the responder's mark


def askable(pin: Pin) -> Pin:
    """The pin as an advisory source knows it: without its local version."""
    return Pin(pin.name, str(public(pin)))


def bundles(pins: Iterable[Pin], specimens: Sequence[Pin]) -> tuple[tuple[Pin, ...], ...]:
    """The pins in lists of one version per name, because pip-audit refuses two; each begins with a specimen.

    What is left after `MAX_RUNS` lists is in none: whoever counts the answers will miss it.
    """
    filled: list[dict[str, Pin]] = [{specimens[0].name: specimens[0]}]
    for pin in dict.fromkeys(pins):
        index = 0
        while filled[index].setdefault(pin.name, pin) != pin:
            index += 1
            if index == MAX_RUNS:
                break
            if index == len(filled):
                specimen = specimens[index % len(specimens)]
                filled.append({specimen.name: specimen})
    return tuple(tuple(bundle.values()) for bundle in filled)


def requirements(pins: Iterable[Pin]) -> str:
    return "".join(f"{pin.name}=={pin.version}\n" for pin in pins)


def command(program: str, folder: Path, source: Sequence[str]) -> tuple[str, ...]:
    """Audit `folder/requirements.txt` into `folder/report.json`, without installing or resolving, with a cache of its own."""
    files = ("-r", str(folder / "requirements.txt"), "-o", str(folder / "report.json"), "--cache-dir", str(folder / "cache"))
    shape = ("-f", "json", "--desc", "on", "--aliases", "on", "--progress-spinner", "off")
    return (program, *files, *shape, "--no-deps", "--disable-pip", *source)


def parse(content: bytes, given: Sequence[Pin]) -> Audit:
    """Raises `NotAReport` when it is not pip-audit's JSON, or speaks of what it was not given."""
    try:
        dependencies: list[Any] = json.loads(content)["dependencies"]
        named = {pin.name: pin for pin in given}
        answered = [d for d in dependencies if "skip_reason" not in d]
        skipped = {_given(d, named): str(d["skip_reason"]) for d in dependencies if "skip_reason" in d}
        vulns = {_given(d, named): [_hole(v) for v in d["vulns"]] for d in answered}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise NotAReport(f"is not pip-audit's JSON ({type(problem).__name__}: {problem})") from problem
    asked = frozenset(pin for pin, holes in vulns.items() if any(ASKED in h.aliases for h in holes))
    holes = {pin: merged(h for h in known if ASKED not in h.aliases) for pin, known in vulns.items()}
    return Audit(holes, skipped, asked)


def _given(dependency: Mapping[str, Any], named: Mapping[str, Pin]) -> Pin:
    """Which of our pins it speaks of. A skipped one has no version in the report."""
    name, version = canonicalize_name(dependency["name"]), dependency.get("version")
    pin = named.get(name)
    if pin is None or (version is not None and Version(pin.version) != Version(version)):
        raise NotAReport(f"is about {name[:80]} {str(version)[:40]}, which it was not given")
    return pin


def _hole(vuln: Mapping[str, Any]) -> Hole:
    ids = (str(vuln["id"]), *(str(alias) for alias in vuln["aliases"]))
    return hole(ids, str(vuln.get("description", "")), Severity.UNKNOWN, _versions(vuln["fix_versions"]))


def _versions(texts: Iterable[str]) -> list[Version]:
    try:
        return [Version(text) for text in texts]
    except ValueError as problem:
        raise NotAReport(f"names a fix that is no version: {problem}") from problem
