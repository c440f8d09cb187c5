"""All Python files of a project: parsed when they are asked for, held while there is room, found by the names they are imported by."""

from __future__ import annotations

import ast
import sys
from collections import OrderedDict, defaultdict
from pathlib import Path

from .modules import Bodies, Module, Unreadable, bodies, outlined, parsed

HELD = 2_000_000  # bytes of source whose trees are held at a time: some 60 MB


class Project:
    """All modules, parsed when they are asked for, held while there is room."""

    def __init__(self, root: Path, paths: list[str]) -> None:
        self.root = root
        self.paths = paths
        self.names = {path: module_name(path) for path in paths}
        self.suffixes: dict[str, list[str]] = defaultdict(list)
        for path, name in self.names.items():
            parts = name.split(".")
            for start in range(len(parts)):
                self.suffixes[".".join(parts[start:])].append(path)
        self._modules: dict[str, Module | Unreadable] = {}
        self._held: OrderedDict[str, Bodies] = OrderedDict()
        self._size = 0

    def module(self, path: str) -> Module:
        """What the file defines. Raises `Unreadable`."""
        known = self._modules.get(path)
        if known is None:
            self._load(path)
            known = self._modules[path]
        if isinstance(known, Unreadable):
            raise known
        return known

    def loaded(self) -> list[tuple[str, Module]]:
        return [(path, module) for path, module in self._modules.items() if isinstance(module, Module)]

    def body(self, path: str, name: str) -> list[ast.stmt]:
        """The statements of a function, or of the file itself (""). Raises `Unreadable`."""
        held = self._held.get(path)
        if held is None:
            held = self._load(path)
        self._held.move_to_end(path)
        return held.of.get(name, [])

    def _load(self, path: str) -> Bodies:
        try:
            tree, size = parsed(path, self.root)
            module = self._modules.get(path)
            if not isinstance(module, Module):
                module = self._modules[path] = outlined(path, self.names[path], tree)
            held = bodies(tree, size, module)
        except RecursionError as problem:
            deep = self._modules[path] = Unreadable("nested too deep")
            raise deep from problem
        except Unreadable as problem:
            self._modules[path] = problem
            raise
        self._held[path] = held
        self._size += size
        while self._size > HELD and len(self._held) > 1:
            _, old = self._held.popitem(last=False)
            self._size -= old.size
        return held

    def file_of(self, dotted: str, near: str) -> str | None:
        """The file of a module, as it is imported from the file `near`: of several, the one that shares most of its folders."""
        if dotted.startswith("."):
            for path in self.suffixes.get(dotted[1:], ()):
                if self.names[path] == dotted[1:]:
                    return path
            return None
        if dotted.partition(".")[0] in sys.stdlib_module_names:
            return None
        found = [path for path in self.suffixes.get(dotted, ()) if self._importable(path, dotted, near)]
        return max(found, key=lambda path: (_shared(path, near), -len(path)), default=None)

    def _importable(self, path: str, dotted: str, near: str) -> bool:
        """Whether the folder that this name starts in can be on the search path of the file `near`: it is around it, and no package."""
        folder = self.names[path].removesuffix(dotted).rstrip(".").replace(".", "/")
        if folder and f"{folder}/__init__.py" in self.names:
            return False
        return not folder or near.startswith(f"{folder}/") or folder in {"src", "lib", "app", "backend", "server"}

    def definition(self, dotted: str, near: str) -> tuple[Module, str] | None:
        """The module of this project that a dotted name leads to, and the rest of the name. Follows re-exports."""
        for _ in range(6):
            split = self._split(dotted, near)
            if split is None:
                return None
            path, rest = split
            try:
                module = self.module(path)
            except Unreadable:
                return None
            head, _, tail = rest.partition(".")
            if not head or head in module.functions or head in module.classes or head not in module.imports:
                return module, rest
            target = module.imports[head]
            dotted, near = f"{target}.{tail}" if tail else target, path
        return None

    def _split(self, dotted: str, near: str) -> tuple[str, str] | None:
        parts = dotted.split(".")
        for end in range(len(parts), 0, -1):
            name = ".".join(parts[:end])
            path = self.file_of(name, near) if name else None
            if path is not None and path != near:
                return path, ".".join(parts[end:])
        return None


def module_name(path: str) -> str:
    stem = path.rpartition(".")[0] if path.endswith((".py", ".pyw")) else path
    return stem.removesuffix("/__init__").replace("/", ".")


def _shared(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if a != b:
            break
        count += 1
    return count
