"""What is remembered of a scan never changes what a scan says: against a check of ours that is asked anew each time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from secure_release.checks import (
    Broken,
    Changed,
    Check,
    Context,
    Finding,
    Fixed,
    Gap,
    Ran,
    Result,
    SourceFile,
    broken,
    numbered,
    ran,
)
from secure_release.checks import memory as remembering
from secure_release.checks.builtin import bandit, sbom, secrets, semgrep
from secure_release.checks.finding import Confidence, Place, Severity, Witness
from secure_release.checks.memory import asked
from tests.fakes import Held, Kept, context
from tests.soak import times

BAD = "import hashlib\n\nhashlib.md5(b'')\nhashlib.md5(b'')\n"
BY_FILE: dict[str, Check] = {"bandit": bandit.CHECK, "semgrep": semgrep.CHECK, "secrets": secrets.CHECK}


@dataclass
class Reader:
    """A check by file. It says `word` is wrong wherever it stands; `dim` files are gaps; it can be broken."""

    word: str
    version: int
    broken: bool = False
    looked: list[str] = field(default_factory=list)
    name: str = "reader"
    title: str = "words"
    by_file: bool = True
    lasting: bool = False  # whether its gaps are of the text alone

    def fixed(self, context: Context) -> Fixed:
        return replace(remembering.fixed(self.name, self.version, self.word), lasting=lambda gap: self.lasting)

    def run(self, context: Context) -> Result:
        if self.broken:
            return broken("It crashed.", "Mend it.")
        self.looked += [file.path for file in context.files]
        texts = {file.path: (context.tree / file.path).read_text() for file in context.files if not file.binary}
        gaps = tuple(Gap(self.name, path, "dim", "Light.") for path, text in texts.items() if "dim" in text)
        seen = {path: text for path, text in texts.items() if "dim" not in text and path.endswith(".py")}
        found = (self._found(path, number) for path, text in seen.items() for number, line in enumerate(text.splitlines(), 1) if self.word in line)
        return ran(numbered(found), tuple(sorted(seen)), gaps, ())

    def _found(self, path: str, line: int) -> Finding:
        return Finding(
            self.name, f"no-{self.word}", Severity.LOW, Confidence.LOW, f"v{self.version}", Place(path, line, line), self.word, "", "", (),
            (Witness(self.name, f"no-{self.word}"),), 0,
        )  # fmt: skip


def said(result: Result) -> object:
    """All that counts: what is kept as evidence and the note on what was remembered are about the way, not the answer."""
    return (result.findings, sorted(result.looked_at), sorted(result.gaps, key=str)) if isinstance(result, Ran) else result


def here(folder: Path, files: Mapping[str, str], held: Held | None = None) -> Context:
    return context(folder, dict(files), memory=held)


class Scans(RuleBasedStateMachine):
    """Files come, change, move, go and come back; rules and versions change; a check breaks: remembered equals asked anew."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(_folder())
        self.held, self.files, self.check = Held(), dict[str, str](), Reader("bad", 1)

    @rule(path=st.sampled_from(["a.py", "b.py", "sub/a.py", "c.txt"]), text=st.sampled_from(["", "bad\n", "bad\nbad\nworse\n", "dim", "worse\n"]))
    def write(self, path: str, text: str) -> None:
        self.files[path] = text

    @rule(old=st.sampled_from(["a.py", "b.py", "sub/a.py"]), new=st.sampled_from(["a.py", "d.py"]))
    def rename(self, old: str, new: str) -> None:
        if old in self.files:
            self.files[new] = self.files.pop(old)

    @rule(path=st.sampled_from(["a.py", "b.py", "c.txt"]))
    def remove(self, path: str) -> None:
        self.files.pop(path, None)

    @rule(word=st.sampled_from(["bad", "worse"]), version=st.integers(1, 2), crash=st.booleans(), lasting=st.booleans())
    def change_the_check(self, word: str, version: int, crash: bool, lasting: bool) -> None:
        self.check = Reader(word, version, crash, lasting=lasting)

    @rule(which=st.integers(0, 50), content=st.sampled_from([b"", b"[", b"[{}]", b'[{"check": 1}]']))
    def damage(self, which: int, content: bytes) -> None:
        if self.held.entries:
            self.held.entries[sorted(self.held.entries)[which % len(self.held.entries)]] = content

    @invariant()
    def the_answer_is_the_same(self) -> None:
        self.folder = Path(_folder())
        now = asked(self.check, here(self.folder / "one", self.files, self.held))
        if isinstance(now, Broken):
            assert self.check.broken
        else:  # a check that would crash now is not missed where it has nothing new to look at
            assert said(now) == said(replace(self.check, broken=False).run(here(self.folder / "two", self.files)))


