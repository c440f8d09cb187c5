"""The page in a real browser: it runs nothing but its own script, fetches nothing, fits a phone, and prints."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from secure_release.pipeline.report import html
from secure_release.pipeline.report.text import cut, visible
from secure_release.pipeline.view import RunView
from tests.require import needs

from .samples import EVIL, SAMPLES, hostile, many

pytestmark = pytest.mark.slow
FLAGS = (
    "--headless=new",
    "--hide-scrollbars",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = Options()
    options.binary_location, driver_path = needs("browser")
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with webdriver.Chrome(options=options, service=Service(driver_path)) as driver:
        driver.get("about:blank")  # and not the browser's own first page, which logs and asks for things
        yield driver


class Parts(HTMLParser):
    """Tags with their attributes in no order, and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.parts: list[object] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append(data.strip())


def show(browser: webdriver.Chrome, folder: Path, view: RunView) -> None:
    page = folder / "report.html"
    page.write_text(html.render(view), encoding="utf-8")
    logged(browser, "browser")  # what earlier pages said
    logged(browser, "performance")
    browser.get(page.as_uri())


def logged(browser: webdriver.Chrome, kind: str) -> Any:
    """What was logged since it was asked last."""
    return browser.get_log(kind)  # type: ignore[no-untyped-call]


def requests(browser: webdriver.Chrome, page: str) -> list[str]:
    """Every address that the page asked for, itself included; what the browser's own pages asked for is left out."""
    events = [json.loads(line["message"])["message"] for line in logged(browser, "performance")]
    asked = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return [params["request"]["url"] for params in asked if params["documentURL"] == page]


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "many"])
def test_page_is_quiet_and_asks_for_nothing(browser: webdriver.Chrome, tmp_path: Path, name: str) -> None:
    view = SAMPLES[name]()
    show(browser, tmp_path, view)
    assert logged(browser, "browser") == []
    address = (tmp_path / "report.html").as_uri()
    assert requests(browser, address) == [address]
    assert browser.find_element(By.TAG_NAME, "h1").text == view.outcome.capitalize()


@pytest.mark.parametrize("text", [EVIL, EVIL + "A" * 10_000, "javascript:document.title='owned'"], ids=["evil", "long", "url"])
def test_text_of_others_stays_text(browser: webdriver.Chrome, tmp_path: Path, text: str) -> None:
    show(browser, tmp_path, hostile(text))
    assert browser.title.startswith("Incomplete: ")
    assert browser.title != "owned"
    assert browser.find_elements(By.CSS_SELECTOR, "script, img, iframe, object, embed, form, link, base") == []
    anchors = [link.get_dom_attribute("href") or "" for link in browser.find_elements(By.TAG_NAME, "a")]
    assert anchors and all(link.startswith("#") for link in anchors)
    assert browser.execute_script(
        "return [...document.querySelectorAll('*')].every(e => ![...e.attributes].some(a => /^on/.test(a.name)))"
    )


def test_the_pages_own_policy_would_stop_a_script(browser: webdriver.Chrome, tmp_path: Path) -> None:
    page = tmp_path / "broken.html"
    page.write_text(html.render(SAMPLES["passed"]()).replace("<main>", "<main><script>document.title='owned'</script>"))
    logged(browser, "browser")
    browser.get(page.as_uri())
    assert browser.title == "Passed: webshop 1.4.2"
    assert "Content Security Policy" in logged(browser, "browser")[0]["message"]


