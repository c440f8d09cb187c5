"""Living in other people's projects: their packages, their tasks, their checks; and alone, from a wheel."""

from __future__ import annotations

import json
import re
import stat
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.wheel import HOUSE, installed

from .shop import EXAMPLE, SCRIPT, Ended, Shop, environment
from .small import BANDIT_ONLY, copy_of, make_small

UNTRUSTED = {**BANDIT_ONLY, "gate": {"trust": None}}
HOLE = "import subprocess\n\n\ndef go(x: str) -> None:\n    subprocess.call(x, shell=True)\n"


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make_small(tmp_path_factory.mktemp("plain"), UNTRUSTED)


@pytest.fixture
def small(plain: Shop, tmp_path: Path) -> Shop:
    return copy_of(plain, tmp_path / "mein lädchen")


def ran(cwd: Path, *words: str | Path, env: dict[str, str] | None = None) -> Ended:
    done = subprocess.run(words, cwd=cwd, env={**environment(), **(env or {})}, capture_output=True, text=True)
    return Ended(done.returncode, done.stdout, done.stderr)


def invoke(small: Shop, *words: str) -> Ended:
    return ran(small.root, SCRIPT.parent / "invoke", *words)


THEIRS = """
import checks
import pipeline
from invoke import task
from secure_release.pipeline.cli import namespace as ns

@task
def who(c):
    print(pipeline.WHO, checks.WHO)

ns.add_task(who)
"""


@pytest.mark.slow
def test_a_project_with_packages_of_our_names_keeps_them(small: Shop) -> None:
    small.write("pipeline/__init__.py", "WHO = 'their pipeline'\n")
    small.write("pipeline/cli.py", "raise SystemExit('the wrong one')\n")
    small.write("checks/__init__.py", "WHO = 'their checks'\n")
    small.write("tasks.py", THEIRS)
    small.commit()

    listed, who, scanned = invoke(small, "--list"), invoke(small, "who"), invoke(small, "scan")

    assert "secure-release (run)" in listed.out and "patch-test" in listed.out and "who" in listed.out, listed
    assert who.out == "their pipeline their checks\n", who
    assert scanned.code == 0, scanned
    assert "bandit" in str(small.verdict()["checks"])


SUBCOLLECTION = """
from invoke import Collection, task
from secure_release.pipeline.cli import namespace as ours

@task(aliases=["b"])
def build(c):
    print("built")

ns = Collection(build)
ns.add_collection(ours, name="release")
"""


def test_our_tasks_are_a_collection_among_others(small: Shop) -> None:
    small.write("tasks.py", SUBCOLLECTION)
    small.write("app/hole.py", HOLE)
    small.commit()

    listed = invoke(small, "--list")
    assert "release.scan" in listed.out and "release.secure-release (release.run)" in listed.out, listed
    assert invoke(small, "b").out == "built\n"
    refused = invoke(small, "release.scan", "--format", "json")
    assert refused.code == 10, refused
    assert json.loads(refused.out)["findings"][0]["place"]["path"] == "app/hole.py"
    assert invoke(small, "release.run", "--dry-run").code == 0


def test_a_folder_of_the_project_is_as_good_as_its_root(small: Shop) -> None:
    ended = small.run("scan", cwd=small.root / "app")

    assert ended.code == 0, ended
    assert len(small.runs()) == 1


# --- checks of other people


def package(folder: Path, module: str, entry: str) -> dict[str, str]:
    """A distribution as pip would have installed it: its module, and what it offers. Returns the environment that shows it."""
    info = folder / "own_check-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own-check\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[secure_release.checks]\nown = {entry}\n")
    (folder / "own_check.py").write_text(module)
    return {"PYTHONPATH": str(folder)}


OWN = """
from secure_release.checks import Confidence, Finding, Place, Ran, Result, Severity, Witness, ran

class Own:
    name = "{name}"
    title = "no file may be named new"

    def run(self, context) -> Result:
        {first}
        found = [f.path for f in context.files if "new" in f.path]
        findings = tuple(
            Finding("own", "new", Severity.HIGH, Confidence.HIGH, "is new", Place(path, 1, 1), path, "", "", (), (Witness("own", "new"),), 0)
            for path in found
        )
        return ran(findings, tuple(f.path for f in context.files), (), ())

CHECK = Own()
"""
PACKAGES = {
    "finds": (OWN.format(name="own", first=""), "own_check:CHECK", 10, "app/new.txt:1: is new"),
    "crashes": (OWN.format(name="own", first="raise KeyError('x')"), "own_check:CHECK", 20, "own gave no answer: the check itself crashed"),
    "has-a-name-that-is-taken": (OWN.format(name="bandit", first=""), "own_check:CHECK", 2, "two checks are named bandit"),
    "is-not-there": ("", "own_check:CHECK", 2, "The checks can't be loaded"),
    "needs-what-is-not-there": ("import nowhere\n", "own_check:CHECK", 2, "No module named 'nowhere'"),
}


