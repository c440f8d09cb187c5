"""Who gets in."""

import pytest
from conftest import Visitor
from webshop import passwords


def test_the_right_password_opens(anna: Visitor) -> None:
    assert "Log out anna" in anna.get("/").text


@pytest.mark.parametrize("name", ["anna", "nobody", "' OR 'a'='a"])
def test_a_wrong_password_does_not_open_and_does_not_tell_who_exists(stranger: Visitor, name: str) -> None:
    answer = stranger.post("/login", name=name, password="guess")
    assert answer.status_code == 403
    assert "do not belong together" in answer.text
    assert "Log out" not in stranger.get("/").text


def test_after_logging_out_the_orders_are_closed(anna: Visitor) -> None:
    anna.post("/logout")
    assert anna.get("/orders").headers["Location"] == "/login"


@pytest.mark.parametrize("page", ["/orders", "/uploads", "/uploads/5eed0001.png"])
def test_strangers_are_sent_to_the_login(stranger: Visitor, page: str) -> None:
    answer = stranger.get(page)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


def test_the_session_cookie_is_for_this_site_over_https_and_not_for_scripts(stranger: Visitor) -> None:
    cookie = stranger.get("/login").headers["Set-Cookie"]
    assert [flag for flag in ("Secure", "HttpOnly", "SameSite=Lax") if flag not in cookie] == []


def test_a_form_without_the_token_is_refused(stranger: Visitor, password: str) -> None:
    stranger.get("/login")
    answer = stranger.client.post("/login", data={"name": "anna", "password": password}, base_url="https://localhost")
    assert answer.status_code == 400


def test_the_token_of_another_session_is_refused(stranger: Visitor, anna: Visitor) -> None:
    assert stranger.post("/login", name="anna", password="x", token=anna.token()).status_code == 400


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        pytest.param("https://localhost", 303, id="our-own-page"),
        pytest.param("https://evil.example", 400, id="another-site"),
        pytest.param("https://localhost.evil.example", 400, id="another-site-that-begins-like-ours"),
        pytest.param("null", 400, id="a-page-that-hides-where-it-is-from"),
    ],
)
def test_a_form_is_taken_from_our_own_pages_only(stranger: Visitor, password: str, origin: str, status: int) -> None:
    form = {"token": stranger.token(), "name": "anna", "password": password}
    answer = stranger.client.post("/login", data=form, base_url="https://localhost", headers={"Origin": origin})
    assert answer.status_code == status


def test_a_stored_password_does_not_show_and_never_looks_the_same_twice() -> None:
    first, second = (passwords.store("tea for two", passwords.Cost(2, 1, 1)) for _ in range(2))
    assert first != second
    assert "tea" not in first
    assert passwords.matches("tea for two", second)
    assert not passwords.matches("tea for three", second)


def test_a_form_of_megabytes_is_refused_before_anything_is_asked(stranger: Visitor) -> None:
    assert stranger.post("/login", name="anna", password="x" * 2_000_000).status_code == 413
