"""Runs of several machines made one: what keeps them from being joined, and what they say together. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from secure_release.checks import Broken, Ran, Result, Skipped, broken, numbered, ran

from .patching import PatchReport
from .records import WHOLE, ScanReport, Share
from .release import Entry, EvidenceStore, Reason, Stage, StageResult
from .sharding import asked_for
from .view import STAGE_STARTED, Identity, RunView, view

AGAIN = "Run the job that makes it again, and then the gate."
ONE_RUN = "Give the runs of one commit and one configuration, all made by one version of secure-release."


@dataclass(frozen=True)
class Part:
    """One run that is to be joined: its chain is whole, and so is every piece of its evidence."""

    where: str  # for people: its folder
    journal: str  # digest of its journal's bytes
    who: Identity
    shard: tuple[int, int]  # what its scan was asked for
    begun: frozenset[Stage]
    seen: RunView

    @property
    def name(self) -> str:
        match Stage.SCAN in self.begun, Stage.PATCH_TEST in self.begun:
            case True, patch:
                return f"shard {self.shard[0]} of {self.shard[1]}{' with the patch test' if patch else ''}"
            case _:
                return "the patch test" if Stage.PATCH_TEST in self.begun else f"run {self.who.run}"

    @property
    def told(self) -> str:
        """As a sentence begins with it."""
        return f"{self.name[0].upper()}{self.name[1:]} ({self.where})"


def part(where: str, digest: str, entries: Sequence[Entry], evidence: EvidenceStore) -> Part:
    """What a run says. Raises `ReleaseError` when it has no beginning, or when a record of it is missing or changed."""
    begun = frozenset(Stage(entry.stage) for entry in entries if entry.kind == STAGE_STARTED)
    seen = view(entries, evidence)
    return Part(where, digest, seen.identity, asked_for(entries), begun, seen)


def refusals(parts: Sequence[Part], who: Identity, patch_required: bool) -> tuple[Reason, ...]:
    """Everything that keeps these runs from being one; empty when each (check, file) was looked at exactly once.

    `who`: the run that they are joined into.
    """
    apart = (reason for each in parts for reason in (*_foreign(each, who), *_silent(each)))
    found = (*_doubled(parts), *apart, *_patches(parts, patch_required))
    scans = [each for each in parts if Stage.SCAN in each.begun]
    cut = (*found, *_scans(scans))
    return cut or tuple(_unaccounted([report for each in scans if (report := each.seen.scan) is not None]))


def cut_otherwise(parts: Sequence[Part], files: tuple[str, ...], expected: Mapping[tuple[int, int], Share]) -> tuple[Reason, ...]:
    """The shards that looked at something else than this machine would have given them."""
    hint = "Install the same version of secure-release, and the same checks, on every machine."
    return tuple(
        Reason(f"{each.told} looked at another share than the one that is cut here.", hint)
        for each in parts
        if (scan := each.seen.scan) is not None and (scan.files != files or scan.share != expected[each.shard])
    )


def _doubled(parts: Sequence[Part]) -> Iterator[Reason]:
    for run, count in Counter(each.who.run for each in parts).items():
        if count > 1:
            yield Reason(f"Run {run} was given {count} times.", "Give each run once.")


def _foreign(one: Part, who: Identity) -> Iterator[Reason]:
    for what, theirs, mine in (
        ("commit", one.who.commit, who.commit),
        ("files", one.who.tree, who.tree),
        ("configuration, policy, waivers or baseline", one.who.config, who.config),
        ("version of secure-release", one.who.tool, who.tool),
    ):
        if theirs != mine:
            yield Reason(f"{one.told} belongs to another {what} ({theirs[:12]}, here {mine[:12]}).", ONE_RUN)


def _silent(one: Part) -> Iterator[Reason]:
    if not one.begun & {Stage.SCAN, Stage.PATCH_TEST}:
        yield Reason(f"{one.told} holds neither a scan nor a patch test: it was cut off, or is another job's.", AGAIN)


def _patches(parts: Sequence[Part], required: bool) -> Iterator[Reason]:
    tried = [each for each in parts if Stage.PATCH_TEST in each.begun]
    if not tried and required:
        yield Reason("No run holds a patch test.", "Run `secure-release patch-test --run DIR`, and give its folder with --from.")
    if len(tried) > 1:
        yield Reason(f"There are {len(tried)} patch tests: {_places(tried)}.", "Give exactly one.")
    for each in tried:
        if each.seen.stage(Stage.PATCH_TEST) is None:
            yield Reason(f"{each.told} was cut off: its patch test never finished.", AGAIN)


def _scans(scans: Sequence[Part]) -> Iterator[Reason]:
    if not scans:
        yield Reason("No run holds a scan.", "Run `secure-release scan --shard I/N --run DIR`, and give its folder with --from.")
        return
    counts = sorted({each.shard[1] for each in scans})
    if len(counts) > 1:
        yield Reason(f"The scans were cut into {' and '.join(map(str, counts))} shards: {_places(scans)}.", "Give the shards of one cut.")
        return
    for index in range(1, counts[0] + 1):
        mine = [each for each in scans if each.shard[0] == index]
        if not mine:
            yield Reason(f"Shard {index} of {counts[0]} is missing.", AGAIN)
        if len(mine) > 1:
            yield Reason(f"Shard {index} of {counts[0]} is there {len(mine)} times: {_places(mine)}.", "Give exactly one.")
    for each in scans:
        yield from _unfinished(each)


def _unfinished(one: Part) -> Iterator[Reason]:
    result = one.seen.stage(Stage.SCAN)
    if result is None:
        yield Reason(f"{one.told} was cut off: its scan never finished.", AGAIN)
    elif one.seen.scan is None:
        why = " ".join(reason.text for reason in result.reasons)
        yield Reason(f"{one.told} left no scan: {why or result.summary}", AGAIN)
    elif (one.seen.scan.share.index, one.seen.scan.share.count) != one.shard:
        yield Reason(f"{one.told} was asked for one shard and holds another.", AGAIN)


def _unaccounted(scans: Sequence[ScanReport]) -> Iterator[Reason]:
    """The proof: the shards saw the same release, and what they were given is every (check, file) exactly once."""
    first, hint = scans[0], "Run all shards again, on the same commit, with the same version and checks."
    if any(_common(scan) != _common(first) for scan in scans):
        yield Reason("The shards did not see the same files, or not the same law.", hint)
        return
    if first.share.count == 1:
        return
    if any(not scan.share.partition or scan.share.partition != first.share.partition for scan in scans):
        yield Reason("The shards were not cut from one whole.", hint)
    for check in first.results:
        why = _not_once(check, scans)
        if why:
            yield Reason(f"{check} {why}", hint)


def _not_once(check: str, scans: Sequence[ScanReport]) -> str:
    """Why not everything was looked at by this check exactly once; "" when it was."""
    asked = [scan for scan in scans if check not in scan.share.elsewhere]
    shared = [scan for scan in scans if check in scan.share.given]
    if not shared and all(isinstance(scan.results[check], Skipped) for scan in asked) and len(asked) == len(scans):
        return ""  # `scan.skip` names it: no shard was to ask it
    if not shared:
        return "" if len(asked) == 1 else f"was asked about the whole release by {len(asked)} shards, not by one."
    counts = Counter(path for scan in shared for path in scan.share.given[check])
    if len(shared) != len(scans) or counts != Counter(scans[0].files):
        return "was not given every file exactly once."
    strayed = any(not set(_looked_at(scan.results[check])) <= set(scan.share.given[check]) for scan in shared)
    return "says that it looked at files of another shard." if strayed else ""


def _looked_at(result: Result) -> tuple[str, ...]:
    return result.looked_at if isinstance(result, Ran) else ()


def _common(scan: ScanReport) -> object:
    """What every shard must say alike. Where the law was read from may move on between two machines; what it says may not."""
    law = scan.law.model_copy(update={"read_from": ""})
    return scan.titles, scan.source_gaps, scan.left_out, scan.files, scan.suppressions, scan.trust, law, set(scan.results)


def joined(scans: Iterable[ScanReport]) -> ScanReport:
    """What the shards say together: what one machine would have said. Only for scans that nothing keeps apart."""
    ordered = sorted(scans, key=lambda scan: scan.share.index)
    first = ordered[0]
    if first.share.count == 1:
        return first
    results = {name: _result(name, ordered) for name in first.results}
    seconds = {name: sum(scan.seconds.get(name, 0.0) for scan in ordered) for name in first.results}
    return replace(
        first,
        results=results,
        seconds={name: s for name, s in seconds.items() if s},
        share=WHOLE,
        tests=tuple(sorted({path for scan in ordered for path in scan.tests})),
        reach={name: place for scan in ordered for name, place in scan.reach.items()},
    )


def _result(check: str, scans: Sequence[ScanReport]) -> Result:
    """Broken if any shard's is: a check that gave no answer somewhere gave none."""
    asked = {scan.share.index: scan.results[check] for scan in scans if check not in scan.share.elsewhere}
    silent = {index: why for index, result in asked.items() if (why := _silence(result)) is not None}
    if len(silent) == len(asked) and all(isinstance(result, Skipped) for result in asked.values()):
        return next(iter(asked.values()))
    if silent:
        reasons = "; ".join(f"shard {index}: {each.reason}" for index, each in silent.items())
        return broken(reasons, next(iter(silent.values())).remedy, tuple(e for each in silent.values() for e in each.evidence))
    return _together([result for result in asked.values() if isinstance(result, Ran)])


def _silence(result: Result) -> Broken | None:
    match result:
        case Ran():
            return None
        case Broken():
            return result
        case Skipped(reason=why):
            return broken(f"it was skipped: {why}", AGAIN)
        case _:
            assert_never(result)


def _together(results: Sequence[Ran]) -> Ran:
    alike = len({result.notes for result in results}) == 1
    return ran(
        numbered(finding for result in results for finding in result.findings),
        tuple(sorted(item for result in results for item in result.looked_at)),
        tuple(sorted((gap for result in results for gap in result.gaps), key=lambda gap: gap.subject)),
        tuple(dict.fromkeys(item for result in results for item in result.evidence)),
        results[0].notes if alike else tuple(note for result in results for note in result.notes),
    )


def patch_test(parts: Sequence[Part]) -> tuple[StageResult, PatchReport | None] | None:
    """The one patch test of runs that nothing keeps apart; None when there is none."""
    found = [(result, each.seen.patch_test) for each in parts if (result := each.seen.stage(Stage.PATCH_TEST)) is not None]
    return found[0] if found else None


def _places(parts: Sequence[Part]) -> str:
    return " and ".join(each.where for each in parts)
