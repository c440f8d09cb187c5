"""What other tools' rules are worth: a ceiling with a reason, never a way to lose a finding."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.checks import Finding, Gap, Place, Result, Severity, Witness, broken, ran, skipped
from secure_release.checks.finding import Confidence as Sure
from secure_release.checks.flows.sinks import TABLE, watched
from secure_release.checks.grades import BANDIT, CLOSER, FOLLOWED, GRADES, WATCHES
from secure_release.checks.grading import Scene, graded, notes
from secure_release.checks.kin import FAMILIES, kind
from secure_release.checks.merge import merged
from secure_release.checks.rulebook import BUNDLED, read_rules

NOWHERE = Scene(frozenset(), {}, False)
TESTS = Scene(frozenset({"tests/test_app.py", "examples/app.py"}), {}, False)


def said(rule: str, severity: Severity = Severity.HIGH, check: str = "bandit", path: str = "app.py", weakness: str = "CWE-78") -> Finding:
    place = Place(path, 3, 3)
    return Finding(check, rule, severity, Sure.HIGH, "It is bad.", place, "x()", "", weakness, (), (Witness(check, rule),), 0)


def results(*findings: Finding, looked: tuple[str, ...] = ("app.py",), gaps: tuple[Gap, ...] = ()) -> dict[str, Result]:
    checks = ("bandit", "semgrep", "flows", "secrets", "workflows", "pip-audit")
    return {name: ran(tuple(f for f in findings if f.check == name), looked, gaps, ()) for name in checks}


def one(finding: Finding, scene: Scene = NOWHERE) -> Finding:
    (found,) = graded({"x": ran((finding,), (), (), ())}, scene)
    return found


@pytest.mark.parametrize("rule", sorted(GRADES))
def test_every_line_of_the_table_lowers_and_says_why(rule: tuple[str, str]) -> None:
    grade = GRADES[rule]
    before = replace(said(rule[1], grade.upto, rule[0]), subject=grade.only[-1] or "x()")
    after = one(before)

    assert (after.severity, after.confidence) == (grade.severity, grade.confidence)
    assert f"{grade.upto} severity, here " in after.message and grade.why in after.message
    assert after.fingerprint == before.fingerprint and after.witnesses == before.witnesses


def test_what_is_not_in_the_table_is_taken_as_it_is_said() -> None:
    for rule in ("B602", "B501", "B105x"):
        assert one(said(rule)) == said(rule)
    assert one(said("unpinned-uses", check="workflows")) == said("unpinned-uses", check="workflows")  # not one of GitHub's own


def test_what_the_tool_takes_for_worse_than_the_table_knows_stays() -> None:
    assert one(said("excessive-permissions", Severity.HIGH, "workflows")).severity is Severity.HIGH


@pytest.mark.parametrize(
    ("path", "severity"),
    [("README.md", "low"), ("docs/usage.rst", "low"), ("x.egg-info/PKG-INFO", "low"), ("app.py", "high"), ("md/config.yml", "high")],
)
def test_a_token_in_an_explanation_is_low_and_another_secret_is_not(path: str, severity: str) -> None:
    assert one(said("jwt", check="secrets", path=path, weakness="CWE-798")).severity == severity
    assert one(said("gitlab-token", check="secrets", path=path, weakness="CWE-798")).severity is Severity.HIGH


def test_a_grade_never_makes_it_worse() -> None:
    assert one(said("B608", Severity.LOW)).severity is Severity.LOW


def test_asserts_in_tests_are_no_findings_and_are_counted() -> None:
    inside, outside = said("B101", Severity.LOW, path="tests/test_app.py"), said("B101", Severity.LOW)
    found = results(inside, outside)

    assert [f.place.path for f in graded(found, TESTS)] == ["app.py"]
    assert any("1 `assert` in tests are not holes" in note for note in notes("bandit", found["bandit"], TESTS.tests))
    assert len(graded(found, NOWHERE)) == 2
    (shown,) = graded(results(said("B101", Severity.LOW, path="examples/app.py")), TESTS)
    assert shown.severity is Severity.LOW  # an example's assert is listed


SECRET = said("github-token", Severity.CRITICAL, "secrets", "tests/test_app.py", "CWE-798")
IN_TESTS = {
    "bandit": (said("B602", path="tests/test_app.py"), Severity.LOW),
    "our-rule": (said("sql-from-request", check="semgrep", path="tests/test_app.py"), Severity.LOW),
    "a-flow": (said("sql-flow", check="flows", path="tests/test_app.py"), Severity.LOW),
    "an-example": (said("sql-flow", check="flows", path="examples/app.py"), Severity.LOW),
    "a-token-in-an-example": (said("github-token", Severity.CRITICAL, "secrets", "examples/app.py", "CWE-798"), Severity.CRITICAL),
    "a-token-with-a-checksum": (SECRET, Severity.CRITICAL),
    "a-password-in-an-address": (replace(SECRET, rule="database-url", confidence=Sure.MEDIUM), Severity.LOW),
    "a-key-made-for-the-test": (replace(SECRET, rule="private-key"), Severity.LOW),
    "a-token-made-for-the-test": (replace(SECRET, rule="jwt"), Severity.LOW),
    "text-that-reads-otherwise": (said("B613", path="tests/test_app.py"), Severity.HIGH),
    "an-advisory": (said("CVE-1", check="pip-audit", path="tests/test_app.py"), Severity.HIGH),
    "the-change-itself": (said("suppression-added", check="trust", path="tests/test_app.py"), Severity.HIGH),
    "a-tool-of-the-user's": (said("x", check="own", path="tests/test_app.py"), Severity.HIGH),
}


@pytest.mark.parametrize("name", IN_TESTS)
def test_what_counts_as_low_in_tests(name: str) -> None:
    finding, severity = IN_TESTS[name]

    assert one(finding, TESTS).severity is severity
    assert one(replace(finding, place=Place("app.py", 3, 3)), TESTS).severity is finding.severity


CAME: dict[str, tuple[str, Severity]] = {
    "from-an-example": ("A client's text (environ, examples/app.py:3) reaches the path of a file.", Severity.LOW),
    "from-a-test": ("Text from the command line or the environment (get('a', 'b'), tests/test_app.py:3) reaches a shell.", Severity.LOW),
    "from-the-product": ("A client's text (environ, views.py:3) reaches the path of a file.", Severity.HIGH),
    "from-the-product-by-way-of-a-name": ("A client's text (environ, views.py:3) reaches a file (x, examples/app.py:3) reaches it.", Severity.HIGH),
}


@pytest.mark.parametrize("name", CAME)
def test_what_a_test_or_an_example_hands_in_is_low(name: str) -> None:
    message, severity = CAME[name]

    assert one(replace(said("path-flow", check="flows"), message=message), TESTS).severity is severity
    assert one(replace(said("path-from-request", check="semgrep"), message=message), TESTS).severity is Severity.HIGH


GAP = (Gap("semgrep", "app.py", "timed out", ""),)
SILENCE: dict[str, tuple[dict[str, Result], Severity]] = {
    "both-looked-and-were-silent": (results(said("B602")), Severity.LOW),
    "they-did-not-look": (results(said("B602"), looked=()), Severity.HIGH),
    "something-was-left-out": (results(said("B602"), gaps=GAP), Severity.HIGH),
    "semgrep-gave-no-answer": (results(said("B602")) | {"semgrep": broken("It crashed.", "")}, Severity.HIGH),
    "flows-gave-no-answer": (results(said("B602")) | {"flows": broken("It crashed.", "")}, Severity.HIGH),
    "flows-did-not-run": (results(said("B602")) | {"flows": skipped("`scan.skip` names it")}, Severity.HIGH),
    "flows-left-it-out": (results(said("B602")) | {"flows": ran((), ("app.py",), GAP, ())}, Severity.HIGH),
    "semgrep-says-so-too": (results(said("B602"), said("command-from-request", check="semgrep")), Severity.HIGH),
    "flows-says-so-too": (results(said("B602"), said("shell-flow", check="flows")), Severity.HIGH),
    "a-rule-that-nobody-looks-closer-at": (results(said("B507")), Severity.HIGH),
}


@pytest.mark.parametrize("name", SILENCE)
def test_a_pattern_is_a_weaker_hint_where_the_data_was_followed_and_did_not_get_there(name: str) -> None:
    found, severity = SILENCE[name]
    after = next(f for f in graded(found, NOWHERE) if f.check == "bandit")

    assert after.severity is severity
    assert after.fingerprint == next(f for f in found["bandit"].findings).fingerprint  # type: ignore[union-attr]
    assert ("our rules look at what the command is made of" in after.message) is (severity is Severity.LOW)


SHELL = replace(said("command-from-request", Severity.CRITICAL, "semgrep"), subject="    os.system(command)  # as the client likes")
VARIABLE = replace(SHELL, rule="command-of-variable", severity=Severity.MEDIUM)
WATCHED: dict[str, tuple[dict[str, Result], set[Severity]]] = {
    "flows-saw-it-not-get-there": (results(SHELL), {Severity.LOW}),
    "nor-is-it-a-hole-under-the-other-rules-of-that-call": (results(SHELL, VARIABLE, said("B605")), {Severity.LOW}),
    "of-a-variable-nobody-knows": (results(VARIABLE), {Severity.MEDIUM}),
    "flows-says-so-too": (results(SHELL, said("shell-flow", Severity.CRITICAL, "flows")), {Severity.CRITICAL}),
    "flows-knows-no-such-call": (results(replace(SHELL, subject="connection.run(command)")), {Severity.CRITICAL}),
    "flows-knows-the-call-by-another-object": (results(replace(SHELL, subject="self.system(command)")), {Severity.CRITICAL}),
    "flows-watches-it-for-something-else": (results(replace(SHELL, rule="command-elsewhere-from-request")), {Severity.CRITICAL}),
    "flows-did-not-look": (results(SHELL, looked=()), {Severity.CRITICAL}),
    "flows-left-something-out": (results(SHELL) | {"flows": ran((), ("app.py",), GAP, ())}, {Severity.CRITICAL}),
    "flows-gave-no-answer": (results(SHELL) | {"flows": broken("It crashed.", "")}, {Severity.CRITICAL}),
}


@pytest.mark.parametrize("name", WATCHED)
def test_a_clients_text_within_one_function_is_a_weak_hint_where_flows_watched_the_same_call(name: str) -> None:
    found, severities = WATCHED[name]

    assert {f.severity for f in graded(found, NOWHERE)} == severities


def test_what_is_watched_is_known_to_both() -> None:
    ours = {rule["id"] for rule in read_rules(BUNDLED, ()).rules}

    assert set(WATCHES) <= ours
    assert {rule for rules in WATCHES.values() for rule in rules} <= set(TABLE)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("os.system(x)", {"shell-flow"}),
        ("system(x)", {"shell-flow"}),
        ("self.system(x)", set()),
        ("    return web.HTTPFound(x)", {"redirect-flow", "page-flow"}),
        ("answer = web.HTTPFound(x)", {"redirect-flow"}),
        ("target.open()", set()),
        ("cursor().execute(x)", {"sql-flow"}),
        ("x", set()),
    ],
)
def test_which_calls_flows_watches_as_far_as_a_line_can_tell(text: str, rules: set[str]) -> None:
    assert set(watched(text)) == rules


STATEMENTS = {
    """stmt = "SELECT id FROM t WHERE f = '{}'".format(f)""": "medium",
    """stmt = f"SELECT id FROM t WHERE f = '{f}'\"""": "medium",
    """stmt = "SELECT id FROM t WHERE f = '%s'" % f""": "medium",
    """stmt = "SELECT id FROM t WHERE f LIKE '%%%s%%'" % f""": "medium",
    """stmt = "SELECT id FROM t WHERE f = '" + f + "'\"""": "medium",
    """stmt = "SELECT id FROM t WHERE id = " + id""": "medium",
    """stmt = f"SELECT id FROM t WHERE id={id}\"""": "medium",
    """stmt = 'SELECT id FROM t WHERE f = "%s"' % f""": "medium",
    """    where.append(\n        "{pk} in (select id from {t} where f match :f)".format(""": "low",
    """        f"{pk} in (select id from {t} where f match :f)",""": "low",
    """        "select id from t where f = '{f}'".format(""": "medium",
    """        f"select id from t where f in ('{f}')",""": "medium",
    """stmt = "SELECT * FROM %s" % name""": "low",
    """stmt = 'SELECT name FROM "%s".master WHERE type=?' % schema""": "low",
    """stmt = f"SELECT {columns} FROM {table} WHERE id = %s\"""": "low",
    """stmt = "SELECT * FROM {} WHERE f = ?".format(table)""": "low",
    """stmt = "DELETE FROM t WHERE f IN (%s)" % ",".join(["%s"] * len(fs))""": "low",
    """stmt = "DELETE FROM " + table + " WHERE id = %s\"""": "low",
    """stmt = "UPDATE {t} SET {left} = {left} - %s".format(t=t, left=left)""": "low",
    """stmt = "UPDATE {t} SET {left} = {right} - %s".format(t=t, left=left)""": "medium",
    """stmt = f"SELECT id FROM t WHERE {quote('name')} = {name}\"""": "medium",
    """stmt = f"SELECT id FROM t WHERE {quote('name')} = {self.placeholder(1)}\"""": "low",
    """stmt = f"SELECT index_name FROM information_schema.statistics WHERE table_name = '{t}'\"""": "low",
    """stmt = f"SELECT ac.name FROM ALL_CONSTRAINTS ac WHERE ac.table_name = '{t}'\"""": "low",
    """stmt = f"SELECT name FROM sys_users WHERE name = '{t}'\"""": "medium",
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_value_in_a_statement_is_no_name_wherever_the_statement_goes(statement: str) -> None:
    finding = replace(said("B608", Severity.MEDIUM, weakness="CWE-89"), subject=statement)
    (after,) = graded(results(finding), NOWHERE)

    assert after.severity == STATEMENTS[statement]


