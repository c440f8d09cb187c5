"""Vaults over real folders for the tests of backups, and a tree with every kind of file that ever broke a backup."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.backups import keys
from secure_release.pipeline.backups.engine_vault import EngineVault
from secure_release.pipeline.backups.vault import vault
from secure_release.pipeline.config import BackupSection, DrillSection, KeepSection
from secure_release.pipeline.source_config import AnySource, SourceSection
from secure_release.pipeline.wiring import backup_means

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
ROOT = os.geteuid() == 0


@dataclass
class Clock:
    """A clock that a test sets; every look moves it a microsecond, as a real one would."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


@dataclass
class House:
    """A project folder with data and a database, a key pair, and a vault over them."""

    root: Path
    clock: Clock = field(default_factory=Clock)
    engine: Literal["archive", "restic"] = "archive"
    scratch: Path | None = None  # where drills start servers

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o755)
        if not (self.root / "keys").exists():
            keys.make_pair(self.root / "keys")
            (self.root / "keys/password").write_text("correct horse battery staple")
            (self.root / "keys/password").chmod(0o600)

    @property
    def identity(self) -> Path:
        return self.root / "keys/identity.txt"

    @property
    def repository(self) -> Path:
        return self.root / "repository"

    def vault(self, sources: Sequence[AnySource] = (), identity: bool = True, drill_every: str = "", **keep: object) -> EngineVault:
        section = BackupSection(
            engine=self.engine,
            repository="repository",
            recipients_file="keys/recipients.txt",
            password_file="keys/password",
            sources=tuple(sources) or (DATA, DATABASE),
            scratch=str(self.scratch) if self.scratch else None,
            keep=KeepSection.model_validate({"last": 3, **keep}),
            drill=DrillSection.model_validate({"every": drill_every} if drill_every else {}),
        )
        return vault(self.root, section, backup_means(Processes(self.root)), self.clock, self.identity if identity else None)

    def fill(self) -> None:
        (self.root / "data/uploads").mkdir(parents=True)
        (self.root / "data/readme.txt").write_text("hello")
        (self.root / "data/uploads/a.bin").write_bytes(os.urandom(40_000))
        database(self.root / "app.db", rows=50)

    def left_over(self) -> list[str]:
        """What lies in the folders that must be empty between two runs, and beside the sources."""
        inside = [str(p) for name in ("work", "pending", "marks") for p in (self.repository / name).glob("*")]
        return inside + [str(p) for p in self.root.rglob("*.part")] + [str(p) for p in self.root.glob(".*staged*")]


DATA = SourceSection(name="data", type="path", path="data")
DATABASE = SourceSection(name="db", type="sqlite", path="app.db")


def database(path: Path, rows: int, wal: bool = True) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA journal_mode={'wal' if wal else 'delete'}")
        db.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, what TEXT, price REAL, blob BLOB)")
        db.executemany(
            "INSERT INTO orders (what, price, blob) VALUES (?, ?, ?)",
            [(f"thing {n}", n / 3, bytes([n % 256])) for n in range(rows)],
        )
        db.commit()


def count(path: Path, table: str = "orders") -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def nasty_tree(root: Path) -> None:
    """Names, kinds and attributes that backups lose. Needs root for owners, capabilities and trusted attributes."""
    (root / "sub/empty").mkdir(parents=True)
    (root / "grüße 日本.txt").write_text("unicode")
    Path(os.fsdecode(os.fsencode(root) + b"/\xff\xfe not utf-8")).write_text("bytes")
    (root / "line\nbreak").write_text("newline")
    (root / "-rf").write_text("dash")
    (root / "*?[x] 'q' \"d\" \\b").write_text("quotes")
    (root / (" " * 3)).write_text("spaces")
    (root / ("n" * 255)).write_text("long")
    deep = root.joinpath(*["d" * 60] * 5)
    deep.mkdir(parents=True)
    (deep / "f").write_text("long path")
    (root / "zero").touch()
    os.mkfifo(root / "fifo")
    with (root / "sparse").open("wb") as file:
        file.truncate(30_000_000)
        file.seek(10_000_000)
        file.write(b"in the middle")
    (root / "first").write_text("hard")
    os.link(root / "first", root / "sub/second")
    (root / "relative").symlink_to("sub/second")
    (root / "absolute").symlink_to("/etc/passwd")
    (root / "dangling").symlink_to("../../nowhere")
    (root / "folder link").symlink_to("sub")
    (root / "suid").write_text("#!/bin/sh\n")
    (root / "suid").chmod(0o4755)
    (root / "closed").write_text("no mode")
    (root / "closed").chmod(0o000)
    (root / "sticky").mkdir()
    (root / "sticky").chmod(0o1777)
    (root / "old").write_text("1969")
    os.utime(root / "old", ns=(-5_000_000_001, -5_000_000_001))
    (root / "future").write_text("2100")
    os.utime(root / "future", ns=(4_102_444_800_123_456_789, 4_102_444_800_123_456_789))
    (root / "attributes").write_text("x")
    os.setxattr(root / "attributes", "user.colour", b"blue\0\xff")
    os.setxattr(root / "sub", "user.folder", b"yes")
    if ROOT:
        os.setxattr(root / "attributes", "trusted.secret", b"1")
        os.setxattr(root / "attributes", "system.posix_acl_access", ACL)
        os.setxattr(root / "sub", "system.posix_acl_default", ACL)
        os.setxattr(root / "suid", "security.capability", CAPABILITY)
        os.chown(root / "zero", 1234, 4321)
        os.chown(root / "relative", 1234, 4321, follow_symlinks=False)
        (root / "suid").chmod(0o4755)
        os.setxattr(root / "suid", "security.capability", CAPABILITY)


def a_socket(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        here = os.open(path.parent, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{here}/{path.name}")
        os.close(here)


def _acl(*entries: tuple[int, int, int]) -> bytes:
    body = b"".join(
        tag.to_bytes(2, "little") + perm.to_bytes(2, "little") + id.to_bytes(4, "little") for tag, perm, id in entries
    )
    return (2).to_bytes(4, "little") + body


NOBODY_IN = 0xFFFFFFFF
# user::rw-, user:1234:r--, group::r--, mask::r--, other::---
ACL = _acl((1, 6, NOBODY_IN), (2, 4, 1234), (4, 4, NOBODY_IN), (16, 4, NOBODY_IN), (32, 0, NOBODY_IN))
CAPABILITY = bytes.fromhex("0100000200040000000000000000000000000000")  # cap_net_bind_service=ep
