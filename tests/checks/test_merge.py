"""What merging says, held to a plain reference; bench/scale.py shows how long it takes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from secure_release.checks import Confidence, Finding, Place, Severity, Witness, numbered
from secure_release.checks.kin import kind
from secure_release.checks.merge import merged


def reference(findings: list[Finding]) -> tuple[Finding, ...]:
    """Each finding beside every one that was kept before it."""
    holes: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda f: (f.place.path, f.place.line, f.place.end_line, f.check, f.rule)):
        kept = holes.setdefault((finding.place.path, kind(finding)), [])
        twin = next((i for i, other in enumerate(kept) if same_hole(finding, other)), None)
        if twin is None:
            kept.append(finding)
        else:
            kept[twin] = together(kept[twin], finding)
    return numbered(finding for kept in holes.values() for finding in kept)


def same_hole(one: Finding, other: Finding) -> bool:
    if not one.weakness or not one.place.line or one.advisories or other.advisories:
        return False
    return one.place.line <= last(other) and other.place.line <= last(one)


def last(finding: Finding) -> int:
    return max(finding.place.line, finding.place.end_line)


def together(one: Finding, other: Finding) -> Finding:
    first, second = sorted((one, other), key=lambda f: (-f.confidence.rank, -f.severity.rank, f.check == "bandit"))
    worst = max(one.severity, other.severity, key=lambda severity: severity.rank)
    said = tuple(dict.fromkeys((*first.witnesses, *second.witnesses)))
    return replace(first, severity=worst, witnesses=said, fix=first.fix or second.fix)


@st.composite
def some(draw: st.DrawFn) -> Finding:
    check, rule = draw(st.sampled_from(["bandit", "semgrep"])), draw(st.sampled_from("rs"))
    line = draw(st.integers(0, 12))
    return Finding(
        check=check,
        rule=rule,
        severity=draw(st.sampled_from(Severity)),
        confidence=draw(st.sampled_from(Confidence)),
        message="it is wrong",
        place=Place(draw(st.sampled_from(["a.py", "b.py"])), line, draw(st.integers(0, 16))),
        subject=draw(st.sampled_from("xy")),
        fix=draw(st.sampled_from(["", "Mend it."])),
        weakness=draw(st.sampled_from(["CWE-89", "CWE-89", "CWE-78", ""])),
        advisories=draw(st.sampled_from([(), (), (), ("CVE-2026-1",)])),
        witnesses=(Witness(check, rule),),
        nth=0,
    )


@given(st.lists(some(), max_size=20))
@settings(max_examples=300)
def test_merging_says_what_the_plain_reference_says(findings: list[Finding]) -> None:
    assert merged(findings) == reference(findings)
