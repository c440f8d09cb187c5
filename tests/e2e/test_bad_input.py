"""What people and trees do wrong: a clear sentence or a gap, never a traceback, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from secure_release.checks.source import printable

from .shop import SCRIPT, Ended, Shop, environment
from .small import BANDIT_ONLY, copy_of, make_small

UNTRUSTED = {**BANDIT_ONLY, "gate": {"trust": None}}
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make_small(tmp_path_factory.mktemp("plain"), UNTRUSTED)


@pytest.fixture
def small(plain: Shop, tmp_path: Path) -> Shop:
    return copy_of(plain, tmp_path / "a project")


def clear(ended: Ended, code: int, told: str) -> None:
    assert ended.code == code, ended
    assert told in " ".join((ended.out + ended.err).split()), ended
    assert "Traceback" not in ended.out + ended.err, ended


FILE = "secure-release.yml"
CONFIGURATIONS: dict[str, tuple[bytes, str]] = {
    "an-unknown-key": (b"version: 1\nscan:\n  timeuot: 5s\n", f"{FILE}:3: scan.timeuot: is not a key that is known here; did you mean `timeout`?"),
    "an-unknown-section": (b"scna: {}\n", f"{FILE}:1: scna: is not a key that is known here; did you mean `scan`?"),
    "a-word-for-a-list": (b"policy:\n  require: bandit\n", f"{FILE}:2: policy.require:"),
    "a-number-for-a-time": (b"scan:\n  timeout: 5\n", f"{FILE}:2: scan.timeout: must be a time such as `30s`"),
    "yes-for-a-choice": (b"policy:\n  patch_test: yes\n", f"{FILE}:2: policy.patch_test:"),
    "no-such-severity": (b"policy: {refuse: hihg}\n", f"{FILE}:1: policy.refuse:"),
    "a-path-that-leads-out": (b"policy:\n  waivers: ../w.yml\n", f"{FILE}:2: policy.waivers: must be a path inside the project"),
    "a-list-for-the-whole": (b"- version: 1\n", f"{FILE}:1: "),
    "a-word-for-the-whole": (b"hello\n", f"{FILE}:1: "),
    "another-format": (b"version: 2\n", f"{FILE}:1: version:"),
    "a-key-twice": (b"scan: {}\nrelease: {}\nscan: {}\n", f"{FILE}:3: `scan` stands here twice"),
    "a-merge-key": (b"scan:\n  <<: {timeout: 5s}\n", f"{FILE}:2: a key must be one plain word"),
    "a-list-for-a-key": (b"? [a, b]\n: 1\n", f"{FILE}:1: a key must be one plain word"),
    "a-python-tag": (b"release: !!python/object/apply:os.system [id]\n", f"{FILE}:1: "),
    "a-tab": (b"scan:\n\ttimeout: 5s\n", f"{FILE}:2: "),
    "an-open-bracket": (b"scan: {timeout: 5s\n", f"{FILE}:2: "),
    "an-unknown-anchor": (b"scan: *nowhere\n", f"{FILE}:1: "),
    "an-anchor-bomb": (BOMB.encode(), "expands to too much"),
    "an-anchor-in-itself": (b"scan: &a\n  exclude: *a\n", f"{FILE}:"),
    "ten-thousand-brackets": (b"[" * 10_000, f"{FILE}"),
    "ten-megabytes": (b"# " + b"x" * 10_000_000, "at most 1,000,000 are read"),
    "binary": (bytes(range(256)) * 20, f"{FILE} is not UTF-8 text"),
    "a-nul": (b"scan: \0\n", FILE),
    "latin-1": ("release: {name: café}\n".encode("latin-1"), f"{FILE} is not UTF-8 text (byte 19)"),
    "a-date-of-thirteen-months": (b"release: {name: 2026-13-01}\n", f"{FILE}:1: release.name:"),
    "a-number-without-end": (b"patch_test: {baselines: " + b"9" * 5000 + b"}\n", f"{FILE}:1: "),
    "a-check-that-looks-at-nothing": (
        b"scan: {checks: {own: {command: [python3], specimen: app/main.py}}}\n",
        "scan.checks.own: the command of own must hold the word {files}, or {root}",
    ),
    "a-check-of-a-name-that-is-taken": (
        b"scan: {checks: {bandit: {command: 'x {files}', specimen: app/main.py}}}\n",
        "scan.checks.bandit: a check of this name exists",
    ),
    "a-check-without-its-specimen": (
        b"scan: {checks: {own: {command: 'x {files}', specimen: nowhere.py}}}\n",
        "scan.checks.own.specimen: nowhere.py is not there",
    ),
    "a-version-file-that-is-not-there": (b"release: {version_file: VERSION}\n", "VERSION can't be read"),
}


@pytest.mark.parametrize(("content", "told"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_wrong_configuration_ends_with_2_and_says_where(small: Shop, content: bytes, told: str) -> None:
    (small.root / FILE).write_bytes(content)

    ended = small.run("scan")

    clear(ended, 2, told)
    assert len(ended.err) < 2000
    assert small.runs() == [] or not small.journal(), "nothing was begun"


LAWS: dict[str, tuple[str, bytes, str]] = {
    "a-waiver-without-an-end": ("waivers.yml", b"waivers:\n- {fingerprint: " + b"a" * 20 + b", owner: me, reason: because it is}\n", "waivers.yml:2: waivers.0.until: is missing"),
    "a-waiver-without-a-reason": ("waivers.yml", b"waivers:\n- {fingerprint: " + b"a" * 20 + b", owner: me, reason: x, until: 2026-12-01}\n", "waivers.yml:2: waivers.0.reason:"),
    "waivers-that-are-no-yaml": ("waivers.yml", b"waivers: [\n", "waivers.yml:2: "),
    "waivers-that-are-binary": ("waivers.yml", b"\xff\xfe\0", "waivers.yml is not UTF-8"),
    "a-baseline-that-is-no-json": ("baseline.json", b"{", "baseline.json: "),
    "a-baseline-of-another-shape": ("baseline.json", b'{"taken": "2026-01-01"}', "baseline.json: commit:"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "told"), LAWS.values(), ids=LAWS)
def test_a_wrong_law_ends_with_2_and_says_where(small: Shop, name: str, content: bytes, told: str) -> None:
    (small.root / f"secure-release.{name}").write_bytes(content)

    clear(small.run("scan"), 2, f"secure-release.{told}")


def test_an_endless_device_is_not_read_to_its_end(small: Shop) -> None:
    (small.root / FILE).unlink()
    (small.root / FILE).symlink_to("/dev/zero")

    clear(small.run("scan"), 2, FILE)


def nasty(small: Shop) -> None:
    """Everything that a tree can hold and that a careless reader stumbles over."""
    root = small.root
    (root / "broken-link.py").symlink_to("nowhere.py")
    (root / "loop-a.py").symlink_to("loop-b.py")
    (root / "loop-b.py").symlink_to("loop-a.py")
    (root / "outside.py").symlink_to("/etc/hostname")
    (root / "circle").symlink_to(".")
    (root / "fine.py").symlink_to("app/main.py")
    small.write("broken.py", "def (:\n")
    small.write("old.py", "print 'hello'\n")
    (root / "nul.py").write_bytes(b"x = 1\0\n")
    (root / "wide.py").write_bytes("x = 'ü'\n".encode("utf-16"))
    small.write("long.py", f"x = '{'y' * 3_000_000}'\n")
    small.write("deep.py", "x = " + "(" * 5_000 + "1" + ")" * 5_000 + "\n")
    small.write("huge.txt", "y" * 50_000_000)
    (root / "huge.bin").write_bytes(b"\0" * 50_000_000)
    small.write("a\nb.py", "x = 1\n")
    small.write("-o -rf \t'\".py", "x = 1\n")
    small.write(".py", "x = 1\n")
    small.write(f"{'n' * 252}.py", "x = 1\n")
    small.write("\\" * 200 + ".py", "x = 1\n")
    (root / os.fsdecode(b"caf\xe9.py")).write_text("x = 1\n")
    (root / "empty.py").write_text("")
    small.write("folder.py/inside.py", "x = 1\n")


@pytest.fixture(scope="module")
def stumbled(plain: Shop, tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Ended]:
    small = copy_of(plain, tmp_path_factory.mktemp("nasty"))
    nasty(small)
    inner = small.root.parent / "inner"
    shutil.copytree(small.root.parent / "origin.git", inner)
    small.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "inner")
    small.commit()
    return small, small.run("scan")


def test_a_nasty_tree_ends_without_an_answer_and_without_a_traceback(stumbled: tuple[Shop, Ended]) -> None:
    clear(stumbled[1], 20, "broken.py")


GAPS = {
    "broken-link.py": "the link leads nowhere",
    "loop-a.py": "the link leads nowhere",
    "loop-b.py": "the link leads nowhere",
    "outside.py": "the link leads out of the project",
    "inner": "it is a submodule",
    "huge.txt": "it has 50,000,000 bytes, more than the limit of 5,000,000",
    "broken.py": "syntax error while parsing AST from file",
    "old.py": "syntax error while parsing AST from file",
    "nul.py": "",
    "wide.py": "",
    "deep.py": "",
    "%5C" * 200 + ".py": "it can't be read: File name too long",
}


@pytest.mark.parametrize(("path", "reason"), GAPS.items(), ids=[path[:20] for path in GAPS])
def test_what_could_not_be_looked_at_is_a_gap_with_a_remedy(stumbled: tuple[Shop, Ended], path: str, reason: str) -> None:
    found = [gap for gap in stumbled[0].verdict()["gaps"] if gap["subject"] == path]

    assert found, [gap["subject"] for gap in stumbled[0].verdict()["gaps"]]
    assert reason in found[0]["reason"]
    assert found[0]["remedy"]


LOOKED_AT = (
    "app/main.py", "long.py", "a%0Ab.py", "-o -rf %09'\".py", ".py", f"{'n' * 252}.py", "caf%E9.py", "empty.py", "folder.py/inside.py",
)  # fmt: skip


@pytest.mark.parametrize("path", LOOKED_AT, ids=[path[:20] for path in LOOKED_AT])
def test_what_only_looks_bad_is_looked_at(stumbled: tuple[Shop, Ended], path: str) -> None:
    assert path in looked_at(stumbled[0])


def test_nothing_is_lost(stumbled: tuple[Shop, Ended]) -> None:
    small, _ = stumbled
    names = subprocess.run(("git", "ls-files", "-z"), cwd=small.root, capture_output=True, check=True).stdout.split(b"\0")[:-1]
    links_to_what_is_looked_at = {"fine.py", "circle"}

    assert {printable(os.fsdecode(name)) for name in names} - accounted(small) == links_to_what_is_looked_at
    assert {"path": "huge.bin", "reason": "binary, above the size limit"} in small.verdict()["left_out"]


def looked_at(small: Shop) -> set[str]:
    """What the checks say, in the evidence, that they looked at."""
    ended = next(entry for entry in small.journal() if entry["kind"] == "stage-finished" and entry["stage"] == "scan")
    kept = next(item["sha256"] for item in ended["data"]["evidence"] if item["name"] == "scan.json")
    results = json.loads((small.runs()[-1] / "evidence" / kept).read_bytes())["results"]
    return {item for result in results.values() for item in result.get("looked_at", ())}


def accounted(small: Shop) -> set[str]:
    """Every path of which the report says what became of it."""
    verdict = small.verdict()
    missed = {gap["subject"] for gap in verdict["gaps"]} | {item["path"] for item in verdict["left_out"]}
    return looked_at(small) | missed | set(verdict["unread"])


def test_what_may_not_be_read_is_a_gap(small: Shop) -> None:
    """As root without root's power over files, so that our own interpreter stays readable wherever it is."""
    small.write("closed.py", "x = 1\n")
    small.write("shut/inside.py", "x = 1\n")
    small.commit()
    (small.root / "closed.py").chmod(0)
    power = "-dac_override,-dac_read_search"
    words = ("setpriv", f"--bounding-set={power}", f"--inh-caps={power}") if os.geteuid() == 0 else ()

    done = subprocess.run([*words, SCRIPT, "scan"], cwd=small.root, env=environment(), capture_output=True, text=True)

    clear(Ended(done.returncode, done.stdout, done.stderr), 20, "source did not look at closed.py: it can't be read: Permission denied.")


