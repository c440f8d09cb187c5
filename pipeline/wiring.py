"""The one place that picks concrete things: adapters, drivers and checks for one configuration."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from secure_release.checks import Advisories, AdvisoryError, Check, Context, Memory, SourceFile
from secure_release.checks.memory import Forgetful
from secure_release.checks.past import History, NoHistory
from secure_release.checks.registry import installed
from secure_release.checks.sarif import sarif_check

from . import runs
from .adapters.advisories import opened as advisories_of
from .adapters.docker import engine
from .adapters.folder import Folder
from .adapters.git import Git, NoRef, TrustedRef
from .adapters.installation import installation
from .adapters.memory import MemoryFile, own_key
from .adapters.past import GitPast
from .adapters.probe import Asker
from .adapters.process import Processes
from .adapters.queue import Turns, room
from .adapters.source import matches, read_source
from .adapters.system import KernelClock
from .adapters.unpause import guard
from .backups.vault import Means as BackupMeans
from .backups.vault import vault as vault_of
from .backups.volume import Docker
from .config import Config
from .deploys import DRIVERS
from .deploys.means import Means
from .evidence import EvidenceFolder
from .journal import JOURNAL_NAME, JournalFile
from .keeping import Vault
from .loader import read
from .patch_config import PatchSection
from .patching import EVERYTHING, Choice, Patcher
from .project import MAX_LAW_BYTES, Settled, settle
from .release import EXIT_CONFIG, Journal, Progress, Release, ReleaseError, Source, Stage, Trusted
from .undoing import open_undos
from .view import STARTED, Identity, identity

NEEDS_NO_SOURCE = (Stage.ROLLBACK, Stage.REPORT)  # a way back must not depend on what the working tree holds by now
CHANGES = (None, Stage.DEPLOY)  # a whole release, and the stage that deploys
MAX_VERSION = 1000  # characters
CACHE, CACHE_KEY = "cache.sqlite", "SECURE_RELEASE_CACHE_KEY"
DEFAULT_REFS = ("refs/remotes/origin/HEAD", "origin/main", "origin/master")


@dataclass(frozen=True)
class Given:
    """What a clone driver is made from."""

    project: Path
    config: PatchSection
    source: Source
    processes: Processes
    advisories: Advisories
    journal: Journal
    folder: Path  # the run's
    run: str
    scratch: Path  # goes with the process
    progress: Progress


def _venv(given: Given) -> Patcher:
    from .clones.venv import VenvPatcher  # noqa: PLC0415 - most runs need one of the two, and many none

    return VenvPatcher(
        project=given.project,
        source=given.source,
        folder=given.folder,
        scratch=given.scratch,
        config=given.config,
        programs=given.processes,
        advisories=given.advisories,
        journal=given.journal,
        now=now,
    )


def _docker(given: Given) -> Patcher:
    from .clones.docker.driver import DockerPatcher  # noqa: PLC0415 - as above

    return DockerPatcher(
        project=given.project,
        source=given.source,
        folder=given.folder,
        run=given.run,
        scratch=given.scratch,
        config=given.config,
        open_engine=lambda: engine(given.processes.halt),
        programs=given.processes,
        guard=guard,
        advisories=given.advisories,
        journal=given.journal,
        now=now,
        progress=given.progress.doing,
    )


PATCHERS: Mapping[str, Callable[[Given], Patcher]] = {"venv": _venv, "docker": _docker}
"""`patch_test.driver` to what makes it."""


@dataclass(frozen=True)
class Bench:
    """Everything about a project before a run is opened: where it is, its law, its tools."""

    project: Path
    file: str
    processes: Processes
    git: Git
    trusted: Trusted
    settled: Settled
    checks: tuple[Check, ...]
    memory: Memory

    @property
    def config(self) -> Config:
        return self.settled.config


def now() -> datetime:
    return datetime.now(UTC)


def our_version() -> str:
    return importlib.metadata.version("secure-release")


def bench(project: Path, file: str, trust: str) -> Bench:
    """Read the law and find the tools. Raises `ReleaseError` for what the user must mend."""
    processes = Processes(project)
    git = Git(processes, project)
    git.commit()
    if git.tracks(runs.STATE):
        raise ReleaseError(
            f"{runs.STATE} is committed: a commit could bring a run of its own making.",
            f"git rm -r --cached {runs.STATE}, commit, and run again.",
            EXIT_CONFIG,
        )
    trusted = _trusted(git, project, file, trust)
    settled = settle(project, file, trusted)
    processes = replace(processes, pinned=settled.config.tools)
    checks = _checks(settled.config, project, trusted)
    return Bench(project, file, processes, Git(processes, project), trusted, settled, checks, _memory(project))


def _memory(project: Path) -> Memory:
    """What earlier scans said. In CI only with a key that CI gives: on a machine that runs other people's changes, a key that
    lies there is theirs, too."""
    given = os.environ.get(CACHE_KEY, "")
    if os.environ.get("CI") and not given:
        return Forgetful()
    home = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    try:
        key = hashlib.sha256(given.encode()).digest() if given else own_key(home)
    except (OSError, RuntimeError):  # no home
        return Forgetful()
    return MemoryFile(project / runs.STATE / CACHE, key, now().date())


@contextlib.contextmanager
def opened(
    bench: Bench, folder: Path | None, stage: Stage | None, progress: Progress, choice: Choice = EVERYTHING
) -> Iterator[Release]:
    """A release to work on: a new run, or `folder` joined. Closed, and its scratch space removed, on leaving."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(runs.alone(bench.project))
        if stage in CHANGES:
            _refuse_over_open(bench.project, folder)
        scratch = stack.enter_context(runs.scratch(bench.project))
        source = _source(bench, scratch, stage, progress)
        where = folder or runs.begin(bench.project, now())
        journal = JournalFile(where / JOURNAL_NAME, now)
        stack.callback(journal.close)
        evidence = EvidenceFolder(where / "evidence")
        who = _identity(bench, source, _run_id(bench, where, journal))
        if journal.entries:
            source = _joined(identity(journal.entries), who, source, stage)
        else:
            journal.append(STARTED, "", asdict(who))
        if where != runs.state(bench.project) / "runs" / who.run:
            runs.known(bench.project, who.run, where)
        yield _release(bench, who.run, where, source, journal, evidence, scratch, progress, choice)


