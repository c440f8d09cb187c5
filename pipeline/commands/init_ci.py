"""init --ci: write a CI template into this project with its names filled in; --check: are the written ones still ours and current?

The first line of a written file says which template it is, of which version, and the digest of all that follows. Formats without
comments have no such line: such a file is current when it is what would be written now.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path, PurePosixPath

from ..project import Settled
from ..release import EXIT_OURS, Outcome, ReleaseError
from .ci_files import FILES
from .offering import content, offer

SHARDS = 2
COMMENTS = {".yml": "#", ".yaml": "#", ".sh": "#", ".groovy": "//", "Jenkinsfile": "//"}
HEADER = re.compile(r"(?:#|//) secure-release template (?P<name>\S+) (?P<version>\S+) (?P<digest>[0-9a-f]{64})")


class State(StrEnum):
    """What became of a written file."""

    CURRENT = "is current"
    EDITED = "was changed by hand; it is of this version"
    BEHIND = "is behind"
    EDITED_BEHIND = "is behind, and was changed by hand"
    UNKNOWN = "is not what would be written now, and does not say what it was"
    MISSING = "is missing"

    @property
    def good(self) -> bool:
        return self in (State.CURRENT, State.EDITED)


@dataclass(frozen=True)
class Wanted:
    """One file of a template as it would be written now."""

    template: str  # github/action.yml
    version: str
    path: str  # in the user's project
    body: str

    @property
    def text(self) -> str:
        """With its first line, below `#!` where there is one."""
        mark = COMMENTS.get(PurePosixPath(self.path).suffix or PurePosixPath(self.path).name)
        if mark is None:
            return self.body
        header = f"{mark} secure-release template {self.template} {self.version} {_digest(self.body)}\n"
        shebang, rest = self.body.split("\n", 1) if self.body.startswith("#!") else ("", self.body)
        return f"{shebang}\n{header}{rest}" if shebang else header + rest

    @property
    def mode(self) -> int:
        return 0o755 if self.path.endswith(".sh") or self.body.startswith("#!") else 0o644


def wanted(ci: str, name: str, version: str, root: Traversable | None = None) -> tuple[Wanted, ...]:
    """Every file of the template. Raises `ReleaseError` for a CI that there is no template for."""
    if not FILES.get(ci):
        known = ", ".join(each for each, listed in FILES.items() if listed)
        raise ReleaseError(f"There is no template for --ci {ci}.", f"Known are: {known}.", EXIT_OURS)
    folder = (root or files("secure_release.templates")) / "ci" / ci
    values = {"@@NAME@@": name, "@@VERSION@@": version, "@@SHARDS@@": str(SHARDS)}
    return tuple(Wanted(f"{ci}/{file}", version, path, _filled(folder.joinpath(*file.split("/")), values)) for file, path in FILES[ci])


def write(project: Path, every: tuple[Wanted, ...], force: bool) -> int:
    """0 when all of them are there as they should be; wrong usage when one was kept."""
    kept = [one.path for one in every if not offer(project / one.path, one.path, one.text, force, one.mode)]
    if kept:
        print(f"{' and '.join(kept)} kept as it is: take over what you want, or run with --force.")
    if not (project / ".git").exists():
        print("This folder is not the root of a repository: a CI looks for its files there.")
    return EXIT_OURS if kept else 0


def check(project: Path, every: tuple[Wanted, ...]) -> int:
    """Looked, and the answer is no (10) when a file is behind or missing; a change by hand is the user's right, and is told."""
    states = {one: state(content(project / one.path), one) for one in every}
    for one, found in states.items():
        print(f"{one.path} {found}{_written_by(project, one) if not found.good else ''}.")
    if all(found.good for found in states.values()):
        return 0
    print("See what would change: secure-release init --ci NAME; take it over: --force.")
    return Outcome.REFUSED.exit_code


def chosen(project: Path, ci: str, settled: Settled, version: str) -> tuple[Wanted, ...]:
    """The template of this CI; without one those of which a file is here. Raises `ReleaseError` when there is none."""
    name = settled.config.release.name
    here = [each for each, listed in FILES.items() if any((project / path).exists() for _, path in listed)]
    if not ci and not here:
        raise ReleaseError("No CI template has been written here.", "Write one: secure-release init --ci NAME.", Outcome.REFUSED.exit_code)
    return tuple(one for each in ([ci] if ci else here) for one in wanted(each, name, version))


def state(text: str | None, one: Wanted) -> State:
    """What a file in the project is, beside what would be written now."""
    if text is None:
        return State.MISSING
    if text == one.text:
        return State.CURRENT
    header, body = _taken_apart(text)
    if header is None or header["name"] != one.template:
        return State.UNKNOWN
    edited = header["digest"] != _digest(body)
    if header["version"] != one.version or not edited:
        return State.EDITED_BEHIND if edited else State.BEHIND
    return State.EDITED


def _written_by(project: Path, one: Wanted) -> str:
    header, _ = _taken_apart(content(project / one.path) or "")
    return f": of version {header['version']}, installed is {one.version}" if header is not None else ""


def _taken_apart(text: str) -> tuple[re.Match[str] | None, str]:
    """The first line that says what it is, and the file without it."""
    lines = text.split("\n")
    for number in range(min(2, len(lines))):
        match = HEADER.fullmatch(lines[number])
        if match is not None and (number == 0 or lines[0].startswith("#!")):
            return match, "\n".join([*lines[:number], *lines[number + 1 :]])
    return None, text


def _filled(file: Traversable, values: dict[str, str]) -> str:
    text = file.read_text(encoding="utf-8")
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
