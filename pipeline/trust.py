"""What a change does to its own gate: suppressions it adds, dependency files it takes away. Pure but for `Trusted`."""

from __future__ import annotations

import hashlib
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from secure_release.checks import Confidence, Finding, Place, Severity, Witness, inline, numbered
from secure_release.checks.finding import squeezed
from secure_release.checks.source import printable

from .records import Suppression
from .release import Trusted

IGNORE_FILES = (".semgrepignore", ".bandit", ".banditrc", ".zizmor.yml", "zizmor.yml", ".pip-audit.toml")


def suppressions(path: str, text: str, before: str | None, python: bool, trusting: bool) -> tuple[Suppression, ...]:
    """The comments in one file that ask a tool to look away; `added` when the trusted tree does not hold the same one
    about the same code."""
    known = Counter(_key(comment) for comment in inline.suppressions(before or "", python))
    found = []
    for comment in inline.suppressions(text, python):
        key = _key(comment)
        added = trusting and known[key] <= 0
        known[key] -= 1
        found.append(Suppression(path, comment.lines, comment.tool, comment.rules, added))
    return tuple(found)


def _key(comment: inline.Suppression) -> tuple[str, tuple[str, ...], str]:
    return comment.tool, comment.rules, squeezed(comment.about)


def findings(
    trusted: Trusted, present: Mapping[str, str], seen: Iterable[Suppression], instruments: Iterable[str]
) -> tuple[Finding, ...]:
    """What stands against the change itself: `present` is path to digest, `instruments` what the law names to look with.

    Paths are printable. Nothing when no ref is trusted.
    """
    if not trusted.ref:
        return ()
    before = tuple(printable(path) for path in trusted.paths())
    vanished, ignoring = _vanished(before, present), _ignore_files(before, present)
    return numbered((*_added(seen), *vanished, *ignoring, *_instruments(trusted, present, instruments)))


def _added(seen: Iterable[Suppression]) -> Iterator[Finding]:
    for item in seen:
        if item.added:
            rules = ", ".join(item.rules) or "every rule"
            yield _finding(
                "suppression-added",
                Place(item.path, item.lines[0], item.lines[-1]),
                f"The change asks {item.tool} to look away here ({rules}).",
                f"{item.tool} {' '.join(item.rules)}",
                "Mend what the tool would say, or get a waiver with an owner and an end on the trusted branch.",
            )


def _vanished(before: Iterable[str], present: Mapping[str, str]) -> Iterator[Finding]:
    for path in before:
        if is_dependency_file(path) and path not in present:
            yield _finding(
                "dependency-file-removed",
                Place(path, 0, 0),
                f"The change takes away {path}: what it pinned is no longer audited.",
                path,
                "Keep the file, or let a maintainer remove it on the trusted branch first.",
            )


def _ignore_files(before: Iterable[str], present: Iterable[str]) -> Iterator[Finding]:
    """They have no effect on us; a change that adds one meant something by it."""
    known = frozenset(before)
    for path in present:
        if path.rsplit("/", 1)[-1] in IGNORE_FILES and path not in known:
            yield _finding(
                "ignore-file-added",
                Place(path, 0, 0),
                f"The change adds {path}, which tells scanners what not to look at. It was not obeyed.",
                path,
                "Use `scan.exclude` with a reason, on the trusted branch.",
            )


def _instruments(trusted: Trusted, present: Mapping[str, str], named: Iterable[str]) -> Iterator[Finding]:
    """A scanner that is a file of the release says what the release wants to hear."""
    for path in sorted({posixpath.normpath(name) for name in named} & present.keys()):
        content = trusted.read(path)
        if content is None or hashlib.sha256(content).hexdigest() != present[path]:
            yield _finding(
                "instrument-changed",
                Place(path, 0, 0),
                f"The change edits {path}, with which it is looked at.",
                f"{path} {present[path]}",
                "Change it on the trusted branch first, by itself.",
            )


def is_dependency_file(path: str) -> bool:
    """What it pins or asks for can't go unaudited by the file going away."""
    from secure_release.checks.dependencies import reader_of

    name = path.rsplit("/", 1)[-1]
    return reader_of(path) is not None or name in ("setup.cfg", "setup.py") or (name.endswith(".in") and "requirements" in path)


def _finding(rule: str, place: Place, message: str, subject: str, fix: str) -> Finding:
    return Finding(
        check="trust",
        rule=rule,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        message=message,
        place=place,
        subject=subject,
        fix=fix,
        weakness="",
        advisories=(),
        witnesses=(Witness("trust", rule),),
        nth=0,
    )
