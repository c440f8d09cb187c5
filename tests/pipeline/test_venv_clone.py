"""Hard-link clones of real virtual environments, small ones, with everything that may be odd about them."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from secure_release.checks import Pin
from secure_release.pipeline.clones.hardlink import look
from secure_release.pipeline.clones.marks import MARK, Clones
from secure_release.pipeline.clones.relocate import interpreter
from secure_release.pipeline.patch_config import PatchSection
from secure_release.pipeline.patching import RUNNER, Applied, Kind, NotApplied, Patch, Patcher
from secure_release.pipeline.release import Interrupted, ReleaseError
from tests.pipeline.clone_contract import CloneContract
from tests.pipeline.small_venv import Small, small, wheel, with_backend, with_pytest


def to(version: str, name: str = "spam") -> Patch:
    return Patch(Kind.PYTHON, name, "1.0", version, ("CVE-2026-1",), (), (), "")


class TestVenvClone(CloneContract):
    def driver(self, folder: Path) -> Patcher:
        made = Small(folder / "shop", folder / "index", folder / "run")
        return (made if made.root.exists() else small(folder)).patcher()

    def harmless(self) -> Patch:
        return to("1.1")

    def breaking(self) -> Patch:
        return to("2.0")

    def impossible(self) -> Patch:
        return to("9.9")

    def traces(self, folder: Path) -> Mapping[str, object]:
        made = Small(folder / "shop", folder / "index", folder / "run")
        return {"clones": made.clones(), **look(made.venv)}


def long_name(folder: Path) -> str:
    return f"a project with ümläuts {'x' * (150 - len(str(folder)))}"


@pytest.mark.parametrize(
    "words",
    [(), *(pytest.param(words, marks=pytest.mark.slow) for words in (("--seed",), ("--system-site-packages",), ("--relocatable",)))],
    ids=["bare", "seeded", "system", "movable"],
)
def test_spaces_umlauts_and_length_keep_nothing_from_working(tmp_path: Path, words: tuple[str, ...]) -> None:
    made = small(tmp_path, *(word for word in words if word != "--seed"), name=long_name(tmp_path))
    patcher = made.patcher()
    patcher.environment()
    with patcher.clone("trial") as clone:
        applied = clone.apply([to("1.1"), to("1.1", "eggs")])
        script = clone.venv / "bin/spam"
        said = subprocess.run([script], capture_output=True, text=True, check=True, env={"PATH": os.defpath}).stdout.strip()
        run = clone.test()

    assert isinstance(applied, Applied)
    assert (run.why_none, len(run.passed)) == ("", 2)
    assert said == str(clone.venv)
    assert patcher.intact() == ()


def test_an_untouched_script_starts_the_clone(tmp_path: Path) -> None:
    made = small(tmp_path, name=long_name(tmp_path))
    patcher = made.patcher()
    patcher.environment()
    with patcher.clone("baseline") as clone:
        assert interpreter((clone.venv / "bin/spam").read_bytes()) == str(clone.python)
        assert subprocess.run([clone.venv / "bin/spam"], capture_output=True, text=True, check=True).stdout.strip() == str(
            clone.venv
        )
        shared = next(clone.venv.glob("lib/python*/site-packages/spam.py")).stat()
    assert interpreter((made.venv / "bin/spam").read_bytes()) == str(made.venv / "bin/python")
    assert shared.st_ino == (made.packages / "spam.py").stat().st_ino


def test_what_is_installed_is_told_as_it_is(tmp_path: Path) -> None:
    environment = small(tmp_path).patcher().environment()

    assert environment.pins == (Pin("eggs", "1.0"), Pin("spam", "1.0"))
    assert environment.python == sys.version.split()[0]
    assert environment.cloned_from == "installed"


def test_an_editable_install_leads_to_the_clones_own_project(tmp_path: Path) -> None:
    made = small(tmp_path)
    made.write("src/own.py", "WHERE = __file__\n")
    info = made.packages / "own-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1.0\n")
    (info / "direct_url.json").write_text(f'{{"url": "{made.root.as_uri()}", "dir_info": {{"editable": true}}}}')
    (made.packages / "__editable___own_finder.py").write_text(f"MAPPING = {{'own': '{made.root}/src/own.py'}}\n")
    (made.packages / "own.pth").write_text(f"{made.root}/src\n")
    patcher = made.patcher()

    assert "own" not in {pin.name for pin in patcher.environment().pins}
    with patcher.clone("baseline") as clone:
        where = subprocess.run(
            [clone.python, "-c", "import own; print(own.WHERE)"], capture_output=True, text=True, check=True
        ).stdout
        finder = next(clone.venv.glob("lib/python*/site-packages/__editable___own_finder.py")).read_text()

        assert where.strip() == str(clone.project / "src/own.py")
        assert str(clone.project / "src/own.py") in finder
    assert patcher.intact() == ()


def test_a_way_back_to_the_original_is_an_error(tmp_path: Path) -> None:
    made = small(tmp_path)
    other = small(tmp_path / "other")
    (made.venv / "bin/stray").write_text(f"#!{other.venv}/bin/python\n")
    patcher = made.patcher()
    patcher.environment()

    with pytest.raises(ReleaseError, match="bin/stray still starts"), patcher.clone("baseline"):
        pass
    assert made.clones() == []


def test_tests_write_to_the_clones_project_and_home(tmp_path: Path) -> None:
    made = small(tmp_path)
    made.write("check_writes.py", WRITES)
    patcher = made.patcher()
    patcher.environment()
    with patcher.clone("baseline") as clone:
        run = clone.test()

    assert (run.why_none, run.failed, len(run.passed)) == ("", frozenset(), 4), run.output
    assert not (made.root / "written.txt").exists()


WRITES = """
import os, pathlib, sys, unittest
class Writes(unittest.TestCase):
    def test_writes(self): pathlib.Path('written.txt').write_text('x'); pathlib.Path.home().joinpath('x').write_text('x')
    def test_sees_nothing(self):
        foreign = ('PIP_', 'UV_', 'PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV', 'AWS')
        self.assertEqual([n for n in os.environ if n.startswith(foreign)], [])
        self.assertTrue(os.environ['PATH'].startswith(os.path.join(sys.prefix, 'bin')))
