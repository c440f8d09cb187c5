"""An image whose .debs are pending in a repository that lies in it: made once for each test session and process."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.clones.docker.mark import Mark
from secure_release.pipeline.clones.packages.box import Box, box
from secure_release.pipeline.clones.packages.onefile import archive

from ..engine import LABEL, image
from .deb_repository import Deb, packed, repository

SECURITY = {"Origin": "Example", "Label": "Debian-Security", "Suite": "oldstable-security", "Codename": "x", "Version": "12"}
PLAIN = {**SECURITY, "Label": "Debian", "Suite": "oldstable", "Version": "12.15"}
FIXED = "+sec1"
BREAKS = "#!/bin/sh\necho broken >&2\nexit 1\n"


def two(name: str, text: str = "Fix CVE-2026-{n}.", n: int = 1000, **more: object) -> tuple[Deb, Deb]:
    """A package and its patched version."""
    old = replace(Deb(name, "1.0-1", files={f"/usr/lib/{name}/code": "old\n"}, entries=(("1.0-1", "First."),)), **more)  # type: ignore[arg-type]
    entries = (("1.0-1+sec1", text.format(n=n)), *(old.entries or ()))
    return old, replace(old, version="1.0-1+sec1", files={f"/usr/lib/{name}/code": "new\n"}, entries=entries)


ACME_OLD = (("1:2.0-1", "First, with CVE-2020-1."),)
ACME_NEW = (("1:2.0-1+sec2", "Close CVE-2026-1001."), ("1:2.0-1+sec1", "Close cve-2026-1002, CVE-2026-10003."), *ACME_OLD)
SILENT = two("silent", entries=None)
OLD: tuple[Deb, ...] = (
    Deb("acme", "1:2.0-1", entries=ACME_OLD, files={"/usr/bin/acme": "#!/bin/sh\necho old\n"}, depends="libacme (= 1:2.0-1)"),
    Deb("libacme", "1:2.0-1", source="acme", architecture="amd64", doc_link="acme"),
    two("failing")[0],
    Deb("asker", "1.0-1", files={"/etc/asker.conf": "of the package\n"}, conffiles=("/etc/asker.conf",), entries=(("1.0-1", "First."),)),
    two("quiet")[0],
    Deb("rebuilt", "1.0-1+b1", source="rebuilt (1.0-1)", entries=(("1.0-1", "First."),)),
    SILENT[0],
    two("one-half")[0],
    two("other-half")[0],
    two("kept")[0],
    two("ordinary")[0],
)
NEW: tuple[Deb, ...] = (
    Deb("acme", "1:2.0-1+sec2", entries=ACME_NEW, files={"/usr/bin/acme": BREAKS}, depends="libacme (= 1:2.0-1+sec2)"),
    Deb("libacme", "1:2.0-1+sec2", source="acme", architecture="amd64", doc_link="acme"),
    replace(two("failing", n=1101)[1], postinst=BREAKS),
    Deb(
        "asker", "1.0-1+sec1", files={"/etc/asker.conf": "newer of the package\n"}, conffiles=("/etc/asker.conf",), packed="xz",
        entries=(("1.0-1+sec1", "CVE-2026-1201"), ("1.0-1", "First.")),
    ),
    two("quiet", "Nothing to see.")[1],
    Deb("rebuilt", "1.0-2+b1", source="rebuilt (1.0-2)", entries=(("1.0-2", "CVE-2026-1301"), ("1.0-1", "First."))),
    replace(SILENT[1], entries=None),
    replace(two("one-half", n=1401)[1], depends="other-half (= 1.0-1+sec1)"),
    replace(two("other-half", n=1402)[1], depends="one-half (= 1.0-1+sec1)"),
    two("kept", n=1501)[1],
)  # fmt: skip
ORDINARY = (two("ordinary", n=1601)[1],)
TRUSTED = "deb [trusted=yes] file:/{name} ./\n"


@dataclass(frozen=True)
class World:
    docker: Docker
    mark: Mark
    image: str


def mark(what: str) -> Mark:
    return Mark(f"{what}-{secrets.token_hex(3)}", {LABEL: what}, lambda _kind, _name: None)


@contextlib.contextmanager
def world(docker: Docker) -> Iterator[World]:
    """An image in which the old versions are installed, one of them held, and the repositories `security` and `plain` lie."""
    its = mark("deb-world")
    name = f"secure-release-{its.clone}:1"
    try:
        with box(docker, image(docker), its, network="none") as made:
            ran(made, "mkdir", "-p", "/old")
            docker.put(made.id, "/old", packed(".", repository(OLD, {})))
            for folder, debs, release in (("security", NEW, SECURITY), ("plain", ORDINARY, PLAIN)):
                publish(made, folder, repository(debs, release))
            ran(made, "sh", "-c", "dpkg --force-depends -i /old/*.deb && rm -r /old && apt-mark hold kept")
            made.put("/etc", "asker.conf", b"of the user\n")
            sources(made, TRUSTED.format(name="security") + TRUSTED.format(name="plain"))
            made.commit(name)
        yield World(docker, its, name)
    finally:
        docker.remove_image(name)


def publish(made: Box, folder: str, files: Mapping[str, bytes]) -> None:
    """A repository in a box, in place of the one that was there."""
    ran(made, "rm", "-rf", f"/{folder}")
    made.engine.put(made.id, "/", packed(folder, files))


def sources(made: Box, text: str) -> None:
    ran(made, "sh", "-c", "rm -f /etc/apt/sources.list.d/*")
    made.engine.put(made.id, "/etc/apt", archive("sources.list", text.encode()))


def ran(made: Box, *argv: str) -> str:
    ended = made.run(argv, 60)
    assert ended.code == 0, ended
    return ended.stdout.decode()


def named(debs: Sequence[Deb]) -> list[str]:
    return [one.name for one in debs]
