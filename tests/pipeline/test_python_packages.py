"""Distributions inside real containers without a network: asked for, upgraded from a wheelhouse, proven; and what refuses."""

from __future__ import annotations

import contextlib
import shutil
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from packaging.tags import platform_tags

from secure_release.checks import Exit, Pin
from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.clones.packages.python import (
    AT,
    Within,
    install_python,
    inventory,
    plan_python,
    wheelhouse,
)
from secure_release.pipeline.clones.platforms import Platform, platform
from secure_release.pipeline.clones.probe import Installed, Interpreter, ask
from secure_release.pipeline.clones.wheelhouse import Unfetched, Wheelhouse
from secure_release.pipeline.containers import Spec
from secure_release.pipeline.patching import Applied, Kind, Member, NotApplied, Patch
from secure_release.pipeline.release import ReleaseError
from tests.e2e.composed import PACKAGES, tar_of
from tests.engine import LABEL, image, real_engine, wipe
from tests.fakes_patch import match
from tests.pipeline.small_venv import Known, wheel, with_backend

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BARE, SEEDED = "/srv/bare/bin/python", "/srv/seeded/bin/python"  # without pip; with it


def to(version: str, name: str = "spam", service: str = "web") -> Patch:
    return Patch(Kind.PYTHON, name, "1.0", version, ("CVE-2026-1",), (), (Member(service, name, "1.0", version),), "")


def idle(name: str, made_of: str, label: str) -> Spec:
    return Spec(
        name=name, image=made_of, labels={LABEL: label}, env=(), entrypoint=("sleep", "900"), command=(), user="", working_dir="",
        hostname="", health=None, no_health=True, mounts=(), tmpfs={}, network="none", aliases=(), dns=(),
        ports=(), cap_add=(), cap_drop=(), no_new_privileges=True, memory=0, pids=0, init=True, restart="no",
    )  # fmt: skip


@dataclass(frozen=True)
class Index:
    """A folder of wheels, and pip pointed at it and nowhere else."""

    folder: Path
    tools: Processes


@pytest.fixture
def index(tmp_path: Path) -> Index:
    folder = tmp_path / "index"
    for version, code in (("1.0", "x = 1"), ("1.1", "x = 1"), ("2.0", "y = 2")):
        wheel(folder, "spam", version, code)
        wheel(folder, "eggs", version, code)
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": folder.as_uri(), "PIP_CONFIG_FILE": "/dev/null"}
    return Index(folder, Processes(tmp_path, extra=offline))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Docker, str]]:
    """An image in which spam 1.0 and eggs 1.0 are installed three times: with pip beside it, without, and for the system."""
    docker = real_engine()
    base, name = image(docker, PACKAGES), f"{LABEL}-python-{uuid.uuid4().hex[:8]}"
    wheels = tmp_path_factory.mktemp("wheels")
    for each in ("spam", "eggs"):
        wheel(wheels, each, "1.0", "x = 1", script=each == "spam")
    try:
        docker.start(docker.create(idle(name, base, name)))
        docker.put(name, "/mnt", tar_of(wheels, ""))
        pip = ("-m", "pip", "install", "--quiet", "--no-index", "--find-links", "/mnt", "spam", "eggs")
        for words in (
            ("python3", "-m", "venv", "/srv/seeded"),
            (SEEDED, *pip),
            ("python3", "-m", "venv", "--without-pip", "/srv/bare"),
            (SEEDED, "-m", "pip", "--python", BARE, *pip[2:]),
            (SEEDED, "-m", "pip", "--python", "/usr/bin/python3", *pip[2:], "--break-system-packages"),
        ):
            ended = docker.execute(name, words, timeout=120)
            assert ended.code == 0, (words, ended)
        docker.commit(name, f"{name}:1", {LABEL: name}, ())
        yield docker, f"{name}:1"
    finally:
        wipe(docker, {LABEL: name})
        docker.remove_image(f"{name}:1")


@pytest.fixture
def box(prepared: tuple[Docker, str]) -> Iterator[Within]:
    docker, made_of = prepared
    name = f"{LABEL}-python-{uuid.uuid4().hex[:8]}"
    try:
        docker.start(docker.create(idle(name, made_of, name)))
        yield Within(docker, name, "")
    finally:
        docker.remove(name)


def says(box: Within, python: str, code: str) -> str:
    return box.run((python, "-c", code), timeout=30).stdout.decode().strip()


