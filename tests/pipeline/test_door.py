"""The script's own way to a scan says what `invoke` says of the same words, or leaves them to it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invoke.parser import Parser

from secure_release.pipeline import cli
from secure_release.pipeline.door import FLAGS, VALUES, scan_of

WORDS = (*(f"--{name}" for name in (*VALUES, *FLAGS)), "--config=a.yml", "--run=", "--shard=1/2", "x", "-f", "--help", "gate", "--", "json", "config")


def by_invoke(words: list[str]) -> dict[str, Any]:
    contexts = Parser(contexts=cli.namespace.to_contexts()).parse_argv(words)
    (task,) = [each for each in contexts if each.name]
    return {name: each.value for name, each in task.args.items() if each.value not in ("", False)}


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=4))
def test_what_is_taken_is_what_invoke_would_take(words: list[str]) -> None:
    ours = scan_of(["scan", *words])
    if ours is not None:
        theirs = by_invoke(["scan", *words])
        theirs = {name: value for name, value in theirs.items() if name != "format" or "format" in ours}
        assert theirs == {name: value or True for name, value in ours.items()}


@pytest.mark.parametrize(
    ("words", "options"),
    [
        ([], None),
        (["scan"], {}),
        (["scan", "--format", "json", "--no-cache"], {"format": "json", "no-cache": ""}),
        (["scan", "--shard=1/2", "--run", "here"], {"shard": "1/2", "run": "here"}),
        (["scan", "--help"], None),
        (["scan", "config", "x"], None),
        (["scan", "--run", "a", "--run", "b"], None),
        (["scan", "--run"], None),
        (["scan", "--run", "--no-cache"], None),
        (["scan", "gate"], None),
        (["gate"], None),
        (["-e", "scan"], None),
    ],
    ids=str,
)
def test_whatever_is_not_plain_is_left_to_invoke(words: list[str], options: dict[str, str] | None) -> None:
    assert scan_of(words) == options


def test_a_plain_scan_needs_no_invoke() -> None:
    code = "import sys; from secure_release.pipeline import door, session, options, answering; print('invoke' in sys.modules)"
    assert subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True).stdout == "False\n"
