"""What a Debian changelog says was closed between two versions of a source package. Text in, ids out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .debversion import compare

_ENTRY = re.compile(r"^[a-zA-Z0-9][^\s(]* \(([^)\s]+)\) [^;]*;", re.MULTILINE)
_CVE = re.compile(r"\bCVE-(\d{4})-(\d{4,})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Closed:
    """Ids in the entries after the old version. `whole`: the changelog reaches back to it, so that none can be missing."""

    ids: tuple[str, ...]
    entries: int
    whole: bool


def closed(text: str, old: str, new: str) -> Closed:
    """Between `old` (not included) and `new`, both source versions. An `old` of "" is before the first entry."""
    heads = list(_ENTRY.finditer(text))
    versions = [head[1] for head in heads]
    ends = [*(head.start() for head in heads[1:]), len(text)]
    found: dict[str, None] = {}
    entries = 0
    for head, end in zip(heads, ends, strict=True):
        if (not old or compare(head[1], old) > 0) and compare(head[1], new) <= 0:
            entries += 1
            found |= dict.fromkeys(f"CVE-{year}-{number}" for year, number in _CVE.findall(text[head.end() : end]))
    reaches = not old or any(compare(version, old) <= 0 for version in versions)
    return Closed(tuple(sorted(found, key=_numeric)), entries, reaches and new in versions)


def _numeric(id_: str) -> tuple[int, int]:
    _, year, number = id_.split("-")
    return int(year), int(number)
