"""semgrep's native entry finds what its plain one does, on real code. `semgrep.NATIVE` rests on this."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from secure_release.checks import Exit, Ran
from secure_release.checks.builtin import semgrep
from secure_release.checks.rulebook import BUNDLED, read_rules
from secure_release.checks.tool import Job
from secure_release.pipeline.adapters.process import Processes
from tests.fakes import context

HERE = Path(__file__).parent.parent
PLAIN = "1.150.0"  # a version of which we don't know it
SECONDS = 300.0


def installed(name: str) -> Path:
    """The folder of a distribution that our own dependencies bring."""
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


CODE = {
    "the specimens of our rules": HERE / "rules" / "specimens",
    "the example": HERE.parent / "examples" / "webshop",
    "jinja2": installed("jinja2"),
}


def ran(tree: Path, work: Path, version: str) -> tuple[Job, Exit, bytes]:
    """All Python of a folder by all rules, by the entry that is right for `version`."""
    tools = Processes(tree)
    program = tools.find("semgrep")
    assert program is not None
    targets = tuple(sorted(path.relative_to(tree).as_posix() for path in tree.rglob("*.py") if path.is_file()))
    scratch = work / version
    scratch.mkdir()
    (work / "rules.json").write_text(json.dumps({"rules": read_rules(BUNDLED, ()).rules}))
    job = Job(str(program), version, tree, scratch / "planted", scratch / "report", scratch, targets, (), {})
    ended = tools.run(semgrep.command(job), cwd=tree, timeout=SECONDS)
    return job, ended, semgrep.gather(job, ended)


def told(content: bytes) -> tuple[Counter[str], Sequence[str], Sequence[str]]:
    """What a report says, in no order, without its timings and without what only people who log in are told."""
    report = json.loads(content)
    keys = ("message", "metadata", "severity")
    found = ({**{k: r[k] for k in ("check_id", "path", "start", "end")}, **{k: r["extra"][k] for k in keys}} for r in report["results"])
    errors = sorted(json.dumps([error["type"], error.get("path")]) for error in report["errors"])
    plain = [path.removeprefix("./") for path in report["paths"]["scanned"]]
    return Counter(json.dumps(one, sort_keys=True).replace('"./', '"') for one in found), errors, sorted(plain)


ODD = {
    "page.html": "{% extends 'x' %}\n{{ name | safe }}\n",
    "script": "#!/usr/bin/env python3\nimport hashlib\nhashlib.md5(b'')\n",
    "half.html": "<a href={{ x }}\nimport hashlib\nhashlib.md5(b'')\n",
    "sub/tests/test_a.py": "import hashlib\nhashlib.md5(b'')  # nosemgrep\n",
    "empty.py": "",
    "ä b.py": "import hashlib\nhashlib.md5(b'')\n",
    "bom.py": "\ufeffimport hashlib\nhashlib.md5(b'')\n",
}


@pytest.mark.slow
def test_the_check_says_the_same_by_both_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = semgrep.CHECK.run(context(tmp_path / "native", ODD))
    monkeypatch.setattr(semgrep, "NATIVE", SpecifierSet("==0"))
    slow = semgrep.CHECK.run(context(tmp_path / "plain", ODD))

    assert isinstance(quick, Ran) and isinstance(slow, Ran)
    assert {(f.rule, f.place.path) for f in quick.findings} >= {("template-safe-filter", "page.html"), ("hash-weak", "script")}
    assert replace(quick, evidence=()) == replace(slow, evidence=())
    assert quick.gaps == ()


@pytest.mark.slow
@pytest.mark.parametrize("tree", CODE.values(), ids=CODE)
def test_both_entries_say_the_same(tree: Path, tmp_path: Path) -> None:
    job, native, quick = ran(tree, tmp_path, "1.182.0")
    _, plain, slow = ran(tree, tmp_path, PLAIN)

    assert "--experimental" in semgrep.command(job)
    assert "--experimental" not in semgrep.command(replace(job, version=PLAIN))
    assert (native.code, plain.code) == (0, 0), (native.stderr, plain.stderr)
    assert told(quick) == told(slow)
    assert set(told(quick)[2]) == set(job.targets)


def test_packs_of_the_registry_go_by_the_plain_entry(tmp_path: Path) -> None:
    job = Job("semgrep", "1.182.0", tmp_path, tmp_path, tmp_path / "report", tmp_path, (), (), {"rules": ("p/python",)})
    assert "--experimental" not in semgrep.command(job)