def _run_id(bench: Bench, where: Path, journal: JournalFile) -> str:
    """What the run has called itself since it began, wherever its folder lies by now. A name that a CI gave its folder is none:
    backups and releases are named after runs, and the next build's folder has the same one."""
    if journal.entries:
        return identity(journal.entries).run
    return where.name if runs.RUN_ID.fullmatch(where.name) else runs.run_id(now())


@contextlib.contextmanager
def aside(bench: Bench, stage: Stage, progress: Progress, choice: Choice) -> Iterator[Release]:
    """A release to look with: its run is nobody's newest one, and is gone on leaving. Closes the patcher.

    When that fails the run's folder stays, for its journal names what is left.
    """
    folder, closed = runs.begin_aside(bench.project, now()), True
    try:
        with opened(bench, folder, stage, progress, choice) as release:
            closed = False
            try:
                yield release
            finally:
                release.patcher.close()
                closed = True
    finally:
        if closed:
            runs.remove(folder)


@contextlib.contextmanager
def rescanning(bench: Bench, tree: Path, progress: Progress) -> Iterator[Release]:
    """A release to scan and nothing else: `tree` is looked at by this project's checks and law. Nothing of it stays."""
    with runs.scratch(bench.project) as scratch:
        scan, folder = bench.config.scan, Folder(tree)
        source = read_source(folder, scratch / "tree", lambda root: "restored", scan.exclude, scan.max_file_size, progress)
        where = scratch / "run"
        where.mkdir(mode=0o700)
        with contextlib.closing(JournalFile(where / JOURNAL_NAME, now)) as journal:
            evidence = EvidenceFolder(where / "evidence")
            release = _release(bench, where.name, where, source, journal, evidence, scratch, progress, EVERYTHING)
            yield replace(release, trusted=folder)


