"""Every check there is: ours in the tuple, other people's from the entry point `secure_release.checks`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from .check import Check, Context
from .result import Result


@dataclass(frozen=True)
class Builtin:
    """One of ours, imported when it is asked for more than its name: a check that is skipped costs nothing."""

    name: str
    title: str
    module: str

    def run(self, context: Context) -> Result:
        return self._check.run(context)

    def __getattr__(self, name: str) -> Any:
        """What else a check may say of itself: `by_file`, `fixed`, `fetches`."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._check, name)

    @cached_property
    def _check(self) -> Check:
        check: Check = import_module(f".builtin.{self.module}", __package__).CHECK
        return check


BUILTIN: tuple[Check, ...] = (
    Builtin("bandit", "weaknesses in Python code", "bandit"),
    Builtin("semgrep", "weaknesses by patterns and data flows", "semgrep"),
    Builtin("flows", "client data that reaches a dangerous call, across functions", "flows"),
    Builtin("pip-audit", "known holes of dependencies", "pip_audit"),
    Builtin("secrets", "keys, tokens and passwords in files", "secrets"),
    Builtin("commits", "secrets that commits of the change added and removed", "commits"),
    Builtin("workflows", "weaknesses in GitHub workflows, actions and Dependabot files", "workflows"),
    Builtin("sbom", "what the release is made of", "sbom"),
    Builtin("clock", "is the system clock synchronised", "clock"),
)
ENTRY_POINT = "secure_release.checks"


def installed() -> tuple[Check, ...]:
    """The built-in checks and those that installed packages offer. Two of one name is an error (`ValueError`)."""
    checks = (*BUILTIN, *(entry.load() for entry in entry_points(group=ENTRY_POINT)))
    names = [check.name for check in checks]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two checks are named {', '.join(doubled)}: uninstall one of the packages that bring them")
    return checks
