"""The frame of every check that runs a tool: plant the specimen, run, parse, and account for every file given."""

from __future__ import annotations

import itertools
import math
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from .check import Context, Exit, Fixed, SourceFile
from .finding import Finding, Gap, encodable, numbered
from .memory import fixed
from .pieces import Piece, pieces, side_by_side
from .result import Broken, Evidence, Ran, broken, ran

VERSION_TIMEOUT = 60.0


class NotAReport(Exception):
    """What the tool wrote is not the report it was asked for. The message completes "its report ..."."""


@dataclass(frozen=True)
class Tool:
    """A program, the versions whose reports we can read ("": not asked), and the exit codes that say that it looked."""

    executable: str
    distribution: str
    versions: str
    exits: frozenset[int]
    asked: tuple[str, ...] = ("--version",)


@dataclass(frozen=True)
class Specimen:
    """Known-bad files (path to text) and the rules that must be found in them, or the tool is blind."""

    files: Mapping[str, str]
    rules: frozenset[str]


@dataclass(frozen=True)
class Job:
    """One run of one tool: files relative to `tree`, the planted ones to `planted`; the report goes to `report`."""

    program: str
    version: str
    tree: Path
    planted: Path
    report: Path
    scratch: Path
    targets: tuple[str, ...]
    specimens: tuple[str, ...]  # absolute
    options: Mapping[str, object]

    def place(self, path: str) -> str:
        """The project's name for a path in a report. Raises `NotAReport` for a path that we did not give."""
        absolute = Path(os.path.normpath(self.tree / path))  # `resolve` would follow links; only `..` must go
        if absolute.is_relative_to(self.planted):
            return "planted:" + absolute.relative_to(self.planted).as_posix()
        if absolute.is_relative_to(self.tree):
            return absolute.relative_to(self.tree).as_posix()
        raise NotAReport(f"is about {path[:200]}, which it was not given")


@dataclass(frozen=True)
class Report:
    """What a parser reads out of a report; paths as `Job.place` gives them."""

    findings: tuple[Finding, ...]
    looked_at: tuple[str, ...]
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...] = ()


def written(job: Job, ended: Exit) -> bytes:
    """The report file, or standard output where the tool made none."""
    return job.report.read_bytes() if job.report.is_file() else ended.stdout


@dataclass(frozen=True)
class ToolCheck:
    """A check made of a command and a parser. Files that `wants` refuses are not this check's business.

    `gather` makes the report out of what the run left behind, for `parse`; `censor` takes out of it what must not be kept as
    evidence: source lines may hold secrets.
    `whole` is for a command that names the folder: one run, however many files. `by_file`: see `is_by_file`. `worth`: bytes of
    source for which it works about twenty times as long as it takes to start. `env` is what it is told beside its arguments.
    `lasting`: see `Fixed`.
    """

    name: str
    title: str
    tool: Tool
    specimen: Specimen
    wants: Callable[[SourceFile], bool]
    command: Callable[[Job], tuple[str, ...]]
    parse: Callable[[bytes, Job], Report]
    gather: Callable[[Job, Exit], bytes] = written
    censor: Callable[[bytes], bytes] = bytes
    whole: bool = False
    by_file: bool = False
    worth: int = 1_000_000
    env: Mapping[str, str] = field(default_factory=dict)
    lasting: Callable[[Gap], bool] = lambda gap: False

    def run(self, context: Context) -> Ran | Broken:
        return self.run_by(located(self.tool, context), context)

    def run_by(self, found: tuple[Path, str] | Broken, context: Context) -> Ran | Broken:
        """`run` by a program that was already `located`."""
        if isinstance(found, Broken):
            return found
        program, version = found
        files = [file for file in context.files if self.wants(file)]
        whole = (Piece(tuple(file.path for file in files), math.inf),)
        given = whole if self.whole else pieces(files, context.queue.cores, self.worth)
        done = itertools.count(1)

        def work(number: int, piece: Piece) -> Ran | Broken:
            result = self._run_one(context, program, version, number, piece)
            context.progress(next(done), len(given))
            return result

        return joined(side_by_side(work, given, context.queue.cores))

    def fixed(self, context: Context) -> Fixed | None:
        """What its answer about one file depends on, when that can be told."""
        return self.fixed_by(context, dict(context.options)) if self.by_file else None

    def fixed_by(self, context: Context, inputs: object) -> Fixed | None:
        program = context.tools.find(self.tool.executable)
        installation = context.installation(program) if program is not None else ""
        if not installation:
            return None
        return replace(fixed(self.name, installation, sys.version_info[:3], inputs), lasting=self.lasting)

    def _run_one(
        self, context: Context, program: Path, version: str, number: int, piece: Piece
    ) -> Ran | Broken:
        scratch = context.scratch / f"{self.name}-{number}"
        job = self._job(context, program, version, scratch, piece.paths)
        argv = self.command(job)
        try:
            with context.queue.turn(piece.cost):
                ended = context.tools.run(argv, cwd=job.tree, timeout=context.timeout, env=self.env)
        except OSError as problem:
            return broken(f"{self.name} could not be started: {problem}", reinstall(self.tool))
        failure = failed(self.name, self.tool, ended, context)
        if failure is not None:
            return failure
        return self._read(job, ended, context)

    def _job(
        self, context: Context, program: Path, version: str, scratch: Path, targets: tuple[str, ...]
    ) -> Job:
        planted = scratch / "planted"
        planted.mkdir(parents=True)
        specimens = tuple(_plant(planted, self.specimen))
        return Job(
            str(program), version, context.tree, planted, scratch / "report", scratch, targets, specimens, context.options
        )

    def _read(self, job: Job, ended: Exit, context: Context) -> Ran | Broken:
        try:
            content = self.gather(job, ended)
        except NotAReport as problem:
            return broken(f"{self.name} exited {ended.code} and its report {problem}.", reinstall(self.tool))
        if not content.strip():
            return broken(f"{self.name} exited {ended.code} and wrote no report.", f"{reinstall(self.tool)} {said(ended)}")
        try:
            report = self.parse(content, job)
        except NotAReport as problem:
            return broken(f"{self.name} exited {ended.code} and its report {problem}.", reinstall(self.tool))
        evidence = (context.keep(f"{self.name} {job.version} report", self.censor(content)),)
        return proven(self.name, self.specimen.rules, report, job.targets, evidence, reinstall(self.tool))


