"""A clone's container may do less than its source, and PostgreSQL, su, runuser and the package manager still work in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from secure_release.pipeline.clones.docker.limits import limited, taken
from secure_release.pipeline.clones.docker.mask import mask
from secure_release.pipeline.containers import Container
from secure_release.pipeline.patch_config import DockerSection, MaskSection
from secure_release.pipeline.release import ReleaseError

from .docker_place import EMPTY, Place, a_place
from .test_clone_environment import SOURCE

SHOP = ("python3-minimal", "python3-venv", "ca-certificates", "postgresql", "nginx-light", "procps")
SECTION = DockerSection(project="shop", memory="300MB", pids=200)  # type: ignore[arg-type]  # as a user writes it
BIN = "/usr/lib/postgresql/15/bin"
INITIALISE = ("runuser", "-u", "postgres", "--", f"{BIN}/initdb", "-D", "/tmp/data", "--no-sync", "-A", "trust")
SERVE = ("su", "postgres", "-c", f"{BIN}/pg_ctl -D /tmp/data -w -o '-k /tmp' start")
PSQL = ("psql", "-h", "/tmp", "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-q", "-f", "-")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with a_place(tmp_path) as made:
        yield made


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Place]:
    with a_place(tmp_path, SHOP) as made:
        yield made


def clone(place: Place, source: Container = SOURCE) -> Container:
    made = place.engine.create(limited(place.spec("clone"), source, SECTION))
    place.engine.start(made)
    return place.engine.container(made)


def said(place: Place, container: Container, *words: str, stdin: bytes = b"") -> str:
    ended = place.engine.execute(container.id, words, timeout=60, stdin=stdin)
    assert ended.code == 0, ended.stderr
    return ended.stdout.decode().strip()


def test_the_kernel_holds_the_limits(place: Place) -> None:
    container = clone(place)
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{container.pid}/status").read_text().splitlines())

    capabilities = int(status["CapBnd"], 16)
    assert {bit: bool(capabilities >> bit & 1) for bit in (13, 27, 29, 12, 21)} == dict.fromkeys((13, 27, 29, 12, 21), False)
    assert status["NoNewPrivs"] == "1"
    assert container.raw["HostConfig"]["Memory"] == 300_000_000  # type: ignore[index]
    assert container.raw["HostConfig"]["PidsLimit"] == 200  # type: ignore[index]


def test_a_source_that_has_less_stays_with_less() -> None:
    source = replace(SOURCE, cap_add=("SYS_PTRACE",), cap_drop=("CAP_CHOWN",), raw={"HostConfig": {"Memory": 1000}})
    from_it = limited(EMPTY, source, SECTION)

    assert (from_it.cap_add, from_it.cap_drop, from_it.memory) == ((), ("AUDIT_WRITE", "CHOWN", "MKNOD", "NET_RAW"), 1000)
    assert taken(source) == ("shop-web-1: the added capabilities SYS_PTRACE.",)


def test_a_database_runs_and_is_masked_within_the_limits(shop: Place) -> None:
    container = clone(shop)
    said(shop, container, *INITIALISE)
    said(shop, container, *SERVE)
    said(shop, container, *PSQL, stdin=b"create table person (email text); insert into person values ('ann@example.com')")
    (shop.folder / "mask.sql").write_text("update person set email = 'nobody@example.invalid'")
    (shop.folder / "wrong.sql").write_text("update person set mail = ''; update person set email = ''")

    mask(shop.engine, container.id, MaskSection(service="db", run=PSQL, file="mask.sql"), shop.folder)
    with pytest.raises(ReleaseError, match="psql ended with 3"):
        mask(shop.engine, container.id, MaskSection(service="db", run=PSQL, file="wrong.sql"), shop.folder)

    assert said(shop, container, "psql", "-h", "/tmp", "-U", "postgres", "-Atc", "select email from person") == "nobody@example.invalid"
    said(shop, container, "dpkg", "--audit")


MASKS = {
    "no-such-program": (("nowhere-to-be-found",), "delete", "there is no nowhere-to-be-found in the container"),
    "fails": (("false",), "delete", "false ended with 1"),
    "empty-file": (("cat",), " \n", "mask.sql is empty"),
    "psql-that-goes-on": (("psql", "-f", "-"), "delete", "ON_ERROR_STOP=1"),
}


@pytest.mark.parametrize(("run", "content", "why"), MASKS.values(), ids=MASKS.keys())
def test_masking_that_did_not_work_refuses(place: Place, run: tuple[str, ...], content: str, why: str) -> None:
    container = clone(place)
    (place.folder / "mask.sql").write_text(content)

    with pytest.raises(ReleaseError, match=why):
        mask(place.engine, container.id, MaskSection(service="db", run=run, file="mask.sql"), place.folder)


def test_a_file_outside_the_project_is_not_given_away(place: Place, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "mask.sql").symlink_to("/etc/hostname")

    with pytest.raises(ReleaseError, match=r"mask\.sql is not a file of the project"):
        mask(place.engine, "nobody", MaskSection(service="db", run=("cat",), file="mask.sql"), tree)
