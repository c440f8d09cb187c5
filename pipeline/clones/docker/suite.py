"""Runs the project's tests in a container of a clone and brings their report out."""

from __future__ import annotations

import io
import secrets
import tarfile
from collections.abc import Sequence
from pathlib import Path

from ...containers import Container, Engine, EngineError
from ...patch_config import PatchSection
from ...patching import RUNNER, TestRun
from ..junit import REPORT_BYTES
from ..packages.onefile import file_in
from ..results import judged, no_result
from ..selection import selected

SOURCE = "/tmp/secure-release-source"  # noqa: S108 - in a container that is ours alone
PYTHONS = ("python", "python3")


def run_tests(
    engine: Engine, container: Container, config: PatchSection, python: str, only: Sequence[str], scratch: Path
) -> TestRun:
    """All tests, or only those ids where the runner can be told. Never raises for what the tests do."""
    chosen = selected(config.tests, only, Path(f"/proc/{container.pid}/root", container.working_dir.lstrip("/")))
    run = _tested(engine, container, config, python, chosen, scratch)
    if chosen and run.why_none and RUNNER in run.failed:
        return _tested(engine, container, config, python, (), scratch)  # the runner does not know an id that it wrote itself
    return run


def _tested(
    engine: Engine, container: Container, config: PatchSection, python: str, only: Sequence[str], scratch: Path
) -> TestRun:
    inner = f"/tmp/secure-release-{secrets.token_hex(8)}.xml"  # noqa: S108 - in a container that is ours alone
    words = [python if word in PYTHONS and python else word for word in config.tests]
    command = [word.replace("{junit}", inner).replace("{source}", SOURCE) for word in words]
    try:
        ended = engine.execute(container.id, (*command, *only), timeout=config.timeout, env=config.env)
        report = scratch / "junit.xml"
        report.unlink(missing_ok=True)
        packed = engine.get(container.id, inner, REPORT_BYTES + 1_000_000)
        if packed is not None and (content := file_in(packed)) is not None:
            report.write_bytes(content)
    except EngineError as problem:
        return no_result(f"the container of the tests is gone: {problem}", "", 0.0)
    return judged(ended, report, config.timeout)


def put_source(engine: Engine, container: str, tree: Path) -> None:
    """The files of the release, for tests that are not in the image."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(tree, arcname=Path(SOURCE).name, filter=_anybodys)
    engine.put(container, str(Path(SOURCE).parent), buffer.getvalue())


def _anybodys(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Readable for whoever the container runs as."""
    info.uid = info.gid = 0
    info.mode |= 0o555 if info.isdir() else 0o444
    return info
