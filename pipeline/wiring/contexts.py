"""What a check gets of a release: its files, its tools, its section of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from secure_release.checks import Advisories, AdvisoryError, Check, Context
from secure_release.checks.past import History, NoHistory

from ..adapters.git import TrustedRef
from ..adapters.installation import installation
from ..adapters.past import GitPast
from ..adapters.queue import Turns
from ..adapters.system import KernelClock
from ..evidence import EvidenceFolder
from ..release import EXIT_CONFIG, ReleaseError, Source, Trusted
from .benches import Bench, now
from .later import later
from .trusted import DEFAULT_REFS


def advisories(bench: Bench, scratch: Path) -> Advisories:
    """Where the configuration says; a snapshot is law, and is read where the law is read."""
    section = bench.config.advisories
    if section.source == "file" and section.file is not None:
        section = section.model_copy(update={"file": str(_lawful(bench.project, bench.trusted, section.file, scratch))})

    def made() -> Advisories:
        from ..adapters.advisories import opened

        return opened(section, bench.project, bench.processes, now(), bench.config.scan.timeout)

    may_be_wrong = section.source == "osv" or (section.source == "file" and section.file is None)
    try:
        return made() if may_be_wrong else later(made)
    except AdvisoryError as problem:
        raise ReleaseError(f"advisories: {problem}", problem.hint, EXIT_CONFIG) from problem


def context_of(
    check: Check, bench: Bench, source: Source, evidence: EvidenceFolder, scratch: Path, known: Advisories, queue: Turns
) -> Context:
    """All that one check gets: scratch space of its own, and its section of the configuration."""
    own = scratch / "checks" / check.name
    own.mkdir(mode=0o700, parents=True)
    return Context(
        tree=source.tree,
        files=source.files,
        scratch=own,
        tools=bench.processes,
        advisories=known,
        clock=KernelClock(),
        keep=evidence.keep,
        now=now(),
        timeout=bench.config.scan.timeout,
        options=_options(check.name, bench, source, scratch),
        memory=bench.memory,
        history=_history(bench, source),
        installation=installation,
        queue=queue,
        progress=lambda done, of: None,
        fill=source.fill,
    )


def _history(bench: Bench, source: Source) -> History:
    """The commits since the trusted ref, else since the default branch of origin."""
    if source.root != bench.project:
        return NoHistory()
    trusted, scan = bench.trusted, bench.config.scan
    bases = ((trusted.name, trusted.commit),) if isinstance(trusted, TrustedRef) else tuple((ref, ref) for ref in DEFAULT_REFS)
    return GitPast(bench.git, bases, scan.exclude, scan.max_file_size)


def _options(name: str, bench: Bench, source: Source, scratch: Path) -> Mapping[str, object]:
    """What a check's own section says; only these two have one."""
    if name == "semgrep":
        return {"rules": tuple(_rule(rule, bench, scratch) for rule in bench.config.scan.rules)}
    if name == "sbom":
        return {"name": bench.config.release.name, "version": source.version, "digest": source.digest}
    return {}


def _rule(rule: str, bench: Bench, scratch: Path) -> str:
    """A registry pack by its name; a file as it is where the law is read."""
    return rule if rule.startswith("p/") else str(_lawful(bench.project, bench.trusted, rule, scratch))


def _lawful(project: Path, trusted: Trusted, path: str, scratch: Path) -> Path:
    """A file or folder that the law names, as it is in the trusted ref; where none is trusted, where it lies."""
    if not trusted.ref or Path(path).is_absolute():
        return project / path
    inside = [name for name in trusted.paths() if name == path or name.startswith(f"{path}/")]
    for name in inside:
        target = scratch / "law" / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.write_bytes(trusted.read(name) or b"")
    return scratch / "law" / path
