"""`Manager` for Fedora, RHEL and what is made of them. What is a security patch is said by the repositories' advisories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Exit, Gap

from ...patching import Kind, Member, NotApplied
from ...release import ReleaseError
from .apt_units import Groups
from .artifacts import MOVED, held, keep
from .asking import said, text, well
from .box import Box
from .dnf_output import DNF_FORMAT, RPM_FORMAT, Package, Unreadable, advice, holes, packages, repositories
from .manager import Asked, Installed, Pending, Unit, gap, moved
from .reboots import reboot

SECONDS = 900.0
RPM_BYTES = 2_000_000_000
RPMS = "rpms"
PLACE = "/var/lib/secure-release"
SIGNED = "digests signatures OK"


@dataclass(frozen=True)
class Dnf:
    kind: Kind = Kind.RPM

    def here(self, box: Box) -> bool:
        return well(box.run(("dnf", "--version"), 60)) and well(box.run(("rpm", "--version"), 30))

    def installed(self, box: Box) -> Mapping[str, str]:
        return {name: package.version for name, package in _installed(box).items()}

    def pending(self, box: Box, asked: Asked) -> Pending:
        before = _installed(box)
        told = _refreshed(box, asked)
        everything = _asked(box, ("updateinfo", "list", "--all"), asked)
        if not advice(everything):
            return Pending((), (_blind(asked),), told)
        cves = advice(_asked(box, ("updateinfo", "list", "--updates", "--with-cve"), asked))
        listed = _asked(box, ("repoquery", "--upgrades", "--security", "--latest-limit=1", f"--queryformat={DNF_FORMAT}"), asked)
        roots = _read(listed)
        closures = {name: _fetched(box, package, asked) for name, package in roots.items()}
        units = tuple(_unit(asked, group, closures, before, cves) for group in _tied(roots, closures))
        return Pending(units, _unclosed(asked, units), told)

    def install(self, box: Box, members: Sequence[Member], artifacts: Sequence[str], folder: Path) -> Installed | NotApplied:
        if not members:
            raise ValueError("an installation of nothing proves nothing")
        try:
            before = self.installed(box)
            box.run(("mkdir", "-p", PLACE), 30)
            files = _put(box, members, artifacts, folder)
            words = ("--assumeyes", "--disablerepo=*", "--setopt=install_weak_deps=False", "install", *(f"{PLACE}/{d}.rpm" for d in files.values()))
            ended = box.run(("dnf", *words), SECONDS)
            after = self.installed(box)
        except ReleaseError as problem:
            return NotApplied(str(problem), (), ())
        finally:
            box.run(("rm", "-rf", PLACE), 60)
        return _proven(box, members, files, before, after, ended)


def _installed(box: Box) -> Mapping[str, Package]:
    ended = box.run(("rpm", "--query", "--all", f"--queryformat={RPM_FORMAT}"), SECONDS)
    # Public keys are listed as packages, of no architecture.
    found = {name: package for name, package in _read(text(ended)).items() if not name.startswith("gpg-pubkey.")}
    if not well(ended) or not found:
        raise ReleaseError(f"rpm does not say what is installed: {said(ended)}", "Look at the rpm database of the image.")
    return found


def _read(listed: str) -> Mapping[str, Package]:
    try:
        return packages(listed)
    except Unreadable as line:
        raise ReleaseError(f"dnf prints a line that is not known here: {line}", "Report it: dnf's output has changed.") from line


def _asked(box: Box, words: Sequence[str], asked: Asked) -> str:
    ended = box.run(("dnf", "--quiet", "--setopt=skip_if_unavailable=False", *words), SECONDS)
    if not well(ended):
        raise ReleaseError(
            f"dnf can't say what is pending in {asked.service}: {said(ended)}",
            "Mend the image's repositories. A distribution that is no longer maintained has no patches.",
        )
    return text(ended)


def _refreshed(box: Box, asked: Asked) -> tuple[str, ...]:
    """A sentence for each repository that answered."""
    found = repositories(_asked(box, ("--refresh", "repolist", "--verbose"), asked))
    if not any(one.packages for one in found):
        raise ReleaseError(f"No repository of {asked.service} holds a package.", "Enable the distribution's in the image.")
    return tuple(f"{asked.service}: {one.id} of {one.updated or 'no date'}, {one.packages} packages" for one in found)


def _fetched(box: Box, package: Package, asked: Asked) -> Mapping[str, tuple[Package, str]]:
    """The package and what comes with it, by name, each with the digest that it is kept under."""
    folder = f"{PLACE}/{package.name}"
    box.run(("mkdir", "-p", folder), 30)
    words = ("--assumeyes", "--setopt=install_weak_deps=False", "install", "--downloadonly", f"--downloaddir={folder}", package.nevra)
    _asked(box, words, asked)
    listed = text(box.run(("find", folder, "-name", "*.rpm"), 60)).split()
    found = {}
    for path in listed:
        checked = box.run(("rpmkeys", "--checksig", path), SECONDS)
        if not well(checked) or SIGNED not in text(checked):
            raise ReleaseError(f"The signature of {Path(path).name} does not hold: {said(checked)}", MOVED)
        (name, inside), *_ = _read(text(box.run(("rpm", "--query", "--package", f"--queryformat={RPM_FORMAT}", path), 60))).items()
        found[name] = inside, keep(asked.folder / RPMS, box.get(path, RPM_BYTES) or b"")[0]
    if found.get(package.name, (None, ""))[0] is None:
        raise ReleaseError(f"{package.nevra} was asked for and did not come.", MOVED)
    return found


def _tied(roots: Mapping[str, Package], closures: Mapping[str, Mapping[str, tuple[Package, str]]]) -> list[list[str]]:
    """The names of the roots, put together where they are built from one source or need the same."""
    groups = Groups()
    for name, package in roots.items():
        groups.join([f"={package.source}", name, *closures[name]])
    together: dict[str, list[str]] = {}
    for name in sorted(roots):
        together.setdefault(groups.root(name), []).append(name)
    return list(together.values())


def _unit(
    asked: Asked,
    names: Sequence[str],
    closures: Mapping[str, Mapping[str, tuple[Package, str]]],
    before: Mapping[str, Package],
    cves: tuple[tuple[str, str], ...],
) -> Unit:
    inside = {name: pair for root in names for name, pair in closures[root].items()}
    sources: dict[str, tuple[str, str, str]] = {}
    for name, (package, _) in sorted(inside.items()):
        old = before[name].source_version if name in before else ""
        if package.source not in sources or not sources[package.source][1]:
            sources[package.source] = (package.source, old, package.source_version)
    members = (Member(asked.service, name, before[name].version if name in before else "", p.version) for name, (p, _) in sorted(inside.items()))
    closed = holes(cves, frozenset(package.nevra for package, _ in inside.values()))
    return Unit(tuple(sources.values()), tuple(members), closed, tuple(digest for _, digest in inside.values()), "dnf: security advisories")


def _put(box: Box, members: Sequence[Member], artifacts: Sequence[str], folder: Path) -> Mapping[str, str]:
    """Every member's file is put in; its name to its digest. rpm itself says what a file holds."""
    found: dict[tuple[str, str], str] = {}
    for digest in artifacts:
        box.put(PLACE, f"{digest}.rpm", held(folder / RPMS, digest))
        ended = box.run(("rpm", "--query", "--package", f"--queryformat={RPM_FORMAT}", f"{PLACE}/{digest}.rpm"), 60)
        found |= {(name, package.version): digest for name, package in _read(text(ended)).items()}
    without = [member.name for member in members if (member.name, member.fixed) not in found]
    if without:
        raise ReleaseError(f"The plan holds no file of {', '.join(without)}.", MOVED)
    return {member.name: found[member.name, member.fixed] for member in members}


