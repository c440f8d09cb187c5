"""The template stands before four judges, and each judge is shown a defect that it must find: so a zero means something."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.require import needs

from .pins import PINS
from .rules import offences
from .written import ACTION, CALLER, PIPELINE, copied, repository

Judge = Callable[[Path], str]


HOUSE = Path(__file__).parent.parent.parent.parent
SCRIPT = Path(sys.executable).with_name("secure-release")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("template") / "webshop")


def ran(project: Path, program: str, *options: str) -> str:
    """What the program says against the project; "" when it says nothing and exits 0."""
    path = dict(zip(("act", "actionlint", "zizmor"), needs("github"), strict=True))[program]
    ended = subprocess.run((path, *options), cwd=project, capture_output=True, text=True, timeout=60)
    return "" if ended.returncode == 0 else f"{ended.stdout}\n{ended.stderr}\nexit {ended.returncode}"


def zizmor(project: Path) -> str:
    return ran(project, "zizmor", "--offline", "--no-config", "--no-ignores", "--no-progress", "--persona", "pedantic", ".")


def actionlint(project: Path) -> str:
    return ran(project, "actionlint", "-shellcheck=", "-pyflakes=")


def act(project: Path) -> str:
    return ran(project, "act", "--validate", "--strict")


def ours(project: Path) -> str:
    return "\n".join(offences(project))


@pytest.mark.parametrize("judge", [zizmor, actionlint, act, ours], ids=lambda judge: judge.__name__)
def test_nothing_is_said_against_the_template(made: Path, judge: Judge) -> None:
    assert judge(made) == ""


@pytest.mark.parametrize("judge", [zizmor, actionlint, act, ours], ids=lambda judge: judge.__name__)
def test_nothing_is_said_against_our_own_workflow(tmp_path: Path, judge: Judge) -> None:
    shutil.copytree(HOUSE / ".github", tmp_path / ".github")
    subprocess.run(("git", "init", "-q", str(tmp_path)), check=True)

    assert judge(tmp_path) == ""


def test_our_own_workflow_is_the_template_of_this_tree() -> None:
    """After an edit of the template: secure-release init --ci github --force"""
    ended = subprocess.run((SCRIPT, "init", "--check", "--ci", "github"), cwd=HOUSE, capture_output=True, text=True, timeout=60)

    assert ended.returncode == 0 and ended.stdout.count(" is current.") == 3, ended.stdout


@dataclass(frozen=True)
class Defect:
    """One edit, who must find it, and what is said then."""

    judge: Judge
    place: str
    before: str
    after: str
    said: str


CHECKOUT = f"actions/checkout@{PINS['actions/checkout'][0]} # v7.0.1"
DEFECTS = {
    "an-unpinned-action": Defect(zizmor, PIPELINE, CHECKOUT, "actions/checkout@v7", "unpinned-uses"),
    "an-input-in-a-script": Defect(zizmor, ACTION, '"$GITHUB_WORKSPACE/$SETUP"', '"./${{ inputs.setup }}"', "template-injection"),
    "a-title-in-a-script": Defect(zizmor, PIPELINE, 'echo "::notice', 'echo "${{ github.event.pull_request.title }}', "template-injection"),
    "permissions-left-out": Defect(zizmor, PIPELINE, "permissions: {}\n", "", "excessive-permissions"),
    "a-token-left-behind": Defect(zizmor, PIPELINE, "          persist-credentials: false\n", "", "artipacked"),
    "all-secrets-handed-on": Defect(zizmor, CALLER, "    with:\n", "    secrets: inherit\n    with:\n", "secrets-inherit"),
    "a-dangerous-trigger": Defect(zizmor, CALLER, "pull_request:", "pull_request_target:", "dangerous-triggers"),
    "a-command-put-on-the-path": Defect(zizmor, ACTION, "mkdir -p", 'echo "$PWD" >>"$GITHUB_PATH"; mkdir -p', "github-env"),
    "an-unknown-input": Defect(actionlint, CALLER, "      shards: 2", "      shard: 2", 'input "shard" is not defined'),
    "an-unknown-job-to-wait-for": Defect(actionlint, PIPELINE, "needs: backup", "needs: backups", '"backups"'),
    "a-caller-that-grants-too-little": Defect(actionlint, CALLER, "      security-events: write", "      # security-events: write", "security-events"),
    "an-unknown-axis": Defect(actionlint, PIPELINE, "${{ matrix.shard }}/", "${{ matrix.part }}/", '"part"'),
    "a-secret-that-nobody-declared": Defect(actionlint, PIPELINE, "      RESTIC_PASSWORD:\n", "      RESTIC:\n", '"restic_password"'),
    "a-job-judged-before-it-ran": Defect(actionlint, PIPELINE, "needs: [deploy, verify]", "needs: [deploy]", '"verify"'),
    "a-key-mistyped": Defect(act, PIPELINE, "timeout-minutes:", "timeout-minute:", "timeout-minute"),
    "steps-in-a-call": Defect(act, CALLER, "    with:\n", "    steps: []\n    with:\n", "steps"),
    "a-trigger-mistyped": Defect(act, CALLER, "pull_request:", "pull_requests:", "pull_requests"),
    "another-commit-under-that-version": Defect(ours, PIPELINE, PINS["actions/checkout"][0], "0" * 40, "not in the table of pins"),
    "another-version-at-that-commit": Defect(ours, ACTION, "# v7.0.1", "# v7.0.2", "not in the table of pins"),
    "an-artifact-that-nobody-leaves": Defect(ours, PIPELINE, "takes: secure-release-run", "takes: secure-release-runs", "which nobody leaves"),
    "parts-that-fit-no-pattern": Defect(ours, PIPELINE, "leaves: secure-release-part-patch-test", "leaves: secure-release-patch-test", "which are not the scan"),
    "a-job-without-end": Defect(ours, PIPELINE, "    timeout-minutes: 60\n    permissions", "    permissions", "six hours"),
    "a-deploy-that-is-cut-off": Defect(ours, PIPELINE, "cancel-in-progress: false", "cancel-in-progress: true", "cancelled by the next one"),
    "skipped-taken-for-passed": Defect(ours, PIPELINE, "needs.gate.result == 'success'", "needs.gate.result != 'failure'", "backup starts on another"),
    "a-red-shard-stops-the-others": Defect(ours, PIPELINE, "fail-fast: false", "fail-fast: true", "cancels the others"),
    "a-deploy-without-approval": Defect(ours, PIPELINE, "    environment: ${{ inputs.environment }}\n", "", "environment's approval"),
    "no-way-back-when-cancelled": Defect(ours, PIPELINE, "always() && needs.deploy", "failure() && needs.deploy", "rollback starts on another"),
    "a-silent-fork": Defect(ours, PIPELINE, "steps.sarif.outcome != 'success'", "false", "in silence"),
    "one-category": Defect(ours, PIPELINE, "findings.sarif", "findings.sarif\n          category: x", "one category for all"),
    "a-secret-for-the-scanners": Defect(ours, PIPELINE, "stage: scan", "stage: scan\n          deploy-token: ${{ secrets.DEPLOY_TOKEN }}", "scan sees"),
}  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_a_planted_defect_is_found(made: Path, tmp_path: Path, defect: Defect) -> None:
    project = copied(made, tmp_path / "webshop")
    path = project / defect.place
    text = path.read_text(encoding="utf-8")
    assert defect.before in text
    path.write_text(text.replace(defect.before, defect.after, 1), encoding="utf-8")

    assert defect.said in defect.judge(project)
