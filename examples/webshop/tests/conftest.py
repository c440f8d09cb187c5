"""A shop with two customers in a folder of its own, and a browser that can log in and fill in forms."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from webshop import database, passwords, seed
from webshop.app import create_app
from webshop.settings import Settings
from werkzeug.test import TestResponse

CHEAP = passwords.Cost(n=2, r=1, p=1)


@dataclass(frozen=True)
class Visitor:
    """A browser: keeps its cookies, and sends the form's token along."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url="https://localhost")

    def token(self) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.get("/login").text)
        assert found
        return found[1]

    def post(self, path: str, **fields: object) -> TestResponse:
        data = {"token": self.token(), **fields}
        return self.client.post(path, data=data, base_url="https://localhost")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "dåta of the shop"


@pytest.fixture
def password() -> str:
    return secrets.token_urlsafe(12)


@pytest.fixture
def app(data: Path, password: str) -> Flask:
    (data / "uploads").mkdir(parents=True)
    shop = create_app(Settings(data=data, version="9.8.7", secret=secrets.token_hex(32)))
    with database.open_database(data) as connection:
        users = [(number, name, passwords.store(password, CHEAP)) for number, name in seed.USERS]
        connection.executemany("INSERT INTO users (id, name, password) VALUES (?, ?, ?)", users)
        connection.executemany("INSERT INTO products (id, name, about, cents, stock) VALUES (?,?,?,?,?)", seed.PRODUCTS)
    connection.close()
    return shop


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    return Visitor(app.test_client())


@pytest.fixture
def enter(app: Flask, password: str) -> Callable[[str], Visitor]:
    def log_in(name: str) -> Visitor:
        visitor = Visitor(app.test_client())
        assert visitor.post("/login", name=name, password=password).status_code == 303
        return visitor

    return log_in


@pytest.fixture
def anna(enter: Callable[[str], Visitor]) -> Visitor:
    return enter("anna")


@pytest.fixture
def bertil(enter: Callable[[str], Visitor]) -> Visitor:
    return enter("bertil")