@pytest.mark.parametrize(("module", "entry", "code", "told"), PACKAGES.values(), ids=PACKAGES)
def test_a_check_of_another_package(small: Shop, tmp_path: Path, module: str, entry: str, code: int, told: str) -> None:
    small.write("app/new.txt", "x\n")
    small.configure(policy={"require": ["bandit", "own"]})
    small.commit()

    ended = small.run("scan", env=package(tmp_path / "site", module, entry))

    assert ended.code == code, ended
    assert told in " ".join((ended.out + ended.err).split())
    assert "Traceback" not in ended.out + ended.err


FOUR_LINES = {
    "command": "bandit --format sarif --output {report} --exit-zero {files}",
    "specimen": "bad.py",
    "files": "*.py",
    "exits": [0],
}


@pytest.mark.parametrize(
    ("tool", "code", "told"),
    [
        pytest.param("bandit", 10, "app/hole.py:5", id="there"),
        pytest.param("nowhere-to-be-found", 20, "own gave no answer: nowhere-to-be-found is not installed.", id="not-there"),
        pytest.param("true", 20, "own gave no answer: own exited 0 and wrote no report.", id="silent"),
        pytest.param("echo", 20, "own gave no answer: own exited 0 and its report", id="another-tool"),
    ],
)
def test_four_lines_of_configuration_make_a_check(small: Shop, tool: str, code: int, told: str) -> None:
    command = FOUR_LINES["command"].replace("bandit", tool)  # type: ignore[attr-defined]
    exclude = [{"path": "bad.py", "reason": "the specimen, bad on purpose"}]
    small.configure(
        scan={"skip": ["bandit", *BANDIT_ONLY["scan"]["skip"]], "checks": {"own": {**FOUR_LINES, "command": command}}, "exclude": exclude},
        policy={"require": ["own"]},
    )
    small.write("bad.py", HOLE)
    small.write("app/hole.py", HOLE)
    small.commit()

    ended = small.run("scan")

    assert ended.code == code, ended
    assert told in " ".join(ended.out.split())


# --- init, waive, baseline, doctor, schema


@pytest.fixture
def fresh(tmp_path: Path) -> Shop:
    """A small Flask project that has never heard of us."""
    shop = Shop(tmp_path / "Mein Lädchen 2", 0)
    shop.write("app.py", "from flask import Flask\n\napp = Flask(__name__)\n")
    shop.write("requirements.txt", "flask==3.1.2\n")
    shop.write("requirements-dev.txt", "-r requirements.txt\npytest==8.4.2\n")
    shop.write("VERSION", "1.0.0\n")
    shop.git("init", "-q")
    shop.commit("first")
    return shop


def test_init_writes_a_configuration_that_a_release_accepts(fresh: Shop) -> None:
    assert fresh.run("init").code == 0
    fresh.commit()

    planned = fresh.run("run", "--dry-run")

    assert planned.code == 0, planned
    written = yaml.safe_load((fresh.root / "secure-release.yml").read_text())
    assert written["release"] == {"name": "mein-l-dchen-2", "version_file": "VERSION"}
    assert written["patch_test"]["requirements"] == ["requirements-dev.txt", "requirements.txt"]
    assert "Plan for mein-l-dchen-2" in planned.out
    assert "patch-test" in invoke(fresh, "--list").out
    assert fresh.git("status", "--porcelain") == ""


def test_init_keeps_what_was_edited_and_shows_the_difference(fresh: Shop) -> None:
    fresh.run("init")
    config = fresh.root / "secure-release.yml"
    edited = config.read_text().replace("refuse: high", "refuse: low")
    config.write_text(edited)

    again = fresh.run("init")

    assert again.code == 1, again
    assert config.read_text() == edited
    assert "-  refuse: low" in again.out and "+  refuse: high" in again.out
    assert "tasks.py is as it should be." in again.out
    assert fresh.run("init", "--force").code == 0
    assert "refuse: high" in config.read_text()


def test_without_a_configuration_the_defaults_are_told(fresh: Shop) -> None:
    ended = fresh.run("run", "--dry-run")

    assert ended.code == 0, ended
    assert "no secure-release.yml: defaults for what was found" in ended.out


def test_a_waiver_changes_the_answer_until_its_end(small: Shop) -> None:
    small.write("app/hole.py", HOLE)
    small.commit()
    assert small.run("scan").code == 10
    hole = next(f["fingerprint"] for f in small.verdict()["findings"] if f["place"]["line"] == 5)
    words = ("waive", hole, "--owner", "ann@example.com", "--reason", "the argument is a constant")

    forgotten = small.run(*words, "--until", "2020-01-01")
    assert forgotten.code == 1 and "is not between today and" in forgotten.err, forgotten
    unknown = small.run("waive", "0" * 20, *words[2:], "--until", soon(small))
    assert unknown.code == 1 and "Nothing in the last run has the fingerprint" in unknown.err, unknown
    assert small.run(*words, "--until", soon(small)).code == 0
    small.commit()
    ended = small.run("scan")
    assert ended.code == 0, ended
    assert [w["owner"] for w in small.verdict()["waivers"]] == ["ann@example.com"]


