"""What a set of upgrades of distributions takes, what stands against it, and whether it happened: for clones of every kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from secure_release.checks import Pin

from ..patching import Applied, NotApplied, Patch
from .probe import Interpreter
from .wheelhouse import Artifact, Unfetched, Wheelhouse, blocking


def chosen(wheels: Wheelhouse, before: Interpreter, patches: Sequence[Patch]) -> tuple[Artifact, ...] | NotApplied:
    """The artifacts of the patches and of the new dependencies that they need, unless a requirement stands against them."""
    found: list[Artifact] = []
    for patch in patches:
        try:
            found.append(wheels.fetch(Pin(patch.name, patch.fixed)))
        except Unfetched as problem:
            by = (f"python {before.version}",) if problem.wants_python else ()
            return NotApplied(str(problem), (patch.id,), by)
    try:
        whole = wheels.complete(before.found, found, before.markers)
    except Unfetched as problem:
        return NotApplied(str(problem), (), ())
    return _unopposed(whole, before, {patch.name: patch.id for patch in patches})


def _unopposed(whole: tuple[Artifact, ...], before: Interpreter, ids: Mapping[str, str]) -> tuple[Artifact, ...] | NotApplied:
    for against in blocking(before.found, whole, before.markers):
        who, by = (against.who, against.target) if against.who in ids else (against.target, against.who)
        return NotApplied(str(against), (ids.get(who, who),), (by,))
    return whole


def proven(before: Interpreter, now: Interpreter, patches: Sequence[Patch], whole: Sequence[Artifact]) -> Applied | NotApplied:
    """By what the clone itself says is installed now; the installer's exit code proves nothing."""
    ids = {patch.name: patch.id for patch in patches}
    for one in (artifact.installed for artifact in whole):
        version = now.found[one.name].version if one.name in now.found else "gone"
        if version != one.version:
            blocked = (ids[one.name],) if one.name in ids else ()
            return NotApplied(f"the installer reported success and {one.name} is {version}", blocked, ())
    changed = _moved(before, now, set(ids))
    return Applied(changed, tuple(file for artifact in whole for file in artifact.files), (), ())


def _moved(before: Interpreter, now: Interpreter, asked: set[str]) -> tuple[str, ...]:
    names = sorted((before.found.keys() | now.found.keys()) - asked)
    old = {name: before.found[name].version if name in before.found else "(new)" for name in names}
    new = {name: now.found[name].version if name in now.found else "(gone)" for name in names}
    return tuple(f"{name} {old[name]} -> {new[name]}" for name in names if old[name] != new[name])
