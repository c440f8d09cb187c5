"""Whether a call is one that a line of the table of sinks means: its keywords, and what the file imports."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from .names import dotted
from .sinks import Sink

if TYPE_CHECKING:
    from .frame import Frame

KINDS = ("content_type", "mimetype", "media_type")
HANDED_ON = frozenset({"args", "arguments", "context", "event", "kwargs", "message", "msg", "request"})
SAFE_LOADERS = ("SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader")


def met(sink: Sink, call: ast.Call, frame: Frame) -> bool:
    return all(_met(condition, call, frame) for condition in sink.conditions)


def _met(condition: str, call: ast.Call, frame: Frame) -> bool:
    word, _, value = condition.partition(":")
    keywords = {k.arg: k.value for k in call.keywords}
    match word:
        case "if":
            return value in keywords and frame.value(keywords[value]).const not in (False, None, 0)
        case "unless":
            return not (value in keywords and frame.value(keywords[value]).const not in (False, None, 0))
        case "with":
            return bool(frame.module.roots & set(value.split(",")))
        case "html":
            return _kind(call, keywords, frame) in {"", "html"}
        case "onlyhtml":
            return _kind(call, keywords, frame) == "html"
        case "unsafeyaml":
            loaders = [*call.args[1:2], *([keywords["Loader"]] if "Loader" in keywords else [])]
            return not any(dotted(loader, frame).endswith(SAFE_LOADERS) for loader in loaders)
        case "noarguments":  # a path's own method; a stream's of the same name is told how much
            return not call.args and not call.keywords
        case "onetext":  # a list of words is a command
            items = frame.value(call.args[0]).items if call.args else None
            return items is None or 0 not in items
        case "unbundled":  # what a function is called with, or a hook is handed, is no statement
            return not (call.args and isinstance(call.args[0], ast.Name) and call.args[0].id in HANDED_ON)
        case "unsandboxed":
            return not any("sandbox" in name.lower() for name in frame.module.imports.values())
        case "openparser":
            return isinstance(call.func, ast.Attribute) and frame.value(call.func.value).const == "open parser"
        case "archived":
            return bool(frame.module.roots & {"tarfile"})
        case "pages":  # of a class that does not answer in JSON
            owner = frame.module.classes.get(frame.function.owner) if frame.function is not None else None
            return owner is None or not any("api" in name.lower() or "json" in name.lower() for name in (owner.name, *owner.bases))
        case "plain":
            return not call.args or (frame.value(call.args[0]).items is None and not isinstance(call.args[0], ast.Dict))
        case "safeparser":
            parsers = [*call.args[1:2], *([keywords["parser"]] if "parser" in keywords else [])]
            return not any(_safe_parser(parser, frame) for parser in parsers)
    return True


def _kind(call: ast.Call, keywords: dict[str | None, ast.expr], frame: Frame) -> str:
    """"html", "other", or "" when the call does not say what it sends."""
    for name in KINDS:
        if name in keywords:
            known = frame.value(keywords[name]).const
            return ("html" if "html" in known else "other") if isinstance(known, str) else "other"
    if len(call.args) > 1 and isinstance(call.args[1], ast.Constant) and isinstance(call.args[1].value, str):
        return "html" if "html" in call.args[1].value else "other"
    headers = keywords.get("headers")
    if isinstance(headers, ast.Dict):
        for key, value in zip(headers.keys, headers.values, strict=True):
            if isinstance(key, ast.Constant) and str(key.value).lower() == "content-type" and isinstance(value, ast.Constant):
                return "html" if "html" in str(value.value) else "other"
    return ""


def _safe_parser(node: ast.expr, frame: Frame) -> bool:
    """`XMLParser(resolve_entities=False)`, or one of defusedxml."""
    if isinstance(node, ast.Name) and node.id in frame.env:
        return frame.env[node.id].const == "safe parser"
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func, frame)
    off = any(k.arg == "resolve_entities" and isinstance(k.value, ast.Constant) and k.value.value is False for k in node.keywords)
    return off or "defused" in name
