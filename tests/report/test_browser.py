"""The page in a real browser: it runs nothing, fetches nothing, fits a phone, and prints."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from secure_release.pipeline.report import html
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


def test_thousands_of_findings_are_folded_and_all_there(browser: webdriver.Chrome, tmp_path: Path) -> None:
    browser.set_page_load_timeout(30)
    show(browser, tmp_path, many())
    rows = "return document.querySelectorAll('#findings ~ table tbody tr, #findings ~ details tbody tr').length"
    assert browser.execute_script(rows) == 5_000
    assert browser.execute_script("return document.querySelectorAll('#findings ~ table tbody tr').length") == 200
    assert browser.find_elements(By.CSS_SELECTOR, "details[open]") == []
