"""Python distributions inside containers: what is installed there, what is pending, and how it is installed without a network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from secure_release.checks import Advisories, AdvisoryError, Exit, Pin, Tools

from ...containers import Engine
from ...patching import Applied, Member, NotApplied, Patch, Plan
from ...release import ReleaseError
from ..locked import uv_program
from ..plan import plan, told
from ..platforms import platform
from ..probe import QUESTION, Installed, Interpreter, Silent, answer
from ..probe import SECONDS as ASKING_SECONDS
from ..upgrade import chosen, proven
from ..wheelhouse import Artifact, Wheelhouse
from .onefile import archive

INSTALL_SECONDS = 900.0
FOLDER = "secure-release-wheels"  # at the root of the box, while it installs
AT = f"/{FOLDER}"
MEND = "Name the interpreter that runs the service in `patch_test.docker.python`, or take the service out of it."
REMOVE = "import shutil, sys; shutil.rmtree(sys.argv[1])"


class Place(Protocol):
    """A running container that programs can be run in and files put into: a box, or one of the source."""

    def run(self, argv: Sequence[str], timeout: float, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> Exit:
        """A program that is not there: code 127."""

    def put(self, folder: str, name: str, content: bytes, mode: int = 0o644) -> None:
        """A file below a folder that is there."""


@dataclass(frozen=True)
class Within:
    """`Place`: a container that was not made for this, as its own user ("") or another."""

    engine: Engine
    container: str
    user: str

    def run(self, argv: Sequence[str], timeout: float, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> Exit:
        return self.engine.execute(self.container, argv, timeout=timeout, env=env, user=self.user, stdin=stdin)

    def put(self, folder: str, name: str, content: bytes, mode: int = 0o644) -> None:
        self.engine.put(self.container, folder, archive(name, content, mode))


def inventory(place: Place, python: str) -> Interpreter:
    """What the interpreter at this path says of itself. It writes nothing. Raises `ReleaseError` when it does not answer."""
    try:
        return _asked(place, python)
    except Silent as problem:
        raise ReleaseError(f"The container's {problem}.", MEND) from problem


def wheelhouse(folder: Path, known: Interpreter, tools: Tools) -> Wheelhouse:
    """Where wheels for that interpreter are kept: one folder for each that differs."""
    found = platform(known)
    place = folder / "-".join(("wheels", found.python, found.abi, found.tags[0]))
    place.mkdir(parents=True, exist_ok=True)
    return Wheelhouse(place, found, tools)


def plan_python(services: Mapping[str, Interpreter], advisories: Advisories, now: datetime) -> Plan:
    """The pending upgrades of all services: one patch for each distribution and version, a member for each service that has it.

    Raises `ReleaseError` when the advisories give no answer.
    """
    pins = sorted({pin for known in services.values() for pin in asked_about(known)}, key=str)
    try:
        sources = (told(advisories.facts(), now), *(_told(name, known) for name, known in services.items()))
        found = plan(advisories.lookup(pins), sources)
    except AdvisoryError as problem:
        raise ReleaseError(f"There is no advisory data: {problem}", problem.hint) from problem
    return replace(
        found,
        patches=tuple(_with_members(patch, services) for patch in found.patches),
        no_fix=tuple(_with_members(patch, services) for patch in found.no_fix),
    )


def asked_about(known: Interpreter) -> tuple[Pin, ...]:
    """What advisories of PyPI speak of: neither the project itself nor what the operating system patches."""
    return tuple(one.pin for name, one in known.found.items() if name not in known.owned and not _own(one))


def install_python(place: Place, python: str, patches: Sequence[Patch], wheels: Wheelhouse, tools: Tools) -> Applied | NotApplied:
    """Install the patches in a box without a network, from the wheelhouse, and prove it by asking the interpreter.

    `patches` are those with a member in that service. Nothing of the installer stays behind. Raises `ReleaseError`.
    """
    before = inventory(place, python)
    whole = chosen(wheels, before, patches)
    if isinstance(whole, NotApplied):
        return whole
    try:
        refused = _installed(place, python, whole, tools)
        return refused or proven(before, _asked(place, python), patches, whole)
    except Silent as problem:
        return NotApplied(f"after the upgrade {problem}", (), ())


def _installed(place: Place, python: str, whole: Sequence[Artifact], tools: Tools) -> NotApplied | None:
    """None: an installer ended with 0, which proves nothing yet."""
    wanted = "".join(artifact.requirement for artifact in whole).encode()
    place.put("/", f"{FOLDER}/wanted.txt", wanted)
    try:
        for artifact in whole:
            place.put("/", f"{FOLDER}/{artifact.path.name}", artifact.path.read_bytes())
        place.put("/", f"{FOLDER}/uv", Path(uv_program(tools)).read_bytes(), 0o755)
        installer = _installer(place, python)
        if installer is None:
            return NotApplied(f"{python} has no pip, and our uv can't run beside it (is it a musl image?)", (), ())
        ended = place.run(installer, timeout=INSTALL_SECONDS, env=ENVIRONMENT)
    finally:
        _removed(place, python)
    if ended.code == 0 and not ended.timed_out:
        return None
    said = "it took too long" if ended.timed_out else ended.stderr.decode("utf-8", "replace")[-800:]
    return NotApplied(f"{Path(installer[0]).name} ended with exit {ended.code}: {said}", (), ())


# An interpreter of the operating system says that it is managed by others; in a clone, nobody minds.
ENVIRONMENT = {
    "UV_BREAK_SYSTEM_PACKAGES": "1", "PIP_BREAK_SYSTEM_PACKAGES": "1", "PIP_ROOT_USER_ACTION": "ignore",
    "PIP_CONFIG_FILE": "/dev/null", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "TMPDIR": AT,
}  # fmt: skip


def _installer(place: Place, python: str) -> tuple[str, ...] | None:
    """Our own uv, whose version we know, where it can run; else the container's own pip."""
    what = ("--no-index", "--no-deps", "--require-hashes", "--find-links", AT, "--requirement", f"{AT}/wanted.txt")
    uv, pip = f"{AT}/uv", (python, "-I", "-B", "-m", "pip")
    if place.run((uv, "--version"), timeout=ASKING_SECONDS).code == 0:
        how = ("--no-config", "--offline", "--no-build", "--link-mode", "copy", "--cache-dir", f"{AT}/cache")
        return (uv, "pip", "install", *how, "--python", python, *what)
    if place.run((*pip, "--version"), timeout=ASKING_SECONDS).code == 0:
        return (*pip, "install", "--only-binary", ":all:", "--no-cache-dir", *what)
    return None


