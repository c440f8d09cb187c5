"""The ref that the law is read from."""

from __future__ import annotations

import os
from pathlib import Path

from ..adapters.git import Git, NoRef, TrustedRef
from ..loader import read
from ..project import MAX_LAW_BYTES
from ..release import ReleaseError, Trusted

DEFAULT_REFS = ("refs/remotes/origin/HEAD", "origin/main", "origin/master")


def trusted_ref(git: Git, project: Path, file: str, asked: str) -> Trusted:
    """The ref to read the law from: asked for, else what the default branch of origin says, else what the file says.

    A change that takes `gate.trust` out of its own copy of the file is still held to what the default branch says.
    """
    ref = asked or os.environ.get("SECURE_RELEASE_TRUST", "") or _trust_upstream(git, file) or trust_of(content_of(project / file), file)
    if not ref:
        return NoRef()
    commit = git.trusted(ref)
    if commit is None:
        raise ReleaseError(
            f"The trusted ref {ref} is not in this repository: the law can't be read.",
            "Fetch it (in CI: fetch-depth 0, or `git fetch origin`), and run again.",
        )
    return TrustedRef(git, ref, commit)


def _trust_upstream(git: Git, file: str) -> str:
    for ref, commit in git.trusted_of(DEFAULT_REFS):
        return trust_of(git.show(commit, file), f"{ref}:{file}")
    return ""


def trust_of(content: bytes | None, name: str) -> str:
    """What a configuration says in `gate.trust`, and nothing else of it: the rest may be another version's."""
    data = read(content, name).data if content is not None else None
    gate = data.get("gate") if isinstance(data, dict) else None
    ref = gate.get("trust") if isinstance(gate, dict) else None
    return ref if isinstance(ref, str) else ""


def content_of(path: Path) -> bytes | None:
    """What a file begins with: a link to an endless device must not fill the memory."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_LAW_BYTES)
    except OSError:
        return None
