"""pip-audit: known holes of the pinned dependencies. It forgives itself every skip; so every pin is counted here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import audit_memory
from ..advisories import AdvisoryError, Hole, Match, Pin, SnapshotFacts
from ..audit_report import TOOL, Audit, askable, bundles, command, parse, requirements
from ..check import Context, Exit
from ..dependencies import declared
from ..finding import Confidence, Finding, Gap, Place, Witness, numbered
from ..osv import merged
from ..planted import INVENTED, REAL
from ..requirements import Declared, Elsewhere, Unauditable
from ..result import Broken, Evidence, Result, broken, ran
from ..tool import NotAReport, failed, located, reinstall, said

NAME = "pip-audit"
AGAIN = "Run again; if it stays, ask another source of advisories (`advisories.source`)."
NO_DATA = "Choose a source that serves advisories: `advisories.source: osv`, or `file` with an offline snapshot."
# Questions to our own responder must not go to a proxy.
LOOPBACK = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


@dataclass(frozen=True)
class PipAudit:
    name: str = NAME
    title: str = "known holes of dependencies"
    fetches: bool = True

    def run(self, context: Context) -> Result:
        stated = declared([f.path for f in context.files], context.read)
        try:
            facts = context.advisories.facts()
            evidence = _kept(facts, context)
            audit = _audited(stated.unique, facts, context)
            if isinstance(audit, Broken):
                return audit
            matches = context.advisories.lookup(_to_look_up(stated.unique, audit.audit, facts))
        except AdvisoryError as problem:
            return broken(f"{NAME}: {problem}.", problem.hint)
        answers = _Answers(audit.audit, {m.pin: m for m in matches}, facts, audit.again)
        return _judged(stated, answers, (evidence, *audit.evidence), context)


@dataclass(frozen=True)
class _Audited:
    audit: Audit
    evidence: tuple[Evidence, ...]
    report: bytes
    again: bool  # an earlier run's


@dataclass(frozen=True)
class _Answers:
    """What pip-audit said and what our own look-up said about the same pins."""

    audit: Audit
    matches: Mapping[Pin, Match]
    facts: SnapshotFacts
    again: bool

    def match(self, pin: Pin) -> Match | None:
        return self.matches.get(pin)

    def holes(self, pin: Pin) -> tuple[Hole, ...]:
        """Both, merged: each may know what the other does not."""
        own = self.match(pin)
        return merged([*self.audit.holes.get(askable(pin), ()), *(own.holes if own else ())])

    def unanswered(self, pin: Pin) -> str:
        """Why there is no answer about a pin; "" when there is one."""
        asked, own = askable(pin), self.match(pin)
        if asked in self.audit.skipped:
            return f"pip-audit skipped it: {self.audit.skipped[asked]}"
        if asked not in self.audit.holes:
            return "pip-audit gave no answer about it"
        if self.facts.source == "file" and asked not in self.audit.asked:
            return "pip-audit did not ask about it"
        return own.unauditable if own else ""


def _to_look_up(pins: Sequence[Pin], audit: Audit, facts: SnapshotFacts) -> tuple[Pin, ...]:
    """A snapshot answers about all pins at no cost; a live service is asked again only for what needs a fix."""
    if facts.source == "file":
        return tuple(pins)
    return tuple(pin for pin in pins if audit.holes.get(askable(pin)))


def _audited(pins: Sequence[Pin], facts: SnapshotFacts, context: Context) -> _Audited | Broken:
    """Every pin through pip-audit, in as many runs as it takes, each with a specimen that it must find."""
    specimens = INVENTED if facts.source == "file" else REAL
    lists = bundles([askable(pin) for pin in pins], specimens)
    keys = audit_memory.keys(lists, facts, context)
    before = audit_memory.remembered(keys, lists, context)
    runs = _asked(lists, facts, context) if before is None else [_Audited(audit, (), b"", True) for audit in before]
    if isinstance(runs, Broken):
        return runs
    for number, one in enumerate(runs):
        blind = _blind(one, specimens[number % len(specimens)])
        if blind is not None:
            return blind
    if before is None:
        audit_memory.keep(keys, lists, [one.report for one in runs], context)
    return _together(runs)


def _asked(lists: Sequence[Sequence[Pin]], facts: SnapshotFacts, context: Context) -> list[_Audited] | Broken:
    """One run for each list; none after the first that is broken."""
    found = located(TOOL, context)
    if isinstance(found, Broken):
        return found
    runs: list[_Audited] = []
    with context.advisories.serve() as source:
        for number, pins in enumerate(lists):
            one = _run(pins, number, found, source, context, LOOPBACK if facts.source == "file" else {})
            if isinstance(one, Broken):
                return one
            runs.append(one)
    return runs


def _together(runs: Sequence[_Audited]) -> _Audited:
    holes = {pin: found for one in runs for pin, found in one.audit.holes.items()}
    skipped = {pin: why for one in runs for pin, why in one.audit.skipped.items()}
    asked = frozenset(pin for one in runs for pin in one.audit.asked)
    return _Audited(Audit(holes, skipped, asked), tuple(e for one in runs for e in one.evidence), b"", any(one.again for one in runs))


def _run(
    bundle: Sequence[Pin],
    number: int,
    found: tuple[Path, str],
    source: Sequence[str],
    context: Context,
    env: Mapping[str, str],
) -> _Audited | Broken:
    program, version = found
    folder = context.scratch / f"{NAME}-{number}"
    folder.mkdir(parents=True)
    (folder / "requirements.txt").write_text(requirements(bundle), encoding="utf-8")
    argv = command(str(program), folder, source)
    try:
        ended = context.tools.run(argv, cwd=folder, timeout=context.timeout, env=env)
    except OSError as problem:
        return broken(f"{NAME} could not be started: {problem}", reinstall(TOOL))
    failure = failed(NAME, TOOL, ended, context)
    return failure if failure is not None else _read(folder / "report.json", bundle, ended, version, context)


def _read(report: Path, bundle: Sequence[Pin], ended: Exit, version: str, context: Context) -> _Audited | Broken:
    try:
        content = report.read_bytes()
    except FileNotFoundError:
        content = b""
    except OSError as problem:
        return broken(f"{NAME}'s report can't be read: {problem}", reinstall(TOOL))
    evidence = (context.keep(f"{NAME} {version} report", content),)
    if not content.strip():
        remedy = f"{said(ended)} Check that the source of advisories is reachable (`advisories`). {reinstall(TOOL)}"
        return broken(f"{NAME} exited {ended.code} and wrote no report.", remedy.strip(), evidence)
    try:
        return _Audited(parse(content, bundle), evidence, content, again=False)
    except NotAReport as problem:
        return broken(f"{NAME} exited {ended.code} and its report {problem}.", reinstall(TOOL), evidence)


def _blind(one: _Audited, specimen: Pin) -> Broken | None:
    if one.audit.holes.get(specimen):
        return None
    if specimen in one.audit.skipped:
        reason = f"{NAME} got no advisory data: it skipped the planted {specimen} ({one.audit.skipped[specimen]})."
        return broken(reason, NO_DATA, one.evidence)
    return broken(f"{NAME} is blind: it found no hole of the planted {specimen}.", NO_DATA, one.evidence)


def _judged(stated: Declared, answers: _Answers, evidence: tuple[Evidence, ...], context: Context) -> Result:
    silent = {pin: why for pin in stated.unique if (why := answers.unanswered(pin))}
    gaps = [*(_line_gap(u) for u in stated.unauditable), *(Gap(NAME, str(pin), why, AGAIN) for pin, why in silent.items())]
    findings = [f for pin, places in stated.places.items() for f in _findings(pin, places, answers)]
    looked_at = tuple(str(pin) for pin in stated.unique if pin not in silent)
    again = (audit_memory.NOTE,) if answers.again else ()
    notes = (*_source_note(answers.facts, context), *_notes(stated, answers), *again)
    return ran(numbered([*findings, *map(_elsewhere, stated.elsewhere)]), looked_at, tuple(gaps), evidence, notes)


def _findings(pin: Pin, places: Sequence[Place], answers: _Answers) -> list[Finding]:
    own = answers.match(pin)
    return [_finding(pin, hole, places, _fix(pin, hole, own.fix if own else "")) for hole in answers.holes(pin)]


def _finding(pin: Pin, hole: Hole, places: Sequence[Place], fix: str) -> Finding:
    others = f" (also in {', '.join(map(str, places[1:]))})" if places[1:] else ""
    return Finding(
        check=NAME,
        rule=hole.id,
        severity=hole.severity,
        confidence=Confidence.HIGH,
        message=f"{pin} has {hole.id}: {hole.summary or 'its advisory has no summary'}{others}",
        place=places[0],
        subject=f"{pin} {hole.id}",
        fix=fix,
        weakness="",
        advisories=hole.aliases,
        witnesses=(Witness(NAME, hole.id),),
        nth=0,
    )


def _fix(pin: Pin, hole: Hole, lowest: str) -> str:
    if lowest:
        return f"upgrade to {lowest}"
    if not hole.fixed_in:
        return "no fixed version exists"
    return f"this one is fixed in {', '.join(hole.fixed_in)}; no version is known that closes every hole of {pin}"


def _elsewhere(line: Elsewhere) -> Finding:
    return Finding(
        check=NAME,
        rule="requirement-source",
        severity=line.severity,
        confidence=Confidence.HIGH,
        message=f"{line.option} {line.where}: dependencies come from another place than the configured index",
        place=line.place,
        subject=f"{line.option} {line.where}",
        fix="Configure the index where the release is built, not in a file that a change can edit.",
        weakness="",
        advisories=(),
        witnesses=(Witness(NAME, "requirement-source"),),
        nth=0,
    )


def _line_gap(line: Unauditable) -> Gap:
    subject = line.place.path if line.text == line.place.path else f"{line.place.path}: {line.text}"
    where = f" (line {line.place.line})" if line.place.line else ""
    return Gap(NAME, subject, line.reason, f"{line.remedy}{where}")


def _kept(facts: SnapshotFacts, context: Context) -> Evidence:
    age = (context.now - facts.newest).total_seconds() if facts.newest else None
    content = {
        "source": facts.source,
        "where": facts.where,
        "sha256": facts.sha256,
        "newest": facts.newest.isoformat() if facts.newest else None,
        "age_seconds": age,
        "max_age_seconds": facts.max_age,
        "count": facts.count,
    }
    return context.keep("advisories.json", json.dumps(content, indent=1, sort_keys=True).encode())


def _source_note(facts: SnapshotFacts, context: Context) -> tuple[str, ...]:
    if facts.newest is None:
        return (f"Known holes come from {facts.where}.",)
    days = max((context.now - facts.newest).days, 0)
    return (f"Known holes come from a snapshot of {facts.count} advisories, {days} days old, sha256 {facts.sha256}.",)


def _notes(stated: Declared, answers: _Answers) -> list[str]:
    notes = list(stated.notes)
    if not stated.files:
        notes.append("The project has no requirement or lock file: only the specimen was audited.")
    for pin in stated.unique:
        if askable(pin) != pin:
            notes.append(f"{pin} is a local version; it was judged as {askable(pin).version}.")
        notes += _differences(pin, answers) if answers.facts.source == "file" else ()
    return notes


def _differences(pin: Pin, answers: _Answers) -> list[str]:
    own = answers.match(pin)
    ours = own.holes if own else ()
    theirs = answers.audit.holes.get(askable(pin), ())
    sides = (("pip-audit", theirs, ours), ("our own look-up", ours, theirs))
    return [
        f"{who} does not name {hole.id} of {pin}; it counts."
        for who, names, others in sides
        for hole in others
        if not any(set(hole.aliases) & set(h.aliases) for h in names)
    ]


CHECK = PipAudit()