@pytest.mark.parametrize(
    "python",
    [BARE, *(pytest.param(python, marks=pytest.mark.slow) for python in (SEEDED, "/usr/bin/python3"))],
    ids=["without-pip", "with-pip", "the-system's"],
)
def test_a_distribution_is_upgraded_and_nothing_stays_behind(box: Within, index: Index, tmp_path: Path, python: str) -> None:
    before = inventory(box, python)
    wheels = wheelhouse(tmp_path, before, index.tools)
    said = install_python(box, python, [to("1.1")], wheels, index.tools)

    assert isinstance(said, Applied), said
    assert [file for file, _ in said.sha256] == ["spam-1.1-py3-none-any.whl"]
    assert says(box, python, "import spam; print(spam.VERSION)") == "1.1"
    assert inventory(box, python).found["eggs"] == before.found["eggs"]
    left = [path for _, path in box.engine.changes(box.container) if path.startswith((AT, "/root", "/tmp/"))]
    assert left == []


@dataclass(frozen=True)
class Musl:
    """A box in which no program of ours can run, as on musl."""

    inner: Within

    def run(self, argv: Sequence[str], timeout: float, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> Exit:
        if argv[0] == f"{AT}/uv":
            return Exit(127, b"", b"no such file or directory", False, False, 0.0)
        return self.inner.run(argv, timeout=timeout, env=env, stdin=stdin)

    def put(self, folder: str, name: str, content: bytes, mode: int = 0o644) -> None:
        self.inner.put(folder, name, content, mode)


@pytest.mark.slow
def test_where_our_installer_can_not_run_the_containers_own_pip_does(box: Within, index: Index, tmp_path: Path) -> None:
    wheels = wheelhouse(tmp_path, inventory(box, SEEDED), index.tools)
    said = install_python(Musl(box), SEEDED, [to("1.1")], wheels, index.tools)

    assert isinstance(said, Applied), said
    assert says(box, SEEDED, "import spam; print(spam.VERSION)") == "1.1"


def test_without_any_installer_nothing_is_applied(box: Within, index: Index, tmp_path: Path) -> None:
    wheels = wheelhouse(tmp_path, inventory(box, BARE), index.tools)
    said = install_python(Musl(box), BARE, [to("1.1")], wheels, index.tools)

    assert isinstance(said, NotApplied)
    assert "has no pip, and our uv can't run" in said.reason
    assert says(box, BARE, "import spam; print(spam.VERSION)") == "1.0"


@dataclass(frozen=True)
class Lying(Musl):
    """Its installer says that all is well and does nothing."""

    def run(self, argv: Sequence[str], timeout: float, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> Exit:
        if argv[0] == f"{AT}/uv":
            return Exit(0, b"Installed 1 package", b"", False, False, 0.0)
        return self.inner.run(argv, timeout=timeout, env=env, stdin=stdin)


def test_an_installer_that_did_nothing_is_not_believed(box: Within, index: Index, tmp_path: Path) -> None:
    wheels = wheelhouse(tmp_path, inventory(box, BARE), index.tools)
    said = install_python(Lying(box), BARE, [to("1.1")], wheels, index.tools)

    assert said == NotApplied("the installer reported success and spam is 1.0", (to("1.1").id,), ())


@pytest.mark.slow
def test_an_artifact_that_changed_meanwhile_is_not_installed(box: Within, index: Index, tmp_path: Path) -> None:
    wheels = wheelhouse(tmp_path, inventory(box, BARE), index.tools)
    kept = wheels.fetch(Pin("spam", "1.1")).path
    shutil.copyfile(wheel(tmp_path / "other", "spam", "1.1", "evil = True"), kept)
    said = install_python(box, BARE, [to("1.1")], wheels, index.tools)

    assert isinstance(said, NotApplied)
    assert "hash" in said.reason.lower()
    assert says(box, BARE, "import spam; print(spam.VERSION)") == "1.0"


@pytest.mark.parametrize(
    ("python", "said"),
    [("/no/such/python", "can.t be started|did not tell"), ("/bin/true", "did not tell"), ("/bin/sh", "did not tell")],
    ids=["missing", "silent", "no-python"],
)
def test_an_interpreter_that_does_not_answer_is_an_error_with_a_remedy(box: Within, python: str, said: str) -> None:
    with pytest.raises(ReleaseError, match=said) as caught:
        inventory(box, python)
    assert "patch_test.docker.python" in caught.value.hint


def test_what_the_operating_system_owns_and_the_project_itself_are_not_pending(box: Within) -> None:
    docker = box.engine
    info = "/usr/lib/python3/dist-packages"
    files = {"os-1.0.dist-info/METADATA": "Name: os-tool\nVersion: 1.0\n", "os-1.0.dist-info/INSTALLER": "debian\n"}
    own = {"own-1.0.dist-info/METADATA": "Name: own\nVersion: 1.0\n", "own-1.0.dist-info/direct_url.json": OWN}
    docker.execute(box.container, ("mkdir", "-p", info), timeout=10)
    with scratch() as folder:
        for name, text in files.items():
            write(folder / name, text)
        docker.put(box.container, info, tar_of(folder, ""))
    with scratch() as folder:
        for name, text in own.items():
            write(folder / name, text)
        docker.put(box.container, "/usr/local/lib/python3.11/dist-packages", tar_of(folder, ""))
    known = inventory(box, "/usr/bin/python3")
    holes = Known([match(name, version="1.0") for name in ("os-tool", "own", "spam")])
    planned = plan_python({"web": known}, holes, NOW)

    assert [patch.name for patch in planned.patches] == ["spam"]
    assert "left out: 1 of the project, 1 of the operating system" in planned.sources[1]


OWN = '{"url": "file:///srv", "dir_info": {"editable": true}}'


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def interpreter(soabi: str = "cpython-311-x86_64-linux-gnu", libc: str = "glibc 2.36", **found: str) -> Interpreter:
    markers = {
        "python_full_version": "3.11.2", "python_version": "3.11", "platform_machine": "x86_64", "sys_platform": "linux",
        "platform_python_implementation": soabi.partition("-")[0].replace("cpython", "CPython"),
    }  # fmt: skip
    installed = {name: Installed(name, version, (), "") for name, version in found.items()}
    return Interpreter("/srv", (), markers, installed, frozenset(), soabi, libc)


def test_one_patch_for_a_distribution_with_a_member_for_each_service_that_has_it() -> None:
    services = {
        "web": interpreter(spam="1.0", eggs="1.0"),
        "worker": interpreter(spam="1.0", eggs="1.5"),
        "cron": interpreter(ham="1.0"),
    }
    holes = [match("spam"), match("eggs"), match("eggs", version="1.5"), match("ham", fix="")]
    planned = plan_python(services, Known(holes), NOW)

    assert {patch.id: patch.services for patch in planned.patches} == {
        "spam 1.0 -> 2.0 (web, worker)": ("web", "worker"),
        "eggs 1.0 -> 2.0 (web)": ("web",),
        "eggs 1.5 -> 2.0 (worker)": ("worker",),
    }
    assert [(patch.name, patch.services) for patch in planned.no_fix] == [("ham", ("cron",))]


@pytest.mark.parametrize(
    ("soabi", "libc", "abi", "some"),
    [
        ("cpython-311-x86_64-linux-gnu", "glibc 2.36", "cp311", ("manylinux_2_36_x86_64", "manylinux2014_x86_64", "manylinux1_x86_64")),
        ("cpython-313t-aarch64-linux-gnu", "glibc 2.17", "cp313t", ("manylinux_2_17_aarch64", "manylinux2014_aarch64")),
        ("cpython-39-i386-linux-gnu", "glibc 2.31", "cp39", ("manylinux_2_31_i686", "manylinux_2_5_i686")),
        ("cpython-312-x86_64-linux-musl", "musl 1.2.4", "cp312", ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64")),
        ("pypy310-pp73-x86_64-linux-gnu", "glibc 2.36", "none", ("any",)),
        ("", "", "none", ("any",)),
    ],
    ids=["debian", "free-threaded-arm", "32-bit", "alpine", "pypy", "unknown"],
)  # fmt: skip
def test_the_words_for_an_interpreter_elsewhere(soabi: str, libc: str, abi: str, some: tuple[str, ...]) -> None:
    found = platform(interpreter(soabi, libc))

    assert found.abi == abi
    assert set(some) <= set(found.tags)
    assert not any("2_37" in tag or "1_3" in tag for tag in found.tags)


def test_our_own_interpreter_fits_the_wheels_that_packaging_says(tmp_path: Path) -> None:
    found = platform(ask(Path(sys.executable), Processes(tmp_path), tmp_path))

    assert list(found.tags) == [tag for tag in platform_tags() if not tag.startswith("linux_")]
    assert found.abi == f"cp{sys.version_info.major}{sys.version_info.minor}"


def there(index: Index, folder: Path, **changed: object) -> Wheelhouse:
    known = platform(interpreter())
    return Wheelhouse(folder, replace(known, **changed) if changed else known, index.tools)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tag", "fits"),
    [
        ("cp311-cp311-manylinux_2_17_x86_64", True),
        ("cp311-cp311-manylinux_2_37_x86_64", False),
        *(
            pytest.param(tag, fits, marks=pytest.mark.slow)
            for tag, fits in (
                ("cp39-abi3-manylinux2014_x86_64", True),
                ("py3-none-any", True),
                ("cp312-cp312-manylinux_2_17_x86_64", False),
                ("cp311-cp311-musllinux_1_2_x86_64", False),
                ("cp311-cp311-manylinux_2_17_aarch64", False),
            )
        ),
    ],
)
def test_only_wheels_for_the_containers_interpreter_are_fetched(index: Index, tmp_path: Path, tag: str, fits: bool) -> None:
    made = wheel(index.folder, "ham", "1.1", "")
    made.rename(made.with_name(f"ham-1.1-{tag}.whl"))
    wheels = there(index, tmp_path)
    if fits:
        assert wheels.fetch(Pin("ham", "1.1")).path.name == f"ham-1.1-{tag}.whl"
    else:
        with pytest.raises(Unfetched, match=r"there is no wheel of ham==1\.1 for CPython 3\.11\.2 on glibc 2\.36, x86_64"):
            wheels.fetch(Pin("ham", "1.1"))


def test_what_was_fetched_once_is_not_asked_for_again(index: Index, tmp_path: Path) -> None:
    first = there(index, tmp_path).fetch(Pin("spam", "1.1"))
    for path in index.folder.iterdir():
        path.unlink()

    assert there(index, tmp_path).fetch(Pin("spam", "1.1")) == first


def test_a_source_distribution_is_not_built_for_elsewhere(index: Index, tmp_path: Path) -> None:
    with_backend(index.folder, "ham", "1.4")

    with pytest.raises(Unfetched, match="wheels are not built for it here"):
        there(index, tmp_path).fetch(Pin("ham", "1.4"))


@pytest.mark.slow
def test_new_dependencies_are_those_of_the_containers_interpreter(index: Index, tmp_path: Path) -> None:
    """Of an older Python than ours, in versions that go with what is held there."""
    needs = ["bacon>=2", "tomato; python_version<'3.10'", "toast; python_version>='3.11'"]
    wheel(index.folder, "spam", "1.2", "", needs)
    for version, asks in (("1.0", "eggs"), ("2.0", "eggs<2"), ("2.5", "eggs>=2"), ("3.0", "eggs>=2")):
        wheel(index.folder, "bacon", version, "", [asks])
    wheel(index.folder, "tomato", "1.0", "")
    wheel(index.folder, "toast", "1.0", "")
    old = interpreter("cpython-39-x86_64-linux-gnu", spam="1.0", eggs="1.0")
    old = replace(old, markers={**old.markers, "python_version": "3.9", "python_full_version": "3.9.2"})
    wheels = Wheelhouse(tmp_path, platform(old), index.tools)
    whole = wheels.complete(old.found, [wheels.fetch(Pin("spam", "1.2"))], old.markers)

    assert {(one.installed.name, one.installed.version) for one in whole} == {("spam", "1.2"), ("bacon", "2.0"), ("tomato", "1.0")}


def test_a_requirement_in_the_container_stands_against_a_patch(index: Index, tmp_path: Path) -> None:
    from secure_release.pipeline.clones.upgrade import chosen  # noqa: PLC0415

    known = interpreter(spam="1.0", eggs="1.0")
    known = replace(known, found={**known.found, "eggs": Installed("eggs", "1.0", ("spam<2",), "")})

    assert chosen(there(index, tmp_path), known, [to("2.0")]) == NotApplied("eggs requires spam<2", (to("2.0").id,), ("eggs",))


def test_a_platform_without_an_abi_takes_what_fits_everywhere(index: Index, tmp_path: Path) -> None:
    odd = platform(interpreter("pypy310-pp73-x86_64-linux-gnu"))

    assert isinstance(odd, Platform)
    assert Wheelhouse(tmp_path, odd, index.tools).fetch(Pin("spam", "1.1")).path.name == "spam-1.1-py3-none-any.whl"