TestScans: Any = pytest.mark.slow(Scans.TestCase)
Scans.TestCase.settings = settings(max_examples=times(60, 2000), stateful_step_count=15, deadline=None)
_place: list[Path] = []


def _folder() -> str:
    made = _place[0] / str(len(list(_place[0].iterdir())))
    made.mkdir()
    return str(made)


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path) -> Iterator[None]:
    _place[:] = [tmp_path]
    yield


def test_only_what_changed_is_looked_at(tmp_path: Path) -> None:
    check, held = Reader("bad", 1), Held()
    files = {"a.py": "bad\n", "b.py": "", "c.txt": "bad\n"}
    asked(check, here(tmp_path / "1", files, held))
    check.looked.clear()

    result = asked(check, here(tmp_path / "2", files | {"b.py": "bad\nbad\n"}, held))

    assert check.looked == ["b.py"]
    assert isinstance(result, Ran)
    assert [(f.place.path, f.place.line, f.nth) for f in result.findings] == [("a.py", 1, 0), ("b.py", 1, 0), ("b.py", 2, 1)]
    assert result.notes == ("2 of 3 files as earlier runs saw them; nothing that counts has changed.",)


@pytest.mark.parametrize("change", [{"version": 2}, {"word": "worse"}], ids=str)
def test_another_rule_or_version_looks_at_everything(change: dict[str, Any], tmp_path: Path) -> None:
    held, files = Held(), {"a.py": "bad\n"}
    asked(Reader("bad", 1), here(tmp_path / "1", files, held))
    other = replace(Reader("bad", 1), **change, looked=[])
    asked(other, here(tmp_path / "2", files, held))
    assert other.looked == ["a.py"]


def test_a_gap_and_a_broken_run_are_asked_again(tmp_path: Path) -> None:
    held = Held()
    check = Reader("bad", 1)
    for number in range(2):
        check.looked.clear()
        result = asked(check, here(tmp_path / str(number), {"a.py": "dim", "b.py": ""}, held))
        assert isinstance(result, Ran) and [gap.subject for gap in result.gaps] == ["a.py"]
    assert check.looked == ["a.py"]

    assert isinstance(asked(replace(check, broken=True), here(tmp_path / "3", {"a.py": "dim"}, held)), Broken)


def test_a_gap_that_the_text_alone_makes_stays_a_gap_unasked(tmp_path: Path) -> None:
    held, check = Held(), Reader("bad", 1, lasting=True)
    for number, more in enumerate(({}, {}, {"c.py": "bad\n"})):
        check.looked.clear()
        result = asked(check, here(tmp_path / str(number), {"a.py": "dim", "b.py": "bad\n", **more}, held))
        assert isinstance(result, Ran)
        assert [gap.subject for gap in result.gaps] == ["a.py"]
        assert result.looked_at == ("b.py", *more)
        assert check.looked == [["a.py", "b.py"], [], ["c.py"]][number]


def test_what_was_said_of_all_files_is_one_entry_to_read(tmp_path: Path) -> None:
    held, files = Held(), {"a.py": "bad\n", "b.py": "", "c.txt": "bad\n"}
    first = asked(Reader("bad", 1), here(tmp_path / "1", files, held))
    recalled: list[int] = []

    class Counting(Held):
        def recall(self, keys: Sequence[str]) -> Mapping[str, bytes]:
            recalled.append(len(keys))
            return super().recall(keys)

    again = asked(Reader("bad", 1), here(tmp_path / "2", files, Counting(held.entries)))

    assert recalled == [1]
    assert said(again) == said(first)


def test_a_check_that_does_not_say_what_it_depends_on_is_asked_every_time(tmp_path: Path) -> None:
    class Silent:
        name, title = "silent", "nothing"

        def run(self, context: Context) -> Result:
            return ran((), tuple(file.path for file in context.files), (), ())

    held = Held()
    asked(Silent(), here(tmp_path, {"a.py": ""}, held))
    assert held.entries == {}


