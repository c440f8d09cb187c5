"""Puts pending packages into units that can be installed one without the other, by asking apt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from .apt_output import Inst, Simulated

Closure = Callable[[Sequence[Inst]], Simulated | str]


class Groups:
    """Sets that grow together (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def join(self, names: Iterable[str]) -> None:
        first, *rest = names
        for name in rest:
            self._parent[self.root(name)] = self.root(first)
        self._parent.setdefault(self.root(first), self.root(first))

    def root(self, name: str) -> str:
        while (parent := self._parent.get(name, name)) != name:
            name = parent
        return name


def units(
    roots: Sequence[Inst], source: Callable[[Inst], str], closure: Closure
) -> tuple[tuple[tuple[Inst, ...], ...], Mapping[str, str]]:
    """Disjoint sets of packages; and the sources that can't be installed by themselves, with the reason.

    `closure` is what apt would do when it is asked for these alone. What two sources both need ties them.
    """
    by_source: dict[str, list[Inst]] = {}
    for one in roots:
        by_source.setdefault(source(one), []).append(one)
    groups, known, refused = Groups(), dict[str, Inst](), dict[str, str]()
    for name, members in by_source.items():
        match closure(members):
            case str(reason):
                refused[name] = reason
            case Simulated(removed=(_, *_) as removed):
                refused[name] = f"it would remove {', '.join(removed)}"
            case Simulated(inst=inst):
                known |= {one.key: one for one in (*members, *inst)}
                groups.join([*(one.key for one in members), *(one.key for one in inst)])
    together: dict[str, list[Inst]] = {}
    for key in sorted(known):
        together.setdefault(groups.root(key), []).append(known[key])
    return tuple(tuple(each) for each in together.values()), refused
