"""scan, patch-test and gate of a run that is joined from runs of other machines: they say what those said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from secure_release.checks import Evidence

from .. import joining
from ..history import SAFE_SET, safe_set_lines
from ..joining import Part
from ..parts import KEPT, Found
from ..records import Share
from ..release import Outcome, Reason, Release, ReleaseError, Stage, StageResult
from ..sharding import shares
from ..view import RECORDS, identity
from . import scan as scanning

RECORD = RECORDS[Stage.SCAN][0]


def against(release: Release, found: Found) -> tuple[Reason, ...]:
    """Everything that keeps the runs from being joined."""
    if found.against:
        return found.against
    required = release.law.policy.patch_test == "required"
    refused = joining.refusals(found.parts, identity(release.journal.entries), required)
    if refused:
        return refused
    files = tuple(file.path for file in release.source.files)
    return joining.cut_otherwise(found.parts, files, _expected(release, found))


def _expected(release: Release, found: Found) -> dict[tuple[int, int], Share]:
    """What this machine would have given each shard; cut once, however many there are."""
    scan = release.config.scan
    counts = {each.shard[1] for each in found.parts if each.seen.scan is not None}
    cut = (shares(release.checks, release.source.files, scan.costs, scan.skip, count) for count in counts)
    return {(share.index, share.count): share for each in cut for share in each}


def refused(release: Release, against: Sequence[Reason]) -> StageResult:
    now, count = release.now(), len(against)
    said = f"the runs can't be joined: {count} reason{'s' if count > 1 else ''}"
    return StageResult(Stage.GATE, Outcome.INCOMPLETE, said, tuple(against), (), now, now)


def scan(release: Release, parts: Sequence[Part]) -> StageResult:
    """What all shards say together. Their journals and their own reports stay beside it as evidence."""
    report = joining.joined(each.seen.scan for each in parts if each.seen.scan is not None)
    ended = [(each.name, result) for each in parts if (result := each.seen.stage(Stage.SCAN)) is not None]
    own = [replace(item, name=f"{RECORD} of {name}") for name, result in ended for item in result.evidence if item.name == RECORD]
    kept = [Evidence(f"{KEPT}{each.name}", each.journal) for each in parts]
    started, finished = min(result.started for _, result in ended), max(result.finished for _, result in ended)
    return scanning.told(release, report, (*own, *kept), started, finished)


def patch_test(release: Release, parts: Sequence[Part]) -> StageResult:
    """Its words, and its line about the safe set, which a rollout needs."""
    found = joining.patch_test(parts)
    if found is None:
        raise ReleaseError("No run holds a patch test.", joining.AGAIN)
    for line in (line for each in parts for line in safe_set_lines(each.seen.entries)):
        release.journal.append(SAFE_SET, Stage.PATCH_TEST, line.data)
    return found[0]