def test_a_finding_in_a_file_that_is_a_gap_does_not_keep_the_others_from_being_kept(tmp_path: Path) -> None:
    class Half(Reader):
        def run(self, context: Context) -> Result:
            result = super().run(context)
            assert isinstance(result, Ran)
            return replace(result, findings=(*result.findings, *(self._found(gap.subject, 1) for gap in result.gaps)))

    check, held = Half("bad", 1), Held()
    asked(check, here(tmp_path / "one", {"a.py": "bad\n", "b.py": "dim"}, held))
    asked(check, here(tmp_path / "two", {"a.py": "bad\n", "b.py": "dim"}, held))
    assert check.looked == ["a.py", "b.py", "b.py"]


def test_a_result_with_findings_elsewhere_is_not_kept(tmp_path: Path) -> None:
    class Wide(Reader):
        def run(self, context: Context) -> Result:
            return ran((self._found("elsewhere.py", 1),), tuple(file.path for file in context.files), (), ())

    held = Held()
    asked(Wide("bad", 1), here(tmp_path, {"a.py": ""}, held))
    assert held.entries == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_FILE)
def test_the_real_checks_say_the_same_when_they_remember(name: str, tmp_path: Path) -> None:
    """A second run of the same files starts no tool, a third only for what has changed."""
    check, held, kept = BY_FILE[name], Held(), Kept()
    files: dict[str, str | bytes] = {
        "bad.py": BAD, "well.py": "X = 1\n", "page.html": "{{ x | safe }}\n", "broken.py": "def x(:\n", "data.bin": b"\0\1",
        "keys.txt": 'password = "' + hashlib.sha256(b"x").hexdigest() + '"\n',
    }  # fmt: skip
    one = asked(check, context(tmp_path / "1", files, memory=held))
    again = asked(check, context(tmp_path / "2", {**files, "well.py": BAD}, memory=held, keep=kept))
    anew = check.run(context(tmp_path / "3", {**files, "well.py": BAD}))

    assert held.entries
    assert said(again) == said(anew)
    assert isinstance(one, Ran) and isinstance(again, Ran)
    assert any("as earlier runs saw them" in note for note in again.notes)
    assert any(item.name == f"{name} from earlier runs" for item in again.evidence)


@pytest.mark.slow
def test_a_tool_that_can_look_is_not_started_when_nothing_changed(tmp_path: Path) -> None:
    held, files = Held(), {"bad.py": BAD}
    asked(bandit.CHECK, context(tmp_path / "1", files, memory=held))

    quiet = context(tmp_path / "2", files, memory=held)
    result = asked(bandit.CHECK, replace(quiet, tools=_OnlyFound(quiet.tools)))

    assert isinstance(result, Ran)
    assert {finding.rule for finding in result.findings} == {"B324"}


class _OnlyFound:
    def __init__(self, tools: Any) -> None:
        self.find = tools.find

    def run(self, *words: object, **more: object) -> Any:
        raise AssertionError(f"{words} was started")


def test_the_files_of_a_remembered_scan_are_told_apart_by_all_that_a_check_sees(tmp_path: Path) -> None:
    check, held = Reader("bad", 1), Held()
    first = here(tmp_path, {"a.py": "bad\n"}, held)
    asked(check, first)
    for change in ({"python": False}, {"binary": True}, {"executable": True}, {"sha256": "0" * 64}):
        check.looked.clear()
        files: tuple[SourceFile, ...] = tuple(replace(file, **change) for file in first.files)
        asked(check, replace(first, files=files))
        assert check.looked == ["a.py"], change


def test_only_what_is_looked_at_anew_is_asked_of_the_mirror(tmp_path: Path) -> None:
    held, filled = Held(), list[str]()
    for text in ("bad\n", "worse\n"):
        given = here(tmp_path, {"a.py": text, "b.py": "bad\n"}, held)
        asked(Reader("bad", 1), replace(given, fill=filled.extend))

    assert filled == ["a.py", "b.py", "a.py"]


def test_a_check_that_fetches_is_given_what_it_asks_for(tmp_path: Path) -> None:
    filled: list[str] = []
    given = replace(here(tmp_path, {"requirements.txt": "flask==3.1.1\n", "app.py": "bad\n"}), fill=filled.extend)

    assert isinstance(asked(sbom.CHECK, given), Ran)
    assert set(filled) == {"requirements.txt", "pyproject.toml"}


def test_a_file_that_changed_while_it_was_looked_at_is_no_answer(tmp_path: Path) -> None:
    def changed(paths: Iterable[str]) -> None:
        raise Changed("a.py was changed.")

    result = asked(Reader("bad", 1), replace(here(tmp_path, {"a.py": "bad\n"}), fill=changed))

    assert isinstance(result, Broken) and result.reason == "a.py was changed."
