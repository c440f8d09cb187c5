"""A process that rolls out, or takes back, and is killed while it does: for test_compose.py. Reads the undo from its input."""

from __future__ import annotations

import sys

from pydantic import TypeAdapter

from secure_release.pipeline.shipping import Undo
from tests.engine import real_engine
from tests.pipeline.rollouts import World, shipment


def main(name: str, what: str) -> None:
    undo = TypeAdapter(Undo).validate_json(sys.stdin.read())
    driver = World(real_engine(), name).driver(image={"web": f"{name}:{{version}}", "front": f"{name}:{{version}}"})
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if what == "apply":
        driver.apply(shipment("2.0"), undo)
    else:
        driver.undo(undo, False)


if __name__ == "__main__":
    main(*sys.argv[1:])