"""


def test_a_write_through_a_hard_link_is_noticed(tmp_path: Path) -> None:
    made = small(tmp_path)
    made.write("check_evil.py", EVIL)
    patcher = made.patcher()
    patcher.environment()
    with patcher.clone("baseline") as clone:
        assert clone.test().failed == frozenset()

    assert patcher.intact() == (str((made.packages / "eggs.py").relative_to(made.venv)) + " changed",)


# Same size, and the time put back: only the content tells.
EVIL = """
import eggs, os, unittest
class Evil(unittest.TestCase):
    def test_evil(self):
        before = os.stat(eggs.__file__)
        with open(eggs.__file__, 'r+') as file: file.write('FRIED')
        os.utime(eggs.__file__, ns=(before.st_atime_ns, before.st_mtime_ns))
"""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("import time; time.sleep(60)", "the tests did not end within 2 s"),
        ("import os; os.kill(os.getpid(), 9)", "the tests were killed by signal 9"),
        ("raise SystemExit(0)", "exit 0 and its report is missing"),
        ("open(__import__('sys').argv[1], 'w').write('<testsuite/>')", "no test ran"),
        ("open(__import__('sys').argv[1], 'w').write('<testsuite>')", "its report is not XML"),
        ("open(__import__('sys').argv[1], 'w').write('<!DOCTYPE a []><testsuite/>')", "declares a document type"),
        ("import sys\nwhile True: sys.stderr.write('x' * 100000)", "the tests wrote without end"),
    ],
    ids=["hangs", "is-killed", "says-nothing", "no-test", "truncated", "entities", "floods"],
)  # fmt: skip
def test_no_result_says_why(tmp_path: Path, body: str, why: str) -> None:
    made = small(tmp_path)
    made.write("run_checks.py", body)
    patcher = made.patcher(timeout="2s")
    patcher.environment()
    with patcher.clone("baseline") as clone:
        run = clone.test()

    assert why in run.why_none
    assert (run.passed, run.failed) == (frozenset(), frozenset())


@pytest.mark.parametrize("body", ["raise SystemExit(4)", "import os; os.abort()"], ids=["exit-four", "aborts"])
def test_a_runner_that_fails_by_itself_is_a_failing_test(tmp_path: Path, body: str) -> None:
    made = small(tmp_path)
    made.write("run_checks.py", body)
    patcher = made.patcher()
    patcher.environment()
    with patcher.clone("baseline") as clone:
        run = clone.test()

    assert (run.passed, run.failed) == (frozenset(), frozenset({RUNNER}))
    assert run.why_none


def test_a_program_of_another_python_tests_nothing(tmp_path: Path) -> None:
    made = small(tmp_path)
    patcher = made.patcher(tests=(str(Path(sys.executable).parent / "pytest"), "--junitxml={junit}"))
    patcher.environment()
    with patcher.clone("baseline") as clone:
        run = clone.test()

    assert "would run another Python" in run.why_none


@pytest.mark.slow
def test_pytest_runs_and_only_failing_tests_run_again(tmp_path: Path) -> None:
    made = small(tmp_path)
    with_pytest(made)
    made.write("tests/test_shop.py", PYTEST)
    patcher = made.patcher(tests=("python", "-m", "pytest", "--junitxml={junit}", "-p", "no:cacheprovider"))
    patcher.environment()
    with patcher.clone("trial") as clone:
        assert isinstance(clone.apply([to("2.0")]), Applied)
        first = clone.test()
        again = clone.test(sorted(first.failed))

    assert (len(first.passed), len(first.failed)) == (1, 3), first
    assert (again.passed, again.failed) == (frozenset(), first.failed)
    assert "has no attribute 'cooked'" in first.output


PYTEST = """
import pytest, spam
class TestShop:
    @pytest.mark.parametrize('x', ['a/b', 'c::d'])
    def test_spam(self, x): assert spam.cooked() == 'spam'
