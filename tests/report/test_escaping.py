"""Text of somebody else stays text, in every format."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_release.checks import Severity
from secure_release.pipeline.release import Outcome, Stage
from secure_release.pipeline.report import REPORTS, console, junit, markdown, sarif, verdict_json
from secure_release.pipeline.report.data import storable, written
from secure_release.pipeline.report.text import count, cut, one_line, seconds, size, visible

from .samples import EVIL, SAMPLES, finding, hostile, result

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from((EVIL, "\0", "]]>", "|", "``", "\u202e"))
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


PLAIN = st.recursive(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(PLAIN)
def test_json_is_written_as_the_standard_library_writes_it(document: object) -> None:
    assert written(document) == json.dumps(document, indent=1).replace("\\u007f", "\x7f") + "\n"


@given(ANY)
@settings(max_examples=40)
def test_data_never_breaks_a_format(text: str) -> None:
    view = hostile(text)
    ET.fromstring(junit.render(view))
    assert json.loads(verdict_json.render(view))["identity"]["branch"] == storable(text)
    json.loads(sarif.render(view))


@given(ANY)
def test_no_hidden_character_reaches_a_reader(text: str) -> None:
    view = hostile(text)
    for name in set(REPORTS) - {"verdict.json", "findings.sarif"}:
        assert not HIDDEN.search(REPORTS[name](view)), name


@given(ANY)
def test_json_is_ascii_on_the_wire(text: str) -> None:
    assert verdict_json.render(hostile(text)).isascii()
    assert sarif.render(hostile(text)).isascii()


@given(ANY)
def test_markdown_of_data_holds_no_markup(text: str) -> None:
    safe = markdown.safe(text).replace("<!-- -->", "")
    assert "\n" not in safe and "<" not in safe
    for special in "|`[]*_":
        assert not re.search(rf"(?<!\\)(\\\\)*{re.escape(special)}", safe), safe


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a|b", r"a\|b"),
        ("<script>", "&lt;script&gt;"),
        ("@everyone", "@<!-- -->everyone"),
        ("https://evil.example", "h<!-- -->ttps://evil.example"),
        ("www.evil.example", "w<!-- -->ww.evil.example"),
        ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
        ("\u202egnp.exe", r"\\u202egnp.exe"),
        ("one\ntwo", "one two"),
    ],
)
def test_markdown_shows_what_it_was_given(text: str, safe: str) -> None:
    assert markdown.safe(text) == safe


@pytest.mark.parametrize("name", SAMPLES)
def test_console_is_plain_and_narrow(name: str) -> None:
    text = console.render(SAMPLES[name]())
    assert max(len(line) for line in text.splitlines()) <= console.WIDTH
    assert "\x1b" not in text
    assert text.splitlines()[-1].startswith(console.MARKS[SAMPLES[name]().outcome])


def test_console_cuts_lines_of_any_length() -> None:
    text = console.render(hostile("A" * 10_000))
    assert max(len(line) for line in text.splitlines()) <= console.WIDTH
    line = console.stage_line(result(Stage.DEPLOY, Outcome.ROLLED_BACK, "A" * 10_000)).splitlines()
    assert max(len(part) for part in line) == console.WIDTH
    assert len(line) == 3


def test_console_says_how_many_reasons_it_left_out() -> None:
    text = console.render(SAMPLES["many"]())
    assert "5,000 reasons against the release:" in text
    assert "and 4,980 more: see report.html" in text
    assert text.count("\n") < 80


def test_sarif_gives_every_severity_a_level_and_a_band() -> None:
    assert set(sarif.LEVELS) == set(sarif.SECURITY_SEVERITY) == set(Severity)
    assert str(finding("bandit", "B1", Severity.LOW, "a b.py", 1, "x").place) == "a b.py:1"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (visible("a\u202eb\0"), "a\\u202eb\\u0000"),
        (visible("\U000e0041"), "\\U000e0041"),  # a tag character: invisible ASCII
        (visible("日本 é"), "日本 é"),
        (one_line(" a\r\n b\t"), "a b"),
        (cut("abcdef", 5), "ab..."),
        (size(812_345), "812.3 kB"),
        (size(999), "999 B"),
        (seconds(0.021), "21 ms"),
        (seconds(9.25), "9.2 s"),
        (seconds(95), "1 min 35 s"),
        (seconds(3700), "1 h 1 min"),
        (seconds(604_800), "7 d"),
        (seconds(119.7), "2 min 0 s"),
        (count(1, "patch"), "1 patch"),
        (count(1200, "patch"), "1,200 patches"),
    ],
)
def test_words(said: str, shown: str) -> None:
    assert said == shown
