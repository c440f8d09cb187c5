"""The driver `compose`: the containers of a compose project are replaced one by one, through the Engine API."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ..config import DeploySection
from ..containers import Container, Fleet
from ..release import EXIT_CONFIG, ReleaseError
from ..shipping import DeployError, Shipment, Undo
from .means import Means, engine_told
from .project import BETWEEN, SERVICE, in_order, living, obstacles, standing
from .swap import Instance, Swap, against_others, instance, kept
from .twin import VERSION, Stamp
from .wanted import Wanted, against_drift, check_images, grown_from, wanted_images

ROLLOUT_CHARS = 12


@dataclass(frozen=True)
class Rollout:
    """What is replaced by what, in order: the undo's data."""

    project: str
    name: str  # in labels, and in the names of containers that are on their way in or out
    version: str
    inherit: bool  # what a container had from its image it gets from the new image
    wanted: Mapping[str, Wanted]
    standing: Mapping[str, tuple[str, ...]]  # the ids of all containers of each service
    instances: tuple[Instance, ...]  # those that do not run the wanted image yet


ROLLOUT = TypeAdapter(Rollout)


@dataclass(frozen=True)
class Compose:
    """`project` is the compose project's label. Containers that were replaced are kept, stopped, until `tidy`."""

    project: str
    section: DeploySection
    means: Means

    @property
    def name(self) -> str:
        return "compose"

    @engine_told()
    def plan(self, shipment: Shipment) -> Undo:
        fleet = self.means.fleet()
        wanted = wanted_images(fleet, self.section, shipment)
        there = living(fleet, self.project)
        self._refuse_unfinished(fleet)
        chosen = in_order([one for one in there if one.labels[SERVICE] in wanted])
        for service in wanted:
            if not any(one.labels[SERVICE] == service for one in chosen):
                raise DeployError(
                    f"No container of the service {service} is in the project {self.project}.", "Start it once: docker compose up -d"
                )
        going = [one for one in chosen if one.image != wanted[one.labels[SERVICE]].id]
        _refuse_what_cannot_go(fleet, going, there)
        if self.section.images == "tested":
            _refuse_another_source(fleet, going, wanted)
        ids = {service: tuple(one.id for one in chosen if one.labels[SERVICE] == service) for service in wanted}
        name = hashlib.sha256("\n".join((shipment.run, self.project, *(one.id for one in going))).encode()).hexdigest()
        rollout = Rollout(
            self.project, name[:ROLLOUT_CHARS], shipment.version, self.section.images is None, wanted, ids,
            tuple(instance(one) for one in going),
        )  # fmt: skip
        data = {"rollout": ROLLOUT.dump_json(rollout).decode()}
        return Undo(self.name, self._standing(there), _version(chosen), _steps(rollout), data)

    @engine_told()
    def apply(self, shipment: Shipment, undo: Undo) -> str:
        fleet, rollout = self.means.fleet(), _rollout(undo)
        if (now := self._standing(living(fleet, self.project))) != undo.previous:
            raise DeployError(f"Somebody else deployed meanwhile: {now or 'nothing'} stands now.", "Start a new run.")
        against_drift(fleet, rollout.wanted)
        _refuse_moved(living(fleet, self.project), rollout)
        swap = self._swap(fleet, rollout)
        # all are made before the first is started: what can't be carried over is known before anything that runs is touched
        made = [swap.make(one, rollout.wanted[one.service]) for one in rollout.instances]
        for done, (one, new) in enumerate(zip(rollout.instances, made, strict=True)):
            self.means.progress.doing(f"replacing {one.name}", done, len(made))
            swap.forward(one, new)
            self.means.progress.line(f"{one.name} runs {rollout.wanted[one.service].name}")
        return self.standing()

    @engine_told()
    def silence(self, undo: Undo) -> None:
        fleet, rollout = self.means.fleet(), _rollout(undo)
        swap = self._swap(fleet, rollout)
        for one in rollout.instances:
            swap.silence(one)

    @engine_told()
    def undo(self, undo: Undo, data_replaced: bool) -> str:
        fleet, rollout = self.means.fleet(), _rollout(undo)
        against_others(fleet, rollout.instances, rollout.name)
        swap = self._swap(fleet, rollout)
        for done, one in enumerate(reversed(rollout.instances)):
            self.means.progress.doing(f"putting {one.name} back", done, len(rollout.instances))
            swap.back(one, data_replaced)
        return self.standing()

    @engine_told()
    def standing(self) -> str:
        return self._standing(living(self.means.fleet(), self.project))

    @engine_told()
    def tidy(self, keep: int) -> tuple[str, ...]:
        """The way back of a closed change is over: `keep` counts releases, and old containers are no releases."""
        fleet = self.means.fleet()
        old = kept(fleet, self.project)
        for one in old:
            fleet.remove(one.id)
        return tuple(one.name for one in old)

    def _swap(self, fleet: Fleet, rollout: Rollout) -> Swap:
        stamp = Stamp(rollout.name, rollout.version)
        return Swap(self.means, fleet, stamp, rollout.inherit, self.section.timeout, self.section.settle)

    def _standing(self, there: Sequence[Container]) -> str:
        return standing(there, tuple(self.section.image))

    def _refuse_unfinished(self, fleet: Fleet) -> None:
        names = [one.name for one in fleet.containers({"com.docker.compose.project": self.project})]
        if half := [name for name in names if (found := BETWEEN.search(name)) and found["which"] == "after"]:
            raise DeployError(
                f"Another rollout is under way, or was cut off: {', '.join(half)}.", "Take it back: secure-release rollback --run"
            )


