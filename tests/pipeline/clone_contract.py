"""What every clone driver promises. A driver's test module subclasses `CloneContract` and says how to make one."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

import pytest

from secure_release.pipeline.patching import Applied, NotApplied, Patch, Patcher


class CloneContract(ABC):
    """One harmless patch and one that breaks a test are there to be applied; `traces` says what a clone leaves anywhere."""

    @abstractmethod
    def driver(self, folder: Path) -> Patcher: ...

    @abstractmethod
    def harmless(self) -> Patch: ...

    @abstractmethod
    def breaking(self) -> Patch: ...

    @abstractmethod
    def impossible(self) -> Patch:
        """A version that does not exist."""

    @abstractmethod
    def traces(self, folder: Path) -> Mapping[str, object]:
        """The state of the source, and every clone that is there now."""

    def test_an_untouched_clone_passes_its_tests(self, tmp_path: Path) -> None:
        driver = self.driver(tmp_path)
        driver.environment()
        with driver.clone("baseline") as clone:
            run = clone.test()

        assert (run.why_none, run.failed) == ("", frozenset())
        assert run.passed

    def test_a_patch_reaches_the_clone_and_not_the_source(self, tmp_path: Path) -> None:
        driver = self.driver(tmp_path)
        before = driver.environment()
        with driver.clone("trial") as clone:
            applied = clone.apply([self.breaking()])
            run = clone.test()

        assert isinstance(applied, Applied)
        assert applied.sha256
        assert run.failed
        assert self.driver(tmp_path).environment() == before
        assert driver.intact() == ()

    def test_clones_know_nothing_of_each_other(self, tmp_path: Path) -> None:
        driver = self.driver(tmp_path)
        driver.environment()
        with driver.clone("one") as one, driver.clone("two") as two:
            assert isinstance(one.apply([self.breaking()]), Applied)
            assert one.test().failed
            assert not two.test().failed

    def test_a_patch_that_can_not_be_had_is_not_applied(self, tmp_path: Path) -> None:
        driver = self.driver(tmp_path)
        driver.environment()
        with driver.clone("trial") as clone:
            said = clone.apply([self.impossible()])

            assert isinstance(said, NotApplied)
            assert said.blocked == (self.impossible().id,)
            assert not clone.test().failed

    @pytest.mark.parametrize("end", [None, RuntimeError, KeyboardInterrupt], ids=["well", "error", "interrupt"])
    def test_a_clone_is_gone_however_it_ends(self, tmp_path: Path, end: type[BaseException] | None) -> None:
        driver = self.driver(tmp_path)
        driver.environment()
        before = self.traces(tmp_path)
        try:
            with driver.clone("trial") as clone:
                clone.apply([self.harmless()])
                if end is not None:
                    raise end
        except (RuntimeError, KeyboardInterrupt):
            pass

        assert self.traces(tmp_path) == before

    def test_a_killed_run_is_swept_by_the_next_and_a_living_one_is_not(self, tmp_path: Path) -> None:
        driver = self.driver(tmp_path)
        driver.environment()
        before = self.traces(tmp_path)
        child = os.fork()
        if child == 0:
            with driver.clone("killed"):
                os.kill(os.getpid(), 9)
        os.waitpid(child, 0)
        assert self.traces(tmp_path) != before

        with driver.clone("alive") as clone:
            swept = self.driver(tmp_path).sweep()
            assert not clone.test().failed

        assert swept
        assert self.traces(tmp_path) == before
