"""What other people's rules are worth to us: how bad and how sure at most, each with its reason. Pure.

The cache and the evidence keep what the tool said; this is applied to it before findings are merged and judged. A grade is a
ceiling: it never makes a finding worse, and nothing is dropped but `assert` in tests, which is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .finding import Confidence, Finding, Severity
from .flows.sinks import watched
from .grades import CLOSER, FOLLOWED, GRADES, UNLESS, WATCHED, WATCHES, Grade
from .kin import kind
from .layout import named_like_a_test
from .result import Ran, Result, ran

WEAKNESSES = ("bandit", "semgrep", "flows")  # whose findings are about how code is written
ASSERT = "B101"
EXPLAINS = re.compile(r"\.(md|rst|txt|adoc)$|(^|/)(README|PKG-INFO|METADATA|CHANGES|CHANGELOG|NEWS)$")
A_LIST = re.compile(r"(?<!README)\.txt$")  # as often data as prose
ILLUSTRATES = frozenset({"private-key", "jwt"})  # attested by their shape alone: tests and explanations make them by the dozen
ABOUT_READERS = frozenset({"B613"})  # text that people read otherwise than Python: a test can hide it as well as anything
TEST = "it stands in a test, which nothing released leads to"
ILLUSTRATED = "a token in an explanation is an example, or has expired, nearly always"
GUESSED = frozenset({"database-url", "url-password", "high-entropy"})  # attested by what stands around them alone
EXPLAINED = "a password in an explanation is an example nearly always"
BESIDE = "it stands beside the release (helpers of tests, examples, documentation, tools), and nothing released leads to it"
FED = "the text comes from a test or an example, which nothing released leads to"
ORIGIN = re.compile(r"[^(]{5,60} \(.{1,300}?, (?P<path>[^\s()]+):\d+\) reaches ")  # how `builtin/flows.py` tells it
GENERATED = re.compile(r"_pb2(_grpc)?\.pyi?$|(^|/)migrations/\d{4}_\w+\.py$")  # protobuf; Django's migrations
UNREACHED = "`policy.unreachable` is low"
FOLLOW = ("semgrep", "flows")  # that follow data, each with its own eyes
BUILT = re.compile(r"-(built|built-from-string|of-variable)$")  # rules of semgrep that speak of the same call, and not of a client


@dataclass(frozen=True)
class Scene:
    """What is known of the files that findings are in."""

    tests: frozenset[str]  # they are tests, examples or documentation, and are to be judged as such
    reach: Mapping[str, str]  # vulnerable distribution to the released place that leads to it, "" for none
    unreachable_low: bool  # those for which there is none count as low


def graded(results: Mapping[str, Result], scene: Scene) -> tuple[Finding, ...]:
    """Every finding of these results, as bad and as sure as we take it to be; without the asserts of tests."""
    found = [f for result in results.values() if isinstance(result, Ran) for f in result.findings]
    ours = _Ours.of(results)
    counted = (_reached(_written(f), scene) for f in found if not is_test_assert(f, scene.tests))
    return tuple(_heard(_told(f, scene.tests), ours) for f in counted)


def notes(check: str, result: Result, tests: frozenset[str]) -> Iterator[str]:
    """What was made of this check's findings, for its row in the reports."""
    if not isinstance(result, Ran):
        return
    asserts = sum(is_test_assert(f, tests) for f in result.findings)
    if asserts:
        yield f"{asserts:,} `assert` in tests are not holes, and are not listed."
    listed = [f for f in result.findings if not is_test_assert(f, tests)]
    lower = sum(_lowers(_of_table(f), f) for f in listed)
    if lower:
        yield f"{lower:,} findings of rules that are often wrong count less than {TOOLS.get(check, check)} says; each says why."
    apart = sum(_lowers(_of_place(f, tests), f) for f in listed)
    if apart:
        yield f"{apart:,} findings in tests, examples and documentation count as low (`policy.tests`)."


