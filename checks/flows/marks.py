"""Digests of parts of a file: of each function's text with its place, and of what other files can see of it, wherever it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from hashlib import blake2b

from .modules import FunctionNode, Module

COOKIE = re.compile(rb"coding[:=]")  # the same bytes are another text under another encoding
SIZE = 12  # bytes


def mark(*parts: bytes) -> str:
    digest = blake2b(digest_size=SIZE)
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def mark_of_node(node: ast.AST) -> str:
    return mark(ast.dump(node, include_attributes=True).encode("utf-8", "surrogatepass"))


def marked(module: Module, functions: Iterable[tuple[FunctionNode, str]], content: bytes) -> None:
    """Give the module the marks of its functions and its outline."""
    lines = content.splitlines(keepends=True)  # as the tokenizer counts them: of bytes, only \n, \r and \r\n end a line
    salt = b"".join(lines[:2]) if COOKIE.search(b"".join(lines[:2])) else b""
    heads = []
    for node, name in functions:
        start = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        text = b"".join(lines[start - 1 : node.end_lineno])
        module.marks[name] = mark(salt, b"%d" % start, text)
        module.spans.append((start, node.end_lineno or start, module.marks[name]))
        heads += [name.encode("utf-8", "surrogateescape"), b"".join(lines[start - 1 : _head_end(node)])]
    module.marks[""] = mark(salt, _rest(module), *heads)


def _head_end(node: FunctionNode) -> int:
    """The last line of what stands before the body; with the first line of the body, where that is the same line."""
    a = node.args
    parts: list[ast.expr | ast.arg | None] = [*a.posonlyargs, *a.args, a.vararg, *a.kwonlyargs, a.kwarg, *a.defaults, *a.kw_defaults, node.returns]
    last = max([node.lineno, *(each.end_lineno or 0 for each in parts if each is not None)])
    return max(last, node.body[0].lineno - 1)


def _rest(module: Module) -> bytes:
    """All that the outline says beside the functions."""
    classes = [
        (name, each.bases, list(each.methods), [(field, ast.dump(annotation)) for field, annotation in each.fields.items()])
        for name, each in module.classes.items()
    ]
    about = (module.path, module.name, list(module.imports.items()), list(module.functions), classes, sorted(module.roots), sorted(module.globals))
    return repr(about).encode("utf-8", "surrogateescape")
