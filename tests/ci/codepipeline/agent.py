"""A stand-in for CodeDeploy and its agent on one instance: in-place deployments as we read the AppSpec reference.

It is not CodeDeploy: one instance, no load balancer, no alarms, no time limits but the hooks' own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .buildspec import unpack

ORDER = ("ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall", "ApplicationStart", "ValidateService")
RULES = {
    "the order of events": "codedeploy userguide/reference-appspec-file-structure-hooks",
    "ApplicationStop runs the script of the revision that was deployed last with success": "the same page, Lifecycle event hook availability",
    "a script that fails, or runs longer than its timeout, ends the deployment as failed": "the same page",
    "DEPLOYMENT_ID, LIFECYCLE_EVENT and three names are in the environment": "the same page, Environment variable availability",
    "a rollback is a new deployment of the last revision that was deployed with success": "userguide/deployments-rollback-and-redeploy",
    "a file that is there already fails the deployment, unless file_exists_behavior says OVERWRITE": "userguide/reference-appspec-file-structure-files",
    "a script must be executable": "our own: the agent may mend that, we do not lean on it",
}


@dataclass(frozen=True)
class Deployment:
    """How one deployment ended."""

    id: str
    succeeded: bool
    events: tuple[tuple[str, int], ...]  # the hooks that ran, and their exit codes
    log: str


@dataclass
class Instance:
    """One machine with an agent. `root` is its file system, `standing` the bundle that was deployed last with success."""

    root: Path
    env: Mapping[str, str]
    standing: Path | None = None
    deployments: list[Deployment] = field(default_factory=list)

    def release(self, bundle: Path, rollback: bool) -> Deployment:
        """Deploy; when it fails and the group says so, deploy the last good revision again."""
        done = self._deploy(bundle)
        if done.succeeded:
            self.standing = bundle
        elif rollback and self.standing is not None:
            self._deploy(self.standing)
        return done

    def goes_down(self, bundle: Path, after: str) -> Deployment:
        """The machine goes down after this event of a deployment: no hook after it runs, and CodeDeploy calls it failed."""
        return self._deploy(bundle, after)

    def _deploy(self, bundle: Path, until: str = ORDER[-1]) -> Deployment:
        id = f"d-{len(self.deployments) + 1:09d}"
        archive = self.root / "opt" / "codedeploy-agent" / "deployment-root" / id / "deployment-archive"
        events: list[tuple[str, int]] = []
        log: list[str] = []
        good = True
        for event in ORDER:
            good = self._event(event, id, bundle, archive, events, log)
            if not good or event == until:
                break
        self.deployments.append(Deployment(id, good and until == ORDER[-1], tuple(events), "\n".join(log)))
        return self.deployments[-1]

    def _event(self, event: str, id: str, bundle: Path, archive: Path, events: list[tuple[str, int]], log: list[str]) -> bool:
        if event == "DownloadBundle":
            unpack(bundle, archive)
            return (archive / "appspec.yml").is_file()
        if event == "Install":
            return self._install(archive, log)
        scripts = archive
        if event == "ApplicationStop":
            good = next((done for done in reversed(self.deployments) if done.succeeded), None)
            scripts = archive.parent.parent / good.id / "deployment-archive" if good else archive
        spec = _spec(scripts) if (scripts / "appspec.yml").is_file() else {}
        for hook in spec.get("hooks", {}).get(event, ()):
            events.append((event, self._hook(hook, event, id, scripts, log)))
        return all(code == 0 for name, code in events if name == event)

    def _hook(self, hook: Mapping[str, Any], event: str, id: str, archive: Path, log: list[str]) -> int:
        script = archive / hook["location"]
        if not os.access(script, os.X_OK):
            log.append(f"{hook['location']} is not executable")
            return 126
        names = {"APPLICATION_NAME": "app", "DEPLOYMENT_GROUP_NAME": "group", "DEPLOYMENT_GROUP_ID": "g-1"}
        env = {**self.env, **names, "DEPLOYMENT_ID": id, "LIFECYCLE_EVENT": event}
        elsewhere = self.root / "opt" / "codedeploy-agent"
        done = subprocess.run([script], cwd=elsewhere, env=env, capture_output=True, stdin=subprocess.DEVNULL, timeout=hook["timeout"])
        log.append(f"[{event}] exit {done.returncode}\n" + (done.stdout + done.stderr).decode(errors="replace"))
        return done.returncode

    def _install(self, archive: Path, log: list[str]) -> bool:
        spec = _spec(archive)
        for item in spec.get("files", ()):
            source, target = archive / item["source"].lstrip("/"), self.root / item["destination"].lstrip("/")
            for path in sorted(path for path in source.rglob("*") if path.is_file()):
                into = target / path.relative_to(source)
                if into.exists() and spec.get("file_exists_behavior") != "OVERWRITE":
                    log.append(f"{into} already exists")
                    return False
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, into)
        return True


def _spec(archive: Path) -> Any:
    return yaml.safe_load((archive / "appspec.yml").read_text())
