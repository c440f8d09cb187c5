"""Buying tea."""

from pathlib import Path

import pytest
from conftest import Visitor
from webshop import database

SENCHA = "/products/3/order"


def stock_and_orders(data: Path) -> tuple[int, int]:
    connection = database.open_database(data)
    stock = connection.execute("SELECT stock FROM products WHERE id = 3").fetchone()[0]
    orders = connection.execute("SELECT count(*) FROM orders").fetchone()[0]
    connection.close()
    return stock, orders


def test_an_order_is_noted_and_leaves_the_stock(anna: Visitor, data: Path) -> None:
    answer = anna.post(SENCHA, quantity="2", email="anna@example.org")
    assert answer.status_code == 303
    assert stock_and_orders(data) == (73, 1)
    page = anna.get("/orders").text
    assert "2 × Sencha, 17.80 €, anna@example.org" in page


def test_mail_goes_to_the_name_that_dns_knows(anna: Visitor) -> None:
    anna.post(SENCHA, quantity="1", email="anna@Bücher.example")
    assert "anna@xn--bcher-kva.example" in anna.get("/orders").text


@pytest.mark.parametrize(
    ("quantity", "email"),
    [
        pytest.param("0", "a@example.org", id="none"),
        pytest.param("-3", "a@example.org", id="less-than-none"),
        pytest.param("51", "a@example.org", id="too-many-at-once"),
        pytest.param("two", "a@example.org", id="not-a-number"),
        pytest.param("1", "example.org", id="no-name"),
        pytest.param("1", "a b@example.org", id="space-in-the-name"),
        pytest.param("1", "a@exa mple.org", id="space-in-the-domain"),
        pytest.param("1", "a@" + "long." * 60 + "org", id="endless"),
        pytest.param("1", "a@example.org\nBcc: b@example.org", id="a-second-header"),
    ],
)
def test_a_senseless_order_changes_nothing(anna: Visitor, data: Path, quantity: str, email: str) -> None:
    assert anna.post(SENCHA, quantity=quantity, email=email).status_code == 422
    assert stock_and_orders(data) == (75, 0)


def test_nothing_is_sold_that_is_not_there(anna: Visitor, data: Path) -> None:
    assert anna.post(SENCHA, quantity="50", email="a@example.org").status_code == 303
    assert anna.post(SENCHA, quantity="50", email="a@example.org").status_code == 422
    assert stock_and_orders(data) == (25, 1)


def test_nobody_sees_the_orders_of_another(anna: Visitor, bertil: Visitor) -> None:
    anna.post(SENCHA, quantity="2", email="anna@example.org")
    assert "anna@example.org" not in bertil.get("/orders").text


def test_an_order_without_the_token_is_refused(anna: Visitor, data: Path) -> None:
    answer = anna.client.post(SENCHA, data={"quantity": "1", "email": "a@example.org"}, base_url="https://localhost")
    assert answer.status_code == 400
    assert stock_and_orders(data) == (75, 0)
