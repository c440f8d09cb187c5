"""What AWS and our own rules want of a buildspec and of an appspec. Each returns sentences; none means nothing is wrong."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

RULES = {
    "version 0.2": "codebuild userguide/build-spec-ref, version: 0.1 has a new shell for each command",
    "known keys": "build-spec-ref, syntax",
    "bash": "build-spec-ref, env/shell: sh is the default, and has no pipefail",
    "every command begins with set -euo pipefail": "ours: of a block only the last exit code counts",
    "no post_build": "userguide/view-build-details-phases: it runs after a red build, so nothing is published there",
    "ABORT": "build-spec-ref, phases/*/on-failure",
    "a swallowed exit code": "ours: `|| true` stands only behind --version",
    "exported variables are exported": "build-spec-ref, env/exported-variables",
    "every variable is known": "ours: with set -u an unknown one ends the build, and only on AWS",
    "report formats": "build-spec-ref, reports/file-format",
    "hooks": "codedeploy userguide/reference-appspec-file-structure-hooks: the events that can have a script",
    "3600 s": "the same page: the timeouts of one event add up to an hour at most",
    "no ApplicationStop": "ours: it runs the script of the revision before, also a broken one (aws-codedeploy-agent #186)",
    "scripts exist": "the same page, location",
}
TOP = {"version", "env", "phases", "reports", "artifacts", "cache", "proxy", "batch", "run-as"}
ENV = {"shell", "variables", "parameter-store", "secrets-manager", "exported-variables", "git-credential-helper"}
PHASE = {"on-failure", "runtime-versions", "commands", "finally", "run-as"}
ARTIFACTS = {"base-directory", "files", "name", "discard-paths", "exclude-paths", "secondary-artifacts", "enable-symlinks"}
REPORT = {"files", "base-directory", "discard-paths", "file-format"}
FORMATS = {"JUNITXML", "CUCUMBERJSON", "NUNITXML", "NUNIT3XML", "TESTNGXML", "VISUALSTUDIOTRX"}
GIVEN = {"CODEBUILD_SRC_DIR", "CODEBUILD_BUILD_ID", "CODEBUILD_BUILD_ARN", "AWS_REGION"}  # userguide/build-env-ref-env-vars
HOOKS = {"ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService"}
USED = re.compile(r"\$\{?!?([A-Za-z_][A-Za-z0-9_]*)")
MADE = re.compile(r"(?:^|\n|; )\s*(?:export )?([A-Za-z_][A-Za-z0-9_]*)=|for ([a-z_]+) in")


def buildspec(spec: Mapping[str, Any], variables: set[str]) -> Iterator[str]:
    """`variables`: what the project and the pipeline's action give to this build."""
    if spec.get("version") != 0.2:
        yield "version is not 0.2"
    yield from _unknown("the buildspec", spec, TOP)
    yield from _unknown("env", spec.get("env", {}), ENV)
    if spec.get("env", {}).get("shell") != "bash":
        yield "env.shell is not bash"
    if set(spec["phases"]) - {"install", "build"}:
        yield f"phases beside install and build: {set(spec['phases']) - {'install', 'build'}}"
    commands = [command for phase in spec["phases"].values() for command in _commands(phase)]
    for name, phase in spec["phases"].items():
        yield from _unknown(name, phase, PHASE)
        if phase.get("on-failure") != "ABORT":
            yield f"{name}: on-failure is not ABORT"
    for command in commands:
        yield from _command(command, variables | {made for text in commands for made in _made(text)})
    for name in spec["env"].get("exported-variables", ()):
        if not any(f"export {name}=" in command for command in commands):
            yield f"{name} is never exported"
    yield from _outputs(spec)


def _outputs(spec: Mapping[str, Any]) -> Iterator[str]:
    for name, group in spec.get("reports", {}).items():
        yield from _unknown(f"report {name}", group, REPORT)
        if group.get("file-format") not in FORMATS or not group.get("files"):
            yield f"report {name}: no known format, or no files"
    if "artifacts" in spec:
        yield from _unknown("artifacts", spec["artifacts"], ARTIFACTS)
        if not spec["artifacts"].get("files") or not spec["artifacts"].get("base-directory"):
            yield "artifacts without files, or of the whole source"


def _command(command: str, known: set[str]) -> Iterator[str]:
    first = command.splitlines()[0]
    if first != "set -euo pipefail":
        yield f"a command begins with `{first}`"
    yield from shell(command)
    for name in sorted({found[1] for found in USED.finditer(command)} - known - GIVEN):
        if not name.startswith("CODEBUILD_SRC_DIR_"):
            yield f"${name} is nowhere given"


def shell(text: str) -> Iterator[str]:
    """What holds for every script of ours, hooks too."""
    done = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True)
    if done.returncode:
        yield f"bash can't read it: {done.stderr.strip()}"
    for line in text.splitlines():
        if "|| true" in line and "--version" not in line:
            yield f"an exit code is swallowed: {line.strip()}"
        if re.search(r"\beval\b|`[^`]*`", line.partition("#")[0]):
            yield f"text becomes a command: {line.strip()}"


def appspec(spec: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """`folder` holds what the bundle's root will hold."""
    if (spec.get("version"), spec.get("os")) != (0.0, "linux"):
        yield "version or os"
    yield from _unknown("the appspec", spec, {"version", "os", "files", "file_exists_behavior", "permissions", "hooks"})
    if spec.get("file_exists_behavior") not in {"DISALLOW", "OVERWRITE", "RETAIN"}:
        yield "file_exists_behavior"
    yield from (f"destination {item['destination']}" for item in spec["files"] if not item["destination"].startswith("/"))
    yield from _unknown("hooks", spec["hooks"], HOOKS - {"ApplicationStop"})
    if "ValidateService" not in spec["hooks"]:
        yield "nothing validates the service"
    for event, scripts in spec["hooks"].items():
        if sum(script.get("timeout", 3600) for script in scripts) > 3600:
            yield f"{event}: more than 3600 s"
        for script in scripts:
            path = folder / script["location"]
            yield from (f"{event}: {said}" for said in (shell(path.read_text()) if path.is_file() else ("there is no such script",)))
            if path.is_file() and "\nset -euo pipefail\n" not in path.read_text():
                yield f"{event}: the script goes on after a failure"


def _unknown(where: str, given: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    yield from (f"{where}: {key} is not known" for key in given if key not in known)


def _commands(phase: Mapping[str, Any]) -> list[str]:
    return [*phase.get("commands", ()), *phase.get("finally", ())]


def _made(text: str) -> set[str]:
    return {name for found in MADE.finditer(text) for name in found.groups() if name}
