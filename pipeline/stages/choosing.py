"""Which of the pending patches are tried, and which stay untested because somebody said so. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from ..patch_config import SelectSection
from ..patching import Choice, Judged, Patch, Plan, Verdict
from ..release import ReleaseError

HELD = "held by patch_test.select.hold"
KINDS = "its kind is not in patch_test.select.kinds"
LEFT_OUT = "left out by the command line"


@dataclass(frozen=True)
class Chosen:
    """Every pending patch is in one of these."""

    tried: tuple[Patch, ...]
    held: tuple[Judged, ...]  # by the configuration
    left_out: tuple[Judged, ...]  # by the command line: a test without them is no answer


def chosen(planned: Plan, select: SelectSection, choice: Choice) -> Chosen:
    """The configuration first, then the command line. Raises `ReleaseError` for a name that can't be tried."""
    held = {patch: why for patch in planned.patches if (why := _held(patch, select))}
    _refuse_strange_names(planned, held, choice)
    left = [patch for patch in planned.patches if patch not in held and not _asked(patch, choice)]
    return Chosen(
        tuple(patch for patch in planned.patches if patch not in held and patch not in left),
        tuple(_untested(patch, why) for patch, why in held.items()),
        tuple(_untested(patch, LEFT_OUT) for patch in left),
    )


def _held(patch: Patch, select: SelectSection) -> str:
    if patch.kind.family not in select.kinds:
        return KINDS
    return HELD if any(_named(patch, name) for name in select.hold) else ""


def _asked(patch: Patch, choice: Choice) -> bool:
    of_family = not choice.families or patch.kind.family in choice.families
    return of_family and (not choice.names or any(_named(patch, name) for name in choice.names))


def _named(patch: Patch, name: str) -> bool:
    """By its own name, or by that of one of its packages."""
    packages = (member.name.partition(":")[0] for member in patch.members)
    return canonicalize_name(name) in {canonicalize_name(one) for one in (patch.name, *packages)}


def _refuse_strange_names(planned: Plan, held: dict[Patch, str], choice: Choice) -> None:
    for name in choice.names:
        if problem := next(_strange(name, planned, held), None):
            pending = ", ".join(patch.name for patch in planned.patches if patch not in held)
            raise ReleaseError(f"{name} can't be tried: {problem}.", f"What can be tried: {pending or 'nothing'}.")


def _strange(name: str, planned: Plan, held: dict[Patch, str]) -> Iterator[str]:
    found = [patch for patch in planned.patches if _named(patch, name)]
    if not found:
        yield "no fix is known for it" if any(_named(patch, name) for patch in planned.no_fix) else "no patch of this name is pending"
    elif all(patch in held for patch in found):
        yield f"it is {held[found[0]]}" if held[found[0]] == HELD else held[found[0]]


def _untested(patch: Patch, why: str) -> Judged:
    return Judged(patch, Verdict.UNTESTED, (), (), why)