@pytest.mark.parametrize("width", [320, 720, 1030, 1400])
@pytest.mark.parametrize("name", ["passed", "incomplete", "stranded", "hostile"])
def test_page_fits_every_screen(browser: webdriver.Chrome, tmp_path: Path, name: str, width: int) -> None:
    screen = {"width": width, "height": 640, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    try:
        show(browser, tmp_path, SAMPLES[name]())
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        widths = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        assert browser.execute_script(widths) == [width, width]
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_page_prints(browser: webdriver.Chrome, tmp_path: Path) -> None:
    show(browser, tmp_path, SAMPLES["passed"]())
    pdf = base64.b64decode(browser.print_page())
    assert pdf.startswith(b"%PDF-") and len(pdf) > 10_000


ROWS = "return document.querySelectorAll('.paged tbody tr').length"
STATUS = "return document.querySelector('.status').textContent"


def sought(browser: webdriver.Chrome, words: str) -> str:
    """What the page says when these words are typed into its search."""
    field = browser.find_element(By.CSS_SELECTOR, ".pager input")
    field.clear()
    field.send_keys(words)
    return str(browser.execute_script(STATUS))


def test_thousands_of_findings_are_there_page_by_page(browser: webdriver.Chrome, tmp_path: Path) -> None:
    browser.set_page_load_timeout(30)
    show(browser, tmp_path, many())
    assert logged(browser, "browser") == []
    assert requests(browser, (tmp_path / "report.html").as_uri()) == [(tmp_path / "report.html").as_uri()]
    assert browser.execute_script(STATUS) == "Against the release: 1 to 200 of 5,000"
    assert browser.execute_script(ROWS) == 200
    seen = set()
    for _ in range(25):
        seen.update(browser.execute_script("return [...document.querySelectorAll('.paged td:nth-child(2) span')].map(e => e.textContent)"))
        browser.find_elements(By.CSS_SELECTOR, ".pager button")[1].click()
    assert len(seen) == 5_000
    assert browser.find_elements(By.CSS_SELECTOR, ".pager button")[1].get_attribute("disabled")


def test_all_of_them_are_searched(browser: webdriver.Chrome, tmp_path: Path) -> None:
    show(browser, tmp_path, many())
    assert sought(browser, "F49.PY:4950") == "Against the release: 1 to 1 of 1 with “F49.PY:4950” (of 5,000)"
    assert browser.execute_script(ROWS) == 1
    assert sought(browser, "shop/f7. md5") == "Against the release: 1 to 100 of 100 with “shop/f7. md5” (of 5,000)"
    assert sought(browser, "nowhere").startswith("Against the release: none of 0")
    assert sought(browser, " ") == "Against the release: 1 to 200 of 5,000"


def test_twenty_thousand_findings_open_at_once(browser: webdriver.Chrome, tmp_path: Path) -> None:
    browser.set_page_load_timeout(60)
    show(browser, tmp_path, many(20_000))
    assert (tmp_path / "report.html").stat().st_size < 15_000_000
    took = browser.execute_script("return performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert took < 6_000  # ms; 700 on a quiet machine


def test_what_the_script_lays_out_looks_like_what_was_there(browser: webdriver.Chrome, tmp_path: Path) -> None:
    """The rows that are written as HTML, and the same rows as the script makes them."""
    view = many(300)
    show(browser, tmp_path, view)
    laid_out = browser.execute_script("return document.querySelector('.paged tbody').innerHTML")
    written = html.render(view).split('<div class="paged">')[1].split('<tbody role="rowgroup">')[1].split("</tbody>")[0]
    assert Parts(laid_out).parts == Parts(written).parts


@pytest.mark.parametrize("text", [EVIL, "</script><script>document.title='owned'</script>", "<!--<script>", "${alert(1)}"])
def test_text_of_others_stays_text_in_a_long_table(browser: webdriver.Chrome, tmp_path: Path, text: str) -> None:
    view = many(300)
    assert view.verdict is not None
    worst = tuple(replace(found, message=text, fix=text) for found in view.verdict.counted)
    show(browser, tmp_path, replace(view, verdict=replace(view.verdict, counted=worst)))
    assert browser.title.startswith("Refused: ")
    assert len(browser.find_elements(By.TAG_NAME, "script")) == 2
    assert browser.find_elements(By.CSS_SELECTOR, "img, iframe, b[onclick], .paged td b") == []
    assert browser.execute_script("return document.querySelector('.paged tbody span.prose').textContent") == cut(visible(text), 4_000)
    assert logged(browser, "browser") == []


def test_without_a_script_the_page_says_where_the_rest_is(browser: webdriver.Chrome, tmp_path: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show(browser, tmp_path, many())
        assert len(browser.find_elements(By.CSS_SELECTOR, ".paged tbody tr")) == 200
        assert browser.find_elements(By.CSS_SELECTOR, ".pager") == []
        said = browser.find_element(By.CSS_SELECTOR, ".rest").text
        assert said.startswith("The first 200 of 5,000.") and said.endswith("verdict.json and findings.sarif hold all of them.")
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_what_is_printed_says_which_rows_it_holds(browser: webdriver.Chrome, tmp_path: Path) -> None:
    show(browser, tmp_path, many())
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert browser.find_element(By.CSS_SELECTOR, ".status").is_displayed()
        assert not browser.find_element(By.CSS_SELECTOR, ".pager button").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
