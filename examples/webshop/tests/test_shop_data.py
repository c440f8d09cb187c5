"""What the shop says of itself, and what it keeps in its data folder."""

from pathlib import Path

import pytest
from conftest import Visitor
from webshop import database, seed, settings

VERSION = Path(__file__).resolve().parent.parent / "VERSION"


def test_healthz_tells_the_version_and_counts_the_orders(anna: Visitor) -> None:
    assert anna.get("/healthz").json == {"status": "ok", "version": "9.8.7", "orders": 0}
    anna.post("/products/1/order", quantity="1", email="a@example.org")
    assert anna.get("/healthz").json == {"status": "ok", "version": "9.8.7", "orders": 1}


@pytest.mark.parametrize("harm", ["gone", "garbage"])
def test_healthz_does_not_say_ok_when_the_database_does_not_answer(stranger: Visitor, data: Path, harm: str) -> None:
    for file in data.glob(f"{database.FILE_NAME}*"):
        file.unlink()
    if harm == "garbage":
        (data / database.FILE_NAME).write_bytes(b"not a database " * 100)
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "error", "version": "9.8.7"})


def test_the_version_is_the_one_in_the_file(data: Path) -> None:
    assert settings.load(data, {}).version == VERSION.read_text(encoding="utf-8").strip()


def test_the_secret_is_made_once_and_only_its_owner_can_read_it(data: Path) -> None:
    first = settings.load(data, {}).secret
    assert len(first) == 64
    assert (data / "secret.key").stat().st_mode & 0o777 == 0o600
    assert settings.load(data, {}).secret == first


def test_a_secret_from_the_environment_wins_and_a_short_one_is_refused(data: Path) -> None:
    long = "not-a-secret-" * 4
    assert settings.load(data, {"WEBSHOP_SECRET": long}).secret == long
    with pytest.raises(SystemExit, match="shorter than 32"):
        settings.load(data, {"WEBSHOP_SECRET": "short"})


def test_seeding_fills_an_empty_folder_and_keeps_a_full_one(tmp_path: Path) -> None:
    data, login = tmp_path / "data", tmp_path / "login.txt"
    assert seed.seed(data, login)
    assert login.stat().st_mode & 0o777 == 0o600
    before = (data / database.FILE_NAME).read_bytes()
    assert not seed.seed(data, tmp_path / "other.txt")
    assert (data / database.FILE_NAME).read_bytes() == before
    assert sorted(file.name for file in (data / "uploads").iterdir()) == ["5eed0001.png", "5eed0002.pdf"]
