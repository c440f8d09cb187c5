"""The list of our checks says of each what the check says of itself, and leaves unimported what nobody asks."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from secure_release.checks.registry import BUILTIN, Builtin


@pytest.mark.parametrize("check", BUILTIN, ids=lambda check: str(check.name))
def test_a_check_is_listed_as_it_calls_itself(check: Builtin) -> None:
    own = import_module(f"secure_release.checks.builtin.{check.module}").CHECK

    assert (check.name, check.title) == (own.name, own.title)
    for said in ("by_file", "fetches", "fixed"):
        assert getattr(check, said, None) == getattr(own, said, None)


def test_a_check_that_nobody_asks_is_not_imported() -> None:
    code = "import sys; from secure_release.checks import registry; registry.installed(); print('cyclonedx' in sys.modules)"

    assert subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True).stdout == "False\n"
