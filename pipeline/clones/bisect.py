"""Finds the largest set of patches that is safe together, with few runs of the tests. Pure: the tests are an argument."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import assert_never

from ..patching import Patch, Verdict
from .calling import called, partner, those
from .narrowing import Cells, cells, named, narrowed, parts, settled
from .said import Blocked, Breaks, Found, NoAnswer, Passes, Ruled, Said, Try, failing
from .suspects import accused

__all__ = ["Blocked", "Breaks", "Found", "NoAnswer", "Passes", "Ruled", "Said", "Try", "bisect"]

HOPES = 3  # after so many culprits the rest is no longer tried as a whole: breaking is the rule then
STRIKES = 2  # suspects whose removal changed nothing, before the output's hints are left alone


class _Spent(Exception):
    """The budget is used up."""


def bisect(patches: Sequence[Patch], attempt: Try, max_runs: int, workers: int = 1) -> Found:
    """Test all; when that fails, set aside what the output accuses, else what breaks each test; what is left is halved,
    accumulating what is safe.

    The set that is found is tried once more, as a whole, by `attempt` in a fresh clone: only then it is safe. `workers`
    prefixes are tried side by side. No patch that was not part of a verified set is ever `SAFE`.
    """
    search = _Search(tuple(patches), attempt, max_runs - 1, workers)  # one run is kept for the last word
    try:
        search.all_or_accused()
        search.halve()
        search.together()
        search.partners()
    except _Spent:
        pass
    return search.verified()


@dataclass
class _Search:
    patches: tuple[Patch, ...]
    attempt: Try
    budget: int
    workers: int
    runs: int = 0
    safe: frozenset[Patch] = frozenset()
    known: dict[frozenset[Patch], Said] = field(default_factory=dict)
    pending: list[tuple[Patch, ...]] = field(default_factory=list)
    guilty: dict[Patch, Said] = field(default_factory=dict)
    ruled: dict[Patch, Ruled] = field(default_factory=dict)

    def say(self, more: Iterable[Patch]) -> Said:
        """What the tests say of the safe set and these; each set is asked once."""
        wanted = self.safe | frozenset(more)
        if wanted not in self.known:
            if self.runs >= self.budget:
                raise _Spent
            self._learn([wanted])
        return self.known[wanted]

    def ask_ahead(self, sets: Sequence[frozenset[Patch]]) -> None:
        """Ask for several sets side by side, as far as the budget goes."""
        new = [one for one in dict.fromkeys(sets) if one not in self.known][: self.budget - self.runs]
        if len(new) > 1:
            self._learn(new)

    def _learn(self, sets: Sequence[frozenset[Patch]]) -> None:
        for which, said in zip(sets, self.attempt([self._ordered(one) for one in sets]), strict=True):
            self.known[which] = said
            self.runs += not isinstance(said, Blocked)  # a set that can't be installed runs no test

    def all_or_accused(self) -> None:
        """All at once; then without those that the failing output or the failing tests accuse, as long as that helps."""
        left, aside, hints = list(self.patches), list[Patch](), _Hints()
        while left:
            said = self.say(left)
            match said:
                case Passes():
                    self.safe |= frozenset(left)
                    left = []
                case Blocked():
                    out = those(said.who, left)
                    if not out:
                        break
                    self.guilty |= dict.fromkeys(out, said)
                    left = [patch for patch in left if patch not in out]
                case Breaks() | NoAnswer():
                    suspects = self._suspects(said, left, hints) if len(left) > 1 else ()
                    if not suspects:
                        break
                    aside += suspects
                    left = [patch for patch in left if patch not in suspects]
                case _ as never:
                    assert_never(never)
        rest = tuple(patch for patch in left if patch not in self.safe)
        self.pending = [part for part in (tuple(aside), rest) if part and left]
        for patch in aside if not left else ():  # what is accused with success is asked one by one, not as a group
            self._settle((patch,))

    def _suspects(self, said: Breaks | NoAnswer, left: Sequence[Patch], hints: _Hints) -> tuple[Patch, ...]:
        """Whom the output names, as long as that was no mistake; else who is found by narrowing; nobody after a few times."""
        if hints.believed(said) and (suspect := accused(said.output, left)):
            return (suspect,)
        hints.narrowed += 1
        return self._narrow(said, left) if hints.narrowed <= HOPES else ()

    def _narrow(self, said: Breaks | NoAnswer, left: Sequence[Patch]) -> tuple[Patch, ...]:
        known = cells(failing(said), [patch for patch in left if patch not in self.safe])
        while not settled(known):
            tries = parts(known, self.workers + 1)
            self.ask_ahead([self.safe | tried for tried in tries])
            before = known
            for tried in tries:
                known = self._refined(known, tried)
            if known == before:
                break
        return named(known)

    def _refined(self, known: Cells, tried: frozenset[Patch]) -> Cells:
        """After a set was tried; where some of it can't be installed, with those that they wait for, or without them."""
        said = self.say(tried)
        while isinstance(said, Blocked) and (out := those(said.who, self._ordered(tried))):
            mates = {mate for patch in out for word in said.by if (mate := partner(word, patch, self.patches)) is not None}
            tried = tried | mates if mates - tried else tried - frozenset(out)
            if not tried:
                return known
            said = self.say(tried)
        if isinstance(said, Passes):
            self.safe |= tried
        return known if isinstance(said, Blocked) else narrowed(known, tried, failing(said))

    def halve(self) -> None:
        """Take parts of what is pending into the safe set until only culprits are left."""
        hopeful = False
        while self.pending:
            if hopeful and len(self.pending) > 1 and len(self.guilty) <= HOPES:
                self.pending = [tuple(patch for part in reversed(self.pending) for patch in part)]
            part = self.pending.pop()
            hopeful = self._settle(part)

    def _settle(self, part: tuple[Patch, ...]) -> bool:
        """Accept a part, split it, or find a culprit (then True)."""
        said = self.say(part)
        if isinstance(said, Passes):
            self.safe |= frozenset(part)
            return False
        if isinstance(said, Blocked) and (out := those(said.who, part)):
            self.guilty |= dict.fromkeys(out, said)
            self.pending += [rest] if (rest := tuple(patch for patch in part if patch not in out)) else []
            return False
        if len(part) == 1:
            self.guilty[part[0]] = said
            return True
        pieces = _pieces(part, self.workers + 1)
        self.ask_ahead([self.safe | frozenset(p for piece in pieces[:end] for p in piece) for end in range(1, len(pieces))])
        self.pending += reversed(pieces)
        return False

    def together(self) -> None:
        """Try culprits again on what is safe by now, alone and then in pairs: some only work with each other."""
        tried_anew = True
        while tried_anew:
            tried_anew = any(self._rescued((patch,)) for patch in list(self.guilty))
        for pair in self._pairs():
            if all(patch in self.guilty for patch in pair) and self._rescued(pair):
                self.together()
                return

    def _pairs(self) -> list[tuple[Patch, ...]]:
        waiting = [
            (patch, mate)
            for patch, said in self.guilty.items()
            if isinstance(said, Blocked)
            for word in said.by
            if (mate := partner(word, patch, self.guilty)) is not None
        ]
        pairs = combinations(self.guilty, 2) if len(self.guilty) <= HOPES else ()
        return [*waiting, *(pair for pair in pairs if not self._hopeless(pair))]

    def _hopeless(self, pair: tuple[Patch, Patch]) -> bool:
        """A set with both of them failed a test that they fail and no other culprit does."""
        tests = {patch: failing(said) for patch, said in self.guilty.items() if not isinstance(said, Blocked)}
        theirs = frozenset[str]().union(*(tests.get(patch, ()) for patch in pair))
        own = theirs.difference(*(each for patch, each in tests.items() if patch not in pair))
        tried = (said for which, said in self.known.items() if which.issuperset(pair))
        return any(own & failing(said) for said in tried if not isinstance(said, Blocked))

    def _rescued(self, group: tuple[Patch, ...]) -> bool:
        said = self.say(group)
        if not isinstance(said, Passes):
            if len(group) == 1:
                self.guilty[group[0]] = said
            return False
        for patch in group:
            before = self.guilty.pop(patch)
            mates = tuple(self._called(mate) for mate in group if mate != patch)
            waited = self._awaited(patch, before) if isinstance(before, Blocked) else ()
            self.ruled[patch] = Ruled(Verdict.SAFE, mates or waited, (), "")
        self.safe |= frozenset(group)
        return True

    def partners(self) -> None:
        """A culprit whose output names others of the safe set is tried alone: if that passes, it breaks with one of them."""
        for patch, said in self.guilty.items():
            mates = [mate for mate in self._ordered(self.safe) if isinstance(said, Breaks) and accused(said.output, [mate])]
            if not mates or not isinstance(self.known.get(frozenset({patch}), Passes()), Passes):
                continue
            kept, self.safe = self.safe, frozenset()
            try:
                if isinstance(self.say([patch]), Passes):
                    guilty_mates = self._narrowed(patch, kept, mates)
                    self.ruled[patch] = self._rule(patch, said, Verdict.BREAKS_WITH, guilty_mates)
            finally:
                self.safe = kept

    def _narrowed(self, patch: Patch, mates: frozenset[Patch], named: Sequence[Patch]) -> tuple[str, ...]:
        """The fewest of the mates with which it still breaks, as far as halving tells."""
        left = tuple(named) if isinstance(self.say([patch, *named]), Breaks) else self._ordered(mates)
        while len(left) > 1:
            breaking = [half for half in _pieces(left, 2) if isinstance(self.say([patch, *half]), Breaks)]
            if not breaking:
                break
            left = breaking[0]
        return tuple(map(self._called, left))

    def verified(self) -> Found:
        """The last word: the safe set in a fresh clone, whatever was said of it before."""
        safe = self._ordered(self.safe)
        said = self.attempt([safe])[0] if safe else Passes()
        self.runs += bool(safe)
        held = isinstance(said, Passes)
        for patch in self.patches:
            if patch in self.safe:
                again = said.output if isinstance(said, Breaks | NoAnswer) else ""
                tests = said.tests if isinstance(said, Breaks) else ()
                kept = self.ruled.get(patch, Ruled(Verdict.SAFE, self._learned(patch), (), ""))
                self.ruled[patch] = kept if held else Ruled(Verdict.FLAKY, (), tests, again)
            elif patch in self.guilty:
                self.ruled.setdefault(patch, self._rule(patch, self.guilty[patch], Verdict.BREAKS, ()))
            else:
                self.ruled[patch] = Ruled(Verdict.UNTESTED, (), (), "")
        return Found(safe if held else (), {patch: self.ruled[patch] for patch in self.patches}, self.runs)

    def _rule(self, patch: Patch, said: Said, verdict: Verdict, others: tuple[str, ...]) -> Ruled:
        match said:
            case Breaks(tests, output):
                return Ruled(verdict, others, tests, output)
            case NoAnswer(why, output):
                return Ruled(Verdict.ERROR, (), (), f"{why}\n{output}".strip())
            case Blocked(reason, _, by):
                if not by:
                    return Ruled(Verdict.ERROR, (), (), reason)
                waits = any(partner(word, patch, self.guilty) for word in by)
                return Ruled(Verdict.NEEDS_WITH if waits else Verdict.BLOCKED_BY, self._awaited(patch, said), (), reason)
            case Passes():
                raise AssertionError(f"{patch.id} passes and is a culprit")
            case _ as never:
                assert_never(never)

    def _learned(self, patch: Patch) -> tuple[str, ...]:
        """Without whom it could not be installed, as far as any try told."""
        said = (one for which, one in self.known.items() if patch in which and isinstance(one, Blocked))
        return next((self._awaited(patch, one) for one in said if patch in those(one.who, (patch,))), ())

    def _awaited(self, patch: Patch, said: Blocked) -> tuple[str, ...]:
        """Whom it waits for: patches, or pins that nobody upgrades."""
        mates = ((word, partner(word, patch, self.patches)) for word in said.by)
        return tuple(word if mate is None else self._called(mate) for word, mate in mates)

    def _called(self, patch: Patch) -> str:
        return called(patch, self.patches)

    def _ordered(self, which: Iterable[Patch]) -> tuple[Patch, ...]:
        chosen = frozenset(which)
        return tuple(patch for patch in self.patches if patch in chosen)


@dataclass
class _Hints:
    """Whether the output may still accuse: suspects whose removal changed nothing count against it."""

    strikes: int = 0
    narrowed: int = 0
    tests: frozenset[str] | None = None

    def believed(self, said: Breaks | NoAnswer) -> bool:
        tests = failing(said)
        self.strikes += tests == self.tests
        self.tests = tests
        return self.strikes < STRIKES


def _pieces(part: tuple[Patch, ...], number: int) -> list[tuple[Patch, ...]]:
    """The part in so many pieces, at least two, as even as can be."""
    number = min(number, len(part))
    ends = [round(len(part) * n / number) for n in range(number + 1)]
    return [part[start:end] for start, end in pairwise(ends)]
