"""`Manager` for Alpine. Its branches hold fixes only and tell no security origin: every upgrade counts as a patch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Exit, Gap

from ...patching import Kind, Member, NotApplied
from ...release import ReleaseError
from .apk_output import Package, Step, Unreadable, available, database, info, steps
from .apt_units import Groups
from .artifacts import MOVED, held, keep
from .asking import said, text, well
from .box import Box
from .manager import Asked, Installed, Pending, Unit, gap, moved
from .reboots import reboot

SECONDS = 600.0
DATABASE = "/lib/apk/db/installed"
WORLD = "/etc/apk"
DATABASE_BYTES = 200_000_000
APK_BYTES = 1_000_000_000
APKS = "apks"
PLACE = "/var/lib/secure-release"
UPGRADES = ("Upgrading", "Replacing")


@dataclass(frozen=True)
class Apk:
    kind: Kind = Kind.APK

    def here(self, box: Box) -> bool:
        return well(box.run(("apk", "--version"), 30))

    def installed(self, box: Box) -> Mapping[str, str]:
        return {name: package.version for name, package in _packages(box).items()}

    def pending(self, box: Box, asked: Asked) -> Pending:
        before = _packages(box)
        told = _updated(box, asked)
        would = _would(box, ("upgrade",), asked)
        against = tuple(step.name for step in would if step.verb not in (*UPGRADES, "Installing"))
        if against:
            raise ReleaseError(
                f"apk would remove or downgrade {', '.join(against)} to upgrade {asked.service}: that is no patch.",
                "Upgrade the image by hand.",
            )
        roots = [step for step in would if step.verb in UPGRADES and step.name in before]
        closures = {step.name: _would(box, ("add", "--upgrade", f"{step.name}={step.new}"), asked) for step in roots}
        units = tuple(_unit(box, asked, group, before) for group in _tied(roots, closures, before))
        return Pending(units, (_unauditable(asked, len(units)),) if units else (), (told,))

    def install(self, box: Box, members: Sequence[Member], artifacts: Sequence[str], folder: Path) -> Installed | NotApplied:
        if not members:
            raise ValueError("an installation of nothing proves nothing")
        try:
            before = self.installed(box)
            files = _files(members, artifacts, folder)
            ended = _run(box, files)
            after = self.installed(box)
        except (ReleaseError, Unreadable) as problem:
            return NotApplied(str(problem), (), ())
        missed = tuple(member.name for member in members if after.get(member.name) != member.fixed)
        if missed or not well(ended):
            return NotApplied(f"apk add: {said(ended)}; not as asked for: {', '.join(missed) or 'none'}", missed, ())
        names = {member.name for member in members}
        changed = tuple(f"{n} {a or '(new)'} -> {b or '(gone)'}" for n, (a, b) in moved(before, after).items() if n not in names)
        owned = _owned(box, names)
        return Installed(changed, tuple((name, digest) for name, (digest, _) in files.items()), owned, reboot(tuple(names)))


def _packages(box: Box) -> Mapping[str, Package]:
    found = database((box.get(DATABASE, DATABASE_BYTES) or b"").decode("utf-8", "replace"))
    if not found:
        raise ReleaseError("apk's database of installed packages is empty or missing.", f"Look at {DATABASE} in the image.")
    return found


def _updated(box: Box, asked: Asked) -> str:
    """The sentence on the lists that answered. `apk update` exits 0 when a repository is ignored."""
    ended = box.run(("apk", "update", "--no-progress"), SECONDS)
    said_all = text(ended) + ended.stderr.decode("utf-8", "replace")
    if not well(ended) or available(said_all) == 0 or "WARNING:" in said_all or "ERROR:" in said_all:
        raise ReleaseError(
            f"The package lists of {asked.service} can't be fetched: {said(ended)}",
            "Mend /etc/apk/repositories in the image. A branch that is no longer maintained has no patches.",
        )
    fetched = "; ".join(line.strip() for line in said_all.splitlines() if line.rstrip().endswith("]"))
    return f"{asked.service}: {available(said_all)} packages are known to apk: {fetched}"


def _would(box: Box, words: Sequence[str], asked: Asked) -> tuple[Step, ...]:
    ended = box.run(("apk", *words, "--simulate", "--no-progress"), SECONDS)
    try:
        found = steps(text(ended))
    except Unreadable as line:
        raise ReleaseError(f"apk prints a line that is not known here: {line}", "Report it: apk's output has changed.") from line
    if not well(ended) or not any(line.startswith("OK: ") for line in text(ended).splitlines()):
        raise ReleaseError(f"apk can't say what is pending in {asked.service}: {said(ended)}", "Run `apk fix` in the image.")
    return found


def _tied(roots: Sequence[Step], closures: Mapping[str, tuple[Step, ...]], before: Mapping[str, Package]) -> list[list[Step]]:
    groups, known = Groups(), dict[str, Step]()
    for step in roots:
        groups.join([f"={before[step.name].origin}", step.name, *(other.name for other in closures[step.name])])
        known |= {one.name: one for one in (step, *closures[step.name])}
    together: dict[str, list[Step]] = {}
    for name in sorted(known):
        together.setdefault(groups.root(name), []).append(known[name])
    return list(together.values())


def _unit(box: Box, asked: Asked, group: Sequence[Step], before: Mapping[str, Package]) -> Unit:
    box.run(("mkdir", "-p", PLACE), 30)
    sources: dict[str, tuple[str, str, str]] = {}
    digests = []
    for step in group:
        name = f"{step.name}-{step.new}.apk"
        fetched = box.run(("apk", "fetch", "--output", PLACE, f"{step.name}={step.new}"), SECONDS)
        checked = box.run(("apk", "verify", f"{PLACE}/{name}"), SECONDS)
        content = box.get(f"{PLACE}/{name}", APK_BYTES)
        if not well(fetched) or not well(checked) or content is None:
            raise ReleaseError(f"{name} can't be fetched, or its signature does not hold: {said(fetched)}; {said(checked)}", MOVED)
        digests.append(keep(asked.folder / APKS, content)[0])
        origin = _info(content).origin
        sources.setdefault(origin, (origin, before[step.name].version if step.name in before else "", step.new))
    members = tuple(Member(asked.service, step.name, step.old, step.new) for step in group)
    return Unit(tuple(sorted(sources.values())), members, (), tuple(digests), "apk: every upgrade of its branch")


def _info(content: bytes) -> Package:
    try:
        return info(content)
    except Unreadable as problem:
        raise ReleaseError(f"A package that was fetched can't be read: {problem}.", MOVED) from problem


def _files(members: Sequence[Member], artifacts: Sequence[str], folder: Path) -> Mapping[str, tuple[str, bytes]]:
    """File name to digest and content, one for every member."""
    by_name = {}
    for digest in artifacts:
        content = held(folder / APKS, digest)
        package = info(content)
        by_name[package.name, package.version] = (digest, content)
    without = [member.name for member in members if (member.name, member.fixed) not in by_name]
    if without:
        raise ReleaseError(f"The plan holds no file of {', '.join(without)}.", MOVED)
    return {f"{member.name}-{member.fixed}.apk": by_name[member.name, member.fixed] for member in members}


def _run(box: Box, files: Mapping[str, tuple[str, bytes]]) -> Exit:
    """Files that are named to apk become wishes of the user in its `world`, pinned by hash: that is put back."""
    world = box.get(f"{WORLD}/world", DATABASE_BYTES)
    box.run(("mkdir", "-p", PLACE), 30)
    try:
        for name, (_, content) in files.items():
            box.put(PLACE, name, content)
        return box.run(("apk", "add", "--no-network", "--no-progress", *(f"{PLACE}/{name}" for name in files)), SECONDS)
    finally:
        box.run(("rm", "-rf", PLACE), 60)
        if world is not None:
            box.put(WORLD, "world", world)


def _owned(box: Box, names: set[str]) -> tuple[str, ...]:
    listed = text(box.run(("apk", "info", "--quiet", "--contents", *sorted(names)), 120))
    return tuple(dict.fromkeys(f"/{line.strip()}" for line in listed.splitlines() if line.strip()))


def _unauditable(asked: Asked, count: int) -> Gap:
    return gap(
        asked.service,
        f"apk packages carry no changelog: nobody knows which holes the {count} updates of {asked.service} close",
        "Read Alpine's security tracker, and waive this gap.",
    )
