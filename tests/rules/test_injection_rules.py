"""The families of injection rules speak of the same sources, and cover the weaknesses that they are for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.rules.mutation import asks, common
from tests.rules.specimen import RULE_FILES, Scan, rules, scan

FAMILIES = ("execution", "objects", "outbound", "page", "paths", "query", "request")
FILES = tuple(file for file in RULE_FILES if file.stem in FAMILIES)
WEAKNESSES = frozenset({
    22, 73, 77, 78, 79, 80, 89, 90, 93, 94, 95, 98, 113, 117, 134, 400, 409, 434, 470, 502, 601, 611, 643, 915,
    918, 943, 1333, 1336,
})  # fmt: skip


def _shared(file: Path) -> tuple[Any, ...]:
    first = next(rule for rule in rules((file,)) if rule.get("mode") == "taint")
    return (
        first["options"],
        first["pattern-sources"][0]["patterns"][1:],  # after the gate of its own
        first["pattern-propagators"],
        first["pattern-sanitizers"][:2],
    )


@pytest.mark.parametrize("rule", [rule for rule in rules() if asks(rule)], ids=lambda rule: rule["id"])
def test_no_rule_about_requests_lacks_what_they_have_in_common(rule: dict[str, Any]) -> None:
    assert (*rule["pattern-propagators"], *rule["pattern-sanitizers"][:2]) == common()


def test_every_family_is_there() -> None:
    assert tuple(file.stem for file in FILES) == FAMILIES


def test_the_weaknesses_are_covered() -> None:
    assert {int(rule["metadata"]["cwe"].removeprefix("CWE-")) for rule in rules(FILES)} >= WEAKNESSES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_family_has_the_same_sources_and_sanitizers(file: Path) -> None:
    assert _shared(file) == _shared(FILES[0])


SOURCES = {
    "flask-attribute": "from flask import request\ndef f():\n    eval(request.args['x'])\n",
    "flask-module": "import flask\ndef f():\n    eval(flask.request.headers['x'])\n",
    "flask-route": "from flask import Flask\n@app.route('/<x>')\ndef f(x):\n    eval(x)\n",
    "flask-view-class": "class A(MethodView):\n    def get(self, x):\n        eval(x)\n",
    "django-view": "def f(request):\n    eval(request.POST.get('x'))\n",
    "django-view-class": "import django.views\nclass A(View):\n    def f(self):\n        eval(self.kwargs['x'])\n",
    "django-form": "def f(form):\n    eval(form.cleaned_data['x'])\n",
    "fastapi-parameter": "from fastapi import FastAPI\n@app.get('/')\nasync def f(x: str):\n    eval(x)\n",
    "fastapi-default": "from fastapi import Query\n@app.get('/')\ndef f(x: str = Query('')):\n    eval(x)\n",
    "starlette-body": "async def f(request):\n    eval(await request.body())\n",
    "aiohttp-query": "async def f(request):\n    eval(request.query['x'])\n",
    "aiohttp-match-info": "async def f(request):\n    eval(request.match_info['x'])\n",
    "tornado-argument": "class A(RequestHandler):\n    def post(self):\n        eval(self.get_argument('x'))\n",
    "http-server": "class A(BaseHTTPRequestHandler):\n    def do_GET(self):\n        eval(self.path)\n",
    "lambda-event": "def lambda_handler(event, context):\n    eval(event['body'])\n",
    "graphql-resolver": "import graphene\ndef resolve_a(root, info, x):\n    eval(x)\n",
    "tool-server": "from mcp.server.fastmcp import FastMCP\n@mcp.tool()\ndef f(x: str):\n    eval(x)\n",
    "list": "def f(request):\n    a = []\n    a.append(request.GET['x'])\n    eval(a[0])\n",
    "loop": "def f(request):\n    for k, v in request.GET.items():\n        eval(v)\n",
    "number-parameter": "from fastapi import FastAPI\n@app.get('/')\ndef f(x: int):\n    eval(x)\n",
    "dependency": "from fastapi import FastAPI\n@app.get('/')\ndef f(x=Depends(g)):\n    eval(x)\n",
    "number-route": "from flask import Flask\n@app.route('/<int:x>')\ndef f(x):\n    eval(x)\n",
    "allow-list": "def f(request):\n    x = request.GET['x']\n    if x not in OK:\n        return\n    eval(x)\n",
}
HARMLESS = frozenset({"number-parameter", "dependency", "number-route", "allow-list"})


@pytest.fixture(scope="module")
def source_report(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    work = tmp_path_factory.mktemp("sources")
    for name, text in SOURCES.items():
        (work / f"{name}.py").write_text(text, encoding="utf-8")
    return scan([rule for rule in rules(FILES) if rule["id"] == "code-from-request"], sorted(work.glob("*.py")), work)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_known(name: str, source_report: Scan) -> None:
    assert f"{name}.py" in source_report.scanned
    found = ("code-from-request", f"{name}.py") in source_report.found
    assert found is (name not in HARMLESS)


@pytest.mark.parametrize("words", [10, 10_000])
def test_a_long_statement_hides_nothing(words: int, tmp_path: Path) -> None:
    """An expression that semgrep's engine gives up on says that it does not match: it may excuse, and must not be asked for."""
    long = "SELECT a FROM t WHERE " + "b = 1 AND " * words
    lines = (f'''c.execute("{long}name = '%s'" % name)''', f'''c.execute("{long}name = '{{}}'".format(name))''', f'''c.execute(f"{long}name = '{{name}}'")''')
    (tmp_path / "store.py").write_text("def find(c, name):\n" + "".join(f"    {line}\n" for line in lines))
    found = scan([rule for rule in rules() if rule["id"] == "sql-built-from-string"], [tmp_path / "store.py"], tmp_path)

    assert found.found == {("sql-built-from-string", "store.py"): frozenset({2, 3, 4})}
