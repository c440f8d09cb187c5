"""The checks of a project: the installed ones, and those that its configuration makes of a tool that writes SARIF."""

from __future__ import annotations

from pathlib import Path

from secure_release.checks import Check, SourceFile
from secure_release.checks.registry import installed

from ..adapters.source import matches
from ..config import Config
from ..release import EXIT_CONFIG, ReleaseError, Trusted
from .trusted import content_of


def checks_of(config: Config, project: Path, trusted: Trusted) -> tuple[Check, ...]:
    """The installed checks and those of the configuration. Raises `ReleaseError` for two of one name."""
    try:
        known = installed()
    except (ValueError, ImportError, AttributeError) as problem:
        raise ReleaseError(f"The checks can't be loaded: {problem}", "Mend or uninstall the package.", EXIT_CONFIG) from problem
    names = {check.name for check in known}
    for name in config.scan.checks:
        if name in names:
            raise ReleaseError(f"scan.checks.{name}: a check of this name exists.", "Choose another name.", EXIT_CONFIG)
    return (*known, *(_sarif(name, config, project, trusted) for name in config.scan.checks))


def _sarif(name: str, config: Config, project: Path, trusted: Trusted) -> Check:
    section = config.scan.checks[name]
    content = trusted.read(section.specimen) if trusted.ref else content_of(project / section.specimen)
    if content is None:
        raise ReleaseError(
            f"scan.checks.{name}.specimen: {section.specimen} is not there.",
            "Write a small file in which the tool must find something.",
            EXIT_CONFIG,
        )

    def wants(file: SourceFile) -> bool:
        return not file.binary and matches(file.path, section.files)

    specimen = (Path(section.specimen).name, content.decode("utf-8", "replace"))
    from secure_release.checks.sarif import sarif_check

    try:
        return sarif_check(name, section.command, *specimen, wants, frozenset(section.exits))
    except ValueError as problem:
        raise ReleaseError(f"scan.checks.{name}: {problem}.", "See `secure-release schema`.", EXIT_CONFIG) from problem
