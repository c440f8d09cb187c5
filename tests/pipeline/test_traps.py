"""Everything that does nothing and says that it went well: the real stage over the real clones must not believe it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from secure_release.checks import Match, Pin
from secure_release.pipeline.patching import Patcher, PatchReport
from secure_release.pipeline.release import Outcome, StageResult
from secure_release.pipeline.stages import patch_test
from tests.fakes_patch import Notebook, hole, release
from tests.pipeline.small_venv import UV, Small, small

SPAM = Match(Pin("spam", "1.0"), (hole(fixed=("2.0",)),), "2.0", "")
BREAKS = "spam 1.0 -> 2.0"


def program(made: Small, text: str) -> Path:
    path = made.root.parent / "uv"
    path.write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
    path.chmod(0o755)
    return path


def lazy_installer(made: Small) -> Patcher:
    """Says that it went well, and installs nothing: a resolver that skips."""
    return made.patcher([SPAM], uv=program(made, "exit 0\n"))


def astray_installer(made: Small) -> Patcher:
    """Upgrades the source, whatever it is asked for."""
    astray = f'for word; do shift; case $last in --python) word="{made.venv}/bin/python";; esac; last=$word; set -- "$@" "$word"; done\n'
    return made.patcher([SPAM], uv=program(made, f'{astray}exec "{UV}" "$@"\n'))


def stranger(made: Small) -> Patcher:
    """Somebody else's installation, where nothing of the lock is: nothing would be pending there."""
    made.write("requirements.txt", "spam==1.0\n")
    (made.packages / "spam.py").unlink()
    shutil.rmtree(made.packages / "spam-1.0.dist-info")
    return made.patcher([SPAM])


def sources_python(made: Small) -> Patcher:
    return made.patcher([SPAM], tests=(str(made.venv / "bin/python"), "run_checks.py", "{junit}"))


def sources_python_by_a_script(made: Small) -> Patcher:
    made.write("run.sh", f'exec "{made.venv}/bin/python" run_checks.py "$1"\n')
    return made.patcher([SPAM], tests=("sh", "run.sh", "{junit}"))


def no_test(made: Small) -> Patcher:
    made.write("check_shop.py", "")
    return made.patcher([SPAM])


def no_test_when_patched(made: Small) -> Patcher:
    made.write("check_shop.py", f"import unittest, spam\nif spam.VERSION == '1.0':\n{INDENTED}")
    return made.patcher([SPAM])


def fewer_tests_when_patched(made: Small) -> Patcher:
    made.write("check_more.py", f"import unittest, spam\nif spam.VERSION == '1.0':\n{INDENTED}")
    made.write("check_shop.py", "import unittest\nclass Shop(unittest.TestCase):\n    def test_sum(self): self.assertEqual(2, 1 + 1)\n")
    return made.patcher([SPAM])


INDENTED = "    class More(unittest.TestCase):\n        def test_more(self): pass\n"


def red_already(made: Small) -> Patcher:
    made.write("check_shop.py", "import unittest\nclass Shop(unittest.TestCase):\n    def test_red(self): self.fail('always')\n")
    return made.patcher([SPAM])


def mended_by_the_patch(made: Small) -> Patcher:
    """The yardstick is what runs now. It is red, so nobody can say whether the patch took something away."""
    only_new = "import unittest, spam\nclass Shop(unittest.TestCase):\n    def test_new(self): self.assertEqual(spam.VERSION, '2.0')\n"
    made.write("check_shop.py", only_new)
    return made.patcher([SPAM])


def writes_through_the_link(made: Small) -> Patcher:
    made.write("check_shop.py", WRITER)
    return made.patcher([SPAM])


WRITER = """
import unittest, spam
class Shop(unittest.TestCase):
    def test_spam(self):
        with open(spam.__file__, 'a') as file: file.write('#')
"""


TRAPS: dict[str, tuple[Callable[[Small], Patcher], str]] = {
    "installer-that-skips": (lazy_installer, f"{BREAKS} could not be tested: the installer reported success and spam is 1.0"),
    "installer-goes-astray": (astray_installer, "The environment changed while its clones were tested"),
    "nothing-of-the-lock-is-installed": (stranger, "holds nothing of what requirements.txt pins"),
    "source-python-runs-the-tests": (sources_python, "the tests never started the clone's Python"),
    "a-script-starts-the-source-python": (sources_python_by_a_script, "the tests never started the clone's Python"),
    "no-test": (no_test, "Without any patch, no test ran."),
    "no-test-when-patched": (no_test_when_patched, f"{BREAKS} could not be tested: the patched clone gives no result: no test ran"),
    "fewer-tests-when-patched": (fewer_tests_when_patched, f"{BREAKS} could not be tested: 1 of 2 tests no longer run: check_more"),
    "red-already": (red_already, "1 test fails without any patch: check_shop.Shop::test_red"),
    "mended-by-the-patch": (mended_by_the_patch, "1 test fails without any patch: check_shop.Shop::test_new"),
    "writes-into-installed-files": (writes_through_the_link, "The environment changed while its clones were tested"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_doing_nothing_is_no_answer(trap: str, tmp_path: Path) -> None:
    arm, said = TRAPS[trap]
    made = small(tmp_path)
    result, report = tried(arm(made), tmp_path)

    assert result.outcome is Outcome.INCOMPLETE
    assert said in result.reasons[0].text
    assert result.reasons[0].remedy
    assert (report.safe_set, report.safe_digest, report.lock_diff) == ((), "", "")
    assert made.clones() == []


def tried(patcher: Patcher, folder: Path) -> tuple[StageResult, PatchReport]:
    given = release(folder, patcher, Notebook(), baselines=1, reruns=0)
    result = patch_test.run(given)
    return result, given.evidence.load(result.evidence[0].sha256, PatchReport)


def test_without_a_trap_the_same_patch_is_found_to_break(tmp_path: Path) -> None:
    """The control: what the traps hide is really there."""
    result, report = tried(small(tmp_path).patcher([SPAM]), tmp_path)

    assert result.outcome is Outcome.PASSED
    assert [(one.patch.id, one.verdict) for one in report.judged] == [(BREAKS, "breaks")]
