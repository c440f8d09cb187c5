"""How the stage `patch-test` ends, for everything that an environment, the advisories and the tests may say."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from secure_release.pipeline.clones.plan import set_digest
from secure_release.pipeline.patching import EVERYTHING, RUNNER, Choice, NotApplied, Patch, PatchReport, TestRun, Verdict
from secure_release.pipeline.release import Interrupted, Outcome, ReleaseError, StageResult
from secure_release.pipeline.stages import patch_test
from secure_release.pipeline.stages.trials import side_by_side
from tests.fakes_patch import FakePatcher, Notebook, match, outcome, release, silent

BUY, SELL = "tests.test_shop::test_buy", "tests.test_shop::test_sell"


def broken_by(name: str) -> FakePatcher:
    def behaviour(installed: Mapping[str, str]) -> TestRun:
        return (
            outcome(BUY, output=f"ImportError: cannot import name 'x' from '{name}.urls'")
            if installed[name] == "2.0"
            else outcome()
        )

    return FakePatcher([match("flask"), match("jinja2"), match("werkzeug")], behaviour)


def go(
    folder: Path, patcher: FakePatcher, policy: str = "required", choice: Choice = EVERYTHING, **section: object
) -> tuple[StageResult, PatchReport, Notebook]:
    notes = Notebook()
    given = release(folder, patcher, notes, policy, choice, **section)
    result = patch_test.run(given)
    assert patcher.alive == 0
    assert patcher.closed == 1
    return result, given.evidence.load(result.evidence[0].sha256, PatchReport), notes


def verdicts(report: PatchReport) -> dict[str, Verdict]:
    return {one.patch.name: one.verdict for one in report.judged}


def test_harmless_patches_are_the_safe_set(tmp_path: Path) -> None:
    patcher = FakePatcher([match("flask"), match("jinja2", fix="3.1.6"), match("click", fix="", holes=0)])
    result, report, notes = go(tmp_path, patcher)

    assert (result.outcome, result.reasons) == (Outcome.PASSED, ())
    assert result.summary.startswith("2 of 2 patches are safe")
    assert {patch.id for patch in report.safe_set} == {"flask 1.0 -> 2.0", "jinja2 1.0 -> 3.1.6"}
    assert all(patch.sha256 for patch in report.safe_set)
    written = dict(notes.written)["safe-set"]
    assert written["digest"] == report.safe_digest == set_digest(report.safe_set) != ""


def test_a_breaking_patch_is_named_and_left_out(tmp_path: Path) -> None:
    result, report, _ = go(tmp_path, broken_by("werkzeug"))

    assert result.outcome is Outcome.PASSED
    assert "werkzeug 1.0 -> 2.0: breaks (1 test)" in result.summary
    assert verdicts(report) == {"flask": Verdict.SAFE, "jinja2": Verdict.SAFE, "werkzeug": Verdict.BREAKS}
    [culprit] = [one for one in report.judged if one.verdict is Verdict.BREAKS]
    assert culprit.tests == (BUY,)
    assert "cannot import name" in culprit.output
    assert {patch.name for patch in report.safe_set} == {"flask", "jinja2"}
    assert report.runs == 2 + (1 + 2) + 1 + 1  # baselines; all, with reruns; without the accused; the last word


def test_a_patch_that_keeps_the_tests_from_starting_breaks(tmp_path: Path) -> None:
    crash = TestRun(frozenset(), frozenset({RUNNER}), frozenset(), "ImportError in werkzeug", 0.1, "exit 4 and no report")
    patcher = FakePatcher(
        [match("flask"), match("werkzeug")], lambda installed: crash if installed["werkzeug"] == "2.0" else outcome()
    )
    result, report, _ = go(tmp_path, patcher)

    assert result.outcome is Outcome.PASSED
    assert "werkzeug 1.0 -> 2.0: breaks (the tests don't start)" in result.summary
    assert verdicts(report) == {"flask": Verdict.SAFE, "werkzeug": Verdict.BREAKS}


def test_nothing_to_do_makes_no_clone(tmp_path: Path) -> None:
    patcher = FakePatcher([match("flask", fix="", holes=0)])
    result, report, notes = go(tmp_path, patcher)

    assert (result.outcome, result.summary) == (Outcome.PASSED, "nothing to do: no security patch is pending")
    assert (patcher.made, report.safe_digest, notes.written) == (0, "", [])
    assert report.sources == (f"file osv.zip, 12 records, sha256 {'ab' * 32}, newest of 2026-11-20, 3 days old",)


def test_holes_without_a_fix_and_unknown_pins_are_told(tmp_path: Path) -> None:
    patcher = FakePatcher([match("old", fix=""), match("own", fix="", holes=0, unauditable="no advisory source knows it")])
    result, report, _ = go(tmp_path, patcher)

    assert result.summary == "nothing to do: 1 without a fix"
    assert verdicts(report) == {"old": Verdict.NO_FIX}
    assert [(gap.subject, gap.reason) for gap in report.gaps] == [("own 1.0", "no advisory source knows it")]


def test_off_by_policy_says_so_and_looks_at_nothing(tmp_path: Path) -> None:
    patcher = FakePatcher([match("flask")], missing=ReleaseError("none", "make one"))
    result, _, _ = go(tmp_path, patcher, policy="off")

    assert (result.outcome, result.summary) == (Outcome.PASSED, "off by policy: pending security patches were NOT tried")


def test_the_law_decides_and_not_the_changed_configuration(tmp_path: Path) -> None:
    """`policy.patch_test: off` in the change under test is not the law when a ref is trusted."""
    given = release(tmp_path, FakePatcher([match("flask")]), Notebook(), "required")

    assert patch_test.run(given).summary.startswith("1 of 1 patches are safe")


def flaky_baseline() -> FakePatcher:
    answers = iter([outcome(), outcome(BUY)] + [outcome()] * 20)
    return FakePatcher([match("flask")], lambda installed: next(answers))


def moody_final_set() -> FakePatcher:
    answers = iter([outcome(), outcome(), outcome(), outcome(BUY), outcome(BUY), outcome(BUY)])
    return FakePatcher([match("flask")], lambda installed: next(answers))


def patched(said: TestRun) -> FakePatcher:
    return FakePatcher([match("flask")], lambda installed: said if installed["flask"] == "2.0" else outcome())


def always(said: TestRun) -> FakePatcher:
    return FakePatcher([match("flask")], lambda installed: said)


def refusing(blocked: NotApplied) -> FakePatcher:
    def install(patches: Sequence[Patch]) -> NotApplied | None:
        return blocked if patches else None

    return FakePatcher([match("flask")], install=install)


@pytest.mark.parametrize(
    ("patcher", "said"),
    [
        (FakePatcher([], missing=ReleaseError("There is no environment.", "Make one.")), "There is no environment."),
        (FakePatcher([match("flask")], unknown=ReleaseError("There is no advisory data: the index is down.", "Try later.")), "There is no advisory data"),
        (always(outcome(BUY)), "1 test fails without any patch: tests.test_shop::test_buy"),
        (always(silent("no test ran")), "Without any patch, no test ran."),
        (always(silent("the tests did not end within 600 s")), "the tests did not end within 600 s"),
        (patched(outcome(tests=frozenset({BUY}))), "1 of 2 tests no longer run: tests.test_shop::test_sell"),
        (patched(silent("the tests did not end within 600 s")), "the patched clone gives no result"),
        (patched(silent("no test ran")), "no test ran"),
        (refusing(NotApplied("uv reported success and flask is 1.0", ("flask",), ())), "reported success and flask is 1.0"),
        (FakePatcher([match("flask")], moved=("lib/a.py changed",)), "The environment changed while its clones were tested"),
        (moody_final_set(), "The set that seemed safe failed when it was tested once more."),
    ],
    ids=[
        "no-environment", "no-advisories", "red-baseline", "no-tests", "hanging-baseline", "fewer-tests-than-before",
        "hangs-when-patched", "no-tests-when-patched", "installer-did-nothing", "written-through-a-hard-link", "last-trial-fails",
    ],
)  # fmt: skip
def test_no_answer_is_incomplete(tmp_path: Path, patcher: FakePatcher, said: str) -> None:
    result, report, notes = go(tmp_path, patcher)

    assert result.outcome is Outcome.INCOMPLETE
    assert said in result.reasons[0].text
    assert result.reasons[0].remedy
    assert (report.safe_set, report.safe_digest) == ((), "")
    assert dict(notes.written).get("safe-set", {}).get("digest", "") == ""


def test_a_budget_that_ends_before_the_first_patch_is_incomplete(tmp_path: Path) -> None:
    result, report, _ = go(tmp_path, FakePatcher([match("flask")]), max_runs=2, baselines=2)

    assert result.outcome is Outcome.INCOMPLETE
    assert "The budget ended before any patch was tested." in result.reasons[0].text
    assert verdicts(report) == {"flask": Verdict.UNTESTED}


def test_a_test_that_disagrees_with_itself_is_set_aside_and_listed(tmp_path: Path) -> None:
    result, report, _ = go(tmp_path, flaky_baseline())

    assert result.outcome is Outcome.PASSED
    assert report.quarantined == (BUY,)


def test_a_patch_that_stands_against_a_pin_is_blocked_and_no_error(tmp_path: Path) -> None:
    patcher = refusing(NotApplied("flask requires werkzeug>=3", ("flask",), ("werkzeug",)))
    result, report, _ = go(tmp_path, patcher)

    assert result.outcome is Outcome.PASSED
    assert [(one.verdict, one.others, one.output) for one in report.judged] == [
        (Verdict.BLOCKED_BY, ("werkzeug",), "flask requires werkzeug>=3")
    ]


def test_a_new_dependency_is_part_of_the_safe_set_and_of_the_lock(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "requirements.txt").write_text("flask==1.0\n")
    patcher = FakePatcher([match("flask")], changed=("blinker (new) -> 1.9",))
    _, report, _ = go(tmp_path, patcher)

    assert [patch.id for patch in report.safe_set] == ["flask 1.0 -> 2.0", "blinker (new) -> 1.9"]
    assert "-flask==1.0\n+flask==2.0\n+blinker==1.9\n" in report.lock_diff


def test_drift_between_lock_and_environment_is_said(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "requirements.txt").write_text("-r base.txt\nflask==0.9\n")
    (tmp_path / "tree" / "base.txt").write_text("Jinja2==1.0\ngone==3\n")
    result, _, notes = go(tmp_path, FakePatcher([match("flask"), match("jinja2")]))

    assert "2 installed distributions are not what the lock says" in result.summary
    assert notes.lines == [
        "installed and locked differ: flask is 1.0, the lock says 0.9",
        "installed and locked differ: gone is not there, the lock says 3",
    ]


def test_clones_side_by_side_give_the_same_answer(tmp_path: Path) -> None:
    patcher = broken_by("jinja2")
    patcher.isolation = "network namespace"
    _, report, _ = go(tmp_path, patcher)

    assert verdicts(report) == {"flask": Verdict.SAFE, "jinja2": Verdict.BREAKS, "werkzeug": Verdict.SAFE}


def test_an_interrupted_run_leaves_no_clone(tmp_path: Path) -> None:
    def interrupted(installed: Mapping[str, str]) -> TestRun:
        raise Interrupted("SIGINT")

    patcher = FakePatcher([match("flask")], interrupted, isolation="network namespace")
    given = release(tmp_path, patcher, Notebook())

    with pytest.raises(Interrupted):
        patch_test.run(given)
    assert patcher.alive == 0
    assert given.halt.is_set()


def test_side_by_side_waits_for_all_before_it_fails() -> None:
    ended = threading.Event()

    def fails() -> int:
        raise ReleaseError("no space", "make some")

    def works() -> int:
        ended.wait(0.2)
        ended.set()
        return 1

    with pytest.raises(ReleaseError):
        side_by_side([fails, works], lambda: None)
    assert ended.is_set()
