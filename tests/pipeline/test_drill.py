"""A drill finds what would not come back, raises no false alarm, and leaves nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from secure_release.pipeline.backups import keys, sealing
from secure_release.pipeline.backups.keys import Lock
from secure_release.pipeline.keeping import BackupError

from .vaults import House


def house_with_one(tmp_path: Path) -> tuple[House, str]:
    house = House(tmp_path / "house")
    house.fill()
    return house, house.vault().take("run", "c" * 40).id


def test_a_good_generation_drills_clean_again_and_again(tmp_path: Path) -> None:
    house, id = house_with_one(tmp_path)
    vault = house.vault()

    drills = [vault.drill(id) for _ in range(5)]

    assert all(drill.passed and drill.differences == () and drill.seconds > 0 for drill in drills)
    assert house.left_over() == []
    assert vault.generations()[0].drill == drills[-1]


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def replaced(folder: Path, house: House) -> None:
    """Somebody who knows the public key puts another, well-formed archive in its place."""
    public = keys.owners((), house.root / "keys/recipients.txt")
    (folder / "data.tar.zst.age").unlink()
    sealing.seal_bytes(b"\0" * 1024, folder / "data.tar.zst.age", Lock(public))


FAULTS: dict[str, tuple[Callable[[Path, House], object], str]] = {
    "a bit of an archive": (lambda f, h: flipped(f / "data.tar.zst.age"), "was changed after it was stored"),
    "a bit of a manifest": (lambda f, h: flipped(f / "db.manifest.zst.age"), "was changed after it was stored"),
    "an archive gone": (lambda f, h: (f / "db.tar.zst.age").unlink(), "No such file"),
    "a manifest gone": (lambda f, h: (f / "data.manifest.zst.age").unlink(), "No such file"),
    "cut short": (lambda f, h: os.truncate(f / "data.tar.zst.age", 300), "was changed after it was stored"),
    "another archive": (replaced, "was changed after it was stored"),
    "a file added": (lambda f, h: (f / "extra").touch(), "was not put there by a backup"),
}


@pytest.mark.parametrize(("damage", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_damage_in_the_repository_is_found_and_no_longer_counts(
    tmp_path: Path, damage: Callable[[Path, House], object], said: str
) -> None:
    house, id = house_with_one(tmp_path)
    damage(house.repository / "generations" / id, house)

    drill = house.vault().drill(id)

    assert not drill.passed
    assert said in " ".join(drill.differences)
    assert house.vault().generations() == ()
    assert {f.rule for f in house.vault().exposure()} & {"backup-damaged", "backup-vanished"}
    assert house.left_over() == []
    with pytest.raises(BackupError):
        house.vault().restore(id, house.root / "back")
    assert not (house.root / "back").exists()


def test_another_key_is_no_key(tmp_path: Path) -> None:
    house, id = house_with_one(tmp_path)
    (house.root / "keys/identity.txt").unlink()
    (house.root / "keys/recipients.txt").rename(house.root / "keys/old.txt")
    keys.make_pair(house.root / "other")
    (house.root / "other/identity.txt").rename(house.identity)

    assert "can't be decrypted" in " ".join(house.vault().drill(id).differences)


def test_without_a_key_the_drill_says_how_to_give_one(tmp_path: Path) -> None:
    house, id = house_with_one(tmp_path)

    with pytest.raises(BackupError) as refused:
        house.vault(identity=False).drill(id)
    assert "SECURE_RELEASE_IDENTITY" in refused.value.hint


def test_an_unknown_generation_is_said_to_be(tmp_path: Path) -> None:
    house, _ = house_with_one(tmp_path)

    with pytest.raises(BackupError, match="no generation 99"):
        house.vault().drill("99-nothing")


@pytest.mark.slow
def test_a_hundred_drills_raise_no_false_alarm(tmp_path: Path) -> None:
    house, id = house_with_one(tmp_path)

    assert all(house.vault().drill(id).passed for _ in range(100))
