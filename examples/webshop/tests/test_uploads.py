"""Files from customers."""

import io
from pathlib import Path

import pytest
from conftest import Visitor
from webshop import seed
from werkzeug.test import TestResponse


def send(visitor: Visitor, name: str, content: bytes) -> TestResponse:
    return visitor.post("/uploads", file=(io.BytesIO(content), name))


def kept(data: Path) -> list[Path]:
    return sorted((data / "uploads").iterdir())


def test_a_picture_is_kept_and_comes_back_as_it_was(anna: Visitor, data: Path) -> None:
    assert send(anna, "broken cup.png", seed.DOT).status_code == 303
    [file] = kept(data)
    answer = anna.get(f"/uploads/{file.name}")
    assert answer.data == seed.DOT
    assert answer.headers["Content-Disposition"] == "attachment; filename=broken_cup.png"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("tea.exe", b"MZ\x90\x00", id="a-program"),
        pytest.param("tea.png", b"<script>alert(1)</script>", id="a-page-that-says-it-is-a-picture"),
        pytest.param("tea.svg", b"<svg onload='alert(1)'/>", id="a-picture-with-a-script"),
        pytest.param("tea", seed.DOT, id="no-type"),
        pytest.param("tea.png", b"", id="empty"),
    ],
)
def test_a_file_of_another_type_is_refused(anna: Visitor, data: Path, name: str, content: bytes) -> None:
    assert send(anna, name, content).status_code == 415
    assert kept(data) == []


@pytest.mark.parametrize("size", [512 * 1024 + 1, 2 * 1024 * 1024], ids=["over-the-file-limit", "over-the-form-limit"])
def test_a_file_that_is_too_large_is_refused(anna: Visitor, data: Path, size: int) -> None:
    assert send(anna, "tea.png", seed.DOT.ljust(size, b"\0")).status_code == 413
    assert kept(data) == []


@pytest.mark.parametrize("name", ["../../../secret.png", "/etc/cron.d/tea.png", "..\\..\\tea.png", "a\0b.png"])
def test_a_name_cannot_lead_out_of_the_folder(anna: Visitor, data: Path, name: str) -> None:
    before = {path for path in data.rglob("*") if path.parent != data / "uploads"}
    send(anna, name, seed.DOT)
    assert {path for path in data.rglob("*") if path.parent != data / "uploads"} == before
    assert [file.suffix for file in kept(data)] == [".png"]


@pytest.mark.parametrize("name", ["../shop.db", "..%2fshop.db", "%2e%2e/secret.key", "shop.db"])
def test_a_link_cannot_lead_out_of_the_folder(anna: Visitor, name: str) -> None:
    assert anna.get(f"/uploads/{name}").status_code == 404


def test_nobody_gets_the_files_of_another(anna: Visitor, bertil: Visitor, data: Path) -> None:
    send(anna, "cup.png", seed.DOT)
    assert bertil.get(f"/uploads/{kept(data)[0].name}").status_code == 404


def test_no_file_is_a_clear_mistake(anna: Visitor) -> None:
    assert anna.post("/uploads").status_code == 400