def soon(small: Shop) -> str:
    """A day within the year: the day of the last run, and a month."""
    day = small.runs()[-1].name[:8]
    year, month = int(day[:4]), int(day[4:6])
    return f"{year + month // 12}-{month % 12 + 1:02}-01"


@pytest.mark.slow
def test_a_baseline_lets_stand_what_stood_and_nothing_else(small: Shop) -> None:
    small.write("app/hole.py", HOLE)
    small.commit()
    assert small.run("scan").code == 10

    assert small.run("baseline").code == 0
    small.commit()
    assert small.run("scan").code == 0
    small.write("app/other.py", HOLE)
    small.commit()
    ended = small.run("scan")
    assert ended.code == 10, ended
    assert "app/other.py:5" in ended.out and "app/hole.py:5" not in ended.out


@pytest.mark.slow
def test_a_baseline_is_not_taken_from_half_a_scan(small: Shop) -> None:
    small.configure(tools={"bandit": "nowhere"})
    small.commit()
    assert small.run("scan").code == 20

    ended = small.run("baseline")

    assert ended.code == 20, ended
    assert "bandit gave no answer" in ended.err


def test_doctor_says_what_is_there_and_what_is_missing(fresh: Shop) -> None:
    fresh.run("init")
    sources = [{"name": "db", "type": "sqlite", "path": "app.db"}]
    fresh.configure(tools={"semgrep": "nowhere"}, backup={"sources": sources})

    ended = fresh.run("doctor")

    assert ended.code == 20, ended
    lines = ended.out.splitlines()
    assert any(re.match(r"ok +bandit: /", line) for line in lines), ended
    assert "MISSING semgrep: scan needs it: pip install semgrep" in lines
    assert "MISSING source db: app.db is not there" in lines


def test_the_schema_knows_the_example_and_its_mistakes(small: Shop) -> None:
    schema = json.loads(small.run("schema").out)
    example = yaml.safe_load((EXAMPLE / "secure-release.yml").read_text())

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(example, schema)
    with pytest.raises(jsonschema.ValidationError, match="timeuot"):
        jsonschema.validate({**example, "scan": {"timeuot": "5s"}}, schema)


# --- the wheel


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As pipx would do it: an environment that nobody has on PATH. Returns its script."""
    return installed(tmp_path_factory) / "bin" / "secure-release"


@pytest.mark.slow
def test_the_wheel_holds_every_file_that_we_read(alone: Path) -> None:
    site = next((alone.parent.parent / "lib").glob("python3*/site-packages/secure_release"))
    here = {
        path.relative_to(HOUSE).as_posix()
        for package in ("checks", "pipeline", "templates")
        for path in (HOUSE / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    there = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file() and "__pycache__" not in path.parts}

    assert there == here
    assert str(files("secure_release.checks.rules")) != str(site / "checks" / "rules"), "this test looks at the wheel, not at itself"


@pytest.mark.slow
def test_the_wheel_works_alone(alone: Path, small: Shop) -> None:
    """Nothing of ours is on PATH: the tools are found beside our own interpreter."""
    env = {"HOME": str(small.root.parent), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}

    def run(*words: str) -> Ended:
        done = subprocess.run([str(alone), *words], cwd=small.root, env=env, capture_output=True, text=True)
        return Ended(done.returncode, done.stdout, done.stderr)

    assert "patch-test" in run("--list").out
    assert json.loads(run("schema").out)["title"] == "secure-release.yml"
    (small.root / "secure-release.yml").unlink()
    assert run("init").code == 0
    advisories = {"source": "file", "file": "advisories", "max_age": "3650d"}
    every = ["bandit", "semgrep", "pip-audit", "secrets", "workflows", "sbom"]
    small.configure(advisories=advisories, policy={"require": every})
    small.write("app/hole.py", HOLE)
    small.write(".github/workflows/ci.yml", "on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: 'true'}]}}\n")
    small.commit()
    ended = run("scan")
    assert ended.code == 10, ended
    states: dict[str, Any] = {check["name"]: check["answered"] for check in small.verdict()["checks"]}
    assert all(states[name] for name in every), states
    hole = next(f for f in small.verdict()["findings"] if f["place"] == {"path": "app/hole.py", "line": 5, "end_line": 5})
    assert {witness["check"] for witness in hole["witnesses"]} >= {"bandit"}
    assert (small.runs()[-1] / "report.html").stat().st_mode & stat.S_IRUSR
