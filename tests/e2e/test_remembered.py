"""What earlier scans said, in the hands of somebody who writes into it: a hole is never remembered away."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from secure_release.checks.memory import NOT_ITS_BUSINESS, NOTHING
from secure_release.pipeline.adapters.memory import MemoryFile

from .shop import Ended, Shop
from .small import copy_of, make_small

HOLE = "import subprocess\n\n\ndef go(x: str) -> None:\n    subprocess.call(x, shell=True)\n"
KEY = "the gate's own"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make_small(tmp_path_factory.mktemp("remembered"))


@pytest.fixture
def holed(published: Shop, tmp_path: Path) -> Shop:
    """A change with a hole, which a first scan has refused."""
    small = copy_of(published, tmp_path)
    small.write("app/hole.py", HOLE)
    small.commit()
    assert scanned(small).code == 10
    return small


def scanned(small: Shop, key: str = KEY, ci: str = "") -> Ended:
    return small.run("scan", env={"SECURE_RELEASE_CACHE_KEY": key, "CI": ci})


def poisoned(small: Shop, said: bytes, key: str) -> None:
    """Every entry says what suits the change, under a seal of the attacker's own."""
    path = small.root / ".secure-release" / "cache.sqlite"
    with closing(sqlite3.connect(path)) as database:
        keys = [key for (key,) in database.execute("SELECT key FROM said")]
    assert len(keys) >= 2
    MemoryFile(path, hashlib.sha256(key.encode()).digest(), date.today()).keep(dict.fromkeys(keys, said))


@pytest.mark.parametrize("said", [NOTHING, NOT_ITS_BUSINESS, b"[]", b"\0"])
def test_entries_under_another_seal_are_not_believed(holed: Shop, said: bytes) -> None:
    poisoned(holed, said, "the attacker's")

    ended = scanned(holed)

    assert ended.code == 10, ended
    assert "app/hole.py:5" in ended.out


def test_in_ci_nothing_is_believed_without_a_key(holed: Shop) -> None:
    """The machine's own key lies where the change's code can read it."""
    assert scanned(holed, key="").code == 10  # writes entries under the key of this machine
    poisoned(holed, NOTHING, KEY)

    assert scanned(holed, key="", ci="true").code == 10


def test_the_test_can_tell(holed: Shop) -> None:
    """With the key itself anybody is believed: that is what the key is for, and that the tests above reach the entries."""
    poisoned(holed, NOTHING, KEY)

    assert scanned(holed).code == 0


def test_a_cache_that_the_change_brings_is_refused(holed: Shop) -> None:
    holed.git("add", "-f", ".secure-release/cache.sqlite")
    holed.git("commit", "-qm", "a cache of ours")

    ended = scanned(holed)

    assert ended.code == 2, ended
    assert ".secure-release is committed" in ended.err
