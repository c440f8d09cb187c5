"""The vault keeps what it says it keeps: through kills, flips, full disks, wrong clocks and rollbacks."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.backups import keys, putback
from secure_release.pipeline.backups.exchange import exchange
from secure_release.pipeline.backups.ledger import Ledger
from secure_release.pipeline.backups.vault import vault
from secure_release.pipeline.config import BackupSection
from secure_release.pipeline.keeping import BackupError, Restored
from secure_release.pipeline.source_config import SourceSection
from secure_release.pipeline.wiring import backup_means

from .engine_contract import items, killed
from .vaults import COMMIT, DATA, DATABASE, House, count, database

BACK = [
    SourceSection(name="data", type="path", path="data", on_rollback="always"),
    SourceSection(name="db", type="sqlite", path="app.db", on_rollback="if-unchanged"),
]


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "house")
    house.fill()
    return house


def insert(path: Path, what: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO orders (what) VALUES (?)", (what,))
        db.commit()


# --- taking ---


def test_a_generation_is_complete_drilled_and_restorable(house: House) -> None:
    vault = house.vault()

    taken = vault.take("run", COMMIT)
    vault.restore(taken.id, house.root / "back")

    assert taken.drill is not None and taken.drill.passed
    assert (taken.sequence, taken.run, taken.commit, taken.engine) == (1, "run", COMMIT, "archive")
    assert [(t.source, t.type, t.items) for t in taken.taken] == [("data", "path", 2), ("db", "sqlite", 50)]
    assert items(house.root / "back/data") == items(house.root / "data")
    assert count(house.root / "back/db/app.db") == 50
    assert vault.generations() == (taken,)
    assert house.left_over() == []


def test_sequence_numbers_grow_whatever_the_clock_does(house: House) -> None:
    vault = house.vault()
    taken = [vault.take("one", COMMIT)]
    house.clock.at -= timedelta(days=400)
    taken.append(vault.take("two", COMMIT))

    assert [g.sequence for g in taken] == [1, 2]
    assert [g.id for g in vault.generations()] == [g.id for g in taken]


def test_nothing_of_the_data_lies_readable_in_the_repository(house: House) -> None:
    (house.root / "data/secret-name.txt").write_text("secret-content " * 100)
    house.vault().take("run", COMMIT)

    everything = [path for path in house.repository.rglob("*") if path.is_file()]
    assert everything
    assert not [path for path in everything if b"secret-" in path.read_bytes()]
    assert not [path for path in house.repository.rglob("*") if path.lstat().st_mode & 0o077]
    assert house.vault().exposure() == ()


def test_a_wide_umask_opens_nothing(house: House) -> None:
    before = os.umask(0)
    try:
        house.vault().take("run", COMMIT)
    finally:
        os.umask(before)

    assert not [path for path in (house.repository, *house.repository.rglob("*")) if path.lstat().st_mode & 0o077]


def test_one_bad_source_and_there_is_no_generation_at_all(house: House) -> None:
    (house.root / "app.db").unlink()

    with pytest.raises(BackupError, match="is missing"):
        house.vault().take("run", COMMIT)
    assert house.vault().generations() == ()
    assert list((house.repository / "generations").iterdir()) == []
    assert house.left_over() == []


@pytest.mark.parametrize(
    ("recipients", "said"),
    [
        ((), "No key to encrypt"),
        (("age1nonsense",), "is no age public key"),
        ((f"{'AGE-SECRET-KEY-1'}XYZ",), "A secret key stands where"),
    ],
    ids=["no key", "no age key", "the secret key"],
)
def test_without_a_key_of_the_owner_there_is_no_backup(house: House, recipients: tuple[str, ...], said: str) -> None:
    section = BackupSection(repository="repository", recipients=recipients, sources=(DATA,))

    with pytest.raises(BackupError, match=said) as refused:
        vault(house.root, section, backup_means(Processes(house.root)), house.clock).take("run", COMMIT)
    assert "backup-key" in refused.value.hint or "new pair" in refused.value.hint


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    secret, _ = keys.make_pair(tmp_path)
    before = secret.read_bytes()

    with pytest.raises(BackupError, match="is there already"):
        keys.make_pair(tmp_path)
    assert secret.read_bytes() == before
    assert secret.stat().st_mode & 0o777 == 0o600


def test_a_disk_too_small_for_the_drill_is_said_before_anything_is_written(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("U", (), {"free": 10})())

    with pytest.raises(BackupError, match="has 10 bytes left"):
        house.vault().take("run", COMMIT)


# --- pruning ---


def test_prune_keeps_the_last_the_pinned_and_the_promised(house: House) -> None:
    vault = house.vault(last=1, ages=("1d",))
    taken = []
    for number in range(5):
        taken.append(vault.take(f"run{number}", COMMIT))
        vault.close(f"run{number}", passed=number == 1)
        house.clock.at += timedelta(hours=10)
    vault.pin(taken[2].id, "I need it")

    pruned = vault.prune(house.clock())

    kept = {g.id: g.pinned for g in vault.generations()}
    assert kept[taken[1].id] == ("last release",)
    assert kept[taken[2].id] == ("I need it",)
    assert taken[4].id in kept
    assert set(pruned) == {g.id for g in taken} - set(kept)
    assert taken[0].id in pruned
    assert sorted(p.name for p in (house.repository / "generations").iterdir()) == sorted(kept)


def test_an_open_release_keeps_its_generation(house: House) -> None:
    vault = house.vault(last=1, ages=())
    first = vault.take("open", COMMIT)
    vault.take("later", COMMIT)
    vault.take("latest", COMMIT)

    assert vault.prune(house.clock()) == ()
    assert first.pinned == ("open release open",)
    vault.close("open", passed=False)
    assert vault.prune(house.clock()) == (first.id,)


def test_a_release_that_nobody_closed_is_closed_after_a_month(house: House) -> None:
    vault = house.vault(BACK, last=1, ages=())
    first = vault.take("forgotten", COMMIT)
    house.clock.at += timedelta(days=31)
    second = vault.take("later", COMMIT)

    assert vault.prune(house.clock()) == (first.id,)
    assert [p.name for p in (house.repository / "pending").iterdir()] == [second.id]


def test_the_pin_of_the_last_release_moves(house: House) -> None:
    vault = house.vault()
    first, second = vault.take("one", COMMIT), vault.take("two", COMMIT)
    vault.close("one", passed=True)
    vault.pin(second.id, "last release")

    assert [g.pinned for g in vault.generations()] == [(), ("last release", "open release two")]
    assert first.id != second.id


def test_nothing_is_pruned_while_the_clock_is_behind_the_ledger(house: House) -> None:
    vault = house.vault(last=1, ages=())
    for number in range(3):
        vault.take(f"run{number}", COMMIT)
        vault.close(f"run{number}", passed=False)
    earlier = house.clock.at - timedelta(days=2)

    assert "the clock went back" in vault.prune_held(earlier)
    assert vault.prune(earlier) == ()
    assert vault.prune_held(house.clock()) == ""
    assert len(vault.prune(house.clock())) == 2


# --- damage ---


def test_a_generation_that_vanished_is_a_finding_until_it_is_accepted(house: House) -> None:
    vault = house.vault()
    taken = vault.take("run", COMMIT)
    for path in (house.repository / "generations" / taken.id).iterdir():
        path.unlink()

    assert [(f.rule, f.severity) for f in vault.exposure()] == [("backup-vanished", "high")]
    assert vault.generations() == ()
    assert vault.promises(house.clock())[0].holds_from is None
    vault.forget(taken.id, "the disk died")
    assert vault.exposure() == ()


def test_a_ledger_that_is_gone_is_not_started_anew(house: House) -> None:
    house.vault().take("run", COMMIT)
    (house.repository / "ledger.jsonl").unlink()

    with pytest.raises(BackupError, match="is gone, but there are generations"):
        house.vault().generations()


def test_a_generation_without_its_ledger_line_is_taken_up_again(house: House) -> None:
    """Killed between the rename that publishes and the line that records; or the line's tail was lost."""
    taken = house.vault().take("run", COMMIT)
    ledger = house.repository / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes()[:-30])

    assert house.vault().sweep() == (f"the ledger line of {taken.id}",)
    assert house.vault().generations() == (taken,)


