"""The driver `none`: the project deploys nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Tools

from ..config import DeploySection
from ..shipping import Shipment, Undo


@dataclass(frozen=True)
class Nothing:
    """Changes nothing, so there is nothing to take back."""

    @property
    def name(self) -> str:
        return "none"

    def plan(self, shipment: Shipment) -> Undo:
        return Undo(self.name, "", "", ("Nothing is deployed: there is nothing to take back.",), {})

    def apply(self, shipment: Shipment, undo: Undo) -> str:
        return ""

    def silence(self, undo: Undo) -> None:
        """Nothing was started."""

    def undo(self, undo: Undo, data_replaced: bool) -> str:
        return ""

    def standing(self) -> str:
        return ""

    def tidy(self, keep: int) -> tuple[str, ...]:
        return ()


def nothing(project: Path, section: DeploySection, tools: Tools) -> Nothing:
    return Nothing()
