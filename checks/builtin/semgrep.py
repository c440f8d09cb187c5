"""semgrep: patterns and data flows, by our own rules and the user's. Reads broken Python without a word; we do not."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .. import parses
from ..check import Context, Exit, Fixed, SourceFile
from ..finding import Confidence, Finding, Gap, Place, Severity, Witness
from ..gates import is_long, settled
from ..openings import Openings
from ..pieces import all_of
from ..result import Broken, Ran, Result, broken
from ..rulebook import BUNDLED, Rulebook, RuleError, read_rules
from ..source import source_text, subject_of, without
from ..tool import Job, NotAReport, Report, Specimen, Tool, ToolCheck, as_argument, joined, located, said, written

SEVERITIES = {
    **{"ERROR": Severity.HIGH, "WARNING": Severity.MEDIUM, "INFO": Severity.LOW, "INVENTORY": Severity.INFO},
    **{name: Severity[name] for name in ("CRITICAL", "HIGH", "MEDIUM", "LOW")},
}
Rules = Sequence[Mapping[str, Any]]
TOLD, UNTOLD = "sql-from-request", "hash-weak"
# One rule that follows data and one that looks at a call: the two engines go blind apart.
SPECIMEN = Specimen(
    {
        "planted.py": "import hashlib\n\nfrom flask import request\n\n\ndef planted(cursor):\n"
        '    cursor.execute("SELECT 1 FROM t WHERE a = \'" + request.args["a"] + "\'")\n'
        "    return hashlib.md5(b'').hexdigest()\n"
    },
    frozenset({TOLD, UNTOLD}),
)
NATIVE = "1.182."  # where the tests show that the native entry finds what the plain one does
RULE_TIMEOUT = 60  # seconds for one rule on one file; semgrep's own 5 run out on a busy machine, and leave a gap
ABOUT_SYNTAX = frozenset({"PartialParsing", "Syntax error", "Other syntax error", "Lexical error", "AST builder error"})
LASTING = re.compile(rf"({'|'.join(sorted(ABOUT_SYNTAX))})\b|no Python \S+: line ")  # what the text itself makes; a time-out is made by the load
MEND = "Mend the file, run under the Python version it is written for, or waive the gap with an end date."
TIME_OUT = "Split the file, exclude it (`scan.exclude`, with a reason), or waive the gap with an end date."


def command(job: Job, rules: Rules = (), speaking: Mapping[str, Set[int]] = MappingProxyType({})) -> tuple[str, ...]:
    """Nothing is read from the project but the files given. One merged rule file: semgrep's own reading of many is slow.

    `speaking`: for a file, the numbers of the rules that may find something in it; every rule for a file that is not there.
    """
    packs = tuple(name for name in _names(job.options) if name.startswith(("p/", "r/")))
    options = ("--json", "--quiet", "--metrics", "off", "--disable-version-check", "--no-rewrite-rule-ids")
    everything = ("--disable-nosem", "--max-target-bytes", "0", "--scan-unknown-extensions", "--no-git-ignore")
    patient = ("--timeout", str(RULE_TIMEOUT), "--timeout-threshold", "0")
    native, root = _is_native(job, packs), os.path.commonpath((job.tree, job.planted))
    entry = ("--experimental", "-j", "1", "--project-root", root) if native else ("--output", str(job.report))
    told = tuple(_limited(job, rules, speaking, root)) if native else rules
    (job.scratch / "rules.json").write_text(json.dumps({"rules": told}), encoding="utf-8")
    configs = tuple(word for config in (str(job.scratch / "rules.json"), *packs) for word in ("--config", config))
    targets = (*(as_argument(t) for t in job.targets), *job.specimens)
    return (job.program, "scan", *entry, *options, *everything, *patient, *configs, *targets)


def _is_native(job: Job, packs: Sequence[str]) -> bool:
    """The native entry starts in a fifth of the time, writes to standard output alone, and can't fetch packs."""
    return job.version.startswith(NATIVE) and not packs


def _limited(job: Job, rules: Rules, speaking: Mapping[str, Set[int]], root: str) -> Iterator[Mapping[str, Any]]:
    """The rules that may speak of any of the job's files, each told of which.

    One of the specimen's rules is always told, the other never: were it not to reach what it is told, the specimen would be missed.
    """
    for number, rule in enumerate(rules):
        given = [str(job.tree / path) for path in job.targets if path not in speaking or number in speaking[path]]
        planted = job.specimens if rule["id"] == TOLD else ()
        if not planted and (rule["id"] == UNTOLD or len(given) == len(job.targets)):
            yield rule
        elif given or planted:
            yield {**rule, "paths": {"include": [_only(os.path.relpath(path, root)) for path in (*given, *planted)]}}