# --- restoring and putting back ---


def test_put_back_brings_the_old_data_and_keeps_the_new_aside(house: House) -> None:
    vault = house.vault(BACK, identity=False)  # the machine that deploys has no key
    before = items(house.root / "data")
    taken = vault.take("run", COMMIT)
    (house.root / "data/shell.php").write_text("evil")
    (house.root / "data/readme.txt").unlink()
    insert(house.root / "app.db", "by the migration")
    vault.mark(taken.id)

    said = vault.put_back(taken.id, [("data", "always"), ("db", "if-unchanged")])

    assert [(r.source, r.done) for r in said] == [("data", True), ("db", True)]
    assert items(house.root / "data") == before
    assert count(house.root / "app.db") == 50
    assert (Path(said[0].kept_aside) / "shell.php").read_text() == "evil"
    assert count(Path(said[1].kept_aside)) == 51
    assert (house.root / "app.db").stat().st_mode == Path(said[1].kept_aside).stat().st_mode
    again = vault.put_back(taken.id, [("data", "always"), ("db", "if-unchanged")])
    assert ["nothing to do" in r.said for r in again] == [True, True]


def putback_by_renames(first: Path, second: Path) -> bool:
    """A file system that can't exchange."""
    return False


def put_back_db(house: House, wish: str, mark: bool, late: bool) -> Restored:
    source = SourceSection(name="db", type="sqlite", path="app.db", on_rollback="always")
    vault = house.vault([source])
    taken = vault.take("run", COMMIT)
    insert(house.root / "app.db", "by the migration")
    if mark:
        vault.mark(taken.id)
    if late:
        insert(house.root / "app.db", "by a user")
    return vault.put_back(taken.id, [("db", wish)])[0]  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("wish", "mark", "late", "rows"),
    [
        ("if-unchanged", True, False, 50),
        ("if-unchanged", True, True, 52),
        ("if-unchanged", False, False, 51),
        ("always", True, True, 50),
        ("never", True, False, 51),
    ],
    ids=["only the release wrote", "users wrote", "nobody knows who wrote", "always", "never"],
)
def test_data_goes_back_by_its_policy(house: House, wish: str, mark: bool, late: bool, rows: int) -> None:
    said = put_back_db(house, wish, mark, late)

    assert count(house.root / "app.db") == rows
    assert said.done is (rows == 50)
    assert said.done or "did not go back" in said.said


