"""The deploy drivers, by the name that `deploy.driver` gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ..config import DeploySection
from ..shipping import Deployer
from .command import command
from .compose import compose
from .directory import directory
from .means import Means
from .none import nothing

DRIVERS: Mapping[str, Callable[[Path, DeploySection, Means], Deployer]] = {
    "directory": lambda project, section, means: directory(project, section, means.tools),
    "compose": compose,
    "command": lambda project, section, means: command(project, section, means.tools),
    "none": lambda project, section, means: nothing(project, section, means.tools),
}
