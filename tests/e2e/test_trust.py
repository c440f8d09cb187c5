"""A change cannot loosen its own gate: each adds a real hole, tries to get it through, and is refused all the same."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from .shop import Shop
from .small import ADVISORIES, BANDIT_ONLY, PIP_AUDIT, copy_of, make_small, publish

HOLE = "import subprocess\n\n\ndef go(x: str) -> None:\n    subprocess.call(x, shell=True)\n"
WHERE = "app/hole.py:5"
LATER = "2027-06-30"

Trick = Callable[[Shop], None]


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make_small(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="session")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    policy = {**BANDIT_ONLY["policy"], "require": ["pip-audit"], "refuse": "medium"}
    return make_small(
        tmp_path_factory.mktemp("audited"), {**BANDIT_ONLY, "scan": PIP_AUDIT, "advisories": ADVISORIES, "policy": policy}
    )


@pytest.fixture
def small(published: Shop, tmp_path: Path) -> Shop:
    return copy_of(published, tmp_path / "ein Projekt")


@pytest.fixture
def pinned(audited: Shop, tmp_path: Path) -> Shop:
    return copy_of(audited, tmp_path / "ein Projekt")


def program(small: Shop, name: str, text: str) -> None:
    path = small.write(name, text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def configured(**sections: Any) -> Trick:
    return lambda small: small.configure(**sections)


def written(name: str, text: str) -> Trick:
    def trick(small: Shop) -> None:
        small.write(name, text)

    return trick


def fingerprint(small: Shop) -> str:
    """What the hole is called, from a scan before the trick is tried."""
    small.run("scan", "--format", "json")
    found = [item for item in small.verdict()["findings"] if item["place"]["path"] == "app/hole.py"]
    return str(found[0]["fingerprint"])


def waived(small: Shop) -> None:
    waiver = {"fingerprint": fingerprint(small), "owner": "me", "reason": "I would like to release", "until": LATER}
    small.write("secure-release.waivers.yml", yaml.safe_dump({"waivers": [waiver]}))


def baselined(small: Shop) -> None:
    taken = {"taken": "2026-01-01", "commit": "0" * 40, "fingerprints": [fingerprint(small)]}
    small.write("secure-release.baseline.json", json.dumps(taken))


def asked_to_look_away(comment: str) -> Trick:
    return written("app/hole.py", HOLE.replace("shell=True)", f"shell=True)  {comment}"))


def fake_scanner(small: Shop) -> None:
    """It answers as bandit would about a clean project."""
    program(small, "tools/bandit", '#!/bin/sh\necho "bandit 1.9.4"\necho \'{"errors": [], "metrics": {}, "results": []}\'\n')


def fake_scanner_in_the_configuration(small: Shop) -> None:
    fake_scanner(small)
    small.configure(tools={"bandit": "tools/bandit"})


def modules_that_shadow(small: Shop) -> None:
    for name in ("bandit", "sitecustomize", "usercustomize", "yaml", "pydantic", "invoke", "secure_release", "encodings"):
        small.write(f"{name}.py", "raise SystemExit(0)\n")


def behind_a_link(small: Shop) -> None:
    """Python would import app/hole.py; no scanner takes notes.txt for Python."""
    small.write("app/notes.txt", HOLE)
    (small.root / "app" / "hole.py").unlink()
    (small.root / "app" / "hole.py").symlink_to("notes.txt")


def outside_by_a_link(small: Shop) -> None:
    (small.root / "app" / "hole.py").rename(small.root.parent / "hole.py")
    (small.root / "app" / "hole.py").symlink_to("../../hole.py")


def compiled(small: Shop) -> None:
    """Python imports app/hole.pyc where there is no app/hole.py."""
    import py_compile

    py_compile.compile(str(small.root / "app" / "hole.py"), str(small.root / "app" / "hole.pyc"), doraise=True)
    (small.root / "app" / "hole.py").unlink()


def ignored_but_committed(small: Shop) -> None:
    small.write(".gitignore", ".secure-release/\napp/hole.py\n*.py\n")
    small.git("add", "-f", "app/hole.py")


def ignored_by_another_file(small: Shop) -> None:
    small.write(".gitattributes", "app/hole.py export-ignore -diff binary linguist-vendored\n")


def strangely_named(small: Shop) -> None:
    """Two names that one careless way of writing would make one: the harmless one would be looked at twice."""
    small.write("app/a\nb.py", HOLE)
    small.write("app/a%0Ab.py", "X = 1\n")


def forged_run(small: Shop) -> None:
    small.run("scan")
    small.write(".gitignore", "ignored/\n")
    (small.root / ".secure-release" / ".gitignore").unlink()
    small.git("add", "-f", ".secure-release")


def a_tag_of_that_name(small: Shop) -> None:
    """`origin/main` is a tag's name too, and git prefers tags."""
    small.configure(policy={"require": [], "refuse": "critical"})
    small.commit()
    small.git("tag", "origin/main")


