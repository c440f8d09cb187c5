"""The driver `command`: the user's own apply, undo and state."""

from __future__ import annotations

import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Tools

from ..config import DeploySection
from ..release import EXIT_CONFIG, ReleaseError
from ..shipping import DeployError, Shipment, Undo
from .commands import filled, run_command
from .filling import fill

NOTHING = "none"  # what `state` prints when nothing is deployed: silence is no answer
STATE_CHARS = 500


@dataclass(frozen=True)
class Command:
    """Runs in the project's folder. `{source}` is a private copy of exactly what was scanned, gone when `apply` ends."""

    project: Path
    words: tuple[str, ...]  # deploy.apply
    section: DeploySection
    tools: Tools

    @property
    def name(self) -> str:
        return "command"

    def plan(self, shipment: Shipment) -> Undo:
        if self.section.undo is None:
            raise DeployError("There is no way back: deploy.undo is missing.", "Name the command that takes a deploy back.")
        previous = self.standing()
        data = {"version": shipment.version, "commit": shipment.commit}
        by_hand = shlex.join(self._undo_words(previous, data))
        return Undo(self.name, previous, "", (f"In {self.project}: {by_hand}",), data)

    def apply(self, shipment: Shipment, undo: Undo) -> str:
        if (standing := self.standing()) != undo.previous:
            raise DeployError(f"Somebody else deployed meanwhile: {standing or 'nothing'} stands now.", "Start a new run.")
        with tempfile.TemporaryDirectory(prefix="secure-release-") as scratch:
            source = Path(scratch) / "source"
            if any("{source}" in word for word in self.words):
                fill(shipment.root, shipment.files, source)
            values = {"version": shipment.version, "commit": shipment.commit, "source": str(source)}
            self._run("apply", filled(self.words, {**values, "previous": undo.previous}))
        return self.standing()

    def silence(self, undo: Undo) -> None:
        """Nobody says how: what `apply` started runs until `undo` ends it."""

    def undo(self, undo: Undo, data_replaced: bool) -> str:
        self._run("undo", self._undo_words(undo.previous, dict(undo.data)))
        return self.standing()

    def standing(self) -> str:
        if self.section.state is None:
            raise DeployError(
                "There is no way back: deploy.state is missing, so nobody knows what stands now.",
                f"Name the command that prints what is deployed, in one line (`{NOTHING}` for nothing).",
            )
        lines = self._run("state", self.section.state).decode(errors="replace").strip().splitlines()
        if len(lines) != 1 or len(lines[0]) > STATE_CHARS:
            raise DeployError(
                f"deploy.state printed {len(lines)} lines; one short line was expected.",
                f"Let it print what is deployed, or `{NOTHING}` when nothing is.",
            )
        return "" if lines[0] == NOTHING else lines[0]

    def tidy(self, keep: int) -> tuple[str, ...]:
        return ()

    def _undo_words(self, previous: str, data: dict[str, str]) -> tuple[str, ...]:
        values = {"version": data["version"], "commit": data["commit"], "source": str(self.project), "previous": previous}
        return filled(self.section.undo or (), values)

    def _run(self, what: str, words: tuple[str, ...]) -> bytes:
        return run_command(self.tools, what, words, self.project, self.section.timeout, self.section.env).stdout


def command(project: Path, section: DeploySection, tools: Tools) -> Command:
    if section.apply is None:
        raise ReleaseError("deploy.apply is missing.", "The driver `command` needs it: what deploys.", EXIT_CONFIG)
    return Command(project, section.apply, section, tools)
