"""All Python files of a project: parsed when they are asked for, held while there is room, found by the names they are imported by."""

from __future__ import annotations

import ast
import sys
from collections import OrderedDict, defaultdict
from pathlib import Path
from typing import NamedTuple

from .log import Log, Names
from .marks import mark_of_node, marked
from .modules import Bodies, Module, Unreadable, named, outlined, parsed
from .sources import HOT

HELD = 900_000  # bytes of source whose trees are held at a time: some 27 MB


class Kind(NamedTuple):
    """What must be known of a file before any of its functions is read."""

    reason: str  # why it can't be read, or ""
    lasting: bool  # its content alone is the reason
    hot: bool  # it may read something from a client by itself
    shares: bool  # it imports Flask's `g`


class Project:
    """All modules, parsed when they are asked for, held while there is room."""

    def __init__(self, root: Path, paths: list[str]) -> None:
        self.root = root
        self.paths = paths
        self.log = Log()
        self.deep = False  # something was nested too deep: where that is noticed depends on who asked
        self.names = {path: module_name(path) for path in paths}
        self.suffixes: dict[str, list[str]] = defaultdict(list)
        for path, name in self.names.items():
            parts = name.split(".")
            for start in range(len(parts)):
                self.suffixes[".".join(parts[start:])].append(path)
        self._modules: dict[str, Module | Unreadable] = {}
        self._held: OrderedDict[str, Bodies] = OrderedDict()
        self._size = 0
        self._definitions: dict[Names, tuple[str, str] | None] = {}
        self.ways: dict[Names, tuple[tuple[Names, ...], tuple[str, ...]]] = {}  # what was asked to find a definition
        self._places: dict[str, dict[tuple[int, int], ast.AST]] = {}

    def kind(self, path: str) -> Kind:
        """Reads the file."""
        try:
            content = (self.root / path).read_bytes()
        except OSError as problem:
            return Kind(f"cannot be read: {problem.strerror}", lasting=False, hot=False, shares=False)
        try:
            module = self._modules.get(path)
            if module is None:
                self._load(path, content)
            module = self.module(path)
        except Unreadable as problem:
            return Kind(f"no Python {sys.version.split()[0]}: {problem}", lasting=True, hot=False, shares=False)
        return Kind("", lasting=True, hot=HOT.search(content) is not None, shares="flask.g" in module.imports.values())

    def module(self, path: str) -> Module:
        """What the file defines. Raises `Unreadable`."""
        self.log.outlines.add(path)
        known = self._modules.get(path)
        if known is None:
            self._load(path)
            known = self._modules[path]
        if isinstance(known, Unreadable):
            raise known
        return known

    def body(self, path: str, name: str) -> list[ast.stmt]:
        """The statements of a function, or of the file itself (""). Raises `Unreadable`."""
        self.log.bodies.add((path, name))
        return self._bodies(path).of.get(name, [])

    def _bodies(self, path: str) -> Bodies:
        held = self._held.get(path)
        if held is None:
            held = self._load(path)
        self._held.move_to_end(path)
        return held

    def _load(self, path: str, content: bytes | None = None) -> Bodies:
        try:
            content = (self.root / path).read_bytes() if content is None else content
            tree = parsed(content)
            held = self._outlined(path, tree, content)
        except RecursionError as problem:
            self.deep = True
            deep = self._modules[path] = Unreadable("nested too deep")
            raise deep from problem
        except OSError as problem:
            gone = self._modules[path] = Unreadable(str(problem))
            raise gone from problem
        except Unreadable as problem:
            self.deep = self.deep or isinstance(problem.__cause__, RecursionError | MemoryError)
            self._modules[path] = problem
            raise
        self._held[path] = held
        self._size += held.size
        while self._size > HELD and len(self._held) > 1:
            _, old = self._held.popitem(last=False)
            self._size -= old.size
        return held

    def _outlined(self, path: str, tree: ast.Module, content: bytes) -> Bodies:
        module = self._modules.get(path)
        new = not isinstance(module, Module)
        if not isinstance(module, Module):
            module = outlined(path, self.names[path], tree)
        functions = list(named(tree, module))
        if new:
            marked(module, functions, content)
            self._modules[path] = module
        return Bodies(len(content), {"": tree.body, **{name: node.body for node, name in functions}})

    def forget(self) -> None:
        """All trees and outlines, to make room."""
        self._modules.clear()
        self._held.clear()
        self._places.clear()

    def written(self, path: str, line: int, column: int) -> ast.AST | None:
        """The `lambda` or inner function at this place. Raises `Unreadable`."""
        places = self._places.get(path)
        if places is None:
            kinds = (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef)
            nodes = [node for statement in self._bodies(path).of[""] for node in ast.walk(statement)]
            places = self._places[path] = {(node.lineno, node.col_offset): node for node in nodes if isinstance(node, kinds)}
        return places.get((line, column))

    def mark_of(self, path: str, line: int, column: int) -> str:
        """The digest of the function around a `lambda` or inner function, or of the `lambda` itself; "" when nothing is there."""
        try:
            if path not in self.names:
                return ""
            if not isinstance(self._modules.get(path), Module):
                self._load(path)
            module = self._modules[path]
            for first, last, mark in module.spans if isinstance(module, Module) else ():
                if first <= line <= last:
                    return mark
            node = self.written(path, line, column)
        except Unreadable:
            return ""
        return mark_of_node(node) if node is not None else ""

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

    def definition(self, dotted: str, near: str) -> tuple[str, str] | None:
        """The file of this project that a dotted name leads to, and the rest of the name. Follows re-exports."""
        key = dotted, near
        self.log.names.add(key)
        if key not in self._definitions:
            self._definitions[key] = self._definition(dotted, near)
        return self._definitions[key]

    def _definition(self, dotted: str, near: str) -> tuple[str, str] | None:
        asked: list[Names] = []
        files: list[str] = []
        found = self._followed(dotted, near, asked, files)
        self.ways[dotted, near] = tuple(asked), tuple(files)
        return found

    def _followed(self, dotted: str, near: str, asked: list[Names], files: list[str]) -> tuple[str, str] | None:
        for _ in range(6):
            asked.append((dotted, near))
            found = self.split(dotted, near)
            if found is None:
                return None
            path, rest = found
            files.append(path)
            try:
                module = self.module(path)
            except Unreadable:
                return None
            head, _, tail = rest.partition(".")
            if not head or head in module.functions or head in module.classes or head not in module.imports:
                return path, rest
            target = module.imports[head]
            dotted, near = f"{target}.{tail}" if tail else target, path
        return None

    def split(self, dotted: str, near: str) -> tuple[str, str] | None:
        """The longest part of the name that is a file, and the rest."""
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