def _only(path: str) -> str:
    """A glob for this path; it may fit a few more."""
    return "/" + re.sub(r"[^\w./-]+", "*", path, flags=re.ASCII)


def _names(options: Mapping[str, object]) -> tuple[str, ...]:
    names = options.get("rules", ())
    return tuple(str(name) for name in names) if isinstance(names, (tuple, list)) else ()


def gather(job: Job, ended: Exit) -> bytes:
    """The report of a run that went through; what a failed one says about rules or settings is the reason it failed."""
    content = written(job, ended)
    if ended.code in {0, 1} or not content.strip():
        return content
    try:
        errors = "; ".join(str(e.get("message") or e.get("long_msg") or e["type"]) for e in json.loads(content)["errors"])
    except (ValueError, KeyError, TypeError, AttributeError):
        errors = ""
    raise NotAReport(f"tells of a failed run: {' '.join(errors.split())[:600] or said(ended)}")


def censor(content: bytes) -> bytes:
    """The report without source lines and what metavariables matched: they may hold secrets."""
    return without(content, "results", ("extra", "lines"), ("extra", "metavars"), ("extra", "fix"), ("extra", "dataflow_trace"))


def parse(content: bytes, job: Job, unread: Mapping[str, str], meant: Callable[[str, str], bool]) -> Report:
    """`meant`: whether a rule (""; any that needs its syntax) is for a file. The native entry tries Python's on every file."""
    try:
        report: Any = json.loads(content)
        looked_at = tuple(job.place(path) for path in report["paths"]["scanned"])
        gaps = tuple(_gap(error, job) for error in report["errors"] if _counts(error, job, meant))
        findings = tuple(found for result in report["results"] if meant((found := _finding(result, job)).rule, found.place.path))
        version = report["version"]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise NotAReport(f"is not semgrep's JSON ({type(problem).__name__}: {problem})") from problem
    if version != job.version:
        raise NotAReport(f"is by version {version}, but {job.version} was started")
    uncompiled = tuple(Gap("semgrep", path, reason, MEND) for path, reason in unread.items() if path in job.targets)
    return Report(findings, looked_at, tuple(dict.fromkeys((*uncompiled, *gaps))))


def _counts(error: dict[str, Any], job: Job, meant: Callable[[str, str], bool]) -> bool:
    """What does not parse is no gap where no rule needs the syntax: the native entry reads templates as Python."""
    return _kind(error) not in ABOUT_SYNTAX or "path" not in error or meant("", job.place(error["path"]))


def _kind(error: dict[str, Any]) -> str:
    return error["type"] if isinstance(error["type"], str) else str(error["type"][0])


def _gap(error: dict[str, Any], job: Job) -> Gap:
    """An error about a file leaves a gap; one about rules or settings leaves no answer at all."""
    kind = _kind(error)
    if "path" not in error or error["level"] == "error":
        raise NotAReport(f"tells of a failed run: {kind}: {' '.join(str(error.get('message')).split())[:600]}")
    rule = f" on rule {error['rule_id']}" if error.get("rule_id") else ""
    timed_out = "timeout" in kind.lower() or "memory" in kind.lower()
    return Gap("semgrep", job.place(error["path"]), f"{kind}{rule}", TIME_OUT if timed_out else MEND)


def _finding(result: dict[str, Any], job: Job) -> Finding:
    path = job.place(result["path"])
    extra, metadata = result["extra"], result["extra"].get("metadata") or {}
    place = Place(path, int(result["start"]["line"]), int(result["end"]["line"]))
    severity = str(metadata.get("severity") or extra["severity"]).upper()
    weakness = re.search(r"CWE-\d+", str(metadata.get("cwe", "")))
    cwe = weakness.group() if weakness else ""
    return Finding(
        check="semgrep",
        rule=str(result["check_id"]),
        severity=SEVERITIES.get(severity, Severity.UNKNOWN),
        confidence=_confidence(metadata),
        message=" ".join(str(extra["message"]).split()),
        place=place,
        subject=subject_of(cwe, source_text(job.tree, path, place.line, place.end_line)),
        fix=str(metadata.get("fix") or extra.get("fix") or ""),
        weakness=cwe,
        advisories=(),
        witnesses=(Witness("semgrep", str(result["check_id"])),),
        nth=0,
    )


def _confidence(metadata: Mapping[str, object]) -> Confidence:
    try:
        return Confidence(str(metadata.get("confidence", "medium")).lower())
    except ValueError:
        return Confidence.MEDIUM


