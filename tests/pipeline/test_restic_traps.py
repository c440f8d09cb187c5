"""What restic does by itself and must not do to us: wrong snapshots, dead locks, skipped files, passwords in sight."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.backups import depots, restic_depot, restic_listing
from secure_release.pipeline.backups.engine import Tree, TreeChanged
from secure_release.pipeline.backups.engine_vault import EngineVault
from secure_release.pipeline.backups.keys import Lock, Unlock
from secure_release.pipeline.backups.restic_listing import Listing
from secure_release.pipeline.backups.restic_lock import dead_lock
from secure_release.pipeline.backups.vault import vault
from secure_release.pipeline.config import BackupSection
from secure_release.pipeline.keeping import BackupError
from secure_release.pipeline.wiring import backup_means
from tests.require import needs

from .engine_contract import replaced
from .test_restic import PASSWORD, quick_house, restic, snapshots
from .vaults import COMMIT, DATA, House


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = quick_house(tmp_path / "house")
    house.fill()
    return house


def repository(house: House) -> Path:
    return house.repository / "restic"


# --- which snapshot ---


def test_a_snapshot_of_the_future_captures_nothing(house: House) -> None:
    """`latest` is by time: ours are by the ids of the ledger."""
    evil = house.root / "evil"
    evil.mkdir()
    (evil / "readme.txt").write_text("planted")
    vault = house.vault([DATA], last=1, ages=())
    taken = [vault.take("one", COMMIT)]
    restic(repository(house), "backup", "--host", "secure-release", "--time", "2099-01-01 00:00:00", str(evil))
    restic(repository(house), "backup", "--host", "secure-release", "--time", "1999-01-01 00:00:00", str(evil))
    taken.append(vault.take("two", COMMIT))
    for run in ("one", "two"):
        vault.close(run, passed=False)

    assert vault.prune(house.clock()) == (taken[0].id,)
    vault.restore(taken[1].id, house.root / "back")
    assert (house.root / "back/data/readme.txt").read_text() == "hello"
    assert len(snapshots(house)) == 3, "what is not ours stays"
    assert vault.exposure() == ()


def test_a_ledger_that_was_set_back_is_noticed_and_nothing_is_removed(house: House) -> None:
    ledger = house.repository / "ledger.jsonl"
    vault = house.vault([DATA], last=1, ages=())
    vault.take("one", COMMIT)
    before = ledger.read_bytes()
    lost = vault.take("two", COMMIT)
    ledger.write_bytes(before)
    shutil.rmtree(house.repository / "generations" / lost.id)

    vault.sweep()
    vault.prune(house.clock())

    assert [(f.rule, f.severity) for f in vault.exposure()] == [("backup-unknown", "high")]
    assert any(f"generation:{lost.id}" in one["tags"] for one in snapshots(house))


def test_a_new_ledger_does_not_take_over_anothers_repository(house: House) -> None:
    house.vault([DATA]).take("one", COMMIT)
    (house.repository / "ledger.jsonl").unlink()
    shutil.rmtree(house.repository / "generations")

    with pytest.raises(BackupError, match="holds generations of another ledger"):
        house.vault([DATA]).take("two", COMMIT)


def test_a_repository_that_is_gone_is_not_made_anew(house: House) -> None:
    house.vault([DATA]).take("one", COMMIT)
    shutil.rmtree(repository(house))

    with pytest.raises(BackupError, match="is gone"):
        house.vault([DATA]).take("two", COMMIT)
    with pytest.raises(BackupError):
        house.vault([DATA]).generations()


def test_a_first_backup_makes_the_repository_also_after_a_killed_start(tmp_path: Path) -> None:
    needs("restic")
    house = House(tmp_path / "house", engine="restic")
    house.fill()
    half = house.repository / "work/init.dead/keys"
    for folder in (house.repository, *reversed(half.parents[:2]), half):
        folder.mkdir(mode=0o700)
    (half / f"{0:064}").write_text("{}")

    taken = house.vault([DATA]).take("one", COMMIT)

    assert [one.id for one in house.vault([DATA]).generations()] == [taken.id]
    assert house.left_over() == []
    assert not [path for path in house.repository.rglob("*") if path.lstat().st_mode & 0o077]


# --- what went in ---


def stored(house: House, *names: bytes) -> None:
    folder = house.root / "generation"
    folder.mkdir(exist_ok=True)
    house.vault([DATA]).engine.store("data", Tree(house.root / "data", names), b"{}", folder, Lock(()))


@pytest.mark.parametrize("names", [(b".", b"gone"), (b"gone",), (b"readme.txt", b"gone")], ids=["in a tree", "alone", "one of two"])
def test_a_name_that_is_not_there_is_a_change_although_restic_ends_well(house: House, names: tuple[bytes, ...]) -> None:
    house.vault([DATA]).sweep()

    with pytest.raises(TreeChanged):
        stored(house, *names)
    assert list((house.root / "generation").iterdir()) == []


def wrapper(house: House, script: str) -> Processes:
    """Our restic is a script; `$RESTIC` is the real one."""
    (program,) = needs("restic")
    path = house.root / "restic-wrapper"
    path.write_text(f"#!/bin/sh\nRESTIC={program}\n{script}\n")
    path.chmod(0o755)
    return Processes(house.root, pinned={"restic": "restic-wrapper"})


def through(house: House, processes: Processes, **section: object) -> EngineVault:
    values = {"engine": "restic", "repository": "repository", "password_file": "keys/password", "sources": (DATA,), **section}
    return vault(house.root, BackupSection.model_validate(values), backup_means(processes), house.clock)


def test_a_file_that_restic_could_not_read_is_no_backup(house: House) -> None:
    """It keeps the snapshot then, and ends with 3."""
    script = 'case "$*" in *backup*) "$RESTIC" "$@"; echo "error: /x: permission denied" >&2; exit 3;; *) exec "$RESTIC" "$@";; esac'

    with pytest.raises(BackupError, match=r"could not be read whole: .*permission denied"):
        through(house, wrapper(house, script)).take("run", COMMIT)
    assert house.vault([DATA]).generations() == ()
    assert house.vault([DATA]).sweep() != ()
    assert snapshots(house) == []


@pytest.mark.parametrize(
    "script",
    ["exit 0", "echo '{}'", 'case "$*" in *backup*) exit 0;; *) exec "$RESTIC" "$@";; esac', "kill -9 $$", "echo restic 0.12.1"],
    ids=["silent", "nonsense", "silent backup", "killed", "too old"],
)
def test_a_restic_that_says_nothing_good_is_no_backup(house: House, script: str) -> None:
    with pytest.raises(BackupError):
        through(house, wrapper(house, script)).take("run", COMMIT)
    assert house.vault([DATA]).generations() == ()


def test_no_restic_no_backup(house: House) -> None:
    with pytest.raises(BackupError, match="restic is not on this machine") as refused:
        through(house, Processes(house.root, pinned={"restic": "absent"})).take("run", COMMIT)
    assert "apt-get install restic" in refused.value.hint


def test_what_did_not_change_is_not_read_again_and_what_did_is_new(house: House) -> None:
    (house.root / "data/large").write_bytes(random.Random(3).randbytes(3_000_000))
    first = house.vault([DATA]).take("one", COMMIT)
    (house.root / "data/readme.txt").write_text("new")
    second = house.vault([DATA]).take("two", COMMIT)

    assert first.size > 3_000_000
    assert second.size < 100_000
    house.vault([DATA]).restore(second.id, house.root / "back")
    assert (house.root / "back/data/readme.txt").read_text() == "new"


def test_the_check_of_every_part_finds_what_no_restore_of_the_newest_would(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depots, "TURNS", 2)
    house.vault([DATA]).take("one", COMMIT)
    before = set(repository(house).glob("data/*/*"))
    (house.root / "data/only once").write_bytes(os.urandom(200_000))
    house.vault([DATA]).take("two", COMMIT)
    (house.root / "data/only once").rename(house.root / "aside")
    (house.root / "data/another").write_bytes(os.urandom(200_000))
    largest = max(set(repository(house).glob("data/*/*")) - before, key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    replaced(largest, bytes(content))

    said = []
    for number in range(2):
        house.vault([DATA]).take(f"later{number}", COMMIT)
        said.append({f.rule for f in house.vault([DATA]).exposure()})

    assert "backup-rotten" in said[0] | said[1]
    assert said[1] == {"backup-rotten"}, "a good look at another part does not hide it"
    (house.root / "aside").rename(house.root / "data/only once")
    with pytest.raises(BackupError, match="did not come back as it went in"):  # restic takes the damaged copy for stored
        house.vault([DATA]).take("again", COMMIT)


# --- locks ---


@contextlib.contextmanager
def holding_a_lock(house: House) -> Iterator[subprocess.Popen[bytes]]:
    """A restic at work, with its lock in the repository."""
    (program,) = needs("restic")
    env = {"PATH": os.environ["PATH"], "RESTIC_REPOSITORY": str(repository(house)), "RESTIC_PASSWORD": PASSWORD}
    argv = [program, "--no-cache", "backup", "--stdin"]
    with subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + 30
        while not any(len(path.name) == 64 for path in (repository(house) / "locks").iterdir()):  # not yet moved into place
            assert time.monotonic() < until
            time.sleep(0.01)
        try:
            yield process
        finally:
            process.kill()
            if process.stdin is not None:
                process.stdin.close()


def two_of_which_one_goes(house: House) -> tuple[EngineVault, str]:
    vault = house.vault([DATA], last=1, ages=())
    first = vault.take("one", COMMIT)
    vault.take("two", COMMIT)
    for run in ("one", "two"):
        vault.close(run, passed=False)
    return vault, first.id


def test_the_lock_of_a_dead_restic_stops_nobody(house: House) -> None:
    vault, first = two_of_which_one_goes(house)
    with holding_a_lock(house) as process:
        process.kill()
        process.wait()
    with pytest.raises(subprocess.CalledProcessError):
        restic(repository(house), "prune")

    assert vault.prune(house.clock()) == (first,)
    assert list((repository(house) / "locks").iterdir()) == []


def test_the_lock_of_a_restic_that_nobody_buried_stops_nobody(house: House) -> None:
    """In a container without an init a killed process stays in the table for ever, and restic takes it for alive."""
    vault, first = two_of_which_one_goes(house)
    with holding_a_lock(house) as process:
        process.kill()
        while " Z " not in Path(f"/proc/{process.pid}/stat").read_text():
            time.sleep(0.01)
        with pytest.raises(subprocess.CalledProcessError):
            restic(repository(house), "prune")
        restic(repository(house), "unlock")
        assert list((repository(house) / "locks").iterdir())

        assert vault.prune(house.clock()) == (first,)
    assert list((repository(house) / "locks").iterdir()) == []


@pytest.mark.parametrize(
    ("lock", "dead"),
    [
        ({"hostname": "here", "pid": 1}, True),
        ({"hostname": "here", "pid": 2}, False),
        ({"hostname": "here", "pid": 3}, True),
        ({"hostname": "here", "pid": 4}, True),
        ({"hostname": "there", "pid": 1}, False),
    ],
    ids=["gone", "alive", "unburied", "another program by now", "on another machine"],
)
def test_a_lock_is_dead_only_when_its_process_is(tmp_path: Path, lock: dict[str, object], dead: bool) -> None:
    (tmp_path / "self").mkdir()
    for pid, text in ((2, "2 (restic) S 1"), (3, "3 (restic) Z 1"), (4, "4 (a) (sh) S 1")):
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "stat").write_text(text)

    assert dead_lock(json.dumps(lock).encode(), "here", tmp_path) is dead
    assert not dead_lock(json.dumps(lock).encode(), "here", tmp_path / "self")


def test_the_lock_of_a_living_restic_is_respected_and_the_next_prune_finishes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restic_depot, "LOCK_SECONDS", 1.0)
    vault, first = two_of_which_one_goes(house)
    with holding_a_lock(house), pytest.raises(BackupError, match="Somebody else is using"):
        vault.prune(house.clock())

    assert first not in {one.id for one in vault.generations()}
    vault.prune(house.clock())
    assert not any(f"generation:{first}" in one["tags"] for one in snapshots(house))
    assert vault.exposure() == ()


# --- passwords ---


def test_the_password_is_on_no_command_line(house: House) -> None:
    log = house.root / "seen"
    script = f'printf "%s\\n" "$@" >> {log}; exec "$RESTIC" "$@"'
    here = through(house, wrapper(house, script), keep={"last": 1, "ages": ()})
    taken = [here.take(run, COMMIT) for run in ("one", "two")]
    for run in ("one", "two"):
        here.close(run, passed=False)
    here.prune(house.clock())
    here.restore(taken[1].id, house.root / "back")

    seen = log.read_text()
    assert {"backup", "ls", "restore", "snapshots", "forget", "prune", "check"} <= set(seen.splitlines())
    assert "battery" not in seen
    assert PASSWORD not in repr(here.engine)


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [("", 0o600, "is empty"), ("\n", 0o600, "is empty"), (PASSWORD, 0o644, "Others can read the password"), (PASSWORD, 0o640, "Others can")],
    ids=["empty", "a line end", "for all", "for a group"],
)
def test_a_password_file_is_private_and_not_empty(house: House, content: str, mode: int, said: str) -> None:
    (house.root / "keys/password").write_text(content)
    (house.root / "keys/password").chmod(mode)

    with pytest.raises(BackupError, match=said):
        house.vault([DATA]).take("run", COMMIT)


def test_a_password_may_come_from_a_command_or_the_environment_and_not_from_nowhere(house: House) -> None:
    word = {"SECURE_RELEASE_RESTIC_PASSWORD": PASSWORD}
    values = {"engine": "restic", "repository": "repository", "sources": (DATA,)}
    by_command = BackupSection.model_validate({**values, "password_command": ["cat", str(house.root / "keys/password")]})
    by_word = BackupSection.model_validate(values)
    empty = BackupSection.model_validate({**values, "password_command": ["true"]})

    means = backup_means(Processes(house.root))
    vault(house.root, by_command, means, house.clock).take("one", COMMIT)
    vault(house.root, by_word, replace(means, environment=word), house.clock).take("two", COMMIT)
    for section in (by_word, empty):
        with pytest.raises(BackupError, match="password"):
            vault(house.root, section, means, house.clock).take("three", COMMIT)
    assert len(house.vault([DATA]).generations()) == 2


# --- what others put there ---


ROOT_ENTRIES = (("/s", "dir"), ("/s/data", "dir"), ("/w", "dir"), ("/w/m", "file"))
HOSTILE: dict[str, tuple[tuple[str, str], ...]] = {
    "device": (*ROOT_ENTRIES, ("/s/data/tty", "chardev")),
    "socket": (*ROOT_ENTRIES, ("/s/data/x", "socket")),
    "beside": (*ROOT_ENTRIES, ("/etc", "dir"), ("/etc/passwd", "file")),
    "dots": (*ROOT_ENTRIES, ("/s/data/..", "dir"), ("/s/data/../x", "file")),
    "link as the tree": (("/s", "dir"), ("/s/data", "symlink"), ("/w", "dir"), ("/w/m", "file")),
    "link above the tree": (("/s", "symlink"), ("/s/data", "dir"), ("/w", "dir"), ("/w/m", "file")),
    "link as the manifest": (("/s", "dir"), ("/s/data", "dir"), ("/w", "dir"), ("/w/m", "symlink")),
    "no manifest": (("/s", "dir"), ("/s/data", "dir")),
    "through a link": (*ROOT_ENTRIES, ("/s/data/l", "symlink"), ("/s/data/l/x", "file")),
    "twice": (*ROOT_ENTRIES, ("/s/data/l", "symlink"), ("/s/data/l", "dir")),
}


@pytest.mark.parametrize("entries", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_snapshot_is_not_restored(entries: tuple[tuple[str, str], ...]) -> None:
    restic_listing.judge(Listing("id", (), ROOT_ENTRIES), b"/s/data", b"/w/m")
    with pytest.raises(BackupError, match="not restored"):
        restic_listing.judge(Listing("id", (), entries), b"/s/data", b"/w/m")


def test_another_snapshot_in_the_place_of_ours_is_refused_and_writes_nothing_outside(house: House) -> None:
    """Somebody with the password, and with access to the folder: the ledger and the list of the snapshot still say no."""
    victim = house.root / "victim"
    victim.mkdir()
    (house.root / "evil").symlink_to(victim)
    here = house.vault([DATA])
    taken = here.take("run", COMMIT)
    restic(repository(house), "backup", "--tag", "evil", str(house.root / "evil"), str(house.root / "keys"))
    evil = next(one["id"] for one in snapshots(house) if "evil" in (one.get("tags") or ()))
    folder = house.repository / "generations" / taken.id
    pointer = folder / "data.restic.json"
    true = next(one["id"] for one in snapshots(house) if one.get("tags") and "evil" not in one["tags"])
    pointer.write_text(pointer.read_text().replace(true, evil))
    (house.root / "into").mkdir()

    with pytest.raises(BackupError, match="not restored"):
        here.engine.fetch("data", folder, house.root / "into", Unlock(()))
    with pytest.raises(BackupError, match="was changed after it was stored"):
        here.restore(taken.id, house.root / "back")
    assert list((house.root / "into").iterdir()) == []
    assert list(victim.iterdir()) == []
    assert not (house.root / "back").exists()


def test_who_can_write_to_the_repository_is_a_finding(house: House) -> None:
    house.vault([DATA]).take("run", COMMIT)
    (repository(house) / "data").chmod(0o755)

    assert {f.rule for f in house.vault([DATA]).exposure()} == {"backup-readable"}


# --- another machine ---


@contextlib.contextmanager
def rest_server(folder: Path, *words: str) -> Iterator[str]:
    """A REST server on loopback."""
    (rclone,) = needs("rest-server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [rclone, "serve", "restic", "--addr", f"127.0.0.1:{port}", "--user", "me", "--pass", "secret", *words, str(folder)]
    env = {"PATH": os.environ["PATH"], "RCLONE_CONFIG": "/dev/null"}
    with subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert time.monotonic() < until
            time.sleep(0.05)
        try:
            yield f"rest:http://me:secret@127.0.0.1:{port}/"
        finally:
            process.kill()


def remote(house: House, address: str, **keep: object) -> EngineVault:
    return through(house, Processes(house.root), repository=address, ledger="state", keep={"last": 1, "ages": (), **keep})


def test_a_repository_behind_a_server_is_kept_like_one_here(house: House, tmp_path: Path) -> None:
    served = tmp_path / "served"
    shutil.copytree(repository(house), served)
    with rest_server(served) as address:
        here = remote(house, address)
        taken = [here.take(run, COMMIT) for run in ("one", "two")]
        for run in ("one", "two"):
            here.close(run, passed=False)
        assert here.prune(house.clock()) == (taken[0].id,)
        here.restore(taken[1].id, house.root / "back")
        assert (house.root / "back/data/readme.txt").read_text() == "hello"
        assert here.exposure() == ()
    with pytest.raises(BackupError) as refused:
        here.generations()
    assert "secret" not in str(refused.value)
    assert (house.root / "state").stat().st_mode & 0o077 == 0


def test_a_server_that_only_takes_more_keeps_all_and_says_so(house: House, tmp_path: Path) -> None:
    served = tmp_path / "served"
    shutil.copytree(repository(house), served)
    with rest_server(served, "--append-only") as address:
        here = remote(house, address, prune=False)
        taken = [here.take(run, COMMIT) for run in ("one", "two")]
        for run in ("one", "two"):
            here.close(run, passed=False)
        assert here.prune(house.clock()) == ()
        assert {one.id for one in here.generations()} == {one.id for one in taken}
    assert len(list((served / "snapshots").iterdir())) == 2


@pytest.mark.slow  # restic asks such a server again and again before it gives up
def test_who_prunes_at_a_server_that_only_takes_more_hears_what_to_set(house: House, tmp_path: Path) -> None:
    served = tmp_path / "served"
    shutil.copytree(repository(house), served)
    with rest_server(served, "--append-only") as address:
        here = remote(house, address)
        for run in ("one", "two"):
            here.take(run, COMMIT)
            here.close(run, passed=False)
        with pytest.raises(BackupError, match="403") as refused:
            here.prune(house.clock())
    assert "backup.keep.prune: false" in refused.value.hint
    assert "goroutine" not in str(refused.value)
    assert len(str(refused.value)) < 1000
    assert len(list((served / "snapshots").iterdir())) == 2


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"repository": "s3:bucket"}, "needs `engine: restic`"),
        ({"engine": "restic", "repository": "ftp:there"}, "is not known"),
    ],
    ids=["archive", "unknown"],
)
def test_a_repository_that_an_engine_can_not_have_is_a_mistake_in_the_configuration(values: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        BackupSection.model_validate(values)


def test_a_check_that_gave_no_answer_is_made_again_first(house: House) -> None:
    """A server that was away for a moment must not stand against ten releases."""
    log = house.root / "seen"
    away = f'case "$*" in *"check "*) printf "%s\\n" "$*" >> {log}; if [ ! -e {house.root}/back-again ]; then exit 1; fi;; esac'
    here = through(house, wrapper(house, f'{away}; exec "$RESTIC" "$@"'))
    here.take("one", COMMIT)
    assert {f.rule for f in here.exposure()} == {"backup-rotten"}
    (house.root / "back-again").touch()

    here.take("two", COMMIT)

    assert here.exposure() == ()
    assert len(set(log.read_text().splitlines())) == 1, "the same part, again"
