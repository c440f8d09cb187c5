"""Debian's real security suite in an image of `main` alone: planned, installed and proven. Needs the registry of packages."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from secure_release.pipeline.adapters.docker import Docker
from secure_release.pipeline.clones.packages.apt import Apt
from secure_release.pipeline.clones.packages.box import box
from secure_release.pipeline.clones.packages.manager import Installed
from secure_release.pipeline.clones.packages.planning import install_os, plan_os
from secure_release.pipeline.clones.packages.restarts import needs_restart, stale
from secure_release.pipeline.containers import NotThere

from ..engine import LABEL, image, real_engine
from .deb_world import mark, ran, sources

pytestmark = pytest.mark.slow
PACKAGES = ("python3-minimal", "ca-certificates", "perl", "nginx-light", "postgresql", "brotli", "libssh2-1", "tzdata", "openssl")
ORIGINS = ("*[Ss]ecurity*",)


def main_alone(docker: Docker, folder: Path) -> tuple[str, str]:
    """An image of `main` alone, built once on this machine; and the sources of a patched one, which the plain image has."""
    with box(docker, image(docker), mark("real-sources"), network="none") as plain:
        lines = ran(plain, "sh", "-c", "cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true").splitlines()
    archive = next(line for line in lines if re.match(r"deb \S+ bookworm main", line))
    # The security suite lies beside the archive, in a folder of its own; where the image has a line for it, that is taken.
    security = next((line for line in lines if "bookworm-security" in line), re.sub(r"/debian/? bookworm ", "/debian-security bookworm-security ", archive))
    recipe = hashlib.sha256(" ".join((archive, *PACKAGES)).encode()).hexdigest()[:12]
    name = f"{LABEL}/bookworm-main:{recipe}"
    try:
        docker.image(name)
    except NotThere:
        (folder / "main.list").write_text(archive + "\n")
        tar = folder / "main.tar"
        words = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(PACKAGES)}", "bookworm", str(tar), str(folder / "main.list")]
        subprocess.run(words, check=True, capture_output=True, timeout=900)
        subprocess.run(["docker", "import", str(tar), name], check=True, capture_output=True, timeout=300)
    return name, f"{archive}\n{security}\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Docker, str]]:
    """An engine and an image that has real security updates pending."""
    docker = real_engine()
    if shutil.which("mmdebstrap") is None:
        pytest.skip("mmdebstrap is not on PATH")
    plain, lines = main_alone(docker, tmp_path_factory.mktemp("base"))
    its = mark("real-base")
    name = f"secure-release-{its.clone}:1"
    with contextlib.ExitStack() as undo:
        undo.callback(docker.remove_image, name)
        with box(docker, plain, its, network="none") as made:
            sources(made, lines)
            made.commit(name)
        yield docker, name


def test_the_real_security_suite_is_planned_installed_and_proven(base: tuple[Docker, str], tmp_path: Path) -> None:
    docker, name = base
    plan = plan_os(docker, mark("real-plan"), {"web": name}, ORIGINS, tmp_path, lambda _: None)
    members = [member for patch in plan.patches for member in patch.members]

    with box(docker, name, mark("real-install"), network="none") as made:
        ran(made, "sh", "-c", "openssl s_server -accept 1 -nocert >/dev/null 2>&1 & perl -e 'sleep 600' >&- 2>&- & python3 -c 'import time; time.sleep(600)' >&- 2>&- &")
        time.sleep(1)
        pids = docker.processes(made.id)
        before = Apt().installed(made)
        done = install_os(made, "web", plan.patches, tmp_path)
        after = Apt().installed(made)
        readable = docker.server().local and os.geteuid() == 0
        told = needs_restart(done.files, pids, Path("/proc")) if isinstance(done, Installed) and readable else ()
        old = stale(pids, Path("/proc")) if readable else ()

    assert isinstance(done, Installed), done
    assert done.changed == ()
    assert {m.name: m.fixed for m in members}.items() <= after.items()
    assert {name for name in before if before[name] != after.get(name)} == {m.name for m in members}
    assert len(plan.patches) >= 10 and len({hole for patch in plan.patches for hole in patch.holes}) >= 50
    assert plan.gaps == ()
    assert any("NOT signed" in line for line in plan.sources) is False and "sha256" in plan.sources[0]
    assert {one.pid for one in old} <= {one.pid for one in told}  # what is stale afterwards was told before
    assert not readable or {one.command for one in told} >= {"openssl", "perl", "python3"}


def test_each_real_patch_can_be_installed_by_itself(base: tuple[Docker, str], tmp_path: Path) -> None:
    """Units are disjoint: none of them needs another."""
    docker, name = base
    plan = plan_os(docker, mark("real-plan"), {"web": name}, ORIGINS, tmp_path, lambda _: None)
    small = sorted(plan.patches, key=lambda patch: len(patch.members))[:4]

    for patch in small:
        with box(docker, name, mark("real-alone"), network="none") as made:
            done = install_os(made, "web", [patch], tmp_path)
        assert isinstance(done, Installed) and done.changed == (), (patch.id, done)
