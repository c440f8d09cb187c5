"""Fetches a box's package lists, and proves that they hold what the question is about."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from secure_release.checks import Gap

from ...release import ReleaseError
from .apt_ask import DOWNLOADS, LISTS, UPDATE_SECONDS, apt_get, said, text, well
from .apt_output import Index, allowed, complaints, indexes
from .box import Box
from .deb import fields
from .debversion import compare
from .manager import Asked, gap

LIST_BYTES = 500_000_000
OLD_DAYS = 60  # Debian's and Ubuntu's security suites are signed anew at least every week while they are maintained
_STANZA = re.compile(r"^(Package|Version|Architecture): *(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Offer:
    """The newest version of a package in the lists of the allowed origins."""

    version: str
    origin: str


@dataclass(frozen=True)
class Lists:
    """`offers` by `name:architecture`, of the allowed origins alone."""

    offers: Mapping[str, Offer]
    gaps: tuple[Gap, ...]
    sources: tuple[str, ...]


def fetched(box: Box, asked: Asked) -> Lists:
    """Raises `ReleaseError` when any of the box's sources does not answer as it should: then nobody knows what is pending."""
    box.run(("mkdir", "-p", f"{LISTS}/partial", DOWNLOADS), 30)
    ended = apt_get(box, ("update",), UPDATE_SECONDS)
    against = complaints(text(ended) + "\n" + ended.stderr.decode("utf-8", "replace"))
    if not well(ended) or against:
        raise ReleaseError(
            f"The package lists of {asked.service} can't be fetched: {' | '.join(against)[:1500] or said(ended)}",
            "Mend the image's sources. If the distribution is no longer maintained, move to one that is: it has no patches.",
        )
    told = apt_get(box, ("indextargets", "Created-By: Packages"))
    if not well(told):
        raise ReleaseError(f"apt does not say which lists it has in {asked.service}: {said(told)}", "apt 1.1 or newer is needed.")
    return _read(box, asked, indexes(text(told)))


def _read(box: Box, asked: Asked, found: tuple[Index, ...]) -> Lists:
    offers: dict[str, Offer] = {}
    gaps: list[Gap] = []
    sources = []
    for index in found:
        if not allowed((index.origin,), asked.origins):
            continue
        content = box.get(index.file, LIST_BYTES) or b""
        if content:
            sources.append(_told(box, asked, index, content, gaps))
            _collect(offers, index, content.decode("utf-8", "replace"))
    if not offers:
        gaps.append(_blind(asked, found))
    return Lists(offers, tuple(gaps), tuple(sources))


def _blind(asked: Asked, found: tuple[Index, ...]) -> Gap:
    has = ", ".join(sorted({index.origin for index in found})) or "none at all"
    return gap(
        asked.service,
        f"no security suite is configured in {asked.service}, or its lists are empty: nobody knows what is pending (it has: {has})",
        "Add the distribution's security suite to the image's sources, or name yours in `patch_test.select.origins`.",
    )


def _told(box: Box, asked: Asked, index: Index, content: bytes, gaps: list[Gap]) -> str:
    """Where an answer came from; an old or unsigned list is told."""
    head, signed = _release(box, index)
    date = head.get("date", "")
    digest = hashlib.sha256(content).hexdigest()
    if date and (days := _age(date, box.engine.now())) > OLD_DAYS:
        gaps.append(
            gap(
                f"{asked.service}: {index.origin}",
                f"the security lists of {asked.service} were signed {days:.0f} days ago ({date}): nobody maintains them any more",
                "Move to a release of the distribution that is maintained.",
            )
        )
    trust = "" if signed else ", NOT signed: the source list says that it is trusted"
    return f"{asked.service}: {index.origin} of {date or 'no date'}{trust}, {len(content)} bytes, sha256 {digest}"


def _release(box: Box, index: Index) -> tuple[Mapping[str, str], bool]:
    """The fields of the suite's release file, and whether it is signed."""
    stem = index.file.removesuffix(index.key.replace("/", "_"))
    if (whole := box.get(f"{stem}InRelease", LIST_BYTES)) is not None:
        return fields(whole.decode("utf-8", "replace")), True
    plain = box.get(f"{stem}Release", LIST_BYTES)
    signed = box.get(f"{stem}Release.gpg", LIST_BYTES) is not None
    return fields((plain or b"").decode("utf-8", "replace")), signed


def _age(date: str, now: datetime) -> float:
    """Days; a date that can't be read is as old as can be."""
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return float("inf")
    return (now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).total_seconds() / 86400


def _collect(offers: dict[str, Offer], index: Index, content: str) -> None:
    for package, version, architecture in _stanzas(content):
        key = f"{package}:{architecture}"
        if key not in offers or compare(version, offers[key].version) > 0:
            offers[key] = Offer(version, index.origin)


def _stanzas(content: str) -> Iterator[tuple[str, str, str]]:
    for stanza in content.split("\n\n"):
        given = dict(_STANZA.findall(stanza))
        if {"Package", "Version", "Architecture"} <= given.keys():
            yield given["Package"], given["Version"], given["Architecture"]
