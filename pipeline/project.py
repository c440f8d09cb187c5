"""Where a project's law and configuration come from: its file, the trusted ref, or what was detected."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from .config import Config, ReleaseSection
from .law import Baseline, Law, Waiver, WaiverFile
from .loader import load
from .patch_config import PatchSection
from .release import EXIT_CONFIG, ReleaseError, Trusted

CONFIG_FILE = "secure-release.yml"
MAX_LAW_BYTES = 10_000_000  # a baseline of 100,000 fingerprints is about 2.5 MB

Read = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Settled:
    """Configuration and law of one run, and from where they were read."""

    config: Config
    law: Law
    said: str  # one line for people: which file, from which ref, or what was detected

    @property
    def digest(self) -> str:
        """Held to by every stage of the run. Where it was read from is not part of it."""
        law = self.law.model_dump(mode="json", exclude={"read_from"})
        text = json.dumps([self.config.model_dump(mode="json", by_alias=True), law], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def settle(project: Path, file: str, trusted: Trusted) -> Settled:
    """Read configuration, waivers and baseline, all from one place. Raises `ReleaseError`."""
    read = _reader(project, trusted)
    where = trusted.ref or "the working tree"
    content = read(file)
    if content is None and (trusted.ref or file != CONFIG_FILE):
        raise ReleaseError(
            f"{file} does not exist in {where}.", "Write it with `secure-release init`, and commit it there first.", EXIT_CONFIG
        )
    config = load(content, file, Config) if content is not None else detected(project)
    law = Law(
        policy=config.policy,
        waivers=_waivers(read, config.policy.waivers),
        baseline=_baseline(read, config.policy.baseline),
        read_from=where,
    )
    said = f"{file} from {where}" if content is not None else f"no {file}: defaults for what was found ({_found(config)})"
    return Settled(config, law, said)


def detected(project: Path) -> Config:
    """Sensible defaults for a project without a file: its name, its requirement files."""
    name = re.sub(r"[^a-z0-9]+", "-", project.name.lower()).strip("-")[:40]
    requirements = tuple(path.name for path in sorted(project.glob("requirements*.txt")))
    return Config(
        release=ReleaseSection(name=name if name[:1].isalpha() else "project"),
        patch_test=PatchSection(requirements=requirements or ("requirements.txt",)),
    )


def _found(config: Config) -> str:
    return f"release {config.release.name}, requirements {', '.join(config.patch_test.requirements)}, nothing is deployed"


def _reader(project: Path, trusted: Trusted) -> Read:
    return trusted.read if trusted.ref else lambda path: _file(project / path)


def _file(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_LAW_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise ReleaseError(f"{path} can't be read: {problem.strerror}.", "Is it a file that you may read?", EXIT_CONFIG) from problem
    return content


def _waivers(read: Read, path: str) -> tuple[Waiver, ...]:
    content = read(path)
    return () if content is None else load(content, path, WaiverFile).waivers


def _baseline(read: Read, path: str) -> Baseline | None:
    content = read(path)
    if content is None:
        return None
    try:
        return Baseline.model_validate_json(content)
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ReleaseError(
            f"{path}: {key}: {first['msg']}.", "Take the baseline again: `secure-release baseline`.", EXIT_CONFIG
        ) from problem
