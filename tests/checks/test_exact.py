"""What we say of real code is what the plain tools say of it: run alone, once, over all of it. `semgrep.NATIVE` rests on this.

Ours runs in many small pieces side by side, and semgrep by its native entry.
"""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.checks import Context, Finding, Ran
from secure_release.checks.builtin import bandit, semgrep
from secure_release.checks.memory import asked
from secure_release.checks.rulebook import BUNDLED, read_rules
from secure_release.checks.tool import Job, Report
from secure_release.pipeline.adapters.process import Processes
from tests.fakes import context

HERE = Path(__file__).parent.parent
SMALL = 20_000  # bytes that are worth a piece here: real code comes in dozens of them
SECONDS = 600.0


def installed(name: str) -> Path:
    """The folder of a distribution that our own dependencies bring."""
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


CODE = {
    "the specimens of our rules": HERE / "rules" / "specimens",
    "the example": HERE.parent / "examples" / "webshop",
    "jinja2": installed("jinja2"),
    "requests": installed("requests"),
    "packaging": installed("packaging"),
}
every_code = pytest.mark.parametrize("tree", CODE.values(), ids=CODE)


def files_of(tree: Path) -> dict[str, bytes]:
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in sorted(tree.rglob("*.py")) if path.is_file()}


def alone(context: Context, program: str, argv: Callable[[Job], tuple[str, ...]], parse: Callable[[bytes, Job], Report]) -> Report:
    """The plain tool over all files at once."""
    found = context.tools.find(program)
    assert found is not None
    scratch = context.scratch / "alone"
    scratch.mkdir()
    job = Job(str(found), "", context.tree, scratch / "planted", scratch / "report", scratch, tuple(f.path for f in context.files), (), {})
    ended = Processes(context.tree).run(argv(job), cwd=context.tree, timeout=SECONDS)
    assert ended.code in {0, 1}, ended.stderr
    return parse(job.report.read_bytes(), job)


def plain_bandit(job: Job) -> tuple[str, ...]:
    return (job.program, "-q", "--ignore-nosec", "-x", "", "-f", "json", "-o", str(job.report), *job.targets)


def plain_semgrep(job: Job) -> tuple[str, ...]:
    rules = job.scratch / "all.json"
    rules.write_text(json.dumps({"rules": read_rules(BUNDLED, ()).rules}))
    options = ("--metrics=off", "--disable-version-check", "--disable-nosem", "--no-git-ignore", "--max-target-bytes=0", "--no-rewrite-rule-ids")
    patient = ("--timeout", str(semgrep.RULE_TIMEOUT), "--timeout-threshold", "0")
    return (job.program, "scan", "--json", "--output", str(job.report), *options, *patient, "--config", str(rules), *job.targets)


def semgrep_report(content: bytes, job: Job) -> Report:
    version = json.loads(content)["version"]
    return semgrep.parse(content, replace(job, version=version), {}, lambda rule, path: True)


def told(findings: Iterable[Finding]) -> Counter[Finding]:
    return Counter(replace(finding, nth=0) for finding in findings)


@pytest.mark.slow
@every_code
def test_bandit_in_pieces_says_what_bandit_says(tree: Path, tmp_path: Path) -> None:
    given = context(tmp_path, files_of(tree), cores=3)
    ours = asked(replace(bandit.CHECK, worth=SMALL), given)
    plain = alone(given, "bandit", plain_bandit, bandit.parse)

    assert isinstance(ours, Ran)
    assert told(ours.findings) == told(plain.findings)
    assert {gap.subject for gap in ours.gaps} == {gap.subject for gap in plain.gaps}
    assert ours.looked_at == tuple(sorted(set(plain.looked_at) - {gap.subject for gap in plain.gaps}))


@pytest.mark.slow
@every_code
def test_semgrep_in_pieces_by_its_native_entry_says_what_semgrep_says(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(semgrep, "TOOL", replace(semgrep.TOOL, worth=SMALL))
    given = context(tmp_path, files_of(tree), cores=3)
    ours = asked(semgrep.CHECK, given)
    plain = alone(given, "semgrep", plain_semgrep, semgrep_report)

    assert isinstance(ours, Ran)
    assert told(ours.findings) == told(plain.findings)
    assert ours.gaps == plain.gaps == ()
    assert set(ours.looked_at) == set(plain.looked_at)
