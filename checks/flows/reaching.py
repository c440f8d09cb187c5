"""What a call's arguments reach: the table of sinks, and the few that a table can't tell."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .binding import element
from .cleaners import BUILT_IN
from .conditions import met
from .names import foreign, imported
from .reports import reached
from .sinks import SINKS, Sink
from .value import UNKNOWN, Value, both, everything

if TYPE_CHECKING:
    from .frame import Frame

SHELL = re.compile(r"(/bin/|/usr/bin/)?(ba|z|da|k)?sh|cmd(\.exe)?|powershell")
# Programs that an option makes run another one, write a file, or read one.
WILLING = re.compile(r"(.*/)?(git|hg|svn|ssh|scp|rsync|tar|zip|7z|find|curl|wget|sed|awk|tcpdump|ffmpeg|convert|npm|pip3?|uv|docker|mysql|psql|pg_dump|chrome|gs)")


def _arguments(node: ast.Call, sink: Sink, receiver: Value | None, args: list[Value], frame: Frame) -> list[tuple[ast.expr, Value]]:
    """The arguments that the sink must not get."""
    chosen: list[tuple[ast.expr, Value]] = []
    for word in sink.arguments:
        if word == "@" and receiver is not None and isinstance(node.func, ast.Attribute):
            archived = "archived" in sink.conditions  # the names in it are a client's, however it was opened
            names = Value({origin: known - {22} for origin, known in everything(receiver).items()}) if archived else receiver
            chosen.append((node.func.value, names))
        elif word == "all":
            quoted = _quoted(args) if sink.rule == "log-flow" else frozenset()
            chosen += [(each, value) for at, (each, value) in enumerate(zip(node.args, args, strict=True)) if at not in quoted]
        elif word == "**":
            chosen += [(k.value, _names(frame.value(k.value)) if sink.rule == "lookup-flow" else frame.value(k.value)) for k in node.keywords if k.arg is None]
        elif word.rstrip("!").isdigit():
            at = int(word.rstrip("!"))
            if at < len(args) and not any(isinstance(each, ast.Starred) for each in node.args[: at + 1]):
                chosen.append((node.args[at], _first(args[at]) if word.endswith("!") else args[at]))
        else:
            named = [k.value for k in node.keywords if k.arg == word.rstrip("!")]
            chosen += [(each, _first(frame.value(each)) if word.endswith("!") else frame.value(each)) for each in named]
    return chosen


def _quoted(args: list[Value]) -> frozenset[int]:
    """The arguments of a log call that its format shows with %r, or as a number."""
    text = args[0].const if args else None
    if not isinstance(text, str):
        return frozenset()
    kinds = [match[1] for match in re.finditer(r"%(?:\(\w+\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?([a-zA-Z%])", text) if match[1] != "%"]
    return frozenset(at for at, kind in enumerate(kinds, 1) if kind in "radiouxXeEfFgGc")


def _shell(node: ast.Call, name: str, args: list[Value], frame: Frame) -> None:
    """`["sh", "-c", text]`"""
    last = name.rpartition(".")[2]
    if last not in {"run", "call", "check_call", "check_output", "Popen", "create_subprocess_exec", "execl", "execv", "spawn", "exec_run"} or not args:
        return
    if last == "spawn" and len(args) > 1 and args[1].items:  # pexpect: the program, then the list of its arguments
        words = [args[0], *(args[1].items[at] for at in range(len(args[1].items)) if at in args[1].items)]
    else:
        words = [args[0].items[at] for at in range(len(args[0].items)) if at in args[0].items] if args[0].items else args
    _options(words, node, frame)
    start = 1 if name.endswith(("execl", "execv")) else 0
    program = words[start].const if len(words) > start + 1 else UNKNOWN
    if isinstance(program, str) and SHELL.fullmatch(program):
        for word in words[start + 1 :]:
            reached("shell-flow", word, node.args[0] if args[0].items else node, frame)


def _names(value: Value) -> Value:
    """The keys of a dictionary, as far as they are not written in the program."""
    entries = (value.items or {}).get("entries of")
    return Value(value.marks if entries is None else both(value.marks, everything(element(entries, 0))))


def _first(value: Value) -> Value:
    return element(value, 0) if value.items is not None else value


def sinks(node: ast.Call, name: str, receiver: Value | None, args: list[Value], frame: Frame) -> None:
    """Says what dangerous calls get."""
    owner, _, last = name.rpartition(".")
    for sink in SINKS.get(last, ()):
        if _named(sink, name, owner, node, frame) and met(sink, node, frame):
            for place, value in _arguments(node, sink, receiver, args, frame):
                reached(sink.rule, value, place, frame)
    _shell(node, name, args, frame)
    _format(node, last, receiver, args, frame)


def _named(sink: Sink, name: str, owner: str, node: ast.Call, frame: Frame) -> bool:
    if sink.owner is not None:
        return bool(owner) and sink.owner.search(owner) is not None
    if sink.bare:
        if sink.name in BUILT_IN or sink.name in {"eval", "exec", "compile", "__import__", "getattr", "setattr", "open"}:
            return name == sink.name
        return isinstance(node.func, ast.Name) or imported(node.func, frame)
    return not sink.dotted or (sink.dotted == name and foreign(node.func, frame))


def models(node: ast.Call, name: str, frame: Frame) -> None:
    """`Model(**request.json)`."""
    last = name.rpartition(".")[2]
    if last[:1].isupper() and not last.endswith(("Form", "Serializer", "Schema", "Create", "Update", "In", "Request", "Payload", "Response")):
        for keyword in node.keywords:
            if keyword.arg is None:
                value = frame.value(keyword.value)
                reached("fields-flow", Value(value.marks), keyword.value, frame)


def _options(words: list[Value], node: ast.Call, frame: Frame) -> None:
    """`["git", "clone", url]`: what begins with a dash is an option, unless `--` stands before."""
    program = words[0].const if words else UNKNOWN
    if not isinstance(program, str) or not WILLING.fullmatch(program):
        return
    for at, word in enumerate(words[1:], 1):
        if word.const == "--":
            return
        before = words[at - 1].const
        if not (isinstance(before, str) and before.startswith("-") and at > 1):  # the value of an option
            reached("option-flow", word, node.args[0], frame)


def _format(node: ast.Call, last: str, receiver: Value | None, args: list[Value], frame: Frame) -> None:
    """`text.format(user)`: `{0.__init__.__globals__}` reads what the arguments lead to."""
    if last not in {"format", "format_map"} or receiver is None or not isinstance(node.func, ast.Attribute):
        return
    given = [*args, *(frame.value(each.value) for each in node.keywords)]
    if everything(receiver) and any(not everything(value) and value.const is UNKNOWN for value in given):
        reached("format-flow", receiver, node.func.value, frame)
