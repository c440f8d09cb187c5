"""pip-audit is not asked twice about the same pins by the same snapshot; and whenever it might say something else, it is asked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from secure_release.checks import Broken, Context, Exit, Pin, Ran, Result, Tools, audit_memory
from secure_release.checks.audit_memory import NOTE
from secure_release.checks.builtin import pip_audit, sbom
from secure_release.checks.planted import INVENTED
from secure_release.pipeline.adapters.advisories import FileAdvisories, OsvAdvisories
from secure_release.pipeline.adapters.osv_service import OsvService
from tests.fakes import Held
from tests.fakes_audit import NOW, RECORDS, WEEK, context, service

from .test_pip_audit import answer

PINS = "flask==2.2.2\njinja2==2.10\n"


@dataclass
class Counted:
    """The real tools, and how often pip-audit was asked about pins."""

    tools: Tools
    asked: int = 0

    def find(self, name: str) -> Path | None:
        return self.tools.find(name)

    def run(self, argv: Sequence[str], *, cwd: Path, timeout: float, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> Exit:
        self.asked += "-r" in argv
        return self.tools.run(argv, cwd=cwd, timeout=timeout, env=env, stdin=stdin)


@dataclass
class Scans:
    """Scans of one project one after another, with one memory."""

    folder: Path
    held: Held = field(default_factory=Held)
    number: int = 0

    def look(self, pins: str = PINS, records: Path = RECORDS, installed: str = "one", **changed: object) -> tuple[Result, int]:
        self.number += 1
        place = self.folder / str(self.number)
        place.mkdir()
        given = context(place, {"requirements.txt": pins}, advisories=FileAdvisories(records, WEEK, NOW))
        counted = Counted(given.tools)
        made = replace(given, tools=counted, memory=self.held, installation=lambda program: installed, **changed)  # type: ignore[arg-type]
        return pip_audit.CHECK.run(made), counted.asked


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, int, dict[str, bytes]]:
    """The first scan, which the real pip-audit answers: its result, how often that was asked, and what is remembered of it."""
    scans = Scans(tmp_path_factory.mktemp("first"))
    result, asked = scans.look()
    return result, asked, scans.held.entries


@pytest.fixture
def scans(tmp_path: Path, told: tuple[Result, int, dict[str, bytes]]) -> Scans:
    return Scans(tmp_path, Held(dict(told[2])))


def answered(result: Result) -> object:
    assert isinstance(result, Ran), result
    return result.findings, result.looked_at, result.gaps, [note for note in result.notes if note != NOTE]


def test_the_same_question_is_asked_once_and_answered_alike(scans: Scans, told: tuple[Result, int, dict[str, bytes]]) -> None:
    again, asked = scans.look()

    assert (told[1], asked) == (1, 0)
    assert answered(told[0]) == answered(again)
    assert isinstance(again, Ran) and NOTE in again.notes


def test_pins_that_have_other_lines_around_them_are_the_same_pins(scans: Scans) -> None:
    result, asked = scans.look(f"# moved\n\n{PINS}loose>=1\n")

    assert asked == 0
    assert isinstance(result, Ran)
    assert [f.place.line for f in result.findings] == [3, 4, 4]
    assert [gap.subject for gap in result.gaps] == ["requirements.txt: loose>=1"]


def newer(folder: Path) -> Path:
    """The records, one of which says something else."""
    shutil.copytree(RECORDS, folder / "records")
    path = sorted((folder / "records").glob("*.json"))[0]
    path.write_text(json.dumps({**json.loads(path.read_text()), "details": "more is known"}))
    return folder / "records"


CHANGES: dict[str, Callable[[Scans], tuple[Result, int]]] = {
    "other-pins": lambda scans: scans.look("flask==2.2.3\n"),
    "another-snapshot": lambda scans: scans.look(records=newer(scans.folder)),
    "another-installation": lambda scans: scans.look(installed="two"),
    "nobody-knows-which-installation": lambda scans: scans.look(installed=""),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_whenever_it_might_say_something_else_it_is_asked(scans: Scans, name: str) -> None:
    assert CHANGES[name](scans)[1] == 1


@pytest.mark.parametrize("content", [b"", b"{", b'{"dependencies": []}', b'{"dependencies": [{"name": "evil", "version": "1", "vulns": []}]}'])
def test_a_memory_that_is_not_whole_is_none(scans: Scans, content: bytes) -> None:
    (key,) = scans.held.entries
    pins, given = [*INVENTED[:1], Pin("flask", "2.2.2")], context(scans.folder, {})

    assert audit_memory.remembered((key,), [pins], replace(given, memory=scans.held)) is None
    scans.held.entries[key] = content
    assert audit_memory.remembered((key,), [pins], replace(given, memory=scans.held)) is None


def test_a_memory_of_another_answer_lacks_the_marks_of_one_that_was_asked(tmp_path: Path) -> None:
    """Every pin clean, the specimen too: whoever wrote that never asked our responder."""
    scans = Scans(tmp_path)
    scans.look()
    (key,) = scans.held.entries
    told = json.loads(scans.held.entries[key])
    scans.held.entries[key] = json.dumps({"dependencies": [{**each, "vulns": []} for each in told["dependencies"]]}).encode()

    assert scans.look()[1] == 1


def test_a_snapshot_that_is_too_old_is_no_answer_whatever_is_remembered(scans: Scans) -> None:
    result, asked = scans.look(advisories=FileAdvisories(RECORDS, 1.0, NOW))

    assert asked == 0
    assert isinstance(result, Broken) and "days old" in result.reason


@pytest.mark.slow
def test_a_live_service_is_asked_every_time(tmp_path: Path) -> None:
    scans = Scans(tmp_path)
    with service(answer) as (url, _):
        live = OsvAdvisories(OsvService(f"{url}/v1/query"), 0.0)
        assert [scans.look(advisories=live)[1] for _ in range(2)] == [1, 1]
    assert scans.held.entries == {}


def described(folder: Path, held: Held, pins: str, minute: int) -> Context:
    folder.mkdir()
    return replace(context(folder, {"requirements.txt": pins}), memory=held, now=NOW.replace(minute=minute))


def test_a_bill_of_materials_that_differs_in_its_time_alone_is_validated_once(tmp_path: Path) -> None:
    held = Held()
    keys = []
    for minute, pins in enumerate((PINS, PINS, "flask==2.2.3\n")):
        assert isinstance(sbom.CHECK.run(described(tmp_path / str(minute), held, pins, minute)), Ran)
        keys.append(set(held.entries))

    assert keys[0] == keys[1] < keys[2]


def test_what_is_remembered_of_one_is_that_it_is_valid_and_nothing_else(tmp_path: Path) -> None:
    held = Held()
    sbom.CHECK.run(described(tmp_path / "a", held, PINS, 1))
    held.entries = dict.fromkeys(held.entries, b"no")
    sbom.CHECK.run(described(tmp_path / "b", held, PINS, 2))

    assert set(held.entries.values()) == {sbom.VALID}


def test_one_that_is_not_valid_is_never_remembered(tmp_path: Path) -> None:
    held = Held()
    problem, _ = sbom._valid("{}", '{"bomFormat": "none"}', described(tmp_path / "a", held, PINS, 1))

    assert problem and held.entries == {}
