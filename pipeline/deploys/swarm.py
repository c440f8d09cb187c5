"""The driver `swarm`: services of a Docker swarm are updated one task at a time, one service after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ..config import DeploySection
from ..containers import Fleet, NotThere, Service
from ..release import EXIT_CONFIG, ReleaseError
from ..shipping import DeployError, Shipment, Undo
from .converging import AT_REST, UPDATED, refuse_another_image, wait_for
from .means import Means, engine_told
from .tasks import alike, as_it_was, forced, image_of, replicas, successor
from .twin import VERSION
from .wanted import Wanted, against_drift, check_images, grown_from, wanted_images


@dataclass(frozen=True)
class Change:
    """One service: what it was, whole, and what it becomes."""

    name: str  # in the swarm
    id: str
    before: Mapping[str, Any]  # its specification, in the Engine API's words
    after: Mapping[str, Any]
    wanted: Wanted


CHANGES = TypeAdapter(tuple[Change, ...])


@dataclass(frozen=True)
class Swarm:
    """The undo holds every service's specification as it was; the way back is an update to it."""

    section: DeploySection
    means: Means

    @property
    def name(self) -> str:
        return "swarm"

    @engine_told()
    def plan(self, shipment: Shipment) -> Undo:
        fleet = self._fleet()
        wanted = wanted_images(fleet, self.section, shipment)
        if missing := sorted(set(wanted) - set(self.section.services)):
            raise DeployError(f"Nobody says what {', '.join(missing)} is called in the swarm.", "Name it in deploy.services.")
        changes = tuple(self._change(fleet, service, each, shipment.version) for service, each in wanted.items())
        going = tuple(change for change in changes if image_of(change.before) != image_of(change.after))
        steps = tuple(
            f"docker service update --image {image_of(change.before)} {change.name}  # the whole specification is in the journal"
            for change in reversed(going)
        ) or ("Every service has the wanted image already: there is nothing to take back.",)
        said = {str((change.before.get("Labels") or {}).get(VERSION, "")) for change in changes}
        version = said.pop() if len(said) == 1 else ""
        return Undo(self.name, self._standing(fleet), version, steps, {"changes": CHANGES.dump_json(going).decode()})

    @engine_told()
    def apply(self, shipment: Shipment, undo: Undo) -> str:
        fleet, changes = self._fleet(), _changes(undo)
        against_drift(fleet, {change.name: change.wanted for change in changes})
        now = {change.id: _there(fleet, change.id) for change in changes}
        for change in changes:
            if not alike(now[change.id].spec, change.before):
                raise DeployError(f"{change.name} was changed or scaled since the rollout was planned.", "Start a new run.")
        for done, change in enumerate(changes):
            self.means.progress.doing(f"updating {change.name}", done, len(changes))
            fleet.update_service(change.id, now[change.id].version, change.after)
            service = wait_for(self.means, fleet, change.id, self._limit(change.after), UPDATED)
            refuse_another_image(fleet, service, change.wanted.id)
            self.means.progress.line(f"{change.name} runs {change.wanted.name}")
        return self._standing(fleet)

    def silence(self, undo: Undo) -> None:
        """A task that is stopped is started again by the swarm: it goes when the service is what it was before."""

    @engine_told()
    def undo(self, undo: Undo, data_replaced: bool) -> str:
        fleet, changes = self._fleet(), _changes(undo)
        for change in changes:
            spec = _there(fleet, change.id).spec
            if not alike(spec, change.before) and not alike(spec, change.after):
                raise DeployError(
                    f"{change.name} is neither what this rollout made of it nor what it was before. Nothing was touched.",
                    "Somebody changed it since; look whether anything needs to be taken back at all.",
                )
        for change in reversed(changes):
            self.means.progress.doing(f"taking {change.name} back")
            self._back(fleet, change, data_replaced)
        return self._standing(fleet)

    @engine_told()
    def standing(self) -> str:
        return self._standing(self._fleet())

    def tidy(self, keep: int) -> tuple[str, ...]:
        """The swarm forgets old tasks by itself."""
        return ()

    def _change(self, fleet: Fleet, service: str, wanted: Wanted, version: str) -> Change:
        there = _there(fleet, self.section.services[service])
        spec: Any = there.spec
        if there.update not in AT_REST or replicas(spec) == 0:
            raise DeployError(f"{there.name} has no task, or its last update has not ended ({there.update or 'none'}).", "Look: docker service ps.")
        after, reference = successor(spec, _reference(fleet, wanted), version, self.section.settle), image_of(spec)
        if self.section.images == "tested":
            old = fleet.image(reference).id
            if not grown_from(fleet, wanted.id, old):
                raise DeployError(f"{there.name} does not run the image that was patch-tested.", "Test what runs now.")
            after = as_it_was(after, fleet.image_settings(old), fleet.image_settings(wanted.id))
        return Change(there.name, there.id, spec, after, wanted)

    def _back(self, fleet: Fleet, change: Change, again: bool) -> None:
        """Cut off anywhere, it may begin anew: what it is by now says what is left to do."""
        now = fleet.service(change.id)
        limit = self._limit(change.before)
        rest: tuple[str, ...] = AT_REST
        if not alike(now.spec, change.before):
            fleet.update_service(change.id, now.version, change.before)
            rest = UPDATED
        elif again:
            wait_for(self.means, fleet, change.id, limit, AT_REST)
            now = fleet.service(change.id)
            fleet.update_service(change.id, now.version, forced(now.spec))
            rest = UPDATED
        wait_for(self.means, fleet, change.id, limit, rest)

    def _limit(self, spec: Mapping[str, Any]) -> float:
        """`deploy.timeout` is for one container; an update that fails takes its way back as well."""
        return self.section.timeout * 2 * max(1, replicas(spec) or 1)

    def _standing(self, fleet: Fleet) -> str:
        specs = {service: _there(fleet, name).spec for service, name in sorted(self.section.services.items())}
        return ", ".join(f"{service} {_many(spec)} x {image_of(spec)}" for service, spec in specs.items())

    def _fleet(self) -> Fleet:
        fleet = self.means.fleet()
        if not fleet.nodes():
            raise DeployError("The engine manages no swarm.", "Name a manager of the swarm in DOCKER_HOST.")
        return fleet


