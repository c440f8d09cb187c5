"""What a visitor finds."""

import pytest
from conftest import Visitor


@pytest.mark.parametrize(
    ("words", "found", "not_found"),
    [
        pytest.param("", ["Assam", "Rooibos"], [], id="nothing-asked-shows-all"),
        pytest.param("sencha", ["Sencha"], ["Assam"], id="any-case"),
        pytest.param("black tea", ["Assam", "Earl Grey"], ["Sencha"], id="in-the-description"),
        pytest.param("Café", ["Café crème mug"], ["Assam"], id="accents"),
        pytest.param("%", [], ["Assam"], id="percent-is-only-a-character"),
        pytest.param("' OR 1=1 --", [], ["Assam"], id="no-sql"),
        pytest.param("coffee", [], ["Assam"], id="not-sold"),
    ],
)
def test_search_finds(stranger: Visitor, words: str, found: list[str], not_found: list[str]) -> None:
    answer = stranger.client.get("/", query_string={"q": words})
    assert answer.status_code == 200
    assert [name for name in found if name not in answer.text] == []
    assert [name for name in not_found if name in answer.text] == []


def test_what_was_asked_is_shown_as_text_not_as_a_page(stranger: Visitor) -> None:
    page = stranger.client.get("/", query_string={"q": "<script>alert(1)</script>"}).text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_product_that_is_not_sold_is_not_found(stranger: Visitor) -> None:
    assert stranger.get("/products/99").status_code == 404


def test_pages_carry_headers_that_keep_foreign_scripts_out(stranger: Visitor) -> None:
    headers = stranger.get("/").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"
