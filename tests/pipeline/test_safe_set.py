"""What a rollout may install: the safe set of a patch test that has passed, as the journal holds it, and nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from secure_release.checks import Gap
from secure_release.pipeline.clones.plan import plan_digest, set_digest
from secure_release.pipeline.evidence import EvidenceFolder
from secure_release.pipeline.history import safe_set_of
from secure_release.pipeline.patching import Kind, Member, Patch, Plan, TestRun
from secure_release.pipeline.release import Entry, ReleaseError

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FLASK = Patch(Kind.PYTHON, "flask", "1.0", "2.0", ("CVE-2026-1",), ("a" * 64,), (Member("web", "flask", "1.0", "2.0"),), "")
CARRIERS = (
    {"kind": "image", "service": "web", "name": "web:safe", "digest": "sha256:e"},
    {"kind": "command", "service": "web", "name": "pip install", "digest": ""},
)
SAFE: dict[str, object] = {"digest": "d" * 64, "plan_digest": "p" * 64, "patches": [asdict(FLASK)], "carriers": list(CARRIERS)}
Line = tuple[str, dict[str, object]]
BEGUN: Line = ("stage-started", {})
PASSED: Line = ("stage-finished", {"outcome": "passed"})


def journal(*lines: Line) -> list[Entry]:
    return [Entry(seq, NOW, kind, "patch-test", json.loads(json.dumps(data)), "") for seq, (kind, data) in enumerate(lines)]


def test_the_safe_set_is_read_as_it_was_tested() -> None:
    found = safe_set_of(journal(BEGUN, ("safe-set", SAFE), PASSED))

    assert found is not None
    assert (found.digest, found.plan_digest) == ("d" * 64, "p" * 64)
    assert found.patches == (FLASK,)
    assert found.images == {"web": "sha256:e"}


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (BEGUN, ("safe-set", SAFE)),
        (BEGUN, ("safe-set", SAFE), ("stage-finished", {"outcome": "incomplete"})),
        (BEGUN, ("safe-set", {**SAFE, "digest": "", "patches": []}), PASSED),
        (BEGUN, PASSED),
        (BEGUN, ("safe-set", SAFE), PASSED, BEGUN),
        (BEGUN, ("safe-set", SAFE), PASSED, BEGUN, PASSED),
        (BEGUN, ("safe-set", SAFE), PASSED, BEGUN, ("stage-finished", {"outcome": "incomplete"})),
    ],
    ids=[
        "never-tested", "cut-off", "incomplete", "nothing-safe", "nothing-pending", "begun-again", "again-and-nothing-pending",
        "again-without-an-answer",
    ],
)  # fmt: skip
def test_without_a_passed_patch_test_nothing_may_go_out(lines: tuple[Line, ...]) -> None:
    assert safe_set_of(journal(*lines)) is None


def test_a_line_of_another_version_is_no_guess() -> None:
    with pytest.raises(ReleaseError, match="can't be read"):
        safe_set_of(journal(BEGUN, ("safe-set", {"digest": "d", "patches": [{"name": "flask"}]}), PASSED))


def test_a_plan_is_named_by_what_is_pending_and_not_by_its_age() -> None:
    plan = Plan((FLASK, replace(FLASK, name="jinja2")), (replace(FLASK, name="old", fixed=""),), (), ("3 days old",))

    assert plan_digest(plan) == plan_digest(replace(plan, sources=("4 days old",), patches=plan.patches[::-1]))
    changed = (
        replace(plan, patches=plan.patches[:1]),
        replace(plan, patches=(*plan.patches[1:], replace(FLASK, fixed="2.1"))),
        replace(plan, patches=(*plan.patches[1:], replace(FLASK, holes=()))),
        replace(plan, patches=(*plan.patches[1:], replace(FLASK, members=()))),
        replace(plan, no_fix=()),
        replace(plan, gaps=(Gap("patch-test", "own 1.0", "unknown", "Ask."),)),
    )
    assert len({plan_digest(one) for one in (plan, *changed)}) == 1 + len(changed)


def test_a_set_in_another_service_is_another_set() -> None:
    moved = replace(FLASK, members=(Member("api", "flask", "1.0", "2.0"),))

    assert set_digest([FLASK]) != set_digest([moved])


WRITE = """
import sys
from pathlib import Path
from secure_release.pipeline.evidence import EvidenceFolder
from secure_release.pipeline.patching import TestRun
names = frozenset(f"tests.test_{n}::test_it" for n in range(40))
print(EvidenceFolder(Path(sys.argv[1])).save("run", TestRun(names, names, names, "", 1.0, "")).sha256)
"""


def test_equal_runs_have_equal_evidence_in_every_process(tmp_path: Path) -> None:
    """The order of a set of strings depends on a process's hash seed; a digest must not."""
    digests = set()
    for seed in ("1", "2", "3"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        ended = subprocess.run([sys.executable, "-c", WRITE, tmp_path], env=env, check=True, capture_output=True, text=True)
        digests.add(ended.stdout.strip())

    assert len(digests) == 1
    names = frozenset(f"tests.test_{n}::test_it" for n in range(40))
    kept = EvidenceFolder(tmp_path)
    assert kept.load(digests.copy().pop(), TestRun) == TestRun(names, names, names, "", 1.0, "")
    assert json.loads(kept.read(digests.pop()))["passed"] == sorted(names)
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in tmp_path.iterdir())
