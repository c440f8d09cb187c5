"""What an expression is called: for tables of calls, and for variables that were tested."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .cleaners import SAME_TEXT

if TYPE_CHECKING:
    from .frame import Frame

FRAMEWORKS = frozenset({"aiohttp", "django", "fastapi", "flask", "markupsafe", "quart", "sanic", "starlette", "tornado", "web"})


def dotted(node: ast.expr, frame: Frame) -> str:
    """The name of a function or object, its first word as it was imported, or the class of the variable that it is."""
    match node:
        case ast.Name(id=name):
            known = frame.env.get(name)
            if known is None and name in frame.module.imports:
                return frame.module.imports[name].lstrip(".")
            if known is None and (frame.function is not None or frame.depth):
                known = frame.world.variables(frame.module).get(name)
            return known.ref.name if known is not None and known.ref is not None and known.ref.kind == "library" else name
        case ast.Attribute(value=value, attr=attr):
            return f"{dotted(value, frame)}.{attr}"
        case ast.Call(func=func):
            return f"{dotted(func, frame)}()"
        case ast.Subscript(value=value):
            return f"{dotted(value, frame)}[]"
        case ast.Await(value=value):
            return dotted(value, frame)
    return ""


def foreign(node: ast.expr, frame: Frame) -> bool:
    """Whether a dotted expression is said of something imported, or of an object of a class of a library: its name can be trusted."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
    if not isinstance(node, ast.Name):
        return False
    known = frame.env.get(node.id)
    if known is None and node.id in frame.module.imports:
        return True
    if known is None:
        known = frame.world.variables(frame.module).get(node.id)
    return known is None or (known.ref is not None and known.ref.kind == "library")


def imported(node: ast.expr, frame: Frame) -> bool:
    """Whether a dotted expression starts at something that the file imports, or at a framework that it does not say where it has from."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and (node.id in frame.module.imports or node.id in FRAMEWORKS) and node.id not in frame.env


def path_of(node: ast.expr) -> str:
    """The text of a variable, an attribute or an element by constant key; "" for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{before}.{attr}" if (before := path_of(value)) else ""
        case ast.Subscript(value=value, slice=ast.Constant(value=key)):
            return f"{before}[{key!r}]" if (before := path_of(value)) else ""
        case ast.Call(func=ast.Attribute(value=value, attr="get"), args=[ast.Constant(value=key), *_]):
            return f"{before}[{key!r}]" if (before := path_of(value)) else ""
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in SAME_TEXT:
            return path_of(value)
        case ast.Call(func=ast.Name(id="str"), args=[value]):
            return path_of(value)
        case ast.Await(value=value):
            return path_of(value)
        case ast.NamedExpr(target=target):
            return target.id
    return ""


def completed(node: ast.expr) -> ast.expr:
    """The target in `urljoin(request.host_url, target)`: on which host it is, it says itself."""
    match node:
        case ast.Call(args=[_, target]) if ast.unparse(node.func).endswith("urljoin"):
            return target
    return node