def _release(  # noqa: PLR0913, PLR0917 - each is a part of a release
    bench: Bench,
    run: str,
    folder: Path,
    source: Source,
    journal: JournalFile,
    evidence: EvidenceFolder,
    scratch: Path,
    progress: Progress,
    choice: Choice,
) -> Release:
    config, processes = bench.config, bench.processes
    known = _advisories(bench, scratch)
    queue = Turns(config.scan.jobs or room(), processes.halt)
    return Release(
        id=run,
        folder=folder,
        source=source,
        config=config,
        law=bench.settled.law,
        journal=journal,
        evidence=evidence,
        progress=progress,
        halt=processes.halt,
        now=now,
        checks=bench.checks,
        memory=bench.memory,
        context=lambda check: _context(check, bench, source, evidence, scratch, known, queue),
        trusted=bench.trusted,
        patcher=PATCHERS[config.patch_test.driver](
            Given(bench.project, config.patch_test, source, processes, known, journal, folder, run, scratch, progress)
        ),
        choice=choice,
        vault=vault(bench),
        deployer=DRIVERS[config.deploy.driver](bench.project, config.deploy, _means(processes, progress)),
        prober=Asker(processes.for_the_user(), bench.project, now),
    )


def _means(processes: Processes, progress: Progress) -> Means:
    return Means(processes.for_the_user(), lambda: engine(processes.halt), progress, time.monotonic, time.sleep)


def vault(bench: Bench) -> Vault:
    """The configured sources, engine and repository, with the owner's key where this machine has one."""
    identity = os.environ.get("SECURE_RELEASE_IDENTITY")
    return vault_of(bench.project, bench.config.backup, backup_means(bench.processes), now, Path(identity) if identity else None)


def backup_means(processes: Processes) -> BackupMeans:
    passfile = os.environ.get("PGPASSFILE")
    docker = Docker(lambda: engine(processes.halt), guard)
    return BackupMeans(processes, processes.for_the_user(), docker, Path(passfile) if passfile else None, os.environ)


def _advisories(bench: Bench, scratch: Path) -> Advisories:
    """Where the configuration says; a snapshot is law, and is read where the law is read."""
    section = bench.config.advisories
    if section.source == "file" and section.file is not None:
        section = section.model_copy(update={"file": str(_lawful(bench.project, bench.trusted, section.file, scratch))})
    try:
        return advisories_of(section, bench.project, bench.processes, now(), bench.config.scan.timeout)
    except AdvisoryError as problem:
        raise ReleaseError(f"advisories: {problem}", problem.hint, EXIT_CONFIG) from problem


