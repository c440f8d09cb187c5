"""flows: a client's text that reaches a dangerous call, also through functions and files of the same project.

What semgrep's free engine sees ends at the function. Our own reader runs in a process of its own, because a hostile file can crash
a parser; it needs the standard library only.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from ..check import Context
from ..finding import Confidence, Finding, Gap, Place, Severity, Witness, numbered
from ..flows.weaknesses import WEAKNESSES
from ..memory import fixed
from ..result import Broken, Ran, Result, broken, ran
from ..source import source_text, subject_of

REMEDY = "Run the release with a working Python; exclude the files that crash it (`scan.exclude`, with a reason)."
MEND = "Mend the file, run under the Python version it is written for, or waive the gap with an end date."
BLIND = "Install secure-release anew; its reader of data flows does not work."
START = "import sys; sys.path.append(sys.argv[1]); from flows.child import main; main()"
# A value that goes through two functions in another file, and one that was checked on the way.
PLANTED = {
    "planted_views.py": "from flask import request\n\nfrom planted_store import Store\n\n\ndef view(cursor):\n"
    '    return Store(cursor).find(request.args["q"]), Store(cursor).count(request.args["q"])\n',
    "planted_store.py": "class Store:\n    def __init__(self, cursor):\n        self.cursor = cursor\n\n"
    "    def find(self, q):\n        return self.ask(f\"SELECT 1 FROM t WHERE a = '{q}'\")\n\n"
    "    def ask(self, statement):\n        return self.cursor.execute(statement)\n\n"
    '    def count(self, q):\n        return self.cursor.execute("SELECT 1 FROM t LIMIT " + str(int(q)))\n',
}
PROOF = [("sql-flow", "planted_store.py", 9)]
ITS_OWN = "no Python "  # how the reason begins that is said of a file whatever the others hold


class Remembered(NamedTuple):
    """What was said of a whole project; `unread` are the files that are no Python, which are looked at again each time."""

    findings: tuple[Finding, ...]
    unread: tuple[str, ...]


KNOWN = TypeAdapter(Remembered)


class Unanswered(Exception):
    """The reader gave no answer; the message says how."""


class Flows:
    name = "flows"
    title = "client data that reaches a dangerous call, across functions"
    fetches = True  # nothing, when no Python file has changed

    def run(self, context: Context) -> Result:
        files = {file.path: file.sha256 for file in context.files if file.python}
        key = fixed(self.name, sys.version, list(files.items())).digest
        try:
            known = self._remembered(context, key, files)
            return known if known is not None else self._read(context, key, files)
        except Unanswered as problem:
            return broken(str(problem), REMEDY)

    def _remembered(self, context: Context, key: str, files: Mapping[str, str]) -> Ran | None:
        """What was said of exactly these files; the gaps among them are looked at again."""
        content = context.memory.recall((key,)).get(key)
        if content is None:
            return None
        try:
            known = KNOWN.validate_json(content)
        except ValidationError:
            return None
        unread = {path: files.get(path, "") for path in known.unread}
        reasons = asked(context, unread)[0]["reasons"] if unread else {}
        if set(reasons) != set(known.unread) or not _lasting(reasons):
            return None
        held = json.dumps({"key": key, "reasons": reasons}).encode()
        notes = ("No Python file has changed since an earlier run: its flows are told again.",)
        looked_at = tuple(path for path in files if path not in reasons)
        return ran(known.findings, looked_at, self._gaps(reasons), (context.keep("flows from an earlier run", held),), notes)

    def _gaps(self, reasons: Mapping[str, str]) -> tuple[Gap, ...]:
        return tuple(Gap(self.name, path, reason, MEND) for path, reason in sorted(reasons.items()))

    def _read(self, context: Context, key: str, files: Mapping[str, str]) -> Ran | Broken:
        last = fixed(self.name, sys.version, "the last run").digest
        answer, trace = asked(context, files, context.memory.recall((last,)).get(last, b""))
        if [(f["rule"], f["path"], f["line"]) for f in answer["planted"]] != PROOF:
            return broken("flows is blind: it did not find the planted flow through two functions.", BLIND)
        gaps = self._gaps(answer["reasons"])
        unread = {gap.subject for gap in gaps}
        findings = numbered(_finding(flow, context.tree) for flow in answer["flows"])
        if _lasting(answer["reasons"]):
            told = KNOWN.dump_json(Remembered(tuple(findings), tuple(sorted(unread))))
            context.memory.keep({key: told, **({last: trace} if trace else {})})
        evidence = (context.keep("flows report", json.dumps(answer, indent=1).encode()),)
        return ran(findings, tuple(path for path in files if path not in unread), gaps, evidence)


def _lasting(reasons: Mapping[str, str]) -> bool:
    """Whether all gaps are of files that are no Python: the same bytes are none the next time either, and hide nothing of the others."""
    return all(reason.startswith(ITS_OWN) for reason in reasons.values())


def asked(context: Context, files: Mapping[str, str], trace: bytes = b"") -> tuple[Mapping[str, Any], bytes]:
    """The reader's answer about these files and the planted ones, and what the next run can go by, as this one by `trace`.

    Raises `Unanswered`.
    """
    context.fill(files)
    planted = context.scratch / "flows"
    planted.mkdir(exist_ok=True)
    for name, text in PLANTED.items():
        (planted / name).write_text(text, encoding="utf-8")
    argv = (sys.executable, "-I", "-S", "-c", START, str(Path(__file__).parent.parent), str(planted))
    stdin = json.dumps(list(files.items())).encode() + b"\n" + trace
    try:
        with context.queue.turn(math.inf):
            ended = context.tools.run(argv, cwd=context.tree, timeout=context.timeout, stdin=stdin)
    except OSError as problem:
        raise Unanswered(f"flows: the reader could not be started: {problem}") from problem
    if ended.timed_out:
        raise Unanswered(f"flows did not finish within {context.timeout:.0f} s and was stopped.")
    if ended.code != 0 or ended.flooded:
        said = ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise Unanswered(f"flows: reading the Python files ended early (exit {ended.code}). {' '.join(said)[:300]}".strip())
    try:
        told, _, new = ended.stdout.partition(b"\n")
        answer: Any = json.loads(told)
        whole = answer["count"] == len(files) and answer["reasons"].keys() <= files.keys()
        whole = whole and all(flow["rule"] in WEAKNESSES and flow["path"] in files for flow in answer["flows"])
        whole = whole and isinstance(answer["planted"], list)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Unanswered(f"flows: the reader's answer is none ({type(problem).__name__}: {problem})") from problem
    if not whole:
        raise Unanswered("flows: the reader's answer is about other files than it was given.")
    return dict(answer), new


def _finding(flow: Mapping[str, Any], tree: Path) -> Finding:
    weakness = WEAKNESSES[flow["rule"]]
    client = flow["kind"] == "client"
    cwe = f"CWE-{weakness.cwe if client or weakness.cwe != 94 else 95}"
    place = Place(flow["path"], flow["line"], flow["end_line"])
    return Finding(
        check="flows",
        rule=weakness.rule,
        severity=Severity(weakness.severity if client else weakness.operator),
        confidence=_confidence(weakness.confidence, flow),
        message=_message(flow),
        place=place,
        subject=subject_of(cwe, source_text(tree, place.path, place.line, place.end_line)),
        fix=weakness.fix,
        weakness=cwe,
        advisories=(),
        witnesses=(Witness("flows", weakness.rule),),
        nth=0,
    )


def _confidence(usual: str, flow: Mapping[str, Any]) -> Confidence:
    """Less sure where a call that nobody here has read lies between, or where it takes the operator to do harm."""
    sure = flow["sure"] and flow["kind"] == "client"
    return min(Confidence(usual), Confidence.HIGH if sure else Confidence.MEDIUM, key=lambda confidence: confidence.rank)


def _message(flow: Mapping[str, Any]) -> str:
    weakness = WEAKNESSES[flow["rule"]]
    who = "A client's text" if flow["kind"] == "client" else "Text from the command line or the environment"
    via = f" through {', '.join(f'{name}()' for name in flow['via'])}" if flow["via"] else ""
    return f"{who} ({flow['what']}, {flow['from']}:{flow['from_line']}) reaches {weakness.what}{via}. {weakness.harm}"


CHECK = Flows()
