"""The stack that moto resolved, once for all workers, and a pipeline of it with a world to work on."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from . import tools
from .written import write

PARAMETERS = {
    "Connection": "arn:aws:codeconnections:eu-central-1:123456789012:connection/01234567-89ab-cdef-0123-456789abcdef",
    "Repository": "acme/webshop",
    "Approver": "mia@shop.example",
    "Shards": "2",
    "SecurityHub": "yes",
}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the template became in moto: pipeline, projects, roles, resources; updated and deleted again."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-gw") else base
    told = shared / "stack.json"
    with (shared / "stack.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            write(shared / "filled")
            told.write_text(created(shared / "filled" / "ci" / "codepipeline" / "pipeline.yml", PARAMETERS))
    loaded: dict[str, Any] = json.loads(told.read_text())
    return loaded


def created(template: Path, parameters: dict[str, str]) -> str:
    """Runs in the environment that holds moto; with no way to AWS, and no one's credentials."""
    given = template.with_suffix(".parameters.json")
    given.write_text(json.dumps(parameters))
    env = {"PATH": os.defpath, "PYTHONPATH": str(Path(__file__).parent), "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    words = [str(tools.aws() / "python"), "-m", "inside.stack", str(template), str(given)]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
