"""A process that takes a database or puts it back and is killed while it does: for databases.py."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import TypeAdapter

from secure_release.pipeline.source_config import AnySource

from .vaults import COMMIT, House


def main(root: str, told: str, id: str, scratch: str) -> None:
    house = House(Path(root), scratch=Path(scratch))
    house.clock.at = house.clock.at.replace(month=12)
    source: AnySource = TypeAdapter(AnySource).validate_json(told)
    vault = house.vault([source], identity=False)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if id:
        vault.put_back(id, [("db", "if-unchanged")])
    else:
        vault.take("killed", COMMIT)
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
