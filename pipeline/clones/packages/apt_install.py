"""Installs exactly the tested .debs in a box without network, and believes only what dpkg says afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from secure_release.checks import Exit

from ...patching import Member, NotApplied
from ...release import ReleaseError
from .apt_artifacts import Artifact, kept
from .apt_ask import HOME, Package, audit, packages, said, text, well
from .box import Box
from .manager import Installed, moved
from .reboots import reboot

SECONDS = 1800.0
PLACE = f"{HOME}/install"
POLICY = "/usr/sbin/policy-rc.d"
SERVICES_STAY_DOWN = b"#!/bin/sh\nexit 101\n"
FRONTEND: Mapping[str, str] = {
    "DEBIAN_FRONTEND": "noninteractive",
    "DEBIAN_PRIORITY": "critical",
    "APT_LISTCHANGES_FRONTEND": "none",
    "NEEDRESTART_MODE": "l",
    "UCF_FORCE_CONFFOLD": "1",
}
_SETTINGS = (
    # No list and no source: apt can take nothing but the files that it is given.
    "Dir::Etc::SourceList=/dev/null",
    "Dir::Etc::SourceParts=/dev/null",
    f"Dir::State::Lists={PLACE}/lists",
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
    "APT::Install-Recommends=false",
    "APT::Sandbox::User=root",
    "DPkg::Lock::Timeout=0",
    "Dpkg::Options::=--force-confdef",
    "Dpkg::Options::=--force-confold",
)
OPTIONS = tuple(word for setting in _SETTINGS for word in ("-o", setting))
_BLAMED = (
    re.compile(r"^dpkg: error processing (?:package|archive) (\S+)", re.MULTILINE),
    re.compile(r"^ (\S+) : (?:Depends|PreDepends|Conflicts|Breaks)", re.MULTILINE),
)


def install(box: Box, members: Sequence[Member], artifacts: Sequence[str], folder: Path) -> Installed | NotApplied:
    """`NotApplied` names what apt blames. An empty list is a defect of the caller's: `ValueError`."""
    if not members:
        raise ValueError("an installation of nothing proves nothing")
    try:
        debs = _matched(members, kept(folder, artifacts))
        before = packages(box)
    except ReleaseError as problem:
        return NotApplied(str(problem), (), ())
    if isinstance(debs, NotApplied):
        return debs
    if broken := audit(box):
        return NotApplied(f"the image's packages are broken before anything is installed: {_line(broken)}", (), ())
    ended = _run(box, debs)
    return _proven(box, members, debs, before, ended)


def _matched(members: Sequence[Member], found: Sequence[Artifact]) -> tuple[Artifact, ...] | NotApplied:
    """The artifact of every member."""
    by_name = {(one.control.name, one.control.version): one for one in found}
    without = [member.name for member in members if (member.name, member.fixed) not in by_name]
    if without:
        return NotApplied(f"the plan holds no file of {', '.join(without)}", tuple(without), ())
    return tuple(by_name[member.name, member.fixed] for member in members)


def _run(box: Box, debs: Sequence[Artifact]) -> Exit:
    """The files are put in, installed, and taken away again; so is what keeps services from being started."""
    box.run(("mkdir", "-p", f"{PLACE}/lists/partial"), 30)
    own = box.get(POLICY)
    try:
        for one in debs:
            box.put(PLACE, one.control.file, one.path.read_bytes())
        box.put("/usr/sbin", "policy-rc.d", SERVICES_STAY_DOWN, 0o755)
        files = (f"{PLACE}/{one.control.file}" for one in debs)
        words = ("--yes", "--no-download", "--no-remove", "--no-install-recommends", "install", *files)
        return box.run(("apt-get", *OPTIONS, *words), SECONDS, env=FRONTEND)
    finally:
        box.run(("rm", "-rf", HOME, POLICY), 120)
        if own is not None:
            box.put("/usr/sbin", "policy-rc.d", own, 0o755)


def _proven(
    box: Box, members: Sequence[Member], debs: Sequence[Artifact], before: Mapping[str, Package], ended: Exit
) -> Installed | NotApplied:
    try:
        after = packages(box)
    except ReleaseError as problem:
        return NotApplied(str(problem), (), ())
    missed = tuple(m.name for m in members if m.name not in after or after[m.name].version != m.fixed)
    broken = audit(box)
    check = box.run(("apt-get", "check"), 120)
    if missed or broken or not well(check) or not well(ended):
        return _failed(ended, missed, broken, check)
    names = {member.name.rpartition(":")[0] for member in members}
    others = moved({n: p.version for n, p in before.items()}, {n: p.version for n, p in after.items()})
    changed = tuple(f"{n} {old or '(new)'} -> {new or '(gone)'}" for n, (old, new) in others.items() if n.rpartition(":")[0] not in names)
    return Installed(
        changed,
        tuple((one.control.file, one.sha256) for one in debs),
        _files(box, members),
        reboot(tuple(member.name.rpartition(":")[0] for member in members)),
    )


def _failed(ended: Exit, missed: tuple[str, ...], broken: str, check: Exit) -> NotApplied:
    output = ended.stderr.decode("utf-8", "replace") + "\n" + text(ended)
    blamed = tuple(dict.fromkeys(name for pattern in _BLAMED for name in pattern.findall(output)))
    why = [f"apt-get install: {said(ended)}"]
    why += [f"not at the version that was asked for: {', '.join(missed)}"] if missed else []
    why += [f"dpkg --audit: {_line(broken)}"] if broken else []
    why += [f"apt-get check: {said(check)}"] if not well(check) else []
    return NotApplied("; ".join(why), blamed or missed, ())


def _files(box: Box, members: Sequence[Member]) -> tuple[str, ...]:
    """What the members own, as paths."""
    names = [m.name.removesuffix(":all") for m in members]
    listed = text(box.run(("dpkg-query", "--listfiles", *names), 120))
    return tuple(dict.fromkeys(line for line in listed.splitlines() if line.startswith("/") and line != "/."))


def _line(words: str) -> str:
    return " ".join(words.split())[:600]
