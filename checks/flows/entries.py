"""Functions that a framework calls: which of their parameters a client fills."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .apply import Arguments, substituted
from .modules import Class, Function, Module
from .regexes import formed
from .shapes import by_shape
from .sources import (
    FRAMEWORKS,
    HANDED_IN,
    OUR_WORDS,
    VERBS,
    VIEW_BASE,
    VIEW_WORDS,
    chosen,
    converted,
    injected,
    numeric,
    route_of,
)
from .value import CLEAN, Cleared, Ref, Source, Value, cleared

if TYPE_CHECKING:
    from .frame import World

PARAMETER: Cleared = frozenset({434})
NO_VIEWS = re.compile(r"(?i)(util|helper|lib|middleware|templatetags|forms|models|storage|backend|sendfile|mixins|decorators|conftest|test)[^/]*(/|\.py$)")
PAGES = frozenset({"flask", "quart", "bottle"})  # a text that a view returns is HTML


def is_page(function: Function, module: Module) -> bool:
    routed = any(route_of(d) is not None for d in function.decorators)
    if routed and any(_html(d) for d in function.decorators):
        return True
    if "fastapi" in module.roots and not any(_verb(d) == "route" for d in function.decorators):
        return False  # `@app.get` of FastAPI answers with JSON
    return routed and bool(module.roots & PAGES) and not module.roots & {"flask_restful", "flask_restx"}


def _verb(decorator: ast.expr) -> str:
    route = route_of(decorator)
    return route[0] if route is not None else ""


def _html(decorator: ast.expr) -> bool:
    """`@app.get("/", response_class=HTMLResponse)`"""
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(each.arg == "response_class" and ast.unparse(each.value).endswith("HTMLResponse") for each in keywords)


def filled(function: Function, module: Module, world: World) -> dict[str, Value]:
    """Parameter to what a client puts there; objects of the project's classes by their annotation."""
    owner = module.classes.get(function.owner) if function.owner else None
    values: dict[str, Value] = by_shape(function, owner, module)
    command = any(_command(d) for d in function.decorators)
    for arg, default in with_defaults(function.args):
        known = typed(arg.annotation, module, world)
        if command:
            if not numeric(arg.annotation) and arg.arg not in {"self", "ctx", "context"} and not any(chosen(d, arg.arg) for d in function.decorators):
                values[arg.arg] = Value({Source("operator", module.path, arg.lineno, arg.arg): PARAMETER})
        elif _filled(arg, default, function, owner, module) and not _safe_type(known, world):
            form = formed(arg.annotation, default)
            sent = Value({Source("client", module.path, arg.lineno, arg.arg): _born(arg, function)}, ref=known.ref)
            values[arg.arg] = sent if isinstance(form, bool) else cleared(sent, form)
        elif known.ref is not None:
            values.setdefault(arg.arg, known)
        named = injected(default, arg.annotation)
        if isinstance(named, ast.Constant):  # `Depends()`, of the class that it is typed as
            named = plain(arg.annotation)
        if isinstance(named, ast.Name | ast.Attribute):
            values[arg.arg] = _injected(ast.unparse(named), known, module, world)
    return values


def _command(decorator: ast.expr) -> bool:
    """`@click.command()`, `@app.command()` of typer."""
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(call, ast.Attribute) and call.attr == "command" and ast.unparse(call.value) in {"click", "app", "cli", "typer", "main"}


def _born(arg: ast.arg, function: Function) -> Cleared:
    """A parameter of a route is a text, unless it is typed as more."""
    kind = ast.unparse(arg.annotation) if arg.annotation is not None else "str"
    if kind == "dict" or kind.startswith(("dict[", "Dict", "Any")):
        return PARAMETER
    text = kind in {"str", "str | None", "Optional[str]"} or kind.startswith("Annotated[str")
    return PARAMETER | ({915, 943} if text else {915})


def plain(annotation: ast.expr | None) -> ast.expr | None:
    """`Query` of `Annotated[Query, Depends()]`."""
    match annotation:
        case ast.Subscript(value=name, slice=ast.Tuple(elts=[first, *_])) if ast.unparse(name).endswith("Annotated"):
            return first
    return annotation


