"""The driver `directory`: `releases/<version>-<commit>-<run>` is filled and prepared, then `current` is switched to it."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Tools

from ..config import DeploySection
from ..release import EXIT_CONFIG, ReleaseError
from ..shipping import DeployError, Shipment, Undo
from .commands import run_command
from .filling import fill, told
from .site import LINK, NEW, RECORD, RELEASES, Record, Site

NAME_CHARS = 150  # a file name has at most 255 bytes; `.failed-12` and prefixes need room


@dataclass(frozen=True)
class Directory:
    """Deploys to a folder on this machine. `place` is the site, as configured."""

    project: Path
    place: str
    section: DeploySection
    tools: Tools

    @property
    def name(self) -> str:
        return "directory"

    def plan(self, shipment: Shipment) -> Undo:
        site = self._site()
        self._refuse_shipped_site(site, shipment)
        new, previous = release_name(shipment), site.standing()
        if site.there(new):
            raise DeployError(f"{site.releases / new} is there already.", "Take it back first: secure-release rollback --run")
        if previous and not site.there(previous):
            raise DeployError(f"`{LINK}` leads to {previous}, which is not there.", "Let it lead to a release, or remove it.")
        record = site.record(previous) if previous else None
        data = {"site": str(site.folder), "release": new, "previous": f"{RELEASES}/{previous}" if previous else ""}
        return Undo(self.name, previous, record.version if record else "", self._steps(site, previous), data)

    def apply(self, shipment: Shipment, undo: Undo) -> str:
        site, new = self._site(), undo.data["release"]
        with site.lock():
            if (standing := site.standing()) != undo.previous:
                raise DeployError(f"Somebody else deployed meanwhile: {standing or 'nothing'} stands now.", "Start a new run.")
            self._make(site, shipment, new, undo.previous)
            site.owe_restart()
            site.switch(new)
            self._restart(site, new)
            return site.standing()

    def silence(self, undo: Undo) -> None:
        """The new version serves until the restart that follows: there is no command that only stops while a release stands."""

    def undo(self, undo: Undo, data_replaced: bool) -> str:
        site, failed = _site(Path(undo.data["site"])), undo.data["release"]
        with site.lock():
            standing = site.standing()
            if standing not in (failed, undo.previous, ""):
                raise DeployError(
                    f"{standing} stands now: neither this release nor the one before it. It was left alone.",
                    "A later release stands; look whether anything needs to be taken back at all.",
                )
            if undo.previous and not site.there(undo.previous):
                raise DeployError(f"{site.releases / undo.previous} is not there any more.", "Deploy that version again.")
            if standing != undo.previous:
                site.owe_restart()
                site.switch(undo.previous)
            if site.restart_due or data_replaced:
                self._restart(site, undo.previous)
            site.set_aside(failed)
            return site.standing()

    def standing(self) -> str:
        return self._site().standing()

    def tidy(self, keep: int) -> tuple[str, ...]:
        site = self._site()
        with site.lock(), told("tidy the old releases"):
            standing, recorded = site.standing(), site.recorded()
            needed = {standing, recorded[standing].previous if standing in recorded else ""}
            old = tuple(name for name in list(recorded)[keep:] if name not in needed)
            site.sweep()
            for name in old:
                site.remove(name)
            return old

    def _make(self, site: Site, shipment: Shipment, new: str, previous: str) -> None:
        """The complete release under its name: `prepare` may write absolute paths, so it runs where the release will stay."""
        with told("make the releases folder"):
            if not site.releases.is_dir():
                site.releases.mkdir()
                site.releases.chmod(0o755)
        unfinished = site.releases / f"{NEW}{new}"
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            fill(shipment.root, shipment.files, unfinished)
            folder = site.publish(unfinished, new)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        record = Record(shipment.version, shipment.commit, shipment.run, shipment.digest, previous, _next_sequence(site))
        if self.section.prepare is not None:
            env = self._environment(site, new, shipment.version, shipment.commit)
            run_command(self.tools, "prepare", self.section.prepare, folder, self.section.timeout, env)
        site.write_record(new, record)

    def _restart(self, site: Site, name: str) -> None:
        if self.section.restart is not None:
            record = site.record(name) if name else None
            env = self._environment(site, name, record.version if record else "", record.commit if record else "")
            run_command(self.tools, "restart", self.section.restart, self.project, self.section.timeout, env)
        site.restarted()

    def _environment(self, site: Site, name: str, version: str, commit: str) -> dict[str, str]:
        """`RELEASE` is empty when nothing stands any more: then a restart has only to stop."""
        release = str(site.releases / name) if name else ""
        ours = {"SITE": str(site.folder), "RELEASE": release, "VERSION": version, "COMMIT": commit}
        return {**self.section.env, **ours}

    def _site(self) -> Site:
        return _site(self.project / self.place)

    def _refuse_shipped_site(self, site: Site, shipment: Shipment) -> None:
        root = shipment.root.resolve()
        if site.folder == root or any((root / file.name).is_relative_to(site.folder) for file in shipment.files):
            raise DeployError(f"The site {site.folder} is part of what is deployed.", "Add it to .gitignore, or move it out.")
        if any(file.name == RECORD for file in shipment.files):
            raise DeployError(f"The project has a file {RECORD}, where the release's own record goes.", "Rename it.")

    def _steps(self, site: Site, previous: str) -> tuple[str, ...]:
        link = f"ln -s {RELEASES}/{previous} .back && mv -T .back {LINK}" if previous else f"rm {LINK}"
        restart = shlex.join(self.section.restart) if self.section.restart else "(no restart command is configured)"
        release = site.releases / previous if previous else ""
        return (f"In {site.folder}: {link}", f"In {self.project}, with SITE={site.folder} RELEASE={release}: {restart}")


def directory(project: Path, section: DeploySection, tools: Tools) -> Directory:
    if section.site is None:
        raise ReleaseError(
            "deploy.site is missing.", "The driver `directory` needs it: the folder of `releases/` and `current`.", EXIT_CONFIG
        )
    return Directory(project, section.site, section, tools)


def release_name(shipment: Shipment) -> str:
    """A folder's name, whatever the version file says."""
    plain = re.sub(r"[^A-Za-z0-9._+-]", "-", shipment.version).lstrip(".-") or "0"
    run = re.sub(r"[^A-Za-z0-9._+-]", "-", shipment.run)
    return f"{plain[: NAME_CHARS - 80]}-{shipment.commit[:12]}-{run[:60]}"


def _site(place: Path) -> Site:
    folder = place.resolve()
    if not folder.is_dir():
        raise DeployError(f"There is no folder {folder}.", f"If it is no typing error: mkdir -p {folder}")
    return Site(folder)


def _next_sequence(site: Site) -> int:
    return 1 + max((record.sequence for record in site.recorded().values()), default=0)
