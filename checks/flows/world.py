"""The whole project: reads functions when they are asked for, remembers what was learnt, and collects what is found."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from .apply import apply
from .cleaners import SAFE_WAY
from .entries import filled, is_page, with_defaults
from .expressions import attribute_of, value_of
from .frame import EMPTY, Env, Exit, Frame, Known, SinkPlace, Summary, TooMuch
from .modules import Class, Function, Module, Project, Unreadable
from .statements import run_body
from .telling import telling
from .value import (
    CLEAN,
    NO_EFFECTS,
    NO_GUARD,
    UNSURE,
    Cleared,
    Effects,
    Guard,
    Marks,
    Origin,
    Param,
    Ref,
    Source,
    Value,
    both,
    everything,
    joined,
    marked,
)

Frame.value_of = staticmethod(value_of)
Frame.attribute_of = staticmethod(attribute_of)
Frame.run_body = staticmethod(run_body)

DEEP = 10  # summaries that wait for one another; a deeper one is read in the next round
ROUNDS = 3
MOST_KNOWN = 24  # sorts of callers of one function
MOST_UNSURE = 1  # functions behind a call that nobody here has read: of ten such flows in Django through two and more, none was one
HANDED = frozenset({"request", "req"})


class Flow(NamedTuple):
    source: Source
    sink: SinkPlace
    via: tuple[str, ...]
    sure: bool


class Whole:
    """See `frame.World`."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.flows: dict[SinkPlace, Flow] = {}
        self.failed: dict[str, str] = {}  # path to why
        self._summaries: dict[tuple[str, str], dict[Known, Summary]] = defaultdict(dict)
        self._telling: dict[tuple[str, str], frozenset[str]] = {}
        self._inside: list[int] = []  # functions inside of functions that are being read
        self._coarse = False
        self._reading: list[tuple[str, str]] = []
        self._unfinished: set[tuple[str, str]] = set()
        self._variables: dict[str, Env] = {}
        self._fields: dict[tuple[str, str], dict[str, Value]] = defaultdict(dict)
        self._changed: set[tuple[str, str]] = set()  # classes whose fields learnt something
        self._resolved: dict[tuple[str, str], Value] = {}

    def read(self, path: str) -> None:
        """Every function of this file."""
        module = self.project.module(path)
        self.variables(module)
        for function in _functions(module):
            self.summary(function)

    def read_again(self) -> None:
        """The functions that asked for what was not known yet."""
        for _ in range(ROUNDS - 1):
            again, changed = self._unfinished, self._changed
            self._unfinished, self._changed = set(), set()
            shared = {path for path, module in self.project.loaded() if "flask.g" in module.imports.values()} if ("", "flask.g") in changed else set()
            changed |= {(path, "") for path in shared}
            todo = [
                function
                for path in sorted({path for path, _ in again | changed} - {""})
                for function in _functions(self.project.module(path))
                if function.key in again or (path, function.owner) in changed or (path, "") in changed
            ]
            for function in todo:
                self._summaries.pop(function.key, None)
            for function in todo:
                self.summary(function)

    # What frames ask.

    def summary(self, function: Function, known: Known = ()) -> Summary:
        """Of the function for every caller, or for those of whom this is known."""
        own = self._summaries[function.key]
        made = own.get(known)
        if made is not None or (known and len(own) > MOST_KNOWN):
            return made or own.get((), EMPTY)
        if function.key in self._reading or len(self._reading) >= DEEP:
            self._unfinished.update(self._reading)
            return own.get((), EMPTY)
        self._reading.append(function.key)
        try:
            made = self._read_once(function, known)
        except (RecursionError, TooMuch) as problem:
            self.failed.setdefault(function.path, _why(problem))
            made = EMPTY
        finally:
            self._reading.pop()
        self._summaries[function.key][known] = made
        return made

    def _read_once(self, function: Function, known: Known) -> Summary:
        """A function that is too large is read again with less care: loops once, functions inside of it only where they stand."""
        try:
            return self._read(function, known)
        except TooMuch:
            if self._coarse:
                raise
        self._coarse = True
        try:
            return self._read(function, known)
        finally:
            self._coarse = False

    def tells(self, function: Function) -> frozenset[str]:
        """The parameters that decide what the function does."""
        known = self._telling.get(function.key)
        if known is None:
            names = {arg.arg for arg in function.parameters()}
            told = telling(self.project.body(function.path, function.name))
            known = self._telling[function.key] = frozenset(name for name in told if name in names or name.startswith("."))
        return known

    def overrides(self, ref: Ref, function: Function) -> bool:
        """Whether the class has methods of its own that the function calls."""
        own = self.class_of(ref)
        return own is not None and any(f".{name}" in self.tells(function) for name in own.methods)

    def _read(self, function: Function, known: Known) -> Summary:
        module = self.project.module(function.path)
        frame = Frame(self, module, function, {}, coarse=self._coarse)
        frame.env = self._parameters(function, module)
        for name, what in known:
            if not isinstance(what, Ref):
                frame.env[name] = Value(const=what)
            else:
                frame.env[name] = frame.env[name]._replace(ref=what)
        frame.html = is_page(function, module)
        if frame.run(self.project.body(function.path, function.name)):
            frame.leave(Value(const=None))
        return _summary(function, frame)

    def _parameters(self, function: Function, module: Module) -> Env:
        given = filled(function, module, self)
        env: Env = {}
        for at, arg in enumerate(function.parameters()):
            value = marked(Param(arg.arg, ()))
            known = given.get(arg.arg)
            if known is not None:
                value = Value(both(value.marks, known.marks), known.items, ref=known.ref)
            if at == 0 and function.owner and not function.static:
                value = value._replace(ref=Ref("instance", function.path, function.owner))
            env[arg.arg] = value
        return env

    def entered(self, function: Function, frame: Frame) -> None:
        """A function is defined inside of another: what a client and the variables around give it."""
        values = filled(function, frame.module, self)
        html, frame.html = frame.html, is_page(function, frame.module)
        self.inside(function, values, frame, html=frame.html)
        frame.html = html

    def inside(self, function: Function, values: Env, frame: Frame, around: Env | None = None, html: bool = False) -> Value:
        """Reads a function with the variables of the one around it, or with those that it took along."""
        if frame.depth > 2 or id(function.args) in self._inside:
            return CLEAN  # it calls itself
        module = frame.module if around is None else self.project.module(function.path)
        inner = Frame(self, module, frame.function, dict(frame.env if around is None else around), frame.depth + 1, coarse=frame.coarse)
        inner.reaches = frame.reaches
        inner.steps = frame.steps
        defaults = with_defaults(function.args)
        for arg, default in defaults:
            inner.env[arg.arg] = values[arg.arg] if arg.arg in values else frame.value(default) if default is not None else CLEAN
        for more in (function.args.vararg, function.args.kwarg):
            if more is not None:
                inner.env[more.arg] = values.get(more.arg, CLEAN)
        inner.html = html
        self._inside.append(id(function.args))
        try:
            inner.run(list(function.body or ()))
        finally:
            self._inside.pop()
            frame.steps = inner.steps
        for name in inner.shared if around is None else ():
            if name in frame.env and name in inner.env:
                frame.env[name] = joined(frame.env[name], inner.env[name])
        result = CLEAN
        for each in inner.exits:
            result = joined(result, each.value) if result is not CLEAN else each.value
        return result._replace(guard=NO_GUARD)

    def variables(self, module: Module) -> Env:
        """What the module's own body gives its names."""
        known = self._variables.get(module.path)
        if known is not None:
            return known
        self._variables[module.path] = {}
        frame = Frame(self, module, None, {})
        try:
            try:
                frame.run(self.project.body(module.path, ""))
            except TooMuch:
                frame = Frame(self, module, None, {}, coarse=True)
                frame.run(self.project.body(module.path, ""))
        except (RecursionError, TooMuch) as problem:
            self.failed.setdefault(module.path, _why(problem))
        env = {name: value for name, value in frame.env.items() if name not in module.globals}
        self._variables[module.path] = env
        return env

    def look_up(self, dotted: str, near: str) -> Value:
        """What an imported name stands for in the project; nothing is known of other packages' names."""
        key = (dotted, near)
        known = self._resolved.get(key)
        if known is None:
            known = self._resolved[key] = self._look_up(dotted, near)
        return known

    def _look_up(self, dotted: str, near: str) -> Value:
        found = self.project.definition(dotted, near)
        if found is None:
            return CLEAN
        module, rest = found
        if not rest:
            return Value(ref=Ref("module", module.path, module.name))
        if rest in module.functions:
            return Value(ref=Ref("function", module.path, rest))
        head, _, method = rest.partition(".")
        if head in module.classes:
            if method in module.classes[head].methods:
                return Value(ref=Ref("function", module.path, f"{head}.{method}"))
            return Value(ref=Ref("class", module.path, head)) if not method else CLEAN
        return self.variables(module).get(head, CLEAN) if not method else CLEAN

    def function(self, ref: Ref) -> Function | None:
        try:
            module = self.project.module(ref.path)
        except Unreadable:
            return None
        if ref.name in module.functions:
            return module.functions[ref.name]
        owner, _, name = ref.name.rpartition(".")
        return module.classes[owner].methods.get(name) if owner in module.classes else None

    def module(self, path: str) -> Module:
        return self.project.module(path)

    def class_of(self, ref: Ref) -> Class | None:
        if ref.kind not in {"instance", "class", "super"}:
            return None
        try:
            return self.project.module(ref.path).classes.get(ref.name)
        except Unreadable:
            return None

    def method(self, ref: Ref, name: str) -> Function | None:
        """By the class, then by its bases in the project."""
        seen: list[Ref] = [ref]
        first = ref.kind != "super"
        for each in seen:
            found = self.class_of(each)
            if found is None:
                continue
            if name in found.methods and (first or each is not ref):
                return found.methods[name]
            for base in found.bases if len(seen) < 12 else ():
                value = self._base(base, each.path)
                if value.ref is not None and value.ref.kind == "class" and value.ref not in seen:
                    seen.append(value.ref)
        return None

    def _base(self, name: str, path: str) -> Value:
        module = self.project.module(path)
        name = name.partition("[")[0]
        if name in module.classes:
            return Value(ref=Ref("class", path, name))
        head, _, rest = name.partition(".")
        if head not in module.imports:
            return CLEAN
        return self.look_up(f"{module.imports[head]}.{rest}" if rest else module.imports[head], path)

    def set_property(self, owner: ast.Name, name: str, value: Value, frame: Frame) -> bool:
        """Whether the class has a method that is called when this attribute is set; then it was."""
        known = frame.env[owner.id]
        ref = known.ref
        method = self.method(ref, f"{name}.set") if ref is not None and ref.kind == "instance" else None
        names = [arg.arg for arg in method.parameters()] if method is not None else []
        if method is None or len(names) < 2:
            return False
        apply(method, {names[0]: known, names[1]: value}, frame, {names[0]: owner})
        return True

    def field(self, path: str, owner: str, name: str) -> Value:
        return self._fields[path, owner].get(name, CLEAN) if (path, owner) in self._fields else CLEAN

    def set_field(self, path: str, owner: str, name: str, value: Value) -> None:
        fields = self._fields[path, owner]
        known = fields.get(name)
        new = value if known is None else joined(known, value)
        if new != known:
            fields[name] = new
            self._changed.add((path, owner))

    def found(self, sink: SinkPlace, source: Source, cleared: Cleared, via: tuple[str, ...]) -> None:
        flow = Flow(source, sink, via, UNSURE not in cleared)
        if (not flow.sure and len(via) > MOST_UNSURE) or any(SAFE_WAY.search(name) for name in via):
            return
        known = self.flows.get(sink)
        if known is None or _rank(flow) < _rank(known):
            self.flows[sink] = flow


