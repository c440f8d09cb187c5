"""What is cloned of what an engine shows: in which order, with which data, and what is refused or left out with a sentence."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from secure_release.pipeline.clones.docker.source import Project, read_project
from secure_release.pipeline.containers import Attached, Container, Engine, Mount, NotThere, Port, Server
from secure_release.pipeline.patch_config import DockerSection
from secure_release.pipeline.release import ReleaseError

COMPOSE = "com.docker.compose"
PLAIN = Container(
    id="", name="", image="sha256:1", image_name="app:1", labels={}, state="running", healthy=None, pid=1, started="now", exit_code=0,
    env=(), entrypoint=(), command=(), user="", working_dir="", hostname="", health=None, mounts=(),
    networks=(Attached("shop_default", "10.0.0.2", "", ()),), ports=(), privileged=False, host_namespaces=(), devices=(), cap_add=(),
    cap_drop=(), tmpfs={}, size_rw=-1, raw={},
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """The part of `Engine` that is looked at."""

    every: Sequence[Container]
    local: bool = True

    def server(self) -> Server:
        return Server((20, 10, 24), Path("/var/lib/docker"), self.local)

    def containers(self, labels: Mapping[str, str], every: bool = True) -> tuple[Container, ...]:
        chosen = (one for one in self.every if labels.items() <= one.labels.items())
        return tuple(one for one in chosen if every or one.state in ("running", "paused"))

    def container(self, name: str, sizes: bool = False) -> Container:
        for one in self.every:
            if one.name == name:
                return one
        raise NotThere("nobody", "")


def one(service: str, number: int = 1, needs: str = "", **more: Any) -> Container:
    labels = {f"{COMPOSE}.project": "shop", f"{COMPOSE}.service": service, f"{COMPOSE}.container-number": str(number)}
    labels |= {f"{COMPOSE}.depends_on": needs} if needs else {}
    name = f"shop-{service}-{number}"
    return replace(PLAIN, **{"id": f"id-{name}", "name": name, "labels": labels, **more})


def read(*every: Container, local: bool = True, **config: Any) -> Project:
    section = DockerSection(**(config or {"project": "shop"}))
    return read_project(cast(Engine, Shown(every, local)), section)


def mount(place: Path, target: str = "/data", writable: bool = True, kind: str = "bind") -> Mount:
    return Mount(kind, str(place), place, target, writable)


def test_services_come_in_the_order_in_which_they_start() -> None:
    found = read(one("web", needs="db:service_healthy:false,cache"), one("cache"), one("db"), one("proxy", needs="web"))

    assert [service.name for service in found.services] == ["cache", "db", "web", "proxy"]


def test_one_of_several_containers_is_cloned_and_all_are_held() -> None:
    found = read(one("web", 2), one("web", 1), one("web", 10))

    assert found.service("web").container.name == "shop-web-1"
    assert [each.name for each in found.held] == ["shop-web-1", "shop-web-2", "shop-web-10"]
    assert found.left_out == ("web: one of its 3 containers is cloned, shop-web-1.",)


def test_one_container_can_be_cloned_by_its_name() -> None:
    found = read(replace(PLAIN, id="x", name="alone"), one("web"), container="alone")

    assert [service.name for service in found.services] == ["alone"]


def test_what_did_its_work_and_ended_is_named() -> None:
    found = read(one("web", needs="migrate:service_completed_successfully:false"), one("migrate", state="exited"))

    assert [service.name for service in found.services] == ["web"]
    assert found.left_out == ("migrate: the container shop-migrate-1 has ended (exit 0) and is not cloned.",)


def test_runs_on_the_side_and_clones_are_not_the_project() -> None:
    aside = one("job", name="shop-job-run")
    clone = one("web", name="secure-release-fork-1-web")
    found = read(
        one("web"),
        replace(aside, labels={**aside.labels, f"{COMPOSE}.oneoff": "True"}),
        replace(clone, labels={**clone.labels, "secure-release.clone": "fork-1"}),
    )

    assert [each.name for each in found.held] == ["shop-web-1"]


def test_a_container_that_was_rolled_out_from_an_image_of_ours_is_the_project() -> None:
    """It inherited the image's labels, not its name."""
    web = one("web")

    assert read(replace(web, labels={**web.labels, "secure-release.clone": "fork-1"})).held


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"state": "paused"}, "is paused already"),
        ({"state": "restarting"}, "is restarting"),
        ({"state": "exited", "exit_code": 1}, "does not run"),
        ({"state": "created"}, "was never started"),
        ({"state": "dead"}, "does not run"),
        ({"privileged": True}, "is privileged"),
        ({"host_namespaces": ("Pid",)}, "shares the process namespace"),
        ({"host_namespaces": ("Network",)}, "shares the network namespace"),
        ({"host_namespaces": ("Ipc",)}, "shares the shared memory namespace"),
        ({"devices": ("/dev/sda",)}, "uses devices of the machine"),
        ({"mounts": (mount(Path("/not/there")),)}, "can't be seen at /not/there"),
    ],
    ids=lambda value: next(iter(value.items())).__repr__() if isinstance(value, dict) else "",
)
def test_what_cant_be_cloned_safely_is_refused(changed: Mapping[str, Any], sentence: str) -> None:
    with pytest.raises(ReleaseError, match=sentence) as caught:
        read(one("web", **changed), one("db"))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("every", "config", "sentence"),
    [
        ((), {"project": "shop"}, "no container of a compose project shop"),
        ((), {"container": "web"}, "no container web"),
        ((one("web", state="exited"), one("db", state="exited")), {"project": "shop"}, "Every container of the source has ended"),
        ((one("a", needs="b"), one("b", needs="a")), {"project": "shop"}, "a, b wait for each other"),
    ],
    ids=["no-project", "no-container", "all-ended", "circle"],
)
def test_no_source_is_no_answer(every: Sequence[Container], config: Mapping[str, Any], sentence: str) -> None:
    with pytest.raises(ReleaseError, match=sentence):
        read(*every, **config)


