"""One container is exchanged for another from another image, and back. Every step looks first: it may have been cut off before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..containers import Container, Fleet, NotThere
from ..shipping import DeployError
from .means import Means
from .project import PROJECT, SERVICE, alone, fingerprint
from .twin import REPLACES, ROLLOUT, Stamp, lost, raw_config, raw_host, twin
from .waiting import status, wait_until_well
from .wanted import Wanted

PATIENCE = 10  # seconds from SIGTERM to SIGKILL when the container does not say (the engine's own default)


@dataclass(frozen=True)
class Instance:
    """One container that is to be replaced, as it was when the rollout was planned."""

    service: str
    id: str
    name: str
    fingerprint: str
    alone: bool  # it must stop before its successor starts
    well: bool  # it was not failing its own health check: it must not after the way back either
    restart: str
    retries: int
    patience: int  # seconds that it may take to stop


@dataclass(frozen=True)
class Swap:
    """`stamp.rollout` names the rollout in labels and in the names of what is on its way in or out."""

    means: Means
    fleet: Fleet
    stamp: Stamp
    inherit: bool
    limit: float  # seconds until a container is healthy
    settle: float  # seconds that one without a health check must run

    def make(self, one: Instance, wanted: Wanted) -> str:
        """The id of a successor, not started. Raises `DeployError` unless the engine says that it has all settings of the old
        one and is of exactly the wanted image; what was made is left for `back`."""
        old = self._unchanged(one)
        before, after = self.fleet.image_settings(old.image), self.fleet.image_settings(wanted.id)
        asked = twin(old, before, after, wanted.name, self.stamp, self.inherit)
        made = self.fleet.container(self.fleet.create_like(self._after(one), asked.body, asked.more))
        if made.image != wanted.id:
            raise DeployError(f"{wanted.name} became another image meanwhile ({made.image[:19]}).", "Start a new run.")
        if missing := lost(asked, made):
            raise DeployError(
                f"{one.name} can't be replaced: its successor has other settings: {', '.join(missing)}.",
                "Replace this one by hand, or say so to us: these settings can't be carried over yet.",
            )
        return made.id

    def forward(self, one: Instance, new: str) -> None:
        """Raises `DeployError` when the new container does not work; then it is left for `back`."""
        self._unchanged(one)
        if one.alone:
            self._retire(one)
            self.fleet.rename(new, one.name)
            self.fleet.start(new)
            self._wait(new)
        else:
            self.fleet.start(new)
            self._wait(new)
            self._retire(one)
            self.fleet.rename(new, one.name)

    def back(self, one: Instance, again: bool) -> None:
        """The old container runs under its name, as it was, and nothing that replaced it is left.

        `again`: it is started anew even if it never stopped.
        """
        old, new = self.fleet.container(one.id), self._successors(one)
        ran = old.state == "running"
        for each in new:
            if one.alone:
                self._remove(each, one)
            elif each.name == one.name:
                self.fleet.rename(each.id, self._after(one))
        if old.name != one.name:
            self.fleet.rename(one.id, one.name)
        if restart_of(old) != (one.restart, one.retries):
            self.fleet.set_restart(one.id, one.restart, one.retries)
        if not ran:
            self.fleet.unpause(one.id)
            self.fleet.settle((one.id,))
            self.fleet.start(one.id)
        elif again:
            self.fleet.restart(one.id, one.patience)
        if one.well and (again or not ran or old.healthy is not None):
            self._wait(one.id)
        for each in self._successors(one):
            self._remove(each, one)

    def silence(self, one: Instance) -> None:
        """What stands in its place is stopped, and nothing starts it again."""
        for each in self._successors(one):
            self.fleet.set_restart(each.id, "no", 0)
            self._stop(each, one)

    def _unchanged(self, one: Instance) -> Container:
        old = self.fleet.container(one.id)
        if old.name != one.name or fingerprint(old) != one.fingerprint:
            raise DeployError(f"{one.name} was changed meanwhile.", "Start a new run.")
        return old

    def _retire(self, one: Instance) -> None:
        """Stopped, under another name, and nothing starts it again."""
        self.fleet.set_restart(one.id, "no", 0)
        self.fleet.stop(one.id, one.patience)
        self.fleet.rename(one.id, f"{one.name}.before-{self.stamp.rollout}")

    def _successors(self, one: Instance) -> tuple[Container, ...]:
        return self.fleet.containers({ROLLOUT: self.stamp.rollout, REPLACES: one.id})

    def _remove(self, new: Container, one: Instance) -> None:
        self._stop(new, one)
        self.fleet.remove(new.id)

    def _stop(self, new: Container, one: Instance) -> None:
        if new.state in ("running", "restarting"):
            self.fleet.stop(new.id, one.patience)

    def _after(self, one: Instance) -> str:
        return f"{one.name}.after-{self.stamp.rollout}"

    def _wait(self, id: str) -> None:
        wait_until_well(self.means, self.fleet, id, self.limit, self.settle)


def instance(container: Container) -> Instance:
    restart, retries = restart_of(container)
    return Instance(
        service=container.labels[SERVICE],
        id=container.id,
        name=container.name,
        fingerprint=fingerprint(container),
        alone=alone(container),
        well=status(container) in ("", "healthy"),
        restart=restart,
        retries=retries,
        patience=PATIENCE if (said := raw_config(container).get("StopTimeout")) is None else int(said),
    )


def restart_of(container: Container) -> tuple[str, int]:
    """Its restart policy, and how often at most that starts it again."""
    policy: Mapping[str, object] = raw_host(container).get("RestartPolicy") or {}
    return str(policy.get("Name") or "no"), int(str(policy.get("MaximumRetryCount") or 0))


def against_others(fleet: Fleet, instances: tuple[Instance, ...], rollout: str) -> None:
    """Raises `DeployError`, before anything is taken back, when an old container is gone or somebody else took its place."""
    for one in instances:
        try:
            fleet.container(one.id)
        except NotThere as problem:
            raise DeployError(f"The container {one.name} as it was is not there any more.", "Create it again.") from problem
        try:
            now = fleet.container(one.name)
        except NotThere:
            continue
        if now.id != one.id and now.labels.get(ROLLOUT) != rollout:
            raise DeployError(
                f"{one.name} is neither this rollout's nor what stood before it. Nothing was touched.",
                "Somebody deployed since; look whether anything needs to be taken back at all.",
            )


def kept(fleet: Fleet, project: str) -> tuple[Container, ...]:
    """The containers that were replaced, by what their successors say, and are stopped."""
    everyone = fleet.containers({PROJECT: project, SERVICE: ""})
    replaced = {one.labels[REPLACES] for one in everyone if REPLACES in one.labels}
    return tuple(one for one in everyone if one.id in replaced and one.state in ("exited", "created", "dead"))
