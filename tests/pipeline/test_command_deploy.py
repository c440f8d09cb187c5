"""The driver `command` with real commands, and `none`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.config import DeploySection
from secure_release.pipeline.deploys import DRIVERS
from secure_release.pipeline.deploys.command import Command, command
from secure_release.pipeline.deploys.commands import filled
from secure_release.pipeline.release import EXIT_CONFIG, ReleaseError
from secure_release.pipeline.shipping import DeployError
from tests.fakes_ship import means, project, shipment

WRITE = "import sys; open(sys.argv[1], 'w').write(sys.argv[2])"
STATE = "import pathlib, sys; p = pathlib.Path(sys.argv[1]); print(p.read_text() if p.exists() else 'none')"


def driver(root: Path, **settings: object) -> Command:
    world = str(root.parent / "world")
    whole = {
        "driver": "command",
        "apply": [sys.executable, "-c", WRITE, world, "shop {version}"],
        "undo": [sys.executable, "-c", WRITE, world, "{previous}"],
        "state": [sys.executable, "-c", STATE, world],
        **settings,
    }
    return command(root, DeploySection.model_validate(whole), Processes(root))


def test_the_users_commands_deploy_and_take_back_what_stood(tmp_path: Path) -> None:
    root = project(tmp_path)
    (tmp_path / "world").write_text("shop 1.0; rm -rf {version}")
    made = driver(root)
    sent = shipment(root, "2.0")
    undo = made.plan(sent)
    assert undo.previous == "shop 1.0; rm -rf {version}"
    assert made.apply(sent, undo) == "shop 2.0"
    assert made.undo(undo, False) == made.undo(undo, True) == undo.previous


def test_none_is_how_state_says_that_nothing_stands(tmp_path: Path) -> None:
    root = project(tmp_path)
    assert driver(root).plan(shipment(root, "2.0")).previous == ""


def test_the_source_is_a_private_copy_of_exactly_what_was_scanned(tmp_path: Path) -> None:
    root = project(tmp_path)
    script = "import pathlib, shutil, sys; shutil.copytree(sys.argv[1], sys.argv[2]); print(sys.argv[1])"
    copied = tmp_path / "copied"
    made = driver(root, apply=[sys.executable, "-c", script, "{source}", str(copied)])
    sent = shipment(root, "2.0")
    (root / "untracked").write_text("x")
    made.apply(sent, made.plan(sent))
    found = {path.relative_to(copied).as_posix() for path in copied.rglob("*") if path.is_file()}
    assert found == {file.name for file in sent.files}
    (root / "app.py").write_text("changed")
    with pytest.raises(DeployError, match="changed since it was scanned"):
        made.apply(sent, made.plan(sent))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({"undo": None}, "no way back", id="no-undo"),
        pytest.param({"state": None}, "no way back", id="no-state"),
        pytest.param({"state": "true"}, "printed 0 lines", id="silent-state"),
        pytest.param({"state": [sys.executable, "-c", "print('a\\nb')"]}, "printed 2 lines", id="chatty-state"),
        pytest.param({"state": "false"}, "exited 1", id="failing-state"),
        pytest.param({"state": "/no/such/program"}, "could not be started", id="missing-state"),
        pytest.param({"state": [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]}, "killed by signal 9", id="killed"),
        pytest.param({"state": "sleep 20", "timeout": "1s"}, "did not end in 1 s", id="hanging-state"),
    ],
)
def test_without_a_way_back_there_is_no_plan(tmp_path: Path, settings: dict[str, object], message: str) -> None:
    root = project(tmp_path)
    with pytest.raises(DeployError, match=message) as refused:
        driver(root, **settings).plan(shipment(root, "2.0"))
    assert refused.value.hint


def test_a_plan_that_somebody_overtook_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root)
    sent = shipment(root, "2.0")
    undo = made.plan(sent)
    (tmp_path / "world").write_text("shop 1.5")
    with pytest.raises(DeployError, match=r"shop 1\.5 stands now"):
        made.apply(sent, undo)


def test_apply_is_required_by_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError) as refused:
        command(tmp_path, DeploySection(driver="command"), Processes(tmp_path))
    assert refused.value.exit_code == EXIT_CONFIG


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("{version}", "{commit} x"),
        ("v{version}-{commit}", "v{commit} x-abc"),
        ("{unknown}", "{unknown}"),
        ("{version}{version}", "{commit} x{commit} x"),
        ("plain", "plain"),
    ],
)
def test_a_value_is_never_read_as_a_placeholder_or_split(word: str, expected: str) -> None:
    assert filled((word,), {"version": "{commit} x", "commit": "abc"}) == (expected,)


def test_none_deploys_nothing_and_says_so(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = DRIVERS["none"](root, DeploySection(), means(Processes(root)))
    sent = shipment(root, "1.0")
    undo = made.plan(sent)
    assert "Nothing is deployed" in undo.steps[0]
    assert (made.apply(sent, undo), made.undo(undo, False), made.standing(), made.tidy(2)) == ("", "", "", ())
