"""Installs exactly the tested .debs in a box without network, and believes only what dpkg says afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from secure_release.checks import Exit

from ...patching import Member, NotApplied
from ...release import ReleaseError
from .apt_artifacts import Artifact, kept
from .apt_ask import HOME, INSTALL, LOCAL, Package, audit, packages
from .asking import said, text, well
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
# A package that is only unconfigured because another one failed is not to blame.
_BROKE = re.compile(r"^dpkg: error processing (?:package|archive) (\S+) \([^)]*\):\s+(?!dependency problems)(.*)", re.MULTILINE)
_UNMET = re.compile(r"^\s*(\S+) : (?:Pre-?Depends|Depends|Conflicts|Breaks): (\S+)", re.MULTILINE)


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
    box.run(("mkdir", "-p", PLACE, f"{HOME}/none/partial"), 30)
    own = box.get(POLICY)
    try:
        for one in debs:
            box.put(PLACE, one.control.file, one.path.read_bytes())
        box.put("/usr/sbin", "policy-rc.d", SERVICES_STAY_DOWN, 0o755)
        files = (f"{PLACE}/{one.control.file}" for one in debs)
        return box.run(("apt-get", *LOCAL, *INSTALL, *files), SECONDS, env=FRONTEND)
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
    broke, unmet = _BROKE.findall(output), _UNMET.findall(output)
    blamed = _unique(name for name, _ in (*broke, *unmet))
    why = [f"apt-get install: {said(ended)}"]
    why += [f"{name}: {line.strip()}" for name, line in broke]
    why += [f"not at the version that was asked for: {', '.join(missed)}"] if missed else []
    why += [f"dpkg --audit: {_line(broken)}"] if broken else []
    why += [f"apt-get check: {said(check)}"] if not well(check) else []
    return NotApplied("; ".join(why), blamed or (missed if well(ended) else ()), _unique(name for _, name in unmet))


def _files(box: Box, members: Sequence[Member]) -> tuple[str, ...]:
    """What the members own, as paths."""
    names = [m.name.removesuffix(":all") for m in members]
    listed = text(box.run(("dpkg-query", "--listfiles", *names), 120))
    paths = (line.removeprefix("diverted to: ").strip() for line in listed.splitlines())
    return tuple(dict.fromkeys(path for path in paths if path.startswith("/") and path != "/."))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _line(words: str) -> str:
    return " ".join(words.split())[:600]
