"""The order of Debian's versions (deb-version(7)). Our own: the libraries refuse versions that dpkg itself takes."""

from __future__ import annotations

import re
from functools import cmp_to_key
from itertools import zip_longest

_PARTS = re.compile(r"([^0-9]*)([0-9]*)")


def compare(one: str, other: str) -> int:
    """Below zero when `one` is the older, zero when they are equal, above zero when it is the newer."""
    for here, there in zip(_split(one), _split(other), strict=True):
        if found := _compare_part(here, there):
            return found
    return 0


key = cmp_to_key(compare)


def _split(version: str) -> tuple[str, str, str]:
    """Epoch, upstream version, revision."""
    epoch, colon, rest = version.strip().partition(":")
    if not colon:
        epoch, rest = "0", version.strip()
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return epoch, upstream, revision


def _compare_part(one: str, other: str) -> int:
    """Texts and numbers in turn; a missing revision counts as 0, as the empty text and the number nothing do."""
    for (text, number), (text2, number2) in zip_longest(_PARTS.findall(one), _PARTS.findall(other), fillvalue=("", "")):
        weights, weights2 = [*map(_weight, text), 0], [*map(_weight, text2), 0]
        if weights != weights2:
            return -1 if weights < weights2 else 1
        if (size := _number(number)) != (size2 := _number(number2)):
            return -1 if size < size2 else 1
    return 0


def _number(digits: str) -> tuple[int, str]:
    """Ordered as the number is; `int` refuses numbers of thousands of digits."""
    significant = digits.lstrip("0")
    return len(significant), significant


def _weight(letter: str) -> int:
    """`~` comes before the end of the text, letters before everything else."""
    if letter == "~":
        return -1
    return ord(letter) if letter.isascii() and letter.isalpha() else ord(letter) + 256
