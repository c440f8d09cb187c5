"""The order in which the services of a clone start, and what of a container is worth a layer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.pipeline.clones.docker.layers import beyond_image, blanked
from secure_release.pipeline.clones.docker.order import needs, start_order
from secure_release.pipeline.release import ReleaseError


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("", ()),
        ("db", ("db",)),
        ("db,redis", ("db", "redis")),
        ("db:service_healthy:false,redis:service_started:true", ("db", "redis")),
        (" db:service_healthy:false , db", ("db",)),
    ],
    ids=["none", "one", "older", "conditions", "twice"],
)
def test_what_a_service_needs_is_read_off_composes_label(label: str, names: tuple[str, ...]) -> None:
    assert needs(label) == names


def test_without_a_word_the_services_with_volumes_start_first() -> None:
    assert start_order({"web": (), "db": (), "cache": ()}, {"db"}) == ("db", "cache", "web")


def test_a_need_for_what_is_no_service_is_no_need() -> None:
    assert start_order({"web": ("migrate", "web")}, ()) == ("web",)


def test_services_that_wait_for_each_other_are_refused() -> None:
    with pytest.raises(ReleaseError, match="a, b wait for each other"):
        start_order({"a": ("b",), "b": ("a",), "c": ()}, ())


@given(st.dictionaries(st.integers(0, 9), st.sets(st.integers(0, 9))), st.sets(st.integers(0, 9)))
def test_every_service_starts_once_and_after_all_that_it_needs(drawn: dict[int, set[int]], data: set[int]) -> None:
    needed = {f"s{one}": [f"s{other}" for other in others if other < one] for one, others in drawn.items()}

    order = start_order(needed, {f"s{one}" for one in data})

    assert sorted(order) == sorted(needed)
    for name, others in needed.items():
        assert all(order.index(other) < order.index(name) for other in others if other in needed)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ((), ()),
        ((("C", "/run"), ("A", "/run/app.pid"), ("C", "/tmp"), ("A", "/tmp/x")), ()),
        ((("C", "/var"), ("C", "/var/lib"), ("A", "/var/lib/data")), ()),
        ((("C", "/etc"), ("C", "/etc/app.conf")), ("/etc/app.conf",)),
        ((("C", "/etc"), ("D", "/etc/app.conf")), ("/etc/app.conf",)),
        ((("C", "/srv"), ("A", "/srv/__pycache__"), ("A", "/srv/__pycache__/app.pyc")), ()),
        ((("C", "/var"), ("C", "/var/log"), ("A", "/var/log/app.log"), ("A", "/var/lib2")), ("/var/lib2",)),
        ((("C", "/usr"), ("C", "/usr/sbin"), ("A", "/usr/sbin/docker-init")), ()),
        ((("A", "/running"),), ("/running",)),
    ],
    ids=["nothing", "volatile", "mount-point", "changed", "deleted", "byte-code", "beside-a-log", "the-engines-own", "only-named-alike"],
)
def test_what_every_start_makes_anew_is_no_change(changes: tuple[tuple[str, str], ...], kept: tuple[str, ...]) -> None:
    assert beyond_image(changes, ("/var/lib/data",)) == kept


def test_no_value_of_the_environment_stays_in_an_image() -> None:
    assert blanked(("PATH=/bin", "DB_PASSWORD=x y='z'", "EMPTY=", "BARE")) == ("ENV DB_PASSWORD=", "ENV EMPTY=", "ENV BARE=")


def test_a_variable_that_cant_be_blanked_is_refused() -> None:
    with pytest.raises(ReleaseError, match="'A B'"):
        blanked(("A B=secret",))
