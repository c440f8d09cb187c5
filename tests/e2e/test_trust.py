"""A change cannot loosen its own gate: each adds a real hole, tries to get it through, and is refused all the same."""

from __future__ import annotations

import json
import os
import py_compile
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from .shop import Ended, Shop
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


def refused(ended: Ended, told: str) -> None:
    """Never a yes, and a sentence that tells; what the report wraps is read as one line."""
    assert ended.code in (10, 20, 2), ended
    assert " ".join(told.split()) in " ".join((ended.out + ended.err).split()), ended
    assert "Traceback" not in ended.out + ended.err


def program(small: Shop, name: str, text: str) -> None:
    path = small.write(name, text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def configured(**sections: Any) -> Trick:
    return lambda small: small.configure(**sections)


def written(name: str, text: str) -> Trick:
    def trick(small: Shop) -> None:
        small.write(name, text)

    return trick


def both(one: Trick, other: Trick) -> Trick:
    def trick(small: Shop) -> None:
        one(small)
        other(small)

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
    "a-semgrepignore": (written(".semgrepignore", "app/\n"), "The change adds .semgrepignore"),
    "a-scanner-of-its-own": (fake_scanner_in_the_configuration, WHERE),
    "modules-that-shadow-the-scanner": (modules_that_shadow, WHERE),
    "code-behind-a-link": (behind_a_link, WHERE),
    "code-outside-of-the-project": (outside_by_a_link, "the link leads out of the project"),
    "code-without-source": (compiled, "app/hole.pyc"),
    "code-that-git-ignores": (ignored_but_committed, WHERE),
    "code-with-attributes": (ignored_by_another_file, WHERE),
    "code-under-a-strange-name": (strangely_named, "app/a%0Ab.py:5"),
    "a-run-in-the-commit": (forged_run, ".secure-release is committed"),
    "a-tag-named-as-the-trusted-branch": (a_tag_of_that_name, WHERE),
}


@pytest.mark.parametrize(("trick", "told"), STORIES.values(), ids=STORIES)
def test_a_change_cannot_loosen_its_own_gate(small: Shop, trick: Trick, told: str) -> None:
    small.write("app/hole.py", HOLE)
    trick(small)
    small.commit()

    ended = small.run("scan")

    refused(ended, told)


ONE_LINE = "import subprocess\n\nsubprocess.call('ls', shell=True)  # nosec B602\n"
SEVERAL = "import subprocess\nimport sys\n\nA = 'ls'\nsubprocess.call(\n    {},\n    shell=True,\n)  # nosec\n"
FORM_FEED = '"""\f\n{}"""\nimport subprocess\nimport sys\n\nsubprocess.call(sys.argv[1], shell=True)  # nosec B602\n'
EXCUSED = {
    "the-same-file": (ONE_LINE, ONE_LINE, 0),
    "moved-and-indented": (ONE_LINE, "import subprocess\n\nif True:\n    subprocess.call('ls', shell=True)  # nosec B602\n", 0),
    "a-second-one-like-it": (ONE_LINE, ONE_LINE + "subprocess.call('ls', shell=True)  # nosec B602\n", 10),
    "other-code-under-the-old-comment": (SEVERAL.format("A"), SEVERAL.format("sys.argv[1]"), 10),
    "the-old-line-in-a-string": (ONE_LINE, FORM_FEED.format("subprocess.call('ls', shell=True)  # nosec B602\n"), 10),
}


@pytest.mark.parametrize(("before", "after", "code"), EXCUSED.values(), ids=EXCUSED)
def test_comments_of_the_trusted_branch_stay_honoured_about_the_same_code(small: Shop, before: str, after: str, code: int) -> None:
    small.write("app/old.py", before)
    publish(small)
    small.write("app/old.py", after)
    small.commit()

    ended = small.run("scan")

    assert ended.code == code, ended
    assert code == 0 or "asks bandit to look away" in ended.out


@pytest.mark.slow
def test_a_waiver_of_the_trusted_branch_is_honoured(small: Shop) -> None:
    small.write("app/hole.py", HOLE)
    waived(small)
    assert small.run("scan").code == 10
    publish(small)
    small.write("app/next.py", "X = 1\n")
    small.commit()

    assert small.run("scan").code == 0


def test_a_file_that_was_told_not_to_be_compared_is_read_and_is_not_the_commit(small: Shop) -> None:
    small.git("update-index", "--assume-unchanged", "app/main.py")
    small.write("app/main.py", HOLE)

    refused(small.run("scan"), "app/main.py:5")
    assert small.git("status", "--porcelain") == ""
    started = next(entry for entry in small.journal() if entry["kind"] == "run-started")
    assert started["data"]["dirty"] == ["app/main.py"]


