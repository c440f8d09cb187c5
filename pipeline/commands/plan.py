"""The plan: what a release would do here, without doing it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from secure_release.checks import Check, Tools

from ..config import Config
from ..project import Settled


def plan(settled: Settled, checks: Sequence[Check], tools: Tools) -> str:
    """One line per stage, in the order of a release."""
    config = settled.config
    return "\n".join([f"Plan for {config.release.name}: {settled.said}", *_stages(config, checks, tools)])


def _stages(config: Config, checks: Sequence[Check], tools: Tools) -> Iterator[str]:
    names = [check.name for check in checks if check.name not in config.scan.skip]
    yield f"  scan        {', '.join(names)}; required: {', '.join(config.policy.require)}"
    yield f"  patch-test  {_patch_test(config)}"
    yield f"  gate        refuses from {config.policy.refuse} upwards{_lines(config)}"
    yield f"  backup      {_backup(config)}"
    yield f"  deploy      {_deploy(config)}"
    yield f"  verify      {', '.join(probe.name for probe in config.verify.probes) or 'no probes'}{_watch(config)}"
    yield "  rollback    when deploy or verify does not pass"
    yield "  report      HTML, Markdown, SARIF, JUnit, JSON, SBOM in the run's folder"


def _patch_test(config: Config) -> str:
    section = config.patch_test
    if config.policy.patch_test == "off":
        return "off by policy"
    tests = shlex.join(section.tests)
    if section.driver == "docker":
        source, service = section.docker, section.docker.tests_in
        what = f"project {source.project}" if source.project else f"container {source.container}"
        return f"docker clone of {what}; tests{f' in {service}' if service else ''}: {tests}"
    return f"{section.driver} clone of {section.environment or 'the lock'}; tests: {tests}"


def _lines(config: Config) -> str:
    return "".join(f", {check} from {severity}" for check, severity in config.policy.refuse_for.items())


def _backup(config: Config) -> str:
    section = config.backup
    if not section.sources:
        return "nothing is named"
    return f"{', '.join(f'{s.name} ({s.type})' for s in section.sources)} to {section.repository} ({section.engine})"


def _deploy(config: Config) -> str:
    section = config.deploy
    images = "the images that the patch test made" if section.images else ", ".join(section.image.values())
    return {
        "directory": f"to {section.site}",
        "command": shlex.join(section.apply or ()),
        "compose": f"{images}, to the containers of project {section.project}, one by one",
        "swarm": f"{images}, to the services {', '.join(section.services.values())}",
        "none": "nothing",
    }[section.driver]


def _watch(config: Config) -> str:
    return f"; watched for {config.verify.watch.for_:.0f} s" if config.verify.watch else ""
