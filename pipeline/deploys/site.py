"""A site on the disk: `releases/<name>` folders and the link `current`, which is switched in one step."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ..evidence import write_whole
from ..shipping import DeployError
from .filling import sync_folder, told

LINK = "current"
RELEASES = "releases"
RECORD = "RELEASE.json"  # written last: a release folder without it was never complete, or is not ours
NEW = ".new-"
OLD = ".old-"
DUE = ".restart-due"  # there from before a switch until after the restart that must follow it
LOCK = ".deploy.lock"


@dataclass(frozen=True)
class Record:
    """What a release folder says about itself."""

    version: str
    commit: str
    run: str
    digest: str  # of the source
    previous: str  # the release that stood before
    sequence: int  # grows by one with each release of the site, whatever the clock does


@dataclass(frozen=True)
class Site:
    """`folder` is resolved, and exists."""

    folder: Path

    @property
    def releases(self) -> Path:
        return self.folder / RELEASES

    def standing(self) -> str:
        """The name of the release that `current` leads to; "" when there is no `current`. Refuses tricks with links."""
        if self.releases.is_symlink():
            raise DeployError(f"{self.releases} is a link.", "Make it a folder: a release must not lie somewhere else.")
        try:
            target = (self.folder / LINK).readlink()
        except FileNotFoundError:
            return ""
        except OSError as problem:
            if problem.errno != errno.EINVAL:
                raise DeployError(f"Could not read {self.folder / LINK}: {problem.strerror}.", "Look at it.") from problem
            raise DeployError(
                f"{self.folder / LINK} is no link.",
                f"Once, in {self.folder}: mkdir {RELEASES} && mv {LINK} {RELEASES}/first && ln -s {RELEASES}/first {LINK}",
            ) from problem
        place = Path(os.path.normpath(self.folder / target))
        if place.parent != self.releases:
            raise DeployError(
                f"{self.folder / LINK} leads to {target}, which is not in {self.releases}.",
                f"Move that release into {self.releases} and let `{LINK}` lead to it.",
            )
        return place.name

    def there(self, name: str) -> bool:
        """Whether the release is a real folder."""
        return (self.releases / name).is_dir() and not (self.releases / name).is_symlink()

    def switch(self, name: str) -> None:
        """`current` leads to this release from one moment to the next; "" for no `current`."""
        with told(f"switch {self.folder / LINK}"):
            if name:
                beside = self.folder / ".current.new"
                beside.unlink(missing_ok=True)
                beside.symlink_to(f"{RELEASES}/{name}")
                beside.replace(self.folder / LINK)
            else:
                (self.folder / LINK).unlink(missing_ok=True)
            sync_folder(self.folder)

    def publish(self, unfinished: Path, name: str) -> Path:
        """Give a filled folder its name."""
        with told("name the new release"):
            unfinished.rename(self.releases / name)
            sync_folder(self.releases)
        return self.releases / name

    def set_aside(self, name: str) -> str:
        """Keep what there is of a failed release as `<name>.failed`; "" when there is nothing of it."""
        with told("set the failed release aside"):
            left = [path for path in (self.releases / name, self.releases / f"{NEW}{name}") if path.is_dir()]
            aside = [path.rename(_free(self.releases / f"{name}.failed")).name for path in left]
            if aside:
                sync_folder(self.releases)
        return ", ".join(aside)

    def record(self, name: str) -> Record | None:
        """None when the folder is not ours, was never complete, or does not say."""
        try:
            return TypeAdapter(Record).validate_json((self.releases / name / RECORD).read_bytes())
        except (OSError, ValidationError):
            return None

    def write_record(self, name: str, record: Record) -> None:
        with told(f"write {RECORD}"):
            write_whole(self.releases / name / RECORD, json.dumps(asdict(record), indent=1).encode())
            (self.releases / name / RECORD).chmod(0o644)
            sync_folder(self.releases / name)

    def recorded(self) -> dict[str, Record]:
        """The complete releases of ours, newest first. Failed ones are evidence, not releases."""
        names = [path.name for path in self.releases.iterdir() if self.there(path.name)] if self.releases.is_dir() else []
        known = {name: self.record(name) for name in names if not name.startswith(".") and ".failed" not in name}
        pairs = [(name, record) for name, record in known.items() if record is not None]
        return dict(sorted(pairs, key=lambda pair: pair[1].sequence, reverse=True))

    def remove(self, name: str) -> None:
        """Out of the way first, then away: a half removed release never has a release's name."""
        with told(f"remove the old release {name}"):
            (self.releases / name).rename(self.releases / f"{OLD}{name}")
            self.sweep()

    def sweep(self) -> None:
        for path in self.releases.glob(f"{OLD}*"):
            shutil.rmtree(path)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """One deploy at a time. The kernel frees it when we are killed."""
        with told("lock the site"):
            handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                raise DeployError(f"Another deploy to {self.folder} is under way.", "Wait for it, then run again.") from problem
            yield
        finally:
            os.close(handle)

    @property
    def restart_due(self) -> bool:
        return (self.folder / DUE).exists()

    def owe_restart(self) -> None:
        with told("note that a restart is due"):
            (self.folder / DUE).touch()
            sync_folder(self.folder)

    def restarted(self) -> None:
        with told("note that the restart is done"):
            (self.folder / DUE).unlink(missing_ok=True)
            sync_folder(self.folder)


def _free(path: Path) -> Path:
    """This name, or the first like it that is not taken."""
    taken = 1
    found = path
    while found.exists() or found.is_symlink():
        taken += 1
        found = path.with_name(f"{path.name}-{taken}")
    return found