def test_where_our_rule_looks_closer_and_sees_nothing_the_call_is_low() -> None:
    weak = said("B324", weakness="CWE-327")

    assert one(weak).severity is Severity.MEDIUM
    assert graded(results(weak), NOWHERE)[0].severity is Severity.LOW
    both = graded(results(weak, said("hash-weak", Severity.MEDIUM, "semgrep", weakness="CWE-328")), NOWHERE)
    assert [f.severity for f in merged(both)] == [Severity.MEDIUM]


ARCHIVES = {
    "tar.extractall(folder)": "high",
    "self.archive.extractall(path=folder)": "high",
    "zip_file.extractall(folder)": "low",
    "zf.extractall(folder)": "low",
    "tar.extractall(folder, filter=checked)": "low",
    "tar.extractall(folder, members)": "low",
    "blitz.extractall(folder)": "high",
}


@pytest.mark.parametrize("call", ARCHIVES)
def test_an_archive_that_may_be_a_tar_stays_where_nothing_was_chosen(call: str) -> None:
    (after,) = graded(results(replace(said("B202", weakness="CWE-22"), subject=call)), NOWHERE)

    assert after.severity == ARCHIVES[call]


LOOKED_AT = {
    ("B103", "os.chmod(folder, 0o755)"): "low",
    ("B103", "os.chmod(file, 0o664)"): "low",
    ("B103", "os.chmod(file, 0o666)"): "medium",
    ("B103", "os.chmod(file, stat.S_IRWXU | stat.S_IRWXO)"): "medium",
    ("B702", "Template(text, lookup=self, **self.options)"): "low",
    ("B702", "Template(text, lookup=self)"): "medium",
    ("B702", "Template('${2 ** 3}')"): "medium",
}


