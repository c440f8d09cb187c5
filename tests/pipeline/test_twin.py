"""A container that replaces another has all of its settings: whatever the docker client can give a container is carried over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from secure_release.pipeline.adapters import docker_values
from secure_release.pipeline.containers import SOURCE, Container
from secure_release.pipeline.deploys.twin import Stamp, Twin, lost, twin
from secure_release.pipeline.shipping import DeployError
from tests.pipeline.rollouts import World, shipment, world

SLEEP = ("--stop-signal", "SIGKILL", "--", "sleep", "600")
MANY = (
    "--hostname", "shop", "--domainname", "example.test", "--user", "33:33", "--workdir", "/srv", "-e", "A=1", "-e", "GONE",
    "-e", "EMPTY=", "-e", "VERSION=mine", "--label", "a=b", "--restart", "on-failure:3", "--stop-signal", "SIGINT", "--stop-timeout", "1",
    "--memory", "64m", "--memory-swap", "128m", "--memory-reservation", "32m", "--cpus", "0.5", "--cpu-shares", "512",
    "--pids-limit", "77", "--ulimit", "nofile=100:200", "--cap-add", "NET_ADMIN", "--cap-drop", "MKNOD", "--security-opt",
    "no-new-privileges", "--read-only", "--tmpfs", "/t:size=1m", "--shm-size", "8m", "--group-add", "44", "--add-host", "a:192.0.2.1",
    "--dns", "192.0.2.53", "--dns-search", "example.test", "--dns-option", "ndots:3", "--sysctl", "net.core.somaxconn=77",
    "--log-driver", "json-file", "--log-opt", "max-size=1m", "--oom-score-adj", "5", "--init", "--ipc", "shareable",
    "--cgroupns", "private", "--expose", "81", "-p", "127.0.0.1::82", "--device", "/dev/zero:/dev/nothing:r", "--health-cmd", "true",
    "--health-interval", "300ms", "--health-retries", "4", "-t", "-i",
)  # fmt: skip
ROWS = {
    "many": (*MANY, "--", "sleep", "600"),
    "plain": SLEEP,
    "no-entrypoint-of-its-own": ("--entrypoint", "", *SLEEP),
    "another-entrypoint": ("--stop-signal", "SIGKILL", "--entrypoint", "sleep", "--", "600"),
    "no-health-check": ("--no-healthcheck", *SLEEP),
    "default-network": ("--network", "bridge", *SLEEP),
    "no-network": ("--network", "none", *SLEEP),
    "network-of-the-host": ("--network", "host", *SLEEP),
    "processes-of-the-host": ("--pid", "host", "--uts", "host", *SLEEP),
    "a-volume-and-one-without-a-name": ("-v", "{name}:/data:ro", "-v", "/anonymous", "--mount", "type=volume,dst=/nameless", *SLEEP),
    "mounts": ("--mount", "type=bind,src=/usr/share,dst=/share,readonly", "--mount", "type=tmpfs,dst=/t,tmpfs-size=1m", *SLEEP),
}
NEW_OF_EACH = {"Image", "Hostname", "Labels"}


@pytest.fixture
def made(two: World) -> Iterator[World]:
    yield two
    for one in two.living():
        two.docker.remove(one.id)


@pytest.fixture(scope="module")
def two() -> Iterator[World]:
    """Two images with settings of their own that differ, as those of two versions do."""
    with world() as found:
        for version in ("1.0", "2.0"):
            lines = [f"WORKDIR /of/{version}", f"LABEL of={version}", "VOLUME /kept", f"EXPOSE 9{version[0]}"]
            lines += ['ENTRYPOINT ["/usr/bin/env"]', f"ENV ONLY_{version[0]}=1"]
            found.image(version, health=False, more=lines)
        found.docker.create_volume(found.name, found.labels, {})
        yield found


def raw(container: Container, part: str) -> Mapping[str, Any]:
    return cast(Mapping[str, Any], container.raw[part])


QUICK = ("many", "another-entrypoint", "a-volume-and-one-without-a-name")


@pytest.mark.parametrize("row", [row if row in QUICK else pytest.param(row, marks=pytest.mark.slow) for row in ROWS])
def test_whatever_a_container_was_given_its_successor_has(made: World, row: str) -> None:
    """Its image's own settings are the new image's; the engine may write nothing in more than one way."""
    words = [word.format(name=made.name) for word in ROWS[row]]
    old = made.docker.container(made.service("web", 1, f"{made.name}:1.0", words))
    driver = made.driver(settle="0s")
    undo = driver.plan(shipment("2.0"))
    try:
        driver.apply(shipment("2.0"), undo)
        new = made.docker.container(old.name)
        assert new.image == made.images["2.0"]
        assert host(new) == host(old)
        assert config(new) == expected(old)
        assert {key: value for key, value in new.labels.items() if "secure-release." not in key and "image" not in key and key != "of"} == {
            key: value for key, value in old.labels.items() if "image" not in key and key != "of"
        }
        assert (new.labels["com.docker.compose.image"], new.labels["of"]) == (made.images["2.0"], "2.0")
        assert where(new) == where(old)
        assert ends(new) == ends(old)
        assert new.hostname == (old.hostname if old.hostname != old.id[:12] else new.id[:12])
    finally:
        driver.undo(undo, False)


def host(container: Container) -> dict[str, Any]:
    """But for the volumes, which `where` compares: one without a name has to be named."""
    told = {**raw(container, "HostConfig")}
    told["Mounts"] = [mount for mount in told.get("Mounts") or () if mount["Type"] != "volume"]
    return {**told, "Binds": [bind for bind in told["Binds"] or () if not bind.endswith(",nocopy")]}


def config(container: Container) -> dict[str, Any]:
    plain = {key: value or None for key, value in raw(container, "Config").items() if key not in NEW_OF_EACH}
    return {**plain, "Env": sorted(container.env)}


def expected(old: Container) -> dict[str, Any]:
    """What the old one had, but that what was the old image's is now the new image's."""
    told = config(old)
    told["Env"] = sorted({"ONLY_1=1": "ONLY_2=1", "VERSION=1.0": "VERSION=2.0"}.get(each, each) for each in old.env)
    told["WorkingDir"] = "/of/2.0" if told["WorkingDir"] == "/of/1.0" else told["WorkingDir"]
    exposed = {key: value for key, value in told["ExposedPorts"].items() if key != "91/tcp"}
    return {**told, "ExposedPorts": {**exposed, "92/tcp": {}}}


def where(container: Container) -> list[tuple[str, str, str, bool]]:
    return sorted((mount.kind, mount.source, mount.target, mount.writable) for mount in container.mounts)


def ends(container: Container) -> dict[str, tuple[str, ...]]:
    return {one.network: tuple(sorted(set(one.aliases) - {container.id[:12]})) for one in container.networks}


def test_every_network_with_its_address_names_and_links_is_carried_over(made: World) -> None:
    second = made.docker.create_network(f"{made.name}-2", made.labels, False, {}, "10.213.77.0/24")
    old = made.service("web", 1, f"{made.name}:1.0", [*SLEEP])
    made.service("db", 1, f"{made.name}:1.0", [*SLEEP])
    endpoint = {"IPAMConfig": {"IPv4Address": "10.213.77.9"}, "Aliases": ["shop", "store"], "Links": [f"{made.name}-db-1:data"]}
    made.docker.api._post_json(
        made.docker.api._url("/networks/{0}/connect", second.id), data={"Container": old, "EndpointConfig": endpoint}
    ).raise_for_status()
    before = made.docker.container(old)
    driver = made.driver(settle="0s")
    undo = driver.plan(shipment("2.0"))
    driver.apply(shipment("2.0"), undo)
    after = made.docker.container(before.name)
    assert {one.network: one.address for one in after.networks if one.network != made.name} == {second.name: "10.213.77.9"}
    assert ends(after) == ends(before)
    assert raw(after, "NetworkSettings")["Networks"][second.name]["Links"] == endpoint["Links"]
    driver.undo(undo, False)
    assert ends(made.docker.container(old)) == ends(before)


def test_the_files_of_a_volume_without_a_name_stay(made: World) -> None:
    old = made.service("web", 1, f"{made.name}:1.0", ["-v", "/anonymous", *SLEEP])
    for folder in ("/anonymous", "/kept"):
        assert made.docker.execute(old, ["touch", f"{folder}/order-1"], timeout=10).code == 0
    driver = made.driver(settle="0s")
    undo = driver.plan(shipment("2.0"))
    driver.apply(shipment("2.0"), undo)
    assert len(driver.tidy(2)) == 1
    new = made.docker.container(f"{made.name}-web-1")
    for folder in ("/anonymous", "/kept"):
        assert made.docker.execute(new.id, ["ls", folder], timeout=10).stdout == b"order-1\n"


def test_an_image_of_a_patch_test_changes_nothing_but_the_files(made: World) -> None:
    """It was made from a box: its command is idle, its labels say that it may be swept away, variables came and went."""
    old = made.docker.container(made.service("web", 1, f"{made.name}:1.0", ["-e", "TOKEN=x", *SLEEP]))
    lines = ['CMD ["idle"]', "ENTRYPOINT []", "USER nobody", "WORKDIR /box", "ENV BOX=1 VERSION=scrubbed", "HEALTHCHECK CMD false"]
    lines += ["LABEL secure-release.clone=c1 secure-release.expires=soon"]
    box = made.run(["create", f"{made.name}:1.0"])
    tested = made.docker.commit(box, f"{made.name}:tested", {SOURCE: made.images["1.0"]}, lines)
    made.docker.remove(box)
    driver = made.driver(image={}, images="tested", settle="0s")
    sent = shipment("2.0", images={"web": tested})
    undo = driver.plan(sent)
    driver.apply(sent, undo)
    new = made.docker.container(old.name)
    assert new.image == tested
    same = {key: value for key, value in config(old).items() if key not in ("Env", "User", "Healthcheck")}
    assert {key: value for key, value in config(new).items() if key in same} == same
    assert sorted(each for each in new.env if "=" in each) == sorted(old.env)
    assert made.docker.execute(new.id, ["id", "-u"], timeout=10).stdout == b"0\n"
    assert (new.health, new.healthy) == (None, None)
    assert (new.labels["secure-release.clone"], new.labels["secure-release.expires"]) == ("", "")


def test_a_tested_image_of_another_source_is_refused(made: World) -> None:
    """What runs was replaced after it was tested: the tested image does not begin with it."""
    made.service("web", 1, f"{made.name}:2.0", [*SLEEP])
    with pytest.raises(DeployError, match="does not run the image that was patch-tested"):
        made.driver(image={}, images="tested").plan(shipment("2.0", images={"web": made.images["1.0"]}))


def test_a_setting_that_got_lost_is_told() -> None:
    """What the engine says it made is compared with what it was asked for."""
    host = {"NetworkMode": "shop", "Memory": 5, "CapAdd": None, "Binds": ["a:/a"]}
    ends = {"EndpointsConfig": {"shop": {"Aliases": ["web"]}}}
    asked = Twin({"Image": "i", "HostConfig": host, "Env": ["A=1"], "Labels": {"x": "y"}, "NetworkingConfig": ends}, {"two": {}})
    whole = {"Env": ["B=2", "A=1"], "Labels": {"x": "y", "z": ""}}
    attached = {"Networks": {"shop": {"Aliases": ["web", "0123"]}, "two": {}}}
    same = bare({"HostConfig": {**host, "CapAdd": []}, "Config": whole, "NetworkSettings": attached})
    assert lost(asked, same) == ()
    poor = {"HostConfig": {**host, "Memory": 0, "Binds": None}, "Config": {"Env": ["A=2"], "Labels": {}}}
    less = bare({**poor, "NetworkSettings": {"Networks": {"shop": {"Aliases": ["0123"]}}}})
    assert lost(asked, less) == ("Memory", "Binds", "Env", "Labels", "network shop", "network two")


def bare(raw: Mapping[str, Any]) -> Container:
    state = {"Status": "created", "Pid": 0, "StartedAt": "", "ExitCode": 0}
    config = {"Image": "i", **raw["Config"]}
    return replace(docker_values.container({"Id": "1", "Name": "n", "Image": "i", "State": state, **raw, "Config": config}), raw=raw)


def test_a_stamp_of_an_earlier_rollout_is_not_kept() -> None:
    stamped = {"secure-release.rollout": "old", "secure-release.replaces": "older", "a": "b"}
    parts = {"HostConfig": {"NetworkMode": "none"}, "NetworkSettings": {"Networks": {}}, "Config": {"Labels": stamped}}
    old = replace(bare(parts), labels=stamped)
    made = twin(old, {"Config": {}}, {"Config": {}, "Id": "new"}, "new", Stamp("now", "2.0"), True)
    labels = {"secure-release.rollout": "now", "secure-release.replaces": "1", "secure-release.version": "2.0", "a": "b"}
    assert made.body["Labels"] == labels
