"""The same in containers, where the jobs share nothing but what is handed on: a green release, and a red gate."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import pytest

from tests.ci.shop import ENDS, NEW, Scenario, Stands, World
from tests.engine import image, real_engine

from .host import GitHub, run
from .test_host import AFTER, DEPLOYING, project, reported, started

PACKAGES = ("python3", "git", "ca-certificates")
PLAIN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def in_containers(world: World, github: GitHub) -> tuple[str, ...]:
    """A job sees its own copy of the checkout, GitHub, what is deployed to, and the tool. The image has Debian's git and Python."""
    base = (sys.base_prefix,) if Path(sys.base_prefix) != Path("/usr") else ()
    seen = (*(f"{path}:{path}" for path in (world.outside, github.folder)), *(f"{path}:{path}:ro" for path in (world.venv, *base)))
    return (
        *("-P", f"ubuntu-24.04={image(real_engine(), PACKAGES)}", "--pull=false", "--rm", "--container-daemon-socket", "-"),
        *("--container-options", shlex.join([word for path in seen for word in ("-v", path)])),
        *("--env", f"PATH={world.bin}{os.pathsep}{PLAIN}"),
    )


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "stands"), [(Scenario.GREEN, Stands(NEW, NEW)), (Scenario.RED, Stands("", ""))])
def test_a_release_ends_in_containers_as_the_table_says(tmp_path: Path, installed: Path, scenario: Scenario, stands: Stands) -> None:
    world, github = project(tmp_path, installed, scenario, live=False)
    after, judge = AFTER[scenario]

    ran = run(world, github, where=in_containers(world, github))

    assert {name: ran.jobs.get(name) for name in DEPLOYING if started(ran, name)} == after, ran
    assert judge == "" or ENDS[scenario].code in ran.exits[judge], ran
    assert world.stands() == stands
    reported(github, ran, ENDS[scenario].outcome)