@pytest.mark.slow
def test_what_git_ignores_and_does_not_track_is_not_released(small: Shop) -> None:
    small.write("ignored/hole.py", HOLE)

    ended = small.run("scan")

    assert ended.code == 0, ended
    assert not [path for path in small.verdict()["unread"] if "hole" in path]
    assert all(finding["place"]["path"] != "ignored/hole.py" for finding in small.verdict()["findings"])


def test_a_change_cannot_switch_its_patch_test_off(small: Shop) -> None:
    tests = {"environment": None, "requirements": ["nowhere.txt"]}
    small.configure(policy={"patch_test": "required"}, patch_test=tests)
    publish(small)
    small.configure(policy={"patch_test": "off"})
    small.commit()

    ended = small.run("run")

    assert ended.code == 20, ended
    assert "nowhere.txt" in ended.out


def test_a_trusted_ref_that_is_not_here_is_no_answer(small: Shop) -> None:
    small.git("update-ref", "-d", "refs/remotes/origin/main")

    ended = small.run("scan")

    assert ended.code == 20, ended
    assert "origin/main is not in this repository" in ended.err and "git fetch origin" in ended.err


@pytest.mark.parametrize("by", ["environment", "option"])
def test_who_starts_the_release_can_name_the_ref_where_no_branch_was_fetched(small: Shop, by: str) -> None:
    """As in a CI job that fetched the change alone: nothing but its own word would tell whom it trusts."""
    law = small.git("rev-parse", "origin/main").strip()
    small.git("update-ref", "-d", "refs/remotes/origin/main")
    small.configure(gate=None, policy={"refuse": "critical"})
    small.write("app/hole.py", HOLE)
    small.commit()

    words = ("--trust", law) if by == "option" else ()
    ended = small.run("scan", *words, env={"SECURE_RELEASE_TRUST": law} if by == "environment" else {})

    refused(ended, WHERE)


@pytest.mark.slow
def test_a_scanner_in_the_project_is_not_found_by_its_name(small: Shop) -> None:
    small.write("app/hole.py", HOLE)
    fake_scanner(small)
    small.commit()

    refused(small.run("scan", env={"PATH": f"{small.root / 'tools'}:tools:.:/usr/bin:/bin"}), WHERE)


SARIF = (
    "import json, sys\n"
    "hits = [f for f in sys.argv[1:] if 'FORBIDDEN' in open(f).read()]\n"
    "rows = [{'ruleId': 'no', 'level': 'error', 'message': {'text': 'forbidden'}, 'locations': [{'physicalLocation': "
    "{'artifactLocation': {'uri': f}, 'region': {'startLine': 1}}}]} for f in hits]\n"
    "files = [{'location': {'uri': f}} for f in sys.argv[1:]]\n"
    "run = {'tool': {'driver': {'name': 'own', 'rules': [{'id': 'no'}]}}, 'invocations': [{'executionSuccessful': True}], "
    "'artifacts': files, 'results': rows}\n"
    "print(json.dumps({'version': '2.1.0', 'runs': [run]}))\n"
)
OWN = {"command": ["python3", "tools/own.py", "{files}"], "specimen": "tools/bad.txt", "files": "*.txt"}
OWN_STORIES: dict[str, tuple[Trick, str]] = {
    "as-it-is": (lambda small: None, "app/new.txt:1"),
    "another-specimen": (written("tools/bad.txt", "harmless\n"), "app/new.txt:1"),
    "no-specimen": (lambda small: (small.root / "tools" / "bad.txt").unlink(), "app/new.txt:1"),
    "another-scanner": (written("tools/own.py", SARIF.replace("FORBIDDEN", "planted")), "The change edits tools/own.py"),
}


@pytest.mark.parametrize(("trick", "told"), OWN_STORIES.values(), ids=OWN_STORIES)
def test_a_change_cannot_blind_a_scanner_that_the_project_brings(small: Shop, trick: Trick, told: str) -> None:
    small.write("tools/own.py", SARIF)
    small.write("tools/bad.txt", "FORBIDDEN planted\n")
    small.configure(scan={"checks": {"own": OWN}, "exclude": [{"path": "tools/bad.txt", "reason": "the specimen, bad on purpose"}]})
    publish(small)
    small.write("app/new.txt", "FORBIDDEN\n")
    trick(small)
    small.commit()

    refused(small.run("scan"), told)


BAD_PIN = "werkzeug==2.2.2"


def pins(text: str) -> Trick:
    return written("requirements.txt", f"idna==3.10\n{text}")


def no_advisories(small: Shop) -> None:
    for path in (small.root / "advisories").glob("*.json"):
        if "erkzeug" in path.read_text():
            path.unlink()
    pins(BAD_PIN)(small)


