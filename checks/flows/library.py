"""Calls that lead out of the project: what cleans, what is no text any more, and what hands on what it was given."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .binding import element, put, rebind, removed
from .cleaners import (
    BUILT_IN,
    CLEANED,
    CONVERSIONS,
    HANDS_ON,
    HARMLESS,
    PUTS,
    SAFE_BY_NAME,
    SAFE_NAMES,
    SAME_TEXT,
    SQL_SAFE,
    UNDONE,
)
from .containers import filled, made_of
from .folding import called
from .formats import formatted
from .matches import group_of, matched_by
from .names import completed, dotted, path_of
from .options import declared, option
from .sequences import changed
from .texts import TEXT, concatenated
from .value import (
    ARCHIVED,
    BARE,
    CLEAN,
    NO_MARKS,
    NONE,
    NORMAL,
    UNKNOWN,
    UNSURE,
    Marks,
    Ref,
    Value,
    both,
    cleared,
    everything,
    joined,
    only,
    part,
    shortened,
    together,
)

if TYPE_CHECKING:
    from .frame import Frame

MOST_ARGUMENTS = 2  # of a function that may hand on its first: one that takes more does more than that
SCHEMA = re.compile(r"(?i)schema|serializer")


def library(
    node: ast.Call, name: str, receiver: Value | None, args: list[Value], keywords: dict[str, Value], frame: Frame
) -> Value:
    """A call that leads out of the project."""
    last = name.rpartition(".")[2]
    constant = called(name, receiver, args, keywords)
    if constant is not None:
        return constant
    given = both(together(args), together(list(keywords.values())))
    if name in CONVERSIONS and node.args and (path := path_of(node.args[0])) and path in frame.env:
        frame.env[path] = cleared(frame.env[path], None)
    if receiver is not None:
        special = _method(node, last, receiver, args, keywords, frame)
        if special is not None:
            return special
    if name == "os.path.join" and len(args) > 1 and args[0].const != "":  # what follows a folder is no option of a program
        given = both(args[0].marks, cleared(Value(together(args[1:])), frozenset({88})).marks)
    if name in CLEANED or last in CLEANED:
        return _cleaned(node, name if name in CLEANED else last, given, receiver)
    if (name in UNDONE or last in UNDONE) and given:
        back = UNDONE[name if name in UNDONE else last]
        return Value({origin: known - back for origin, known in given.items()})
    if SAFE_NAMES.fullmatch(last):
        return only(both(given, everything(receiver) if receiver is not None else NO_MARKS), SAFE_BY_NAME)
    if name.startswith("hmac.") and len(node.args) > 1:
        return Value(root=tuple((each.id, "signed") for each in ast.walk(node.args[1]) if isinstance(each, ast.Name)))
    if last in {"hexdigest", "digest"} and receiver is not None and receiver.root:
        return Value(root=receiver.root)
    if (HARMLESS.fullmatch(name) and last != "ip_address") or last in SQL_SAFE:
        return CLEAN
    return _handed_on(node, name, receiver, args, keywords, given)


def _cleaned(node: ast.Call, name: str, given: Marks, receiver: Value | None) -> Value:
    root: tuple[tuple[str, str], ...] = ()
    if name.endswith("normpath") and node.args and _rooted(node.args[0]):
        return only(given, frozenset({22, 73, NORMAL}))  # nothing is above the root
    if NORMAL in CLEANED[name] and len(CLEANED[name]) == 1:
        root = tuple((each.id, "norm") for arg in node.args for each in ast.walk(arg) if isinstance(each, ast.Name))
    elif name == "os.path.splitext" and node.args and path_of(node.args[0]):
        root = ((path_of(node.args[0]), "ext"),)
    return only(given, CLEANED[name])._replace(root=root)


def _rooted(node: ast.expr) -> bool:
    """`"/" + path`"""
    return isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant) and node.left.value == "/"


def _method(
    node: ast.Call, last: str, receiver: Value, args: list[Value], keywords: dict[str, Value], frame: Frame
) -> Value | None:
    """What is known of methods by their names alone, on objects that are not the project's."""
    function = node.func
    assert isinstance(function, ast.Attribute)  # noqa: S101  # whoever calls has a receiver
    done = frame.done.get(id(node))
    if done is not None and done[0] is node and done[1] == frame.turn:
        return done[2]  # the same call, looked at again
    if last in {"group", "groups", "groupdict"} and receiver.items is not None and "group" in receiver.items:
        return group_of(last, receiver.items["group"], args)
    after = changed(last, receiver, args) if path_of(function.value).partition(".")[0].partition("[")[0] in frame.env else None
    if after is not None:
        rebind(function.value, after[0], frame)
        frame.done[id(node)] = node, frame.turn, after[1]
        return after[1]
    return _container(node, function.value, last, receiver, args, keywords, frame)


