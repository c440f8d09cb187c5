"""The faults that a scanner can have, as data, and what a check says under one. Each must leave the gate shut."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from secure_release.checks import Check, Context, Exit, Ran, Result, SourceFile, Tools
from secure_release.checks.result import Broken, Skipped

from .adapters.mutations import FORMATS, SARIF, Format

FAST = 3.0  # seconds, for the fault that never ends: people wait for `doctor`
START = (
    "import json, sys; told = json.load(open(sys.argv[1])); sys.path[:0] = told['path']; "
    "from secure_release.pipeline.adapters.stub import main; sys.exit(main(told, sys.argv[2:]))"
)


@dataclass(frozen=True)
class Fault:
    """One way to break. `says` completes "the scanner ..."; what the stub does under `name` is in `adapters/stub.py`."""

    name: str
    says: str


FAULTS: tuple[Fault, ...] = (
    Fault("missing", "is not installed"),
    Fault("wrong-version", "is a version whose reports nobody here has read"),
    Fault("exit-0-silent", "exits 0 and writes nothing"),
    Fault("exit-1-silent", "exits 1 and writes nothing"),
    Fault("exit-2-traceback", "exits 2 with a traceback"),
    Fault("killed", "is killed by a signal"),
    Fault("timed-out", "never ends"),
    Fault("empty-object", "writes `{}`"),
    Fault("truncated", "writes half of its report"),
    Fault("empty-report", "writes a well-formed report of no run"),
    Fault("no-rules", "looks everywhere, with no rule loaded"),
    Fault("other-target", "reports about files that it was not given"),
    Fault("all-skipped", "skips every file"),
    Fault("some-skipped", "skips one file without a word"),
    Fault("unparsable", "meets a file that it cannot parse"),
    Fault("flood", "writes to standard error without end"),
    Fault("unknown-exit", "writes a good report and exits 42"),
    Fault("other-tool", "writes the report of another tool"),
)


@dataclass(frozen=True)
class Swapped:
    """The same tools, but one of them is another program, or is not there."""

    tools: Tools
    name: str
    program: Path | None

    def find(self, name: str) -> Path | None:
        return self.program if name == self.name else self.tools.find(name)

    def run(
        self, argv: Sequence[str], *, cwd: Path, timeout: float, env: Mapping[str, str] | None = None, stdin: bytes = b""
    ) -> Exit:
        return self.tools.run(argv, cwd=cwd, timeout=timeout, env=env, stdin=stdin)


def faults_of(check: Check) -> tuple[Fault, ...]:
    """The faults that can be tried on this check: none on one that runs no tool.

    A tool of the user's has no version that we ask for, and we know no file that it cannot parse.
    """
    form = format_of(check)
    if form is None:
        return ()
    untried = frozenset() if form.unparsable else frozenset({"unparsable", "wrong-version"})
    return tuple(fault for fault in FAULTS if fault.name not in untried)


def format_of(check: Check) -> Format | None:
    """How this check's tool reports; None for a check that runs none."""
    tool = getattr(check, "tool", None)
    if check.name in FORMATS or tool is None:
        return FORMATS.get(check.name)
    return replace(SARIF, executable=tool.executable)


def under_fault(check: Check, fault: Fault, context: Context) -> Result:
    """What the check says when its tool has this fault. The project, the options and the other tools are the context's."""
    form = format_of(check)
    if form is None:
        raise ValueError(f"{check.name} runs no tool: nothing can be broken")
    scratch = context.scratch / f"{check.name} {fault.name}"
    scratch.mkdir(parents=True)
    context = replace(context, scratch=scratch)
    match fault.name:
        case "missing":
            return check.run(replace(context, tools=Swapped(context.tools, form.executable, None)))
        case "unparsable":
            return check.run(_with_file(context, *form.unparsable))
        case "timed-out":
            return check.run(replace(_stubbed(check, fault, context, form), timeout=FAST))
        case _:
            return check.run(_stubbed(check, fault, context, form))


def closed(result: Result) -> bool:
    """Whether the gate stays shut on this: broken, or something was not looked at."""
    match result:
        case Broken():
            return True
        case Ran(gaps=gaps):
            return len(gaps) > 0
        case Skipped():
            return False


def _stubbed(check: Check, fault: Fault, context: Context, form: Format) -> Context:
    """The context with a stand-in for the tool: it runs the real one, and spoils what that says."""
    real = context.tools.find(form.executable)
    told = {"path": sys.path, "real": str(real), "fault": fault.name, "check": check.name}
    stub, instructions = context.scratch / "stub", context.scratch / "stub.json"
    instructions.write_text(json.dumps(told), encoding="utf-8")
    words = shlex.join([sys.executable, "-I", "-c", START, str(instructions)])
    stub.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
    stub.chmod(0o700)
    return replace(context, tools=Swapped(context.tools, form.executable, stub if real else None))


def _with_file(context: Context, path: str, text: str) -> Context:
    """The context with one more file, in a mirror of its own."""
    tree = context.scratch / "tree"
    for file in context.files:
        (tree / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tree / file.path).write_bytes((context.tree / file.path).read_bytes())
    (tree / path).parent.mkdir(parents=True, exist_ok=True)
    (tree / path).write_text(text, encoding="utf-8")
    broken_file = SourceFile(path, len(text), "", binary=False, python=path.endswith(".py"), executable=False)
    return replace(context, tree=tree, files=(*context.files, broken_file))
