"""What our engines cost over the bare programs that they are made of, as ratios of CPU seconds.

    python bench/backup.py [megabytes] [rounds] [archive|restic|both]

Needs `tar`, `zstd` and `age`; and `restic`, else that part says that it was left out. Half of the tree is text of our own interpreter's library, half is random; pairs of runs
take turns, and the ratio is that of the medians.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.backups import keys, manifest, path
from secure_release.pipeline.backups.archive import ArchiveEngine
from secure_release.pipeline.backups.engine import Tree
from secure_release.pipeline.backups.engine_vault import EngineVault
from secure_release.pipeline.backups.exchange import exchange
from secure_release.pipeline.backups.keys import Lock, Unlock
from secure_release.pipeline.backups.patterns import excluding
from secure_release.pipeline.backups.vault import vault
from secure_release.pipeline.backups.walk import walk
from secure_release.pipeline.config import BackupSection
from secure_release.pipeline.keeping import BackupError
from secure_release.pipeline.source_config import SourceSection
from secure_release.pipeline.wiring import backup_means


def main(megabytes: str = "300", rounds: str = "3", engines: str = "both") -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        tree = place / "data"
        size = fill(tree, int(megabytes) * 1_000_000)
        print(f"tree: {size / 1e6:.0f} MB, {sum(1 for p in tree.rglob('*') if p.is_file())} files; {rounds} rounds")
        if engines != "restic":
            with_archive(place, tree, int(rounds))
        if engines != "archive" and shutil.which("restic") is None:
            print("restic is not on this machine: its part was left out")
        elif engines != "archive":
            with_restic(place, tree, int(rounds))
        swapped(place)


def with_archive(place: Path, tree: Path, rounds: int) -> None:
    secret, public = keys.make_pair(place / "keys")
    bare_store, bare_fetch = pipes(place, tree, secret, public)
    ours = Ours(place, tree, secret, public)
    report("bare tar|zstd|age", bare_store, ours.store, "engine, store", rounds)
    report("bare age|zstd|tar", bare_fetch, ours.fetch, "engine, fetch with guard", rounds)
    report("bare age|zstd|tar", bare_fetch, ours.drill, "drill: fetch and compare", rounds)
    report("bare both ways", lambda: (bare_store(), bare_fetch()), ours.take, "take: manifest, store, drill", rounds)


class Ours:
    """The same work through the engine and the vault."""

    def __init__(self, place: Path, tree: Path, secret: Path, public: Path) -> None:
        self.place, self.tree = place, tree
        self.engine = ArchiveEngine(Processes(place))
        self.unlock = keys.read_identity(secret)
        self.lock = Lock(keys.owners((), public))
        self.items = walk(tree, "", excluding(())).items
        self.manifest = manifest.written(self.items)
        section = BackupSection(
            repository="repository", recipients_file=str(public), sources=(SourceSection(name="data", type="path", path="data"),)
        )
        self.vault = vault(place, section, backup_means(Processes(place)), lambda: datetime.now(UTC))
        self.folder = place / "generation"
        self.folder.mkdir()

    def store(self) -> None:
        self.engine.store("data", Tree(self.tree, tuple(item.raw for item in self.items)), self.manifest, self.folder, self.lock)

    def fetch(self) -> Path:
        into = fresh(self.place / "fetched")
        self.engine.fetch("data", self.folder, into, self.unlock)
        return into

    def drill(self) -> None:
        said = path.differences(self.fetch(), self.manifest)
        if said:
            raise BackupError(said[0], "")

    def take(self) -> None:
        self.vault.take("bench", "c" * 40)


def with_restic(place: Path, tree: Path, rounds: int) -> None:
    """Bare restic and ours, each into a repository of its own that was empty before; then again after a change."""
    (place / "password").write_text("a password for the bench")
    (place / "password").chmod(0o600)
    empty = place / "empty"
    restic(place, empty, "init")
    bare, ours = Bare(place, tree, empty), OursRestic(place, tree, empty)
    report("bare restic backup", bare.first, ours.first, "restic, first store", rounds)
    report("bare restic backup", bare.again, ours.again, "restic, incremental store", rounds, ours.after_a_change)
    report("bare restic restore", bare.fetch, ours.fetch, "restic, fetch with guard", rounds)
    report("bare restic restore", bare.fetch, ours.drill, "restic, drill: fetch and compare", rounds)
    report("bare both ways", bare.both, ours.take, "restic, take: first, whole", rounds)


def restic(place: Path, repository: Path, *words: str) -> None:
    argv = ["restic", "--no-cache", "--quiet", "--repo", str(repository), "--password-file", str(place / "password"), *words]
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)


@dataclass
class Bare:
    """restic as a person would call it, restoring by `latest`."""

    place: Path
    tree: Path
    empty: Path
    repository: Path = Path()

    def first(self) -> None:
        self.repository = copied(self.empty, self.place / "bare-restic")
        self.again()

    def again(self) -> None:
        restic(self.place, self.repository, "backup", str(self.tree))

    def fetch(self) -> None:
        restic(self.place, self.repository, "restore", "latest", "--target", str(fresh(self.place / "bare-back")))

    def both(self) -> None:
        self.first()
        self.fetch()


class OursRestic:
    """The same through the engine. The list of the tree and its manifest are made before: their cost is in `take`."""

    def __init__(self, place: Path, tree: Path, empty: Path) -> None:
        self.place, self.tree, self.empty = place, tree, empty
        self.turn = 0
        self.vault = self.make()
        self.read()

    def read(self) -> None:
        items = walk(self.tree, "", excluding(())).items
        self.names, self.manifest = tuple(item.raw for item in items), manifest.written(items)

    def make(self) -> EngineVault:
        """A new vault over an empty repository."""
        self.turn += 1
        home = fresh(self.place / f"ours-restic-{self.turn}")
        home.chmod(0o700)
        copied(self.empty, home / "restic")
        section = BackupSection(
            engine="restic",
            repository=home.name,
            password_file="password",
            sources=(SourceSection(name="data", type="path", path="data"),),
        )
        made = vault(self.place, section, backup_means(Processes(self.place)), lambda: datetime.now(UTC))
        made.sweep()
        return made

    def after_a_change(self) -> None:
        changed(self.tree)
        self.read()

    def first(self) -> None:
        self.vault = self.make()
        self.again()

    def again(self) -> None:
        number = 1 + sum(1 for _ in self.vault.repository.generations.iterdir())
        self.folder = self.vault.repository.generations / f"{number}-bench"
        self.folder.mkdir()
        self.vault.engine.store("data", Tree(self.tree, self.names), self.manifest, self.folder, Lock(()))

    def fetch(self) -> Path:
        into = fresh(self.place / "ours-back")
        self.vault.engine.fetch("data", self.folder, into, Unlock(()))
        return into

    def drill(self) -> None:
        said = path.differences(self.fetch(), self.manifest)
        if said:
            raise BackupError(said[0], "")

    def take(self) -> None:
        self.make().take("bench", "c" * 40)


def copied(source: Path, target: Path) -> Path:
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target)
    return target


def changed(tree: Path) -> None:
    """One file in a hundred gets a line more."""
    for each in sorted(tree.rglob("*.py"))[::100]:
        with each.open("a") as file:
            file.write("# changed\n")


def pipes(place: Path, tree: Path, secret: Path, public: Path) -> tuple[Callable[[], object], Callable[[], object]]:
    flags = "--xattrs '--xattrs-include=*' --acls --numeric-owner"
    file = place / "bare.age"
    store = f"tar c --format=posix --sparse {flags} -C {tree} . | zstd -q -1 | age -R {public} > {file}"
    fetch = f"age -d -i {secret} {file} | zstd -dq | tar x -p {flags} -C {place}/bare"

    def fetched() -> None:
        fresh(place / "bare")
        shell(fetch)

    return lambda: shell(store), fetched


def shell(line: str) -> None:
    subprocess.run(["bash", "-o", "pipefail", "-c", line], check=True)


def fresh(folder: Path) -> Path:
    """A new folder: removing the one before is not what is measured."""
    if folder.exists():
        folder.rename(Path(tempfile.mkdtemp(dir=folder.parent, prefix="old-")) / "x")
    folder.mkdir()
    return folder


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process and its children."""
    before = spent()
    work()
    return spent() - before


