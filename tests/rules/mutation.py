"""Rules with one piece taken away, and whether their specimens notice."""

from __future__ import annotations

import copy
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.rules.specimen import Scan, Specimen, rules, scan, specimen

FLOW = {"pattern-sources": "source", "pattern-sinks": "sink", "pattern-sanitizers": "sanitizer", "pattern-propagators": "flow"}
NEGATIVE = ("pattern-not", "pattern-not-inside", "pattern-not-regex")
AT_ONCE = 12
Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutant:
    """A rule without the piece at `where`; `removed` is that piece, to find it again in a rule file that has changed."""

    rule: str
    kind: str
    where: Where
    removed: str
    body: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.rule} | {self.kind} | {self.removed}"


def mutants(rule: dict[str, Any]) -> Iterator[Mutant]:
    """One for each branch, exception, source, sink, sanitizer and flow that can go without making the rule meaningless.

    The branches of shared sources and sanitizers are not taken away one by one, and what every rule about requests has in
    common not at all: it stands in every file, and `test_injection_rules.py` tries it and sees that no such rule lacks it.
    """
    for where, kind in _pieces(rule):
        body = copy.deepcopy(rule)
        removed = _remove(body, where)
        yield Mutant(rule["id"], kind, where, json.dumps(removed, sort_keys=True)[:300], body)


def _pieces(rule: dict[str, Any]) -> Iterator[tuple[Where, str]]:
    for key, kind in FLOW.items():
        groups = rule.get(key, [])
        real = [number for number, group in enumerate(groups) if not _is_switch(group) and not _is_common(group, rule)]
        if len(real) > 1 or kind in {"sanitizer", "flow"}:
            yield from (((key, number), kind) for number in real)
    for key in ("pattern-sinks", "patterns", "pattern-either"):
        if key in rule:
            yield from _inner(rule[key], (key,))


def _inner(node: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(node, list):
        several = where[-1] == "pattern-either" and sum(not _is_switch(item) for item in node) > 1
        for number, item in enumerate(node):
            if _is_switch(item):
                continue
            if several:
                yield (*where, number), "branch"
            elif where[-1] == "patterns" and isinstance(item, dict) and next(iter(item)) in NEGATIVE:
                yield (*where, number), "exception"
            yield from _inner(item, (*where, number))
    elif isinstance(node, dict):
        for key, value in node.items():
            if key not in NEGATIVE and not key.startswith("metavariable"):
                yield from _inner(value, (*where, key))


def asks(rule: dict[str, Any]) -> bool:
    """Whether the rule begins with what a client sends, in the words of all the frameworks. Of a size the number is the danger."""
    return "get_query_parameter" in json.dumps(rule.get("pattern-sources", [])) and rule["id"] != "size-from-request"


@cache
def common() -> tuple[Any, ...]:
    """The flow, and the two sanitizers, of every rule that asks."""
    first = next(rule for rule in rules() if rule["id"] == "sql-from-request")
    return (*first["pattern-propagators"], *first["pattern-sanitizers"][:2])


def _is_common(group: Any, rule: dict[str, Any]) -> bool:
    return asks(rule) and group in common()


def _is_switch(item: Any) -> bool:
    """The pattern that matches nothing, by which a rule with a gate of its own tells semgrep not to search for words."""
    return isinstance(item, dict) and str(item.get("pattern", "")).startswith('"(nothing)')


def _remove(body: Any, where: Where) -> Any:
    for step in where[:-1]:
        body = body[step]
    return body.pop(where[-1])


def survivors(drawn: list[Mutant], work: Path) -> tuple[list[Mutant], tuple[str, ...]]:
    """Those whose specimens say the same as before, and semgrep's complaints. Each mutant sees its own specimen only.

    One run for the first mutants of every rule, one for the next: semgrep drops what it found in a file when it is much.
    """
    seen: Counter[str] = Counter()
    rounds: dict[int, list[Mutant]] = defaultdict(list)
    for mutant in drawn:
        rounds[seen[mutant.rule] // AT_ONCE].append(mutant)
        seen[mutant.rule] += 1
    ended = [_round(some, work) for some in rounds.values()]
    return [mutant for alive, _ in ended for mutant in alive], tuple(error for _, errors in ended for error in errors)


def _round(drawn: list[Mutant], work: Path) -> tuple[list[Mutant], tuple[str, ...]]:
    specimens = {rule: specimen(rule) for rule in {mutant.rule for mutant in drawn}}
    named = {f"mutant-{number}": mutant for number, mutant in enumerate(drawn)}
    bodies = [
        _without_empty(mutant.body) | {"id": name, "paths": {"include": [specimens[mutant.rule].path.name]}}
        for name, mutant in named.items()
    ]
    report = scan(bodies, sorted(s.path for s in specimens.values()), work)
    return [m for name, m in named.items() if _passes(specimens[m.rule], name, report)], report.errors


def _without_empty(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if value != []}


def _passes(wanted: Specimen, name: str, report: Scan) -> bool:
    found = report.found.get((name, wanted.path.name), frozenset())
    return wanted.must_find <= found and not wanted.must_not_find & found
