"""Known holes become patches, words of their own, or gaps; never silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from secure_release.checks import Hole, Match, Pin, Severity
from secure_release.pipeline.clones.plan import plan, set_digest
from secure_release.pipeline.clones.suspects import accused
from secure_release.pipeline.patching import Kind, Patch
from tests.fakes_patch import hole, match

FLASK = Patch(Kind.PYTHON, "flask", "2.2.2", "2.2.5", ("CVE-2023-30861",), ("a" * 64,), (), "")
JINJA = Patch(Kind.PYTHON, "jinja2", "3.0.3", "3.1.6", ("CVE-2024-22195",), ("b" * 64,), (), "")


@pytest.mark.parametrize(
    ("installed", "fix", "patched"),
    [
        ("2.2.2", "2.2.5", True), ("2.2.2", "", False), ("2.2.2", "2.2.2", False), ("2.10", "2.2", False),
        ("1.0+corp1", "1.1", True), ("not-a-version", "2.0", False), ("2.0", "2.0.post1", True),
    ],
    ids=["lowest-fix", "no-fix", "already-there", "downgrade-offered", "local-version", "invalid-version", "post-release"],
)  # fmt: skip
def test_only_an_upgrade_is_a_patch(installed: str, fix: str, patched: bool) -> None:
    planned = plan([match("flask", fix, installed)], ())

    assert [patch.fixed for patch in planned.patches] == ([fix] if patched else [])
    assert [patch.fixed for patch in planned.no_fix] == ([] if patched else [""])


def test_a_pin_without_an_answer_is_a_gap_with_a_remedy() -> None:
    planned = plan([match("own", "", holes=0, unauditable="its version is not one")], ())

    assert (planned.patches, planned.no_fix) == ((), ())
    assert [(gap.subject, gap.reason, bool(gap.remedy)) for gap in planned.gaps] == [("own 1.0", "its version is not one", True)]


def test_a_clean_pin_is_nothing() -> None:
    planned = plan([match("click", "", holes=0)], ())

    assert (planned.patches, planned.no_fix, planned.gaps) == ((), (), ())


def test_the_worst_holes_come_first_and_each_hole_once() -> None:
    twice = Hole("PYSEC-1", ("CVE-2026-1", "GHSA-1", "PYSEC-1"), "", Severity.LOW, ("2.0",))
    low = Match(Pin("aaa", "1.0"), (twice, replace(twice, id="GHSA-1")), "2.0", "")
    critical = Match(Pin("zzz", "1.0"), (hole(severity=Severity.CRITICAL),), "2.0", "")

    assert [(patch.name, patch.holes) for patch in plan([low, critical], ()).patches] == [
        ("zzz", ("CVE-2026-1",)),
        ("aaa", ("CVE-2026-1",)),
    ]


def test_a_set_is_named_by_what_is_in_it() -> None:
    assert set_digest([]) == ""
    assert set_digest([FLASK, JINJA]) == set_digest([JINJA, FLASK])
    assert len({set_digest(s) for s in ([FLASK], [JINJA], [FLASK, JINJA], [replace(FLASK, sha256=("c" * 64,))])}) == 4


@pytest.mark.parametrize(
    ("output", "name"),
    [
        ("site-packages/flask/app.py: in run\nsite-packages/jinja2/env.py:3: ImportError", "jinja2"),
        ("jinja2 said no; FLASK was asked", "flask"),
        ("test_flaskless and myjinja2x", None),
        ("", None),
    ],
    ids=["deepest-frame", "any-case", "part-of-a-word", "nothing-said"],
)
def test_the_last_name_in_the_output_is_accused(output: str, name: str | None) -> None:
    suspect = accused(output, [FLASK, JINJA])

    assert (suspect.name if suspect else None) == name


@pytest.mark.parametrize(
    ("dist", "module"), [("pyyaml", "yaml"), ("python-dateutil", "dateutil"), ("typing-extensions", "typing_extensions")]
)
def test_a_module_accuses_the_distribution_that_is_called_otherwise(dist: str, module: str) -> None:
    patch = replace(FLASK, name=dist)

    assert accused(f"File site-packages/{module}/x.py", [patch]) is patch