def typed(node: ast.expr | None, module: Module, world: World) -> Value:
    """The object that an annotation promises."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
        node = ast.Name(node.value)
    node = plain(node)
    name = ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""
    if not name:
        return CLEAN
    if name in module.classes:
        return Value(ref=Ref("instance", module.path, name))
    head, _, rest = name.partition(".")
    if head in module.imports:
        full = f"{module.imports[head]}.{rest}" if rest else module.imports[head]
        found = world.look_up(full, module.path)
        if found.ref is not None and found.ref.kind == "class":
            return Value(ref=found.ref._replace(kind="instance"))
        if found.ref is None and rest + head[:1].upper() and full.rpartition(".")[2][:1].isupper():
            return Value(ref=Ref("library", "", full)) if full.startswith(("httpx.", "requests.", "aiohttp.Client", "pathlib.")) else CLEAN
    return CLEAN


def _injected(name: str, known: Value, module: Module, world: World) -> Value:
    """What a function gives that the framework calls with what the client sent."""
    found = Value(ref=Ref("function", module.path, name)) if name in module.functions else CLEAN
    if name.partition(".")[0] in module.imports:
        head, _, rest = name.partition(".")
        found = world.look_up(f"{module.imports[head]}.{rest}" if rest else module.imports[head], module.path)
    if name in module.classes:
        found = Value(ref=Ref("class", module.path, name))
    if found.ref is not None and found.ref.kind == "class":
        return _constructed(found.ref, known, world)
    function = world.function(found.ref) if found.ref is not None and found.ref.kind == "function" else None
    if function is None:
        return known
    result = substituted(world.summary(function).result, Arguments(_asked(function, module, world), world))
    return result._replace(ref=result.ref or known.ref)


def _asked(function: Function, module: Module, world: World) -> dict[str, Value]:
    """What the framework hands to a dependency."""
    world.standing(function)
    return {
        arg.arg: Value({Source("client", function.path, arg.lineno, arg.arg): _born(arg, function)})
        for arg, default in with_defaults(function.args)
        if not numeric(arg.annotation) and not HANDED_IN.fullmatch(arg.arg) and injected(default, arg.annotation) is None
        and typed(arg.annotation, module, world).ref is None
    }


def _constructed(ref: Ref, known: Value, world: World) -> Value:
    """The object of a class whose constructor the framework calls."""
    method = world.method(ref, "__init__")
    made = known._replace(ref=ref._replace(kind="instance"))
    effect = world.summary(method).effects.get(method.parameters()[0].arg) if method is not None and method.parameters() else None
    if method is None or effect is None:
        return made
    new = substituted(effect, Arguments(_asked(method, world.module(method.path), world), world))
    return made._replace(marks=new.marks, items=new.items)


def _safe_type(known: Value, world: World) -> bool:
    """An enumeration has no other values than its own."""
    found = world.class_of(known.ref) if known.ref is not None and known.ref.kind == "instance" else None
    return found is not None and any(base.rpartition(".")[2].endswith(("Enum", "Flag", "Choices")) for base in found.bases)


def with_defaults(a: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    plain = [*a.posonlyargs, *a.args]
    defaults: list[ast.expr | None] = [*([None] * (len(plain) - len(a.defaults))), *a.defaults]
    return [*zip(plain, defaults, strict=True), *zip(a.kwonlyargs, a.kw_defaults, strict=True)]


def _filled(arg: ast.arg, default: ast.expr | None, function: Function, owner: Class | None, module: Module) -> bool:
    if numeric(arg.annotation) or injected(default, arg.annotation) is not None:
        return False
    if isinstance(default, ast.Constant) and isinstance(default.value, bool | int | float):
        return False
    routes = [route for d in function.decorators if (route := route_of(d)) is not None]
    if routes and (module.roots & FRAMEWORKS or any(verb == "tool" or rule.startswith("/") for verb, rule in routes)):
        return not HANDED_IN.fullmatch(arg.arg) and not any(converted(rule, arg.arg) for _, rule in routes)
    names = [each.arg for each in function.parameters()]
    if owner is not None and any(is_view(base, module) for base in owner.bases) and function.last in VERBS:
        at = names.index(arg.arg)
        django = names[1:2] == ["request"]
        if at == 0 or arg.arg in {"request", "req", "resp", "args", "kwargs", "format", "pk"} or HANDED_IN.fullmatch(arg.arg):
            return False
        return not django or VIEW_WORDS.fullmatch(arg.arg) is not None
    if owner is None and names[:1] == ["request"] and not NO_VIEWS.search(module.path) and not _test_or_private(function):
        return VIEW_WORDS.fullmatch(arg.arg) is not None and arg.arg not in OUR_WORDS and default is None
    return False


def _test_or_private(function: Function) -> bool:
    return function.last.startswith(("_", "test_", "get_", "render_", "make_", "build_", "create_"))


def is_view(base: str, module: Module, above: int = 3) -> bool:
    """Whether a class of this name is one that a framework calls, or comes from one within so many classes of the file."""
    plain = base.partition("[")[0]
    if VIEW_BASE.match(plain) is not None or (plain.endswith("Handler") and bool(module.roots & {"tornado", "jupyter_server", "notebook"})):
        return True
    own = module.classes.get(plain)
    return own is not None and above > 0 and any(is_view(each, module, above - 1) for each in own.bases)