def _removed(place: Place, python: str) -> None:
    ended = place.run((python, "-I", "-B", "-c", REMOVE, AT), timeout=ASKING_SECONDS)
    if ended.code != 0:
        said = ended.stderr.decode("utf-8", "replace").strip()[-300:]
        raise ReleaseError(f"What was put into a box could not be removed again: {said}", "Is its file system full or read-only?")


def _asked(place: Place, python: str) -> Interpreter:
    return answer(python, place.run((python, "-I", "-B", "-"), timeout=ASKING_SECONDS, stdin=QUESTION.encode()))


def _with_members(patch: Patch, services: Mapping[str, Interpreter]) -> Patch:
    pin = Pin(patch.name, patch.installed)
    where = (name for name, known in services.items() if pin in asked_about(known))
    return replace(patch, members=tuple(Member(name, patch.name, patch.installed, patch.fixed) for name in where))


def _own(one: Installed) -> bool:
    """Installed from a folder: what is released, not what it depends on."""
    return bool(one.url) and "dir_info" in json.loads(one.url)


def _told(service: str, known: Interpreter) -> str:
    own = sum(_own(one) for one in known.found.values())
    left = f"; left out: {own} of the project, {len(known.owned)} of the operating system" if own or known.owned else ""
    return f"{service}: Python {known.version} at {known.prefix}, {len(known.found)} distributions{left}"
