"""What the command line says, and the project that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .project import CONFIG_FILE
from .release import EXIT_OURS, ReleaseError
from .wiring import Bench, bench


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    config: str = ""
    run: str = ""
    trust: str = ""
    format: str = "text"
    dry_run: bool = False
    shard: str = ""  # for scan: "1/2"
    sources: tuple[str, ...] = ()  # for gate: what --from names


def bench_of(options: Options) -> Bench:
    if options.format not in ("text", "json"):
        raise ReleaseError(f"--format {options.format} is not known.", "Use text or json.", EXIT_OURS)
    project, file = project_of(options)
    return bench(project, file, options.trust)


def project_of(options: Options) -> tuple[Path, str]:
    """The folder of the configuration, and the file's name in it: as named, else the nearest one from here upwards."""
    if options.config:
        path = Path(options.config).absolute()
        return path.parent, path.name
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / CONFIG_FILE).is_file():
            return folder, CONFIG_FILE
        if (folder / ".git").exists():
            break
    return here, CONFIG_FILE
