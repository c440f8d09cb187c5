"""A stand-in for CodeBuild: runs a buildspec as we read its reference. RULES says where each reading is from.

It is not CodeBuild: no image, no role, no network of its own, no limit on time.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PHASES = ("install", "pre_build", "build", "post_build")
RULES = {
    "install and pre_build: a failure skips the phases after it": "userguide/view-build-details-phases (picture of transitions)",
    "build: a failure does not skip post_build": "userguide/view-build-details-phases",
    "UPLOAD_ARTIFACTS is always attempted": "userguide/view-build-details-phases",
    "a command that fails ends its phase's commands; `finally` runs all the same": "userguide/build-spec-ref, phases/*/finally",
    "version 0.2: the environment and the folder outlive a command": "userguide/build-spec-ref, version",
    "an artifact without a file that matches fails the build": "userguide/build-spec-ref, artifacts/files",
    "a report without a file is no failure of the build": "userguide/report-create",
    "inputs beside the primary one are in CODEBUILD_SRC_DIR_NAME": "codepipeline userguide/action-reference-CodeBuild",
    "what a command exports before it ends by `exit` may be lost": "our own, stricter than what we know",
}


@dataclass(frozen=True)
class Built:
    """How one build ended."""

    succeeded: bool
    phases: Mapping[str, str]  # SUCCEEDED, FAILED; a phase that did not run is not there
    exported: Mapping[str, str]
    log: str
    artifact: Path | None
    reports: tuple[bytes, ...]  # what went to report groups

    def __str__(self) -> str:
        return f"{dict(self.phases)}\n{self.log}"


def build(spec: Mapping[str, Any], source: Path, env: Mapping[str, str], artifact: Path | None) -> Built:
    """Run it in `source`, a fresh copy of the primary input; the output artifact is written to `artifact`, if the action has one."""
    shell = _Shell(spec["env"]["shell"], source, {**env, "CODEBUILD_SRC_DIR": str(source), "CODEBUILD_BUILD_SUCCEEDING": "1"})
    phases: dict[str, str] = {}
    for name in (name for name in PHASES if name in spec["phases"]):
        good = _phase(shell, spec["phases"][name])
        phases[name] = "SUCCEEDED" if good else "FAILED"
        if not good:
            shell.env["CODEBUILD_BUILD_SUCCEEDING"] = "0"
            if name != "build":
                break
    reports = tuple(_reports(spec.get("reports", {}), source))
    uploaded = artifact is None or "artifacts" not in spec or _pack(spec["artifacts"], source, artifact)
    if not uploaded:
        shell.log.append("UPLOAD_ARTIFACTS: no matching artifact paths found")
    good = uploaded and "FAILED" not in phases.values()
    exported = {name: shell.env[name] for name in spec["env"].get("exported-variables", ()) if name in shell.env}
    made = artifact if artifact is not None and artifact.exists() else None
    return Built(good, phases, exported if good else {}, "\n".join(shell.log), made, reports)


@dataclass
class _Shell:
    """One shell over all commands, as far as its environment and its folder go."""

    program: str
    folder: Path
    env: dict[str, str]

    def __post_init__(self) -> None:
        self.log: list[str] = []

    def run(self, command: str) -> bool:
        state = self.folder.parent / f"{self.folder.name}.state"
        state.unlink(missing_ok=True)
        script = f"{command}\n{{ pwd -P; env -0; }} > {shlex.quote(str(state))}\n"
        done = subprocess.run(
            [self.program, "-c", script], cwd=self.folder, env=self.env, capture_output=True, stdin=subprocess.DEVNULL, timeout=600
        )
        self.log.append((done.stdout + done.stderr).decode(errors="replace"))
        if state.exists():
            where, _, variables = state.read_bytes().partition(b"\n")
            self.folder = Path(where.decode())
            pairs = (item.decode(errors="surrogateescape").partition("=") for item in variables.split(b"\0") if item)
            self.env = {name: value for name, _, value in pairs}
        return done.returncode == 0


def _phase(shell: _Shell, phase: Mapping[str, Any]) -> bool:
    good = _until_one_fails(shell, phase.get("commands", ()))
    return _until_one_fails(shell, phase.get("finally", ())) and good


def _until_one_fails(shell: _Shell, commands: Sequence[str]) -> bool:
    return all(shell.run(command) for command in commands)


def _reports(groups: Mapping[str, Any], source: Path) -> list[bytes]:
    return [
        path.read_bytes()
        for group in groups.values()
        for pattern in group["files"]
        for path in sorted((source / group["base-directory"]).glob(pattern))
    ]


def _pack(artifacts: Mapping[str, Any], source: Path, into: Path) -> bool:
    """Zip what matches; False when nothing does. A zip keeps no links: one of them is a failure here."""
    base = source / artifacts["base-directory"]
    found = sorted({path for pattern in artifacts["files"] for path in base.glob(pattern) if path.is_file()})
    if not found:
        return False
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in found:
            assert not path.is_symlink(), f"{path} is a link, which an artifact does not keep"
            packed.write(path, path.relative_to(base))
    return True


def unpack(artifact: Path, into: Path) -> Path:
    """A fresh folder with what is in the artifact, modes kept."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    with zipfile.ZipFile(artifact) as packed:
        for item in packed.infolist():
            path = Path(packed.extract(item, into))
            if mode := item.external_attr >> 16 & 0o777:
                path.chmod(mode)
    return into
