"""doctor: what is missing on this machine for this project, and how to get it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..adapters.process import Processes
from ..adapters.system import KernelClock
from ..backups.my_scratch import BESIDE
from ..backups.my_session import CLIENTS
from ..backups.pg_scratch import HOMES
from ..backups.restic_password import NAME_ONE, VARIABLE
from ..config import Config
from ..containers import Container, EngineError
from ..patch_config import PatchSection
from ..source_config import SourceSection

PROJECT, SERVICE = "com.docker.compose.project", "com.docker.compose.service"  # labels that compose writes
# Program, what needs it, how to get it. What comes with pip is found beside our interpreter.
PROGRAMS = (
    ("git", "everything", "apt-get install git"),
    ("bandit", "scan", "pip install bandit"),
    ("semgrep", "scan", "pip install semgrep"),
    ("pip-audit", "scan", "pip install pip-audit"),
    ("zizmor", "scan", "pip install zizmor"),
    ("uv", "patch-test", "pip install uv"),
    ("tar", "backup", "apt-get install tar"),
    ("unshare", "patch-test (clones without a network)", "apt-get install util-linux"),
)

# What a kind of source needs: one of these programs, the Debian package, what for.
SOURCE_PROGRAMS: dict[str, tuple[tuple[tuple[str, ...], str, str], ...]] = {
    "postgres": (
        *(((name,), "postgresql-client", "backup") for name in ("psql", "pg_dump", "pg_dumpall", "pg_restore")),
        (("initdb",), "postgresql", "drill (no server of its need run)"),
    ),
    "mysql": (
        *((names, "mariadb-client", "backup") for names in CLIENTS.values()),
        *(((name,), "mariadb-server", "drill (no server of its need run)") for name in ("mariadbd", "mariadb-install-db")),
    ),
}


@dataclass(frozen=True)
class Diagnosis:
    """One thing that was looked at: well, or what to do."""

    what: str
    well: bool
    said: str


class Shows(Protocol):
    """As much of an engine as is asked here."""

    def containers(self, labels: Mapping[str, str], every: bool = True) -> tuple[Container, ...]: ...

    def container(self, name: str) -> Container: ...


def doctor(project: Path, config: Config, processes: Processes, open_engine: Callable[[], Shows]) -> tuple[bool, str]:
    """Whether nothing is missing, and one line for each thing that was looked at."""
    looked = tuple(_look(project, config, processes, open_engine))
    lines = [f"{'ok     ' if one.well else 'MISSING'} {one.what}: {one.said}" for one in looked]
    return all(one.well for one in looked), "\n".join(lines)


def _look(project: Path, config: Config, processes: Processes, open_engine: Callable[[], Shows]) -> Iterator[Diagnosis]:
    yield Diagnosis("python", sys.version_info >= (3, 11), platform.python_version())
    for name, needed_by, remedy in PROGRAMS:
        path = processes.find(name)
        yield Diagnosis(name, path is not None, str(path) if path else f"{needed_by} needs it: {remedy}")
    yield _clock()
    if config.policy.patch_test != "off":
        yield from _containers(config.patch_test, open_engine) if config.patch_test.driver == "docker" else _environment(project, config)
    yield from _keys(project, config)
    yield from _sources(project, config)
    if config.backup.engine == "restic":
        path = processes.find("restic")
        yield Diagnosis("restic", path is not None, str(path) if path else "backup needs it: apt-get install restic")
    yield from _source_programs(config, processes)
    yield from _commands(project, config)


def _clock() -> Diagnosis:
    try:
        well = KernelClock().synchronised()
    except OSError as problem:
        return Diagnosis("clock", False, f"the kernel does not say: {problem}")
    return Diagnosis("clock", True, "synchronised" if well else "NOT synchronised: a finding, not a fault; run a time service")


def _environment(project: Path, config: Config) -> Iterator[Diagnosis]:
    section = config.patch_test
    there = section.environment is not None and (project / section.environment / "pyvenv.cfg").is_file()
    locks = [name for name in section.requirements if (project / name).is_file()]
    said = f"{section.environment} is there" if there else f"will be built from {', '.join(locks)}"
    remedy = f"neither {section.environment} nor {', '.join(section.requirements)} is there: see `patch_test` in the configuration"
    yield Diagnosis("environment", there or bool(locks), said if there or locks else remedy)


def _containers(section: PatchSection, open_engine: Callable[[], Shows]) -> Iterator[Diagnosis]:
    """Whether the engine answers, and runs what is to be cloned."""
    source = section.docker
    try:
        shown = open_engine()
        found = shown.containers({PROJECT: source.project}, every=False) if source.project else (shown.container(source.container or ""),)
    except EngineError as problem:
        yield Diagnosis("docker engine", False, f"{problem} {problem.hint}".strip())
        return
    yield Diagnosis("docker engine", True, "it answers")
    running = sorted({one.labels.get(SERVICE, one.name) for one in found if one.state == "running"})
    what = f"project {source.project}" if source.project else f"container {source.container}"
    yield Diagnosis(what, bool(running), f"runs {', '.join(running)}" if running else "does not run: start it, its clones are made of what runs")
    for name in dict.fromkeys((*((source.tests_in,) if source.tests_in else ()), *source.python)):
        if source.project and name not in running:
            yield Diagnosis(f"service {name}", False, f"does not run in project {source.project}: see `patch_test.docker`")


def _keys(project: Path, config: Config) -> Iterator[Diagnosis]:
    section = config.backup
    if not section.sources:
        return
    if section.engine == "restic":
        named = section.password_command is not None or VARIABLE in os.environ
        there = (project / section.password_file).is_file() if section.password_file else named
        yield Diagnosis("backup password", there, "there" if there else NAME_ONE)
        return
    file = project / section.recipients_file if section.recipients_file else None
    well = bool(section.recipients) or (file is not None and file.is_file())
    yield Diagnosis("backup key", well, "there" if well else "secure-release backup-key --out DIR, then `backup.recipients_file`")


def _sources(project: Path, config: Config) -> Iterator[Diagnosis]:
    for source in config.backup.sources:
        if not isinstance(source, SourceSection):
            continue
        there = (project / source.path).exists()
        yield Diagnosis(f"source {source.name}", there, source.path if there else f"{source.path} is not there")


def _source_programs(config: Config, processes: Processes) -> Iterator[Diagnosis]:
    for kind in sorted({source.type for source in config.backup.sources} & SOURCE_PROGRAMS.keys()):
        for names, package, needed_by in SOURCE_PROGRAMS[kind]:
            found = next((path for name in names if (path := processes.find(name)) is not None), None) or _beside(names)
            remedy = f"{needed_by} of `{kind}` needs it: apt-get install {package}"
            yield Diagnosis(names[0], found is not None, str(found) if found else remedy)


def _beside(names: tuple[str, ...]) -> Path | None:
    """Where distributions put server programs, which are on nobody's PATH."""
    places = (path for home in (*HOMES, BESIDE) for path in sorted(Path("/").glob(home[1:])))
    return next((place / name for place in places for name in names if (place / name).is_file()), None)


def _commands(project: Path, config: Config) -> Iterator[Diagnosis]:
    section = config.deploy
    if section.driver == "directory" and section.site is not None:
        there = (project / section.site).is_dir()
        yield Diagnosis("site", there, section.site if there else f"mkdir -p {section.site}")
    if section.driver != "none" and not config.verify.probes:
        yield Diagnosis("probes", False, "nobody asks the new version whether it is well: see `verify.probes`")
