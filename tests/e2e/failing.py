"""The webshop as it is released by each driver: to a folder, into a compose project, into a swarm; and new versions that fail.

Whatever fails, the new version has spoiled the data before: it deletes orders, adds a table and a picture.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from secure_release.pipeline.backups.patterns import excluding
from secure_release.pipeline.backups.sqlite import read_contents
from secure_release.pipeline.backups.walk import walk
from tests.engine import LABEL
from tests.pipeline.rollouts import World, client, swarm_of_one, world

from .composed import shop_image, tar_of
from .shop import QUICK, Ended, Shop, make_shop

OPENED = "    app = create_app(shop)\n"  # of webshop/__main__.py: here a bad version goes wrong
SPOIL = """
    import sqlite3
    with sqlite3.connect(shop.data / "shop.db") as spoiled:
        spoiled.execute("DELETE FROM orders WHERE id % 2")
        spoiled.execute("CREATE TABLE IF NOT EXISTS migrated (version TEXT)")
    (shop.uploads / "shell.php").write_text("evil")
"""
# Well at first; sick once somebody has searched twice, which only the watch does.
LATER = """
    asked = []
    @app.before_request
    def sick():
        asked.extend(request.args.getlist("q"))
        return ("sick", 500) if len(asked) > 1 else None
"""
MOODS = {
    "build": "",
    "start": "    raise SystemExit('it does not start')\n",
    "probe": "    app.before_request(lambda: ('sick', 500))\n",
    "verify": LATER,
    "killed": LATER,
}
KINDS = ("verify", "killed", "start", "build", "probe")
HEALTH = (
    "HEALTHCHECK --interval=1s --timeout=5s --retries=8 CMD "
    '["/srv/.venv/bin/python", "-c", "import urllib.request as u; u.urlopen(\'http://127.0.0.1:8000/healthz\', timeout=3)"]'
)
SERVE = 'CMD ["/srv/.venv/bin/python", "-m", "webshop", "--host", "0.0.0.0", "--port", "8000", "--data", "/data"]'
SEARCH = "/?q=green"


@dataclass
class Standing:
    """A released 1.1.0 and its data. `number` counts the failed releases after it."""

    shop: Shop
    data: Path
    number: int = 0
    good: str = field(init=False)  # webshop/__main__.py

    def __post_init__(self) -> None:
        self.good = (self.shop.root / "webshop/__main__.py").read_text()

    def running(self) -> object:
        """What runs, and from what."""
        current = self.shop.site / "current"
        return current.readlink(), walk(current.resolve(), "", excluding(("__pycache__",))).items

    def state(self) -> tuple[object, ...]:
        """Everything that a failed release must leave as it was."""
        with closing(sqlite3.connect(self.data / "shop.db", timeout=30, isolation_level=None)) as database:
            database.text_factory = bytearray
            tables = read_contents(database, "shop.db", (self.data / "shop.db").stat())
        return self.shop.answers(), self.running(), tables, walk(self.data / "uploads", "", excluding(())).items

    def next(self, kind: str) -> str:
        """Commit a version that will fail so; its number."""
        self.number += 1
        version = f"1.2.{self.number}"
        self.shop.write("webshop/__main__.py", self.good.replace(OPENED, OPENED + SPOIL + MOODS[kind]))
        self.build(version, kind)
        self.shop.release(version)
        return version

    def build(self, version: str, kind: str) -> None:
        prepare = self.shop.root / "deploy/prepare"
        if not (aside := prepare.with_name("prepare.good")).exists():
            shutil.copy2(prepare, aside)
        shutil.copy2(aside, prepare)
        if kind == "build":
            prepare.write_text("#!/bin/sh\necho 'it is not built' >&2\nexit 7\n")

    def fail(self, kind: str, after: float) -> Ended:
        """Release it. `killed`: with SIGKILL, so many seconds after the change was begun; then taken back by its run."""
        self.next(kind)
        if kind != "killed":
            return self.shop.run("run")
        before = set(self.shop.runs())
        process = self.shop.start("run")
        limit = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < limit:
            new = sorted(set(self.shop.runs()) - before)
            if new and any(entry["kind"] == "change-started" for entry in self.shop.journal(new[-1])):
                break
            time.sleep(0.02)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(after)
        process.send_signal(signal.SIGKILL)
        said, _ = process.communicate()
        if process.returncode != -signal.SIGKILL:  # it came to its own end first
            return Ended(process.returncode, said, "")
        ended = self.shop.run("rollback", "--run", str(self.shop.runs()[-1]))
        whole = any(entry["kind"] == "run-finished" for entry in self.shop.journal())  # the kill came when all was done
        return Ended(30, ended.out, ended.err) if whole and ended.code == 0 else ended


@dataclass
class Contained(Standing):
    """In containers of the image `NAME:VERSION`, which is built before each release."""

    made: World = field(kw_only=True)

    def build(self, version: str, kind: str) -> None:
        if kind != "build":
            self.image(version)

    def image(self, version: str) -> None:
        docker = self.made.docker
        box = self.made.run(["create", shop_image(docker), "true"])
        docker.put(box, "/srv", tar_of(self.shop.root, "", ("webshop",)))
        self.shop.write("build/VERSION", f"{version}\n")
        docker.put(box, "/srv", tar_of(self.shop.root / "build", ""))
        shutil.rmtree(self.shop.root / "build")
        docker.commit(box, f"{self.made.name}:{version}", self.made.labels, ["WORKDIR /srv", SERVE, HEALTH])
        docker.remove(box)

    def running(self) -> object:
        return sorted((one.id, one.name, one.image, one.state) for one in self.made.living())


@dataclass
class Swarmed(Contained):
    def running(self) -> object:
        """Tasks are new ones, and how often they were told to be is counted: what they are made of must be as before."""
        spec: Any = self.made.docker.service(f"{self.made.name}_web").spec
        task = {name: value for name, value in spec["TaskTemplate"].items() if name != "ForceUpdate"}
        return {**spec, "TaskTemplate": task}, [one.image for one in self.made.docker.containers(self.made.labels, every=False)]


def prepared(folder: Path, **sections: Any) -> Shop:
    shop = make_shop(folder)
    quick = {**QUICK, "scan": {"skip": [*QUICK["scan"]["skip"], "bandit"]}, "policy": {"require": ["clock"], "patch_test": "off"}}
    watch = {"watch": {"for": "2s", "every": "1s"}}
    health = {"name": "health", "url": f"http://127.0.0.1:{shop.port}/healthz", "json": {"version": "{version}"}, "within": "6s"}
    search = {"name": "search", "url": f"http://127.0.0.1:{shop.port}{SEARCH}", "contains": "Green", "within": "2s"}
    shop.configure(**{**quick, "verify": {**watch, "probes": [health, search]}, **sections})
    (shop.root / ".gitignore").write_text((shop.root / ".gitignore").read_text() + "build/\ndeploy/prepare.good\n")
    return shop


def sources(path: str) -> list[dict[str, str]]:
    return [
        {"name": "shop-db", "type": "sqlite", "path": f"{path}/shop.db", "on_rollback": "always"},
        {"name": "uploads", "type": "path", "path": f"{path}/uploads", "on_rollback": "always"},
    ]


NO_FOLDER = {"site": None, "prepare": None, "restart": None, "env": None}


@contextlib.contextmanager
def in_a_folder(folder: Path) -> Iterator[Standing]:
    shop = prepared(folder, backup={"sources": sources("live/data")})
    shop.commit("ready")
    ended = shop.run("run")
    assert ended.code == 0, ended
    try:
        yield Standing(shop, shop.root / "live/data")
    finally:
        shop.stop()


@contextlib.contextmanager
def in_compose(folder: Path) -> Iterator[Standing]:
    with world() as made:
        volume = f"{made.name}-data"
        deploy = {**NO_FOLDER, "driver": "compose", "project": made.name, "image": {"web": f"{made.name}:{{version}}"}}
        backup = {"sources": [{"name": "files", "type": "docker-volume", "volume": volume, "on_rollback": "always"}]}
        shop = prepared(folder, backup=backup, deploy={**deploy, "settle": "1s", "timeout": "20s"})
        shop.commit("ready")
        made.docker.create_volume(volume, made.labels, {})
        place = made.docker.volume(volume).place
        subprocess.run(["cp", "-a", f"{shop.root}/live/data/.", str(place)], check=True)
        standing = Contained(shop, place, made=made)
        standing.image("1.1.0")
        words = ["-p", f"127.0.0.1:{shop.port}:8000", "-v", f"{volume}:/data", "--init", "--restart", "always"]
        made.service("web", 1, f"{made.name}:1.1.0", words)
        made.settled()
        yield standing


@contextlib.contextmanager
def in_a_swarm(folder: Path) -> Iterator[Standing]:
    with swarm_of_one(), world() as made:
        name = f"{made.name}_web"
        deploy = {**NO_FOLDER, "driver": "swarm", "services": {"web": name}, "image": {"web": f"{made.name}:{{version}}"}}
        shop = prepared(folder, backup={"sources": sources("live/data")}, deploy={**deploy, "settle": "1s", "timeout": "20s"})
        shop.commit("ready")
        data = shop.root / "live/data"
        standing = Swarmed(shop, data, made=made)
        standing.image("1.1.0")
        words = ["--name", name, "--init", "--stop-grace-period", "2s", "--update-monitor", "2s"]
        words += ["--publish", f"mode=host,target=8000,published={shop.port}", "--mount", f"type=bind,src={data},dst=/data"]
        labels = ["--label", f"{LABEL}={made.name}", "--container-label", f"{LABEL}={made.name}"]
        client("service", "create", "--quiet", "--no-resolve-image", *words, *labels, f"{made.name}:1.1.0")
        try:
            yield standing
        finally:
            client("service", "rm", name)
            deadline = time.monotonic() + 30
            while made.docker.containers(made.labels) and time.monotonic() < deadline:
                time.sleep(0.2)


DRIVERS = {"directory": in_a_folder, "compose": in_compose, "swarm": in_a_swarm}