def test_plain(): assert spam.cooked()
def test_sum(): assert 1 + 1 == 2
"""


def test_the_network_is_loopback_alone(tmp_path: Path) -> None:
    made = small(tmp_path)
    made.write("check_net.py", NET)
    patcher = made.patcher()
    if patcher.environment().isolation == "none":
        pytest.skip("this machine permits no network namespace, and the report says so")
    with patcher.clone("baseline") as clone:
        run = clone.test()

    assert (run.why_none, run.failed, len(run.passed)) == ("", frozenset(), 4), run.output


NET = """
import socket, unittest
class Net(unittest.TestCase):
    def test_loopback_works(self):
        server = socket.create_server(('127.0.0.1', 0))
        socket.create_connection(server.getsockname(), 2).close()
    def test_nothing_else_does(self):
        for address in ('192.0.2.1', '169.254.169.254'):
            with self.assertRaises(OSError): socket.create_connection((address, 80), 2)
"""


def test_conflicts_are_named_before_anything_is_installed(tmp_path: Path) -> None:
    made = small(tmp_path)
    wheel(made.index, "ham", "1.0", "x = 1", ["spam<2"])
    made.install("--find-links", str(made.index), "ham==1.0")
    patcher = made.patcher()
    patcher.environment()
    with patcher.clone("trial") as clone:
        said = clone.apply([to("1.1", "eggs"), to("2.0")])

    assert said == NotApplied("ham requires spam<2", (to("2.0").id,), ("ham",))


@pytest.mark.slow
def test_a_new_dependency_comes_along(tmp_path: Path) -> None:
    made = small(tmp_path)
    wheel(made.index, "eggs", "1.2", "import bacon, toast", ["bacon>=2", "toast; python_version<'3'", "rye; extra == 'r'"])
    for version in ("1.0", "2.0", "3.0"):
        wheel(made.index, "bacon", version, "import toast", ["toast", "spam<2"])
    wheel(made.index, "toast", "1.0", "")
    patcher = made.patcher()
    patcher.environment()
    with patcher.clone("trial") as clone:
        said = clone.apply([to("1.2", "eggs")])

    assert isinstance(said, Applied), said
    assert said.changed == ("bacon (new) -> 3.0", "toast (new) -> 1.0")
    assert [name.split("-")[0] for name, _ in said.sha256] == ["eggs", "bacon", "toast"]


@pytest.mark.slow
def test_a_source_distribution_is_built_once_and_kept_by_both_digests(tmp_path: Path) -> None:
    made = small(tmp_path)
    with_backend(made.index, "eggs", "1.4")
    patcher = made.patcher()
    patcher.environment()
    with patcher.clone("trial") as clone:
        said = clone.apply([to("1.4", "eggs")])

    assert isinstance(said, Applied), said
    assert [name for name, _ in said.sha256] == ["eggs-1.4-py3-none-any.whl", "eggs-1.4.tar.gz"]
    assert said.sha256[1][1] == hashlib.sha256((made.index / "eggs-1.4.tar.gz").read_bytes()).hexdigest()


def test_a_fix_for_a_newer_python_is_blocked_by_python(tmp_path: Path) -> None:
    made = small(tmp_path)
    path = wheel(made.index, "eggs", "1.3", "")
    _reheaded(path, "Requires-Python: >=3.99\n")
    patcher = made.patcher()
    patcher.environment()
    with patcher.clone("trial") as clone:
        said = clone.apply([to("1.3", "eggs")])

    assert isinstance(said, NotApplied)
    assert (said.blocked, said.blocked_by) == ((to("1.3", "eggs").id,), (f"python {sys.version.split()[0]}",))


def _reheaded(path: Path, header: str) -> None:
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content + header.encode() if name.endswith("METADATA") else content)


def test_read_only_packages_are_cloned_patched_and_removed(tmp_path: Path) -> None:
    made = small(tmp_path)
    folders = [path for path in (made.venv, *made.venv.rglob("*")) if path.is_dir() and not path.is_symlink()]
    for folder in reversed(folders):
        folder.chmod(0o555)
    patcher = made.patcher()
    patcher.environment()
    with patcher.clone("trial") as clone:
        assert isinstance(clone.apply([to("1.1")]), Applied)
        (clone.project / "locked").mkdir(mode=0o500)

    assert made.clones() == []
    assert patcher.intact() == ()
    assert stat.S_IMODE(made.packages.stat().st_mode) == 0o555


def test_another_file_system_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    made = small(tmp_path)
    patcher = made.patcher()
    patcher.environment()
    monkeypatch.setattr(os, "link", refuse)
    with patcher.clone("trial") as clone:
        assert not clone.test().failed
        assert next(clone.venv.glob("lib/python*/site-packages/spam.py")).stat().st_nlink == 1


def test_without_an_environment_the_lock_is_built(tmp_path: Path) -> None:
    made = small(tmp_path)
    shutil.rmtree(made.venv)
    made.write("requirements.txt", f"--no-index\n--find-links {made.index.as_uri()}\nspam==1.0\n")
    patcher = made.patcher()
    environment = patcher.environment()
    with patcher.clone("baseline") as clone:
        run = clone.test()

    assert (environment.cloned_from, environment.pins) == ("lock", (Pin("spam", "1.0"),))
    assert len(run.passed) == 2


def test_without_environment_and_lock_there_is_a_remedy(tmp_path: Path) -> None:
    made = small(tmp_path)
    shutil.rmtree(made.venv)

    with pytest.raises(ReleaseError, match=r"no virtual environment at \.venv, and no lock") as caught:
        made.patcher().environment()
    assert "patch_test.environment" in caught.value.hint


def test_a_lock_that_can_not_be_built_says_why(tmp_path: Path) -> None:
    made = small(tmp_path)
    shutil.rmtree(made.venv)
    made.write("requirements.txt", f"--no-index\n--find-links {made.index.as_uri()}\nspam==7\n")

    with pytest.raises(ReleaseError, match=r"could not install requirements\.txt") as caught:
        made.patcher().environment()
    assert "spam==7" in caught.value.hint


def test_a_broken_python_link_is_told(tmp_path: Path) -> None:
    made = small(tmp_path)
    (made.venv / "bin/python").unlink()
    (made.venv / "bin/python").symlink_to("/nowhere/python3")

    with pytest.raises(ReleaseError, match="The environment can't be read"):
        made.patcher().environment()


def test_a_file_that_changed_since_it_was_read_stops_the_test(tmp_path: Path) -> None:
    made = small(tmp_path)
    patcher = made.patcher()
    made.write("check_shop.py", "")

    with pytest.raises(ReleaseError, match=r"check_shop\.py was changed while the release was under way"):
        patcher.environment()


def test_an_interruption_ends_the_tests_and_the_clone(tmp_path: Path) -> None:
    made = small(tmp_path)
    made.write("run_checks.py", "import time; time.sleep(60)")
    patcher = made.patcher()
    patcher.environment()
    started = time.monotonic()
    with pytest.raises(Interrupted), patcher.clone("baseline") as clone:
        made.halt.set()
        clone.test()

    assert made.clones() == []
    assert [kind for kind, _ in made.notes.written] == ["clone-created", "clone-destroyed"]
    assert time.monotonic() - started < 20


BEAT = """
import pathlib, time
for n in range(600):
    pathlib.Path(BEAT).write_text(str(n)); time.sleep(0.05)
