"""What the parts of the work leave for one another: what every cell holds, as a value and as the number of its text."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from typing import Any

from .frame import Env, Summary
from .log import ABSENT, Cell, Log, Names
from .project import Project
from .stored import Reader, Unstorable, Writer
from .value import CLEAN, Value, joined

SUMMARY, VARIABLES, FIELD, FIELDS = "s", "v", "f", "g"
SOME = 1  # what the cell of an owner's fields holds when it has any


class Pool:
    """Texts by number; each is there once."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self._numbers = {text: number for number, text in enumerate(texts)}

    def number(self, text: str) -> int:
        known = self._numbers.get(text)
        if known is None:
            known = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return known


class State:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.pool = Pool([])
        self.numbers: dict[Cell, int] = {}  # what each cell held at the end of the last part that wrote it
        self.sorts: dict[Names, set[str]] = defaultdict(set)  # of callers that each function has a summary for
        self.whole = True  # all could be written down
        self._live: dict[Cell, object] = {}
        self._writer = Writer(project)
        self._reader = Reader(project)

    @property
    def log(self) -> Log:
        return self.project.log

    def _ask(self, cell: Cell) -> Any:
        """What the cell holds; None for nothing."""
        log = self.log
        if cell not in log.writes and cell not in log.reads:
            log.reads[cell] = self.numbers.get(cell, ABSENT)
        found = self._live.get(cell)
        if found is None:
            number = self.numbers.get(cell, ABSENT)
            if number != ABSENT and cell not in log.writes:
                found = self._live[cell] = self._read(cell[0], json.loads(self.pool.texts[number]))
        return found

    def _read(self, kind: object, made: Any) -> object:
        if kind == SUMMARY:
            return self._reader.summary(made)
        if kind == VARIABLES:
            return self._reader.env(made)
        return self._reader.value(made) if kind == FIELD else SOME

    def _put(self, cell: Cell, content: object) -> None:
        self.log.writes[cell] = None
        self._live[cell] = content

    def summary(self, key: Names, known: str) -> Summary | None:
        found: Summary | None = self._ask((SUMMARY, *key, known))
        return found

    def set_summary(self, key: Names, known: str, summary: Summary) -> None:
        self._put((SUMMARY, *key, known), summary)
        sorts = self.sorts[key]
        if known not in sorts:
            sorts.add(known)
            self.log.added[key] = self.log.added.get(key, 0) + 1

    def full(self, key: Names, most: int) -> bool:
        """Whether there are more summaries of a function than this."""
        found, log = len(self.sorts[key]) > most, self.log
        least, largest = log.room.get(key, (0, sys.maxsize))
        own = log.added.get(key, 0)
        log.room[key] = (max(least, most + 1 - own), largest) if found else (least, min(largest, most - own))
        return found

    def variables(self, path: str) -> Env | None:
        found: Env | None = self._ask((VARIABLES, path))
        return found

    def set_variables(self, path: str, env: Env) -> None:
        self._put((VARIABLES, path), env)

    def field(self, path: str, owner: str, name: str) -> Value:
        if self._ask((FIELDS, path, owner)) is None:
            return CLEAN
        found: Value | None = self._ask((FIELD, path, owner, name))
        return CLEAN if found is None else found

    def add_field(self, path: str, owner: str, name: str, value: Value) -> bool:
        """Whether that says something new."""
        cell = FIELD, path, owner, name
        known: Value | None = self._ask(cell)
        new = value if known is None else joined(known, value)
        if new == known:
            return False
        self._put(cell, new)
        if self._ask((FIELDS, path, owner)) is None:
            self._put((FIELDS, path, owner), SOME)
        return True

    def forget(self, key: Names) -> None:
        """All summaries of a function."""
        for known in self.sorts.pop(key, ()):
            self.numbers.pop((SUMMARY, *key, known), None)
            self._live.pop((SUMMARY, *key, known), None)

    def forget_all(self) -> None:
        """What the cells hold; not the texts."""
        self.numbers.clear()
        self._live.clear()

    def close(self, log: Log) -> list[tuple[Cell, int]]:
        """The part of the work has ended: the cells that it wrote get the numbers of what they hold."""
        made = [(cell, self.pool.number(self._text(cell[0], self._live[cell]))) for cell in log.writes]
        self.numbers.update(made)
        return made

    def restore(self, cell: Cell, number: int) -> None:
        """The cell holds what an earlier run wrote."""
        self.numbers[cell] = number
        self._live.pop(cell, None)
        if cell[0] == SUMMARY:
            _, path, name, known = cell
            self.sorts[str(path), str(name)].add(str(known))

    def _text(self, kind: object, content: Any) -> str:
        made: Any = SOME
        try:
            if kind == SUMMARY:
                made = self._writer.summary(content)
            elif kind == VARIABLES:
                made = self._writer.env(content)
            elif kind == FIELD:
                made = self._writer.value(content)
        except (Unstorable, RecursionError):
            self.whole = False
            return f"{len(self.pool.texts)} can't be written down"
        return json.dumps(made, separators=(",", ":"))
