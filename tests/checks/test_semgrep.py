"""semgrep with the rules of the house and of the user, for real: what loads, what is refused, what is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_release.checks import Broken, Ran, SourceFile
from secure_release.checks.builtin import semgrep
from secure_release.checks.finding import Confidence, Severity
from secure_release.checks.rulebook import BUNDLED, Rulebook, RuleError, read_rules
from tests.fakes import context

BAD = "import hashlib\n\nhashlib.md5(b'')  # nosemgrep\n"
OWN = """rules:
  - id: no-print
    languages: [python]
    message: No printing.
    severity: ERROR
    pattern: print(yes, ...)
    metadata:
      cwe: ["CWE-532: Insertion of Sensitive Information into Log File"]
      confidence: LOW
  - id: page-safe
    languages: [generic]
    message: No safe filter.
    severity: INFO
    pattern: "| safe"
    paths: {include: ["*.html"]}
"""
REFUSED = {
    "no rule in it": ("rules: []\n", "no rule at all"),
    "not YAML": ("rules:\n  - id: x\n   y", "own.yml"),
    "not a rule file": ("- 1\n", "own.yml"),
    "an id that stands twice": (OWN.replace("no-print", "page-safe"), "page-safe (own.yml)"),
    "an id of ours": (OWN.replace("no-print", "hash-weak"), "hash-weak"),
    "an unknown language": (OWN.replace("generic", "cobol"), "cobol"),
    "a pattern that does not parse": (OWN.replace("print(yes, ...)", "def ((("), "no-print"),
}


def own(folder: Path, text: str) -> dict[str, object]:
    (folder / "own.yml").write_text(text)
    return {"rules": (str(folder / "own.yml"),)}


# Semgrep's native entry reads it as Python, and not a word of it parses.
TEMPLATE = """{% extends "a.html" %}
{% block a %}
  {% url "x" as y %}{% if y %}<a href="{{ y }}">{% t "d" %}</a> / {% endif %}{% t "password" %} /
  <form id="o" method="post">
{% endblock %}
"""


@pytest.mark.slow
def test_everything_given_is_scanned_whatever_the_project_says(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        ".semgrepignore": "*\n",
        ".gitignore": "*\n",
        "tests/a b.py": BAD,
        "vendor/ä.py": BAD,
        ".hidden/c.py": BAD,
        "big.py": BAD + "# " + "x" * 1_200_000 + "\n",
        "tool": "#!/usr/bin/env python3\n" + BAD,
        "latin.py": b"# -*- coding: latin-1 -*-\nX = '\xe9'\n",
        "new.py": 'X = f"{f"{1}"}"\n',
        "page.html": "{{ x | safe }}\n",
        "admin.html": TEMPLATE,
        "other.txt": "print(yes, 1)\n",
    }
    files["printing.py"] = "print(yes, 1)\nprint(True, 1)\n"
    result = semgrep.CHECK.run(context(tmp_path, files, options=own(tmp_path, OWN)))
    assert isinstance(result, Ran), result
    looked_for = {"hash-weak", "page-safe", "no-print"}
    seen = {(f.place.path, f.rule, f.place.line) for f in result.findings if f.rule in looked_for}
    weak = {("tests/a b.py", 3), ("vendor/ä.py", 3), (".hidden/c.py", 3), ("big.py", 3), ("tool", 4)}
    assert seen == {
        *((path, "hash-weak", line) for path, line in weak),
        ("page.html", "page-safe", 1),
        ("printing.py", "no-print", 1),
    }
    assert set(result.looked_at) | {g.subject for g in result.gaps} == set(files) - {".semgrepignore", ".gitignore", "other.txt"}
    assert {g.subject for g in result.gaps} <= {"new.py"}  # Python 3.12 and later read it
    printing = next(f for f in result.findings if f.rule == "no-print")
    assert (printing.severity, printing.confidence, printing.weakness) == (Severity.HIGH, Confidence.LOW, "CWE-532")


@pytest.mark.slow
@pytest.mark.parametrize(("text", "told"), REFUSED.values(), ids=REFUSED)
def test_rules_that_cannot_be_used_are_no_answer(text: str, told: str, tmp_path: Path) -> None:
    result = semgrep.CHECK.run(context(tmp_path, {"a.py": "X = 1\n"}, options=own(tmp_path, text)))
    assert isinstance(result, Broken), result
    assert told in result.reason
    assert result.remedy


def test_no_rule_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no rule"):
        read_rules(tmp_path, ())


def test_a_rule_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"gone\.yml"):
        read_rules(tmp_path, (str(tmp_path / "gone.yml"),))


def test_the_rules_of_the_house_hold_what_reports_need() -> None:
    for rule in read_rules(BUNDLED, ()).rules:
        metadata = rule["metadata"]
        assert metadata["cwe"].startswith("CWE-"), rule["id"]
        assert Severity(metadata["severity"]).rank >= Severity.LOW.rank, rule["id"]
        assert Confidence(metadata["confidence"]), rule["id"]
        assert metadata["fix"], rule["id"]


WANTED = {
    "python": (("src/a.py", "a.pyw"), ("a.txt",), {}),
    "javascript": (("a.js", "a.mjs"), ("a.py",), {}),
    "generic": (("a.txt", "b/c"), (), {}),
    "regex": (("t/a.html", "t/b/c.html"), ("a.txt", "t/x.html"), {"include": ["*.html"], "exclude": ["t/x.html"]}),
    "yaml": (("charts/a.yaml",), ("a.yaml",), {"include": ["charts/"]}),
}


@pytest.mark.parametrize("language", WANTED)
def test_the_rules_say_which_files_they_are_for(language: str) -> None:
    yes, no, paths = WANTED[language]
    book = Rulebook(({"id": "x", "languages": [language], "paths": paths},), ())
    for path, wanted in (*((p, True) for p in yes), *((p, False) for p in no)):
        assert book.wants(SourceFile(path, 1, "", binary=False, python=False, executable=False)) is wanted, path


HOSTILE = {
    "open for ever": "(" * 5000,
    "deep": "a = " + "[" * 1000,
    "with NUL": "x = '\0'",
    "signs": "-" * 100_000 + "1",
    "dots": "x" + ".a" * 200_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_named_and_takes_nothing_else_with_it(source: str, tmp_path: Path) -> None:
    unread = semgrep.not_compiling(context(tmp_path, {"hostile.py": source, "good.py": "X = 1\n"}))
    assert not isinstance(unread, Broken)
    assert set(unread) == {"hostile.py"}