def test_a_database_that_is_gone_or_broken_comes_back_with_always(house: House) -> None:
    vault = house.vault([SourceSection(name="db", type="sqlite", path="app.db", on_rollback="always")])
    taken = vault.take("run", COMMIT)
    (house.root / "app.db").write_bytes(b"garbage" * 1000)
    assert vault.put_back(taken.id, [("db", "always")])[0].done
    assert count(house.root / "app.db") == 50
    (house.root / "app.db").unlink()
    assert vault.put_back(taken.id, [("db", "always")])[0].done
    assert count(house.root / "app.db") == 50


def test_a_log_of_the_old_database_never_meets_the_new_one(house: House) -> None:
    """The application still has it open, with committed rows in the log alone."""
    vault = house.vault([SourceSection(name="db", type="sqlite", path="app.db", on_rollback="always")])
    taken = vault.take("run", COMMIT)
    with closing(sqlite3.connect(house.root / "app.db")) as application:
        application.execute("PRAGMA wal_autocheckpoint=0")
        application.execute("INSERT INTO orders (what) VALUES ('new')")
        application.commit()
        said = vault.put_back(taken.id, [("db", "always")])[0]
    assert said.done, said.said
    assert count(house.root / "app.db") == 50
    assert count(Path(said.kept_aside)) == 51


def test_after_the_close_the_plain_copy_is_gone_and_a_put_back_needs_the_key(house: House) -> None:
    vault = house.vault(BACK, identity=False)
    taken = vault.take("run", COMMIT)
    assert (house.repository / "pending" / taken.id / "data/readme.txt").exists()
    assert (house.repository / "pending" / taken.id).stat().st_mode & 0o777 == 0o700
    vault.close("run", passed=True)
    vault.close("run", passed=True)
    assert house.left_over() == []

    (house.root / "data/readme.txt").write_text("new")
    said = vault.put_back(taken.id, [("data", "always")])[0]
    assert not said.done
    assert "SECURE_RELEASE_IDENTITY" in said.said
    assert house.vault(BACK).put_back(taken.id, [("data", "always")])[0].done
    assert (house.root / "data/readme.txt").read_text() == "hello"


def test_no_plain_copy_is_kept_where_nothing_ever_goes_back(house: House) -> None:
    house.vault([DATA, DATABASE]).take("run", COMMIT)

    assert list((house.repository / "pending").iterdir()) == []


def test_a_plain_copy_that_was_changed_is_not_put_back(house: House) -> None:
    vault = house.vault(BACK)
    taken = vault.take("run", COMMIT)
    (house.repository / "pending" / taken.id / "data/readme.txt").write_text("planted")
    (house.root / "data/readme.txt").write_text("new")

    said = vault.put_back(taken.id, [("data", "always")])[0]

    assert not said.done
    assert (house.root / "data/readme.txt").read_text() == "new"
    vault.sweep()
    assert list(house.root.glob(".*staged*")) == []


