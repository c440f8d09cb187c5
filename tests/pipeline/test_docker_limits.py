"""A clone's container may do less than its source, and PostgreSQL, su, runuser and the package manager still work in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from secure_release.pipeline.clones.docker.limits import DROPPED, breaks_out, kept
from secure_release.pipeline.clones.docker.mask import mask
from secure_release.pipeline.containers import Container
from secure_release.pipeline.patch_config import MaskSection
from secure_release.pipeline.release import ReleaseError

from .docker_place import Place, a_place

SHOP = ("python3-minimal", "python3-venv", "ca-certificates", "postgresql", "nginx-light", "procps")
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


def clone(place: Place, added: tuple[str, ...] = ()) -> Container:
    return place.run("clone", cap_add=kept(added), cap_drop=DROPPED, memory=300_000_000, pids=200)


def said(place: Place, container: Container, *words: str, stdin: bytes = b"") -> str:
    ended = place.engine.execute(container.id, words, timeout=60, stdin=stdin)
    assert ended.code == 0, ended.stderr
    return ended.stdout.decode().strip()


def test_the_kernel_holds_the_limits_also_where_the_source_had_more(place: Place) -> None:
    container = clone(place, ("NET_RAW", "CHOWN"))
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{container.pid}/status").read_text().splitlines())

    assert breaks_out(container.pid) == ()
    assert int(status["CapBnd"], 16) >> 29 & 1 == 0, "AUDIT_WRITE"
    assert int(status["CapBnd"], 16) & 1 == 1, "CHOWN"
    assert status["NoNewPrivs"] == "1"
    assert container.raw["HostConfig"]["Memory"] == 300_000_000  # type: ignore[index]
    assert container.raw["HostConfig"]["PidsLimit"] == 200  # type: ignore[index]


def test_what_the_engine_gives_by_itself_could_break_out(place: Place) -> None:
    assert breaks_out(place.run("plain").pid) == ("NET_RAW", "MKNOD")


@pytest.mark.slow
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

    assert (
        said(shop, container, "psql", "-h", "/tmp", "-U", "postgres", "-Atc", "select email from person")
        == "nobody@example.invalid"
    )
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
