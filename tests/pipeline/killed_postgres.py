"""A process that takes or puts back a PostgreSQL database and is killed while it does: for test_postgres_source.py."""

from __future__ import annotations

import sys
from pathlib import Path

from secure_release.pipeline.source_config import PostgresSection

from .vaults import COMMIT, House


def main(root: str, host: str, dbname: str, what: str, id: str, scratch: str) -> None:
    house = House(Path(root), scratch=Path(scratch))
    house.clock.at = house.clock.at.replace(month=12)
    source = PostgresSection(name="db", type="postgres", dbname=dbname, host=host, user="postgres", on_rollback="if-unchanged")
    vault = house.vault([source], identity=False)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if what == "take":
        vault.take("killed", COMMIT)
    else:
        vault.put_back(id, [("db", "if-unchanged")])
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