def pins_behind_a_link(small: Shop) -> None:
    small.write("data.bin", f"{BAD_PIN}\n")
    (small.root / "requirements.txt").unlink()
    (small.root / "requirements.txt").symlink_to("data.bin")


def lock_taken_away(small: Shop) -> None:
    (small.root / "requirements.txt").unlink()


def lock_renamed(small: Shop) -> None:
    (small.root / "requirements.txt").rename(small.root / "wanted.list")


LOCKS: dict[str, tuple[Trick, str]] = {
    "pinned": (pins(BAD_PIN), "werkzeug 2.2.2 has"),
    "unpinned": (pins("werkzeug>=2"), "is not pinned"),
    "behind-a-marker": (pins(f'{BAD_PIN}; python_version < "3"'), "werkzeug 2.2.2 has"),
    "with-extras-and-hash": (pins(f"Werkzeug[watchdog] == 2.2.2 --hash=sha256:{'0' * 64}"), "werkzeug 2.2.2 has"),
    "over-two-lines": (pins("werk\\\nzeug==2.2.2"), "werkzeug 2.2.2 has"),
    "from-another-index": (pins("--index-url https://packages.example.com/simple\n"), "come from another place"),
    "from-a-url": (pins("werkzeug @ https://example.com/werkzeug-2.2.2.whl"), "comes from a URL"),
    "included-from-outside": (pins("-r ../outside.txt"), "leads out of the project"),
    "included-under-another-name": (
        both(pins("-r more.list"), written("more.list", BAD_PIN)),
        "werkzeug 2.2.2 has",
    ),
    "a-lock-that-does-not-parse": (written("uv.lock", "[[package]\n"), "uv.lock"),
    "the-lock-taken-away": (lock_taken_away, "takes away requirements.txt"),
    "the-lock-renamed": (lock_renamed, "takes away requirements.txt"),
    "the-lock-behind-a-link": (pins_behind_a_link, "werkzeug 2.2.2 has"),
    "advisories-taken-away": (no_advisories, "werkzeug 2.2.2 has"),
    "advisories-from-elsewhere": (
        both(pins(BAD_PIN), configured(advisories={"file": "mine"})),
        "werkzeug 2.2.2 has",
    ),
}


FIRST = ("pinned", "unpinned", "the-lock-taken-away", "the-lock-behind-a-link", "advisories-taken-away")


@pytest.mark.parametrize(
    ("trick", "told"), [pytest.param(*LOCKS[name], id=name, marks=() if name in FIRST else pytest.mark.slow) for name in LOCKS]
)
def test_a_change_cannot_hide_a_dependency(pinned: Shop, trick: Trick, told: str) -> None:
    trick(pinned)
    pinned.commit()

    refused(pinned.run("scan"), told)


def test_a_lock_whose_name_is_no_text_cannot_be_taken_away(small: Shop) -> None:
    name = small.root / "requirements" / os.fsdecode(b"caf\xe9\n.txt")
    name.parent.mkdir()
    name.write_text("idna==3.10\n")
    publish(small)
    name.unlink()
    small.commit()

    refused(small.run("scan"), "The change takes away requirements/caf")


def test_harmless_pins_pass(pinned: Shop) -> None:
    pins("click==8.5.1\n")(pinned)
    pinned.commit()

    ended = pinned.run("scan")

    assert ended.code == 0, ended


RULE = "rules:\n- {{id: own, languages: [python], severity: ERROR, message: own, pattern: {pattern}}}\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trick", "told"),
    [
        pytest.param(written("rules/own.yml", RULE.format(pattern="nothing(...)")), "app/new.py:1", id="another-rule"),
        pytest.param(lambda small: (small.root / "rules" / "own.yml").unlink(), "app/new.py:1", id="no-rule"),
        pytest.param(written(".semgrepignore", "app/\n*.py\n"), "app/new.py:1", id="semgrepignore"),
        pytest.param(written("app/new.py", "danger()  # nosemgrep\n"), "asks semgrep to look away", id="nosemgrep"),
        pytest.param(written("semgrep.py", "raise SystemExit(0)\n"), "app/new.py:1", id="a-module-that-shadows"),
    ],
)
def test_a_change_cannot_blind_semgrep(small: Shop, trick: Trick, told: str) -> None:
    skip = ["bandit", "secrets", "pip-audit", "workflows", "sbom"]
    small.configure(scan={"skip": skip, "rules": ["rules/own.yml"]}, policy={"require": ["semgrep"]})
    small.write("rules/own.yml", RULE.format(pattern="danger(...)"))
    publish(small)
    small.write("app/new.py", "danger()\n")
    trick(small)
    small.commit()

    refused(small.run("scan"), told)
