"""A real Docker Engine for tests, and images for it that are built from Debian's packages: nothing can be pulled here.

The images are kept between test sessions under names that tell their recipe; everything else that a test makes carries
the label `secure-release-test` and is removed by it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import pytest

from secure_release.pipeline.adapters.docker import Docker, engine
from secure_release.pipeline.containers import EngineError, NotThere

LABEL = "secure-release-test"
PLAIN: tuple[str, ...] = ("python3-minimal", "ca-certificates")
START_SECONDS = 30.0
LOCK = Path(tempfile.gettempdir()) / "secure-release-test-engine.lock"


def real_engine() -> Docker:
    """The engine; started if it is installed and may be. Without one the test skips, or fails where it is required."""
    if shutil.which("dockerd") is None:
        _unavailable("dockerd is not on PATH (Debian: docker.io, iptables)")
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of the parallel test processes starts it
        try:
            return engine(threading.Event())
        except EngineError as problem:
            if os.geteuid() != 0:
                _unavailable(f"no engine answers, and only root can start one: {problem}")
        return _started()


def wipe(docker: Docker, labels: Mapping[str, str]) -> None:
    """Remove everything that carries these labels, and the volumes of the containers that do."""
    left = docker.labelled(labels)
    # One without a name that was carried over to a successor has become somebody's by its name: removing that leaves it.
    mounted = {mount.source for one in left.containers for mount in docker.container(one).mounts if mount.kind == "volume"}
    for container in left.containers:
        docker.remove(container)
    for network in left.networks:
        docker.remove_network(network)
    for volume in (*left.volumes, *mounted):
        docker.remove_volume(volume)
    for made in sorted(left.images, key=lambda id: str(docker.api.inspect_image(id)["Created"]), reverse=True):  # children first
        docker.remove_image(made)


def _started() -> Docker:
    log = Path(tempfile.gettempdir()) / "secure-release-test-dockerd.log"
    with log.open("wb") as said:
        subprocess.Popen(["dockerd"], stdout=said, stderr=said, stdin=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            return engine(threading.Event())
        except EngineError:
            time.sleep(0.2)
    _unavailable(f"dockerd does not start: {log.read_text(errors='replace')[-500:]}")


def _unavailable(why: str) -> NoReturn:
    if "docker" in os.environ.get("SECURE_RELEASE_REQUIRE", "").replace(",", " ").split():
        pytest.fail(f"docker is required here: {why}")
    pytest.skip(f"the tests that need Docker can't run: {why}")


def image(docker: Docker, packages: Sequence[str] = PLAIN, outdated: bool = False) -> str:
    """The name of an image of Debian bookworm with these packages; built once on this machine.

    `outdated`: as `main` alone has them, with the security suite in its sources: real updates are pending.
    """
    recipe = hashlib.sha256("\n".join([*sorted(packages), *(["outdated"] if outdated else [])]).encode()).hexdigest()[:12]
    name = f"{LABEL}/bookworm:{recipe}"
    with Path(f"{LOCK}-{recipe}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            docker.image(name)
        except NotThere:
            _build(name, packages, outdated)
    return name


def _build(name: str, packages: Sequence[str], outdated: bool) -> None:
    if shutil.which("mmdebstrap") is None:
        _unavailable("mmdebstrap is not on PATH (Debian: mmdebstrap)")
    main, security = (f"deb {_mirror(suite)} {suite} main" for suite in ("bookworm", "bookworm-security"))
    more = (f"--customize-hook=echo '{security}' >>$1/etc/apt/sources.list",) if outdated else ()
    with tempfile.TemporaryDirectory() as folder:
        tar = Path(folder, "base.tar")
        words = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(packages)}", *more, "bookworm", str(tar)]
        subprocess.run([*words, *((main,) if outdated else ())], check=True, capture_output=True, timeout=600)
        subprocess.run(["docker", "import", str(tar), name], check=True, capture_output=True, timeout=300)


def _mirror(suite: str) -> str:
    """Where this machine's own apt has the suite from."""
    words = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"]
    told = subprocess.run(words, check=True, capture_output=True, text=True, timeout=60).stdout
    found = [line.split()[0] for line in told.splitlines() if line.split()[1:] == [suite]]
    if not found:
        _unavailable(f"this machine's apt knows no suite {suite}: apt-get update")
    return found[0]
