"""The search on real upgrades from the package index: sixteen with two real breakers, and real pairs that hang together."""

from __future__ import annotations

import pytest

from secure_release.pipeline.clones.bisect import Found
from secure_release.pipeline.clones.plan import plan
from secure_release.pipeline.patching import Verdict
from secure_release.pipeline.release import Outcome
from secure_release.pipeline.stages import patch_test
from tests.pipeline.real_upgrades import Project, project, upgrade

pytestmark = pytest.mark.slow

# Holes and the versions that close them: Python Packaging Advisory Database and the projects' own notes, see
# tests/data/osv/README.md. jinja2 3.1 has no Markup any more; Werkzeug 3 has no url_quote, which Flask 2.2 imports and its
# metadata allows; aiohttp 3.10 brings a new dependency along. The others are harmless here.
UPGRADES = (
    upgrade("jinja2", "3.0.3", "3.1.4", "CVE-2024-22195", "CVE-2024-34064"),
    upgrade("werkzeug", "2.2.2", "3.0.6", "CVE-2023-25577", "CVE-2023-46136", "CVE-2024-34069", "CVE-2024-49767"),
    upgrade("pyjwt", "2.3.0", "2.4.0", "CVE-2022-29217"),
    upgrade("requests", "2.30.0", "2.31.0", "CVE-2023-32681"),
    upgrade("urllib3", "1.26.15", "1.26.18", "CVE-2023-43804", "CVE-2023-45803"),
    upgrade("certifi", "2022.12.7", "2023.7.22", "CVE-2023-37920"),
    upgrade("idna", "3.6", "3.7", "CVE-2024-3651"),
    upgrade("aiohttp", "3.8.5", "3.10.2", "CVE-2023-49081", "CVE-2024-23334", "CVE-2024-42367"),
    upgrade("cryptography", "41.0.3", "41.0.6", "CVE-2023-49083"),
    upgrade("sqlparse", "0.4.3", "0.4.4", "CVE-2023-30608"),
    upgrade("mako", "1.2.1", "1.2.2", "CVE-2022-40023"),
    upgrade("pygments", "2.14.0", "2.15.1", "CVE-2022-40896"),
    upgrade("markdown-it-py", "2.1.0", "2.2.0", "CVE-2023-26302", "CVE-2023-26303"),
    upgrade("waitress", "2.1.1", "2.1.2", "CVE-2022-31015"),
    upgrade("redis", "4.5.2", "4.5.4", "CVE-2023-28858", "CVE-2023-28859"),
    upgrade("oauthlib", "3.2.0", "3.2.1", "CVE-2022-36087"),
)
OTHERS = (
    "markupsafe==2.1.3", "itsdangerous==2.1.2", "click==8.1.3", "charset-normalizer==3.1.0", "attrs==23.1.0", "multidict==6.0.4",
    "yarl==1.9.2", "frozenlist==1.3.3", "aiosignal==1.3.1", "async-timeout==4.0.2", "cffi==1.15.1", "pycparser==2.21",
    "mdurl==0.1.2", "pytest==7.4.0", "pluggy==1.2.0", "iniconfig==2.0.0", "packaging==23.1", "flask==2.2.2",
)  # fmt: skip
SHOP = {
    "shop/__init__.py": "",
    "shop/letters.py": """
from jinja2 import Environment, Markup
def greeting(name):
    return Environment(autoescape=True).from_string('Dear {{ name }},').render(name=Markup('<b>%s</b>') % name)
""",
    "shop/web.py": """
from flask import Flask
app = Flask(__name__)
@app.get('/price/<item>')
def price(item):
    return {'item': item, 'price': 3}
""",
    "tests/test_letters.py": """
from shop.letters import greeting
def test_names_are_escaped():
    assert greeting('<Ann>') == 'Dear <b>&lt;Ann&gt;</b>,'
""",
    "tests/test_web.py": """
from shop.web import app
def test_price():
    assert app.test_client().get('/price/ham').json == {'item': 'ham', 'price': 3}
""",
    "tests/test_rest.py": """
import aiohttp, certifi, idna, markdown_it, jwt, mako.template, oauthlib.common, pygments, redis, requests, sqlparse, urllib3, waitress
from cryptography.fernet import Fernet
from pygments.formatters import NullFormatter
from pygments.lexers import PythonLexer
def test_secrets():
    box = Fernet(Fernet.generate_key())
    assert box.decrypt(box.encrypt(b'x')) == b'x'
def test_texts():
    assert mako.template.Template('${1 + 1}').render() == '2'
    assert markdown_it.MarkdownIt().render('*x*') == '<p><em>x</em></p>\\n'
    assert pygments.highlight('x', PythonLexer(), NullFormatter()) == 'x\\n'
    assert sqlparse.format('select 1', keyword_case='upper') == 'SELECT 1'
def test_addresses():
    assert idna.encode('münchen') == b'xn--mnchen-3ya'
    assert requests.Request('GET', 'http://x/', params={'a': 1}).prepare().url == 'http://x/?a=1'
    assert urllib3.util.parse_url('http://x:1/').port == 1
""",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    pins = (*(f"{row.name}=={row.installed}" for row in UPGRADES), *OTHERS)
    return project(tmp_path_factory.mktemp("real"), pins, SHOP, UPGRADES)


BREAKERS = {"jinja2": Verdict.BREAKS, "werkzeug": Verdict.BREAKS}


def test_two_real_breakers_in_sixteen_are_found_in_nine_runs_without_hints(shop: Project) -> None:
    shop.patcher.environment()
    before = shop.trials
    found = shop.search(shop.patcher.plan().patches, hints=False)

    assert rulings(found) == BREAKERS
    assert len(found.safe) == 14
    assert found.runs == shop.trials - before
    assert found.runs <= 9


def test_the_stage_finds_them_in_six_with_tracebacks_and_writes_down_what_is_safe(shop: Project) -> None:
    before = shop.trials
    result = patch_test.run(shop.release())
    written = [data for kind, data in shop.made.notes.written if kind == "safe-set"]
    names = {patch["name"] for patch in written[-1]["patches"]}  # type: ignore[attr-defined]

    assert (result.outcome, result.reasons) == (Outcome.PASSED, ())
    assert names == {row.name for row in UPGRADES} - set(BREAKERS) | {"aiohappyeyeballs"}
    assert shop.trials - before <= 6


def rulings(found: Found) -> dict[str, Verdict]:
    return {patch.name: ruled.verdict for patch, ruled in found.ruled.items() if ruled.verdict is not Verdict.SAFE}


PAIRED = (
    "flask==2.2.2", "werkzeug==2.3.8", "jinja2==3.0.3", "itsdangerous==2.1.2", "click==8.1.3", "markupsafe==2.1.3",
    "requests==2.28.2", "urllib3==1.26.18", "certifi==2023.7.22", "idna==3.7", "charset-normalizer==3.1.0",
    "starlette==0.20.4", "httpx==0.27.2", "httpcore==1.0.5", "h11==0.14.0", "anyio==3.7.1", "sniffio==1.3.0",
    "pytest==7.4.0", "pluggy==1.2.0", "iniconfig==2.0.0", "packaging==23.1",
)  # fmt: skip
ASGI = """
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
def test_asgi():
    app = Starlette(routes=[Route('/', lambda request: PlainTextResponse('ham'))])
    assert TestClient(app).get('/').text == 'ham'
"""
JINJA = upgrade("jinja2", "3.0.3", "3.1.4", "CVE-2024-22195")


@pytest.fixture(scope="module")
def paired(tmp_path_factory: pytest.TempPathFactory) -> Project:
    files = {name: text for name, text in SHOP.items() if name != "tests/test_rest.py"}
    return project(tmp_path_factory.mktemp("pairs"), PAIRED, {**files, "tests/test_asgi.py": ASGI}, ())


@pytest.mark.parametrize("hints", [True, False], ids=["named", "not-named"])
def test_a_real_upgrade_that_needs_another_goes_in_with_it(paired: Project, hints: bool) -> None:
    """Werkzeug 3 breaks Flask 2.2.2 and not 2.2.5, and no metadata says so; jinja2 breaks for itself."""
    rows = (JINJA, upgrade("werkzeug", "2.3.8", "3.0.6", "CVE-2024-49767"), upgrade("flask", "2.2.2", "2.2.5", "CVE-2023-30861"))
    found = paired.search(plan([row.match for row in rows], ()).patches, hints)

    assert rulings(found) == {"jinja2": Verdict.BREAKS}


def test_real_pairs_that_block_need_and_break_each_other(paired: Project) -> None:
    """Flask 2.3 requires the jinja2 that breaks; requests, which nobody upgrades, forbids urllib3 2; Starlette 0.27 hands httpx
    what httpx 0.28 no longer takes, while the older of each goes with the newer of the other."""
    rows = (
        JINJA,
        upgrade("flask", "2.2.2", "2.3.3", "CVE-2023-30861"),
        upgrade("urllib3", "1.26.18", "2.0.7", "CVE-2023-45803"),
        upgrade("starlette", "0.20.4", "0.27.0", "CVE-2023-29159"),
        upgrade("httpx", "0.27.2", "0.28.1", "no hole: a plain upgrade"),
    )
    found = paired.search(plan([row.match for row in rows], ()).patches, hints=True)
    said = {patch.name: (ruled.verdict, ruled.others) for patch, ruled in found.ruled.items()}

    assert said["jinja2"] == (Verdict.BREAKS, ())
    assert said["flask"] == (Verdict.NEEDS_WITH, ("jinja2",))
    assert said["urllib3"] == (Verdict.BLOCKED_BY, ("requests",))
    assert {said["starlette"], said["httpx"]} in (
        {(Verdict.SAFE, ()), (Verdict.BREAKS_WITH, ("starlette",))},
        {(Verdict.SAFE, ()), (Verdict.BREAKS_WITH, ("httpx",))},
    )
