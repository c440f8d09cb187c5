"""Calls that lead out of the project: what cleans, what is no text any more, and what hands on what it was given."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from .binding import element, iterated, put, rebind, removed
from .cleaners import BUILT_IN, CLEANED, HANDS_ON, HARMLESS, PUTS, SAFE_BY_NAME, SAFE_NAMES, SAME_TEXT, SQL_SAFE, UNDONE
from .folding import called
from .formats import formatted
from .names import dotted, path_of
from .regexes import groups, kept
from .sequences import changed, elements, pairwise, sequence
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
    Cleared,
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
    with_part,
)

if TYPE_CHECKING:
    from .frame import Frame

MOST_ARGUMENTS = 2  # of a function that may hand on its first: one that takes more does more than that
SCHEMA = re.compile(r"(?i)schema|serializer")
CONVERSIONS = frozenset({"int", "float", "uuid.UUID", "UUID", "decimal.Decimal", "ipaddress.ip_address", "ipaddress.ip_network"})


def together(args: list[Value]) -> Marks:
    marks: Marks = NO_MARKS
    for arg in args:
        marks = both(marks, everything(arg))
    return marks


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
    own = everything(receiver)
    function = node.func
    assert isinstance(function, ast.Attribute)  # noqa: S101  # whoever calls has a receiver
    done = frame.done.get(id(node))
    if done is not None and done[0] == frame.turn:
        return done[1]  # the same call, looked at again
    if last in {"group", "groups", "groupdict"} and receiver.items is not None and "group" in receiver.items:
        return _group(last, receiver.items["group"], args)
    after = changed(last, receiver, args) if path_of(function.value).partition(".")[0].partition("[")[0] in frame.env else None
    if after is not None:
        rebind(function.value, after[0], frame)
        frame.done[id(node)] = frame.turn, after[1]
        return after[1]
    if last in {"get", "getlist"} and any(each.arg == "type" and ast.unparse(each.value) in CONVERSIONS | {"bool"} for each in node.keywords):
        return CLEAN
    if receiver.ref is not None and receiver.ref.name.endswith("ConfigParser") and len(args) > 1:
        told = _option_of(function.value, last, receiver, args, frame)
        if told is not None:
            return told
    match last:
        case "pop" if receiver.items is not None and args and args[0].const in receiver.items and not receiver.marks:
            removed(function.value, args[0].const, frame)
            frame.done[id(node)] = frame.turn, receiver.items[args[0].const]
            return receiver.items[args[0].const]
        case "setdefault" if len(args) > 1 and args[0].const is not UNKNOWN:
            put(function.value, args[0].const, joined(element(receiver, args[0].const), args[1]), frame)
            return joined(element(receiver, args[0].const), args[1])
        case "copy" if not args:
            return receiver
        case "clear" if not args:
            rebind(function.value, Value(items={}, ref=receiver.ref), frame)
            return CLEAN
        case "reverse" | "sort" | "rotate" | "remove" if receiver.items is not None:
            rebind(function.value, Value(own, ref=receiver.ref), frame)
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
        case "items" | "iteritems":
            pair = Value(items={0: only(receiver.marks, frozenset({943})), 1: element(receiver)})
            return Value(receiver.marks, {"pairs of": pair})
        case "keys":
            return only(receiver.marks)
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
        case "load" if args and SCHEMA.search(dotted(function.value, frame)):
            return only(together(args), frozenset({915, 943}))
        case "split" | "rsplit" | "partition" | "rpartition" if own:
            root = ((path_of(function.value), "ext"),) if path_of(function.value) and not receiver.root else receiver.root
            return only(own)._replace(root=root)
        case "replace" | "translate" if own:
            return _replaced(args, only(own))
        case "namelist" | "infolist" | "getmembers" | "getnames" if own:
            return Value({origin: known - {22, 73} | {ARCHIVED, 434} for origin, known in own.items()})
        case "add_argument" if args:
            return _option(function.value, receiver, args, keywords, node, frame)
        case "setFeature" if len(args) > 1 and args[1].const is True and "external" in ast.unparse(node.args[0]):
            rebind(function.value, receiver._replace(const="open parser"), frame)
            return CLEAN
        case "lstrip" | "rstrip" | "strip" if own and args and isinstance(args[0].const, str) and "/" in args[0].const:
            marks = own if last == "lstrip" else shortened(own)
            return Value({origin: known | {943, 915} | ({BARE} if last != "rstrip" else NONE) for origin, known in marks.items()})
        case "splitlines" if own:
            return only(own, frozenset({113, 117}))
        case "resolve" | "absolute" if receiver.ref is not None and receiver.ref.name.endswith("Path"):
            names = tuple((path, "norm") for path in (path_of(function.value), *(root for root, _ in receiver.root)) if path)
            return only(own, frozenset({NORMAL}))._replace(ref=receiver.ref, root=names)
        case "relative_to" if args:
            frame.apply({path: frozenset({22, 73, 434}) for path in (path_of(function.value), *(r for r, _ in receiver.root)) if path})
            return receiver
        case _ if last in PUTS and (args or (last == "update" and keywords)):
            _put(function.value, last, args, keywords, frame)
            return CLEAN if not own else only(own)
        case _ if last in SAME_TEXT and own:
            path = path_of(function.value)
            return only(own, frozenset({943, 915}))._replace(root=receiver.root or (((path, "same"),) if path else ()))
    return None


def _replaced(args: list[Value], value: Value) -> Value:
    """`replace("../", "")` does not clean; line breaks and quotes do what they can."""
    if len(args) >= 2 and args[0].const in {"\n", "\r", "\r\n"}:
        return cleared(value, frozenset({93, 113, 117}))
    if len(args) >= 2 and isinstance(args[0].const, str) and isinstance(args[1].const, str) and len(args[0].const) == 1:
        if args[0].const == "<" and "<" not in args[1].const:
            return cleared(value, frozenset({79, 611}))
        if args[0].const == "/" and "/" not in args[1].const:
            return cleared(value, frozenset({22, 73, 434}))
        if args[0].const == "'" and args[1].const != "'":
            return cleared(value, frozenset({89, 643}))
        if args[0].const == '"' and args[1].const == '""':
            return cleared(value, frozenset({89}))
    return value


def _put(owner: ast.expr, last: str, args: list[Value], keywords: dict[str, Value], frame: Frame) -> None:
    if last in {"set", "setdefault", "insert"} and len(args) > 1 and args[0].const is not UNKNOWN and last != "insert":
        put(owner, args[0].const if len(args) == 2 else None, args[-1], frame)
    elif last == "update" and len(args) == 1 and args[0].items and not args[0].marks:
        for key, item in args[0].items.items():
            put(owner, key, item, frame)
    elif args and (together(args) or frame.value(owner).size is not None):
        put(owner, None, Value(together(args)), frame)
    for key, value in keywords.items():
        if last == "update":
            put(owner, key, value, frame)


def _handed_on(
    node: ast.Call, name: str, receiver: Value | None, args: list[Value], keywords: dict[str, Value], given: Marks
) -> Value:
    """Calls that nobody here has read: methods give what their object holds, functions what they were given, if less surely."""
    own = everything(receiver) if receiver is not None else NO_MARKS
    last = name.rpartition(".")[2]
    library = Ref("library", "", name) if last[:1].isupper() or last in {"connect", "cursor", "Session", "session", "make_response", "make_parser", "writer"} else None
    root: tuple[tuple[str, str], ...] = receiver.root if receiver is not None and own else ()
    if name in {"urllib.parse.urlparse", "urllib.parse.urlsplit", "urlparse", "urlsplit", "yarl.URL", "httpx.URL"} and node.args:
        return only(given)._replace(root=((path_of(node.args[0]), "host"),) if path_of(node.args[0]) else ())
    matched = _regex(name, last, receiver, args)
    if matched is not None:
        return matched
    if name in {"re.compile", "regex.compile"} and args and isinstance(args[0].const, str):
        return Value(const=args[0].const, ref=Ref("library", "", "re.Pattern"))
    made = _made(name, node, args, keywords)
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
        return Value(own, ref=library, root=root)
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



def _made(name: str, node: ast.Call, args: list[Value], keywords: dict[str, Value]) -> Value | None:
    """Containers that are made of others, element by element."""
    match name, args:
        case "zip", _ if not keywords:
            return pairwise(args)
        case "enumerate", [first] if (known := elements(first)) is not None:
            return sequence([sequence([Value(const=at), each]) for at, each in enumerate(known)])
        case "enumerate", [first, *_]:
            return Value(items={"pairs of": Value(items={0: CLEAN, 1: iterated(first)}, size=2)})
        case "reversed", [first] if (known := elements(first)) is not None:
            return sequence(known[::-1])
        case ("dict" | "OrderedDict" | "collections.OrderedDict"), [first] if not keywords and (pairs := _pairs(first)) is not None:
            return Value(items=pairs)
        case ("dict" | "collections.OrderedDict"), [first] if keywords and first.items is not None and all(k.arg for k in node.keywords):
            more: dict[object, Value] = dict(keywords.items())
            return first._replace(items={**first.items, **more})
        case "dict.fromkeys", [keys, value] if (known := elements(keys)) is not None and all(each.const is not UNKNOWN for each in known):
            return Value(items={each.const: value for each in known})
        case "dict.fromkeys", [keys, value]:
            return Value(both(everything(keys), everything(value)))
        case ("list" | "deque" | "queue.Queue" | "collections.deque" | "set"), []:
            return Value(items={}, size=0 if name != "set" else None) if not keywords else None
        case ("deque" | "collections.deque"), [first, *_] if first.size is not None:
            return first
        case ("types.SimpleNamespace" | "argparse.Namespace"), []:
            return Value(items=dict(keywords.items()))
    return None


def _pairs(value: Value) -> dict[object, Value] | None:
    """The entries of `dict([(key, value), ...])`."""
    entries: dict[object, Value] = {}
    for pair in elements(value) or [CLEAN]:
        known = elements(pair)
        if known is None or len(known) != 2 or known[0].const is UNKNOWN:
            return None
        entries[known[0].const] = known[1]
    return entries


def _regex(name: str, last: str, receiver: Value | None, args: list[Value]) -> Value | None:
    """What an expression that is known lets through."""
    compiled = name == f"re.Pattern.{last}" and receiver is not None
    given = [receiver, *args] if compiled and receiver is not None else args
    if not (compiled or name in {f"re.{last}", f"regex.{last}"}) or not given or not isinstance(pattern := given[0].const, str):
        return None
    match last:
        case "sub" if len(given) > 2:
            clear = kept(pattern) if isinstance(given[1].const, str) and not any(each in given[1].const for each in "/\\'\"<;&|") else False
            of = frozenset() if isinstance(clear, bool) else clear
            return joined(cleared(Value(everything(given[2])), of), Value(everything(given[1])))
        case "match" | "fullmatch" | "search" if len(given) > 1:
            whole = everything(given[1])
            items: dict[object, Value] = {key: _part(whole, of) for key, of in groups(pattern).items()}
            return Value(whole, {"group": Value(whole, items)})
        case "findall" if len(given) > 1:
            known = groups(pattern)
            parts = [_part(everything(given[1]), of) for key, of in known.items() if isinstance(key, int) and (key or len(known) == 1)]
            return Value(together(parts))
    return None


def _part(marks: Marks, of: Cleared | bool | None) -> Value:
    return only(marks) if isinstance(of, bool) else cleared(only(marks), of)


def _group(last: str, found: Value, args: list[Value]) -> Value:
    if last == "groupdict":
        return found
    if last == "groups":
        numbered = [found.items[number] for number in range(1, 20) if found.items and number in found.items]
        return sequence(numbered)
    return element(found, args[0].const if args else 0)


def _option(owner: ast.expr, receiver: Value, args: list[Value], keywords: dict[str, Value], node: ast.Call, frame: Frame) -> Value:
    """`parser.add_argument("--size", type=int, choices=...)`: such an option holds no free text."""
    names = [arg.const for arg in args if isinstance(arg.const, str)]
    dest = keywords["dest"].const if "dest" in keywords else next((each for each in names if each.startswith("--")), names[0] if names else None)
    kinds = [ast.unparse(each.value) for each in node.keywords if each.arg == "type"]
    switch = str(keywords["action"].const).startswith(("store_", "count", "version")) if "action" in keywords else False
    if isinstance(dest, str) and ("choices" in keywords or switch or any(kind in CONVERSIONS for kind in kinds)):
        known = (receiver.items or {}).get("fields of", CLEAN).items or {}
        fields = Value(items={**known, dest.lstrip("-").replace("-", "_"): CLEAN})
        rebind(owner, receiver._replace(items={**(receiver.items or {}), "fields of": fields}), frame)
    return CLEAN


def _option_of(owner: ast.expr, last: str, receiver: Value, args: list[Value], frame: Frame) -> Value | None:
    """`config.set(section, option, value)`, `config.get(section, option)`"""
    key = args[0].const, args[1].const
    if UNKNOWN in key:
        return None
    if last == "set" and len(args) > 2:
        rebind(owner, with_part(receiver, key, args[2]), frame)
        return CLEAN
    return element(receiver, key) if last == "get" else None
