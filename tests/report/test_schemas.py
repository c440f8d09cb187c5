"""What programs read holds to its schema, for every way that a release can end."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker

from secure_release.pipeline.release import Outcome
from secure_release.pipeline.report import sarif, verdict_json
from secure_release.pipeline.report.data import data

from .samples import EVIL, IDENTITY, SAMPLES, hostile

SARIF: Any = json.loads((Path(__file__).parents[1] / "data" / "sarif-2.1.0-rtm.5.json").read_text())
VERDICT: Any = json.loads(files("secure_release.pipeline.report").joinpath("verdict.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SAMPLES)
def test_verdict_json_holds_to_its_schema(name: str) -> None:
    document = json.loads(verdict_json.render(SAMPLES[name]()))
    Draft202012Validator(VERDICT, format_checker=FormatChecker()).validate(document)


def test_every_key_of_the_schema_is_closed_so_that_a_new_field_is_noticed() -> None:
    document = json.loads(verdict_json.render(SAMPLES["passed"]()))
    document["identity"]["surprise"] = 1
    assert not Draft202012Validator(VERDICT).is_valid(document)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "many"])
def test_sarif_holds_to_the_standards_schema(name: str) -> None:
    Draft4Validator(SARIF).validate(json.loads(sarif.render(SAMPLES[name]())))


def test_sarif_without_a_version_is_refused_by_the_schema_we_test_with() -> None:
    document = json.loads(sarif.render(SAMPLES["passed"]()))
    del document["version"]
    assert not Draft4Validator(SARIF).is_valid(document)


@pytest.mark.parametrize("name", SAMPLES)
def test_reasons_are_there_exactly_when_the_release_did_not_pass(name: str) -> None:
    document = verdict_json.document(SAMPLES[name]())
    assert bool(document["reasons"]["all"]) is (document["outcome"] != Outcome.PASSED)


def runs(name: str) -> dict[str, Any]:
    return {run["tool"]["driver"]["name"]: run for run in sarif.document(SAMPLES[name]())["runs"]}


def test_a_check_that_gave_no_answer_has_a_sarif_run_that_says_so() -> None:
    found = runs("incomplete")
    for name in ("semgrep", "clock", "pip-audit", "secure-release"):
        assert found[name]["invocations"][0]["executionSuccessful"] is False
        assert "error" in {note["level"] for note in found[name]["invocations"][0]["toolExecutionNotifications"]}
    assert found["bandit"]["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    skipped = found["workflows"]["invocations"][0]
    assert skipped["executionSuccessful"] is False  # it did not look, and that is not an error
    assert [note["level"] for note in skipped["toolExecutionNotifications"]] == ["note"]


def test_a_waived_result_is_suppressed_with_owner_reason_and_end() -> None:
    (result,) = runs("passed")["pip-audit"]["results"]
    (suppression,) = result["suppressions"]
    assert suppression["kind"] == "external"
    assert all(part in suppression["justification"] for part in ("mia@shop.example", "Our cache never", "2026-03-12"))


def test_a_counted_result_has_a_fingerprint_a_cwe_and_no_suppression() -> None:
    (result,) = runs("refused")["bandit"]["results"][:1]
    rule = runs("refused")["bandit"]["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert result["suppressions"] == []
    assert list(result["partialFingerprints"]) == ["secureRelease/v1"]
    assert rule["properties"] == {"tags": ["security", "external/cwe/cwe-78"], "security-severity": "8.0"}
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "webshop/shop.py", "uriBaseId": "SRCROOT"}


def test_json_keeps_every_character_that_utf_8_can_hold() -> None:
    document = json.loads(verdict_json.render(hostile(EVIL)))
    assert document["identity"]["branch"] == EVIL.replace("\udc80", "\\udc80")


def test_sets_are_written_in_one_order() -> None:
    assert data(frozenset({"b", "a"})) == ["a", "b"]
    assert data(IDENTITY)["dirty"] == ["data/notes.txt"]