def _functions(module: Module) -> Iterator[Function]:
    yield from module.functions.values()
    for each in module.classes.values():
        yield from each.methods.values()


def _rank(flow: Flow) -> tuple[bool, bool, int, Source]:
    """The surest first, a client before the command line, then the shortest way."""
    return not flow.sure, flow.source.kind != "client", len(flow.via), flow.source


def _why(problem: Exception) -> str:
    return "nested too deep to be followed" if isinstance(problem, RecursionError) else "a function is too large to be followed"


def _summary(function: Function, frame: Frame) -> Summary:
    exits = frame.exits
    if not exits:
        return Summary(CLEAN, tuple(frame.reaches.values()), {}, NO_EFFECTS)
    result = exits[0].value
    for each in exits[1:]:
        result = joined(result, each.value)
    names = [arg.arg for arg in function.parameters()]
    effects = {name: value for name in names if (value := _effect(name, exits, frame)) is not None}
    fixed = [name for name in names if name not in frame.rebound]
    checked = _common([_cleared(each.env, fixed) for each in exits])
    return Summary(result._replace(guard=_guard(exits, fixed), root=()), tuple(frame.reaches.values()), effects, checked)


def _effect(name: str, exits: list[Exit], frame: Frame) -> Value | None:
    """The object of a parameter, when the function put something into it."""
    if name in frame.rebound or name in HANDED:
        return None
    values = [each.env[name] for each in exits if name in each.env]
    result = CLEAN
    for value in values:
        result = joined(result, value) if result is not CLEAN else value
    items = {key: new for key, item in (result.items or {}).items() if (new := _brought(item, name)) != CLEAN}
    marks: Marks = {origin: known for origin, known in result.marks.items() if not _of(origin, name)}
    return Value({**marks, Param(name, ()): frozenset()}, items, ref=result.ref) if items or marks else None


