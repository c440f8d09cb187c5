"""Which variables a clone gets: by allow-list, never a secret by accident, and no value in what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.checks.builtin.secrets import planted
from secure_release.pipeline.clones.docker.environment import HARMLESS, clone_environment, not_allowed
from secure_release.pipeline.containers import Container, Image

SOURCE = Container(
    id="c", name="shop-web-1", image="i", image_name="shop", labels={}, state="running", healthy=None, pid=1, started="", exit_code=0,
    env=(), entrypoint=(), command=(), user="", working_dir="", hostname="", health=None, mounts=(), networks=(), ports=(), privileged=False,
    host_namespaces=(), devices=(), cap_add=(), cap_drop=(), tmpfs={}, size_rw=0, raw={},
)  # fmt: skip
SECRET = planted()["github-token"]
ADDRESS = "".join(("postgres://shop:", "s3cr3tw0rd", "@db/shop"))


def pairs(values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in values.items())


def environment(
    env: Mapping[str, str],
    baked: Mapping[str, str] | None = None,
    allow: tuple[str, ...] = (),
    given_: Mapping[str, str] | None = None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return clone_environment(replace(SOURCE, env=pairs(env)), Image("i", (), {}, pairs(baked or {}), (), (), (), ""), allow, given_ or {})


CASES: dict[str, tuple[dict[str, str], tuple[str, ...], dict[str, str], tuple[str, ...]]] = {
    "harmless-is-kept": ({"PATH": "/bin", "LC_TIME": "C"}, (), {}, ("PATH=/bin", "LC_TIME=C")),
    "unknown-is-left-out": ({"DB_PASSWORD": "tiger", "SHOP_MODE": "live"}, (), {}, ()),
    "allowed-by-a-glob": ({"SHOP_MODE": "live"}, ("SHOP_*",), {}, ("SHOP_MODE=live",)),
    "a-glob-does-not-let-a-secret-name-in": ({"SHOP_PASSWORD": "tiger"}, ("SHOP_*",), {}, ()),
    "a-glob-does-not-let-a-secret-value-in": ({"SHOP_MODE": SECRET}, ("*",), {}, ()),
    "nor-does-a-harmless-name": ({"LANG": SECRET}, (), {}, ()),
    "a-password-in-an-address": ({"SHOP_DB": ADDRESS}, ("SHOP_*",), {}, ()),
    "its-very-name-does": ({"SHOP_PASSWORD": "tiger"}, ("SHOP_PASSWORD",), {}, ("SHOP_PASSWORD=tiger",)),
    "given-wins": ({"DB_PASSWORD": "tiger", "PATH": "/bin"}, (), {"DB_PASSWORD": "clone", "PATH": "/sbin"}, ("DB_PASSWORD=clone", "PATH=/sbin")),
    "case-matters": ({"path": "/bin"}, (), {}, ()),
    "a-value-with-equals-signs": ({"LANG": "a=b=c"}, (), {}, ("LANG=a=b=c",)),
}  # fmt: skip


@pytest.mark.parametrize(("env", "allow", "given_", "wanted"), CASES.values(), ids=CASES.keys())
def test_what_a_clone_gets(env: dict[str, str], allow: tuple[str, ...], given_: dict[str, str], wanted: tuple[str, ...]) -> None:
    assert set(environment(env, {}, allow, given_)[0]) == set(wanted)


def test_what_the_image_brings_is_taken_away_by_its_name_alone() -> None:
    env, said = environment({"TOKEN": SECRET, "PATH": "/bin"}, {"TOKEN": SECRET, "PATH": "/bin", "BUILD_ARG": "x"})

    assert env == ("PATH=/bin", "TOKEN", "BUILD_ARG")
    assert "TOKEN" in said[0]


def test_a_given_variable_is_not_taken_away() -> None:
    assert environment({}, {"TOKEN": SECRET}, (), {"TOKEN": "clone"})[0] == ("TOKEN=clone",)


def test_what_is_said_names_the_way_in() -> None:
    _, said = environment({"DB_URL": "x", "SHOP_TOKEN": "y"}, {}, ("SHOP_*",))

    assert said == (
        "shop-web-1: variables that are not allowed: DB_URL. What a clone needs goes into `env` or `env_allow`.",
        "shop-web-1: the variable SHOP_TOKEN: its name says that it is a secret. "
        "Name it exactly in `env_allow`, or give a clone its own in `env`.",
    )


NAME = st.from_regex(r"[A-Z][A-Z0-9_]{0,12}", fullmatch=True)
VALUES = st.dictionaries(NAME, st.from_regex(r"<[a-z0-9=@:/]{6,20}>", fullmatch=True), max_size=8)


@given(VALUES, VALUES, VALUES, st.lists(NAME, max_size=3))
def test_no_value_leaves_that_was_not_let_out(
    env: dict[str, str], baked: dict[str, str], ours: dict[str, str], allow: list[str]
) -> None:
    out, said = environment(env, baked, tuple(allow), ours)

    values = dict(entry.split("=", 1) for entry in out if "=" in entry)
    for name, value in values.items():
        assert value == ours.get(name, env.get(name))
        assert name in ours or name in allow or any(name == known or known.endswith("*") for known in HARMLESS)
    assert not [
        value for value in (*env.values(), *baked.values(), *ours.values()) if any(value in sentence for sentence in said)
    ]
    assert {name for name in baked if name not in values} == {entry for entry in out if "=" not in entry}


@given(VALUES, st.lists(NAME, max_size=3))
def test_what_is_refused_in_a_container_is_refused_in_its_image(env: dict[str, str], allow: list[str]) -> None:
    kept = {entry.partition("=")[0] for entry in environment(env, {}, tuple(allow))[0]}

    assert set(not_allowed(tuple(f"{name}={value}" for name, value in env.items()), tuple(allow))) == set(env) - kept