@pytest.mark.parametrize(("rule", "call"), LOOKED_AT)
def test_what_is_asked_for_or_handed_on_is_looked_at(rule: str, call: str) -> None:
    weakness = FILED_AS[rule]
    (after,) = graded(results(replace(said(rule, Severity.MEDIUM, weakness=weakness), subject=call)), NOWHERE)

    assert after.severity == LOOKED_AT[rule, call]


@pytest.mark.parametrize(("hint", "severity"), [(Severity.LOW, "low"), (Severity.MEDIUM, "medium")])
def test_a_low_hint_of_ours_is_no_reason_to_believe_a_pattern(hint: Severity, severity: str) -> None:
    found = results(said("B301", Severity.MEDIUM, weakness="CWE-502"), said("object-unpickled", hint, "semgrep", weakness="CWE-502"))

    assert [f.severity for f in merged(graded(found, NOWHERE))] == [severity]


@pytest.mark.parametrize(("path", "severity"), [("README.rst", "low"), ("PKG-INFO", "low"), ("docs/a.txt", "high"), ("a.cfg", "high")])
def test_a_password_in_an_address_of_an_explanation_is_an_example(path: str, severity: str) -> None:
    assert one(said("database-url", check="secrets", path=path, weakness="CWE-798")).severity == severity


