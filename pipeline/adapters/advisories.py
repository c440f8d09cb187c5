"""Where advisories come from: a snapshot file, an OSV service, or the package index through pip-audit."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from packaging.version import Version

from secure_release.checks import Advisories, AdvisoryError, Hole, Match, Pin, SnapshotFacts, Tools
from secure_release.checks.audit_report import TOOL, Audit, askable, bundles, command, parse, requirements
from secure_release.checks.osv import NotARecord, Record, in_order, lowest_fix, match, merged, public, records
from secure_release.checks.planted import INVENTED, INVENTED_RECORD, REAL
from secure_release.checks.tool import NotAReport

from ..config import AdvisorySection
from .osv_service import CHECK_IT, OsvService, endpoint
from .responder import Responder
from .snapshot import GET_ONE, Snapshot, read_snapshot

AHEAD = timedelta(days=1)  # clocks and time zones differ; a record from tomorrow is still believed
AT_ONCE = 8  # questions to a service at a time
ROUNDS = 8  # of asking a live source whether a fix has holes of its own
DAY = 86400.0


def opened(section: AdvisorySection, project: Path, tools: Tools, now: datetime, timeout: float) -> Advisories:
    """The source that the configuration names. Raises `AdvisoryError` when it names none."""
    match section.source:
        case "file":
            if section.file is None:
                raise AdvisoryError("advisories.source is `file`, and advisories.file is missing", GET_ONE)
            return FileAdvisories(project / section.file, section.max_age, now)
        case "osv":
            return OsvAdvisories(OsvService(endpoint(section.url)), section.max_age)
        case "index":
            return IndexAdvisories(tools, section.max_age, timeout)


@dataclass(frozen=True)
class FileAdvisories:
    """A snapshot, read once. Too old, dated in the future, damaged or empty is no answer."""

    path: Path
    max_age: float
    now: datetime

    @cached_property
    def snapshot(self) -> Snapshot:
        snapshot = read_snapshot(self.path)
        age = (self.now - snapshot.newest).total_seconds()
        if -age > AHEAD.total_seconds():
            why = f"has records of {snapshot.newest:%Y-%m-%d}, which is in the future"
            raise AdvisoryError(f"the advisory snapshot {self.path.name} {why}", "Set this machine's clock, then fetch again.")
        if age > self.max_age:
            why = f"is {age / DAY:.1f} days old; {self.max_age / DAY:.1f} are allowed (advisories.max_age)"
            raise AdvisoryError(f"the advisory snapshot {self.path.name} {why}", GET_ONE)
        return snapshot

    def facts(self) -> SnapshotFacts:
        snapshot = self.snapshot
        return SnapshotFacts("file", self.path.name, snapshot.sha256, snapshot.newest, snapshot.count, self.max_age)

    def lookup(self, pins: Sequence[Pin]) -> tuple[Match, ...]:
        known = {name: self._known(name) for name in {pin.name for pin in pins}}
        return tuple(match(pin, known[pin.name]) for pin in pins)

    @contextlib.contextmanager
    def serve(self) -> Iterator[tuple[str, ...]]:
        modified = self.snapshot.newest.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        responder = Responder(lambda pin: self.lookup((pin,))[0].holes, modified)
        with responder.serving() as url:
            yield ("--vulnerability-service", "osv", "--osv-url", url)

    @cached_property
    def _read(self) -> dict[str, tuple[Record, ...]]:
        return {}

    def _known(self, name: str) -> tuple[Record, ...]:
        """The records of one distribution, read when it is first asked about."""
        if name not in self._read:
            self._read[name] = self._records(name)
        return self._read[name]

    def _records(self, name: str) -> tuple[Record, ...]:
        if name in {pin.name for pin in INVENTED}:
            return tuple(record for record in records(INVENTED_RECORD) if record.name == name)
        try:
            entries = [records(json.loads(raw)) for raw in self.snapshot.records.get(name, ())]
        except NotARecord as problem:
            why = f"is damaged: a record about {name} can't be read ({problem})"
            raise AdvisoryError(f"the advisory snapshot {self.path.name} {why}", GET_ONE) from problem
        return tuple(record for entry in entries for record in entry if record.name == name)


@dataclass(frozen=True)
class OsvAdvisories:
    """A service that speaks the OSV API. It must know the holes of a pin that has some."""

    service: OsvService
    max_age: float

    def facts(self) -> SnapshotFacts:
        return SnapshotFacts("osv", self.service.url, "", None, 0, self.max_age)

    def lookup(self, pins: Sequence[Pin]) -> tuple[Match, ...]:
        if not self._known(REAL[0]):
            raise AdvisoryError(f"the OSV service at {self.service.url} knows no hole of {REAL[0]}, which has some", CHECK_IT)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return tuple(pool.map(self._match, pins))

    @contextlib.contextmanager
    def serve(self) -> Iterator[tuple[str, ...]]:
        yield ("--vulnerability-service", "osv", "--osv-url", self.service.url)

    def _match(self, pin: Pin) -> Match:
        """The service decides what is hit; each fix is asked about before it is named."""
        try:
            version = public(pin)
        except ValueError:
            return Match(pin, (), "", f"{pin.version!r} is not a version by PEP 440")
        hit = [_struck(record, version) for record in self._known(Pin(pin.name, str(version)))]
        return Match(pin, match(pin, hit).holes, self._fix(pin.name, version, hit), "")

    def _fix(self, name: str, version: Version, hit: Sequence[Record]) -> str:
        known = list(hit)
        for _ in range(ROUNDS):
            fix = lowest_fix(version, known)
            more = [_struck(record, Version(fix)) for record in self._known(Pin(name, fix))] if fix else []
            if not more:
                return fix
            known += more
        return ""

    def _known(self, pin: Pin) -> tuple[Record, ...]:
        try:
            found = [records(entry) for entry in self.service.entries(pin)]
        except NotARecord as problem:
            raise AdvisoryError(f"the OSV service at {self.service.url} sent what is no record: {problem}", CHECK_IT) from problem
        return tuple(record for entry in found for record in entry if record.name == pin.name)


def _struck(record: Record, version: Version) -> Record:
    """The record with a version that the service says it hits, whatever its ranges say."""
    return replace(record, versions=record.versions | {version}, unreadable="")


@dataclass(frozen=True)
class IndexAdvisories:
    """The package index, asked by pip-audit: the one that knows where it is."""

    tools: Tools
    max_age: float
    timeout: float

    def facts(self) -> SnapshotFacts:
        return SnapshotFacts("index", "the package index", "", None, 0, self.max_age)

    def lookup(self, pins: Sequence[Pin]) -> tuple[Match, ...]:
        asked = {pin: askable(pin) for pin in pins if _valid(pin)}
        audit = self._audited(tuple(asked.values()))
        fixes = self._fixes({pin: holes for pin, holes in audit.holes.items() if holes})
        return tuple(_match(pin, asked.get(pin), audit, fixes) for pin in pins)

    @contextlib.contextmanager
    def serve(self) -> Iterator[tuple[str, ...]]:
        yield ("--vulnerability-service", "pypi")

    def _fixes(self, holes: Mapping[Pin, tuple[Hole, ...]]) -> dict[Pin, str]:
        """For each pin the first candidate of which the index knows no hole, asked in rounds: one run for all pins."""
        waiting = {pin: in_order(public(pin), [Version(v) for h in known for v in h.fixed_in]) for pin, known in holes.items()}
        fixes: dict[Pin, str] = {}
        for _ in range(ROUNDS):
            trying = {pin: Pin(pin.name, str(left.pop(0))) for pin, left in waiting.items() if left and pin not in fixes}
            if not trying:
                break
            audit = self._audited(tuple(trying.values()))
            fixes |= {pin: candidate.version for pin, candidate in trying.items() if audit.holes.get(candidate) == ()}
        return fixes

    def _audited(self, pins: Sequence[Pin]) -> Audit:
        holes: dict[Pin, tuple[Hole, ...]] = {}
        skipped: dict[Pin, str] = {}
        for number, bundle in enumerate(bundles(pins, REAL)):
            with tempfile.TemporaryDirectory(prefix="secure-release-audit-") as folder:
                audit = self._run(bundle, Path(folder))
            specimen = REAL[number % len(REAL)]
            if not audit.holes.get(specimen):
                why = audit.skipped.get(specimen, "it knows no hole of it")
                raise AdvisoryError(f"the package index serves no advisory data: asked about {specimen}, {why}", CHECK_IT)
            holes |= audit.holes
            skipped |= audit.skipped
        return Audit(holes, skipped, frozenset())

    def _run(self, bundle: Sequence[Pin], folder: Path) -> Audit:
        program = self.tools.find(TOOL.executable)
        if program is None:
            raise AdvisoryError("pip-audit is not installed, and only it can ask the package index", "Install pip-audit.")
        (folder / "requirements.txt").write_text(requirements(bundle), encoding="utf-8")
        try:
            ended = self.tools.run(command(str(program), folder, ("-s", "pypi")), cwd=folder, timeout=self.timeout)
            content = (folder / "report.json").read_bytes()
            if ended.timed_out or ended.flooded or ended.code not in TOOL.exits:
                raise AdvisoryError(f"pip-audit could not ask the package index (exit {ended.code})", CHECK_IT)
            return parse(content, bundle)
        except (OSError, NotAReport) as problem:
            raise AdvisoryError(f"pip-audit brought no answer from the package index: {problem}", CHECK_IT) from problem


def _valid(pin: Pin) -> bool:
    try:
        public(pin)
    except ValueError:
        return False
    return True


def _match(pin: Pin, asked: Pin | None, audit: Audit, fixes: Mapping[Pin, str]) -> Match:
    if asked is None:
        return Match(pin, (), "", f"{pin.version!r} is not a version by PEP 440")
    if asked not in audit.holes:
        return Match(pin, (), "", audit.skipped.get(asked, "the package index did not answer about it"))
    return Match(pin, merged(audit.holes[asked]), fixes.get(asked, ""), "")
