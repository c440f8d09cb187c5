"""A patch test of three real containers, written to all the time, with the real security updates that are pending in them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

import pytest

from secure_release.pipeline.clones.docker.mark import CLONE

from .composed import PG, Composed, composed, secret
from .shop import Shop

pytestmark = pytest.mark.slow
PROJECT = "secure-release-test-shop"
CONFIGURATION = f"""version: 1
release: {{name: webshop, version_file: VERSION}}
advisories: {{source: file, file: advisories, max_age: 3650d}}
patch_test:
  driver: docker
  tests: [python, -m, pytest, -q, "--junitxml={{junit}}"]
  docker:
    project: {PROJECT}
    tests_in: web
    python: {{web: /srv/.venv/bin/python}}
    scrub: [/data/secret.key]
    max_pause: 20s
    start: 5m
    checks:
      - {{name: shop, service: proxy, url: "http://proxy/healthz", contains: '"status":"ok"'}}
      - name: bank
        service: db
        run: [{PG}/psql, -h, /tmp, -U, postgres, -Atc, select sum(bal) = 1000000 from acct]
        expect: t
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Composed]:
    with composed(PROJECT) as project:
        yield project


@pytest.fixture
def project(shop: Shop) -> Shop:
    shop.write("secure-release.yml", CONFIGURATION)
    shop.commit("its patch test is about containers")
    return shop


def test_pending_patches_are_tried_in_clones_of_what_runs(running: Composed, project: Shop) -> None:
    before = {name: running.docker.container(running.container(name)).started for name in ("db", "web", "proxy")}
    with running.writing(), watched(running) as pauses:
        ended = project.run("patch-test")
        grown = running.psql("select xact_commit from pg_stat_database where datname = 'postgres'")
    patches = project.verdict()["patches"]
    judged = {one["patch"]["name"]: one["verdict"] for one in patches["judged"]}
    images = [one for one in patches["carriers"] if one["kind"] == "image"]
    try:
        assert ended.code == 0, ended
        assert judged.pop("werkzeug") == "breaks"
        assert {"openssl", "postgresql-15", "nginx", "flask", "jinja2"} <= judged.keys()
        assert set(judged.values()) == {"safe"}
        assert {one["service"] for one in images} == {"db", "web", "proxy"}
        assert patches["cloned"]["consistency"] == "crash-consistent"
        assert 0 < patches["cloned"]["paused"] <= 20
        assert {name: running.docker.container(running.container(name)).started for name in before} == before
        assert int(grown) > 0
        assert pauses and max(pauses) < 21
        assert any("postgres" in line for line in patches["restarts"])
        assert_clean(running, project)
        assert_no_secret(ended.out + ended.err, project)
    finally:
        for one in images:
            running.docker.remove_image(one["name"])


def test_the_plan_is_shown_and_nothing_is_cloned(running: Composed, project: Shop) -> None:
    ended = project.run("patch-test", "--dry-run", "--python")

    assert ended.code == 0, ended
    assert "werkzeug" in ended.out
    assert_clean(running, project)


class watched:
    """How long the database was seen paused at a stretch, from a thread that only looks; seconds."""

    def __init__(self, running: Composed) -> None:
        self.running, self.pauses, self.done = running, list[float](), threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> list[float]:
        self.thread.start()
        return self.pauses

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join(10)

    def _look(self) -> None:
        since: float | None = None
        while not self.done.wait(0.02):
            paused = self.running.docker.container(self.running.container("db")).state == "paused"
            if paused and since is None:
                since = time.monotonic()
            elif not paused and since is not None:
                self.pauses.append(time.monotonic() - since)
                since = None


def assert_clean(running: Composed, project: Shop) -> None:
    """Nothing that this project's journals say was made is there any more."""
    there = running.docker.labelled({CLONE: ""})
    names = {running.docker.container(one).name for one in there.containers} | set(there.volumes)
    journals = "".join(path.read_text() for path in project.root.glob(".secure-release/runs/*/journal.jsonl"))
    assert [name for name in names if json.dumps(name) in journals] == []
    assert list((project.root / ".secure-release" / "clones").glob("*-*")) == []


def assert_no_secret(said: str, project: Shop) -> None:
    assert secret() not in said
    holding = [path for path in project.root.rglob("*") if path.is_file() and secret().encode() in path.read_bytes()]
    assert holding == []