def _brought(value: Value, name: str) -> Value:
    """What comes from elsewhere than the object itself: what its parts say of each other is not told the callers."""
    marks: Marks = {origin: known for origin, known in value.marks.items() if not _of(origin, name)}
    items = {key: new for key, item in (value.items or {}).items() if (new := _brought(item, name)) != CLEAN}
    return Value(marks, items or None, ref=value.ref)


def _of(origin: Origin, name: str) -> bool:
    return isinstance(origin, Param) and origin.name == name


def _cleared(env: Env, names: list[str]) -> Effects:
    """What each parameter is cleared of, where it started with nothing cleared."""
    effects: dict[str, Cleared | None] = {}
    for name in names:
        value = env.get(name)
        if value is None:
            continue
        known = value.marks.get(Param(name, ()))
        if known is None and not everything(value):
            effects[name] = None
        elif known:
            effects[name] = known
    return effects


def _common(parts: list[Effects]) -> Effects:
    first, *rest = parts
    result: dict[str, Cleared | None] = {}
    for name, of in first.items():
        if all(name in other for other in rest):
            sets = [each for each in (of, *(other[name] for other in rest)) if each is not None]
            result[name] = frozenset.intersection(*sets) if sets else None
    return result


def _guard(exits: list[Exit], names: list[str]) -> Guard:
    """What a caller learns when the result is true, and when it is not."""
    true, false = [], []
    for each in exits:
        env = _cleared(each.env, names)
        const = each.value.const
        known = isinstance(const, bool) or const is None
        if not (known and not const):
            true.append(_sum(env, each.guard.true))
        if not (known and const):
            false.append(_sum(env, each.guard.false))
    if len(true) == len(exits) == len(false):
        simple = len(exits) == 1 and exits[0].guard != NO_GUARD
        if not simple:
            return NO_GUARD
    names_only = set(names)
    made = Guard(_common(true) if true else NO_EFFECTS, _common(false) if false else NO_EFFECTS)
    return Guard({n: o for n, o in made.true.items() if n in names_only}, {n: o for n, o in made.false.items() if n in names_only})


def _sum(one: Effects, other: Effects) -> Effects:
    result = dict(one)
    for name, of in other.items():
        known = result.get(name, frozenset())
        result[name] = None if of is None or known is None else known | of
    return result