TOOL = ToolCheck(
    name="semgrep",
    title="weaknesses by patterns and data flows",
    tool=Tool("semgrep", "semgrep", ">=1.150,<2", frozenset({0, 1, 2, 4, 5, 7, 8}), ("--experimental", "--version")),
    specimen=SPECIMEN,
    wants=lambda file: file.python,
    command=command,
    parse=partial(parse, unread={}, meant=lambda rule, path: True),
    gather=gather,
    censor=censor,
    worth=300_000,
    lasting=lambda gap: LASTING.match(gap.reason) is not None,
    env={"OCAMLRUNPARAM": "s=1M"},  # words of short-lived memory: a tenth less processor time than with its own 256k
)


class Semgrep:
    """The tool check, with the rules that this project's options name."""

    name = TOOL.name
    title = TOOL.title
    by_file = True  # its free engine follows data within a file

    def fixed(self, context: Context) -> Fixed | None:
        """None with packs of a registry, which change, and with rules that join files."""
        try:
            own = [Path(name).read_bytes() for name in _names(context.options)]
        except OSError:
            return None  # `run` says it
        if any(re.search(rb"\bjoin\b", rules) for rules in own):
            return None
        return TOOL.fixed_by(context, [hashlib.sha256(rules).hexdigest() for rules in own])

    def run(self, context: Context) -> Result:
        try:
            book = read_rules(BUNDLED, _names(context.options))
        except RuleError as problem:
            return broken(str(problem), problem.hint)
        unread = not_compiling(context)
        if isinstance(unread, Broken):
            return unread
        files = {file.path: file for file in context.files}

        def meant(rule: str, path: str) -> bool:
            return path not in files or book.speaks(rule, files[path])

        reading = partial(parse, unread=unread, meant=meant)
        tool = replace(TOOL, wants=lambda file: file.python or book.wants(file), parse=reading)
        about = _About(book, tool, context)
        rest = replace(context, files=tuple(file for file in context.files if file.path not in about.long))
        alone = sorted((files[path] for path in about.long), key=lambda file: (-file.size, file.path))
        runs = [partial(about.alone, file, f"long-{number}") for number, file in enumerate(alone)]
        # The long ones first: what runs to the end is short then.
        return joined(all_of([*runs, partial(about.together, rest)], context.queue.cores))


class _About:
    """What the words of each file say of it: whether it is long, and which rules may speak of it."""

    def __init__(self, book: Rulebook, tool: ToolCheck, context: Context) -> None:
        self.book, self.tool, self.context = book, tool, context
        self.found = located(tool.tool, context)
        self.long: dict[str, str] = {}  # path to text
        self.speaking: dict[str, frozenset[int]] = {}
        openings = Openings(book.told)
        for file in filter(tool.wants, context.files):
            text = context.read(file.path).decode("utf-8", "replace")
            self.speaking[file.path] = openings.speaking(text)
            if is_long(text):
                self.long[file.path] = text

    def alone(self, file: SourceFile, name: str) -> Ran | Broken:
        """The tool over a long file, by rules for it alone, in a folder of that name."""
        scratch = self.context.scratch / name
        scratch.mkdir()
        speaking, told = self.speaking[file.path], self.book.told
        open_ = iter(settled([rule for number, rule in enumerate(told) if number in speaking], self.long[file.path]))
        rules = [next(open_) if number in speaking else rule for number, rule in enumerate(told)]
        return self._run(rules, replace(self.context, files=(file,), scratch=scratch))

    def together(self, context: Context) -> Ran | Broken:
        return self._run(self.book.told, context)

    def _run(self, rules: Rules, context: Context) -> Ran | Broken:
        return replace(self.tool, command=partial(command, rules=rules, speaking=self.speaking)).run_by(self.found, context)


def not_compiling(context: Context) -> Mapping[str, str] | Broken:
    """Every Python file that this interpreter cannot compile, and why."""
    paths = [file.path for file in context.files if file.python]
    argv = (sys.executable, "-I", str(Path(parses.__file__)))
    stdin = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    remedy = "Run the release with a working Python; exclude the files that crash it (`scan.exclude`, with a reason)."
    try:
        ended = context.tools.run(argv, cwd=context.tree, timeout=context.timeout, stdin=stdin)
        answer = json.loads(ended.stdout)
        reasons = {str(path): f"no Python {answer['python']}: {reason}" for path, reason in answer["reasons"].items()}
        whole = ended.code == 0 and answer["count"] == len(paths)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        return broken(f"semgrep: the Python files could not be compiled ({type(problem).__name__}: {problem}).", remedy)
    return reasons if whole else broken(f"semgrep: compiling the Python files ended early (exit {ended.code}).", remedy)


CHECK = Semgrep()
