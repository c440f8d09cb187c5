"""The project's Python files as modules: what each defines, and what its names are, also across files."""

from __future__ import annotations

import ast
import posixpath
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

SIMPLE = (ast.Assign, ast.Expr, ast.Return, ast.ImportFrom, ast.Import, ast.AugAssign, ast.AnnAssign, ast.Raise, ast.Pass, ast.Assert)
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
    line: int = 0  # where a function inside of another is written
    column: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.path, self.name

    @property
    def place(self) -> tuple[str, int, int]:
        """Of a function inside of another."""
        return self.path, self.line, self.column

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
    marks: dict[str, str] = field(default_factory=dict)  # function to the digest of its text and place; "" to that of the outline
    spans: list[tuple[int, int, str]] = field(default_factory=list)  # first and last line of each function, and its mark


@dataclass(frozen=True)
class Bodies:
    """The statements of a file: of the file itself under "", of each function under its qualified name."""

    size: int
    of: dict[str, list[ast.stmt]]


class Unreadable(Exception):
    """The file is no Python to this interpreter; the message says why."""


def parsed(content: bytes) -> ast.Module:
    """Raises `Unreadable`. The declared encoding counts, warnings do not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(content)
    except SyntaxError as problem:
        raise Unreadable(f"line {problem.lineno or 0}: {problem.msg}") from problem
    except (ValueError, RecursionError, MemoryError) as problem:
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
        if isinstance(node, SIMPLE):
            continue
        for block in ("body", "orelse", "finalbody"):
            waiting.extend(getattr(node, block, ()))
        for each in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            waiting.extend(each.body)


def named(tree: ast.Module, module: Module) -> Iterator[tuple[FunctionNode, str]]:
    """All functions and methods that are read by themselves; of several by one name the last counts."""
    inner = _local_classes(tree.body) if any(name.startswith("<") for name in module.classes) else ()
    for node, qualified in (*_definitions(tree.body, ""), *inner):
        if not isinstance(node, ast.ClassDef):
            yield node, qualified
            continue
        for child, name in _definitions(node.body, ""):
            if not isinstance(child, ast.ClassDef):
                yield child, f"{qualified}.{name}"


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
    fields = {s.target.id: _with_field(s) for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)}
    return Class(path, qualified, tuple(ast.unparse(base) for base in node.bases), methods, fields)


def _with_field(node: ast.AnnAssign) -> ast.expr:
    """`name: str = Field(pattern="^[a-z]+$")` as `Annotated[str, Field(pattern="^[a-z]+$")]`."""
    if isinstance(node.value, ast.Call) and any(keyword.arg in {"pattern", "regex"} for keyword in node.value.keywords):
        return ast.Subscript(ast.Name("Annotated", ast.Load()), ast.Tuple([node.annotation, node.value], ast.Load()), ast.Load())
    return node.annotation
