"""A JUnit file can't be greener, or redder, than the verdict."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.checks import Gap, Result, broken, ran, skipped
from secure_release.pipeline.policy import PatchAnswer, decide
from secure_release.pipeline.release import Outcome, Reason, Stage, StageResult
from secure_release.pipeline.report import junit
from secure_release.pipeline.shipping import VerifyReport
from secure_release.pipeline.view import RunView, overall

from .samples import (
    ASSERT,
    SAMPLES,
    SHELL,
    TODAY,
    UNPINNED,
    VERIFIED,
    entries,
    law,
    patches,
    probed,
    result,
    results,
    scan,
    whole,
)

ENDS: dict[str, Result] = {
    "ran": results()["bandit"],
    "refused": results(SHELL)["bandit"],
    "below-the-line": results(ASSERT)["bandit"],
    "gap": ran((), (), (replace(UNPINNED, check="bandit"),), ()),
    "broken": broken("killed", "Try again."),
    "skipped": skipped("not asked"),
}


def read(view: RunView) -> ET.Element:
    return ET.fromstring(junit.render(view))


def red(root: ET.Element) -> list[ET.Element]:
    return [case for case in root.iter("testcase") if case.find("failure") is not None or case.find("error") is not None]


def case(root: ET.Element, suite: str, name: str) -> list[str]:
    (found,) = root.findall(f"testsuite[@name='{suite}']/testcase[@name='{name}']")
    return [child.tag for child in found]


@pytest.mark.parametrize("name", SAMPLES)
def test_counts_add_up_and_red_means_not_passed(name: str) -> None:
    view = SAMPLES[name]()
    root = read(view)
    for suite in root.iter("testsuite"):
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        for tag, key in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.get(key, "")) == len(suite.findall(f"testcase/{tag}"))
    assert (not red(root)) is (view.outcome in (Outcome.PASSED, Outcome.SO_FAR))


def test_absent_and_broken_checks_have_rows() -> None:
    root = read(SAMPLES["incomplete"]())
    assert case(root, "scan", "clock") == ["error"]
    assert case(root, "scan", "semgrep") == ["error"]
    assert case(root, "scan", "pip-audit") == ["error"]  # it has a gap
    assert case(root, "scan", "bandit") == ["failure"]  # it found something
    assert case(root, "scan", "workflows") == ["skipped"]
    assert case(root, "deploy", "the stage") == ["skipped"]


def test_a_finding_below_the_line_is_not_red() -> None:
    root = read(SAMPLES["passed"]())
    assert case(root, "scan", "bandit") == ["system-out"]
    assert case(root, "scan", "pip-audit") == ["system-out"]  # its finding is waived


def test_nothing_at_all_is_red() -> None:
    assert [found.get("name") for found in red(read(SAMPLES["empty"]()))] == ["the verdict"]


def test_patches_sources_and_probes_have_rows() -> None:
    root = read(SAMPLES["passed"]())
    assert case(root, "patch-test", "jinja2 3.1.2 -> 3.1.6") == ["system-out"]
    assert case(root, "patch-test", "werkzeug 2.2.3 -> 3.0.6") == ["skipped"]  # it breaks, so it is not installed
    assert case(root, "backup", "shop-db") == ["system-out"]
    assert case(root, "verify", "healthz") == ["system-out"]


@given(
    ends=st.lists(st.sampled_from(sorted(ENDS)), min_size=0, max_size=3),
    required=st.booleans(),
    outcomes=st.dictionaries(st.sampled_from(list(Stage)), st.sampled_from(list(Outcome))),
    healthy=st.booleans(),
)
def test_red_exactly_when_the_outcome_is_not_passed(
    ends: list[str], required: bool, outcomes: dict[Stage, Outcome], healthy: bool
) -> None:
    """Views as a real run would make them, and views that contradict themselves: the outcome decides."""
    names = ("bandit", "semgrep", "clock")
    rules = law()
    rules = rules.model_copy(update={"policy": rules.policy.model_copy(update={"require": names if required else ()})})
    report = scan(dict(zip(names, (ENDS[end] for end in ends), strict=False)), rules)
    stages = [result(stage, outcomes[stage], "said", Reason("because", "mend it")) for stage in Stage if stage in outcomes]
    at = {"finished": stages[-1].finished if stages else None}
    lines = [replace(entry, data=written(entry.stage, stages)) for entry in entries(stages, at["finished"])]
    view = replace(whole(report, overall(lines), stages), verify=VerifyReport((probed("p", healthy, "x", 1),), 1.0, 1))
    root = read(replace(view, verdict=decide(rules, report, PatchAnswer(stages[0], patches()) if stages else None, TODAY)))
    assert (not red(root)) is (view.outcome in (Outcome.PASSED, Outcome.SO_FAR))


def written(stage: str, stages: list[StageResult]) -> dict[str, object]:
    """A stage's result as the journal holds it."""
    found = [item for item in stages if item.stage == stage]
    return (
        {name: getattr(found[0], name) for name in ("outcome", "summary", "reasons", "evidence", "started", "finished")}
        if found
        else {}
    )


@pytest.mark.parametrize(("first", "second"), list(itertools.product(sorted(ENDS), repeat=2)))
def test_every_pair_of_ends_keeps_both_rows(first: str, second: str) -> None:
    report = scan({"bandit": ENDS[first], "extra": ENDS[second]}, law(), (Gap("source", "x", "unreadable", "Mend it."),))
    root = read(whole(report, Outcome.INCOMPLETE, [result(Stage.SCAN, Outcome.INCOMPLETE, "said")]))
    for name in ("bandit", "extra", "source", "semgrep"):
        assert len(root.findall(f".//testcase[@name='{name}']")) == 1


def test_probes_of_a_passed_run_are_green() -> None:
    view = SAMPLES["passed"]()
    assert view.verify == VERIFIED
    assert case(read(view), "verify", "search") == ["system-out"]