def _container(
    node: ast.Call, at: ast.expr, last: str, receiver: Value, args: list[Value], keywords: dict[str, Value], frame: Frame
) -> Value | None:
    """Methods of lists and dictionaries; then those of texts."""
    own = everything(receiver)
    if last in {"get", "getlist"} and any(each.arg == "type" and ast.unparse(each.value) in CONVERSIONS | {"bool"} for each in node.keywords):
        return CLEAN
    if receiver.ref is not None and receiver.ref.name.endswith("ConfigParser") and len(args) > 1:
        told = option(at, last, receiver, args, frame)
        if told is not None:
            return told
    match last:
        case "pop" if receiver.items is not None and args and args[0].const in receiver.items and not receiver.marks:
            removed(at, args[0].const, frame)
            frame.done[id(node)] = node, frame.turn, receiver.items[args[0].const]
            return receiver.items[args[0].const]
        case "setdefault" if len(args) > 1 and args[0].const is not UNKNOWN:
            put(at, args[0].const, joined(element(receiver, args[0].const), args[1]), frame)
            return joined(element(receiver, args[0].const), args[1])
        case "copy" if not args:
            return receiver
        case "clear" if not args:
            rebind(at, Value(items={}, ref=receiver.ref), frame)
            return CLEAN
        case "reverse" | "sort" | "rotate" | "remove" if receiver.items is not None:
            rebind(at, Value(own, ref=receiver.ref), frame)
            return CLEAN
        case "values" if not args and not keywords and (own or receiver.items is not None):
            return Value(receiver.marks, receiver.items) if receiver.items is not None else only(own)
        case "get" | "pop" | "setdefault" | "getlist" | "get_all" if args and (own or receiver.items is not None):
            found = element(receiver, args[0].const)
            return joined(found, args[1]) if len(args) > 1 else found._replace(const=UNKNOWN)
        case "get" if args and len(args) > 1 and not own:
            return Value(everything(args[1]))
        case "get" if receiver.items is not None and not args:
            return element(receiver)
        case "items" | "iteritems" if receiver.items is not None and "entries of" in receiver.items:
            return Value(receiver.marks, {"pairs of": receiver.items["entries of"]})
        case "values" | "keys" if receiver.items is not None and "entries of" in receiver.items:
            return Value(everything(element(receiver.items["entries of"], 1 if last == "values" else 0)))
        case "items" | "iteritems":
            pair = Value(items={0: only(receiver.marks, frozenset({943})), 1: element(receiver)})
            return Value(receiver.marks, {"pairs of": pair})
        case "keys":
            return only(receiver.marks)
    return _text(node, at, last, receiver, args, keywords, frame)


def _text(
    node: ast.Call, at: ast.expr, last: str, receiver: Value, args: list[Value], keywords: dict[str, Value], frame: Frame
) -> Value | None:
    """Methods of texts, paths and parsers."""
    own = everything(receiver)
    match last:
        case "format" if isinstance(receiver.const, str):
            return formatted(receiver.const, node, args, keywords)
        case "format_map" if isinstance(receiver.const, str) and args:
            return formatted(receiver.const, node, [], {}, args[0])
        case "format" | "format_map" | "join" if receiver.ref is not None and receiver.ref.name.endswith("Markup"):
            return only(both(own, both(together(args), together(list(keywords.values())))), frozenset({79, *TEXT}))
        case "join" if args and args[0].items is not None and not args[0].marks:
            pieces = [(each, NONE) for item in args[0].items.values() for each in (receiver, item)]
            return concatenated(pieces[1:])
        case "join" if isinstance(receiver.const, str) and args:
            return only(everything(args[0]), TEXT)
        case "load" if args and SCHEMA.search(dotted(at, frame)):
            return only(together(args), frozenset({915, 943}))
        case "split" | "rsplit" | "partition" | "rpartition" if own:
            root = ((path_of(at), "ext"),) if path_of(at) and not receiver.root else receiver.root
            return only(own)._replace(root=root)
        case "replace" | "translate" if own:
            return _replaced(args, only(own), r"replace('\\', '\\\\')" in ast.unparse(at))
        case "namelist" | "infolist" | "getmembers" | "getnames" if own:
            return Value({origin: known - {22, 73} | {ARCHIVED, 434} for origin, known in own.items()})
        case "add_argument" if args:
            return declared(at, receiver, args, keywords, node, frame)
        case "setFeature" if len(args) > 1 and args[1].const is True and "external" in ast.unparse(node.args[0]):
            rebind(at, receiver._replace(const="open parser"), frame)
            return CLEAN
        case "lstrip" | "rstrip" | "strip" if own and args and isinstance(args[0].const, str) and "/" in args[0].const:
            marks = own if last == "lstrip" else shortened(own)
            return Value({origin: known | {943, 915} | ({BARE} if last != "rstrip" else NONE) for origin, known in marks.items()})
        case "splitlines" if own:
            return only(own, frozenset({113, 117}))
        case "resolve" | "absolute" if receiver.ref is not None and receiver.ref.name.endswith("Path"):
            names = tuple((path, "norm") for path in (path_of(at), *(root for root, _ in receiver.root)) if path)
            return only(own, frozenset({NORMAL}))._replace(ref=receiver.ref, root=names)
        case "relative_to" if args:
            frame.apply({path: frozenset({22, 73, 434}) for path in (path_of(at), *(r for r, _ in receiver.root)) if path})
            return receiver
        case _ if last in PUTS and (args or (last == "update" and keywords)):
            filled(at, last, args, keywords, frame)
            return CLEAN if not own else only(own)
        case _ if last in SAME_TEXT and own:
            path = path_of(at)
            return only(own, frozenset({943, 915}))._replace(root=receiver.root or (((path, "same"),) if path else ()))
    return None


