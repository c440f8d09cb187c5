"""The page as a document: what it is made of, and that nobody's text becomes a part of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_release.pipeline.report import html
from secure_release.pipeline.report import page as page_of
from secure_release.pipeline.report.text import visible

from .samples import EVIL, SAMPLES, hostile, many

ELEMENTS = """
html head meta title style body header main footer nav section div p b span small code pre svg circle rect path
h1 h2 h3 dl dt dd ol ul li a table caption thead tbody tr th td details summary figure figcaption time
"""
SHORT = [name for name in SAMPLES if name != "many"]  # the browser reads that one
TAGS = frozenset(ELEMENTS.split())
FREE = {"d", "viewbox", "content", "data-label", "cx", "cy", "r", "x", "y", "rx", "width", "height"}


class Page(HTMLParser):
    """Tags, attributes, and the text of headings and captions."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def known() -> set[tuple[str, str]]:
    """Every attribute that a page about harmless runs has."""
    views = [make() for name, make in SAMPLES.items() if name not in ("hostile", "many")]
    return {pair for view in (*views, hostile("harmless")) for pair in Page(html.render(view)).attributes}


@given(st.text(max_size=40) | st.sampled_from((EVIL, "'\"><b onclick=x>", "</style><script>", "--><!--", "javascript:x")))
@settings(max_examples=40)
def test_text_of_others_makes_no_tag_and_no_attribute(known: set[tuple[str, str]], text: str) -> None:
    page = Page(html.render(hostile(text)))
    assert set(page.tags) <= TAGS
    assert {pair for pair in page.attributes if pair[0] not in FREE} <= known | {("class", "said")}


def test_text_of_others_is_shown_whole_and_visible() -> None:
    page = Page(html.render(hostile(EVIL))).text
    assert "</td><script>document.title='owned'</script>" in page
    assert "\\u0000\\u001b[31m\\u202egnp.exe\\u2066\\u200b\\udc80\\ufffe" in page


@pytest.mark.parametrize("name", SHORT)
def test_the_policy_allows_our_style_and_nothing_else(name: str) -> None:
    page = html.render(SAMPLES[name]())
    style = page.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert ("content", policy) in Page(page).attributes
    assert "style=" not in page and "url(" not in style and "@import" not in style


def test_a_long_table_brings_our_script_and_the_policy_names_it() -> None:
    page = html.render(many(300))
    style, script = page.split("<style>")[1].split("</style>")[0], page.split("<script>")[1].split("</script>")[0]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    policy = f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; base-uri 'none'; form-action 'none'"
    assert ("content", policy) in Page(page).attributes
    assert script == (Path(html.__file__).parent / "report.js").read_text(encoding="utf-8")
    assert "innerHTML" not in script and "eval" not in script and "style" not in script


def test_a_page_holds_so_many_rows_and_says_how_many_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_of, "MOST", 250)
    page = html.render(many(300))
    assert "The last 50 are not in this file: they are in verdict.json and findings.sarif." in Page(page).text
    rows = json.loads(page.split('<script type="application/json">')[1].split("</script>")[0])
    assert len(rows) == 250 and len(rows[0]) == 5


def test_a_long_folded_list_says_how_many_it_leaves_out() -> None:
    (block,) = page_of.listing("In no check's list", [f"a{n}.bin" for n in range(1_500)], folded=True)
    assert isinstance(block, page_of.Listing)
    assert len(block.items) == 1_001 and block.items[-1] == "and 500 more: verdict.json holds all of them"


@given(st.text(max_size=60) | st.sampled_from((EVIL, "</script>", "<!--<script>", "]]>", "\u2028")))
def test_text_of_others_makes_no_tag_in_the_rows_of_a_long_table(text: str) -> None:
    packed = page_of.packed([page_of.cell(text, page_of.Tone.CODE, text), page_of.cell(text)])
    assert not set("<>&") & set(packed) and packed.isascii()
    shown = visible(text)
    assert json.loads(packed) == [[shown, "code", shown] if shown else ["", "code"], shown]


@pytest.mark.parametrize("name", SHORT)
def test_the_page_has_landmarks_one_title_and_captions(name: str) -> None:
    tags = Page(html.render(SAMPLES[name]())).tags
    assert [tags.count(tag) for tag in ("h1", "main", "header", "footer", "nav")] == [1, 1, 1, 1, 1]
    assert tags.count("caption") == tags.count("table") == tags.count("thead")
    assert tags.index("h1") < tags.index("h2") < tags.index("table") if "table" in tags else True


@pytest.mark.parametrize("name", SHORT)
def test_links_lead_to_parts_of_the_page(name: str) -> None:
    attributes = Page(html.render(SAMPLES[name]())).attributes
    ids = [value for key, value in attributes if key == "id"]
    assert len(ids) == len(set(ids))
    assert {value for key, value in attributes if key in ("href", "src")} <= {f"#{name}" for name in ids}


def test_what_a_person_must_do_comes_before_everything_but_the_verdict() -> None:
    text = Page(html.render(SAMPLES["stranded"]())).text
    assert (
        text.index("Stranded", 40) < text.index("Do this now, by hand") < text.index("reasons against") < text.index("looked at")
    )


def test_an_empty_run_says_so_in_every_part() -> None:
    text = Page(html.render(SAMPLES["empty"]())).text
    for sentence in ("Nothing was scanned.", "No patch was tried.", "No backup was taken.", "Nothing was deployed."):
        assert sentence in text


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_ink_can_be_read_on_every_ground() -> None:
    """4.5 to 1, as WCAG 2.2 AA asks for text, by day and by night."""
    css = html.render(SAMPLES["empty"]()).split("<style>")[1]
    blocks = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{([^}]*)\}", css)[:2]]
    assert len(blocks) == 2
    for colours in blocks:
        for ink in ("ink", "quiet", "good", "bad", "open", "back"):
            for ground in ("paper", "sheet"):
                light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)
