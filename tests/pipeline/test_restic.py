"""restic as an engine: what the contract asks, and the traps of restic that it must not fall into."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from secure_release.pipeline.backups.manifest import digest
from tests.require import needs

from .engine_contract import EngineContract, items, replaced
from .hostile_restic import Node, Repository
from .quick_key import quicken
from .vaults import House, nasty_tree

PASSWORD = "correct horse battery staple"


@functools.cache
def empty_repository() -> Path:
    """Made once: restic takes seconds to choose how slow its key shall be."""
    place = Path(tempfile.mkdtemp(prefix="restic-template-")) / "restic"
    restic(place, "init")
    quicken(place, PASSWORD)
    return place


def restic(repository: Path, *words: str, password: str = PASSWORD) -> bytes:
    """As a stranger with the password would."""
    (program,) = needs("restic")
    env = {"PATH": os.environ["PATH"], "RESTIC_REPOSITORY": str(repository), "RESTIC_PASSWORD": password}
    return subprocess.run([program, "--no-cache", *words], env=env, check=True, stdout=subprocess.PIPE).stdout


def quick_house(root: Path) -> House:
    needs("restic")
    house = House(root, engine="restic")
    house.repository.mkdir(mode=0o700)
    shutil.copytree(empty_repository(), house.repository / "restic")
    return house


class TestRestic(EngineContract):
    def make(self, root: Path) -> House:
        return quick_house(root)

    def files(self, house: House) -> Mapping[str, Sequence[Path]]:
        generations, repository = house.repository / "generations", house.repository / "restic"
        return {
            "data": sorted(path for path in repository.glob("data/*/*")),
            "index": sorted(repository.glob("index/*")),
            "snapshot": sorted(repository.glob("snapshots/*")),
            "key": sorted(repository.glob("keys/*")),
            "config": [repository / "config"],
            "pointer": sorted(generations.glob("*/*.restic.json")),
            "record": sorted(generations.glob("*/generation.json")),
            "ledger": [house.repository / "ledger.jsonl"],
        }

    def vanish(self, house: House, id: str) -> None:
        restic(house.repository / "restic", "forget", "--tag", f"generation:{id}", *self._ids(house, id))

    def _ids(self, house: House, id: str) -> list[str]:
        return [str(one["id"]) for one in snapshots(house) if f"generation:{id}" in one["tags"]]

    def another_key(self, house: House) -> None:
        (house.root / "keys/password").write_text("another one")

    @pytest.mark.slow
    def test_kills_at_random_moments_lose_nothing_and_need_no_hand(self, house: House) -> None:
        super().test_kills_at_random_moments_lose_nothing_and_need_no_hand(house)

    def plant(self, house: House, id: str, what: str) -> None:
        file = house.repository / "generations" / id / "data.restic.json"
        pointer = json.loads(file.read_bytes())
        root, note = (os.fsdecode(bytes.fromhex(pointer[name])) for name in ("root", "manifest"))
        victim = str(house.root / "victim")
        nodes = {
            "good": (Node("readme.txt", "file", b"planted"),),
            "dots": (Node("..", "dir", (Node("victim", "dir", (Node("planted", "file", b"x"),)),)),),
            "absolute": (Node(f"{victim}/planted", "file", b"x"),),
            "through a link": (Node("l", "symlink", victim), Node("l", "dir", (Node("planted", "file", b"x"),))),
            "a file over a link": (Node("l", "symlink", f"{victim}/planted"), Node("l", "file", b"x")),
            "a device": (Node("tty", "chardev"),),
        }
        tree = below(root, Node(Path(root).name, "dir", nodes[what]), below(note, Node(Path(note).name, "file", b"{}"), ()))
        place = house.repository / "restic"
        pointer["snapshot"] = Repository(place, PASSWORD).snapshot(tree, (f"generation:{id}",))
        restic(place, "rebuild-index")
        replaced(file, json.dumps(pointer).encode())

    def stored(self, house: House) -> frozenset[str]:
        tags = [tag for one in snapshots(house) for tag in one["tags"]]
        return frozenset(tag.removeprefix("generation:") for tag in tags if tag.startswith("generation:"))


def below(path: str, node: Node, beside: Sequence[Node]) -> tuple[Node, ...]:
    """The node in all the folders above it, among what else is there."""
    first, *above = Path(path).parts[1:]
    if not above:
        return (*beside, node)
    there = next((each for each in beside if each.name == first), Node(first, "dir", ()))
    assert not isinstance(there.inside, (bytes, str))
    rest = tuple(each for each in beside if each.name != first)
    return (*rest, Node(first, "dir", below(f"/{'/'.join(above)}", node, there.inside)))


def snapshots(house: House) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(restic(house.repository / "restic", "snapshots", "--json", "--no-lock")) or []
    return found


def test_the_whole_tree_comes_back_by_hand(tmp_path: Path) -> None:
    """docs/restic.md, as it stands there."""
    house = quick_house(tmp_path / "house")
    house.fill()
    nasty_tree(house.root / "data/nasty")
    vault = house.vault()
    taken, _ = vault.take("run", "c" * 40), vault.take("later", "c" * 40)
    page = Path(__file__).parents[2].joinpath("docs/restic.md").read_text()
    commands = page.split("```sh\n")[1].split("```")[0]
    here = tmp_path / "by hand"
    here.mkdir()
    told = {
        "REPOSITORY": str(house.repository / "restic"),
        "PASSWORD_FILE": str(house.root / "keys/password"),
        "GENERATION": taken.id,
        "SOURCE": "data",
        "RESTIC_CACHE_DIR": str(tmp_path / "cache"),
    }
    subprocess.run(["sh", "-eu", "-c", commands], cwd=here, env={"PATH": os.environ["PATH"], **told}, check=True)

    assert items(Path(f"{here}/restored{house.root}/data")) == items(house.root / "data")
    manifests = list((here / "restored").rglob("data.manifest"))
    assert [digest(path.read_bytes()) for path in manifests] == [taken.taken[0].manifest_sha256]
