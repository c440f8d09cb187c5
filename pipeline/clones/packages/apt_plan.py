"""The pending security updates of an image whose packages apt manages, asked in a box with network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cmp_to_key, partial

from secure_release.checks import Gap

from ...patching import Member
from ...release import ReleaseError
from . import deb
from .apt_artifacts import Artifact, fetch
from .apt_ask import Package, packages, simulate
from .apt_lists import Lists, fetched
from .apt_output import Inst, Simulated, allowed
from .apt_units import units
from .box import Box
from .changelog import Closed, closed
from .debversion import compare
from .manager import Asked, Pending, Unit, gap

BROKEN = "Mend the packages in the image: `apt-get check` and `dpkg --audit` say what is wrong."


def pending(box: Box, asked: Asked) -> Pending:
    """Raises `ReleaseError` when there is no answer. That nothing is pending is said only of lists that were fetched."""
    before = packages(box)
    lists = fetched(box, asked)
    gaps = list(lists.gaps)
    would = _upgrade(box, asked, gaps)
    roots = tuple(one for one in would.inst if one.old and _security(one, lists, asked))
    artifacts = dict(fetch(box, roots, asked.folder))
    sets, refused = units(roots, lambda one: artifacts[one.key].control.source, partial(_alone, box))
    artifacts |= fetch(box, (one for each in sets for one in each if one.key not in artifacts), asked.folder)
    gaps += [_refused(asked, source, why) for source, why in refused.items()]
    found = tuple(_unit(members, artifacts, before, lists, asked, gaps) for members in sets)
    gaps += _left(before, lists, found, refused_members(roots, artifacts, refused), asked)
    return Pending(found, tuple(gaps), (*lists.sources, *_elsewhere(would, roots, found, asked)))


def refused_members(roots: Iterable[Inst], artifacts: Mapping[str, Artifact], refused: Mapping[str, str]) -> frozenset[str]:
    return frozenset(one.key for one in roots if artifacts[one.key].control.source in refused)


def _upgrade(box: Box, asked: Asked, gaps: list[Gap]) -> Simulated:
    """What a whole upgrade would do; where that removes packages, what can be done without."""
    would = simulate(box, ("dist-upgrade",))
    if isinstance(would, Simulated) and would.removed:
        gaps.append(
            gap(
                f"{asked.service}: {', '.join(would.removed)}",
                f"apt would remove {', '.join(would.removed)} from {asked.service} to upgrade: that is no patch, and it is not tried",
                "Upgrade the image by hand, or hold what must stay.",
            )
        )
        would = simulate(box, ("upgrade", "--with-new-pkgs"))
    if isinstance(would, str):
        raise ReleaseError(f"apt can't say what is pending in {asked.service}: {would}", BROKEN)
    return would


def _security(one: Inst, lists: Lists, asked: Asked) -> bool:
    """From an allowed origin; or from elsewhere, and newer than what an allowed origin has: that fixes no less."""
    offer = lists.offers.get(one.key)
    return bool(allowed(one.origins, asked.origins)) or (offer is not None and compare(offer.version, one.old) > 0)


def _alone(box: Box, members: Sequence[Inst]) -> Simulated | str:
    return simulate(box, ("--no-install-recommends", "install", *(one.pin for one in members)))


def _refused(asked: Asked, source: str, why: str) -> Gap:
    return gap(
        f"{asked.service}: {source}",
        f"the update of {source} in {asked.service} can't be installed by itself: {why}",
        "Upgrade it by hand in the image, together with what it needs.",
    )


def _unit(
    members: Sequence[Inst], artifacts: Mapping[str, Artifact], before: Mapping[str, Package], lists: Lists, asked: Asked, gaps: list[Gap]
) -> Unit:
    by_source: dict[str, list[Inst]] = {}
    for one in members:
        by_source.setdefault(artifacts[one.key].control.source, []).append(one)
    sources, holes = [], dict[str, None]()
    for source, its in sorted(by_source.items()):
        debs = [artifacts[one.key] for one in its]
        old = oldest(before[one.key].source_version for one in its if one.key in before)
        new = debs[0].control.source_version
        sources.append((source, old, new))
        if old:
            holes |= dict.fromkeys(_holes(source, old, new, debs, asked, gaps))
    origins = (allowed(one.origins, asked.origins) for one in members)
    offered = (lists.offers[one.key].origin for one in members if one.key in lists.offers)
    return Unit(
        tuple(sources),
        tuple(Member(asked.service, one.key, one.old, one.new) for one in members),
        tuple(holes),
        tuple(artifacts[one.key].sha256 for one in members),
        next((origin for origin in (*origins, *offered) if origin), ""),
    )


def _holes(source: str, old: str, new: str, debs: Sequence[Artifact], asked: Asked, gaps: list[Gap]) -> tuple[str, ...]:
    """The ids that the changelog of a source package closes. One that is missing or too short is a gap, not "none"."""
    said = read_changelog(debs, old, new)
    match said:
        case Closed(ids=ids, whole=True):
            return ids
        case Closed(ids=ids):
            reason = f"the changelog of {source} in {asked.service} does not reach from {new} back to {old}: holes may be missing"
        case str(reason):
            ids = ()
            reason = f"{reason}: nobody knows which holes of {source} in {asked.service} are closed from {old} to {new}"
    remedy = "Read the distribution's security tracker, and waive this gap until the package has a changelog."
    gaps.append(gap(f"{asked.service}: {source}", reason, remedy))
    return ids


def read_changelog(debs: Sequence[Artifact], old: str, new: str) -> Closed | str:
    """From the first .deb of the same source that has one, the smallest first; or why there is none."""
    for one in sorted(debs, key=lambda each: each.size):
        try:
            text = deb.changelog(one.path, one.control.package)
        except deb.BadDeb as problem:
            return str(problem)
        if text is not None:
            return closed(text, old, new)
    return "no package of it carries a changelog"


def _left(
    before: Mapping[str, Package], lists: Lists, found: Sequence[Unit], refused: frozenset[str], asked: Asked
) -> tuple[Gap, ...]:
    """What the security lists have newer and apt would not install: held, pinned, kept back."""
    planned = {member.name for unit in found for member in unit.members} | refused
    left = [
        (name, package, lists.offers[name])
        for name, package in sorted(before.items())
        if name in lists.offers and name not in planned and compare(lists.offers[name].version, package.version) > 0
    ]
    return tuple(
        gap(
            f"{asked.service}: {name}",
            f"{name} {package.version} {'is held' if package.held else 'is pinned or kept back'} in {asked.service}: "
            f"its update to {offer.version} ({offer.origin}) stays untested",
            "Release it (`apt-mark unhold`, /etc/apt/preferences), or waive this gap until you can.",
        )
        for name, package, offer in left
    )


def _elsewhere(would: Simulated, roots: Sequence[Inst], found: Sequence[Unit], asked: Asked) -> tuple[str, ...]:
    """Upgrades from other origins, told and not tried."""
    planned = {member.name for unit in found for member in unit.members} | {one.key for one in roots}
    names = [one.name for one in would.inst if one.old and one.key not in planned]
    if not names:
        return ()
    more = "" if len(names) <= 10 else f" and {len(names) - 10} more"
    return (f"{asked.service}: {len(names)} upgrades are from no security origin and are not tried: {', '.join(names[:10])}{more}",)


def oldest(versions: Iterable[str]) -> str:
    """ "" when there is none."""
    return min(versions, key=cmp_to_key(compare), default="")
