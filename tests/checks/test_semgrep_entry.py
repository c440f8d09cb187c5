"""semgrep's native entry says what its plain one does about odd files; test_exact.py has it on real code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from secure_release.checks import Ran
from secure_release.checks.builtin import semgrep
from secure_release.checks.tool import Job
from tests.fakes import context

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
    monkeypatch.setattr(semgrep, "NATIVE", "none")
    slow = semgrep.CHECK.run(context(tmp_path / "plain", ODD))

    assert isinstance(quick, Ran) and isinstance(slow, Ran)
    assert {(f.rule, f.place.path) for f in quick.findings} >= {("template-safe-filter", "page.html"), ("hash-weak", "script")}
    assert replace(quick, evidence=()) == replace(slow, evidence=())
    assert quick.gaps == ()


def test_packs_of_the_registry_go_by_the_plain_entry(tmp_path: Path) -> None:
    job = Job("semgrep", "1.182.0", tmp_path, tmp_path, tmp_path / "report", tmp_path, (), (), {"rules": ("p/python",)})
    assert "--experimental" not in semgrep.command(job)
