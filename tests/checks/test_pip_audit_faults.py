"""Every way in which pip-audit can fail to answer, with a real stub in its place: none is a yes, each tells what to do."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from secure_release.checks import Advisories, Broken, Ran, Tools
from secure_release.checks.builtin.pip_audit import CHECK
from secure_release.pipeline.adapters.advisories import FileAdvisories, IndexAdvisories, OsvAdvisories
from secure_release.pipeline.adapters.osv_service import OsvService
from secure_release.pipeline.adapters.process import Processes
from tests.fakes_audit import NOW, RECORDS, WEEK, context

# A stub that can answer rightly: `report` holds a good report, and `write` puts it where it was asked for.
PRELUDE = """
import json, os, signal, sys, time
if "--version" in sys.argv:
    print("pip-audit 2.10.1"); sys.exit(0)
target = sys.argv[sys.argv.index("-o") + 1]
names = [line.strip().split("==") for line in open(sys.argv[sys.argv.index("-r") + 1])]
asked = {"id": "SECURE-RELEASE-ASKED", "fix_versions": [], "aliases": [], "description": ""}
planted = {"id": "SECURE-RELEASE-PLANTED", "fix_versions": ["2.0"], "aliases": [], "description": ""}
report = {"dependencies": [
    {"name": n, "version": v, "vulns": [asked, *([planted] if n.startswith("secure-release-planted") else [])]} for n, v in names
], "fixes": []}
def write(content=None):
    open(target, "w").write(json.dumps(report) if content is None else content)
def skip(dependency):
    return {"name": dependency["name"], "skip_reason": "not found"}
