"""What must hold of every program: a change that does not matter changes nothing, and nothing makes the reader crash."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secure_release.checks.flows.child import look

STEPS = st.sampled_from(
    ["{0} = {1} + 'x'", "{0} = f'a {{{1}}}'", "{0} = [{1}, 'b'][0]", "{0} = {{'k': {1}}}['k']", "{0} = {1}[1:]", "{0} = ''.join([{1}])",
     "{0} = {1}.strip()", "{0} = hand_on({1})", "{0} = '%s' % {1}", "{0}, other = {1}, 1", "{0} = {1} or ''"]
)  # fmt: skip
NOISE = st.sampled_from(["pass", "n = 1", "for i in range(3): n = i", "if n0: n = 2", "print('x')", "m = {'a': [1, 2]}", "with open('f') as f: f.read()"])
CLEANERS = st.sampled_from(["{0} = str(int({0}))", "if {0} not in ('a', 'b'): raise ValueError", "import shlex; {0} = shlex.quote({0})", "{0} = 'fixed'"])
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def rules(text: str) -> list[str]:
    with TemporaryDirectory() as folder:
        (Path(folder) / "web.py").write_text(text, encoding="utf-8")
        answer = look(Path(folder), ["web.py"])
        assert answer["reasons"] == {}
        return sorted(flow["rule"] for flow in answer["flows"])


def program(steps: list[str], noise: list[str], names: str = "v", cleaner: str = "") -> str:
    lines = ["import os", "from flask import request", "n0 = 1", "def hand_on(text):", "    return text", "def view():", f"    {names}0 = request.args['q']"]
    for at, step in enumerate(steps):
        lines.append("    " + step.format(f"{names}{at + 1}", f"{names}{at}"))
        lines += ["    " + noise[at]] if at < len(noise) else []
    last = f"{names}{len(steps)}"
    lines += ["    " + cleaner.format(last)] if cleaner else []
    return "\n".join([*lines, f"    os.system({last})"]) + "\n"


@QUICK
@given(st.lists(STEPS, max_size=6), st.lists(NOISE, max_size=6))
def test_a_straight_way_is_found_whatever_stands_between(steps: list[str], noise: list[str]) -> None:
    assert rules(program(steps, noise)) == ["shell-flow"]


@QUICK
@given(st.lists(STEPS, max_size=6), st.lists(NOISE, max_size=6), CLEANERS)
def test_what_was_cleaned_at_the_end_is_not_found(steps: list[str], noise: list[str], cleaner: str) -> None:
    assert rules(program(steps, noise, cleaner=cleaner)) == []


@QUICK
@given(st.lists(STEPS, max_size=5), st.sampled_from(["a", "value_", "été", "x1"]))
def test_names_do_not_matter(steps: list[str], names: str) -> None:
    assert rules(program(steps, [], names=names)) == ["shell-flow"]


@QUICK
@given(st.lists(STEPS, min_size=1, max_size=6), st.integers(0, 5), st.booleans())
def test_a_part_that_becomes_a_function_changes_nothing(steps: list[str], at: int, cleaned: bool) -> None:
    at = min(at, len(steps) - 1)
    taken = steps[at].format("r", "p")
    head = f"def taken_out(p):\n    {taken}\n    return r\n"
    text = program([*steps[:at], "{0} = taken_out({1})", *steps[at + 1 :]], [], cleaner="{0} = int({0})" if cleaned else "")
    assert rules(head + text) == ([] if cleaned else ["shell-flow"])


EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "1", "'a'", "request.args['q']", "None", "self", "b'x'", "..."]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} + {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})[{p[1]}]"),
        st.tuples(inner, inner).map(lambda p: f"f({p[0]}, *{p[1]}, k={p[0]}, **{p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"{{{p[0]}: {p[1]}, **{p[0]}}}"),
        st.tuples(inner, inner).map(lambda p: f"[{p[0]} for y, *z in {p[1]} if {p[0]} in {p[1]}]"),
        st.tuples(inner, inner).map(lambda p: f"(lambda x, /, *a, k={p[0]}, **b: {p[1]})({p[0]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[0]})"),
        st.tuples(inner, inner).map(lambda p: f"(w := {p[0]} if not {p[1]} is None else 1)"),
        inner.map(lambda e: f"({e}).get({e}, 1)"),
        inner.map(lambda e: f"f'{{{e}!r:>{{x}}}}'" if "'" not in e else e),
        inner.map(lambda e: f"({e}).x.append({e})"),
        inner.map(lambda e: f"os.system({e})"),
        inner.map(lambda e: f"({e})[1:{e}:2]"),
        inner.map(lambda e: f"super().go({e})"),
    ),
    max_leaves=8,
)
STATEMENTS = st.one_of(
    EXPRESSIONS.map(lambda e: f"x = {e}"),
    EXPRESSIONS.map(lambda e: f"x, (y, *z) = {e}"),
    EXPRESSIONS.map(lambda e: f"x.a.b[{e}] = self.c = {e}"),
    EXPRESSIONS.map(lambda e: f"x += {e}"),
    EXPRESSIONS.map(lambda e: f"return {e}"),
    EXPRESSIONS.map(lambda e: f"if {e}: x = {e}\n        else: return"),
    EXPRESSIONS.map(lambda e: f"for x in {e}: self.go({e})"),
    EXPRESSIONS.map(lambda e: f"with {e} as x: pass"),
    EXPRESSIONS.map(lambda e: f"def inner(a={e}, *b, **c): return inner(x, {e})"),
    EXPRESSIONS.map(lambda e: f"assert {e}, {e}"),
    EXPRESSIONS.map(lambda e: f"del x[{e}], x"),
    EXPRESSIONS.map(lambda e: f"yield {e}"),
    EXPRESSIONS.map(lambda e: f"try: x = {e}\n        except E as x: raise F({e}) from x\n        finally: x = {e}"),
    EXPRESSIONS.map(lambda e: f"match {e}:\n            case {{'a': x, **y}}: pass\n            case C(1, k=x) if {e}: pass"),
)  # fmt: skip


@QUICK
@given(st.lists(STATEMENTS, min_size=1, max_size=6))
def test_no_program_makes_the_reader_crash(statements: list[str]) -> None:
    body = "".join(f"        {statement}\n" for statement in statements)
    text = f"import os\nfrom flask import request\nclass C(D):\n    def go(self, x, *y, k=1, **z):\n{body}C(request.args).go(1)\n"
    with TemporaryDirectory() as folder:
        (Path(folder) / "web.py").write_text(text, encoding="utf-8")
        assert set(look(Path(folder), ["web.py"])["reasons"]) <= {"web.py"}


@pytest.mark.parametrize("package", ["http", "email", "json", "logging", "wsgiref", "xmlrpc"])
def test_the_standard_library_is_read(package: str) -> None:
    root = Path(sysconfig.get_path("stdlib")) / package
    paths = sorted(str(path.relative_to(root)) for path in root.rglob("*.py"))
    answer = look(root, paths)
    assert (answer["count"], answer["reasons"]) == (len(paths), {})
