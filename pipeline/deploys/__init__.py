"""The deploy drivers, by the name that `deploy.driver` gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from secure_release.checks import Tools

from ..config import DeploySection
from ..shipping import Deployer
from .command import command
from .directory import directory
from .none import nothing

DRIVERS: Mapping[str, Callable[[Path, DeploySection, Tools], Deployer]] = {
    "directory": directory,
    "command": command,
    "none": nothing,
}
