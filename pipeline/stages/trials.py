"""Runs tests in fresh clones, side by side where asked, and remembers what was installed for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from ..clones.artifacts import carries, newcomers
from ..clones.bisect import Blocked, Said
from ..clones.judge import Oracle, judge
from ..patching import Applied, Clone, NotApplied, Patch, TestRun
from ..release import Interrupted, Release

T = TypeVar("T")


class Trials:
    """The clones of one patch test. `runs` counts every run of the tests, `flaky` names the tests that changed their mind."""

    def __init__(self, release: Release, workers: int, patches: int) -> None:
        self.workers = workers
        self.runs = 0
        self._patches = patches
        self.flaky: frozenset[str] = frozenset()
        self._release = release
        self._applied: dict[frozenset[str], Applied] = {}
        self._lock = threading.Lock()

    def baseline(self, times: int) -> tuple[TestRun, ...]:
        """The tests in so many untouched clones."""
        jobs = [self._untouched] * times
        groups = [jobs[start : start + self.workers] for start in range(0, times, self.workers)]
        return tuple(run for group in groups for run in side_by_side(group, self._release.halt.set))

    def again_untouched(self, only: Sequence[str]) -> TestRun:
        with self._release.patcher.clone("baseline") as clone:
            return self._run(clone, "the untouched clone again", only)

    def attempt(self, sets: Sequence[tuple[Patch, ...]], yardstick: Oracle) -> list[Said]:
        """Each set in a clone of its own, judged against the baseline."""
        jobs = [lambda patches=patches: self._tried(patches, yardstick) for patches in sets]
        return side_by_side(jobs, self._release.halt.set)

    def fetched(self, patch: Patch) -> Patch:
        """The patch with the digests of the artifacts that were tried; those of the plan where none was."""
        files = (pair for applied in self._applied.values() for pair in applied.sha256)
        digests = {digest for file, digest in files if carries(file, patch)}
        return replace(patch, sha256=tuple(sorted(digests))) if digests else patch

    def applied(self, patches: Sequence[Patch]) -> Applied:
        """What came of installing this set; nothing for a set that never was."""
        return self._applied.get(frozenset(patch.id for patch in patches), Applied((), (), (), ()))

    def whole(self, patches: Sequence[Patch]) -> tuple[Patch, ...]:
        """The set as it was installed: with digests, and with the new dependencies that came along."""
        return tuple(self.fetched(patch) for patch in (*patches, *newcomers(self.applied(patches), patches)))

    def _untouched(self) -> TestRun:
        with self._release.patcher.clone("baseline") as clone:
            return self._run(clone, "the untouched clone", ())

    def _tried(self, patches: tuple[Patch, ...], yardstick: Oracle) -> Said:
        what = patches[0].id if len(patches) == 1 else f"{len(patches)} patches"
        with self._release.patcher.clone("trial") as clone:
            applied = clone.apply(patches)
            if isinstance(applied, NotApplied):
                return Blocked(applied.reason, applied.blocked, applied.blocked_by)
            with self._lock:
                self._applied[frozenset(patch.id for patch in patches)] = applied
            first = self._run(clone, what, ())
            again: Callable[[Sequence[str]], TestRun] = lambda only: self._run(clone, f"{what}, failing tests again", only)  # noqa: E731
            judgement = judge(first, yardstick, again, self._release.config.patch_test.reruns, self.flaky)
        with self._lock:
            self.flaky |= judgement.flaky
        return judgement.said

    def _run(self, clone: Clone, what: str, only: Sequence[str]) -> TestRun:
        with self._lock:
            self.runs += 1
            self._release.progress.doing(f"testing {what}", self.runs, self._release.config.patch_test.max_runs)
        return clone.test(only)


def side_by_side(jobs: Sequence[Callable[[], T]], halt: Callable[[], None]) -> list[T]:
    """All jobs at once; the first error is raised when all have ended. When we are interrupted, `halt` ends them."""
    if len(jobs) == 1:
        return [jobs[0]()]
    pool = ThreadPoolExecutor(len(jobs))
    try:
        return [future.result() for future in [pool.submit(job) for job in jobs]]
    except (Interrupted, KeyboardInterrupt):
        halt()
        raise
    finally:
        pool.shutdown(wait=True)
