"""doctor --faults: break every check of this configuration in every known way, and show that the gate stays shut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from secure_release.checks import Broken, Context, Ran, Result, Skipped, SourceFile

from ..faults import closed, faults_of, under_fault
from ..release import Release

# Enough for each check to have something to look at; the project itself may be large, and says nothing about a broken tool.
SAMPLE = {
    "app.py": "import os\n\n\ndef main() -> None:\n    print(os.name)\n",
    "util.py": "def twice(x: int) -> int:\n    return 2 * x\n",
    "requirements.txt": "itsdangerous==2.1.2\nwaitress==3.0.2\n",
    ".github/workflows/ci.yml": "on: push\npermissions: {}\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n",
}


NONE = "(no fault)"


@dataclass(frozen=True)
class Tried:
    """One fault in one check, and what the check said."""

    check: str
    fault: str
    closed: bool
    said: str


def replay_faults(release: Release) -> tuple[bool, str]:
    """Whether every fault left the gate shut, and the table."""
    tried = tuple(_tried(release))
    lines = [f"{_word(one)}  {one.check:<12} {one.fault:<18} {one.said}" for one in tried]
    open_ = sum(not one.closed for one in tried)
    own = [check.name for check in release.checks if not faults_of(check)]
    lines.append(f"{', '.join(own)}: no tool to break; each proves itself on its specimen in every run.")
    last = f"{len(tried)} cases tried: {len(tried) - open_} as they must be, {open_} not."
    return bool(tried) and not open_, "\n".join([*lines, last])


def _tried(release: Release) -> Iterator[Tried]:
    for check in release.checks:
        if check.name in release.config.scan.skip:
            continue
        faults, base = faults_of(check), _sampled(release.context(check))
        if not faults:
            continue
        yield _control(check, base)
        for number, fault in enumerate(faults):
            release.progress.doing(f"{check.name}: {fault.name}", number, len(faults))
            result = under_fault(check, fault, base)
            yield Tried(check.name, fault.name, closed(result), _sentence(result))


def _word(one: Tried) -> str:
    return ("answers" if one.fault == NONE else "closed ") if one.closed else "WRONG  "


def _control(check: Check, base: Context) -> Tried:
    """Without a fault the check must answer and leave nothing out, or the faults after it prove nothing."""
    scratch = base.scratch / "no fault"
    scratch.mkdir()
    result = check.run(replace(base, scratch=scratch))
    whole = isinstance(result, Ran) and not result.gaps
    return Tried(check.name, NONE, whole, "answers, and leaves nothing out" if whole else _sentence(result))


def _sampled(context: Context) -> Context:
    tree = context.scratch / "sample"
    for name, text in SAMPLE.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    files = tuple(SourceFile(name, len(text), "", False, name.endswith(".py"), False) for name, text in SAMPLE.items())
    return replace(context, tree=tree, files=files)


def _sentence(result: Result) -> str:
    match result:
        case Broken(reason=reason):
            return reason
        case Ran(gaps=gaps):
            return "; ".join(f"did not look at {gap.subject}: {gap.reason}" for gap in gaps[:2]) or "said nothing"
        case Skipped(reason=reason):
            return f"skipped: {reason}"
