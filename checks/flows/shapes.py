"""Functions that are called from outside by their shape: a WSGI application, a Lambda handler, a resolver, a servicer."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .modules import Class, Function, Module
from .sources import numeric
from .value import Cleared, Source, Value

TEXT: Cleared = frozenset({434, 915, 943})
OWN: Cleared = frozenset({601, 918, 470})  # begins at our own host
OBJECT: Cleared = frozenset({434})
FROM_CLIENT = ("PATH_INFO", "QUERY_STRING", "RAW_URI", "REQUEST_URI", "HTTP_COOKIE", "HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR", "wsgi.input")
FROM_SCOPE = ("path", "raw_path", "query_string", "headers", "path_params")
GRAPHS = frozenset({"graphene", "strawberry", "ariadne", "graphene_django", "tartiflette"})
ANSWERS = re.compile(r"resolve_|(perform_)?mutate$")  # of a graph
BOTS = frozenset({"discord", "nextcord", "disnake", "interactions"})


def by_shape(function: Function, owner: Class | None, module: Module) -> dict[str, Value]:
    """Parameter to what a client puts there."""
    return dict(_by_shape(function, [arg for arg in function.parameters() if arg.arg not in {"self", "cls"}], owner, module))


def _by_shape(function: Function, args: list[ast.arg], owner: Class | None, module: Module) -> Iterator[tuple[str, Value]]:
    names = [arg.arg for arg in args]
    match names:
        case ["event", "context" | "_" | "_context"]:
            yield "event", _sent(args[0], module, OBJECT)
        case ["environ", "start_response", *_]:
            yield "environ", _keyed(args[0], module, FROM_CLIENT)
        case ["scope", "receive", "send"]:
            yield "scope", _keyed(args[0], module, FROM_SCOPE)
        case ["request" | "request_iterator", "context"] if owner is not None and any(base.endswith("Servicer") for base in owner.bases):
            yield names[0], _sent(args[0], module, OBJECT | {601})
        case ["req", "resp", *_] if owner is not None and function.last.startswith("on_") and "falcon" in module.roots:
            yield from _texts(args[2:], module)
        case ["info" | "_info", *_] if owner is not None and module.roots & GRAPHS and ANSWERS.match(function.last):
            yield from _texts(args[1:], module)
        case [_, "info" | "_info", *_] if owner is not None and module.roots & GRAPHS and ANSWERS.match(function.last):
            yield from _texts(args[2:], module)
        case ["ctx" | "interaction", *_] if module.roots & BOTS and any("command" in ast.unparse(d) for d in function.decorators):
            yield from _texts(args[1:], module)
        case [_, "info", *_] | ["info", *_] if module.roots & GRAPHS and function.decorators:
            yield from _texts(args[names.index("info") + 1 :], module)


def _texts(args: list[ast.arg], module: Module) -> Iterator[tuple[str, Value]]:
    for arg in args:
        if not numeric(arg.annotation):
            yield arg.arg, _sent(arg, module, TEXT)


def _sent(arg: ast.arg, module: Module, of: Cleared) -> Value:
    return Value({Source("client", module.path, arg.lineno, arg.arg): of})


def _keyed(arg: ast.arg, module: Module, keys: tuple[str, ...]) -> Value:
    return Value(items={key: _sent(arg, module, TEXT | OWN if "path" in key.lower() or "URI" in key or "query" in key or "headers" in key else TEXT) for key in keys})
