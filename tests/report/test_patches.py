"""What the reports say of patches: which holes are closed, which stay open and why, and what was never tried."""

from __future__ import annotations

from dataclasses import replace

import pytest

from secure_release.pipeline.patching import LEFT_OUT, Judged, PatchReport
from secure_release.pipeline.patching import Verdict as PatchVerdict
from secure_release.pipeline.report import REPORTS
from secure_release.pipeline.report.patches import closed, how, last_word, left_open, safe_of
from tests.report.samples import container_patches, in_containers, patch, patches

HOLE = "CVE-2026-1"


def told(*judged: Judged) -> PatchReport:
    return replace(patches(), judged=judged)


def judged(name: str, verdict: PatchVerdict, *holes: str, output: str = "") -> Judged:
    return Judged(patch(name, "1.0", "2.0", *holes), verdict, (), (), output)


def test_a_hole_is_closed_only_when_it_is_open_nowhere() -> None:
    report = told(judged("web", PatchVerdict.SAFE, HOLE, "CVE-2"), judged("db", PatchVerdict.BREAKS, HOLE), judged("old", PatchVerdict.NO_FIX, "CVE-3"))

    assert closed(report) == ("CVE-2",)
    assert left_open(report) == ((HOLE, "db: breaks"), ("CVE-3", "old: no fix is known"))


def test_a_hole_tells_every_reason_why_it_stays() -> None:
    report = told(judged("a", PatchVerdict.BREAKS, HOLE), judged("b", PatchVerdict.UNTESTED, HOLE, output=LEFT_OUT))

    assert left_open(report) == ((HOLE, "a: breaks; b: left out by the command line"),)


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ((), "0 of 0 tried patches are safe"),
        ((PatchVerdict.SAFE, PatchVerdict.NO_FIX), "1 of 1 tried patch is safe"),
        ((PatchVerdict.SAFE, PatchVerdict.SAFE, PatchVerdict.BREAKS), "2 of 3 tried patches are safe"),
    ],
    ids=["none", "no-fix-is-no-try", "some"],
)
def test_only_what_was_tried_is_counted(verdicts: tuple[PatchVerdict, ...], said: str) -> None:
    report = told(*(judged(f"p{number}", verdict) for number, verdict in enumerate(verdicts)))

    assert safe_of(report) == said


@pytest.mark.parametrize(
    ("output", "word"),
    [
        ("E   ImportError: cannot import name 'x'\n1 failed in 2 s", "ImportError: cannot import name 'x'"),
        ("Traceback\nKeyError: 'a'\nValueError: bad\n\nFAILED (errors=1)\n", "ValueError: bad"),
        ("held by patch_test.select.hold", "held by patch_test.select.hold"),
        ("", ""),
    ],
    ids=["pytest", "unittest", "no-error", "silent"],
)
def test_one_line_says_most(output: str, word: str) -> None:
    assert last_word(judged("p", PatchVerdict.BREAKS, output=output)) == word


@pytest.mark.parametrize("report", ["report.html", "report.md", "verdict.json", "console"])
def test_every_report_names_what_a_rollout_needs(report: str) -> None:
    text = " ".join(REPORTS[report](in_containers()).split())

    for word in (
        "shop-web:secure-release-5e884898da28", "crash-consistent", "isolated network", "apt-get install libopenssl:amd64",
        "db: postgres", "libc6", "CVE-2024-45490", "ImportError: cannot import name", "5e884898da28",
    ):  # fmt: skip
        assert word in text, word


def test_how_it_was_tested_is_told_only_as_far_as_it_was() -> None:
    nothing = replace(container_patches(), environment=None, cloned=None, baseline=(), sources=(), plan_digest="", safe_digest="", runs=0)

    assert dict(how(nothing)) == {"runs of the tests": "0"}
