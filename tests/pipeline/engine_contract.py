"""What every backup engine promises. An engine's test module subclasses `EngineContract` and says where it keeps what."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import stat
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from secure_release.pipeline.backups.engine_vault import EngineVault
from secure_release.pipeline.backups.patterns import excluding
from secure_release.pipeline.backups.walk import walk
from secure_release.pipeline.keeping import BackupError, Generation
from secure_release.pipeline.source_config import SourceSection
from tests.soak import times

from .vaults import COMMIT, DATA, DATABASE, ROOT, Clock, House, a_socket, count, nasty_tree


def items(folder: Path) -> object:
    return walk(folder, "", excluding(())).items


HOSTILE = ("dots", "absolute", "through a link", "a file over a link", "a device")


class EngineContract(ABC):
    """`house` is a project with data, a database and a key; `files` are the repository's files by class."""

    @abstractmethod
    def make(self, root: Path) -> House:
        """A house whose repository may be there already, and is quick to use."""

    @abstractmethod
    def files(self, house: House) -> Mapping[str, Sequence[Path]]: ...

    @abstractmethod
    def vanish(self, house: House, id: str) -> None:
        """Take away what the engine stored of a generation, as a stranger would."""

    @abstractmethod
    def another_key(self, house: House) -> None:
        """Lose the owner's key, and have another one in its place."""

    @abstractmethod
    def plant(self, house: House, id: str, what: str) -> None:
        """Put one of `HOSTILE` in the place of what is stored of `data`, as somebody with every key could."""

    @abstractmethod
    def stored(self, house: House) -> frozenset[str]:
        """The generations of which something is stored, by the engine's own account."""

    @pytest.fixture
    def house(self, tmp_path: Path) -> House:
        house = self.make(tmp_path / "house")
        house.fill()
        return house

    # --- what went in comes out ---

    def test_every_kind_of_file_comes_back_identical_or_is_listed_as_not_kept(self, house: House) -> None:
        nasty_tree(house.root / "data/nasty")
        a_socket(house.root / "data/nasty/socket")
        if ROOT:
            os.mknod(house.root / "data/nasty/null", stat.S_IFCHR | 0o600, os.makedev(1, 3))
        found = walk(house.root / "data", "", excluding(())).items
        before = [item for item in found if item.type not in ("socket", "device")]
        assert len(list((house.root / "data/nasty").iterdir())) >= 21, "kinds of names, files and attributes"
        taken = house.vault([DATA]).take("run", COMMIT)
        house.vault().restore(taken.id, house.root / "back")

        back, said = house.root / "back/data", taken.taken[0].consistency
        assert list(walk(back, "", excluding(())).items) == before
        assert "socket nasty/socket" in said
        assert not ROOT or "device nasty/null" in said
        holes = (back / "nasty/sparse").stat().st_blocks * 512 < 1_000_000
        assert holes or "not kept: the holes of sparse files" in said
        assert (back / "nasty/first").stat().st_ino == (back / "nasty/sub/second").stat().st_ino

    def test_what_is_left_out_is_not_stored_whatever_it_is_called(self, house: House) -> None:
        names = ["cache/a", "cache/deep/b", "x/*?[y]\\z", "x/new\nline", "x/ spaces ", "x/$HOME", "x/$$", "keep/x", "x/axxz"]
        for name in names:
            (house.root / "data" / name).parent.mkdir(parents=True, exist_ok=True)
            (house.root / "data" / name).write_text(name)
        (house.root / "data/x" / os.fsdecode(b"\xff\xfe")).write_text("no text")
        section = SourceSection(name="data", type="path", path="data", exclude=("cache/*", "x/*", "!x/axxz"))

        taken = house.vault([section]).take("run", COMMIT)
        house.vault([section]).restore(taken.id, house.root / "back")

        back = house.root / "back/data"
        there = sorted(ascii(str(path.relative_to(back)))[1:-1] for path in back.rglob("*") if path.is_file())
        assert there == ["keep/x", "readme.txt", "uploads/a.bin", "x/axxz"]
        assert (back / "cache").is_dir()

    def test_a_single_file_and_a_database_come_back(self, house: House) -> None:
        sources = [SourceSection(name="file", type="path", path="data/readme.txt"), DATABASE]
        taken = house.vault(sources).take("run", COMMIT)
        house.vault(sources).restore(taken.id, house.root / "back")

        assert [path.name for path in (house.root / "back/file").iterdir()] == ["readme.txt"]
        assert (house.root / "back/file").stat().st_mode & 0o777 == 0o700
        assert count(house.root / "back/db/app.db") == 50

    def test_a_folder_of_a_name_like_its_own_repositorys_comes_back(self, house: House) -> None:
        """What an engine stores beside the source must not get in its way."""
        inside = house.root / "data" / str(house.repository).lstrip("/")
        inside.mkdir(parents=True)
        (inside / "data.manifest").write_text("mine")
        before = items(house.root / "data")
        taken = house.vault([DATA]).take("run", COMMIT)
        house.vault([DATA]).restore(taken.id, house.root / "back")

        assert items(house.root / "back/data") == before

    # --- generations, by id, whatever the clock says ---

    def test_each_generation_comes_back_by_its_id_whatever_the_clock_did(self, house: House) -> None:
        taken = []
        for number, hours in enumerate((0, 900, -2000, 50)):
            house.clock.at += timedelta(hours=hours)
            (house.root / "data/readme.txt").write_text(f"version {number}")
            taken.append(house.vault([DATA]).take(f"run{number}", COMMIT))

        assert [g.id for g in house.vault([DATA]).generations()] == [g.id for g in taken]
        for number, one in enumerate(taken):
            house.vault([DATA]).restore(one.id, house.root / f"back{number}")
            assert (house.root / f"back{number}/data/readme.txt").read_text() == f"version {number}"

    def test_prune_takes_the_chosen_and_nothing_else(self, house: House) -> None:
        vault = house.vault([DATA], last=1, ages=())
        taken = []
        for number in range(3):
            (house.root / "data/readme.txt").write_text(f"version {number}")
            taken.append(vault.take(f"run{number}", COMMIT))
            vault.close(f"run{number}", passed=number == 0)
        back = house.clock.at - timedelta(days=3)
        assert vault.prune(back) == ()
        assert "clock went back" in vault.prune_held(back)

        assert vault.prune(house.clock()) == (taken[1].id,)

        assert self.stored(house) == {taken[0].id, taken[2].id}
        for number in (0, 2):
            vault.restore(taken[number].id, house.root / f"back{number}")
            assert (house.root / f"back{number}/data/readme.txt").read_text() == f"version {number}"
        assert vault.prune(house.clock()) == ()
        assert vault.exposure() == ()

    def test_where_nothing_may_be_removed_nothing_is(self, house: House) -> None:
        vault = house.vault([DATA], last=1, ages=(), prune=False)
        taken = [vault.take(f"run{number}", COMMIT) for number in range(2)]
        for number in range(2):
            vault.close(f"run{number}", passed=False)

        assert vault.prune(house.clock()) == ()
        assert "prune" in vault.prune_held(house.clock())
        assert self.stored(house) == {one.id for one in taken}

    # --- damage ---

    def test_a_generation_that_vanished_is_a_finding_and_counts_no_more(self, house: House) -> None:
        vault = house.vault([DATA])
        gone, stays = vault.take("one", COMMIT), vault.take("two", COMMIT)
        self.vanish(house, gone.id)

        assert [g.id for g in vault.generations()] == [stays.id]
        assert [(f.rule, f.severity) for f in vault.exposure()] == [("backup-vanished", "high")]
        with pytest.raises(BackupError):
            vault.restore(gone.id, house.root / "back")
        assert not (house.root / "back").exists()
        vault.forget(gone.id, "somebody removed it")
        assert vault.exposure() == ()

    def test_another_key_opens_nothing(self, house: House) -> None:
        taken = house.vault([DATA]).take("run", COMMIT)
        self.another_key(house)

        with pytest.raises(BackupError):
            house.vault([DATA]).restore(taken.id, house.root / "back")
        assert not (house.root / "back").exists()
        assert house.left_over() == []

    def test_bit_flips_are_found_or_harmless(self, house: House) -> None:
        taken = house.vault().take("run", COMMIT)
        chance, classes = random.Random(7), {name: files for name, files in self.files(house).items() if files}
        assert set(classes) == set(self.files(house)), "a class of files is not there: nothing would be shown for it"
        for number in range(times(2 * len(classes), 504)):
            name = list(classes)[number % len(classes)]
            file = chance.choice(classes[name])
            whole = file.read_bytes()
            bit = chance.randrange(len(whole) * 8)
            damaged = bytearray(whole)
            damaged[bit // 8] ^= 1 << bit % 8
            replaced(file, bytes(damaged))
            assert harmless_or_found(house, taken), f"{name} {file.name}: bit {bit} was not noticed"
            subprocess.run(["rm", "-rf", str(house.root / "back")], check=True)
            replaced(file, whole)
        assert house.vault().drill(taken.id).passed

    @pytest.fixture
    def small_disk(self, house: House) -> Iterator[Path]:
        if not ROOT:
            pytest.skip("only root can mount a small file system")
        before = sorted(house.repository.rglob("*")) if house.repository.exists() else []
        house.repository.mkdir(mode=0o700, exist_ok=True)
        aside = house.root / "aside"
        if before:
            subprocess.run(["cp", "-a", str(house.repository), str(aside)], check=True)
        options = ["-o", "size=6m,mode=0700", "tmpfs"]
        if subprocess.run(["mount", "-t", "tmpfs", *options, str(house.repository)], check=False).returncode != 0:
            pytest.skip("this machine lets nobody mount a tmpfs")
        if before:
            subprocess.run(["cp", "-a", f"{aside}/.", str(house.repository)], check=True)
        yield house.repository
        subprocess.run(["umount", str(house.repository)], check=True)

    def test_a_full_disk_leaves_the_earlier_generations_and_prune_works_with_little_room(
        self, house: House, small_disk: Path
    ) -> None:
        vault = house.vault(last=1, ages=())
        taken = []
        for number in range(2):
            (house.root / "data/uploads/a.bin").write_bytes(os.urandom(300_000))
            taken.append(vault.take(f"run{number}", COMMIT))
            vault.close(f"run{number}", passed=False)
        free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        with (house.root / "data/big").open("wb") as file:
            file.write(os.urandom(free * 6 // 10))  # fits once, not twice: as stored, and not restored beside it

        with pytest.raises(BackupError, match=r"No space|no space|bytes left") as refused:
            vault.take("big", COMMIT)

        assert "room" in refused.value.hint or "Nothing of it" in refused.value.hint
        assert house.left_over() == []
        assert [g.id for g in vault.generations()] == [g.id for g in taken]
        (house.root / "data/big").unlink()
        vault.sweep()
        assert all(vault.drill(g.id).passed for g in taken)
        fill_up(small_disk, leave=32768)
        assert vault.prune(house.clock()) == (taken[0].id,)
        (small_disk / "filler").unlink()
        assert self.stored(house) == {taken[1].id}
        assert vault.drill(taken[1].id).passed
        assert vault.take("after", COMMIT).id

    # --- kills, and others at work ---

    def test_kills_at_random_moments_lose_nothing_and_need_no_hand(self, house: House) -> None:
        seed = int(time.time())
        chance, cut = random.Random(seed), 0
        started = time.monotonic()
        first = house.vault(last=2, ages=()).take("run0", COMMIT)
        whole = time.monotonic() - started  # a kill falls somewhere into it, on a fast machine and on a slow one
        repeats = times(4, 150)
        for number in itertools.count(1):
            if number > repeats and (cut > repeats / 5 or number > 6 * repeats):
                break
            what = ("take", "drill", "take", "prune")[number % 4]
            before = {g.id for g in house.vault(last=2, ages=()).generations()}
            assert before, f"seed {seed}"
            house.clock.at += timedelta(hours=1)
            longest = {"take": whole, "drill": whole / 2, "prune": whole / 4}[what]
            cut += killed(house, what, number, chance.uniform(0, longest), GENERATION=max(before, key=sequence))
            house.clock.at = max(house.clock.at, Clock().at + timedelta(hours=number + 1))
            vault = house.vault(last=2, ages=())
            vault.sweep()
            after = {g.id: g for g in vault.generations()}
            if what != "prune":
                assert before <= set(after), f"a complete generation was lost: seed {seed}"
            assert set(after) == {path.name for path in (house.repository / "generations").iterdir()}
            assert self.stored(house) == set(after), f"listed is not the ledger: seed {seed}"
            assert house.left_over() == []
            assert vault.exposure() == ()
            for run in {g.run for g in after.values()}:
                vault.close(run, passed=False)
        last = list(house.vault().generations())[-1]
        assert house.vault().drill(last.id).passed
        assert house.vault(last=2, ages=()).take("after", COMMIT).sequence > first.sequence
        assert cut > repeats / 5, "too few kills came in time: the test shows nothing"

    def test_two_runs_at_once_wait_for_each_other(self, house: House) -> None:
        done: list[Generation] = []
        threads = [threading.Thread(target=lambda n=n: done.append(house.vault().take(f"run{n}", COMMIT))) for n in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(g.sequence for g in done) == [1, 2, 3]
        assert self.stored(house) == {g.id for g in done}

    @pytest.mark.parametrize("what", HOSTILE)
    def test_hostile_contents_are_refused_and_write_nothing_outside(self, house: House, what: str) -> None:
        vault = house.vault([DATA])
        taken = vault.take("run", COMMIT)
        victim, into = house.root / "victim", house.root / "into"
        victim.mkdir()
        self.plant(house, taken.id, "good")
        self._fetch(vault, taken.id, into)
        assert (into / "readme.txt").read_text() == "planted", "what is planted is well made: the test shows something"
        subprocess.run(["rm", "-rf", str(into)], check=True)
        before = set(house.root.rglob("*"))

        self.plant(house, taken.id, what)
        with pytest.raises(BackupError, match=r"not unpacked|not restored"):
            self._fetch(vault, taken.id, into)

        assert list(victim.iterdir()) == []
        assert not list(house.root.rglob("planted"))
        new = {path for path in house.root.rglob("*") if not path.is_relative_to(house.repository)} - before
        assert not [path for path in new if not path.is_relative_to(into)]
        assert not vault.drill(taken.id).passed

    def _fetch(self, vault: EngineVault, id: str, into: Path) -> None:
        into.mkdir(mode=0o700)
        vault.engine.fetch("data", vault.repository.generations / id, into, vault.engine.owners_key(vault.settings.owner))

    @pytest.mark.parametrize("planted", ["folder", "link", "dangling link"])
    def test_a_restore_never_writes_into_what_is_there(self, house: House, planted: str) -> None:
        taken = house.vault([DATA]).take("run", COMMIT)
        (house.root / "victim").mkdir()
        match planted:
            case "folder":
                (house.root / "back").mkdir()
                (house.root / "back/data").symlink_to(house.root / "victim")
            case "link":
                (house.root / "back").symlink_to(house.root / "victim")
            case _:
                (house.root / "back").symlink_to(house.root / "victim/nowhere")

        with pytest.raises(BackupError, match="is there already"):
            house.vault([DATA]).restore(taken.id, house.root / "back")
        assert list((house.root / "victim").iterdir()) == []


def sequence(id: str) -> int:
    return int(id.partition("-")[0])


def replaced(file: Path, content: bytes) -> None:
    """In place, also where the engine made the file read-only for its owner."""
    mode = file.stat().st_mode & 0o777
    file.chmod(0o600)
    file.write_bytes(content)
    file.chmod(mode)


def harmless_or_found(house: House, taken: Generation) -> bool:
    """Either all is as it was and restores identically, or somebody says so."""
    into = house.root / "back" / "x"
    into.parent.mkdir(exist_ok=True)
    try:
        if [g.id for g in house.vault().generations()] != [taken.id]:
            return any(f.rule == "backup-vanished" for f in house.vault().exposure())
        house.vault().restore(taken.id, into)
    except BackupError:
        return True
    return items(into / "data") == items(house.root / "data") and count(into / "db/app.db") == 50


def fill_up(folder: Path, leave: int) -> None:
    filler = folder / "filler"
    with contextlib.suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(b"x" * 4096)
            file.flush()
    with filler.open("r+b") as file:
        file.truncate(max(0, filler.stat().st_size - leave))


def killed(house: House, what: str, number: int, after: float, **env: str) -> bool:
    """Whether the process was killed before it was done."""
    here = Path(__file__).parents[2]
    told = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), *filter(None, sys.path)]), **env}
    argv = [sys.executable, "-m", "tests.pipeline.killed", str(house.root), what, str(number), house.engine]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=here, env=told, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(after)
        process.kill()
        return b"done" not in process.stdout.read()
