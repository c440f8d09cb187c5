"""A rule that is not asked about a file could not have spoken: what its words say, and what semgrep itself says."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_release.checks import Ran
from secure_release.checks.builtin import semgrep
from secure_release.checks.gates import ASCII_WORD, readable
from secure_release.checks.openings import WALK, Openings, names, needed
from secure_release.checks.rulebook import BUNDLED, read_rules
from tests.fakes import context

RULES = read_rules(BUNDLED, ()).rules
SPANNING = sorted({text.replace("\\\\", "\\").replace("\\'", "'") for text in re.findall(r"'pattern-regex': '((?:[^'\\]|\\.)*)'", str(RULES))})
GATES = [text for text in SPANNING if text.startswith(("(?s)\\A", "(?is)\\A")) and text.endswith("\\z") and readable(text)]
WORDS = sorted({word for gate in GATES for word in ASCII_WORD.findall(gate)})
SIGNS = ("é", " ", "\n", ".", "(", ")", "=", '"', "'", "-", "/", "_", ":", "{", "@", "<", "0", "[", "ſ", "\u212a")

PATTERNS = {
    "a call": ("os.system($X, ..., shell=True)", {"os", "system", "shell"}),
    "a text's own words are no names": ('$F("select x", f"{$Y} z", rb\'w\')', set()),
    "a view": ("@$APP.route(...)\ndef $VIEW(request, ..., $ID, ...):\n    ...\n    return send($ID)\n", {"route", "request", "send"}),
    "a type, of which semgrep knows more": ("($R: flask.Request).args", {"args"}),
    "a remark": ("eval($X)  # never do that", {"eval"}),
    "words of the language": ("for $X in $Y:\n    yield not None if True else await self.a", {"a"}),
    "over lines": ('"""a\nb"""\nopen($X)', {"open"}),
    "a text that does not end": ("f('", set()),
    "numbers": ("$X.umask(0o777, 1e5, 0xff)", {"umask"}),
}


@pytest.mark.parametrize(("pattern", "expected"), PATTERNS.values(), ids=PATTERNS)
def test_the_words_that_a_pattern_can_not_do_without(pattern: str, expected: set[str]) -> None:
    assert names(pattern) == expected


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from((*WORDS, *SIGNS)), max_size=12).map("".join), st.sampled_from(GATES))
def test_where_a_gate_opens_stands_what_it_needs(text: str, gate: str) -> None:
    _holds(text, gate)


def test_each_gate_opens_to_the_specimens_only_with_what_it_needs() -> None:
    for path in sorted((Path(__file__).parent.parent / "rules" / "specimens").glob("[ad]*.py")):
        text = path.read_text(encoding="utf-8")
        for gate in GATES:
            _holds(text, gate)


def _holds(text: str, gate: str) -> None:
    compiled = readable(gate)
    assert compiled is not None
    if any(re.compile(compiled.pattern, flags).search(text) for flags in (0, re.ASCII)):
        pieces = needed(gate)
        assert not pieces or any(piece in text.lower() for piece in pieces)


def test_most_gates_say_what_they_need() -> None:
    known = [gate for gate in GATES if needed(gate)]
    assert len(known) > 0.9 * len(GATES) > 100
    assert any(WALK.fullmatch(gate) for gate in known) and not all(WALK.fullmatch(gate) for gate in known)


FORMULAS = {
    "all": ({"patterns": [{"pattern": "a($X)"}, {"pattern-not": "b($X)"}, {"pattern-inside": "c($X)"}]}, {"a c": True, "a b": False}),
    "any": ({"pattern-either": [{"pattern": "a($X)"}, {"patterns": [{"pattern": "b($X)"}]}]}, {"a": True, "b": True, "c": False}),
    "any of anything": ({"pattern-either": [{"pattern": "a($X)"}, {"pattern": "$F(...)"}]}, {"x": True}),
    "data": ({"mode": "taint", "pattern-sources": [{"pattern": "a"}], "pattern-sinks": [{"pattern": "b($X)"}]}, {"a b": True, "a": False, "b": False}),
    "another language": ({"pattern": "a($X)", "languages": ["javascript"]}, {"x": True}),
    "a language beside": ({"pattern": "a($X)", "languages": ["python", "javascript"]}, {"x": True}),
    "a gate": ({"patterns": [{"pattern-regex": r"(?s)\A.*(flask|django).*\z"}, {"pattern": "$F()"}]}, {"import flasks": True, "import os": False}),
    "no gate": ({"pattern-regex": "flask"}, {"x": True}),
    "what we do not know": ({"match": {"all": ["a"]}, "taint": {}, "join": {}}, {"x": True}),
    "malformed": ({"pattern-either": None, "patterns": 1, "pattern": None, "languages": None}, {"x": True}),
}


@pytest.mark.parametrize(("formula", "answers"), FORMULAS.values(), ids=FORMULAS)
def test_which_rules_may_speak_of_a_text(formula: dict[str, object], answers: dict[str, bool]) -> None:
    openings = Openings([{"id": "never", "pattern": "nowhere()", "languages": ["python"]}, {"languages": ["python"], **formula}])
    assert {text: openings.speaking(text) for text in answers} == {text: frozenset({1} if may else ()) for text, may in answers.items()}


ODD = ("a b.py", "[x].py", "{y}.py", "!not.py", "#no.py", "ä/é.py", "back\\slash.py", "star*.py", "$a/~.py", "-dash/-x.py", "(a|b).py", "deep/er/in/x.py")


@pytest.mark.slow
def test_a_rule_that_is_told_of_few_files_reaches_each_whatever_its_name(tmp_path: Path) -> None:
    hole = "import pickle\nfrom flask import request\n\n\ndef view():\n    return pickle.loads(request.data)\n"
    files = {**dict.fromkeys(ODD, hole), "none.py": "X = 1\n"}
    result = semgrep.CHECK.run(context(tmp_path, files))

    assert isinstance(result, Ran), result
    assert {finding.place.path for finding in result.findings if finding.rule == "deserialize-from-request"} == set(ODD)
    assert set(result.looked_at) == set(files)


PATHS = ("oracle/", "/oracle/", "a/oracle", "a/*", "a/*.py", "a/**", "/a/oracle/*.py", "**/deep/**", "*.py", "x.py", "/x.py", "x.py/", "[ax].py", "oracle/x.py", "a*")
TREE = ("x.py", "a/x.py", "a/oracle/x.py", "a/oracle/deep/x.py", "b/a/oracle/y.py")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["include", "exclude"])
def test_a_rule_for_some_paths_speaks_of_the_files_that_semgrep_means(kind: str, tmp_path: Path) -> None:
    """In a repository, which our copy of the release is not: there its native entry finds no folder."""
    rules = [
        {"id": f"own-{number}", "languages": ["python"], "severity": "ERROR", "message": "m", "pattern": "hole()", "paths": {kind: [glob]}}
        for number, glob in enumerate(PATHS)
    ]
    (tmp_path / "own.yml").write_text(json.dumps({"rules": rules}))
    given = context(tmp_path / "ours", dict.fromkeys(TREE, "hole()\n"), options={"rules": (str(tmp_path / "own.yml"),)})
    ours = semgrep.CHECK.run(given)
    subprocess.run(("git", "init", "-q"), cwd=given.tree, check=True)
    program = str(given.tools.find("semgrep"))
    plain = subprocess.run(
        (program, "scan", "--json", "--quiet", "--metrics=off", "--disable-version-check", "--no-rewrite-rule-ids", "--config", str(tmp_path / "own.yml"), *TREE),
        cwd=given.tree, capture_output=True, check=True,
    )  # fmt: skip

    assert isinstance(ours, Ran)
    found = {(finding.rule, finding.place.path) for finding in ours.findings if finding.rule.startswith("own-")}
    assert found == {(result["check_id"], result["path"]) for result in json.loads(plain.stdout)["results"]}
    assert len(found) > len(PATHS)
