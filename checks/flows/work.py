"""The work in parts: a part that asks for the same and is told the same as in an earlier run ends the same, and is not done again.

The result is that of a run without memory. A part's answers are the facts of the files and what the cells hold that earlier parts
wrote; all that it asks for goes through the `Project` and the `State`, which note it in the `Log`. A part that can't be compared is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .facts import OUTLINE, SPLIT, digest, facts_of
from .frame import SinkPlace
from .log import ABSENT, Cell, Log, Names
from .project import Kind
from .state import SUMMARY, Pool
from .trace import Part, Trace, empty
from .value import Source
from .world import Flow, Whole, functions_of, surest

ROUNDS = (2, 3)  # in which the functions are read again that asked for what was not known yet
FEW = 6  # functions in one part of the work: one that is edited is read again with its neighbours
GLOBAL = ("", "flask.g")


class Work:
    def __init__(self, whole: Whole, sha256: Mapping[str, str], old: Trace | None) -> None:
        self.whole = whole
        self.sha256 = sha256
        self.old = old or empty()
        self.kinds: dict[str, Kind] = {}
        self.flows: dict[SinkPlace, Flow] = {}
        self.done = 0  # parts that were not told from the earlier run
        self._parts: dict[str, Part] = {}
        self._unfinished: set[Names] = set()
        self._changed: set[Names] = set()
        self._digests: list[str | None] = [*self.old.digests]
        self._facts = {fact: number for number, fact in enumerate(self.old.facts)}
        self._cells = {cell: number for number, cell in enumerate(self.old.cells)}
        self._names = [*self.old.cells]
        self._held = [ABSENT] * len(self._names)
        whole.state.pool = Pool([*self.old.texts])
        self._same = {path for path, (content, kind) in self.old.files.items() if sha256.get(path) == content and not kind.reason}
        self._dirty = self._changed_facts()

    def _changed_facts(self) -> set[int]:
        """The facts of the earlier run that are none now."""
        moved = [*self.old.files] != [*self.sha256]
        dirty = set()
        for number, fact in enumerate(self.old.facts):
            if moved if fact[0] == SPLIT else fact[1] not in self._same:
                now = digest(fact, self.whole, self.sha256)
                if now != self._digests[number]:
                    self._digests[number] = now
                    dirty.add(number)
        return dirty

    def all(self) -> None:
        for path in self.sha256:
            kind = self.kinds[path] = self.old.files[path][1] if path in self._same else self.whole.project.kind(path)
            if kind.hot:
                self._read(path)
        for turn in ROUNDS:
            self._again(turn)

    def _read(self, path: str) -> None:
        known = self.old.parts.get(path) if path in self._same else None
        functions = [each.name for each in functions_of(self.whole.project.module(path))] if known is None else known.todo
        self._part(path, lambda: self.whole.read(path), (), functions)
        self._some(f"1 {path}", path, functions)

    def _some(self, part: str, path: str, functions: list[str]) -> None:
        for at in range(0, len(functions), FEW):
            few = functions[at : at + FEW]
            self._part(f"{part} {at}", lambda few=few: self.whole.read_some(path, few), (), few)  # type: ignore[misc]

    def _again(self, turn: int) -> None:
        """Reads the functions again that asked for what was not known yet."""
        unfinished, changed = self._unfinished, self._changed
        self._unfinished, self._changed = set(), set()
        if GLOBAL in changed:
            changed |= {(path, "") for path, kind in self.kinds.items() if kind.shares}
        todo: dict[str, tuple[list[list[str]], list[str]]] = {}
        for path in sorted({path for path, _ in unfinished | changed} - {""}):
            names = {name for each, name in unfinished if each == path}
            owners = {owner for each, owner in changed if each == path}
            todo[path] = [sorted(names), sorted(owners)], self._todo(f"{turn} {path}", path, names, owners)
        for path, (_, functions) in todo.items():
            for name in functions:
                self._forget((path, name))
        for path, (ask, functions) in todo.items():
            self._part(f"{turn} {path}", lambda path=path: self.whole.outline(path), ask, functions)  # type: ignore[misc]
            self._some(f"{turn} {path}", path, functions)

    def _todo(self, part: str, path: str, names: set[str], owners: set[str]) -> list[str]:
        known = self.old.parts.get(part)
        if known is not None and known.ask == [sorted(names), sorted(owners)] and self._facts[OUTLINE, path] not in self._dirty:
            return known.todo
        functions = functions_of(self.whole.project.module(path))
        return [each.name for each in functions if each.name in names or each.owner in owners or "" in owners]

    def _forget(self, key: Names) -> None:
        for known in self.whole.state.sorts.get(key, ()):
            number = self._cells.get((SUMMARY, *key, known))
            if number is not None:
                self._held[number] = ABSENT
        self.whole.state.forget(key)

    def _part(self, name: str, work: Callable[[], None], ask: Sequence[list[str]] = (), todo: Sequence[str] = ()) -> None:
        known = self.old.parts.get(name)
        if known is not None and known.todo == [*todo] and self._would_be_same(known):
            part = known._replace(ask=[*ask])
            self._restore(part)
        else:
            part = self._do(work, [*ask], [*todo])
        self._parts[name] = part
        self._unfinished.update((path, function) for path, function in part.unfinished)
        self._changed.update((path, owner) for path, owner in part.changed)
        for flow in map(_flow, part.flows):
            self.flows[flow.sink] = surest(self.flows.get(flow.sink), flow)

    def _would_be_same(self, part: Part) -> bool:
        if not self._dirty.isdisjoint(part.facts):
            return False
        held, reads = self._held, part.reads
        if any(held[reads[at]] != reads[at + 1] for at in range(0, len(reads), 2)):
            return False
        sorts = self.whole.state.sorts
        return all(least <= len(sorts.get((path, function), ())) <= most for path, function, least, most in part.room)

    def _restore(self, part: Part) -> None:
        state, writes = self.whole.state, part.writes
        for at in range(0, len(writes), 2):
            self._held[writes[at]] = writes[at + 1]
            state.restore(self._names[writes[at]], writes[at + 1])

    def _do(self, work: Callable[[], None], ask: list[list[str]], todo: list[str]) -> Part:
        self.done += 1
        project = self.whole.project
        log = project.log = Log()
        try:
            work()
        finally:
            project.log = Log()
        facts = sorted(self._fact(fact) for fact in facts_of(log, self.whole))
        reads = [number for cell, held in log.reads.items() for number in (self._cell(cell), held)]
        writes = [number for cell, held in self.whole.state.close(log) for number in (self._cell(cell), held)]
        for at in range(0, len(writes), 2):
            self._held[writes[at]] = writes[at + 1]
        room = [[*key, *limits] for key, limits in log.room.items()]
        flows = [[*flow.source, *flow.sink, list(flow.via), flow.sure] for flow in log.flows.values()]
        return Part(ask, todo, facts, reads, room, writes, sorted(map(list, log.unfinished)), sorted(map(list, log.changed)), flows)

    def _fact(self, fact: Cell) -> int:
        number = self._facts.get(fact)
        if number is None:
            number = self._facts[fact] = len(self._facts)
            self._digests.append(None)
        return number

    def _cell(self, cell: Cell) -> int:
        number = self._cells.get(cell)
        if number is None:
            number = self._cells[cell] = len(self._cells)
            self._names.append(cell)
            self._held.append(ABSENT)
        return number

    def trace(self) -> Trace:
        """What a later run can go by."""
        digests = [digest(fact, self.whole, self.sha256) if known is None else known for fact, known in zip(self._facts, self._digests, strict=True)]
        files = {path: (self.sha256[path], kind) for path, kind in self.kinds.items()}
        return Trace(files, [*self._facts], digests, self._names, self._parts, self.whole.state.pool.texts, self.old.needed)


def _flow(made: list[object]) -> Flow:
    kind, source, line, what, rule, path, first, last, via, sure = made
    return Flow(Source(str(kind), str(source), int(str(line)), str(what)), SinkPlace(str(rule), str(path), int(str(first)), int(str(last))), _texts(via), sure is True)


def _texts(via: object) -> tuple[str, ...]:
    return tuple(str(each) for each in via) if isinstance(via, list) else ()