def is_test_assert(finding: Finding, tests: frozenset[str]) -> bool:
    path = finding.place.path
    return finding.rule == ASSERT and finding.check == "bandit" and path in tests and named_like_a_test(path)


def _written(finding: Finding) -> Finding:
    """Generated code is as bad as any, and is mended elsewhere. By its name alone: a header can be written over anything."""
    if finding.check not in WEAKNESSES or not GENERATED.search(finding.place.path):
        return finding
    return replace(finding, fix=f"{finding.fix} This file is generated: change what it is made from.".strip())


def _reached(finding: Finding, scene: Scene) -> Finding:
    """An advisory's finding says whether released code imports the distribution. It is no proof: others may load it."""
    name = distribution(finding)
    if name not in scene.reach:
        return finding
    place = scene.reach[name]
    if place:
        return replace(finding, message=f"{finding.message} (Released code leads to it: {place}.)")
    said = replace(finding, message=f"{finding.message} (No released file imports it; another distribution may still load it.)")
    return _at_most(said, Grade(Severity.LOW, Confidence.HIGH, UNREACHED)) if scene.unreachable_low else said


def distribution(finding: Finding) -> str:
    """The distribution that an advisory's finding is about; "" for any other."""
    return finding.subject.partition(" ")[0] if finding.advisories and finding.check == "pip-audit" else ""


def _told(finding: Finding, tests: frozenset[str]) -> Finding:
    by_table = _at_most(finding, _of_table(finding))
    return _at_most(by_table, _of_place(by_table, tests))


def _of_table(finding: Finding) -> Grade | None:
    grade = GRADES.get((finding.check, finding.rule))
    return grade if grade is not None and _fits(grade, finding) else None


def _fits(grade: Grade, finding: Finding) -> bool:
    return finding.subject.startswith(grade.only) and finding.severity.rank <= grade.upto.rank


def _of_place(finding: Finding, tests: frozenset[str]) -> Grade | None:
    """In a test or an example a weakness is low. A secret leaks from there as from anywhere: it stays when its provider's pattern says
    it is one; what only looks like one, and keys and tokens that tests make for themselves, are low."""
    if finding.check == "secrets" and EXPLAINS.search(finding.place.path):
        if finding.rule == "jwt":
            return Grade(Severity.LOW, Confidence.HIGH, ILLUSTRATED)
        if finding.rule in GUESSED and not A_LIST.search(finding.place.path):
            return Grade(Severity.LOW, Confidence.HIGH, EXPLAINED)
    if finding.place.path not in tests and origin(finding) in tests:
        return Grade(Severity.LOW, Confidence.HIGH, FED)
    if finding.place.path not in tests or finding.rule in ABOUT_READERS:
        return None
    attested = finding.confidence is Confidence.HIGH and finding.rule not in ILLUSTRATES
    if finding.check in WEAKNESSES or (finding.check in ("secrets", "commits") and not attested):
        return Grade(Severity.LOW, Confidence.HIGH, TEST if named_like_a_test(finding.place.path) else BESIDE)
    return None


def origin(finding: Finding) -> str:
    """The file in which the text comes in that a finding of `flows` is about; "" for any other."""
    told = ORIGIN.match(finding.message) if finding.check == "flows" else None
    return told["path"] if told is not None else ""


@dataclass(frozen=True)
class _Ours:
    """What our own rules said: the files that semgrep, and that the reader of flows as well, looked at and left nothing out of, and
    the lines of each kind of finding. A hint of ours that is low itself says no more than the pattern does."""

    whole: frozenset[str]
    followed: frozenset[str]
    lines: Mapping[tuple[str, str], Sequence[tuple[int, int]]]
    watched: frozenset[Finding]  # what is said of calls that a client's text seems to reach, and `flows` saw that it does not
    asked: Mapping[tuple[str, str], Sequence[tuple[int, int]]]  # the lines of these calls

    @staticmethod
    def of(results: Mapping[str, Result]) -> _Ours:
        semgrep, flows = (r if isinstance(r := results.get(name), Ran) else ran((), (), (), ()) for name in FOLLOW)
        whole, read = (frozenset(r.looked_at) - {gap.subject for gap in r.gaps} for r in (semgrep, flows))
        flowing = _lines(flows.findings)
        alone = [f for f in semgrep.findings if f.place.path in read and _silent(f, flowing)]
        asked = _lines(f for f in alone if _watched(f))
        watched = frozenset(f for f in alone if _watched(f) or (BUILT.search(f.rule) and not _silent(f, asked)))
        return _Ours(whole, whole & read, _lines(_loud((*(f for f in semgrep.findings if f not in watched), *flows.findings))), watched, asked)

    def silent(self, finding: Finding) -> bool:
        """Whether they said nothing of this kind about these lines."""
        return _silent(finding, self.lines)


