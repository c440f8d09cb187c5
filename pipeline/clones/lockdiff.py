"""The change to requirement files that carries exactly a set of patches, as a unified diff. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.utils import canonicalize_name

from ..patching import Kind, Patch

PINNED = re.compile(
    r"""^(?P<head>\s*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*={2,3}\s*)
        (?P<version>[^\s;\\,\#]+)(?P<rest>.*)$""",
    re.VERBOSE | re.DOTALL,
)
HASH = re.compile(r"--hash[=\s]\s*[a-z0-9]+:[0-9a-fA-F]+")


@dataclass(frozen=True)
class LockDiff:
    """`missing`: the patches whose distribution no file pins, so that the diff can't carry them."""

    text: str
    missing: tuple[str, ...]


def lock_diff(files: Mapping[str, str], safe: Sequence[Patch]) -> LockDiff:
    """`files`: path to text. A patch of something that is not installed yet becomes a new line. Nothing else is changed.

    OS packages are not a lock's business.
    """
    safe = [patch for patch in safe if patch.kind is Kind.PYTHON]
    wanted: dict[str, Patch] = {canonicalize_name(patch.name): patch for patch in safe if patch.installed}
    texts = {path: "".join(_patched(text, wanted)) for path, text in files.items()}
    changed = [path for path, text in texts.items() if text != files[path]]
    if changed:
        texts[changed[0]] = _extended(texts[changed[0]], [patch for patch in safe if not patch.installed])
    diffs = (_diff(path, files[path], texts[path]) for path in changed)
    there = {name for text in files.values() for name, _ in pinned(text)}
    return LockDiff("".join(diffs), tuple(patch.id for name, patch in wanted.items() if name not in there))


def pinned(text: str) -> Iterator[tuple[str, str]]:
    """Normalised name and version of every pinned line."""
    for match in filter(None, map(PINNED.match, _statements(text))):
        yield canonicalize_name(match["name"]), match["version"]


def _extended(text: str, new: Sequence[Patch]) -> str:
    """With the new dependencies that the patches bring, in the form of the lock: with hashes if it has some."""
    ended = text if text.endswith("\n") or not new else f"{text}\n"
    hashed = HASH.search(text) is not None
    lines = (
        f"{patch.name}=={patch.fixed}" + "".join(f" \\\n    --hash=sha256:{digest}" for digest in patch.sha256 if hashed) + "\n"
        for patch in new
    )
    return ended + "".join(lines)


def _patched(text: str, wanted: Mapping[str, Patch]) -> Iterator[str]:
    for statement in _statements(text):
        match = PINNED.match(statement)
        patch = wanted.get(canonicalize_name(match["name"])) if match else None
        if match is None or patch is None:
            yield statement
        else:
            yield f"{match['head']}{patch.fixed}{_rehashed(match['rest'], patch.sha256)}"


def _statements(text: str) -> Iterator[str]:
    """Lines with their ends; a line that ends in a backslash goes together with the next."""
    kept = ""
    for line in text.splitlines(keepends=True):
        kept += line
        if not line.rstrip("\r\n").endswith("\\") or line.lstrip().startswith("#"):
            yield kept
            kept = ""
    if kept:
        yield kept


def _rehashed(rest: str, digests: Sequence[str]) -> str:
    """The digests of the tested artifacts in place of the old ones, in the layout of the first."""
    old = list(HASH.finditer(rest))
    if not old:
        return rest
    before, after = rest[: old[0].start()], rest[old[-1].end() :]
    between = rest[old[0].end() : old[1].start()] if len(old) > 1 else " "
    return before + between.join(f"--hash=sha256:{digest}" for digest in digests) + after


def _diff(path: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{path}", f"b/{path}", n=1, lineterm="\n"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