@pytest.mark.slow
def test_ten_thousand_files_are_all_looked_at(small: Shop) -> None:
    for folder in range(100):
        (small.root / f"d{folder}").mkdir()
        for number in range(100):
            (small.root / f"d{folder}" / f"f{number}.py").touch()
    small.commit()

    ended = small.run("scan")

    assert ended.code == 0, ended
    assert {f"d{folder}/f{number}.py" for folder in range(100) for number in range(100)} <= looked_at(small)


def no_commit(small: Shop) -> None:
    shutil.rmtree(small.root / ".git")
    small.git("init", "-q")


def no_repository(small: Shop) -> None:
    shutil.rmtree(small.root / ".git")


def no_file(small: Shop) -> None:
    small.configure(scan={"exclude": [{"path": "**", "reason": "nothing to see here"}]})


def detached(small: Shop) -> None:
    small.git("checkout", "-q", "--detach")


REPOSITORIES: dict[str, tuple[Callable[[Shop], None], int, str]] = {
    "without-a-commit": (no_commit, 2, "has no commit"),
    "without-git": (no_repository, 2, "has no commit"),
    "with-nothing-to-look-at": (no_file, 20, "The release holds no file that could be looked at."),
    "with-a-detached-head": (detached, 0, ""),
}


@pytest.mark.parametrize(("prepare", "code", "told"), REPOSITORIES.values(), ids=REPOSITORIES)
def test_a_repository(small: Shop, prepare: Callable[[Shop], None], code: int, told: str) -> None:
    prepare(small)

    clear(small.run("scan"), code, told)


def test_a_machine_without_git(small: Shop, tmp_path: Path) -> None:
    clear(small.run("scan", env={"PATH": str(tmp_path)}), 2, "git is not installed. Install it")


def test_a_shallow_clone_knows_its_trusted_branch(plain: Shop, tmp_path: Path) -> None:
    made = copy_of(plain, tmp_path / "a project")
    made.configure(gate={"trust": "origin/main"})
    made.commit()
    made.git("push", "-q", "origin", "HEAD:main")
    origin = (made.root.parent / "origin.git").as_uri()
    made.git("clone", "-q", "--depth", "1", "--branch", "main", origin, "../shallow")
    shallow = Shop(made.root.parent / "shallow", 0)

    ended = shallow.run("scan", "--format", "json")

    assert ended.code == 0, ended
    assert "origin/main" in json.loads(ended.out)["law"]["read_from"]