def spent() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return float(sum(usage.ru_utime + usage.ru_stime for usage in both))


def report(
    base_name: str,
    base: Callable[[], object],
    ours: Callable[[], object],
    name: str,
    rounds: int,
    before: Callable[[], object] = lambda: None,
) -> None:
    pairs = []
    for _ in range(rounds):
        before()
        pairs.append((cpu(base), cpu(ours)))
    left, right = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name:32} {right:6.2f} CPU s; {base_name} {left:6.2f}; ratio {right / left:.2f}")


def fill(tree: Path, size: int) -> int:
    """Copies of the library's sources until half is there, then random files."""
    done = 0
    library = Path(sysconfig.get_paths()["stdlib"])
    sources = [path for path in sorted(library.rglob("*.py")) if path.is_file()]
    for number in range(1000):
        for source in sources:
            if done >= size // 2:
                break
            target = tree / str(number) / source.relative_to(library)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            done += target.stat().st_size
    for number in range(0, size // 2, 5_000_000):
        (tree / f"random-{number}").write_bytes(os.urandom(5_000_000))
        done += 5_000_000
    return done


def swapped(place: Path) -> None:
    first, second = fresh(place / "first"), fresh(place / "second")
    times = []
    for _ in range(200):
        started = time.perf_counter()
        exchange(first, second)
        times.append(time.perf_counter() - started)
    print(f"{'swap of a folder':32} {statistics.median(times) * 1e6:.0f} microseconds")


if __name__ == "__main__":
    main(*sys.argv[1:])