def _proven(
    box: Box, members: Sequence[Member], files: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str], ended: Exit
) -> Installed | NotApplied:
    missed = tuple(member.name for member in members if after.get(member.name) != member.fixed)
    check = box.run(("dnf", "--quiet", "check", "--dependencies"), SECONDS)
    if missed or not well(ended) or not well(check):
        return NotApplied(f"dnf install: {said(ended)}; not as asked for: {', '.join(missed) or 'none'}; dnf check: {said(check)}", missed, ())
    names = {member.name for member in members}
    changed = tuple(f"{n} {a or '(new)'} -> {b or '(gone)'}" for n, (a, b) in moved(before, after).items() if n not in names)
    owned = text(box.run(("rpm", "--query", "--list", *sorted(names)), 120)).splitlines()
    digests = tuple((f"{name}-{member.fixed}.rpm", digest) for member in members for name, digest in [(member.name, files[member.name])])
    bare = tuple(sorted(name.rpartition(".")[0] for name in names))
    return Installed(changed, digests, tuple(path for path in dict.fromkeys(owned) if path.startswith("/")), reboot(bare))


def _blind(asked: Asked) -> Gap:
    return gap(
        asked.service,
        f"the repositories of {asked.service} carry no advisories: nobody knows which updates are security patches",
        "Enable a repository with advisories (updateinfo) in the image.",
    )


def _unclosed(asked: Asked, units: Sequence[Unit]) -> tuple[Gap, ...]:
    return tuple(
        gap(
            f"{asked.service}: {unit.sources[0][0]}",
            f"no advisory names the holes that the update of {unit.sources[0][0]} in {asked.service} closes",
            "Read the distribution's own advisories, and waive this gap.",
        )
        for unit in units
        if not unit.holes
    )