"""
FILES = {"requirements.txt": "itsdangerous==2.1.2\nmarkupsafe==2.1.1\n"}

BROKEN = {
    "exit 0 and nothing written": ("sys.exit(0)", "wrote no report"),
    "exit 1 and nothing written": ("sys.exit(1)", "wrote no report"),
    "exit 1 with a network error": ("sys.exit('ConnectionError: refused')", "wrote no report"),
    "exit 2 with a traceback": ("sys.stderr.write('Traceback\\nKeyError: 1\\n'); sys.exit(2)", "failed with exit 2"),
    "an unknown exit with a good report": ("write(); sys.exit(42)", "failed with exit 42"),
    "killed": ("write(); sys.stdout.flush(); os.kill(os.getpid(), signal.SIGKILL)", "killed by signal 9"),
    "timed out": ("write(); time.sleep(60)", "did not finish within"),
    "an empty object": ("write('{}')", "is not pip-audit's JSON"),
    "white space": ("write('  \\n')", "wrote no report"),
    "truncated": ("write(json.dumps(report)[:-40])", "is not pip-audit's JSON"),
    "no dependencies": ("write('{\"dependencies\": [], \"fixes\": []}')", "is blind"),
    "no known vulnerability": ("[d['vulns'].clear() for d in report['dependencies']]; write()", "is blind"),
    "another target": ("report['dependencies'][1]['version'] = '9'; write(); sys.exit(1)", "which it was not given"),
    "all skipped": ("report['dependencies'] = [skip(d) for d in report['dependencies']]; write()", "got no advisory data"),
    "a malformed line refused": ("sys.stderr.write('invalid specifier at line 1\\n'); sys.exit(1)", "wrote no report"),
    "a flood on standard error": ("write()\nwhile True: sys.stderr.write('x' * 65536)", "wrote without end"),
    "a report of another tool": ("write('{\"results\": [], \"errors\": [], \"metrics\": {}}')", "is not pip-audit's JSON"),
    "binary": ("open(target, 'wb').write(bytes(range(256)))", "is not pip-audit's JSON"),
    "a folder for a report": ("os.mkdir(target)", "can't be read"),
}
GAPS = {
    "some skipped": ("deps = report['dependencies']; deps[1] = skip(deps[1]); write(); sys.exit(1)", "skipped it: not found"),
    "some not mentioned": ("del report['dependencies'][1]; write(); sys.exit(1)", "gave no answer about it"),
    "some not asked about": ("report['dependencies'][1]['vulns'] = []; write(); sys.exit(1)", "did not ask about it"),
}


def stub(folder: Path, code: str) -> Processes:
    program = folder / "pip-audit-stub"
    program.write_text(f"#!{sys.executable}\n{PRELUDE}\n{code}\n")
    program.chmod(0o755)
    return Processes(folder / "tree", pinned={"pip-audit": str(program)})


def test_the_stub_can_be_believed_when_it_answers(tmp_path: Path) -> None:
    result = CHECK.run(context(tmp_path, FILES, tools=stub(tmp_path, "write(); sys.exit(1)")))
    assert isinstance(result, Ran)
    assert (result.looked_at, result.gaps) == (("itsdangerous 2.1.2", "markupsafe 2.1.1"), ())


@pytest.mark.parametrize(("code", "reason"), BROKEN.values(), ids=BROKEN)
def test_no_answer_is_broken_with_a_remedy(tmp_path: Path, code: str, reason: str) -> None:
    timeout = 2.0 if "sleep" in code else 30.0
    result = CHECK.run(context(tmp_path, FILES, tools=stub(tmp_path, code), timeout=timeout))
    assert isinstance(result, Broken), result
    assert reason in result.reason
    assert result.remedy


@pytest.mark.parametrize(("code", "reason"), GAPS.values(), ids=GAPS)
def test_half_an_answer_is_a_gap_with_a_remedy(tmp_path: Path, code: str, reason: str) -> None:
    result = CHECK.run(context(tmp_path, FILES, tools=stub(tmp_path, code)))
    assert isinstance(result, Ran), result
    assert result.looked_at == ("markupsafe 2.1.1",)
    assert [(gap.subject, reason in gap.reason) for gap in result.gaps] == [("itsdangerous 2.1.2", True)]
    assert result.gaps[0].remedy


@dataclass(frozen=True)
class Nowhere(Processes):
    def find(self, name: str) -> Path | None:
        return None


def wrong_version(folder: Path) -> Tools:
    program = folder / "old"
    program.write_text("#!/bin/sh\necho pip-audit 1.0.0\n")
    program.chmod(0o755)
    return Processes(folder, pinned={"pip-audit": str(program)})


def not_a_program(folder: Path) -> Tools:
    program = folder / "junk"
    program.write_bytes(b"\x00\x01junk")
    program.chmod(0o755)
    return Processes(folder, pinned={"pip-audit": str(program)})


@pytest.mark.parametrize(
    ("tools", "reason"),
    [(Nowhere, "is not installed"), (wrong_version, "is version 1.0.0"), (not_a_program, "could not be started")],
    ids=["missing", "wrong version", "not a program"],
)
def test_a_tool_that_is_not_there_is_broken(tmp_path: Path, tools: type[Processes], reason: str) -> None:
    result = CHECK.run(context(tmp_path, FILES, tools=tools(tmp_path)))
    assert isinstance(result, Broken)
    assert reason in result.reason
    assert "pip install" in result.remedy


def unreachable() -> Advisories:
    return OsvAdvisories(OsvService("http://127.0.0.1:9/v1/query"), WEEK)


def too_old() -> Advisories:
    return FileAdvisories(RECORDS, WEEK, NOW + timedelta(days=30))


def missing() -> Advisories:
    return FileAdvisories(RECORDS / "none.zip", WEEK, NOW)


@pytest.mark.parametrize(
    ("advisories", "reason"),
    [(unreachable, "wrote no report"), (too_old, "days old"), (missing, "does not exist")],
    ids=["unreachable", "too old", "missing"],
)
def test_data_that_is_not_there_is_broken_with_the_real_tool(tmp_path: Path, advisories: type[Advisories], reason: str) -> None:
    result = CHECK.run(context(tmp_path, FILES, advisories=advisories()))
    assert isinstance(result, Broken)
    assert reason in result.reason
    assert result.remedy


def test_an_index_that_skips_everything_is_broken(tmp_path: Path) -> None:
    tools = stub(tmp_path, "report['dependencies'] = [skip(d) for d in report['dependencies']]; write()")
    result = CHECK.run(context(tmp_path, FILES, tools=tools, advisories=IndexAdvisories(tools, WEEK, 30.0)))
    assert isinstance(result, Broken)
    assert "it skipped the planted bleach 3.1.0 (not found)" in result.reason
    assert "offline snapshot" in result.remedy
