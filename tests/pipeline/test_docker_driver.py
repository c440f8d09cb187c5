"""The docker driver keeps what every clone driver promises: real containers, real packages of a small repository."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.docker import Docker, engine
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.adapters.unpause import guard
from secure_release.pipeline.clones.docker.driver import DockerPatcher
from secure_release.pipeline.clones.docker.mark import CLONE
from secure_release.pipeline.clones.packages.box import box
from secure_release.pipeline.containers import Bind, Health, NotThere, Spec
from secure_release.pipeline.journal import JournalFile
from secure_release.pipeline.patch_config import PatchSection
from secure_release.pipeline.patching import Applied, Consistency, NotApplied, Patch, Patcher

from ..engine import LABEL, image, real_engine
from ..fakes_patch import NOW, source
from .clone_contract import CloneContract
from .deb_repository import packed, repository
from .deb_world import SECURITY, TRUSTED, mark, publish, ran, sources, two

pytestmark = pytest.mark.slow
CHECK = """import sys
broken = open('/usr/lib/breaking/code').read() != 'old\\n'
written = open('/data/orders').read() != 'one\\n'
case = '<testcase classname="shop" name="{}">{}</testcase>'
cases = [case.format('code', '<failure message="breaking"/>' if broken else ''), case.format('orders', '<failure/>' if written else '')]
open('/data/seen', 'a').write('x')
open(sys.argv[1], 'w').write('<testsuite>' + ''.join(cases) + '</testsuite>')
sys.exit(1 if broken or written else 0)
"""
WELL = Health(("CMD", "grep", "-q", "old", "/usr/lib/sick/code"), 0.5, 5.0, 2, 0.0)
SERVE = "import time\nopen('/data/orders', 'w').write('one\\n')\nwhile True:\n    time.sleep(60)\n"


@pytest.fixture(scope="module")
def running(docker: Docker) -> Iterator[str]:
    """The name of a container that serves, with a volume; two patches are pending in it."""
    its = mark("driver")
    name = f"{LABEL}-{its.clone}"
    try:
        with box(docker, image(docker), its, network="none") as made:
            old = [two(name)[0] for name in ("harmless", "breaking", "sick")]
            ran(made, "mkdir", "-p", "/old")
            docker.put(made.id, "/old", packed(".", repository(old, {})))
            ran(made, "sh", "-c", "dpkg -i /old/*.deb && rm -r /old")
            new = [two("harmless")[1], two("breaking", n=2000)[1], two("sick", n=3000)[1]]
            publish(made, "security", repository(new, SECURITY))
            sources(made, TRUSTED.format(name="security"))
            made.put("/srv", "check.py", CHECK.encode())
            made.put("/srv", "serve.py", SERVE.encode())
            made.commit(f"{name}:1")
        docker.create_volume(name, {LABEL: its.clone}, {})
        docker.start(docker.create(served(name, {LABEL: its.clone})))
        time.sleep(1)
        assert docker.container(name).state == "running", docker.logs(name, 20)
        yield name
    finally:
        docker.remove(name)
        docker.remove_volume(name)
        docker.remove_image(f"{name}:1")


@pytest.fixture(scope="module")
def docker() -> Docker:
    return real_engine()


def served(name: str, labels: Mapping[str, str]) -> Spec:
    return Spec(
        name=name, image=f"{name}:1", labels=labels, env=(), entrypoint=("python3",), command=("/srv/serve.py",), user="",
        working_dir="/srv", hostname="", health=WELL, no_health=False, mounts=(Bind(name, "/data", True, False),), tmpfs={},
        network="bridge", aliases=(), dns=(), ports=(), cap_add=(), cap_drop=(), no_new_privileges=False, memory=0,
        pids=0, init=True, restart="no",
    )  # fmt: skip


class TestDockerDriver(CloneContract):
    @pytest.fixture(autouse=True)
    def _there(self, docker: Docker, running: str) -> Iterator[None]:
        self.docker, self.running = docker, running
        self.made: list[DockerPatcher] = []
        yield
        for one in self.made:
            one.close()

    def driver(self, folder: Path) -> Patcher:
        number = len(list(folder.glob(".secure-release/runs/*")))
        run = folder / ".secure-release" / "runs" / f"run-{number}"
        run.mkdir(parents=True)
        section = PatchSection.model_validate(
            {
                "driver": "docker",
                "tests": ("python3", "/srv/check.py", "{junit}"),
                "timeout": "60s",
                "docker": {"container": self.running, "max_pause": "20s", "start": "8s"},
            }
        )
        nobody: object = None
        made = DockerPatcher(
            project=folder, source=source(folder, folder), folder=run, run=run.name, scratch=run / "scratch", config=section,
            open_engine=lambda: engine(threading.Event()), programs=Processes(folder), guard=guard,
            advisories=nobody, journal=JournalFile(run / "journal.jsonl", lambda: NOW), now=lambda: NOW,  # type: ignore[arg-type]
            progress=lambda _: None,
        )  # fmt: skip
        made.environment()
        self.planned = {patch.name: patch for patch in made.plan().patches}
        self.made.append(made)
        return made

    def harmless(self) -> Patch:
        return self.planned["harmless"]

    def breaking(self) -> Patch:
        return self.planned["breaking"]

    def impossible(self) -> Patch:
        patch = self.planned["harmless"]
        return replace(patch, fixed="9", sha256=(), members=tuple(replace(one, fixed="9") for one in patch.members))

    def traces(self, folder: Path) -> Mapping[str, object]:
        there = self.docker.labelled({CLONE: ""})
        ours = folder / ".secure-release" / "clones"
        container = self.docker.container(self.running)
        journals = "".join(path.read_text() for path in folder.glob(".secure-release/runs/*/journal.jsonl"))
        names = [*map(self._container, there.containers)]
        return {
            "source": (container.id, container.state, container.started),
            "containers": sorted(name for name in names if name in journals and "-base-" not in name),
            "volumes": sorted(name for name in there.volumes if name in journals and "-base-" not in name),
            "networks": sorted(one for one in map(self._network, there.networks) if one in journals and "-base-" not in one),
            "folders": sorted(path.name for path in ours.glob("*") if not path.name.startswith("base-")) if ours.exists() else [],
        }

    def _container(self, id_: str) -> str:
        """Its name; "" for one that is gone by now: other tests have theirs."""
        try:
            return self.docker.container(id_).name
        except NotThere:
            return ""

    def _network(self, id_: str) -> str:
        try:
            return self.docker.network(id_).name
        except NotThere:
            return ""

    def test_what_was_tested_is_what_can_be_rolled_out(self, tmp_path: Path) -> None:
        driver = self.driver(tmp_path)
        with driver.clone("trial") as clone:
            assert isinstance(clone.apply([self.harmless()]), Applied)
            assert clone.test().failed == frozenset()
        image_, command = driver.carriers([self.harmless()])
        try:
            ended = self._in(image_.name, "cat", "/usr/lib/harmless/code")
        finally:
            self.docker.remove_image(image_.name)

        assert ended == "new\n"
        assert command.name == "apt-get install --only-upgrade harmless:all=1.0-1+sec1"
        assert driver.cloned().consistency is Consistency.CRASH
        assert 0 < driver.cloned().paused < 20

    def _in(self, image_: str, *words: str) -> str:
        with box(self.docker, image_, mark("look"), network="none") as opened:
            return ran(opened, *words)

    def test_a_service_that_runs_and_is_not_well_is_waited_for_again_and_never_tested(self, tmp_path: Path) -> None:
        with self.driver(tmp_path).clone("trial") as clone:
            assert isinstance(clone.apply([self.planned["sick"]]), Applied)
            first, again = clone.test(), clone.test()

        for run in (first, again):
            assert run.failed == frozenset({f"starts::{self.running}"}), run
            assert "is not healthy after 8 s" in run.why_none

    def test_nothing_installed_is_not_applied(self, tmp_path: Path) -> None:
        with self.driver(tmp_path).clone("trial") as clone:
            assert isinstance(clone.apply([]), NotApplied)
