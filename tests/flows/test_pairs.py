"""Pairs of programs that differ in one place, written `<<dangerous||harmless>>`: the first is found, the second is not.

A pair begins with `### name RULE` (or `RULE|RULE`, or none for shell-flow); `--- path` begins another file of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.flows.looking import found

TEXTS = Path(__file__).parent / "pairs"
PLACE = re.compile(r"<<(.*?)\|\|(.*?)>>(?!>)", re.DOTALL)
IN_A_VIEW = 'import os, re\nfrom flask import request, abort\ndef view():\n    q = request.args["q"]\n'
HEADS = {"values": IN_A_VIEW, "functions": "import os, re, shlex\nfrom flask import request\n", "applications": ""}


class Pair(NamedTuple):
    name: str
    rules: frozenset[str]
    kind: str
    text: str

    def files(self, side: int) -> Mapping[str, str]:
        """The program with its first (1) or second (2) side."""
        main, *others = re.split(r"(?m)^--- (\S+)\n", PLACE.sub(lambda match: match[side], self.text))
        if self.kind == "values":
            main = "".join(f"    {line}\n" for line in main.splitlines())
        return {"app.py": HEADS[self.kind] + main, **dict(zip(others[::2], others[1::2], strict=True))}


def pairs() -> Iterator[Pair]:
    for kind in HEADS:
        for part in re.split(r"(?m)^### ", (TEXTS / f"{kind}.txt").read_text(encoding="utf-8"))[1:]:
            head, _, text = part.partition("\n")
            name, *rules = head.split()
            yield Pair(name, frozenset(rules[0].split("|") if rules else ["shell-flow"]), kind, text)


PAIRS = {f"{pair.kind}-{pair.name}": pair for pair in pairs()}


def rules_of(folder: Path, files: Mapping[str, str]) -> set[str]:
    return {rule for _, _, rule in found(folder, files)}


@pytest.mark.parametrize("name", PAIRS)
def test_the_dangerous_one_is_found_and_the_harmless_one_is_not(name: str, tmp_path: Path) -> None:
    pair = PAIRS[name]
    dangerous, harmless = rules_of(tmp_path / "1", pair.files(1)), rules_of(tmp_path / "2", pair.files(2))
    assert (bool(dangerous & pair.rules), bool(harmless & pair.rules)) == (True, False)


def test_every_pair_has_a_name_of_its_own() -> None:
    assert len(PAIRS) == len(list(pairs()))
