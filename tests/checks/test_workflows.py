"""Which files are zizmor's business, and what the real one says about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_release.checks import Ran, Severity, SourceFile
from secure_release.checks.builtin import workflows
from secure_release.checks.builtin.workflow_powers import read
from tests.fakes import context
from tests.recorded.record import BAD_FLOW

WANTED = {
    ".github/workflows/ci.yml": True,
    ".github/workflows/release.yaml": True,
    ".github/workflows/deep/ci.yml": False,
    ".github/dependabot.yml": True,
    ".github/actions/build/action.yml": True,
    "action.yaml": True,
    "docs/action.md": False,
    "src/.github/workflows/ci.yml": False,
    ".gitlab-ci.yml": False,
    "Jenkinsfile": False,
}


@pytest.mark.parametrize(("path", "wanted"), WANTED.items())
def test_github_s_files_are_its_business(path: str, wanted: bool) -> None:
    assert workflows.wants(SourceFile(path, 1, "", binary=False, python=False, executable=False)) is wanted


def test_no_comment_and_no_configuration_makes_it_look_away(tmp_path: Path) -> None:
    silenced = BAD_FLOW.replace("@v5", "@v5 # zizmor: ignore[unpinned-uses]")
    files = {
        ".github/workflows/a b.yml": silenced,
        ".github/workflows/ci.yml": BAD_FLOW,
        ".github/zizmor.yml": "rules:\n  unpinned-uses:\n    disable: true\n",
        ".gitignore": "*\n",
    }
    result = workflows.CHECK.run(context(tmp_path, files))
    assert isinstance(result, Ran), result
    assert result.looked_at == (".github/workflows/a b.yml", ".github/workflows/ci.yml")
    (unpinned,) = (f for f in result.findings if f.rule == "unpinned-uses")
    assert "3 more" in unpinned.message


def test_a_project_without_workflows_is_looked_at_and_has_none(tmp_path: Path) -> None:
    result = workflows.CHECK.run(context(tmp_path, {"a.py": "X = 1\n"}))
    assert isinstance(result, Ran)
    assert (result.findings, result.looked_at, result.gaps) == ((), (), ())


HEAD = "on: [push, pull_request]\npermissions:\n  contents: read\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
STEPS = "    steps:\n      - uses: codecov/codecov-action@v5\n"
WRITES = "  publish:\n    runs-on: ubuntu-latest\n    permissions:\n      id-token: write\n"
HARMLESS: dict[str, tuple[str, bool]] = {
    "reads-only": (HEAD + STEPS, True),
    "names-no-right": (HEAD.replace("permissions:\n  contents: read\n", "") + STEPS, True),
    "names-none": (HEAD.replace(":\n  contents: read", ": {}") + STEPS, True),
    "github's-own-token": (HEAD + STEPS + "        with: {token: '${{ secrets.GITHUB_TOKEN }}'}\n", True),
    "a-matrix-of-machines": (HEAD.replace("ubuntu-latest", "${{ matrix.os }}") + STEPS, True),
    "a-secret": (HEAD + STEPS + "        with: {token: '${{ secrets.CODECOV_TOKEN }}'}\n", False),
    "a-secret-by-its-index": (HEAD + STEPS + "        with: {token: '${{ secrets[''X''] }}'}\n", False),
    "all-secrets": (HEAD + STEPS + "        with: {all: '${{ toJSON(secrets) }}'}\n", False),
    "writes": (HEAD.replace("contents: read", "contents: write") + STEPS, False),
    "writes-all": (HEAD.replace(":\n  contents: read", ": write-all") + STEPS, False),
    "a-right-that-is-worked-out": (HEAD.replace("contents: read", "contents: '${{ inputs.right }}'") + STEPS, False),
    "another-job-writes": (HEAD + STEPS + WRITES, True),
    "another-job-writes-what-this-one-hands-on": (HEAD + STEPS + "      - uses: actions/upload-artifact@v4\n" + WRITES, False),
    "another-job-writes-what-this-one-keeps": (HEAD + STEPS + "        with: {enable-cache: true}\n" + WRITES, False),
    "another-job-takes-up-what-was-made-before-it": (
        HEAD + STEPS + "  more:\n    needs: test\n    runs-on: ubuntu-latest\n" + WRITES + "    needs: [more]\n    steps: [{uses: actions/download-artifact@v4}]\n",
        False,
    ),
    "another-job-only-waits-for-it": (HEAD + STEPS + WRITES + "    needs: test\n", True),
    "another-job-writes-what-this-one-says": (HEAD + "    outputs: {version: '1'}\n" + STEPS + WRITES, False),
    "another-job-needs-nothing-of-it": (HEAD + STEPS + "      - uses: actions/upload-artifact@v4\n", True),
    "this-job-writes-where-the-others-read": (HEAD + "    permissions: {packages: write}\n" + STEPS, False),
    "this-job-reads-where-the-others-write": (
        HEAD.replace("contents: read", "contents: write") + "    permissions: {contents: read}\n" + STEPS + WRITES, True,
    ),
    "pushes-all-the-same": (HEAD.replace("permissions:\n  contents: read\n", "") + STEPS + "      - run: git -c a=b push origin main\n", False),
    "a-secret-for-all-jobs": ("env: {KEY: '${{ secrets.KEY }}'}\n" + HEAD + STEPS, False),
    "an-environment": (HEAD + "    environment: pypi\n" + STEPS, False),
    "another-job-hands-on": (HEAD + STEPS + "  more:\n    uses: ./.github/workflows/more.yml\n    secrets: inherit\n", True),
    "hands-on": (HEAD.replace("    runs-on: ubuntu-latest\n", "    uses: ./.github/workflows/more.yml\n    secrets: inherit\n"), False),
    "a-machine-that-is-kept": (HEAD.replace("ubuntu-latest", "self-hosted") + STEPS, False),
    "a-machine-with-a-name": (HEAD.replace("ubuntu-latest", "[big, linux]") + STEPS, False),
    "a-stranger-starts-it": (HEAD.replace("[push, pull_request]", "pull_request_target") + STEPS, False),
    "another-workflow-starts-it": (HEAD.replace("[push, pull_request]", "{workflow_call: {}}") + STEPS, False),
    "nothing-starts-it": (HEAD.replace("on: [push, pull_request]\n", "") + STEPS, False),
    "an-action": ("runs:\n  using: composite\n  steps: []\n", False),
    "no-yaml": ("on: [push\n", False),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_a_workflow_could_be_misused_for(name: str, tmp_path: Path) -> None:
    text, harmless = HARMLESS[name]
    (tmp_path / "ci.yml").write_text(text)

    assert ("test" in read(tmp_path / "ci.yml").harmless) is harmless


TYPED = ("[workflow_dispatch, pull_request]", "[workflow_dispatch, workflow_call]", "workflow_call")


@pytest.mark.parametrize("on", TYPED)
def test_what_is_typed_in_comes_from_who_may_write(on: str, tmp_path: Path) -> None:
    steps = "    steps:\n      - run: echo ${{ inputs.name }}\n      - run: echo ${{ github.event.inputs.name }}\n      - run: echo ${{ github.head_ref }}\n"
    text = f"on: {on}\n" + HEAD.partition("\n")[2] + steps
    result = workflows.CHECK.run(context(tmp_path, {".github/workflows/ci.yml": text}))
    assert isinstance(result, Ran), result
    loud = {f.place.line for f in result.findings if f.rule == "template-injection" and f.severity.rank > Severity.LOW.rank}
    assert loud == {10}


PUSHED = {"{push: {tags: ['v*']}}": {10}, "[release, workflow_dispatch]": {10}, "[push, pull_request]": {8, 9, 10}, "workflow_call": {8, 9, 10}}


@pytest.mark.parametrize("on", PUSHED)
def test_branches_and_tags_are_named_by_who_may_write(on: str, tmp_path: Path) -> None:
    words = ("github.ref_name", "github.event.release.tag_name", "github.event.head_commit.message")
    text = f"on: {on}\n" + HEAD.partition("\n")[2] + "    steps:\n" + "".join(f"      - run: echo ${{{{ {word} }}}}\n" for word in words)
    result = workflows.CHECK.run(context(tmp_path, {".github/workflows/ci.yml": text}))
    assert isinstance(result, Ran), result
    loud = {f.place.line for f in result.findings if f.rule == "template-injection" and f.severity.rank > Severity.LOW.rank}
    assert loud == PUSHED[on]


ECHO = "jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.head_ref }} ${{ inputs.name }}\n"
STARTED = {"workflow_dispatch": True, "{workflow_dispatch: {}, schedule: []}": True, "[workflow_dispatch, issue_comment]": False, "pull_request": False}


@pytest.mark.parametrize("on", STARTED)
def test_who_can_start_a_workflow(on: str, tmp_path: Path) -> None:
    (tmp_path / "ci.yml").write_text(f"on: {on}\n{ECHO}")

    assert read(tmp_path / "ci.yml").own is STARTED[on]


def test_an_action_and_a_script_weigh_what_their_workflow_holds(tmp_path: Path) -> None:
    publish = HEAD.replace("contents: read", "contents: write") + STEPS
    files = {
        ".github/workflows/publish.yml": publish.replace("codecov/codecov-action@v5", "pypa/gh-action-pypi-publish@release/v1"),
        ".github/workflows/test.yml": HEAD + STEPS,
        ".github/workflows/own.yml": f"on: workflow_dispatch\n{ECHO}",
        ".github/workflows/strange.yml": f"on: pull_request_target\n{ECHO}",
    }
    result = workflows.CHECK.run(context(tmp_path / "1", files))
    assert isinstance(result, Ran), result
    weighed = sorted((f for f in result.findings if f.rule in workflows.WEIGHED), key=lambda f: f.severity.rank)
    severity = {(f.rule, f.place.path.rpartition("/")[2]): f.severity for f in weighed}
    assert severity[("unpinned-uses", "publish.yml")] is Severity.HIGH
    assert severity[("unpinned-uses", "test.yml")] is Severity.LOW
    assert severity[("template-injection", "own.yml")] is Severity.LOW
    assert severity[("template-injection", "strange.yml")] is Severity.HIGH

    both = workflows.CHECK.run(context(tmp_path / "2", {".github/workflows/a.yml": HEAD + STEPS, ".github/workflows/b.yml": publish}))
    assert isinstance(both, Ran), both
    (unpinned,) = (f for f in both.findings if f.rule == "unpinned-uses")
    assert (unpinned.place.path, unpinned.severity) == (".github/workflows/a.yml", Severity.HIGH)
    assert "here low" not in unpinned.message


LABELS = "      - uses: actions/labeler@v5\n      - uses: github/issue-labeler@v3\n"
TRIGGERED = {
    LABELS: "low",
    LABELS + "      - uses: actions/checkout@v5\n": "high",
    LABELS + "      - run: make\n": "high",
    "      - uses: shop/labeler@v5\n": "high",
}


@pytest.mark.parametrize("steps", TRIGGERED)
def test_who_only_labels_what_a_stranger_opened_runs_nothing_of_it(steps: str, tmp_path: Path) -> None:
    text = f"on: pull_request_target\njobs:\n  triage:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    result = workflows.CHECK.run(context(tmp_path, {".github/workflows/ci.yml": text}))
    assert isinstance(result, Ran), result
    assert {str(f.severity) for f in result.findings if f.rule == "dangerous-triggers"} == {TRIGGERED[steps]}


SERVICES = {
    "": "low",
    "        env: {POSTGRES_PASSWORD: test}\n": "low",
    "        env: {POSTGRES_PASSWORD: '${{ secrets.DATABASE }}'}\n": "high",
    "        volumes: ['.:/work']\n": "high",
    "        options: -v /srv:/srv\n": "high",
}


@pytest.mark.parametrize("given", SERVICES)
def test_a_service_beside_a_job_is_as_bad_as_what_it_is_handed(given: str, tmp_path: Path) -> None:
    beside = f"    services:\n      database:\n        image: postgres:latest\n{given}"
    steps = "    steps:\n      - run: make test\n        env: {KEY: '${{ secrets.KEY }}'}\n"
    result = workflows.CHECK.run(context(tmp_path, {".github/workflows/ci.yml": HEAD + beside + steps}))
    assert isinstance(result, Ran), result
    assert {str(f.severity) for f in result.findings if f.rule == "unpinned-images"} == {SERVICES[given]}


def test_the_image_of_a_job_with_a_secret_is_no_service(tmp_path: Path) -> None:
    steps = "    container: {image: 'postgres:latest'}\n    steps:\n      - run: make test\n        env: {KEY: '${{ secrets.KEY }}'}\n"
    result = workflows.CHECK.run(context(tmp_path, {".github/workflows/ci.yml": HEAD + steps}))
    assert isinstance(result, Ran), result
    assert {str(f.severity) for f in result.findings if f.rule == "unpinned-images"} == {"high"}