def _context(
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


def _source(bench: Bench, scratch: Path, stage: Stage | None, progress: Progress) -> Source:
    if stage in NEEDS_NO_SOURCE:
        git = bench.git
        return Source(bench.project, scratch / "tree", git.commit(), git.branch(), (), "", "", (), (), (), (), frozenset())
    scan = bench.config.scan
    return read_source(
        bench.git, scratch / "tree", lambda root: version(root, bench), scan.exclude, scan.max_file_size, progress
    )


def version(root: Path, bench: Bench) -> str:
    """The version as its file says it, else the commit."""
    file = bench.config.release.version_file
    if file is None:
        return bench.git.commit()[:12]
    try:
        with (root / file).open(encoding="utf-8") as opened_file:
            text = opened_file.read(MAX_VERSION).strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise ReleaseError(f"{file} can't be read: {problem}.", "Mend `release.version_file`.", EXIT_CONFIG) from problem
    if not text or len(text) > 100 or not text.isprintable():
        raise ReleaseError(f"{file} holds no version.", "Write one line, such as 1.4.2, into it.", EXIT_CONFIG)
    return text


def _refuse_over_open(project: Path, joined: Path | None) -> None:
    """Nothing is deployed over a change that was neither verified nor taken back: its way back would lead nowhere."""
    for folder, entries in runs.with_changes(project):
        if folder.resolve() != joined and open_undos(entries):
            raise ReleaseError(
                f"The change that run {folder.name} began is open: neither verified nor taken back.",
                f"Go on with it: secure-release run --run {folder.name}; or take it back: secure-release rollback --run "
                f"{folder.name}. When it was put right by hand, move {folder} away.",
            )


def _identity(bench: Bench, source: Source, run: str) -> Identity:
    return Identity(
        run=run,
        name=bench.config.release.name,
        version=source.version,
        commit=source.commit,
        branch=source.branch,
        dirty=source.dirty,
        tree=source.digest,
        config=bench.settled.digest,
        law_from=bench.settled.law.read_from,
        tool=our_version(),
        machine=platform.node(),
    )


def _joined(recorded: Identity, who: Identity, source: Source, stage: Stage | None) -> Source:
    """The run must be about this commit, these files and this law. A way back asks only that it is this project's."""
    if stage in NEEDS_NO_SOURCE:
        return replace(source, commit=recorded.commit, branch=recorded.branch, version=recorded.version, digest=recorded.tree)
    for what, mine, theirs in (
        ("commit", who.commit, recorded.commit),
        ("files", who.tree, recorded.tree),
        ("configuration, policy, waivers or baseline", who.config, recorded.config),
    ):
        if mine != theirs:
            raise ReleaseError(
                f"Run {recorded.run} belongs to another {what} ({theirs[:12]}, here {mine[:12]}).",
                "Start a new run, without --run or in an empty folder; or check out what the run is about.",
            )
    return source


def _checks(config: Config, project: Path, trusted: Trusted) -> tuple[Check, ...]:
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
    content = trusted.read(section.specimen) if trusted.ref else _bytes(project / section.specimen)
    if content is None:
        raise ReleaseError(
            f"scan.checks.{name}.specimen: {section.specimen} is not there.",
            "Write a small file in which the tool must find something.",
            EXIT_CONFIG,
        )

    def wants(file: SourceFile) -> bool:
        return not file.binary and matches(file.path, section.files)

    specimen = (Path(section.specimen).name, content.decode("utf-8", "replace"))
    try:
        return sarif_check(name, section.command, *specimen, wants, frozenset(section.exits))
    except ValueError as problem:
        raise ReleaseError(f"scan.checks.{name}: {problem}.", "See `secure-release schema`.", EXIT_CONFIG) from problem


def _bytes(path: Path) -> bytes | None:
    """What a file begins with: a link to an endless device must not fill the memory."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_LAW_BYTES)
    except OSError:
        return None


def _trusted(git: Git, project: Path, file: str, asked: str) -> Trusted:
    """The ref to read the law from: asked for, else what the default branch of origin says, else what the file says.

    A change that takes `gate.trust` out of its own copy of the file is still held to what the default branch says.
    """
    ref = asked or os.environ.get("SECURE_RELEASE_TRUST", "") or _trust_upstream(git, file) or trust_of(_bytes(project / file), file)
    if not ref:
        return NoRef()
    commit = git.trusted(ref)
    if commit is None:
        raise ReleaseError(
            f"The trusted ref {ref} is not in this repository: the law can't be read.",
            "Fetch it (in CI: fetch-depth 0, or `git fetch origin`), and run again.",
        )
    return TrustedRef(git, ref, commit)


def _trust_upstream(git: Git, file: str) -> str:
    for ref in DEFAULT_REFS:
        commit = git.trusted(ref)
        if commit is not None:
            return trust_of(git.show(commit, file), f"{ref}:{file}")
    return ""


def trust_of(content: bytes | None, name: str) -> str:
    """What a configuration says in `gate.trust`, and nothing else of it: the rest may be another version's."""
    data = read(content, name).data if content is not None else None
    gate = data.get("gate") if isinstance(data, dict) else None
    ref = gate.get("trust") if isinstance(gate, dict) else None
    return ref if isinstance(ref, str) else ""
