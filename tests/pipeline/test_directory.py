"""The driver `directory` on real folders, with real commands."""

from __future__ import annotations

import multiprocessing
import os
import stat
import sys
import time
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.config import DeploySection
from secure_release.pipeline.deploys.directory import Directory, directory, release_name
from secure_release.pipeline.deploys.site import Site
from secure_release.pipeline.release import EXIT_CONFIG, ReleaseError
from secure_release.pipeline.shipping import DeployError, Shipment, Shipped
from tests.fakes_ship import COMMIT, project, shipment

LOG = "import os, sys; print(*[os.environ[n] for n in ('VERSION', 'COMMIT', 'RELEASE', 'SITE')], file=open({!r}, 'a'))"
NAME = f"{{}}-{COMMIT[:12]}-run-{{}}"


def driver(root: Path, **settings: object) -> Directory:
    site = root / "live"
    site.mkdir(exist_ok=True)
    section = DeploySection.model_validate({"driver": "directory", "site": "live", **settings})
    return directory(root, section, Processes(root))


def released(made: Directory, root: Path, version: str, number: int = 1) -> str:
    sent = shipped(root, version, number)
    return made.apply(sent, made.plan(sent))


def shipped(root: Path, version: str, number: int = 1) -> Shipment:
    """The project without its site, as git would list it."""
    whole = shipment(root, version, f"run-{number}")
    files = tuple(file for file in whole.files if not file.name.startswith("live/"))
    return Shipment(whole.run, whole.commit, whole.version, whole.digest, whole.root, files, {})


