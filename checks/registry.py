"""Every check there is: ours in the tuple, other people's from the entry point `secure_release.checks`."""

from __future__ import annotations

from importlib.metadata import entry_points

from .builtin import bandit, clock, commits, flows, pip_audit, sbom, secrets, semgrep, workflows
from .check import Check

BUILTIN: tuple[Check, ...] = (
    bandit.CHECK,
    semgrep.CHECK,
    flows.CHECK,
    pip_audit.CHECK,
    secrets.CHECK,
    commits.CHECK,
    workflows.CHECK,
    sbom.CHECK,
    clock.CHECK,
)
ENTRY_POINT = "secure_release.checks"


def installed() -> tuple[Check, ...]:
    """The built-in checks and those that installed packages offer. Two of one name is an error (`ValueError`)."""
    checks = (*BUILTIN, *(entry.load() for entry in entry_points(group=ENTRY_POINT)))
    names = [check.name for check in checks]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two checks are named {', '.join(doubled)}: uninstall one of the packages that bring them")
    return checks