"""


def beating(folder: Path) -> tuple[Small, Path]:
    """A project whose tests tell outside of the clone that they are still running."""
    made, beat = small(folder), folder / "beat"
    made.write("run_checks.py", BEAT.replace("BEAT", repr(str(beat))))
    return made, beat


def started_in_child(made: Small, beat: Path) -> int:
    """A process that tests in a clone, and has begun to."""
    patcher = made.patcher()
    patcher.environment()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, _interrupt)
        try:
            with patcher.clone("baseline") as clone:
                clone.test()
        except Interrupted:
            os._exit(130)
        os._exit(0)
    waited = time.monotonic() + 60
    while not beat.exists() and time.monotonic() < waited:
        time.sleep(0.05)
    return child


def _interrupt(number: int, _: object) -> None:
    raise Interrupted(signal.Signals(number).name)


def stands_still(beat: Path) -> bool:
    time.sleep(0.5)
    before = beat.read_text()
    time.sleep(0.5)
    return beat.read_text() == before


def test_sigint_ends_tests_and_clone(tmp_path: Path) -> None:
    made, beat = beating(tmp_path)
    child = started_in_child(made, beat)
    os.kill(child, signal.SIGINT)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    assert made.clones() == []
    assert stands_still(beat)


def test_the_tests_of_a_killed_run_do_not_outlive_it(tmp_path: Path) -> None:
    made, beat = beating(tmp_path)
    child = started_in_child(made, beat)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert stands_still(beat)
    assert len(made.clones()) == 1
    assert len(made.patcher().sweep()) == 1
    assert made.clones() == []
    assert made.patcher().intact() == ()


def test_nothing_without_our_mark_is_swept(tmp_path: Path) -> None:
    clones = Clones(tmp_path / "clones")
    (tmp_path / "clones/precious").mkdir(parents=True)
    (tmp_path / "clones/precious/file").write_text("x")
    (tmp_path / "clones/forged").mkdir()
    (tmp_path / "clones/forged" / MARK).write_text("mine")
    (tmp_path / "clones/link").symlink_to(tmp_path / "clones/precious")

    assert clones.sweep() == ()
    assert {path.name for path in (tmp_path / "clones").iterdir()} >= {"precious", "forged", "link"}


def test_a_mark_goes_last_so_that_a_cut_off_sweep_is_finished_later(tmp_path: Path) -> None:
    clones = Clones(tmp_path / "clones")
    announced: list[Path] = []
    child = os.fork()
    if child == 0:
        with clones.new("killed", announced.append) as place:
            (place / "data").mkdir()
            os.kill(os.getpid(), 9)
    os.waitpid(child, 0)
    (half,) = [path for path in clones.folder.iterdir() if path.is_dir()]
    (half / "data").rmdir()

    assert clones.sweep() == (str(half),)
    assert clones.sweep() == ()


def test_the_default_section_is_one_that_the_driver_takes() -> None:
    assert PatchSection().driver == "venv"
