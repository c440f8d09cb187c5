"""What the commits of a change held, read from git: every content that is reachable from HEAD and not from where it began.

Contents, not patches: a secret in a merge, in a renamed file or on a side branch that was merged has no other way in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from secure_release.checks import Gap
from secure_release.checks.past import Past, Version
from secure_release.checks.source import printable

from ..config import Exclude
from ..release import ReleaseError
from .git import Git
from .source import excluded_by

MOST_BYTES = 100_000_000  # of contents: a minute of searching
BATCH_BYTES = 16_000_000  # a quarter of what the process port lets through
DEEPER = "Fetch it all: `git fetch --unshallow` (in CI: fetch-depth 0), and run again."
NO_BEGINNING = (
    "Nobody says where the change begins (no `gate.trust`, no default branch of `origin` was fetched): the commits before what is "
    "released were not searched for secrets."
)


@dataclass(frozen=True)
class GitPast:
    """The commits since the first of `bases` that there is: what people call it, and what git does."""

    git: Git
    bases: tuple[tuple[str, str], ...]
    excludes: tuple[Exclude, ...]
    max_size: int  # bytes of one file, as in the release

    def read(self) -> Past:
        names = {ref: name for name, ref in self.bases}
        base = next(((names[ref], commit) for ref, commit in self.git.trusted_of(tuple(names))), None)
        if base is None:
            return Past("", NO_BEGINNING, (), (), lambda path: None, ())
        try:
            return self._since(*base)
        except ReleaseError as problem:
            return _unread(f"since {base[0]}", str(problem), problem.hint)

    def _since(self, ref: str, base: str) -> Past:
        commits = self.git.commits_since(base)
        gaps = tuple(_cut_off(commits, self.git.shallow()))
        versions, unread = self._versions(base)
        said = f"{len(commits):,} commits since {ref}"
        return Past(said, "", tuple(commit[:12] for commit in commits), versions, partial(self.git.show, base), (*gaps, *unread))

    def _versions(self, base: str) -> tuple[tuple[Version, ...], tuple[Gap, ...]]:
        gaps, chosen, total = [], list[tuple[str, str, int]](), 0
        for blob, path, size in self._blobs(base):
            if size is None:
                gaps.append(_gap(path, "git does not have its content", DEEPER))
            elif size > self.max_size:
                gaps.append(_gap(path, f"it had {size:,} bytes, more than the limit of {self.max_size:,}", "Raise `scan.max_file_size`."))
            elif total + size > MOST_BYTES:
                gaps.append(_gap(path, f"the change holds more than {MOST_BYTES:,} bytes"))
            else:
                total += size
                chosen.append((blob, path, size))
        versions = tuple(
            Version(path, blob, content, partial(self._oldest, base, blob))
            for batch in _batches(chosen)
            for (blob, path, _), content in zip(batch, self.git.contents([blob for blob, _, _ in batch]), strict=True)
        )
        return versions, tuple(gaps)

    def _blobs(self, base: str) -> Iterator[tuple[str, str, int | None]]:
        """Each content once, with the first of its paths and its size (None: it is missing)."""
        prefix = self.git.prefix()
        named = {blob: path for blob, path in self.git.objects_since(base) if path.startswith(prefix) and path != prefix}
        for blob, size in self.git.sizes(tuple(named)):
            path = printable(named[blob].removeprefix(prefix))
            if excluded_by(path, self.excludes) is None:
                yield blob, path, size

    def _oldest(self, base: str, blob: str) -> str:
        try:
            return self.git.oldest_with(blob, base)
        except ReleaseError:
            return "of the change"


def _batches(chosen: Iterable[tuple[str, str, int]]) -> Iterator[list[tuple[str, str, int]]]:
    batch, total = list[tuple[str, str, int]](), 0
    for item in chosen:
        if batch and total + item[2] > BATCH_BYTES:
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += item[2]
    if batch:
        yield batch


def _cut_off(commits: tuple[str, ...], shallow: frozenset[str]) -> Iterator[Gap]:
    """A commit whose parents were not fetched: what was before it nobody can see."""
    if cut := sorted(shallow & {*commits}):
        yield _gap(f"the commits before {cut[0][:12]}", "the repository was cloned without them", DEEPER)


def _gap(subject: str, reason: str, remedy: str = "Search them by hand, then waive the gap with an end date.") -> Gap:
    return Gap("commits", subject, reason, remedy)


def _unread(subject: str, reason: str, remedy: str) -> Past:
    return Past(subject, "", (), (), lambda path: None, (_gap(f"the commits {subject}", reason, remedy),))
