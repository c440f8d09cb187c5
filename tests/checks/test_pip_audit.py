"""The real pip-audit on real projects: every pin ends as audited, vulnerable, or a gap with a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.checks import Broken, Pin, Ran, Severity
from secure_release.checks.audit_report import MAX_RUNS, bundles, parse, requirements
from secure_release.checks.builtin.pip_audit import CHECK
from secure_release.checks.planted import INVENTED, REAL
from secure_release.checks.tool import NotAReport
from secure_release.pipeline.adapters.advisories import IndexAdvisories, OsvAdvisories
from secure_release.pipeline.adapters.osv_service import OsvService
from secure_release.pipeline.adapters.process import Processes
from tests.fakes_audit import HERE, RECORDS, Kept, context, record, service

RECORDED = HERE / "recorded" / "pip-audit"
FLASK, JINJA, SAFE = Pin("flask", "2.2.2"), Pin("jinja2", "2.10"), Pin("itsdangerous", "2.1.2")


def ran(folder: Path, files: Mapping[str, str | bytes], keep: Kept | None = None) -> Ran:
    result = CHECK.run(context(folder, files, keep=keep))
    assert isinstance(result, Ran), result
    return result


def test_vulnerable_pins_are_findings_with_their_fix(tmp_path: Path) -> None:
    result = ran(tmp_path, {"requirements.txt": "# pins\nflask==2.2.2\nitsdangerous==2.1.2\njinja2==2.10\n"})
    assert [(f.rule, str(f.place), f.fix) for f in result.findings] == [
        ("CVE-2023-30861", "requirements.txt:2", "upgrade to 2.2.5"),
        ("CVE-2019-10906", "requirements.txt:4", "upgrade to 2.11.3"),
        ("CVE-2020-28493", "requirements.txt:4", "upgrade to 2.11.3"),
    ]
    assert result.looked_at == ("flask 2.2.2", "itsdangerous 2.1.2", "jinja2 2.10")
    assert result.gaps == ()
    assert result.findings[0].advisories == ("CVE-2023-30861", "GHSA-m2qf-hxjv-5gpq", "PYSEC-2023-62")
    assert not [note for note in result.notes if "does not name" in note]


def test_a_bad_line_costs_itself_and_no_other(tmp_path: Path) -> None:
    text = "flask==2.2.2\nx>=1\njinja2==2.10\njinja2==2.11\n<<<<\nz @ https://h.example/z.zip\nwerkzeug[watchdog]==2.2.2\nwerkzeug==2.2.2\n"
    result = ran(tmp_path, {"requirements.txt": text})
    assert result.looked_at == ("flask 2.2.2", "jinja2 2.10", "werkzeug 2.2.2")
    assert [gap.subject for gap in result.gaps] == [
        "requirements.txt: jinja2==2.11",
        "requirements.txt: <<<<",
        "requirements.txt: z @ https://h.example/z.zip",
        "requirements.txt: x>=1",
    ]
    assert all(gap.remedy for gap in result.gaps)


def test_two_versions_of_one_name_are_both_audited(tmp_path: Path) -> None:
    result = ran(tmp_path, {"requirements.txt": "jinja2==2.10", "old/requirements.txt": "jinja2==2.7"})
    assert result.looked_at == ("jinja2 2.10", "jinja2 2.7")
    assert {f.place.path for f in result.findings} == {"requirements.txt", "old/requirements.txt"}


def test_one_pin_in_two_files_is_one_finding_that_names_both(tmp_path: Path) -> None:
    result = ran(tmp_path, {"a/requirements.txt": "flask==2.2.2", "b/requirements.txt": "flask==2.2.2"})
    assert [str(f.place) for f in result.findings] == ["a/requirements.txt:1"]
    assert result.findings[0].message.endswith("(also in b/requirements.txt:1)")


def test_a_local_version_is_judged_by_its_public_part(tmp_path: Path) -> None:
    result = ran(tmp_path, {"requirements.txt": "flask==2.2.2+corp1"})
    assert [f.subject for f in result.findings] == ["flask 2.2.2+corp1 CVE-2023-30861"]
    assert "flask 2.2.2+corp1 is a local version; it was judged as 2.2.2." in result.notes


def test_a_pin_that_no_advisory_can_judge_is_a_gap(tmp_path: Path) -> None:
    result = ran(tmp_path, {"requirements.txt": "steam==0.1\nexiv2==0.1"})
    assert [(gap.subject, "no list of versions" in gap.reason) for gap in result.gaps] == [("steam 0.1", True)]
    assert [(f.fix, f.severity) for f in result.findings] == [("no fixed version exists", Severity.MEDIUM)]
    assert result.looked_at == ("exiv2 0.1",)


def test_another_index_is_a_finding(tmp_path: Path) -> None:
    result = ran(tmp_path, {"requirements.txt": "--extra-index-url https://u:p@h.example/simple\n--trusted-host h.example"})
    assert [(f.rule, f.severity) for f in result.findings] == [
        ("requirement-source", Severity.MEDIUM),
        ("requirement-source", Severity.HIGH),
    ]
    assert "u:p" not in repr(result)


def test_a_project_without_dependencies_is_told_so_after_the_specimen(tmp_path: Path) -> None:
    keep = Kept()
    result = ran(tmp_path, {"app.py": ""}, keep)
    assert (result.looked_at, result.findings, result.gaps) == ((), (), ())
    assert "The project has no requirement or lock file: only the specimen was audited." in result.notes
    assert b"SECURE-RELEASE-PLANTED" in b"".join(keep.contents.values())


def test_a_project_that_pins_the_specimen_s_name_is_audited_too(tmp_path: Path) -> None:
    text = "".join(f"{pin.name}==3.0\n" for pin in INVENTED) + "flask==2.2.2\n"
    result = ran(tmp_path, {"requirements.txt": text})
    assert len(result.looked_at) == 3
    assert [f.rule for f in result.findings] == ["CVE-2023-30861"]


def test_the_evidence_tells_which_data_answered(tmp_path: Path) -> None:
    keep = Kept()
    result = ran(tmp_path, {"requirements.txt": "flask==2.2.2"}, keep)
    told = json.loads(keep.contents["advisories.json"])
    assert (told["source"], told["count"], told["age_seconds"] > 0) == ("file", len(list(RECORDS.glob("*.json"))), True)
    assert told["sha256"] in result.notes[0]


def answer(question: dict[str, object]) -> tuple[int, bytes]:
    """An OSV service that knows three holes."""
    package = question["package"]
    assert isinstance(package, dict)
    known = {("flask", "2.2.2"): "PYSEC-2023-62", ("jinja2", "2.10"): "PYSEC-2021-66"}
    if package["name"] in {pin.name for pin in REAL}:
        affected = {"package": package, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99"}]}]}
        return 200, json.dumps({"vulns": [{"id": "CVE-1", "modified": "2020-01-01T00:00:00Z", "affected": [affected]}]}).encode()
    name = known.get((str(package["name"]), str(question["version"])))
    return 200, json.dumps({"vulns": [record(name)]} if name else {}).encode()


def test_a_service_is_asked_about_every_pin(tmp_path: Path) -> None:
    with service(answer) as (url, asked):
        given_ = OsvAdvisories(OsvService(f"{url}/v1/query"), 0.0)
        result = CHECK.run(context(tmp_path, {"requirements.txt": "flask==2.2.2\nitsdangerous==2.1.2"}, advisories=given_))
    assert isinstance(result, Ran)
    assert [(f.rule, f.fix) for f in result.findings] == [("CVE-2023-30861", "upgrade to 2.2.5")]
    assert {q["package"]["name"] for q in asked} == {"bleach", "flask", "itsdangerous"}
    assert result.looked_at == ("flask 2.2.2", "itsdangerous 2.1.2")


def test_a_service_that_calls_everything_clean_is_no_answer(tmp_path: Path) -> None:
    with service(lambda _: (200, b"{}")) as (url, _):
        given_ = OsvAdvisories(OsvService(f"{url}/v1/query"), 0.0)
        result = CHECK.run(context(tmp_path, {"requirements.txt": "itsdangerous==2.1.2"}, advisories=given_))
    assert isinstance(result, Broken)
    assert "found no hole of the planted bleach 3.1.0" in result.reason


@pytest.mark.slow
def test_an_index_without_advisory_data_is_no_answer(tmp_path: Path) -> None:
    """Asks the network, which may refuse: any way to fail is fine, as long as it is closed."""
    index = IndexAdvisories(Processes(tmp_path), 0.0, 60.0)
    result = CHECK.run(context(tmp_path, {"requirements.txt": "nothing-of-this-name==1"}, advisories=index))
    assert not (isinstance(result, Ran) and not result.gaps)


def recorded(name: str) -> bytes:
    return (RECORDED / name).read_bytes()


def test_recorded_findings() -> None:
    audit = parse(recorded("findings.json"), (INVENTED[0], FLASK, JINJA, SAFE))
    assert [h.id for h in audit.holes[FLASK]] == ["CVE-2023-30861"]
    assert audit.holes[FLASK][0].fixed_in == ("2.2.5", "2.3.2")
    assert audit.holes[SAFE] == ()
    assert audit.asked == {INVENTED[0], FLASK, JINJA, SAFE}


def test_recorded_clean() -> None:
    audit = parse(recorded("clean.json"), (INVENTED[0], SAFE))
    assert (bool(audit.holes[INVENTED[0]]), audit.holes[SAFE], audit.skipped) == (True, (), {})


def test_recorded_skips() -> None:
    audit = parse(recorded("skipped.json"), (FLASK, JINJA))
    assert (audit.holes, set(audit.skipped)) == ({}, {FLASK, JINJA})
    partial = parse(recorded("partial.json"), (INVENTED[0], FLASK, Pin("x", "1")))
    assert set(partial.skipped) == {Pin("x", "1")}


def test_recorded_empty() -> None:
    audit = parse(recorded("empty.json"), (FLASK,))
    assert (audit.holes, audit.skipped) == ({}, {})


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b'{"dependencies": 5}', b'{"dependencies": [5]}', b"[" * 9999, b'{"results": [], "errors": []}'],
    ids=["empty", "no dependencies", "list", "null", "number", "numbers", "deep", "another tool's"],
)
def test_what_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(NotAReport):
        parse(content, (FLASK,))


@pytest.mark.parametrize("name", ["garbage.json", "error.txt"])
def test_recorded_garbage_is_refused(name: str) -> None:
    with pytest.raises(NotAReport):
        parse(recorded(name), (INVENTED[0], FLASK, JINJA, SAFE))


def test_a_report_about_another_target_is_refused() -> None:
    with pytest.raises(NotAReport, match="which it was not given"):
        parse(recorded("findings.json"), (INVENTED[0], Pin("flask", "2.2.3"), JINJA, SAFE))


names = st.sampled_from(["a", "b", "c", INVENTED[0].name, INVENTED[1].name])
pins = st.lists(st.builds(Pin, names, st.sampled_from(["1.0", "2.0", "3.0"])), max_size=12)


@given(pins)
def test_bundles_hold_every_pin_once_per_name_and_begin_with_a_specimen(every: list[Pin]) -> None:
    made = bundles(every, INVENTED)
    assert {pin for bundle in made for pin in bundle} >= set(every)
    for number, bundle in enumerate(made):
        assert len({pin.name for pin in bundle}) == len(bundle)
        assert bundle[0] == INVENTED[number % 2]


def test_a_project_can_not_make_us_run_for_ever() -> None:
    assert len(bundles([Pin("a", str(number)) for number in range(1000)], INVENTED)) == MAX_RUNS


def test_the_generated_file_holds_nothing_but_pins() -> None:
    assert requirements([FLASK, JINJA]) == "flask==2.2.2\njinja2==2.10\n"