# The weakness that bandit files its rules under.
FILED_AS = {
    **dict.fromkeys(("B102", "B307", "B601", "B602", "B605", "B609"), "CWE-78"),
    **dict.fromkeys(("B608", "B610", "B611"), "CWE-89"),
    **dict.fromkeys(("B703", "B704"), "CWE-79"),
    **{"B303": "CWE-327", "B301": "CWE-502", "B302": "CWE-502", "B202": "CWE-22", "B324": "CWE-327", "B506": "CWE-20", "B701": "CWE-94", "B103": "CWE-732", "B702": "CWE-80"},
}


def test_a_rule_that_is_said_to_follow_data_exists_for_every_hint() -> None:
    rules = read_rules(BUNDLED, ()).rules
    followed = {kind(said("", check="semgrep", weakness=r["metadata"]["cwe"])) for r in rules if r.get("mode") == "taint"}
    looked = {kind(said("", check="semgrep", weakness=r["metadata"]["cwe"])) for r in rules}

    assert {kind(said(rule, weakness=weakness)) for rule, weakness in FILED_AS.items() if rule in FOLLOWED} <= followed
    assert {kind(said(rule, weakness=FILED_AS[rule])) for rule in CLOSER} <= looked
    assert set(FILED_AS) == {*FOLLOWED, *CLOSER}


