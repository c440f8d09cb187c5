"""A running project is held still, copied and forked, on a real engine; nothing of it is touched and nothing of ours stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from secure_release.pipeline.clones.docker.clean import remove_all
from secure_release.pipeline.clones.docker.fork import NotStarted
from secure_release.pipeline.clones.docker.lock import alone
from secure_release.pipeline.clones.docker.mark import CLONE, EXPIRES, RUN, Mark
from secure_release.pipeline.clones.docker.overlay import Sharing
from secure_release.pipeline.clones.docker.snapshot import Frozen, take
from secure_release.pipeline.clones.docker.source import Project, read_project
from secure_release.pipeline.containers import Objects
from secure_release.pipeline.patching import Consistency
from secure_release.pipeline.release import ReleaseError

from .docker_source import HEALTHY, TOOLS, Source, source

SICK = replace(HEALTHY, test=("CMD", "false"))
NOTHING = Objects((), (), (), ())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """One source for all tests of this file: none of them may change it."""
    with source(tmp_path_factory.mktemp("state")) as made:
        made.docker.execute(made.container("reader"), ("sh", "-c", "echo mine > /etc/mine"), timeout=20)
        before = identity(made)
        yield made
        assert identity(made) == before


def identity(made: Source) -> object:
    return [(one.id, one.started, one.state) for one in made.docker.containers({"com.docker.compose.project": made.name})]


@pytest.fixture(scope="module")
def project(running: Source) -> Project:
    return read_project(running.docker, running.config())


@pytest.fixture(scope="module")
def base(running: Source) -> Iterator[Mark]:
    with running.marks.new("base") as mark:
        yield mark
    assert running.docker.labelled({CLONE: mark.clone}) == NOTHING


@pytest.fixture(scope="module")
def frozen(running: Source, project: Project, base: Mark) -> Frozen:
    return take(project, running.still(base), base, TOOLS)


@pytest.fixture
def mark(running: Source) -> Iterator[Mark]:
    with running.marks.new("Fork for A test!") as mark:
        yield mark
    assert running.docker.labelled({CLONE: mark.clone}) == NOTHING


def test_the_source_is_read_in_start_order(running: Source, project: Project) -> None:
    assert [service.name for service in project.services] == ["keeper", "reader"]  # the one with a volume first
    assert project.service("keeper").aliases == ("keeper", running.container("keeper"))
    assert read_project(running.docker, running.config()).digest == project.digest


def test_the_copy_holds_together_and_the_source_goes_on(running: Source, frozen: Frozen) -> None:
    place = frozen.volumes[0].place
    one, two = (int((place / name).read_text()) for name in ("one", "two"))

    assert frozen.consistency is Consistency.CRASH
    assert 0.0 < frozen.paused < 20.0
    assert 0 <= one - two <= 1
    before = int(running.read(running.container("keeper"), "/data/one"))
    assert int(running.read(running.container("keeper"), "/data/one")) >= before > 0


def test_only_a_container_with_files_of_its_own_gets_a_layer(running: Source, project: Project, frozen: Frozen) -> None:
    assert frozen.images["keeper"] == project.service("keeper").container.image
    assert frozen.images["reader"] != project.service("reader").container.image


def test_no_secret_of_the_environment_is_in_the_image(running: Source, project: Project, mark: Mark) -> None:
    keeper = running.docker
    keeper.execute(running.container("keeper"), ("touch", "/etc/changed"), timeout=20)
    try:
        frozen = take(project, running.still(mark), mark, TOOLS)
    finally:
        keeper.execute(running.container("keeper"), ("rm", "/etc/changed"), timeout=20)

    made = running.docker.image(frozen.images["keeper"])
    assert "TOKEN=" in made.env
    assert not any("hunter2" in value for value in (*made.env, *made.labels.values()))


def test_a_fork_runs_on_its_own_view_and_writes_nothing_through(running: Source, project: Project, frozen: Frozen, mark: Mark) -> None:
    before = {path.name: path.read_bytes() for path in frozen.volumes[0].place.iterdir()}

    fork = running.fork(project, frozen, mark)
    fork.start_all(30)
    keeper = fork.containers["keeper"]
    running.docker.execute(keeper, ("sh", "-c", "echo theirs > /data/new"), timeout=20)

    assert running.read(fork.containers["reader"], "/etc/mine") == "mine\n"
    assert running.read(fork.containers["reader"], "/shared/new") == "theirs\n"  # the same volume in both
    assert {path.name: path.read_bytes() for path in frozen.volumes[0].place.iterdir()} == before
    assert running.docker.execute(running.container("keeper"), ("cat", "/data/new"), timeout=20).code != 0
    assert int(running.read(keeper, "/data/two")) > int(before["two"])
    assert fork.destroy() == ()


@pytest.mark.slow
def test_every_fork_begins_with_the_frozen_state(running: Source, project: Project, frozen: Frozen) -> None:
    for _ in range(2):
        with running.marks.new("again") as mark:
            fork = running.fork(project, frozen, mark)
            fork.start("keeper", 30)
            assert running.docker.execute(fork.containers["keeper"], ("cat", "/data/new"), timeout=20).code != 0
            running.docker.execute(fork.containers["keeper"], ("touch", "/data/new"), timeout=20)


def test_forks_are_overlays_here_or_copies_where_they_cant_be(running: Source, project: Project, frozen: Frozen, mark: Mark) -> None:
    assert frozen.sharing is Sharing.OVERLAY

    fork = running.fork(project, replace(frozen, sharing=Sharing.COPY), mark)
    fork.start("keeper", 30)

    assert fork.containers.keys() == {"keeper", "reader"}
    place = next(mount.place for mount in running.docker.container(fork.containers["keeper"]).mounts if mount.target == "/data")
    assert (place / "one").exists()


def test_a_fork_has_the_settings_of_the_source_and_no_port(running: Source, project: Project, frozen: Frozen, mark: Mark) -> None:
    fork = running.fork(project, frozen, mark)

    made = running.docker.container(fork.containers["keeper"])
    theirs = project.service("keeper").container
    assert (made.command, made.user, made.working_dir, made.hostname, made.health) == (
        theirs.command, theirs.user, theirs.working_dir, theirs.hostname, theirs.health,
    )  # fmt: skip
    assert made.ports == ()
    assert made.raw["HostConfig"]["RestartPolicy"]["Name"] == "no"  # type: ignore[index]
    assert made.raw["HostConfig"]["PidsLimit"] == 200  # type: ignore[index]
    assert set(made.networks[0].aliases) >= {"keeper", running.container("keeper")}


def test_every_object_was_announced_and_says_whose_it_is(running: Source, project: Project, frozen: Frozen, mark: Mark) -> None:
    fork = running.fork(project, frozen, mark)
    there = running.docker.labelled({CLONE: mark.clone})

    names = [running.docker.container(one).name for one in there.containers]
    names += [running.docker.network(one).name for one in there.networks] + list(there.volumes)
    assert len(names) >= 5
    assert set(names) <= running.announced()
    labels = running.docker.container(fork.containers["keeper"]).labels
    assert labels[RUN] == running.run_id
    assert labels[EXPIRES] > running.docker.now().isoformat()


def test_a_service_that_ends_is_told_with_its_last_words(running: Source, project: Project, frozen: Frozen, mark: Mark) -> None:
    words = ("sh", "-c", "echo I am broken; exit 3")
    services = tuple(replace(one, container=replace(one.container, command=words)) for one in project.services)
    fork = running.fork(replace(project, services=services), frozen, mark)

    with pytest.raises(NotStarted, match="keeper ended with exit 3") as caught:
        fork.start_all(30)
    assert "I am broken" in caught.value.logs


@pytest.mark.slow
def test_a_service_that_stays_unhealthy_is_told(running: Source, project: Project, frozen: Frozen, mark: Mark) -> None:
    services = tuple(replace(one, container=replace(one.container, command=("sleep", "60"), health=SICK)) for one in project.services)
    fork = running.fork(replace(project, services=services), frozen, mark)

    with pytest.raises(NotStarted, match="keeper is not healthy after 2 s"):
        fork.start("keeper", 2)


def test_a_program_that_an_image_lost_is_the_services_fault(running: Source, project: Project, frozen: Frozen, mark: Mark) -> None:
    plain = {"HostConfig": {"Init": False}}  # with it, the engine's own first process starts, and then ends
    services = tuple(replace(one, container=replace(one.container, command=("/gone",), raw=plain)) for one in project.services)
    fork = running.fork(replace(project, services=services), frozen, mark)

    with pytest.raises(NotStarted, match="can't be started"):
        fork.start("reader", 5)


def test_two_copies_of_one_source_at_a_time_are_refused(running: Source, project: Project, mark: Mark) -> None:
    with alone(project, running.docker.server().root), pytest.raises(ReleaseError, match="Another patch test is copying"):
        take(project, running.still(mark), mark, TOOLS)


def test_what_would_hold_the_source_for_too_long_is_refused_before_it_is_held(running: Source, project: Project, mark: Mark) -> None:
    said = len(running.said)

    with pytest.raises(ReleaseError, match="max_pause"):
        take(project, replace(running.still(mark), config=running.config().model_copy(update={"max_pause": 0.01})), mark, TOOLS)
    assert not [kind for kind, _ in running.said[said:] if kind == "paused"]


def test_objects_with_our_label_and_a_name_of_their_own_are_left_alone(running: Source, project: Project, frozen: Frozen, mark: Mark) -> None:
    """What was rolled out from an image of ours inherits its labels."""
    spec = running.spec("inherits", command=("sleep", "60"))
    theirs = running.docker.create(replace(spec, labels={**spec.labels, **mark.labels}))

    assert remove_all(running.docker, mark.clone) == ()

    assert running.docker.container(theirs).name == running.container("inherits")
    running.docker.remove(theirs)
