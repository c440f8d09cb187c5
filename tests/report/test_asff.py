"""Findings as Security Hub takes them: nothing is left out, what is excused is archived, and every limit is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.pipeline.release import EXIT_OURS, ReleaseError
from secure_release.pipeline.report import facts
from secure_release.pipeline.report.asff import BATCH, batches, documents, product

from .samples import EVIL, FLASK, SAMPLES, SHELL, hostile

ARN = "arn:aws:securityhub:eu-central-1:123456789012:product/123456789012/default"
BY = product(ARN)
# BatchImportFindings and the ASFF attribute reference: what is required, and the longest text.
REQUIRED = {"SchemaVersion", "Id", "ProductArn", "GeneratorId", "AwsAccountId", "CreatedAt", "UpdatedAt", "Title", "Description", "Resources", "Types", "Severity"}
LONGEST = {"Id": 512, "GeneratorId": 512, "Title": 256, "Description": 1024}


def within_limits(one: dict[str, Any]) -> bool:
    texts = all(0 < len(one[name]) <= longest for name, longest in LONGEST.items())
    advice = len(one.get("Remediation", {}).get("Recommendation", {}).get("Text", "")) <= 512
    fields = len(one["ProductFields"]) <= 50 and all(0 < len(value) <= 2048 for value in one["ProductFields"].values())
    return texts and advice and fields and len(one["Resources"][0]["Id"]) <= 512 and len(json.dumps(one)) < 240_000


@pytest.mark.parametrize("name", SAMPLES)
def test_every_finding_gap_and_silence_is_there_once(name: str) -> None:
    view = SAMPLES[name]()
    found = documents(view, BY)

    silent = [row for row in facts.checks(view) if row.state in ("broken", "absent") or (row.state == "skipped" and row.required)]
    assert len(found) == len(facts.findings(view)) + len(facts.gaps(view)) + len(silent) + (view.scan is None)
    assert all(one.keys() >= REQUIRED and within_limits(one) for one in found)
    assert {one["AwsAccountId"] for one in found} <= {"123456789012"}


def test_what_counts_is_active_and_what_is_waived_is_archived() -> None:
    by_id = {one["Id"].rpartition("/")[2]: one for one in (*documents(SAMPLES["refused"](), BY), *documents(SAMPLES["passed"](), BY))}

    assert by_id[SHELL.fingerprint]["RecordState"] == "ACTIVE"
    assert by_id[SHELL.fingerprint]["Severity"] == {"Label": "HIGH", "Original": "high"}
    assert by_id[SHELL.fingerprint]["Resources"] == [{"Type": "Other", "Id": "webshop/webshop/shop.py:41", "Region": "eu-central-1"}]
    assert by_id[FLASK.fingerprint]["RecordState"] == "ARCHIVED"
    assert by_id[FLASK.fingerprint]["Types"] == ["Software and Configuration Checks/Vulnerabilities/CVE"]
    assert {"Id": "CVE-2023-30861"} in by_id[FLASK.fingerprint]["Vulnerabilities"]


def test_no_answer_is_never_silence() -> None:
    titles = [one["Title"] for one in documents(SAMPLES["incomplete"](), BY)]

    assert "semgrep gave no answer" in titles
    assert [one["Title"] for one in documents(SAMPLES["empty"](), BY)] == ["The release was not scanned"]
    assert any(title.startswith("source did not look at data/catalogue.json") for title in titles)


def test_a_hole_keeps_its_id_from_run_to_run() -> None:
    view = SAMPLES["refused"]()
    later = replace(view, identity=replace(view.identity, run="another", commit="1" * 40))

    assert [one["Id"] for one in documents(view, BY)] == [one["Id"] for one in documents(later, BY)]


def test_a_call_is_given_a_hundred_at_most() -> None:
    view = SAMPLES["many"]()
    sizes = [len(json.loads(batch)) for batch in batches(view, BY)]

    assert sum(sizes) == len(documents(view, BY)) > BATCH
    assert sizes[:-1] == [BATCH] * (len(sizes) - 1)


def test_nothing_found_is_no_call_at_all() -> None:
    view = SAMPLES["passed"]()
    assert view.verdict is not None and view.scan is not None
    clean = replace(view, verdict=replace(view.verdict, counted=(), excused=(), gaps=()), patch_test=None)

    assert [one["Title"] for one in documents(clean, BY)] == []
    assert batches(clean, BY) == ()


@given(st.text(min_size=1))
def test_hostile_text_breaks_no_limit(text: str) -> None:
    for view in (hostile(text), hostile(EVIL)):
        assert all(within_limits(one) for one in documents(view, BY))
        assert all(batch.isascii() for batch in batches(view, BY))


@pytest.mark.parametrize("arn", ["", "default", ARN.replace("securityhub", "s3"), ARN + "\n", ARN.replace("123456789012:", "1:"), f"{ARN}; touch x"])
def test_what_is_no_product_is_refused(arn: str) -> None:
    with pytest.raises(ReleaseError) as told:
        product(arn)
    assert told.value.exit_code == EXIT_OURS
