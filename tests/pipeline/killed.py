"""A process that does one thing with a vault and is killed while it does."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .vaults import Clock, House


def main(root: str, what: str, number: str, engine: str) -> None:
    clock = Clock(datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=int(number)))
    house = House(Path(root), clock, "restic" if engine == "restic" else "archive")
    vault = house.vault(last=2, ages=())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    match what:
        case "take":
            vault.take(f"run{number}", "c" * 40)
        case "prune":
            vault.prune(house.clock())
        case "drill":
            vault.drill(os.environ["GENERATION"])
        case "put_back":
            vault.put_back(os.environ["GENERATION"], [("data", "always"), ("db", "always")])
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
