"""Attributes: of requests, of objects of the project, and of everything else."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .apply import apply
from .entries import typed
from .modules import Class
from .names import dotted, path_of
from .regexes import formed
from .sources import CHECKED, FRAMEWORKS, OPERATOR, REQUEST, VIEW_BASE, cleared_at_birth, is_request, numeric
from .value import (
    CLEAN,
    Ref,
    Source,
    Value,
    both,
    cleared,
    everything,
    marked,
    only,
    part,
)

if TYPE_CHECKING:
    from .frame import Frame


OWN_WORDS = CHECKED | {"args", "data", "text", "caption", "path", "headers", "kwargs"}
FIELD = re.compile(r"(^|[._])form\.\w+$")


def read_attribute(node: ast.Attribute, frame: Frame) -> Value:
    if frame.overlays and (path := path_of(node)) in frame.env:
        return frame.env[path]
    name = dotted(node, frame)
    if name in OPERATOR:
        return marked(Source("operator", frame.module.path, node.lineno, name))
    if name.startswith("flask.g."):
        return frame.world.field("", "flask.g", node.attr)
    source = _source(node, name, frame)
    if source is not None:
        return source
    return attribute_of(node, frame.value(node.value), frame)


def attribute_of(node: ast.Attribute, owner: Value, frame: Frame) -> Value:
    """The attribute of an object that is known."""
    if node.attr == "name" and owner.ref is not None and owner.ref.name.endswith("TemporaryFile"):
        return CLEAN
    value = _member(owner, node, frame)
    if node.attr in {"name", "stem", "suffix"} and owner.ref is not None and owner.ref.name.endswith("Path"):
        return only(everything(owner), frozenset({22, 434, 73}))
    if owner.root and node.attr in {"scheme", "path", "query", "fragment", "params"}:
        return value._replace(root=tuple(each for each in owner.root if each[1] != "host"))
    if node.attr == "suffix" or owner.root:
        root = owner.root or ((path_of(node.value), "ext"),) if path_of(node.value) or owner.root else ()
        return value._replace(root=root)
    return value


def _source(node: ast.Attribute, name: str, frame: Frame) -> Value | None:
    """The client's text that an attribute is, by its name."""
    owner = name[: -len(node.attr) - 1]
    if node.attr not in OWN_WORDS and not is_request(owner):
        return None
    origin = Source("client", frame.module.path, node.lineno, f"{owner.rpartition('.')[2]}.{node.attr}")
    if is_request(owner) and REQUEST.fullmatch(node.attr) and not _outgoing(node.value, frame):
        return marked(origin, cleared_at_birth(name))
    if node.attr == "data" and FIELD.search(owner) and frame.module.roots & {"wtforms", "flask_wtf", "flask", "quart"}:
        return marked(origin, frozenset({434, 915, 943}))
    if node.attr in {"text", "caption"} and owner.endswith(("update.message", "update.effective_message")):
        return marked(origin, frozenset({434, 915, 943}))
    if node.attr == "args" and owner == "context" and "telegram" in frame.module.roots:
        return marked(origin, frozenset({434, 915, 943}))
    if node.attr in CHECKED:
        return marked(origin, frozenset({434, 601, 915}))
    if owner == "self" and frame.function is not None and frame.function.owner:
        known = frame.module.classes.get(frame.function.owner)
        bases = known.bases if known is not None else ()
        if node.attr in {"path", "headers"} and any(base.endswith("HTTPRequestHandler") for base in bases):
            return marked(origin, frozenset({434, 915, 943}))
        if node.attr == "kwargs" and any(VIEW_BASE.match(base) for base in bases) and ("django" in frame.module.roots | _drf(frame) or not frame.module.roots & FRAMEWORKS):
            return marked(origin, frozenset({434, 915, 943}))
    return None


def _drf(frame: Frame) -> frozenset[str]:
    return frozenset({"django"}) if "rest_framework" in frame.module.roots else frozenset()


def _outgoing(node: ast.expr, frame: Frame) -> bool:
    """Whether this `request` is one that the program makes itself."""
    if isinstance(node, ast.Name) and node.id in frame.env:
        value = frame.env[node.id]
        if value.ref is not None and value.ref.kind in {"library", "instance"}:
            return True
    return bool(frame.module.roots & {"scrapy", "mitmproxy", "pip", "responses", "vcr"})


def _member(owner: Value, node: ast.Attribute, frame: Frame) -> Value:
    """An attribute of an object, a class or a module of the project."""
    ref = owner.ref
    if ref is None:
        return part(owner, node.attr)
    if ref.kind == "module":
        return frame.world.look_up(f".{ref.name}.{node.attr}" if ref.name else node.attr, frame.module.path)
    if owner.items is not None and node.attr in owner.items:
        return owner.items[node.attr]
    if ref.kind in {"instance", "class"}:
        found = frame.world.class_of(ref)
        method = frame.world.method(ref, node.attr)
        if method is not None:
            if method.decorated("property", "cached_property"):
                return apply(method, {"self": owner}, frame)
            return Value(ref=Ref("function", method.path, method.name, extra=ref))
        if found is not None and node.attr in found.fields and (numeric(found.fields[node.attr]) or _of_few(found, node.attr, frame)):
            return CLEAN
        form = formed(found.fields[node.attr]) if found is not None and node.attr in found.fields else False
        if not isinstance(form, bool):  # what the class lets in
            return cleared(part(owner, node.attr), form)
        known = frame.world.field(ref.path, ref.name, node.attr)
        value = part(owner, node.attr)
        if known.ref is None and value.ref is None and found is not None and node.attr in found.fields:
            known = known._replace(ref=_declared(found, node.attr, frame).ref)
        return known if not value.marks else value._replace(marks=both(value.marks, known.marks), ref=value.ref or known.ref)
    return part(owner, node.attr)


def _of_few(found: Class, name: str, frame: Frame) -> bool:
    """Whether it is of an enumeration of the project's, which has no other values than its own."""
    ref = _declared(found, name, frame).ref
    kind = frame.world.class_of(ref) if ref is not None else None
    return kind is not None and any(base.rpartition(".")[2].endswith(("Enum", "Flag", "Choices")) for base in kind.bases)


def _declared(found: Class, name: str, frame: Frame) -> Value:
    """An attribute of which only the class is known, by its annotation."""
    annotation = found.fields.get(name)
    return typed(annotation, frame.world.module(found.path), frame.world) if annotation is not None else CLEAN