def tree(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Everything in a folder: mode and content."""
    return {
        path.relative_to(folder).as_posix(): (
            oct(stat.S_IMODE(path.lstat().st_mode)),
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
    }


def test_a_release_holds_exactly_the_scanned_files_with_plain_modes(tmp_path: Path) -> None:
    root = project(tmp_path)
    sent = shipped(root, "1.0")
    (root / "untracked.txt").write_text("not listed")
    (root / "app.py").chmod(0o666)
    old = os.umask(0o077)
    try:
        made = driver(root)
        made.apply(sent, made.plan(sent))
    finally:
        os.umask(old)
    found = tree(root / "live/current/")
    assert set(found) == {"app.py", "version.txt", "a", "a/b", "a/b/logo.png", "bin", "bin/run", "RELEASE.json"}
    assert found["a/b/logo.png"] == ("0o644", b"\x89PNG\0")
    assert {found[name][0] for name in ("app.py", "version.txt", "RELEASE.json")} == {"0o644"}
    assert {found[name][0] for name in ("a", "a/b", "bin", "bin/run")} == {"0o755"}
    assert (root / "live/current").readlink() == Path(f"releases/{NAME.format('1.0', 1)}")


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"#")


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() * 2)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("spoil", [change, grow, Path.unlink, pipe])
def test_a_file_that_is_not_what_was_scanned_is_not_deployed(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    root = project(tmp_path)
    made = driver(root)
    first = released(made, root, "1.0")
    sent = shipped(root, "2.0", 2)
    undo = made.plan(sent)
    spoil(root / "app.py")
    with pytest.raises(DeployError, match=r"app\.py was changed since it was scanned"):
        made.apply(sent, undo)
    assert made.standing() == first
    assert [path.name for path in (root / "live/releases").iterdir()] == [first]


def test_prepare_and_restart_know_the_release_and_run_in_order(tmp_path: Path) -> None:
    root = project(tmp_path)
    log = tmp_path / "log"
    said = [sys.executable, "-c", LOG.format(str(log))]
    made = driver(root, prepare=[sys.executable, "-c", "open('prepared','w')"], restart=said, env={"PORT": "1"})
    one = released(made, root, "1.0")
    sent = shipped(root, "2.0", 2)
    undo = made.plan(sent)
    two = made.apply(sent, undo)
    made.undo(undo, False)
    site = root / "live"
    expected = [("1.0", one), ("2.0", two), ("1.0", one)]
    assert log.read_text().splitlines() == [f"{version} {COMMIT} {site / 'releases' / name} {site}" for version, name in expected]
    assert (site / "current/prepared").exists()


def test_the_way_back_names_what_stood_and_is_written_in_plain_words(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root, restart=["systemctl", "restart", "my shop"])
    first = made.plan(shipped(root, "1.0"))
    assert (first.previous, first.previous_version, first.data["previous"]) == ("", "", "")
    assert "rm current" in first.steps[0]
    one = Directory(root, "live", DeploySection(), made.tools)
    name = released(one, root, "1.0")
    undo = made.plan(shipped(root, "2.0", 2))
    assert (undo.previous, undo.previous_version, undo.data["previous"]) == (name, "1.0", f"releases/{name}")
    assert f"ln -s releases/{name} .back && mv -T .back current" in undo.steps[0]
    assert "systemctl restart 'my shop'" in undo.steps[1]


def test_planning_changes_nothing(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root)
    made.plan(shipped(root, "1.0"))
    assert list((root / "live").iterdir()) == []


def test_undo_may_run_twice_and_keeps_what_failed(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root)
    one = released(made, root, "1.0")
    before = tree(root / "live/releases" / one)
    sent = shipped(root, "2.0", 2)
    undo = made.plan(sent)
    two = made.apply(sent, undo)
    assert made.undo(undo, False) == made.undo(undo, False) == one
    assert tree(root / "live/releases" / one) == before
    assert (root / "live/releases" / f"{two}.failed/version.txt").read_text() == "2.0"
    assert not (root / "live/releases" / two).exists()
    again = made.plan(sent)
    made.apply(sent, again)
    made.undo(again, False)
    assert (root / "live/releases" / f"{two}.failed-2").is_dir()


def test_undo_of_the_first_release_leaves_nothing_standing(tmp_path: Path) -> None:
    root = project(tmp_path)
    log = tmp_path / "log"
    made = driver(root, restart=[sys.executable, "-c", f"import os; open({str(log)!r}, 'a').write(repr(os.environ['RELEASE']))"])
    sent = shipped(root, "1.0")
    undo = made.plan(sent)
    made.apply(sent, undo)
    log.unlink()
    assert made.undo(undo, False) == ""
    assert not (root / "live/current").is_symlink()
    assert log.read_text() == "''"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param({"prepare": "false"}, r"deploy\.prepare exited 1", id="prepare-fails"),
        pytest.param({"prepare": "sleep 20", "timeout": "1s"}, r"deploy\.prepare did not end in 1 s", id="prepare-hangs"),
        pytest.param({"prepare": "/no/such/program"}, r"deploy\.prepare could not be started", id="prepare-missing"),
    ],
)
def test_a_release_that_cannot_be_prepared_is_not_switched_to_nor_restarted(
    tmp_path: Path, settings: dict[str, object], message: str
) -> None:
    root = project(tmp_path)
    one = released(driver(root), root, "1.0")
    made = driver(root, restart=["touch", str(tmp_path / "restarted")], **settings)
    sent = shipped(root, "2.0", 2)
    undo = made.plan(sent)
    with pytest.raises(DeployError, match=message):
        made.apply(sent, undo)
    assert made.standing() == one
    assert made.undo(undo, False) == one
    assert not (tmp_path / "restarted").exists()
    made.undo(undo, True)
    assert (tmp_path / "restarted").exists(), "its data was replaced: it has to be restarted"


def test_a_failing_restart_tells_its_last_words_and_the_old_release_is_restarted(tmp_path: Path) -> None:
    root = project(tmp_path)
    one = released(driver(root), root, "1.0")
    script = "import os,sys; sys.exit('port is taken' if os.environ['VERSION'] == '2.0' else 0)"
    made = driver(root, restart=[sys.executable, "-c", script])
    sent = shipped(root, "2.0", 2)
    undo = made.plan(sent)
    with pytest.raises(DeployError, match="port is taken"):
        made.apply(sent, undo)
    assert made.undo(undo, False) == one


def test_a_link_put_back_by_hand_is_no_restart(tmp_path: Path) -> None:
    root = project(tmp_path)
    one = released(driver(root), root, "1.0")
    sent = shipped(root, "2.0", 2)
    made = driver(root, restart="false")
    undo = made.plan(sent)
    with pytest.raises(DeployError):
        made.apply(sent, undo)
    Site(root / "live").switch(one)
    driver(root, restart=["touch", str(tmp_path / "restarted")]).undo(undo, False)
    assert (tmp_path / "restarted").exists()


def test_a_restart_that_fails_on_the_way_back_is_tried_again(tmp_path: Path) -> None:
    root = project(tmp_path)
    one = released(driver(root), root, "1.0")
    mended = tmp_path / "mended"
    made = driver(root, restart=["test", "-e", str(mended)])
    sent = shipped(root, "2.0", 2)
    undo = made.plan(sent)
    with pytest.raises(DeployError):
        made.apply(sent, undo)
    with pytest.raises(DeployError, match=r"deploy\.restart exited 1"):
        made.undo(undo, False)
    assert made.standing() == one
    mended.touch()
    assert made.undo(undo, False) == one
    assert not (root / "live/.restart-due").exists()


def outside(live: Path) -> None:
    (live / "current").symlink_to("/etc")


def real_folder(live: Path) -> None:
    (live / "current").mkdir()


def linked_releases(live: Path) -> None:
    (live.parent / "elsewhere").mkdir()
    (live / "releases").symlink_to(live.parent / "elsewhere")


def dangling(live: Path) -> None:
    (live / "current").symlink_to("releases/gone")


def linked_release(live: Path) -> None:
    (live / "releases").mkdir()
    (live / "releases/one").symlink_to("/etc")
    (live / "current").symlink_to("releases/one")


def climbing(live: Path) -> None:
    (live / "current").symlink_to("releases/../../a")


@pytest.mark.parametrize("trick", [outside, real_folder, linked_releases, dangling, linked_release, climbing, Path.rmdir])
def test_a_site_that_is_not_what_it_should_be_is_refused(tmp_path: Path, trick: Callable[[Path], None]) -> None:
    root = project(tmp_path)
    made = driver(root)
    trick(root / "live")
    with pytest.raises(DeployError) as refused:
        made.plan(shipped(root, "1.0"))
    assert refused.value.hint


def test_a_site_that_would_be_deployed_with_the_project_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root)
    (root / "live/orders.db").write_text("customers")
    with pytest.raises(DeployError, match="part of what is deployed"):
        made.plan(shipment(root, "1.0"))


def test_a_path_that_leads_out_of_the_release_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root)
    (tmp_path / "secret").write_text("x")
    plain = shipped(root, "1.0")
    bad = Shipped("../secret", 1, "0" * 64, False, None)
    sent = Shipment(plain.run, plain.commit, plain.version, plain.digest, root, (bad,), {})
    with pytest.raises(DeployError, match="leads out of the release"):
        made.apply(sent, made.plan(sent))


def test_a_later_release_is_never_taken_down_by_an_old_undo(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root)
    released(made, root, "1.0")
    sent = shipped(root, "2.0", 2)
    stale = made.plan(sent)
    made.apply(sent, stale)
    three = released(made, root, "3.0", 3)
    with pytest.raises(DeployError, match="neither this release nor the one before"):
        made.undo(stale, False)
    assert made.standing() == three


def test_a_plan_that_somebody_overtook_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root)
    sent = shipped(root, "2.0", 2)
    stale = made.plan(sent)
    one = released(made, root, "1.0")
    with pytest.raises(DeployError, match="Somebody else deployed meanwhile"):
        made.apply(shipped(root, "2.0", 2), stale)
    assert made.standing() == one


def test_two_deploys_to_one_site_do_not_run_at_once(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root)
    sent = shipped(root, "1.0")
    undo = made.plan(sent)
    with Site(root / "live").lock(), pytest.raises(DeployError, match="under way"):
        made.apply(sent, undo)
    made.apply(sent, undo)


def test_tidy_keeps_the_newest_what_stands_its_way_back_and_what_is_not_ours(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root)
    (root / "live/releases/by-hand").mkdir(parents=True)
    names = [released(made, root, f"{number}.0", number) for number in range(1, 6)]
    sent = shipped(root, "6.0", 6)
    undo = made.plan(sent)
    failed = made.apply(sent, undo)
    made.undo(undo, False)
    os.utime(root / "live/releases" / names[0], (4e9, 4e9))
    assert made.tidy(3) == (names[1], names[0])
    left = {path.name for path in (root / "live/releases").iterdir()}
    assert left == {*names[2:], f"{failed}.failed", "by-hand"}
    assert made.tidy(1) == (names[2],), "the fourth is the way back from the fifth"


def test_a_version_with_strange_characters_gets_a_plain_folder_name(tmp_path: Path) -> None:
    plain = shipped(project(tmp_path), "1.0")
    name = release_name(Shipment("run", COMMIT, "../../v 1/é" + "x" * 400, plain.digest, plain.root, plain.files, {}))
    assert name == f"v-1--{'x' * 65}-{COMMIT[:12]}-run"


def test_a_project_that_holds_the_name_of_the_record_is_refused(tmp_path: Path) -> None:
    root = project(tmp_path, {"version.txt": b"1", "RELEASE.json": b"{}"})
    made = driver(root)
    with pytest.raises(DeployError, match=r"RELEASE\.json"):
        made.plan(shipped(root, "1.0"))


def test_a_missing_site_in_the_configuration_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError) as refused:
        directory(tmp_path, DeploySection(driver="directory"), Processes(tmp_path))
    assert refused.value.exit_code == EXIT_CONFIG


def test_an_error_of_the_file_system_is_told(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root)
    (root / "live/releases").write_text("a file in the way")
    sent = shipped(root, "1.0")
    with pytest.raises(DeployError) as refused:
        made.apply(sent, made.plan(sent))
    assert "releases" in str(refused.value)


def read_for_ever(path: str, begun: Event, stop: Event, results: Queue[tuple[int, int]]) -> None:
    reads = missing = 0
    while not stop.is_set():
        try:
            Path(path).read_bytes()
        except FileNotFoundError:
            missing += 1
        reads += 1
        begun.set()
    results.put((reads, missing))


def test_readers_never_miss_a_file_during_two_hundred_switches(tmp_path: Path) -> None:
    root = project(tmp_path)
    made = driver(root)
    names = [released(made, root, "1.0", 1), released(made, root, "2.0", 2)]
    spawn = multiprocessing.get_context("spawn")
    begun, stop = spawn.Event(), spawn.Event()
    results: Queue[tuple[int, int]] = spawn.Queue()
    reader = spawn.Process(target=read_for_ever, args=(str(root / "live/current/a/b/logo.png"), begun, stop, results))
    reader.start()
    assert begun.wait(30)
    site = Site(root / "live")
    for number in range(200):
        site.switch(names[number % 2])
        time.sleep(0.001)
    stop.set()
    reads, missing = results.get(timeout=30)
    reader.join(10)
    assert reads > 200
    assert missing == 0
