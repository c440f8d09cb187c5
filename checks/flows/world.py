"""The whole project: reads functions when they are asked for, remembers what was learnt, and collects what is found."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .apply import apply
from .attributes import attribute_of
from .cleaners import SAFE_WAY
from .definitions import Definitions
from .entries import filled, is_page, with_defaults
from .expressions import value_of
from .frame import EMPTY, Env, Frame, Known, SinkPlace, Summary, TooMuch
from .log import Names
from .modules import Function, Module
from .project import Project
from .state import State
from .statements import run_body
from .stored import Unstorable, Writer
from .summaries import summed
from .telling import telling
from .value import (
    CLEAN,
    NO_GUARD,
    UNSURE,
    Cleared,
    Param,
    Ref,
    Source,
    Value,
    both,
    joined,
    marked,
)

Frame.value_of = staticmethod(value_of)
Frame.attribute_of = staticmethod(attribute_of)
Frame.run_body = staticmethod(run_body)

DEEP = 10  # summaries that wait for one another; a deeper one is read in the next round
MOST_KNOWN = 24  # sorts of callers of one function
MOST_UNSURE = 1  # functions behind a call that nobody here has read: of ten such flows in Django through two and more, none was one
HANDED = frozenset({"request", "req"})
BESIDE = re.compile(r"(^|/)(_?tests?|test_\w+|examples?|samples?|demos?|docs?|benchmarks?|tutorials?)/|(^|/)(test_\w+|\w+_test|conftest)\.py$")  # by name


class Flow(NamedTuple):
    source: Source
    sink: SinkPlace
    via: tuple[str, ...]
    sure: bool


class Whole(Definitions):
    """See `frame.World`."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.state = State(project)
        self.failed: dict[str, str] = {}  # path to why
        self._texts = Writer(project)
        self._telling: dict[Names, frozenset[str]] = {}
        self._overriding: dict[tuple[str, str, Names], bool] = {}
        self._inside: list[tuple[str, int, int]] = []  # functions inside of functions that are being read
        self._coarse = False
        self._reading: list[Names] = []

    def read(self, path: str) -> None:
        """The file but for its functions."""
        self.variables(self.project.module(path))

    def outline(self, path: str) -> None:
        """Nothing but what the file defines."""
        self.project.module(path)

    def read_some(self, path: str, names: Sequence[str]) -> None:
        """These functions of the file."""
        functions = {function.name: function for function in functions_of(self.project.module(path))}
        for name in names:
            self.summary(functions[name])

    # What frames ask.

    def summary(self, function: Function, known: Known = ()) -> Summary:
        """Of the function for every caller, or for those of whom this is known."""
        key, state = function.key, self.state
        sort = self._sort(known) if known else ""
        made = state.summary(key, sort)
        if made is not None:
            return made
        if known and state.full(key, MOST_KNOWN):
            return state.summary(key, "") or EMPTY
        if key in self._reading or len(self._reading) >= DEEP:
            state.log.unfinished.update(self._reading)
            return (state.summary(key, "") if known else None) or EMPTY
        self._reading.append(key)
        try:
            made = self._read_once(function, known)
        except (RecursionError, TooMuch) as problem:
            self._fail(function.path, problem)
            made = EMPTY
        finally:
            self._reading.pop()
        state.set_summary(key, sort, made)
        return made

    def _sort(self, known: Known) -> str:
        """The sort of callers of whom this is known."""
        try:
            return json.dumps([[name, self._texts.ref(what) if isinstance(what, Ref) else self._texts.const(what)] for name, what in known])
        except Unstorable:
            self.state.whole = False
            return repr(known)

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
        key = function.key
        self.state.log.tellings.add(key)
        known = self._telling.get(key)
        return known if known is not None else self._told(function, self.project.body(*key))

    def _told(self, function: Function, body: list[ast.stmt]) -> frozenset[str]:
        known = self._telling.get(function.key)
        if known is None:
            names = {arg.arg for arg in function.parameters()}
            known = self._telling[function.key] = frozenset(name for name in telling(body) if name in names or name.startswith("."))
        return known

    def overrides(self, ref: Ref, function: Function) -> bool:
        """Whether the class has methods of its own that the function calls."""
        key = ref.path, ref.name, function.key
        known = self._overriding.get(key)
        if known is None:
            own = self.class_of(ref)
            told = self.tells(function)
            known = self._overriding[key] = own is not None and any(f".{name}" in told for name in own.methods)
        self.state.log.outlines.add(ref.path)
        self.state.log.tellings.add(function.key)
        return known

    def standing(self, function: Function) -> None:
        """Somebody wants to know in which line the function stands."""
        self.state.log.bodies.add(function.key)

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
        body = self.project.body(function.path, function.name)
        self._told(function, body)  # while the statements are at hand
        if frame.run(body):
            frame.leave(Value(const=None))
        return summed(function, frame)

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
        if frame.depth > 2 or function.place in self._inside:
            return CLEAN  # it calls itself
        module = self.project.module(function.path)
        inner = Frame(self, module, frame.function, dict(frame.env if around is None else around), frame.depth + 1, coarse=frame.coarse)
        inner.reaches = frame.reaches
        inner.steps = frame.steps
        here, frame.module = frame.module, module
        for arg, default in with_defaults(function.args):
            inner.env[arg.arg] = values[arg.arg] if arg.arg in values else frame.value(default) if default is not None else CLEAN
        frame.module = here
        for more in (function.args.vararg, function.args.kwarg):
            if more is not None:
                inner.env[more.arg] = values.get(more.arg, CLEAN)
        inner.html = html
        self._inside.append(function.place)
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
        known = self.state.variables(module.path)
        if known is not None:
            return known
        self.state.set_variables(module.path, {})
        frame = Frame(self, module, None, {})
        try:
            try:
                frame.run(self.project.body(module.path, ""))
            except TooMuch:
                frame = Frame(self, module, None, {}, coarse=True)
                frame.run(self.project.body(module.path, ""))
        except (RecursionError, TooMuch) as problem:
            self._fail(module.path, problem)
        env = {name: value for name, value in frame.env.items() if name not in module.globals}
        self.state.set_variables(module.path, env)
        return env

    def _fail(self, path: str, problem: Exception) -> None:
        self.project.deep = self.project.deep or isinstance(problem, RecursionError)
        self.failed.setdefault(path, _why(problem))

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
        return self.state.field(path, owner, name)

    def set_field(self, path: str, owner: str, name: str, value: Value) -> None:
        if self.state.add_field(path, owner, name, value):
            self.state.log.changed.add((path, owner))

    def found(self, sink: SinkPlace, source: Source, cleared: Cleared, via: tuple[str, ...]) -> None:
        flow = Flow(source, sink, via, UNSURE not in cleared)
        if (not flow.sure and len(via) > MOST_UNSURE) or any(SAFE_WAY.search(name) for name in via):
            return
        self.state.log.flows[sink] = surest(self.state.log.flows.get(sink), flow)


def surest(known: Flow | None, flow: Flow) -> Flow:
    return flow if known is None or _rank(flow) < _rank(known) else known


def functions_of(module: Module) -> Iterator[Function]:
    yield from module.functions.values()
    for each in module.classes.values():
        yield from each.methods.values()


def _rank(flow: Flow) -> tuple[bool, bool, bool, int, Source, tuple[str, ...]]:
    """From the product before one from its tests and examples, the surest first, a client before the command line, then the shortest way."""
    return BESIDE.search(flow.source.path) is not None, not flow.sure, flow.source.kind != "client", len(flow.via), flow.source, flow.via


def _why(problem: Exception) -> str:
    return "nested too deep to be followed" if isinstance(problem, RecursionError) else "a function is too large to be followed"
