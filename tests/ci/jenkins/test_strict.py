"""The harness is strict: what Jenkins would not take, or not survive, is refused by name; and limits really strike.

`secure-release` is a stand-in here, a shell script: these tests are about Groovy. The real one runs in test_release.py.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.require import needs

from .groovy import builds_ended, harness, planted, rendered
from .once import once

WHOLE, SCAN, GATE, IN = (f"vars/secureRelease{name}.groovy" for name in ("", "Scan", "Gate", "In"))
# A gate that wants what two shards and a patch test left, and a verify that can take its time.
STAND_IN = """#!/bin/sh
[ "$1" = --version ] && { echo "secure-release ${STAND_IN:-0.1.0}"; exit 0; }
echo "$0: $*"
for word; do
    case $before in --run) run=$word;; --from) from=$word;; esac
    before=$word
done
if [ "$1" = gate ] && ! [ -d "$from/scan-1" -a -d "$from/scan-2" -a -d "$from/patch-test" ]; then code=20; fi
mkdir -p "$run"
echo "$*" >> "$run/journal.jsonl"
echo '<html>' > "$run/report.html"
echo '<testsuites><testsuite><testcase name="a"/></testsuite></testsuites>' > "$run/junit.xml"
if [ "$1" = verify ]; then sleep "${SLOW:-0}"; fi
exit ${code:-0}
"""
# Makes an environment in which pip puts the stand-in, of the version that was asked for.
PYTHON = """#!/bin/sh
[ "$1 $2" = "-m venv" ] && { mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit 0; }
for word; do wanted=${word#secure-release==}; done
sed "s/STAND_IN:-0.1.0/NOTHING:-$wanted/" "$STAND_IN_FILE" > "${0%/*}/secure-release"
chmod +x "${0%/*}/secure-release"
"""
TASK = "sh(returnStatus: true, script: 'secure-release scan --shard \"$SECURE_RELEASE_SHARD\" --run \"$SECURE_RELEASE_RUN\"')"
# Name, file, what stands there, what stands there instead, and what the harness must say.
REFUSED = (
    ("unknown-step", SCAN, "    int code = 1\n", "    int code = 1\n    archiveEverything()\n", "archiveEverything is no step"),
    ("mistyped-step-in-post", WHOLE, "secureReleaseReport(", "secureReleaseReprot(", "secureReleaseReprot is no step"),
    ("step-of-plain-groovy", SCAN, "    int code = 1\n", "    int code = 1\n    println('hello')\n", "out is not known"),
    ("unknown-parameter", SCAN, "returnStatus: true", "returnStat: true", "sh takes no"),
    ("unknown-directive", WHOLE, "        options {\n            //", "        option {\n            //", "option is no directive"),
    ("unknown-option", WHOLE, "disableConcurrentBuilds()", "disableParallelBuilds()", "disableParallelBuilds is no option"),
    ("unknown-name", SCAN, "    int code = 1\n", "    int code = evn.CODE\n", "evn is not known"),
    ("gstring-in-sh", SCAN, TASK, 'sh(returnStatus: true, script: "secure-release scan --shard ${how.shard}")', "sh got a GString"),
    ("variable-that-cant-be-saved", SCAN, "    int code = 1\n", "    def shape = 'x' =~ /x/\n    int code = 1\n", "the variable shape can't be saved"),
    ("field-that-cant-be-saved", "src/securerelease/Settings.groovy", "    final String name\n", "    final String name\n    final Object guard = new Object()\n", "can't be saved"),
    ("step-in-noncps", "vars/secureReleaseEnded.groovy", "def call(String stage, int code) {\n", "@com.cloudbees.groovy.cps.NonCPS\ndef call(String stage, int code) {\n    echo('ended')\n", "which is @NonCPS"),
    ("input-holds-an-agent", WHOLE, "            stage('approve') {\n", "            stage('approve') {\n                agent { label 'linux' }\n", "holds an executor"),
    ("input-without-end", "vars/secureReleaseApprove.groovy", "timeout(time: how.hours ?: 24, unit: 'HOURS') {", "script {", "without end"),
    ("library-of-a-branch", "Jenkinsfile", "@Library('secure-release@v0.1.0')", "@Library('secure-release@main')", "there is no library secure-release@main"),
    ("lock-in-a-lock", "vars/secureReleaseDeploy.groovy", "    secureReleaseEnded(", "    lock('secure-release-production') { echo('twice') }\n    secureReleaseEnded(", "waited for without end"),
)  # fmt: skip
# Name, file, old, new, environment; and how the build must end, what its description must be, and what ran after the gate.
ENDED: tuple[tuple[str, str, str, str, dict[str, str], str, str, list[str]], ...] = (
    ("as-it-is", WHOLE, "", "", {}, "SUCCESS", "", ["backup", "deploy", "verify"]),
    ("another-branch", WHOLE, "", "", {"BRANCH_NAME": "main2"}, "SUCCESS", "", []),
    ("stash-of-another-name", GATE, 'secureReleaseFetch("scan-${i}"', 'secureReleaseFetch("shard-${i}"', {}, "FAILURE", r"gate: incomplete \(exit 20\)", []),
    ("stash-left-out", SCAN, '    secureReleaseKeep("scan-${how.shard}")\n', "", {}, "FAILURE", r"gate: incomplete \(exit 20\)", []),
    ("outside-of-node", WHOLE, "                agent { label \"${settings.agent}\" }\n", "", {}, "FAILURE", "", []),
    ("credential-unknown", "Jenkinsfile", "credentials: [:]", "credentials: [TOKEN: 'unknown']", {}, "FAILURE", "", []),
    ("limit-strikes", IN, "time: minutes, unit: 'MINUTES'", "time: 1, unit: 'SECONDS'", {"SLOW": "30"}, "ABORTED", "", ["backup", "deploy", "verify", "rollback"]),
    ("exit-code-unknown", "vars/secureReleaseVerify.groovy", "script: 'secure-release verify", "script: 'exit 77; secure-release verify", {}, "FAILURE", r"verify: no answer \(exit 77\)", ["backup", "deploy", "verify", "rollback"]),
    ("not-installed", WHOLE, "", "", {"STAND_IN": "0.0.9"}, "SUCCESS", "", ["backup", "deploy", "verify"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    needs("groovy")
    return builds_ended(once(tmp_path_factory, "strict", build_all))


def build_all(folder: Path) -> None:
    tools, repository = folder / "tools", folder / "repository"
    for name, text in (("secure-release", STAND_IN), ("python3", PYTHON)):
        tools.mkdir(exist_ok=True)
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "first"], cwd=repository, check=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, check=True, capture_output=True, text=True).stdout.strip()

    def build(name: str, file: str, old: str, new: str, env: dict[str, str]) -> dict[str, Any]:
        tree = planted(folder / "templates" / name, file, old, new) if old else rendered(folder / "templates" / name)
        return {
            "id": name,
            "folder": str(folder / "builds" / name),
            "jenkinsfile": str(tree / "Jenkinsfile"),
            "libraries": {"secure-release@v0.1.0": str(tree)},
            "repository": str(repository),
            "commit": commit,
            "env": {
                "PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(folder), "BUILD_NUMBER": "7", "BRANCH_NAME": "main",
                "STAND_IN_FILE": str(tools / "secure-release"), **env,
            },
            "params": {}, "credentials": {}, "answers": ["proceed"], "lost": [], "abort": None,
        }  # fmt: skip

    refused = [build(name, file, old, new, {}) for name, file, old, new, _ in REFUSED]
    harness(folder, [*refused, *(build(name, file, old, new, env) for name, file, old, new, env, *_ in ENDED)])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "told"), [(name, told) for name, *_, told in REFUSED], ids=[name for name, *_ in REFUSED])
def test_the_harness_refuses_what_jenkins_would_not_take(ended: dict[str, dict[str, Any]], name: str, told: str) -> None:
    said = ended[name]["refused"]

    assert ended[name]["result"] == "NOT JENKINS"
    assert any(told in each for each in said), said


@pytest.mark.slow
@pytest.mark.parametrize(("name", "result", "description", "after"), [(each[0], *each[5:]) for each in ENDED], ids=[each[0] for each in ENDED])
def test_a_build_of_the_stand_in_ends(ended: dict[str, dict[str, Any]], name: str, result: str, description: str, after: list[str]) -> None:
    tasks = [re.sub(r".*secure-release ", "", event["script"]).split()[0] for event in ended[name]["events"] if event["what"] == "sh"]

    assert ended[name]["refused"] == []
    assert ended[name]["result"] == result, ended[name]["log"]
    assert re.fullmatch(description, ended[name]["description"])
    assert [task for task in tasks if task in ("backup", "deploy", "verify", "rollback")] == after


@pytest.mark.slow
def test_an_agent_without_the_right_version_installs_it_beside_the_workspace(ended: dict[str, dict[str, Any]]) -> None:
    used = set(re.findall(r"^(\S+/secure-release): \w", ended["not-installed"]["log"], re.MULTILINE))

    assert len(used) == 5  # every agent has its own: two shards, patch test, gate, release
    assert all("@tmp/secure-release/bin/" in path for path in used)
