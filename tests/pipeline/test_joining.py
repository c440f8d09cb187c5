"""Runs of several machines joined: they say together what one machine would have said, or it is no answer, with a sentence."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secure_release.checks import Broken, Ran
from secure_release.pipeline import joining, parts, policy
from secure_release.pipeline.commands.check_evidence import check_evidence
from secure_release.pipeline.evidence import EvidenceFolder
from secure_release.pipeline.joining import Part
from secure_release.pipeline.journal import JournalFile
from secure_release.pipeline.law import Law, Policy
from secure_release.pipeline.records import ScanReport
from secure_release.pipeline.release import Outcome

from .builders import NOW, TODAY
from .machines import WHO, Machines, Says

FILES = ("a.py", "b.py", "c.py", "d/e.py", "d/f.py", "g.py")
OFF = Policy(require=("one", "two", "whole"), patch_test="off")
OFF_LAW = Law(policy=OFF, waivers=(), baseline=None, read_from="")


def machines(folder: Path, law: Policy = OFF, paths: tuple[str, ...] = FILES, **about: dict[str, str]) -> Machines:
    checks = tuple(Says(name, name != "whole", about.get(name, {})) for name in ("one", "two", "whole"))
    return Machines(folder, paths, checks, law)


def told(scan: ScanReport) -> tuple[object, ...]:
    """What a scan says, in no order."""
    ran = {name: result for name, result in scan.results.items() if isinstance(result, Ran)}
    gaps = Counter(gap for result in ran.values() for gap in result.gaps)
    looked_at = {name: sorted(result.looked_at) for name, result in ran.items()}
    broken = sorted(name for name, result in scan.results.items() if isinstance(result, Broken))
    return Counter(policy.findings(scan)), gaps, looked_at, broken, scan.files, scan.law, scan.share


words = st.sampled_from(["", "", "finding", "two", "gap", "breaks"])
about = st.dictionaries(st.sampled_from(FILES), words)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=about, two=about, whole=about, count=st.integers(2, 8), files=st.sets(st.sampled_from(FILES), min_size=1))
def test_the_shards_say_together_what_one_machine_says(
    tmp_path: Path, one: dict[str, str], two: dict[str, str], whole: dict[str, str], count: int, files: set[str]
) -> None:
    many = machines(tmp_path, paths=tuple(sorted(files)), one=one, two=two, whole=whole)

    alone, shards = many.looked(1, 1), [many.looked(index, count) for index in range(1, count + 1)]

    joined = joining.joined(reversed(shards))
    assert told(joined) == told(alone)
    verdict, expected = (policy.decide(OFF_LAW, scan, None, TODAY) for scan in (joined, alone))
    assert (verdict.outcome, verdict.counted, verdict.gaps) == (expected.outcome, expected.counted, expected.gaps)


def test_what_they_say_together_is_what_stands_in_the_joined_run(tmp_path: Path) -> None:
    many = machines(tmp_path, one={"a.py": "finding", "g.py": "gap"}, whole={"c.py": "two"})

    alone, joined = many.gate([many.scan("whole")], "alone"), many.gate(many.shards(4))

    assert alone[1].scan is not None and joined[1].scan is not None
    assert told(joined[1].scan) == told(alone[1].scan)
    assert joined[0] is alone[0] is Outcome.INCOMPLETE
    assert joined[1].verdict == alone[1].verdict


def test_a_run_of_several_machines_can_be_checked_again(tmp_path: Path) -> None:
    many = machines(tmp_path, one={"a.py": "finding"})

    outcome, seen = many.gate([*many.shards(3), many.patch_test()])

    assert outcome is Outcome.REFUSED
    assert [str(stage.stage) for stage in seen.stages] == ["scan", "patch-test", "gate"]
    assert [entry.data["what"] for entry in seen.entries if entry.kind == "joined"] == [
        *("shard 1 of 3", "shard 2 of 3", "shard 3 of 3"), "the patch test"
    ]  # fmt: skip
    assert check_evidence(tmp_path / "all")[0] is Outcome.PASSED


def test_folders_of_runs_are_found_as_an_artifact_download_leaves_them(tmp_path: Path) -> None:
    many = machines(tmp_path)
    for path in [*many.shards(2), many.patch_test()]:
        (tmp_path / "artifacts" / path.name).parent.mkdir(exist_ok=True)
        path.rename(tmp_path / "artifacts" / path.name)

    assert many.gate([tmp_path / "artifacts"])[0] is Outcome.PASSED


def test_a_check_that_is_broken_in_one_shard_is_broken(tmp_path: Path) -> None:
    many = machines(tmp_path, two={"d/e.py": "breaks"})
    shards = many.shards(3)
    codes = [many.seen(shard).stages[0].outcome for shard in shards]

    outcome, seen = many.gate(shards)

    assert codes.count(Outcome.INCOMPLETE) == 1 and codes.count(Outcome.PASSED) == 2
    assert outcome is Outcome.INCOMPLETE
    assert "two gave no answer: shard" in " ".join(reason.text for reason in seen.stages[-1].reasons)


def test_a_check_that_one_shard_skipped_gave_no_answer(tmp_path: Path) -> None:
    many = machines(tmp_path, two={"d/e.py": "skips"})

    assert many.gate(many.shards(3))[0] is Outcome.INCOMPLETE


def test_a_shard_alone_answers_for_its_share_only_and_is_no_answer_at_the_gate(tmp_path: Path) -> None:
    many = machines(tmp_path)
    one, two = many.shards(2)

    assert [many.seen(shard).stages[0].outcome for shard in (one, two)] == [Outcome.PASSED, Outcome.PASSED]
    assert [many.judged(shard) for shard in (one, two)] == [Outcome.INCOMPLETE, Outcome.INCOMPLETE]


def test_a_shard_for_which_nothing_is_left_has_done_what_it_was_asked(tmp_path: Path) -> None:
    many = machines(tmp_path, paths=("a.py",))
    shards = many.shards(7)

    assert {many.seen(shard).stages[0].outcome for shard in shards} == {Outcome.PASSED}
    assert many.gate(shards)[0] is Outcome.PASSED


def test_a_required_check_that_no_machine_has_is_missed_in_the_union(tmp_path: Path) -> None:
    many = machines(tmp_path, Policy(require=("one", "absent"), patch_test="off"))

    outcome, seen = many.gate(many.shards(2))

    assert outcome is Outcome.INCOMPLETE
    assert "absent is required and did not run" in seen.stages[-1].reasons[0].text


# --- what can't be joined

Given = Callable[[Machines], list[Path]]


def _truncated(path: Path, keep: int) -> None:
    (path / "journal.jsonl").write_bytes((path / "journal.jsonl").read_bytes()[:keep])


def _cut_journal(many: Machines) -> list[Path]:
    one, two = many.shards(2)
    _truncated(two, -20)
    return [one, two, many.patch_test()]


def _changed_byte(many: Machines) -> list[Path]:
    one, two = many.shards(2)
    victim = sorted((two / "evidence").iterdir())[0]
    victim.write_bytes(victim.read_bytes()[:-1] + b"!")
    return [one, two, many.patch_test()]


def _lost_evidence(many: Machines) -> list[Path]:
    one, two = many.shards(2)
    shutil.rmtree(one / "evidence")
    return [one, two, many.patch_test()]


def _copied(many: Machines) -> list[Path]:
    one, two = many.shards(2)
    shutil.copytree(one, one.parent / "copy")
    return [one, two, one.parent / "copy", many.patch_test()]


def _strange(many: Machines) -> list[Path]:
    (many.folder / "strange").mkdir()
    (many.folder / "strange" / "journal.jsonl").write_text("{}\n")
    return [*many.shards(2), many.patch_test(), many.folder / "strange"]


def _foreign(**who: Any) -> Given:
    return lambda many: [many.scan("s1", (1, 2)), many.scan("s2", (2, 2), **who), many.patch_test()]


REFUSED: dict[str, tuple[Given, str]] = {
    "a-shard-is-missing": (lambda many: [*many.shards(3)[:2], many.patch_test()], "Shard 3 of 3 is missing."),
    "all-shards-are-missing": (lambda many: [many.patch_test()], "No run holds a scan."),
    "a-shard-is-there-twice": (
        lambda many: [*many.shards(2), many.scan("again", (2, 2)), many.patch_test()], "Shard 2 of 2 is there 2 times"
    ),
    "one-run-is-given-twice": (lambda many: [*(shards := many.shards(2)), shards[0], many.patch_test()], "Run run s1 was given 2 times."),
    "a-copy-of-a-run": (_copied, "Run run s1 was given 2 times."),
    "another-commit": (_foreign(commit="d1" * 20), "belongs to another commit (d1d1d1d1d1d1, here c0c0c0c0c0c0)."),
    "other-files": (_foreign(tree="d1" * 32), "belongs to another files"),
    "another-configuration": (_foreign(config="d1" * 32), "belongs to another configuration, policy, waivers or baseline"),
    "another-version": (_foreign(tool="0.0.9"), "belongs to another version of secure-release (0.0.9, here 0.1.0)."),
    "a-patch-test-of-another-commit": (
        lambda many: [*many.shards(2), many.patch_test(commit="d1" * 20)], "The patch test (",
    ),
    "another-cut": (lambda many: [many.scan("s1", (1, 2)), many.scan("s2", (2, 3)), many.patch_test()], "were cut into 2 and 3 shards"),
    "a-whole-scan-beside-a-shard": (lambda many: [many.scan("s1"), many.scan("s2", (2, 2)), many.patch_test()], "were cut into 1 and 2 shards"),
    "a-changed-byte": (_changed_byte, "was changed after it was written"),
    "lost-evidence": (_lost_evidence, "is missing"),
    "a-cut-journal": (_cut_journal, "is broken at line"),
    "a-strange-journal": (_strange, "is broken at line 1"),
    "a-scan-that-never-finished": (
        lambda many: [many.scan("s1", (1, 2)), many.scan("s2", (2, 2), finish=False), many.patch_test()],
        "was cut off: its scan never finished.",
    ),
    "no-patch-test": (lambda many: many.shards(2), "No run holds a patch test."),
    "two-patch-tests": (lambda many: [*many.shards(2), many.patch_test("p1"), many.patch_test("p2")], "There are 2 patch tests"),
    "a-patch-test-that-never-finished": (
        lambda many: [*many.shards(2), many.patch_test(finish=False)], "was cut off: its patch test never finished."
    ),
    "a-folder-that-is-not-there": (lambda many: [*many.shards(2), many.patch_test(), many.folder / "gone"], "gone holds no run."),
    "nothing-in-it": (lambda many: [many.folder / "empty"], "empty holds no run."),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_one_whole_is_no_answer(tmp_path: Path, case: str) -> None:
    build, sentence = REFUSED[case]
    many = machines(tmp_path, Policy(require=("one", "whole")))
    (tmp_path / "empty").mkdir()

    outcome, seen = many.gate(build(many))

    assert outcome is Outcome.INCOMPLETE
    said = [reason.text for reason in seen.stages[-1].reasons]
    assert any(sentence in text for text in said), said
    assert [str(stage.stage) for stage in seen.stages] == ["gate"], "neither a scan nor a patch test stands in the joined run"
    assert seen.outcome is Outcome.INCOMPLETE


# --- the proof that everything was looked at exactly once, without the files: as `evidence` has it

Spoil = Callable[[ScanReport], ScanReport]


def _shared(**share: Any) -> Spoil:
    return lambda scan: replace(scan, share=replace(scan.share, **share))


def _given(change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Spoil:
    return lambda scan: replace(scan, share=replace(scan.share, given={**scan.share.given, "one": change(scan.share.given["one"])}))


def _strayed(scan: ScanReport) -> ScanReport:
    result = scan.results["one"]
    assert isinstance(result, Ran)
    return replace(scan, results={**scan.results, "one": replace(result, looked_at=(*result.looked_at, "x.py"))})


UNPROVEN: dict[str, tuple[Spoil, str]] = {
    "a-file-is-given-twice": (_given(lambda paths: (*paths, paths[0])), "one was not given every file exactly once."),
    "a-file-is-given-to-nobody": (_given(lambda paths: paths[1:]), "one was not given every file exactly once."),
    "another-file-in-its-place": (_given(lambda paths: ("x.py", *paths[1:])), "one was not given every file exactly once."),
    "a-check-has-no-share": (lambda scan: _shared(given={k: v for k, v in scan.share.given.items() if k != "one"})(scan), "one was not given"),
    "it-looked-at-files-of-another": (_strayed, "one says that it looked at files of another shard."),
    "the-whole-is-asked-twice": (_shared(elsewhere={}), "whole was asked about the whole release by 2 shards, not by one."),
    "the-whole-is-asked-by-nobody": (_shared(elsewhere={"whole": 1}), "whole was asked about the whole release by 0 shards, not by one."),
    "another-cut": (_shared(partition="00" * 32), "The shards were not cut from one whole."),
    "no-cut": (_shared(partition=""), "The shards were not cut from one whole."),
    "another-list-of-files": (lambda scan: replace(scan, files=scan.files[1:]), "did not see the same files, or not the same law"),
    "another-law": (
        lambda scan: replace(scan, law=scan.law.model_copy(update={"policy": Policy()})), "did not see the same files, or not the same law"
    ),
    "another-shard-than-it-was-asked-for": (_shared(index=1), "was asked for one shard and holds another."),
}  # fmt: skip


@pytest.fixture
def two_parts(tmp_path: Path) -> tuple[Part, Part]:
    many = machines(tmp_path, paths=FILES)
    first, second = parts.find([str(each) for each in many.shards(2)], EvidenceFolder(tmp_path / "kept")).parts
    owner = first.seen.scan is not None and "whole" not in first.seen.scan.share.elsewhere
    return (first, second) if owner else (second, first)


def _with(part: Part, spoil: Spoil) -> Part:
    assert part.seen.scan is not None
    return replace(part, seen=replace(part.seen, scan=spoil(part.seen.scan)))


@pytest.mark.parametrize("case", UNPROVEN)
def test_what_is_not_proven_is_not_joined(two_parts: tuple[Part, Part], case: str) -> None:
    owner, other = two_parts
    spoil, sentence = UNPROVEN[case]
    victim, rest = (owner, other) if case == "the-whole-is-asked-by-nobody" else (other, owner)
    if case == "another-shard-than-it-was-asked-for":
        spoil = _shared(index=rest.shard[0])

    against = joining.refusals((_with(victim, spoil), rest), WHO, patch_required=False)

    assert [sentence in reason.text for reason in against] == [True], against


def test_the_law_may_have_been_read_from_a_ref_that_moved_on(two_parts: tuple[Part, Part]) -> None:
    owner, other = two_parts

    def elsewhere(scan: ScanReport) -> ScanReport:
        return replace(scan, law=scan.law.model_copy(update={"read_from": "origin/main (abc)"}))

    assert joining.refusals((owner, other), WHO, patch_required=False) == ()
    assert joining.refusals((owner, _with(other, elsewhere)), WHO, patch_required=False) == ()


def test_every_reason_is_told_at_once(tmp_path: Path) -> None:
    many = machines(tmp_path, Policy(require=("one", "whole")))

    _, seen = many.gate([many.scan("s1", (1, 3)), many.scan("s3", (3, 3), finish=False, commit="d1" * 20)])

    assert len(seen.stages[-1].reasons) == 4  # another commit, no patch test, shard 2 is missing, shard 3 was cut off


def test_shards_that_were_cut_otherwise_than_here_are_refused(tmp_path: Path) -> None:
    """Another package brings a check on the machine of the gate: nobody has asked it."""
    many = machines(tmp_path)
    more = Machines(tmp_path, FILES, (*many.checks, Says("more", True, {})), OFF)

    outcome, seen = more.gate(many.shards(2))

    assert outcome is Outcome.INCOMPLETE
    assert "looked at another share" in seen.stages[-1].reasons[0].text


@pytest.mark.parametrize("victim", ["s1", "s2", "pt"])
def test_a_journal_that_ends_early_is_an_answer_only_when_its_stage_had_ended(tmp_path: Path, victim: str) -> None:
    many = machines(tmp_path, Policy(require=("one", "whole"), patch_test="off"))
    runs = [*many.shards(2), many.patch_test()]
    journal = tmp_path / victim / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)

    for keep in range(len(lines)):
        journal.write_bytes(b"".join(lines[:keep]))
        assert many.gate(runs, f"cut-{keep}")[0] is Outcome.INCOMPLETE, f"{victim} cut after {keep} lines"
    journal.write_bytes(b"".join(lines))
    assert many.gate(runs)[0] is Outcome.PASSED


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_changed_byte_goes_unseen(tmp_path: Path, data: st.DataObject) -> None:
    folder = tmp_path / "this"
    many = machines(folder)
    if not folder.exists():
        folder.mkdir()
        many.shards(2)
    runs = [folder / "s1", folder / "s2"]
    path = data.draw(st.sampled_from(sorted(path for run in runs for path in run.rglob("*") if path.is_file() and path.name != "project")))
    content = path.read_bytes()
    at, bit = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 7))
    shutil.rmtree(folder / "all", ignore_errors=True)
    path.write_bytes(content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :])
    try:
        assert many.gate(runs)[0] is Outcome.INCOMPLETE
    finally:
        path.write_bytes(content)


def test_a_joined_run_that_says_less_than_its_parts_is_found_out(tmp_path: Path) -> None:
    """Its own chain is whole; but it does not follow from the journals that it keeps."""
    many = machines(tmp_path, one={"a.py": "finding"})
    clean = machines(tmp_path / "clean")
    (tmp_path / "clean").mkdir()
    many.gate(many.shards(2))
    clean.gate(clean.shards(2))
    run, other = tmp_path / "all", tmp_path / "clean" / "all"
    for path in (other / "evidence").iterdir():
        shutil.copy(path, run / "evidence" / path.name)
    _graft(run, other)

    outcome, said = check_evidence(run)

    assert outcome is Outcome.REFUSED
    assert "not the ones that its journal names" in said


def _graft(run: Path, other: Path) -> None:
    """The journal of `run` until its parts were named, then what `other` says: chained anew, as a forger would."""
    def read(folder: Path) -> JournalFile:
        return JournalFile(folder / "journal.jsonl", lambda: NOW)

    mine, theirs = read(run), read(other)
    kept = [entry for entry in mine.entries if entry.kind in ("run-started", "joined")]
    taken = [entry for entry in theirs.entries if entry.kind not in ("run-started", "joined")]
    mine.close()
    theirs.close()
    (run / "journal.jsonl").unlink()
    forged = read(run)
    for entry in (*kept, *taken):
        forged.append(entry.kind, entry.stage, entry.data)
    forged.close()