def test_an_engine_on_another_machine_is_refused() -> None:
    with pytest.raises(ReleaseError, match="on another machine"):
        read(one("web"), local=False)


@pytest.mark.parametrize("running", ["volume", "folder-above", "folder-below"])
def test_a_writer_outside_of_the_source_is_refused(tmp_path: Path, running: str) -> None:
    place = tmp_path / "data"
    (place / "sub").mkdir(parents=True)
    theirs = {"volume": place, "folder-above": tmp_path, "folder-below": place / "sub"}[running]
    outside = replace(PLAIN, id="o", name="backup", mounts=(mount(theirs, "/x"),))

    with pytest.raises(ReleaseError, match="also written to by backup"):
        read(one("db", mounts=(mount(place, kind="volume"),)), outside)


@pytest.mark.parametrize(
    "outside",
    [{"state": "exited"}, {"mounts": "read-only"}, {"mounts": "elsewhere"}],
    ids=["not-running", "reads", "beside"],
)
def test_who_does_not_write_outside_is_no_matter(tmp_path: Path, outside: dict[str, Any]) -> None:
    place = tmp_path / "data"
    place.mkdir()
    mounts = (mount(tmp_path / "data2") if outside.get("mounts") == "elsewhere" else mount(place, writable="mounts" not in outside),)

    found = read(one("db", mounts=(mount(place),)), replace(PLAIN, id="o", name="o", state=outside.get("state", "running"), mounts=mounts))

    assert [data.place for data in found.data] == [place]


def test_a_volume_of_two_services_is_one(tmp_path: Path) -> None:
    found = read(one("a", mounts=(mount(tmp_path),)), one("b", mounts=(mount(tmp_path, "/there", writable=False),)))

    assert len(found.data) == 1
    assert [(use.target, use.writable) for service in found.services for use in service.uses] == [("/data", True), ("/there", False)]


def test_what_clones_do_without_is_said(tmp_path: Path) -> None:
    plug = socket.socket(socket.AF_UNIX)
    plug.bind(str(tmp_path / "docker.sock"))
    (tmp_path / "token").touch()
    web = one(
        "web",
        ports=(Port("0.0.0.0", 443, "443/tcp"),),
        cap_add=("CAP_CHOWN", "SYS_ADMIN"),
        networks=(Attached("front", "", "", ("web",)), Attached("back", "", "", ("api", "id-shop-web-1"[:12]))),
        host_namespaces=("UTS",),
        raw={"HostConfig": {"ShmSize": 1_000_000_000, "Runtime": "runc", "Ulimits": None}},
        mounts=(
            mount(tmp_path / "docker.sock", "/var/run/docker.sock"),
            mount(Path("/proc"), "/host/proc", writable=False),
            mount(Path("/"), "/host", writable=False),
            mount(tmp_path / "token", "/run/secrets/token", writable=False),
            Mount("tmpfs", "", Path("/"), "/scratch", True),
        ),
    )

    found = read(web)
    plug.close()

    assert found.data == ()
    assert found.left_out == (
        "web: published ports are not published for clones (443 to 443/tcp).",
        "web: added capabilities are not given to clones (SYS_ADMIN).",
        "web: it is in 2 networks, its clones in one.",
        "web: the host's UTS namespace is not shared with clones.",
        "web: its setting ShmSize is not carried over to clones.",
        f"web: /var/run/docker.sock is left out: the socket {tmp_path}/docker.sock is not handed to clones.",
        "web: /host/proc is left out: /proc belongs to the machine and is not copied.",
        "web: /host is left out: / belongs to the machine and is not copied.",
        "web: /run/secrets/token is left out: `docker.scrub` names it as secret.",
    )
    assert found.service("web").aliases == ("web", "shop-web-1", "api")


def test_another_image_is_another_source() -> None:
    assert read(one("web")).digest == read(one("web", started="later", state="running")).digest
    assert read(one("web")).digest != read(one("web", image="sha256:2")).digest
    assert read(one("web")).digest != read(one("web", id="new")).digest