def located(tool: Tool, context: Context) -> tuple[Path, str] | Broken:
    """The program and its version, when it is there and its reports are ones that we can read."""
    program = context.tools.find(tool.executable)
    if program is None:
        return broken(f"{tool.executable} is not installed.", reinstall(tool))
    if not tool.versions:
        return program, "any"
    try:
        ended = context.tools.run((str(program), *tool.asked), cwd=context.scratch, timeout=VERSION_TIMEOUT)
    except OSError as problem:
        return broken(f"{tool.executable} could not be started: {problem}", reinstall(tool))
    match = re.search(rb"\d+\.\d+(\.\d+)?[0-9a-z.+]*", ended.stdout + b"\n" + ended.stderr)
    if ended.code != 0 or match is None:
        return broken(f"{tool.executable} does not tell its version (exit {ended.code}).", f"{reinstall(tool)} {said(ended)}")
    version = match.group().decode("ascii", "replace")
    from packaging.specifiers import SpecifierSet  # a tool that need not be started costs no import
    from packaging.version import InvalidVersion, Version

    try:
        readable = Version(version) in SpecifierSet(tool.versions)
    except InvalidVersion:
        readable = False
    if not readable:
        return broken(f"{tool.executable} is version {version}; reports of {tool.versions} are understood.", reinstall(tool))
    return program, version


def failed(name: str, tool: Tool, ended: Exit, context: Context) -> Broken | None:
    """Why this exit is no answer, or None when the report decides."""
    evidence = (context.keep(f"{name} messages", ended.stderr[-20_000:]),) if ended.stderr.strip() else ()
    if ended.timed_out:
        remedy = "Raise `scan.timeout`, or exclude what need not be scanned (`scan.exclude`, with a reason)."
        return broken(f"{name} did not finish within {context.timeout:.0f} s and was stopped.", remedy, evidence)
    if ended.flooded:
        return broken(f"{name} wrote without end and was stopped.", f"{reinstall(tool)} {said(ended)}", evidence)
    if ended.code < 0:
        remedy = "Give the machine more memory if the system's out-of-memory killer did it, and run again."
        return broken(f"{name} was killed by signal {-ended.code}.", remedy, evidence)
    if ended.code not in tool.exits:
        return broken(f"{name} failed with exit {ended.code}.", f"{said(ended)} {reinstall(tool)}", evidence)
    return None


def proven(
    name: str,
    rules: frozenset[str],
    report: Report,
    given: Sequence[str],
    evidence: tuple[Evidence, ...],
    remedy: str,
) -> Ran | Broken:
    """The report without its specimen, every given file accounted for; `Broken` when the specimen was not found."""
    caught = {f.rule for f in report.findings if f.place.path.startswith("planted:")}
    if missed := sorted(rules - caught):
        return broken(f"{name} is blind: it did not find the planted {', '.join(missed)}.", remedy, evidence)
    findings = tuple(f for f in report.findings if not f.place.path.startswith("planted:"))
    own = (gap for gap in report.gaps if not gap.subject.startswith("planted:"))
    gaps = tuple(replace(gap, reason=encodable(gap.reason)) for gap in own)
    excused = {g.subject for g in gaps}
    looked_at = tuple(sorted(set(given) & set(report.looked_at) - excused))
    accounted = excused.union(looked_at)
    silent = tuple(
        Gap(name, path, "the report does not mention it", "Run again; if it stays, the tool skips this file.")
        for path in given
        if path not in accounted
    )
    return ran(numbered(findings), looked_at, gaps + silent, evidence, report.notes)


def joined(results: Sequence[Ran | Broken]) -> Ran | Broken:
    """One result from the pieces of a long file list: broken if any is."""
    for result in results:
        if isinstance(result, Broken):
            return result
    whole = [r for r in results if isinstance(r, Ran)]
    return ran(
        numbered(f for r in whole for f in r.findings),
        tuple(sorted(p for r in whole for p in r.looked_at)),
        tuple(sorted((g for r in whole for g in r.gaps), key=lambda gap: (gap.subject, gap.reason))),
        tuple(e for r in whole for e in r.evidence),
        tuple(dict.fromkeys(n for r in whole for n in r.notes)),
    )


def as_argument(path: str) -> str:
    """A path that no tool can take for an option."""
    return f"./{path}"


def reinstall(tool: Tool) -> str:
    if not tool.distribution:
        return f"See that {tool.executable} works on this machine, or mend its command under `scan.checks`."
    return f'Install it beside secure-release: pip install "{tool.distribution}{tool.versions}".'


def said(ended: Exit) -> str:
    """The last line of what it said that speaks of an error, else its last line, for a message; empty when silent."""
    lines = [line.strip() for line in ended.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"error|fatal|fail", line, re.IGNORECASE)] or lines
    return f"It said: {telling[-1][:300]}" if telling else ""


def _plant(planted: Path, specimen: Specimen) -> Iterator[str]:
    for name, text in specimen.files.items():
        path = planted / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        yield str(path)

