"""The deploy drivers, by the name that `deploy.driver` gives them; each is imported when it is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ..config import DeploySection
from ..shipping import Deployer
from .means import Means


def _directory(project: Path, section: DeploySection, means: Means) -> Deployer:
    from .directory import directory

    return directory(project, section, means.tools)


def _compose(project: Path, section: DeploySection, means: Means) -> Deployer:
    from .compose import compose

    return compose(project, section, means)


def _swarm(project: Path, section: DeploySection, means: Means) -> Deployer:
    from .swarm import swarm

    return swarm(project, section, means)


def _command(project: Path, section: DeploySection, means: Means) -> Deployer:
    from .command import command

    return command(project, section, means.tools)


def _none(project: Path, section: DeploySection, means: Means) -> Deployer:
    from .none import nothing

    return nothing(project, section, means.tools)


DRIVERS: Mapping[str, Callable[[Path, DeploySection, Means], Deployer]] = {
    "directory": _directory,
    "compose": _compose,
    "swarm": _swarm,
    "command": _command,
    "none": _none,
}