@pytest.mark.parametrize("path", ["api/shop_pb2.py", "shop/migrations/0002_orders.py"])
def test_generated_code_is_as_bad_as_any_and_is_mended_elsewhere(path: str) -> None:
    found = one(said("B602", path=path))

    assert found == replace(said("B602", path=path), fix="This file is generated: change what it is made from.")


@given(
    rule=st.sampled_from([*BANDIT, "B602", "B501"]),
    severity=st.sampled_from(Severity),
    path=st.sampled_from(["app.py", "tests/test_app.py"]),
    looked=st.sampled_from([(), ("app.py",)]),
)
def test_nothing_is_lost_but_asserts_in_tests(rule: str, severity: Severity, path: str, looked: tuple[str, ...]) -> None:
    finding = said(rule, severity, path=path)
    found = graded(results(finding, looked=looked), TESTS)

    if rule == "B101" and path in TESTS.tests:
        assert found == ()
    else:
        assert [f.fingerprint for f in found] == [finding.fingerprint]
        assert found[0].severity.rank <= max(severity.rank, Severity.MEDIUM.rank if severity is Severity.UNKNOWN else 0)


SAME_HOLE = {
    "weak-hash": (said("B324", weakness="CWE-327"), "CWE-328", 1),
    "password-hash": (said("B324", weakness="CWE-327"), "CWE-916", 1),
    "weak-cipher-is-another": (said("B304", weakness="CWE-327"), "CWE-328", 2),
    "yaml": (said("B506", weakness="CWE-20"), "CWE-502", 1),
    "password": (said("B105", weakness="CWE-259"), "CWE-798", 1),
    "debugger": (said("B201", weakness="CWE-94"), "CWE-489", 1),
    "eval": (said("B307", weakness="CWE-78"), "CWE-95", 1),
    "eval-is-no-shell": (said("B307", weakness="CWE-78"), "CWE-78", 2),
    "other-weakness": (said("B602"), "CWE-89", 2),
}


@pytest.mark.parametrize("name", SAME_HOLE)
def test_one_hole_under_two_numbers_is_one_finding(name: str) -> None:
    finding, weakness, count = SAME_HOLE[name]
    found = merged((finding, said("ours", check="semgrep", weakness=weakness)))

    assert len(found) == count
    assert {w.check for f in found for w in f.witnesses} == {"bandit", "semgrep"}


def test_no_weakness_is_in_two_families() -> None:
    members = [member for family in FAMILIES for member in family]

    assert len(members) == len(set(members))


HOLE = replace(said("GHSA-1", check="pip-audit", path="requirements.txt", weakness=""), subject="jinja2 3.1.2 GHSA-1", advisories=("GHSA-1",))
REACHED = {
    "imported": ({"jinja2": "shop/app.py:3"}, False, Severity.HIGH, "shop/app.py:3"),
    "imported-whatever-the-policy": ({"jinja2": "shop/app.py:3"}, True, Severity.HIGH, "shop/app.py:3"),
    "not-imported": ({"jinja2": ""}, False, Severity.HIGH, "No released file imports it"),
    "not-imported-and-the-policy-says-low": ({"jinja2": ""}, True, Severity.LOW, "policy.unreachable"),
    "nobody-can-tell": ({}, True, Severity.HIGH, "It is bad."),
}


@pytest.mark.parametrize("name", REACHED)
def test_an_advisory_says_whether_released_code_leads_to_it(name: str) -> None:
    reach, low, severity, words = REACHED[name]
    found = one(HOLE, replace(NOWHERE, reach=reach, unreachable_low=low))

    assert found.severity is severity and words in found.message
    assert found.fingerprint == HOLE.fingerprint