def test_without_exchange_two_renames_do(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(putback, "exchange", putback_by_renames)
    vault = house.vault(BACK)
    taken = vault.take("run", COMMIT)
    (house.root / "data/readme.txt").write_text("new")

    said = vault.put_back(taken.id, [("data", "always")])[0]

    assert (house.root / "data/readme.txt").read_text() == "hello"
    assert (Path(said.kept_aside) / "readme.txt").read_text() == "new"


@pytest.mark.parametrize("renames", [False, True], ids=["exchange", "two renames"])
@pytest.mark.parametrize("stop", range(7))
def test_a_put_back_cut_off_at_any_step_is_finished_by_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch, stop: int, renames: bool
) -> None:
    """Every rename and every ledger line of the swap is a place to die."""
    vault = house.vault([SourceSection(name="db", type="sqlite", path="app.db", on_rollback="always")])
    taken = vault.take("run", COMMIT)
    insert(house.root / "app.db", "earlier")
    assert vault.put_back(taken.id, [("db", "always")])[0].done  # what a finished swap left must not mislead the next
    insert(house.root / "app.db", "new")
    if renames:
        monkeypatch.setattr(putback, "exchange", putback_by_renames)

    class Died(BaseException):
        pass

    steps = [0]
    real_rename, real_append, real_exchange = Path.rename, Ledger.append, exchange if not renames else putback_by_renames

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: object) -> Any:
            steps[0] += 1
            if steps[0] == stop + 1:
                raise Died
            return real(*args)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", dying(real_rename))
        patch.setattr(Ledger, "append", dying(real_append))
        patch.setattr(putback, "exchange", dying(real_exchange))
        with contextlib.suppress(Died):
            vault.put_back(taken.id, [("db", "always")])

    house.vault([SourceSection(name="db", type="sqlite", path="app.db", on_rollback="always")]).sweep()
    said = vault.put_back(taken.id, [("db", "always")])[0]

    assert said.done, said.said
    assert count(house.root / "app.db") == 50
    asides = [p for p in house.root.glob("app.db.replaced-*") if not p.name.endswith(("-wal", "-shm"))]
    assert [count(aside) for aside in asides] == [51, 51]
    vault.sweep()
    vault.close("run", passed=False)
    assert house.left_over() == []


@pytest.mark.parametrize(("wish", "rows"), [("always", 50), ("if-unchanged", 51)])
def test_what_was_written_after_a_put_back_was_cut_off_is_not_called_restored(
    house: House, monkeypatch: pytest.MonkeyPatch, wish: Literal["always", "if-unchanged"], rows: int
) -> None:
    """The data stood again, nobody had said so, and the new version was still running."""
    vault = house.vault(BACK)
    taken = vault.take("run", COMMIT)
    insert(house.root / "app.db", "by the migration")
    vault.mark(taken.id)

    class Died(BaseException):
        pass

    append = Ledger.append

    def dying(ledger: Ledger, kind: str, data: dict[str, object]) -> Any:
        if kind == "swapped":
            raise Died
        return append(ledger, kind, data)

    with monkeypatch.context() as patch, contextlib.suppress(Died):
        patch.setattr(Ledger, "append", dying)
        vault.put_back(taken.id, [("db", wish)])
    assert count(house.root / "app.db") == 50
    insert(house.root / "app.db", "by the new version")

    (said,) = vault.put_back(taken.id, [("db", wish)])

    assert count(house.root / "app.db") == rows
    assert said.done is (rows == 50)
    assert said.done or "was written to before the rollback that was cut off went on" in said.said


def test_kills_during_a_put_back_leave_the_old_or_the_new_and_the_next_finishes(house: House) -> None:
    vault = house.vault([SourceSection(name=s.name, type=s.type, path=s.path, on_rollback="always") for s in (DATA, DATABASE)])
    before = items(house.root / "data")
    taken = vault.take("run", COMMIT)
    chance = random.Random()
    for number in range(4):
        (house.root / "data/new").write_text(str(number))
        insert(house.root / "app.db", "new")
        killed(house, "put_back", number, chance.uniform(0, 0.1), GENERATION=taken.id)
        assert (house.root / "data/uploads/a.bin").exists()
        assert count(house.root / "app.db") in (50, 51)
        said = vault.put_back(taken.id, [("data", "always"), ("db", "always")])
        assert [r.done for r in said] == [True, True], said
        assert items(house.root / "data") == before
        assert count(house.root / "app.db") == 50
    vault.close("run", passed=False)
    assert house.left_over() == []


def test_a_large_tree_takes_bounded_memory(house: House) -> None:
    """100 MB through a process that may not use 60 MB more than it starts with."""
    with (house.root / "data/large").open("wb") as file:
        for _ in range(100):
            file.write(os.urandom(1 << 20))
    script = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from tests.pipeline.vaults import DATA, House\n"
        "house = House(Path(sys.argv[1]))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "house.vault([DATA]).take('run', 'c' * 40)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    here = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), *filter(None, sys.path)])}
    ended = subprocess.run(
        [sys.executable, "-c", script, str(house.root)], cwd=here, env=env, capture_output=True, text=True, check=True
    )

    assert int(ended.stdout) < 60_000


def test_rows_of_another_database_are_another_write_mark(tmp_path: Path) -> None:
    for name, rows in (("a", 3), ("b", 4)):
        database(tmp_path / name, rows)

    marks = {House(tmp_path).vault([SourceSection(name=n, type="sqlite", path=n)]).sources[0].current_mark(tmp_path) for n in "ab"}
    assert len(marks) == 2