def _lines(findings: Iterable[Finding]) -> Mapping[tuple[str, str], Sequence[tuple[int, int]]]:
    lines: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for f in findings:
        lines.setdefault((f.place.path, kind(f)), []).append((f.place.line, max(f.place.line, f.place.end_line)))
    return lines


def _loud(findings: Iterable[Finding]) -> Iterator[Finding]:
    return (f for f in findings if f.severity.rank > Severity.LOW.rank)


def _silent(finding: Finding, lines: Mapping[tuple[str, str], Sequence[tuple[int, int]]]) -> bool:
    first, last = finding.place.line, max(finding.place.line, finding.place.end_line)
    spans = lines.get((finding.place.path, kind(finding)), ())
    return not any(first <= end and start <= last for start, end in spans)


def _watched(finding: Finding) -> bool:
    """Whether its lines hold a call that `flows` watches for the same weakness."""
    return finding.rule in WATCHES and not set(WATCHES[finding.rule]).isdisjoint(watched(finding.subject))


def _heard(finding: Finding, ours: _Ours) -> Finding:
    """A pattern's hit is a weaker hint where our rules looked closer and said nothing. Without an answer of theirs it stays."""
    if finding in ours.watched:
        return _at_most(finding, WATCHED)
    if finding.check != "bandit" or not ours.silent(finding):
        return finding
    if _silent(finding, ours.asked) and finding.rule in UNLESS and UNLESS[finding.rule].search(finding.subject) is not None:
        return finding
    if finding.rule in CLOSER and finding.place.path in ours.whole:
        return _at_most(finding, CLOSER[finding.rule])
    if finding.rule in FOLLOWED and finding.place.path in ours.followed:
        return _at_most(finding, Grade(Severity.LOW, Confidence.LOW, FOLLOWED[finding.rule]))
    return finding


def _lowers(grade: Grade | None, finding: Finding) -> bool:
    if grade is None:
        return False
    return _lower(finding.severity, grade.severity) is not finding.severity or finding.confidence.rank > grade.confidence.rank


def _at_most(finding: Finding, grade: Grade | None) -> Finding:
    """No worse and no surer than the grade, and it says so."""
    if grade is None or not _lowers(grade, finding):
        return finding
    severity = _lower(finding.severity, grade.severity)
    confidence = min(finding.confidence, grade.confidence, key=lambda each: each.rank)
    changes = _changes((finding.severity, severity, "severity"), (finding.confidence, confidence, "confidence"))
    said = f"{finding.message} ({TOOLS.get(finding.check, finding.check)} says {changes}: {grade.why}.)"
    return replace(finding, severity=severity, confidence=confidence, message=said)


def _lower(severity: Severity, most: Severity) -> Severity:
    """What has no rating has none until somebody gives it one."""
    return most if severity is Severity.UNKNOWN else min(severity, most, key=lambda each: each.rank)


def _changes(*pairs: tuple[str, str, str]) -> str:
    changed: Iterable[tuple[str, str, str]] = [pair for pair in pairs if pair[0] != pair[1]]
    return ", ".join(f"{before} {name}, here {after}" for before, after, name in changed)


TOOLS = {"bandit": "bandit", "workflows": "zizmor", "semgrep": "the rule", "secrets": "the pattern", "commits": "the pattern", "pip-audit": "the advisory"}