def _replaced(args: list[Value], value: Value, backslashes_first: bool) -> Value:
    """`replace("../", "")` does not clean; line breaks and quotes do what they can, a backslash before a quote only after others."""
    if len(args) >= 2 and args[0].const in {"\n", "\r", "\r\n"}:
        return cleared(value, frozenset({93, 113, 117}))
    if len(args) >= 2 and isinstance(args[0].const, str) and isinstance(args[1].const, str) and len(args[0].const) == 1:
        if args[0].const == "<" and "<" not in args[1].const:
            return cleared(value, frozenset({79, 611}))
        if args[0].const == "/" and "/" not in args[1].const:
            return cleared(value, frozenset({22, 73, 434}))
        if args[0].const == "'" and ("'" not in args[1].const or args[1].const == "''" or backslashes_first):
            return cleared(value, frozenset({89, 643}))
        if args[0].const == '"' and args[1].const == '""':
            return cleared(value, frozenset({89}))
    return value


def _handed_on(
    node: ast.Call, name: str, receiver: Value | None, args: list[Value], keywords: dict[str, Value], given: Marks
) -> Value:
    """Calls that nobody here has read: methods give what their object holds, functions what they were given, if less surely."""
    own = everything(receiver) if receiver is not None else NO_MARKS
    last = name.rpartition(".")[2]
    library = Ref("library", "", name) if last[:1].isupper() or last in {"connect", "cursor", "Session", "session", "make_response", "make_parser", "writer"} or name.startswith("pandas.read_") else None
    root: tuple[tuple[str, str], ...] = receiver.root if receiver is not None and own else ()
    if name in {"urllib.parse.urlparse", "urllib.parse.urlsplit", "urlparse", "urlsplit", "yarl.URL", "httpx.URL"} and node.args:
        parsed = path_of(completed(node.args[0]))
        return only(given)._replace(root=((parsed, "host"),) if parsed else ())
    matched = matched_by(name, last, receiver, args)
    if matched is not None:
        return matched
    if name in {"re.compile", "regex.compile"} and args and isinstance(args[0].const, str):
        return Value(const=args[0].const, ref=Ref("library", "", "re.Pattern"))
    made = made_of(name, node, args, keywords)
    if made is not None:
        return made
    if name in {"dict", "list", "tuple", "copy.copy", "copy.deepcopy", "cast", "typing.cast", "sorted", "iter"} and args:
        items = {str(k.arg): CLEAN for k in node.keywords if k.arg} if name == "dict" else {}
        return args[-1] if not items else Value(both(args[-1].marks, given), args[-1].items)
    if name in {"dict", "list", "set", "OrderedDict", "collections.OrderedDict"} and not args:
        return Value(given) if any(k.arg is None for k in node.keywords) else Value(items=dict(keywords.items()))
    if name in {"tarfile.open", "zipfile.ZipFile", "tarfile.TarFile"}:
        return Value(given, ref=Ref("library", "", "tarfile.TarFile" if name.startswith("tar") else name))
    if last == "XMLParser" and keywords.get("resolve_entities", CLEAN).const is False:
        return Value(const="safe parser")
    if last in {"gethostbyname", "getaddrinfo", "ip_address"} and args:
        path = path_of(node.args[0])
        return only(given if last != "ip_address" else NO_MARKS)._replace(root=args[0].root or (((path, "host"),) if path else ()))
    if name == "getattr" and len(args) > 1:
        return part(args[0], args[1].const) if isinstance(args[1].const, str) else CLEAN
    if name == "compile" or name in BUILT_IN or last in HANDS_ON or (library is not None and library.name.endswith("Path")):
        if name in {"open", "compile", "eval"}:
            return CLEAN
        return Value(both(own, given), ref=library, root=root)
    if own:
        same = receiver.ref if receiver is not None and last in {"with_suffix", "with_name", "with_stem"} else None
        return Value(own, ref=same or library, root=root)
    if not given:
        return Value(ref=library)
    if receiver is not None and not _module(node, name):
        return Value(ref=library)
    if not args or not everything(args[0]) or len(args) + len(keywords) > MOST_ARGUMENTS:
        return Value(ref=library)
    return only(given, frozenset({UNSURE}))._replace(ref=library)


def _module(node: ast.Call, name: str) -> bool:
    """Whether it is a function of a module, as far as can be seen: short lower-case owners without calls."""
    return "()" not in name and "self" not in name.split(".") and name.count(".") <= 2