def compose(project: Path, section: DeploySection, means: Means) -> Compose:
    if section.project is None:
        raise ReleaseError("deploy.project is missing.", "The driver `compose` needs it: the compose project's name.", EXIT_CONFIG)
    check_images(section)
    return Compose(section.project, section, means)


def _rollout(undo: Undo) -> Rollout:
    try:
        return ROLLOUT.validate_json(undo.data.get("rollout", ""))
    except ValidationError as problem:
        raise DeployError("The undo can't be read: another version of secure-release wrote it.", "Do its steps by hand.") from problem


def _version(containers: Sequence[Container]) -> str:
    """What the last rollout wrote, if it replaced all of them."""
    said = {one.labels.get(VERSION, "") for one in containers}
    return said.pop() if len(said) == 1 else ""


def _refuse_what_cannot_go(fleet: Fleet, going: Sequence[Container], there: Sequence[Container]) -> None:
    modes = fleet.network_modes()
    if against := [line for one in going for line in obstacles(one, there, modes)]:
        raise DeployError(f"Can't be replaced one by one: {'; '.join(against)}.", "Mend that, or replace these by hand.")


def _refuse_another_source(fleet: Fleet, going: Sequence[Container], wanted: Mapping[str, Wanted]) -> None:
    for one in going:
        if not grown_from(fleet, wanted[one.labels[SERVICE]].id, one.image):
            raise DeployError(
                f"{one.name} does not run the image that was patch-tested ({one.image_name}).", "Test what runs now: start a new run."
            )


def _refuse_moved(there: Sequence[Container], rollout: Rollout) -> None:
    for service, ids in rollout.standing.items():
        now = {one.id for one in there if one.labels[SERVICE] == service}
        if now != set(ids):
            raise DeployError(
                f"The service {service} was scaled, or its containers were replaced, since the rollout was planned.", "Start a new run."
            )
    fingerprints = {one.id: instance(one).fingerprint for one in there}
    for one in rollout.instances:
        if fingerprints[one.id] != one.fingerprint:
            raise DeployError(f"{one.name} was changed since the rollout was planned.", "Start a new run.")


def _steps(rollout: Rollout) -> tuple[str, ...]:
    """For every container: the new one away, the old one back. A step that finds nothing to do may fail."""
    if not rollout.instances:
        return ("Every container runs the wanted image already: there is nothing to take back.",)
    return (
        f"docker ps -a --filter label=secure-release.rollout={rollout.name}  # these are the new ones: docker rm -f each",
        *(
            f"docker rename {one.name}.before-{rollout.name} {one.name}; docker update --restart {_policy(one)} {one.id[:12]}; "
            f"docker start {one.id[:12]}"
            for one in reversed(rollout.instances)
        ),
    )


def _policy(one: Instance) -> str:
    return f"{one.restart}:{one.retries}" if one.retries else one.restart
