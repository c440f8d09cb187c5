"""Which pins a record hits, how holes merge, and which version closes them all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from secure_release.checks import Hole, Pin, Severity
from secure_release.checks.cvss import base_score, rating
from secure_release.checks.osv import (
    MAX_SUMMARY,
    NotARecord,
    Record,
    hole,
    in_order,
    lowest_fix,
    match,
    merged,
    one_line,
    records,
)
from tests.fakes_audit import record, snapshot


def known(*names: str) -> tuple[Record, ...]:
    return tuple(r for name in names for r in records(record(name)))


def invented(events: Sequence[dict[str, str]] = (), versions: Sequence[str] = (), **more: Any) -> Record:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    affected = {"package": {"ecosystem": "PyPI", "name": "Tea.Pot"}, "ranges": ranges, "versions": list(versions)}
    return records({"id": "X-1", "modified": "2024-01-01T00:00:00Z", "affected": [affected], **more})[0]


@pytest.mark.parametrize(
    ("version", "hit"),
    [("0.12", 3), ("0.12.3", 2), ("1.0", 1), ("2.2.4", 1), ("2.2.5", 0), ("2.3.0", 1), ("2.3.2", 0), ("2.2.2+corp1", 1)],
)
def test_a_real_distribution_is_hit_on_two_branches(version: str, hit: int) -> None:
    holes = match(Pin("flask", version), known("PYSEC-2018-66", "PYSEC-2019-179", "PYSEC-2023-62")).holes
    assert len(holes) == hit


@pytest.mark.parametrize(
    ("events", "version", "hit"),
    [
        ([{"introduced": "0"}, {"fixed": "2.10"}], "2.1", True),
        ([{"introduced": "0"}, {"fixed": "2.10"}], "2.9", True),
        ([{"introduced": "0"}, {"fixed": "2.10"}], "2.10", False),
        ([{"introduced": "0"}, {"fixed": "2.10"}], "2.10rc1", True),
        ([{"introduced": "0"}, {"fixed": "1"}], "0a1", True),
        ([{"introduced": "1"}, {"last_affected": "2"}], "2", True),
        ([{"introduced": "1"}, {"last_affected": "2"}], "2.0.1", False),
        ([{"introduced": "3"}, {"fixed": "4"}, {"introduced": "1"}, {"fixed": "2"}], "3.5", True),
        ([{"introduced": "3"}, {"fixed": "4"}, {"introduced": "1"}, {"fixed": "2"}], "2.5", False),
        ([{"introduced": "1"}, {"fixed": "2"}, {"introduced": "2"}, {"fixed": "3"}], "2", True),
        ([{"introduced": "1"}, {"fixed": "1"}], "1", False),
        ([{"introduced": "0"}], "99!1", True),
    ],
)
def test_ranges_turn_at_their_events(events: list[dict[str, str]], version: str, hit: bool) -> None:
    assert invented(events).hits(Version(version)) is hit


def test_a_listed_version_counts_even_outside_the_ranges() -> None:
    both = invented([{"introduced": "2"}, {"fixed": "3"}], ["1.0"])
    assert [v for v in ("1.0", "1.1", "2.5") if both.hits(Version(v))] == ["1.0", "2.5"]


def test_a_withdrawn_record_says_nothing() -> None:
    assert records(record("PYSEC-2022-43059")) == ()


def test_a_record_of_another_ecosystem_says_nothing() -> None:
    assert records({"id": "X", "affected": [{"package": {"ecosystem": "npm", "name": "a"}, "versions": ["1"]}]}) == ()


def test_names_are_normalised() -> None:
    assert invented([{"introduced": "0"}]).name == "tea-pot"


@pytest.mark.parametrize(
    ("name", "of", "reason"),
    [
        ("steam", "PYSEC-2019-125", "has a bound that is not a version"),
        ("binderhub", "PYSEC-2021-371", "has a bound that is not a version"),
    ],
)
def test_a_record_that_can_not_be_judged_makes_the_pin_unauditable(name: str, of: str, reason: str) -> None:
    found = match(Pin(name, "1.0"), known(of))
    assert found.holes == ()
    assert reason in found.unauditable


def test_a_record_without_any_version_makes_the_pin_unauditable() -> None:
    assert "does not say which versions" in match(Pin("tea-pot", "1"), [invented()]).unauditable


def test_listed_versions_stand_in_for_an_unreadable_range() -> None:
    listed = invented([{"introduced": "0"}, {"fixed": "nightly-7"}], ["1.0"])
    assert match(Pin("tea-pot", "1.0"), [listed]).holes
    assert match(Pin("tea-pot", "2.0"), [listed]).unauditable == ""


def test_a_version_that_is_none_is_unauditable_not_clean() -> None:
    found = match(Pin("buildbot", "0.7.10p1"), known("PYSEC-2019-6"))
    assert "not a version by PEP 440" in found.unauditable


def test_a_hole_without_a_fix_has_none() -> None:
    found = match(Pin("exiv2", "0.1"), known("PYSEC-2017-112"))
    assert (found.fix, found.holes[0].fixed_in, found.holes[0].severity) == ("", (), Severity.MEDIUM)


@pytest.mark.parametrize(
    ("version", "fix"),
    [("2.2.2", "2.2.5"), ("2.3.0", "2.3.2"), ("0.12", "2.2.5"), ("1.1", "2.2.5")],
)
def test_the_fix_is_on_the_same_branch_and_closes_all(version: str, fix: str) -> None:
    assert match(Pin("flask", version), known("PYSEC-2018-66", "PYSEC-2019-179", "PYSEC-2023-62")).fix == fix


def test_a_fix_with_a_hole_of_its_own_is_no_fix() -> None:
    first = invented([{"introduced": "0"}, {"fixed": "1.2"}])
    second = invented([{"introduced": "1.2"}, {"fixed": "1.5"}], id="X-2")
    assert match(Pin("tea-pot", "1.0"), [first, second]).fix == "1.5"


def test_a_prerelease_is_offered_only_when_nothing_else_is() -> None:
    order = in_order(Version("1.0"), [Version(v) for v in ("1.1rc1", "3.0", "2.0", "1.4", "1.0.1", "0.9")])
    assert [str(v) for v in order] == ["1.0.1", "1.4", "2.0", "3.0", "1.1rc1"]


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({}, Severity.UNKNOWN),
        ({"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}, Severity.CRITICAL),
        ({"severity": [{"type": "CVSS_V3", "score": "nonsense"}]}, Severity.UNKNOWN),
        ({"severity": [{"type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H"}]}, Severity.UNKNOWN),
        ({"database_specific": {"severity": "MODERATE"}}, Severity.MEDIUM),
        ({"database_specific": {"severity": 7}}, Severity.UNKNOWN),
    ],
)
def test_severity_is_what_the_record_says(more: dict[str, Any], severity: Severity) -> None:
    assert invented([{"introduced": "0"}], **more).severity is severity


# Worked examples of the CVSS 3.1 specification's documents ("CVSS v3.1 Examples", FIRST), and the extremes.
@pytest.mark.parametrize(
    ("vector", "score"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),
        ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1),
        ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9),
        ("CVSS:3.0/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
        ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),
        ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", 0.0),
    ],
)
def test_the_base_score_is_the_specifications(vector: str, score: float) -> None:
    assert base_score(vector) == score


@pytest.mark.parametrize("vector", ["", "CVSS:4.0/AV:N", "CVSS:3.1/AV:N", "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U", "AV:N/AC:L"])
def test_what_is_no_vector_has_no_score(vector: str) -> None:
    with pytest.raises(ValueError, match=r"vector|dictionary"):
        base_score(vector)


def test_ratings_begin_where_the_specification_says() -> None:
    ratings = [rating(s).value for s in (0.0, 0.1, 3.9, 4.0, 6.9, 7.0, 8.9, 9.0)]
    assert ratings == ["info", "low", "low", "medium", "medium", "high", "high", "critical"]


@pytest.mark.parametrize(
    "broken", [{}, {"id": 7}, {"id": "X", "affected": 5}, {"id": "X", "affected": [{"package": {"ecosystem": "PyPI"}}]}]
)
def test_what_is_no_record_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(NotARecord):
        records(broken)


def test_foreign_text_becomes_one_short_line() -> None:
    summary = match(Pin("tea-pot", "1"), [invented([{"introduced": "0"}], details="a\n\x1b[31mb\t" + "c" * 999)]).holes[0].summary
    assert summary.startswith("a [31mb ccc")
    assert len(summary) == 200


numbers = st.integers(0, 3)
versions = st.builds("{}.{}.{}".format, numbers, numbers, numbers)
names = ["CVE-2024-1", "CVE-2024-10", "GHSA-a", "GHSA-b", "PYSEC-2024-1", "PYSEC-2024-2"]
ids = st.lists(st.sampled_from(names), min_size=1, max_size=3)


@st.composite
def range_records(draw: st.DrawFn) -> Record:
    bounds = sorted({Version(v) for v in draw(st.lists(versions, min_size=1, max_size=4))})
    events = [{("introduced", "fixed")[n % 2]: str(bound)} for n, bound in enumerate(bounds)]
    return invented(events, draw(st.lists(versions, max_size=2)), aliases=draw(ids))


holes_of_any = st.builds(
    lambda names, text, severity, fixed: hole(names, text, severity, map(Version, fixed)),
    ids,
    st.sampled_from(["", "one", "two"]),
    st.sampled_from(list(Severity)),
    st.lists(versions, max_size=3),
)


@given(versions, st.lists(range_records(), max_size=4))
def test_no_known_hole_hits_a_fix(version: str, every: list[Record]) -> None:
    fix = lowest_fix(Version(version), every)
    if fix:
        assert Version(fix) > Version(version)
        assert match(Pin("tea-pot", fix), every).holes == ()
    else:
        above = {f for r in every for f in r.fixed if f > Version(version)}
        assert all(any(r.hits(f) for r in every) for f in above)


@given(st.lists(holes_of_any, max_size=6))
def test_merging_twice_is_merging_once(holes: list[Hole]) -> None:
    assert merged(merged(holes)) == merged(holes)


@given(st.lists(holes_of_any, max_size=4))
def test_merging_knows_no_order(holes: list[Hole]) -> None:
    assert len({merged(order) for order in permutations(holes)}) == 1


@given(st.lists(holes_of_any, max_size=6))
def test_one_id_is_in_one_hole_and_none_is_lost(holes: list[Hole]) -> None:
    after = [alias for h in merged(holes) for alias in h.aliases]
    assert len(after) == len(set(after))
    assert set(after) == {alias for h in holes for alias in h.aliases}


@given(versions, st.lists(range_records(), max_size=4))
def test_matching_knows_no_order(version: str, every: list[Record]) -> None:
    assert match(Pin("tea-pot", version), every) == match(Pin("tea-pot", version), every[::-1])


FULL = os.environ.get("SECURE_RELEASE_OSV_ZIP", "")


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason="SECURE_RELEASE_OSV_ZIP does not name a whole OSV dump of PyPI")
def test_every_fix_in_a_whole_database_is_hit_by_nothing() -> None:
    advisories = snapshot(Path(FULL), max_age=float("inf"), now=datetime(2100, 1, 1, tzinfo=UTC))
    for name in advisories.snapshot.records:
        for found in advisories.lookup([Pin(name, "0.1"), Pin(name, "1.0"), Pin(name, "2.0.0")]):
            if found.fix:
                assert advisories.lookup([Pin(name, found.fix)])[0].holes == ()


@given(st.one_of(st.text(max_size=600), st.text("a \n\x00\u2028\xa0\u200b", max_size=600)))
def test_a_summary_is_the_beginning_of_the_whole_text_on_one_line(text: str) -> None:
    whole = " ".join("".join(c if c.isprintable() else " " for c in text).split())

    assert one_line(text) == (whole if len(whole) <= MAX_SUMMARY else whole[: MAX_SUMMARY - 1].rstrip() + "…")
