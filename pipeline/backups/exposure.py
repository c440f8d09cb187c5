"""Who else could read or replace the backups, the keys and the folders that hold them. Findings, for the gate to judge."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Confidence, Finding, Place, Severity, Witness, numbered

from .web_roots import Served

# Folders that web servers serve by default (nginx, Apache, lighttpd on Debian, Red Hat, Alpine), and names hosters use.
WEB_ROOTS = (Path("/var/www"), Path("/srv/www"), Path("/srv/http"), Path("/usr/share/nginx"))
WEB_NAMES = frozenset({"public_html", "htdocs", "wwwroot", "webroot"})


@dataclass(frozen=True)
class Exposed:
    """What is looked at."""

    repository: Path
    sources: tuple[Path, ...]
    recipients_file: Path | None
    identity: Path | None
    served: tuple[Served, ...]


def exposure(exposed: Exposed) -> tuple[Finding, ...]:
    """One finding a thing that is open; raises `OSError` when something can't be looked at."""
    found = [
        *_repository(exposed.repository),
        *_parents(exposed.repository.resolve()),
        *_places(exposed.repository, exposed.sources),
        *_in_web_root(exposed.repository, "The backups lie", "Set `backup.repository` to", exposed.served),
        *(_in_web_root(exposed.identity, "The key of all backups lies", "Move it to", exposed.served) if exposed.identity else ()),
        *_identity(exposed.identity, exposed.repository),
        *_recipients(exposed.recipients_file),
    ]
    return numbered(found)


def finding(rule: str, severity: Severity, message: str, path: Path, fix: str, weakness: str) -> Finding:
    """A finding of the check `backup` about a path of this machine."""
    return Finding(
        check="backup",
        rule=rule,
        severity=severity,
        confidence=Confidence.HIGH,
        message=message,
        place=Place("", 0, 0),
        subject=str(path),
        fix=fix,
        weakness=weakness,
        advisories=(),
        witnesses=(Witness("backup", rule),),
        nth=0,
    )


def _repository(repository: Path) -> Iterator[Finding]:
    """The repository and everything in it; a group that an ACL lets in shows in the mode, too."""
    if not repository.exists():
        return
    for path in (repository, *_everything(repository)):
        info = path.lstat()
        if stat.S_IMODE(info.st_mode) & 0o077 and not stat.S_ISLNK(info.st_mode):
            yield finding(
                "backup-readable",
                Severity.HIGH,
                f"Others can get at the backups: {path} has mode {stat.S_IMODE(info.st_mode):04o}.",
                path,
                f"chmod go-rwx {path}",
                "CWE-732",
            )
        if info.st_uid not in (os.geteuid(), 0):
            yield finding(
                "backup-owner",
                Severity.HIGH,
                f"{path} belongs to user {info.st_uid}, who can read and replace the backups.",
                path,
                f"chown the repository to the user that runs secure-release, or name another one: {path}",
                "CWE-282",
            )


def _everything(repository: Path) -> Iterator[Path]:
    """All but the plain copies below pending/<id>: those keep the modes of the sources, behind a 0700 folder."""
    for name in ("ledger.jsonl", "lock", "generations", "work", "pending", "marks", "restic", "cache"):
        path = repository / name
        if path.exists():
            yield path
    yield from (repository / "pending").glob("*")
    for name in ("generations", "restic"):
        yield from (repository / name).rglob("*")


def _parents(repository: Path) -> Iterator[Finding]:
    for parent in repository.parents:
        if not parent.exists():
            continue
        info = parent.stat()
        open_to_all = info.st_mode & stat.S_IWOTH and not info.st_mode & stat.S_ISVTX
        open_to_group = info.st_mode & stat.S_IWGRP and not info.st_mode & stat.S_ISVTX and info.st_gid != 0
        if open_to_all or open_to_group:
            who = "Everybody" if open_to_all else f"Group {info.st_gid}"
            yield finding(
                "backup-parent-writable",
                Severity.HIGH if open_to_all else Severity.MEDIUM,
                f"{who} can write to {parent}, so can move the backups away and put others in their place.",
                parent,
                f"chmod {'o' if open_to_all else 'g'}-w {parent}, or name another `backup.repository`",
                "CWE-732",
            )
        if info.st_uid not in (os.geteuid(), 0):
            yield finding(
                "backup-parent-owner",
                Severity.MEDIUM,
                f"{parent} belongs to user {info.st_uid}, who can move the backups away and put others in their place.",
                parent,
                "Name a `backup.repository` below folders of root or of the user that runs secure-release.",
                "CWE-282",
            )


