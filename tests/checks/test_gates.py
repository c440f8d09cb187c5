"""A hole at the end of a long file is found as well as one at its top; no gate of a rule gives up in silence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_release.checks import Ran
from secure_release.checks.builtin import semgrep
from secure_release.checks.gates import ALL, LETTERS, WORDS, is_long, named, readable, settled
from secure_release.checks.rulebook import BUNDLED, read_rules
from tests.fakes import context

HOLE = 'from flask import request\n\n\ndef view(cursor):\n    cursor.execute("SELECT 1 FROM t WHERE a = \'" + request.args["a"] + "\'")\n'
ROUTE = 'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/")\ndef view(cursor, name: str):\n    cursor.execute("SELECT 1 FROM t WHERE a = \'" + name + "\'")\n'
LOGGED = 'import logging\n\n\ndef login(name, password):\n    logging.info("%s logs in with %s", name, password)\n'
HOLES = {"flask": (HOLE, "sql-from-request"), "route": (ROUTE, "sql-from-request"), "logged": (LOGGED, "log-secret")}
NEARLY = "# reques reque requ re exec execut fla flas x y z s c u e r q f\n"


def padding(words: int) -> str:
    """Words that nearly are what gates look for, so that each costs the most."""
    return NEARLY * (words // len(NEARLY.split()) + 1)


@pytest.mark.slow
@pytest.mark.parametrize("words", [WORDS // 2, WORDS - 100, WORDS * 3])
def test_a_hole_is_found_wherever_it_stands_in_a_long_file(words: int, tmp_path: Path) -> None:
    pad = padding(words)
    files = {f"{where}_{name}.py": text for name, (hole, _) in HOLES.items() for where, text in (("top", hole + pad), ("end", pad + hole))}

    result = semgrep.CHECK.run(context(tmp_path, files))

    assert isinstance(result, Ran)
    assert result.gaps == ()
    assert {path for path in files if any(f.place.path == path and f.rule == HOLES[path[4:-3]][1] for f in result.findings)} == set(files)


@pytest.mark.slow
def test_a_long_file_is_judged_by_its_own_words(tmp_path: Path) -> None:
    """Beside it another one has the words that it lacks."""
    harmless = padding(WORDS * 2) + "def view(cursor, self):\n    cursor.execute('SELECT 1 WHERE a = ' + self.path)\n"
    result = semgrep.CHECK.run(context(tmp_path, {"long.py": harmless, "other.py": HOLE, "server.py": "from http.server import BaseHTTPRequestHandler\n"}))

    assert isinstance(result, Ran)
    assert {(f.place.path) for f in result.findings if f.rule == "sql-from-request"} == {"other.py"}


@pytest.mark.parametrize(
    ("expression", "text", "answer"),
    [
        (r"(?s)\A.*\b(flask|django)\b.*\z", "import os\nimport flask\n", ALL),
        (r"(?s)\A.*\b(flask|django)\b.*\z", "import os\nimport flasks\n", r"(?s)\A.*\b(flask|django)\b.*\z"),
        (r"(?s)\A\W*+(?>(?!(?:request)\b)\w++\W*+)*+\w.*\z", "a b request c", ALL),
        (r"(?s)\A\W*+(?>(?!(?:request)\b)\w++\W*+)*+\w.*\z", "a b requests c", r"(?s)\A\W*+(?>(?!(?:request)\b)\w++\W*+)*+\w.*\z"),
        (r"(?is)\A[^a-z]*+(?>(?!(?:log|key))[a-z]++[^a-z]*+)*+[a-z].*\z", "a1 B2 LOGGER c", ALL),
        (r"(?is)\A[^a-z]*+(?>(?!(?:log|key))[a-z]++[^a-z]*+)*+[a-z].*\z", "a1 B2 catalog \u212aey", r"(?is)\A[^a-z]*+(?>(?!(?:log|key))[a-z]++[^a-z]*+)*+[a-z].*\z"),
        (r"\bflask\b", "flask", r"\bflask\b"),
        (r"(?s)\A(*COMMIT)x\z", "x", r"(?s)\A(*COMMIT)x\z"),
    ],
)
def test_what_an_expression_says_of_a_file_takes_its_place(expression: str, text: str, answer: str) -> None:
    rule = {"id": "a", "pattern-sources": [{"patterns": [{"pattern-regex": expression}, {"pattern": "f(...)"}]}]}
    (there,) = settled([rule], text)
    assert there["pattern-sources"][0]["patterns"] == [{"pattern-regex": answer}, {"pattern": "f(...)"}]
    assert rule["pattern-sources"] == [{"patterns": [{"pattern-regex": expression}, {"pattern": "f(...)"}]}]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (r"(?s)\A\W*+(?>(?!(?:flask|django)\b)\w++\W*+)*+\w.*\z", {"flask", "django"}),
        (r"(?s)\A\W*+(?>(?!(?=[fd])(?:flask|django|aiohttp)\b)\w++\W*+)*+\w.*\z", {"flask", "django"}),
        (r"(?s)\A\W*+(?>(?!(?:flask|django))\w++\W*+)*+\w.*\z", set()),
        (r"(?s)\A\W*+(?>(?!(?:flask|dj.*)\b)\w++\W*+)*+\w.*\z", set()),
        (r"(?s)\A.*\b(flask|django)\b.*\z", set()),
    ],
)
def test_the_words_that_a_gate_asks_for(expression: str, words: set[str]) -> None:
    assert named(expression) == words


PIECES = ("flask", "flasks", " ", ".", "é", "_", "request", "\n", "@", "reque", "s")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_words_that_are_looked_up_are_those_that_the_expression_would_find(text: str) -> None:
    gate = r"(?s)\A\W*+(?>(?!(?=[fr])(?:flask|request)\b)\w++\W*+)*+\w.*\z"
    compiled = [re.compile(gate.removesuffix(r"\z"), flags) for flags in (0, re.ASCII)]

    (there,) = settled([{"pattern-regex": gate}], text)

    assert (there["pattern-regex"] == ALL) is any(each.match(text) is not None for each in compiled)


def test_every_whole_file_expression_of_ours_can_be_answered() -> None:
    rules = read_rules(BUNDLED, ()).rules
    spanning = {text for text in re.findall(r"'pattern-regex': '((?:[^'\\]|\\.)*)'", str(rules)) if text.startswith(r"(?s)\\A")}

    assert len(spanning) > 100
    assert [text for text in spanning if readable(text.replace("\\\\", "\\").replace("\\'", "'")) is None] == []


def test_a_long_file_is_one_of_many_words() -> None:
    assert is_long("a " * (WORDS + 1)) and is_long("a" * (LETTERS + 1))
    assert not is_long("a " * WORDS) and not is_long("a" * LETTERS)
    assert not is_long("a" * 10 * WORDS)