def swarm(project: Path, section: DeploySection, means: Means) -> Swarm:
    if not section.services:
        raise ReleaseError("deploy.services is missing.", "The driver `swarm` needs it: `services: {web: shop_web}`.", EXIT_CONFIG)
    check_images(section)
    return Swarm(section, means)


def _there(fleet: Fleet, name: str) -> Service:
    try:
        return fleet.service(name)
    except NotThere as problem:
        raise DeployError(f"There is no service {name} in the swarm.", "Create it once: docker stack deploy.") from problem


def _changes(undo: Undo) -> tuple[Change, ...]:
    try:
        return CHANGES.validate_json(undo.data.get("changes", ""))
    except ValidationError as problem:
        raise DeployError("The undo can't be read: another version of secure-release wrote it.", "Do its steps by hand.") from problem


def _reference(fleet: Fleet, wanted: Wanted) -> str:
    """How every machine of the swarm finds exactly this image: by a registry's digest, or by its id where there is one machine."""
    told = fleet.image_settings(wanted.id).get("RepoDigests")
    repository = wanted.name.rpartition("@")[0] or wanted.name.rpartition(":")[0] or wanted.name
    for digest in told if isinstance(told, list) else ():
        if str(digest).rpartition("@")[0] == repository:
            return str(digest)
    if (nodes := fleet.nodes()) > 1:
        raise DeployError(f"{wanted.name} is only on this machine, and the swarm has {nodes}.", "Push it to a registry, then pull it here.")
    return wanted.id


def _many(spec: Any) -> str:
    count = replicas(spec)
    return "everywhere" if count is None else str(count)
