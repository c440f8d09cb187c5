"""`fix` makes only edits after which the program is the same, and only where a whole scan says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.checks import Gap, ran
from secure_release.pipeline.commands.fix import edits, fix, same_program, without
from secure_release.pipeline.records import ScanReport, Suppression
from secure_release.pipeline.release import ReleaseError

from .builders import finding, scan

NO = "# nos" + "ec"  # so that no scanner takes these for its own


def scanned(line: int, rules: tuple[str, ...] = (), found_at: int = 0, rule: str = "B602", **more: tuple[Gap, ...]) -> ScanReport:
    findings = (finding(rule=rule, line=found_at),) if found_at else ()
    result = ran(findings, ("app.py",), more.get("gaps", ()), ())
    return scan({"bandit": result}, suppressions=(Suppression("app.py", (line,), "bandit", rules, False),))


EDITS = {
    "at-the-end": (f"x = 1\ny = 2  {NO}\n", scanned(2), "x = 1\ny = 2\n"),
    "alone": (f"{NO}\ny = 2\n", scanned(1), "y = 2\n"),
    "with-a-number": (f"y = 2  {NO}: B602\n", scanned(1, ("B602",)), "y = 2\n"),
    "after-another-comment": (f"y = 2  # noqa: S602 {NO} B602\n", scanned(1, ("B602",)), "y = 2  # noqa: S602\n"),
    "without-an-end-of-line": (f"y = 2  {NO}", scanned(1), "y = 2"),
    "for-another-rule": (f"y = 2  {NO} B101\n", scanned(1, ("B101",), 1), "y = 2\n"),
}
LEFT = {
    "it-excuses": (f"y = 2  {NO}\n", scanned(1, (), 1)),
    "it-excuses-by-number": (f"y = 2  {NO} B602\n", scanned(1, ("B602",), 1)),
    "it-names-in-words": (f"y = 2  {NO} any_shell\n", scanned(1, ("any_shell",))),
    "it-says-why": (f"y = 2  {NO} - the list is ours\n", scanned(1)),
    "in-a-text": (f"y = '{NO}'\n", scanned(1)),
    "the-file-was-a-gap": (f"y = 2  {NO}\n", scanned(1, gaps=(Gap("bandit", "app.py", "it broke", ""),))),
    "lines-of-two-kinds": (f"x = 1\r\ny = 2  {NO}\n", scanned(2)),
    "it-does-not-parse": (f"y = (  {NO}\n", scanned(1)),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_comment_that_excuses_nothing_goes(name: str) -> None:
    before, report, after = EDITS[name]
    (edit,) = edits(report, lambda path: before.encode())

    assert edit.after == after
    assert same_program(before, edit.after)
    assert NO in edit.diff


@pytest.mark.parametrize("name", LEFT)
def test_everything_else_is_left_alone(name: str) -> None:
    before, report = LEFT[name]

    assert tuple(edits(report, lambda path: before.encode())) == ()


@given(
    lines=st.lists(st.sampled_from(["x = 1", "def f():\n    return , ", "    y = 2", f"z = 3  {NO}", NO, f"    {NO} B101", "if x:", f"s = 'a {NO}'"]), max_size=8),
    numbers=st.sets(st.integers(1, 10)),
)
def test_what_parses_stays_the_same_program(lines: list[str], numbers: set[int]) -> None:
    text = "\n".join(lines)
    after = without(text, numbers)

    assert after == text or not same_program(text, text) or same_program(text, after)


def test_nothing_is_written_before_it_is_asked_and_nothing_over_uncommitted_work(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(f"y = 2  {NO}\n")
    (tmp_path / "app.py").chmod(0o755)
    shown = fix(tmp_path, scanned(1), "a", "a", (), write=False)

    assert f"-y = 2  {NO}" in shown and NO in (tmp_path / "app.py").read_text()
    for commit, dirty in (("b", ()), ("a", ("app.py",))):
        with pytest.raises(ReleaseError):
            fix(tmp_path, scanned(1), "a", commit, dirty, write=True)
    fix(tmp_path, scanned(1), "a", "a", (), write=True)
    assert (tmp_path / "app.py").read_text() == "y = 2\n"
    assert (tmp_path / "app.py").stat().st_mode & 0o777 == 0o755