STORIES: dict[str, tuple[Trick, str]] = {
    "refuses-only-the-critical": (configured(policy={"refuse": "critical"}), WHERE),
    "refuses-only-the-critical-of-bandit": (configured(policy={"refuse_for": {"bandit": "critical"}}), WHERE),
    "believes-only-the-certain": (configured(policy={"min_confidence": "high", "refuse": "critical"}), WHERE),
    "requires-nothing": (configured(policy={"require": []}, scan={"skip": ["bandit"]}), WHERE),
    "skips-bandit": (configured(scan={"skip": ["bandit"]}), WHERE),
    "excludes-the-file": (configured(scan={"exclude": [{"path": "app/hole.py", "reason": "generated, I promise"}]}), WHERE),
    "makes-the-file-too-large": (configured(scan={"max_file_size": "10B"}), WHERE),
    "trusts-itself": (configured(gate={"trust": "HEAD"}, policy={"refuse": "critical"}), WHERE),
    "trusts-nobody": (configured(gate=None, policy={"refuse": "critical"}), WHERE),
    "takes-the-configuration-away": (lambda small: (small.root / "secure-release.yml").unlink(), WHERE),
    "names-another-waivers-file": (configured(policy={"waivers": "mine.yml"}), WHERE),
    "waives-itself": (waived, WHERE),
    "was-always-there": (baselined, WHERE),
    "nosec": (asked_to_look_away("# nosec"), WHERE),
    "nosec-by-name": (asked_to_look_away("# nosec B602"), WHERE),
    "nosemgrep": (asked_to_look_away("# nosemgrep"), WHERE),
    "refuses-no-comments": (configured(policy={"inline": "accept"}), WHERE),
    "a-bandit-file": (written(".bandit", "[bandit]\nexclude: app\nskips: B602\n"), WHERE),
    "a-bandit-section": (written("pyproject.toml", "[tool.bandit]\nexclude_dirs = ['app']\nskips = ['B602']\n"), WHERE),
    "a-semgrepignore": (written(".semgrepignore", "app/\n"), ".semgrepignore"),
    "a-scanner-of-its-own": (fake_scanner_in_the_configuration, WHERE),
    "modules-that-shadow-the-scanner": (modules_that_shadow, WHERE),
    "code-behind-a-link": (behind_a_link, WHERE),
    "code-outside-of-the-project": (outside_by_a_link, "the link leads out of the project"),
    "code-without-source": (compiled, "app/hole.pyc"),
    "code-that-git-ignores": (ignored_but_committed, WHERE),
    "code-with-attributes": (ignored_by_another_file, WHERE),
    "code-under-a-strange-name": (strangely_named, "app/a%0Ab.py:5"),
    "a-run-in-the-commit": (forged_run, ".secure-release"),
    "a-tag-named-as-the-trusted-branch": (a_tag_of_that_name, WHERE),
}


@pytest.mark.parametrize(("trick", "told"), STORIES.values(), ids=STORIES)
def test_a_change_cannot_loosen_its_own_gate(small: Shop, trick: Trick, told: str) -> None:
    small.write("app/hole.py", HOLE)
    trick(small)
    small.commit()

    ended = small.run("scan")

    assert ended.code in (10, 20, 2), ended
    assert told in ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err
