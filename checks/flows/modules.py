"""The project's Python files as modules: what each defines, and what its names are, also across files."""

from __future__ import annotations

import ast
import posixpath
import sys
import warnings
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

HELD = 2_000_000  # bytes of source whose trees are held at a time: some 60 MB

SETTERS = frozenset({"setter", "deleter"})
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Function:
    """A function or method of the project, without its body. `owner` is the qualified name of its class, or ""."""

    path: str
    name: str  # qualified: `Class.method`
    owner: str
    args: ast.arguments
    decorators: tuple[ast.expr, ...]
    body: tuple[ast.stmt, ...] | None = None  # of a function inside of another, which is never forgotten while that is read

    @property
    def key(self) -> tuple[str, str]:
        return self.path, self.name

    @property
    def last(self) -> str:
        return self.name.rpartition(".")[2]

    def parameters(self) -> list[ast.arg]:
        """The positional ones first, in order, then the others."""
        a = self.args
        return [*a.posonlyargs, *a.args, *a.kwonlyargs, *([a.vararg] if a.vararg else []), *([a.kwarg] if a.kwarg else [])]

    def decorated(self, *names: str) -> bool:
        return any(isinstance(d, ast.Name) and d.id in names for d in self.decorators)

    @property
    def static(self) -> bool:
        return self.decorated("staticmethod")


@dataclass(frozen=True)
class Class:
    path: str
    name: str
    bases: tuple[str, ...]  # as they are written
    methods: dict[str, Function]
    fields: dict[str, ast.expr]  # annotations in the body


@dataclass
class Module:
    """What a file defines. Its statements are asked of the project, which forgets them."""

    path: str
    name: str  # dotted
    package: str  # what `from . import` starts at
    imports: dict[str, str] = field(default_factory=dict)  # local name to dotted
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, Class] = field(default_factory=dict)
    roots: frozenset[str] = frozenset()  # first words of everything it imports
    globals: frozenset[str] = frozenset()  # names that functions write


@dataclass(frozen=True)
class Bodies:
    """The statements of a file: of the file itself under "", of each function under its qualified name."""

    size: int
    of: dict[str, list[ast.stmt]]


class Unreadable(Exception):
    """The file is no Python to this interpreter; the message says why."""


def parsed(path: str, root: Path) -> tuple[ast.Module, int]:
    """Raises `Unreadable`. The file's declared encoding counts, warnings do not."""
    try:
        content = (root / path).read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(content), len(content)
    except SyntaxError as problem:
        raise Unreadable(f"line {problem.lineno or 0}: {problem.msg}") from problem
    except (OSError, ValueError, RecursionError, MemoryError) as problem:
        raise Unreadable(str(problem) or type(problem).__name__) from problem


def outlined(path: str, name: str, tree: ast.Module) -> Module:
    module = Module(path, name, posixpath.dirname(path).replace("/", "."))
    writes: set[str] = set()
    inner: list[ast.ClassDef] = []
    for node in _statements(tree.body):
        match node:
            case ast.ClassDef():
                inner.append(node)
            case ast.Import(names=names):
                for alias in names:
                    first = alias.name.partition(".")[0]
                    module.imports[alias.asname or first] = alias.name if alias.asname else first
            case ast.ImportFrom(names=names):
                base = _base(module.package, node)
                for alias in names:
                    module.imports[alias.asname or alias.name] = f"{base.rstrip('.')}.{alias.name}" if base else alias.name
            case ast.Global(names=written):
                writes.update(written)
    module.roots = frozenset(name.lstrip(".").partition(".")[0] for name in module.imports.values())
    module.globals = frozenset(writes)
    for node, qualified in _definitions(tree.body, ""):
        if isinstance(node, ast.ClassDef):
            module.classes[qualified] = _class(path, qualified, node)
            inner = [each for each in inner if each is not node]
        else:
            module.functions[qualified] = function(path, qualified, "", node)
    module.classes |= {local_name(node): _class(path, local_name(node), node) for node in inner}
    return module


def function(path: str, name: str, owner: str, node: FunctionNode) -> Function:
    return Function(path, name, owner, node.args, tuple(node.decorator_list))


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements, also inside of others."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        for block in ("body", "orelse", "finalbody"):
            waiting.extend(getattr(node, block, ()))
        for each in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            waiting.extend(each.body)


def bodies(tree: ast.Module, size: int, module: Module) -> Bodies:
    of: dict[str, list[ast.stmt]] = {"": tree.body}
    inner = _local_classes(tree.body) if any(name.startswith("<") for name in module.classes) else ()
    for node, qualified in (*_definitions(tree.body, ""), *inner):
        if isinstance(node, ast.ClassDef):
            of |= {f"{qualified}.{name}": child.body for child, name in _definitions(node.body, "") if not isinstance(child, ast.ClassDef)}
        else:
            of[qualified] = node.body
    return Bodies(size, of)


def _base(package: str, node: ast.ImportFrom) -> str:
    """The dotted name that an import starts from; `.` in front marks one that is of this project for sure."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    parts = parts[: max(len(parts) - node.level + 1, 0)]
    return "." + ".".join([*parts, *([node.module] if node.module else [])])


def _definitions(body: list[ast.stmt], prefix: str) -> Iterator[tuple[FunctionNode | ast.ClassDef, str]]:
    """Functions and classes of a module or class, also those behind an `if` or in a `try`."""
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if any(isinstance(d, ast.Attribute) and d.attr in SETTERS for d in node.decorator_list):
                yield node, f"{prefix}{node.name}.set"
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node, prefix + node.name
            case ast.If() | ast.Try() | ast.With():
                blocks = [node.body, *([node.orelse] if not isinstance(node, ast.With) else [])]
                handlers = [h.body for h in node.handlers] if isinstance(node, ast.Try) else []
                for block in (*blocks, *handlers):
                    yield from _definitions(block, prefix)


def local_name(node: ast.ClassDef) -> str:
    """What a class inside of a function or class is kept under."""
    return f"<{node.lineno}>{node.name}"


def _local_classes(body: list[ast.stmt]) -> Iterator[tuple[ast.ClassDef, str]]:
    outer = {id(node) for node, _ in _definitions(body, "")}
    for node in _statements(body):
        if isinstance(node, ast.ClassDef) and id(node) not in outer:
            yield node, local_name(node)


def _class(path: str, qualified: str, node: ast.ClassDef) -> Class:
    methods = {
        name: function(path, f"{qualified}.{name}", qualified, child)
        for child, name in _definitions(node.body, "")
        if not isinstance(child, ast.ClassDef)
    }
    fields = {s.target.id: s.annotation for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)}
    return Class(path, qualified, tuple(ast.unparse(base) for base in node.bases), methods, fields)


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
