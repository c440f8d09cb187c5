"""The linter finds nothing in the template, and each defect that is planted in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from secure_release.pipeline.commands.ci_files import FILES

from .groovy import TEMPLATE, lint, lint_found, planted, rendered
from .once import once

WHOLE = "vars/secureRelease.groovy"
SCAN = "vars/secureReleaseScan.groovy"
# What is planted: its name, the file, what stands there, what stands there instead, and the rule that must tell.
DEFECTS = (
    ("library-of-a-branch", "Jenkinsfile", "@Library('secure-release@v0.1.0')", "@Library('secure-release@main')", "unpinned"),
    ("library-of-no-version", "Jenkinsfile", "@Library('secure-release@v0.1.0')", "@Library('secure-release')", "unpinned"),
    ("secret-by-gstring", "vars/secureReleaseDeploy.groovy", """'secure-release deploy --run "$SECURE_RELEASE_RUN"'""", '"secure-release deploy --token ${env.TOKEN}"', "sh-gstring"),
    ("gstring", SCAN, """'secure-release scan --shard "$SECURE_RELEASE_SHARD" --run "$SECURE_RELEASE_RUN"'""", '"secure-release scan --shard ${how.shard}"', "sh-gstring"),
    ("concatenation", SCAN, "--run \"$SECURE_RELEASE_RUN\"'", "--run ' + env.BRANCH_NAME", "sh-concat"),
    ("variable-as-script", SCAN, "script: 'secure-release scan --shard \"$SECURE_RELEASE_SHARD\" --run \"$SECURE_RELEASE_RUN\"'", "script: how.command", "sh-not-constant"),
    ("secret-for-a-stage", WHOLE, "agent none\n", "agent none\n        environment { TOKEN = credentials('deploy-token') }\n", "secret-held"),
    ("secret-unbound", "vars/secureReleaseSecrets.groovy", "    withCredentials(bound) {\n        return body()\n    }\n", "    return body()\n", "secret-held"),
    ("task-without-limit", "vars/secureReleaseIn.groovy", "        timeout(time: minutes, unit: 'MINUTES') {\n            return body()\n        }", "        return body()", "no-timeout"),
    ("approval-without-limit", "vars/secureReleaseApprove.groovy", "timeout(time: how.hours ?: 24, unit: 'HOURS') {", "script {", "no-timeout"),
    ("stash-of-another-name", "vars/secureReleaseGate.groovy", 'secureReleaseFetch("scan-${i}"', 'secureReleaseFetch("shard-${i}"', "stash-name"),
    ("unstash-of-another-name", "vars/secureReleaseFetch.groovy", 'unstash("secure-release-${name}")', 'unstash("securerelease-${name}")', "stash-name"),
    ("approval-on-an-agent", WHOLE, "            stage('approve') {\n", "            stage('approve') {\n                agent { label 'linux' }\n", "input-holds"),
    ("approval-on-the-agent-of-all", WHOLE, "agent none", "agent any", "input-holds"),
    ("approval-in-node", "vars/secureReleaseApprove.groovy", "timeout(time: how.hours ?: 24, unit: 'HOURS') {", "node('linux') { timeout(time: 1) {} ", "input-holds"),
    ("no-rollback", WHOLE, "secureReleaseRollback(credentials: settings.credentials)", "echo 'failed'", "no-way-back"),
    ("rollback-on-failure-only", WHOLE, "unsuccessful {", "failure {", "no-way-back"),
    ("rollback-cut-off", WHOLE, "disableConcurrentBuilds()", "timeout(time: 4, unit: 'HOURS')\n            disableConcurrentBuilds()", "way-back-cut"),
    ("no-lock", WHOLE, "options {\n                    lock(resource: \"secure-release-${settings.environment}\")\n                }", "", "no-lock"),
    ("builds-side-by-side", WHOLE, "disableConcurrentBuilds()\n", "", "missing"),
    ("builds-for-ever", WHOLE, "buildDiscarder(logRotator(numToKeepStr: '50'))\n", "", "missing"),
    ("no-report", WHOLE, "secureReleaseReport(shards: settings.shards)", "echo 'done'", "missing"),
    ("field-that-cant-be-saved", "src/securerelease/Settings.groovy", "    final String name\n", "    final String name\n    final java.util.regex.Matcher last = null\n", "not-serialisable"),
    ("class-that-cant-be-saved", "src/securerelease/Exit.groovy", "class Exit implements Serializable", "class Exit", "not-serialisable"),
    ("step-without-help", "vars/secureReleaseGate.txt", "secureReleaseGate", "theGate", "no-help"),
    ("mistyped-option", WHOLE, "disableConcurrentBuilds", "disableConcurentBuilds", "declarative"),
    ("mistyped-directive", WHOLE, "        options {\n            //", "        option {\n            //", "declarative"),
    ("no-agent-at-the-top", WHOLE, "        agent none\n", "", "declarative"),
    ("two-stages-of-a-name", WHOLE, "stage('deploy')", "stage('backup')", "declarative"),
    ("post-condition-unknown", WHOLE, "cleanup {", "afterwards {", "declarative"),
    ("steps-and-stages", WHOLE, "                stages {\n                    stage('backup')", "                steps { echo 'x' }\n                stages {\n                    stage('backup')", "declarative"),
    ("nothing-in-options", WHOLE, "lock(resource: \"secure-release-${settings.environment}\")", "", "declarative"),
    ("groovy-in-steps", WHOLE, "                    secureReleaseLook(settings)\n", "                    settings.check()\n", "declarative"),
    ("condition-unknown", WHOLE, "beforeAgent true", "beforeNode true", "declarative"),
    ("two-kinds-of-agent", WHOLE, 'agent { label "${settings.deployAgent}" }', "agent { label 'a'\n docker 'b' }", "declarative"),
    ("not-groovy", SCAN, "def call(Map how) {", "def call(Map how) {{", "syntax"),
)  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """One JVM for all defects."""

    def make(folder: Path) -> None:
        lint(folder, [planted(folder / name, file, old, new) for name, file, old, new, _ in DEFECTS])

    return lint_found(once(tmp_path_factory, "lint", make))


def test_nothing_is_found_in_the_template(tmp_path: Path) -> None:
    lint(tmp_path, [rendered(tmp_path / "as-it-is")])

    assert lint_found(tmp_path) == {"as-it-is": []}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name, _, _, _, rule in DEFECTS], ids=[defect[0] for defect in DEFECTS])
def test_a_planted_defect_is_found(found: dict[str, list[dict[str, Any]]], name: str, rule: str) -> None:
    rules = {finding["rule"] for finding in found[name]}

    assert rule in rules, found[name]


def test_a_jenkinsfile_is_short(tmp_path: Path) -> None:
    lines = (rendered(tmp_path / "template") / "Jenkinsfile").read_text().splitlines()

    assert len(lines) < 30


def test_init_writes_every_file_of_the_template() -> None:
    ours = {str(path.relative_to(TEMPLATE)) for path in TEMPLATE.rglob("*") if path.is_file()}

    assert {file for file, _ in FILES["jenkins"]} == ours