def _places(repository: Path, sources: Sequence[Path]) -> Iterator[Finding]:
    real = repository.resolve()
    for source in sources:
        if source.exists() and real.is_relative_to(source.resolve()):
            yield finding(
                "backup-in-source",
                Severity.HIGH,
                f"The backups lie inside of what is backed up ({source}): who loses one loses both.",
                real,
                "Set `backup.repository` to a folder outside of the sources.",
                "CWE-552",
            )


def _in_web_root(path: Path, what: str, remedy: str, served: Sequence[Served]) -> Iterator[Finding]:
    real = path.resolve()
    by_custom = any(real.is_relative_to(root) for root in WEB_ROOTS) or WEB_NAMES & set(real.parts)
    said = next((f", as {each.said_in} says" for each in served if each.holds(real)), "")
    if by_custom or said:
        yield finding(
            "backup-in-web-root",
            Severity.HIGH,
            f"{what} where a web server may serve them{said}: {real}.",
            real,
            f"{remedy} a folder outside of what is served.",
            "CWE-552",
        )


def _identity(identity: Path | None, repository: Path) -> Iterator[Finding]:
    if identity is None or not identity.exists():
        return
    mode = stat.S_IMODE(identity.stat().st_mode)
    if mode & 0o077:
        yield finding(
            "backup-key-readable",
            Severity.HIGH,
            f"Others can read the key of all backups: {identity} has mode {mode:04o}.",
            identity,
            f"chmod 600 {identity}, and make a new key if someone else could have read it",
            "CWE-732",
        )
    if identity.resolve().is_relative_to(repository.resolve()):
        yield finding(
            "backup-key-beside-backups",
            Severity.HIGH,
            f"The key lies beside what it opens: {identity}.",
            identity,
            "Keep it on another machine.",
            "CWE-522",
        )


def _recipients(file: Path | None) -> Iterator[Finding]:
    if file is None or not file.exists():
        return
    info = file.stat()
    if info.st_mode & stat.S_IWOTH or (info.st_mode & stat.S_IWGRP and info.st_gid != 0):
        yield finding(
            "backup-recipients-writable",
            Severity.HIGH,
            f"Others can write to {file}: who adds a key there can read every later backup.",
            file,
            f"chmod go-w {file}",
            "CWE-732",
        )


def vanished(ids: Iterable[tuple[str, Path]]) -> tuple[Finding, ...]:
    """Generations that the ledger names, nothing ever pruned, and that are not there whole."""
    return tuple(
        finding(
            "backup-vanished",
            Severity.HIGH,
            f"Generation {id} is in the ledger, and its files are not there as they were stored: {path}.",
            path,
            "Put it back from a copy, or accept the loss: `secure-release backups --forget ID`. Find out who removed it.",
            "CWE-354",
        )
        for id, path in ids
    )


def unknown(ids: Iterable[str], repository: Path) -> tuple[Finding, ...]:
    """Stored generations of which the ledger knows nothing: another ledger's, or this one was set back."""
    return tuple(
        finding(
            "backup-unknown",
            Severity.HIGH,
            f"Generation {id} is stored, and the ledger of {repository} does not know it.",
            repository / id,
            "Was the ledger put back from an older copy? Then put the newest one back. Use a repository for one project alone.",
            "CWE-354",
        )
        for id in sorted(ids)
    )


def rotten(said: Iterable[str], repository: Path) -> tuple[Finding, ...]:
    """What the last check of the stored data found, a part in each release."""
    return tuple(
        finding(
            "backup-rotten",
            Severity.HIGH,
            f"The check of the stored data says: {text}",
            repository,
            "Drill the generations that you need. Look at the disk; mend as the engine's own documentation says, or begin a new one.",
            "CWE-354",
        )
        for text in said
    )


def damaged(ids: Iterable[tuple[str, Path]]) -> tuple[Finding, ...]:
    """Generations whose last drill failed: they stay as they are, and nothing counts on them."""
    return tuple(
        finding(
            "backup-damaged",
            Severity.HIGH,
            f"Generation {id} no longer restores: its last drill failed.",
            path,
            "Look at the disk. When you know why, accept the loss: `secure-release backups --forget ID`.",
            "CWE-354",
        )
        for id, path in ids
    )
