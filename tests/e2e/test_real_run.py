"""The whole release with everything on: every scanner, the patch test, the backup, the deploy. Slow, and run in CI."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from secure_release.checks.builtin.secrets import planted

from .shop import SCRIPT, Shop

pytestmark = pytest.mark.slow
PASSWORD = "".join(("Tr0ub4dor", "-and-3-", "horses"))


def with_environment(shop: Shop) -> Shop:
    uv = str(SCRIPT.parent / "uv")
    subprocess.run([uv, "venv", "--quiet", ".venv"], cwd=shop.root, check=True)
    subprocess.run([uv, "pip", "sync", "--quiet", "--python", ".venv", "requirements-test.txt"], cwd=shop.root, check=True)
    return shop


def test_the_example_passes_and_there_is_something_to_read(shop: Shop) -> None:
    ended = with_environment(shop).run("run")

    assert ended.code == 0, ended
    assert Path(ended.out.splitlines()[-1]).name == "report.html"
    verdict = shop.verdict()
    judged = {one["patch"]["name"]: one["verdict"] for one in verdict["patches"]["judged"]}
    assert judged == {"flask": "safe", "idna": "safe", "jinja2": "safe", "werkzeug": "breaks"}
    assert shop.answers() == "1.1.0"
    assert {path.name for path in shop.runs()[-1].iterdir()} >= {
        *("report.html", "report.md", "findings.sarif", "junit.xml", "sbom.cdx.json", "verdict.json", "journal.jsonl")
    }
    names = {part["name"] for part in json.loads((shop.runs()[-1] / "sbom.cdx.json").read_text())["components"]}
    assert {"flask", "werkzeug", "waitress"} <= names
    assert shop.left_behind() == []


def test_what_is_installed_and_what_is_locked_are_told_apart(shop: Shop) -> None:
    """Without an environment the lock is cloned, and said so; the verdicts are the same."""
    assert shop.run("patch-test").code == 0

    patches = shop.verdict()["patches"]
    assert patches["environment"]["cloned_from"] == "lock"
    assert sorted(one["verdict"] for one in patches["judged"]) == ["breaks", "safe", "safe", "safe"]


def test_no_secret_of_the_source_travels_into_the_run(shop: Shop) -> None:
    tokens = list(planted().values())
    lines = [f"KEY_{number} = {token!r}" for number, token in enumerate(tokens)]
    shop.write("webshop/keys.py", "\n".join([*lines, f"password = {PASSWORD!r}", ""]))
    shop.commit()

    ended = shop.run("scan")

    assert ended.code == 10, ended
    assert "webshop/keys.py" in ended.out
    written = [path for path in shop.runs()[-1].rglob("*") if path.is_file()]
    said = ended.out + ended.err + "".join(path.read_text(errors="replace") for path in written)
    assert [token[:6] for token in (*tokens, PASSWORD) if token in said] == []
