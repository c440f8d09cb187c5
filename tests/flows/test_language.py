"""The language: a text is followed through everything that hands it on, and not through what does not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.flows.looking import found, plain, wanted

HEAD = """
import os, sqlite3
from flask import request
db = sqlite3.connect("shop.db")
"""

CASES: dict[str, str] = {
    "concatenation": """
        def view():
            q = request.args["q"]
            os.system("a" + q)  # found: shell-flow
            os.system("a %s" % q)  # found: shell-flow
            os.system("a {}".format(q))  # found: shell-flow
            os.system(f"a {q}")  # found: shell-flow
            os.system(" ".join(["a", q]))  # found: shell-flow
            os.system("a %d" % int(q))
            os.system(f"a {len(q)}")
    """,
    "slices-and-keys": """
        def view():
            q = request.args["q"]
            os.system(q[2:])  # found: shell-flow
            os.system(q.split(",")[0])  # found: shell-flow
            box = {"mine": q, "ours": "ls"}
            os.system(box["mine"])  # found: shell-flow
            os.system(box["ours"])
            pair = [q, "ls"]
            os.system(pair[0])  # found: shell-flow
            os.system(pair[1])
            os.system({"a": "ls"}[q])
    """,
    "containers": """
        def view():
            words = []
            words.append(request.args["q"])
            os.system(" ".join(words))  # found: shell-flow
            names = {}
            names["x"] = request.args["q"]
            names.update(y="ls")
            os.system(names["x"])  # found: shell-flow
            os.system(names["y"])
            for word in words:
                os.system(word)  # found: shell-flow
            os.system([w for w in words][0])  # found: shell-flow
    """,
    "branches": """
        def view(fast):
            q = request.args["q"] if fast else "ls"
            os.system(q)  # found: shell-flow
            if fast:
                q = "ls"
            os.system(q)  # found: shell-flow
            q = "ls"
            os.system(q)
            if False:
                os.system(request.args["q"])
            n = 7
            if n * 2 > 20:
                os.system(request.args["q"])
    """,
    "loops": """
        def view(rows):
            last = "ls"
            for row in rows:
                os.system(last)  # found: shell-flow
                last = request.args["q"]
            while (word := request.args["w"]):
                os.system(word)  # found: shell-flow
    """,
    "try-and-with": """
        def view():
            try:
                q = int(request.args["q"])
            except ValueError:
                q = request.args["q"]
            os.system(f"a {q}")  # found: shell-flow
            try:
                n = int(request.args["n"])
            except ValueError:
                return "no"
            os.system(f"a {n}")
            with db:
                os.system(request.args["w"])  # found: shell-flow
    """,
    "guards": """
        KNOWN = ("a", "b")
        def view():
            q = request.args["q"]
            if q in KNOWN:
                os.system(q)
            else:
                os.system(q)  # found: shell-flow
            if not q.isdigit() and q not in KNOWN:
                return
            ok = q in KNOWN
            if not ok:
                return
            os.system(q)
        def again():
            q = request.args["q"]
            if request.args["q"] not in KNOWN:
                os.system(q)  # found: shell-flow
            match request.args["m"]:
                case "a" | "b": os.system("x")
                case other: os.system(other)  # found: shell-flow
        def form():
            import re
            q = request.args["q"]
            if not re.fullmatch(r"[a-z]{1,9}", q):
                return
            os.system(q)
        def any_form():
            import re
            q = request.args["q"]
            if re.fullmatch(r".*", q):
                os.system(q)  # found: shell-flow
        def blocked():
            q = request.args["q"]
            if q not in BLOCKED:
                os.system(q)  # found: shell-flow
    """,
    "functions": """
        def twice(text, times=2):
            return text * times
        def second(one, two):
            return two
        def view():
            q = request.args["q"]
            os.system(twice(q))  # found: shell-flow
            os.system(twice(text="ls", times=q))  # found: shell-flow
            os.system(second("ls", q))  # found: shell-flow
            os.system(second(q, "ls"))
    """,
    "recursion": """
        def down(text, n):
            if n:
                return down(text, n - 1)
            os.system(text)  # found: shell-flow
        def ping(text): pong(text)
        def pong(text):
            os.system(text)  # found: shell-flow
            ping(text)
        def view():
            down(request.args["q"], 3)
            ping(request.args["q"])
    """,
    "a-source-that-is-returned": """
        def wanted():
            return request.args["q"], "ls"
        def view():
            q, other = wanted()
            os.system(q)  # found: shell-flow
            os.system(other)
    """,
    "checks-that-answer": """
        def known(text):
            if text not in ("a", "b"):
                return False
            return True
        def must_be_known(text):
            if text not in ("a", "b"):
                raise ValueError(text)
        def view():
            q = request.args["q"]
            if not known(q):
                return
            os.system(q)
        def other():
            q = request.args["q"]
            must_be_known(q)
            os.system(q)
        def unchecked():
            q = request.args["q"]
            known(q)
            os.system(q)  # found: shell-flow
    """,
    "methods-and-fields": """
        class Job:
            def __init__(self, word, name):
                self.word = word
                self.name = name
            def run(self):
                os.system(self.word)  # found: shell-flow
            def show(self):
                os.system(self.name)
        class Later(Job):
            def go(self):
                self.run()
        def view():
            Job(request.args["q"], "ls").show()
            Later(request.args["q"], "ls").go()
    """,
    "fields-between-methods": """
        class View:
            def dispatch(self):
                self.q = request.args["q"]
                self.n = "ls"
            def get(self):
                os.system(self.q)  # found: shell-flow
                os.system(self.n)
    """,
    "objects-that-are-changed": """
        def fill(box, text):
            box["q"] = text
        def view():
            box = {"n": "ls"}
            fill(box, request.args["q"])
            os.system(box["q"])  # found: shell-flow
            os.system(box["n"])
    """,
    "functions-in-functions": """
        def create():
            prefix = "ls "
            def run(text):
                os.system(prefix + text)  # found: shell-flow
            def view():
                run(request.args["q"])
            return view
        def lambdas():
            run = lambda text: os.system(text)  # found: shell-flow
            run(request.args["q"])
    """,
    "async": """
        async def read():
            return request.args["q"]
        async def view():
            os.system(await read())  # found: shell-flow
            async with db as x:
                async for row in x:
                    os.system(request.args["q"])  # found: shell-flow
    """,
}

PROJECTS: dict[str, Mapping[str, str]] = {
    "package": {
        "shop/__init__.py": "",
        "shop/views.py": "from flask import request\nfrom .store import find\nfrom . import tools\ndef view():\n"
        "    find(request.args['q'])\n    tools.run(request.args['q'])\n",
        "shop/store.py": "def find(q):\n    return ask('SELECT ' + q)\ndef ask(s):\n    return db.execute(s)  # found: sql-flow\n",
        "shop/tools.py": "import os\ndef run(word):\n    os.system(word)  # found: shell-flow\n",
    },
    "source-folder": {
        "src/shop/__init__.py": "",
        "src/shop/web.py": "from flask import request\nimport shop.store as store\ndef view():\n    store.Store().find(request.args['q'])\n",
        "src/shop/store.py": "class Store:\n    def find(self, q):\n        return db.execute('SELECT ' + q)  # found: sql-flow\n",
    },
    "re-exported": {
        "shop/__init__.py": "from .deep.store import find\n",
        "shop/deep/__init__.py": "",
        "shop/deep/store.py": "def find(q):\n    return db.execute('SELECT ' + q)  # found: sql-flow\n",
        "web.py": "from flask import request\nfrom shop import find\ndef view():\n    find(request.args['q'])\n",
    },
    "not-that-module": {
        "one/json.py": "import os\ndef loads(text):\n    os.system(text)\n",
        "two/web.py": "import json\nfrom flask import request\ndef view():\n    json.loads(request.args['q'])\n",
    },
    "fastapi": {
        "api.py": """
from fastapi import APIRouter, Depends
from pydantic import BaseModel
from store import Store
router = APIRouter()
class Item(BaseModel):
    name: str
    count: int
def wanted(q: str = "", page: int = 1):
    return q
def store():
    return Store()
@router.post("/items/{slug}")
async def create(slug: str, number: int, item: Item, q: str = Depends(wanted), store: Store = Depends(store)):
    store.find(slug)
    store.find_number(number)
    store.find_name(item.name)
    store.find_count(item.count)
    store.find_q(q)
""",
        "store.py": """
class Store:
    def find(self, value):
        db.execute("SELECT " + value)  # found: sql-flow
    def find_number(self, value):
        db.execute(f"SELECT {value}")
    def find_name(self, value):
        db.execute("SELECT " + value)  # found: sql-flow
    def find_count(self, value):
        db.execute(f"SELECT {value}")
    def find_q(self, value):
        db.execute("SELECT " + value)  # found: sql-flow
""",
    },
    "django": {
        "views.py": """
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View
from store import search
def index(request, slug):
    search(slug)
    item = get_object_or_404(Item, slug=slug)
    return render(request, "x.html", {"item": item})
class Search(View):
    def get(self, request):
        search(request.GET.get("q", ""))
        return HttpResponse("<p>" + request.GET["q"])  # found: page-flow
""",
        "store.py": "def search(q):\n    return Item.objects.raw('SELECT ' + q)  # found: sql-flow\n",
    },
    "other-frameworks": {
        "tornado_app.py": "import os, tornado.web\nclass H(tornado.web.RequestHandler):\n    def get(self):\n"
        "        os.system(self.get_argument('q'))  # found: shell-flow\n",
        "aiohttp_app.py": "import os\nfrom aiohttp import web\nasync def h(request):\n    data = await request.post()\n"
        "    os.system(data['q'])  # found: shell-flow\n    raise web.HTTPFound(request.query['to'])  # found: redirect-flow\n",
        "lambda_app.py": "import os\ndef lambda_handler(event, context):\n    os.system(event['queryStringParameters']['q'])  # found: shell-flow\n",
        "server_app.py": "import os\nfrom http.server import BaseHTTPRequestHandler\nclass H(BaseHTTPRequestHandler):\n    def do_GET(self):\n"
        "        os.system(self.path)  # found: shell-flow\n",
        "falcon_app.py": "import falcon, os\nclass R:\n    def on_get(self, req, resp):\n        os.system(req.get_param('q'))  # found: shell-flow\n",
        "bottle_app.py": "import os\nfrom bottle import request, route\n@route('/<x>')\ndef h(x):\n    os.system(x)  # found: shell-flow\n"
        "    os.system(request.forms.get('q'))  # found: shell-flow\n",
    },
}


@pytest.mark.parametrize("name", CASES)
def test_exactly_the_marked_lines_are_found(name: str, tmp_path: Path) -> None:
    files = {"shop.py": HEAD + plain(CASES[name])}
    assert found(tmp_path, files) == wanted(files)


@pytest.mark.parametrize("name", PROJECTS)
def test_in_a_project_exactly_the_marked_lines_are_found(name: str, tmp_path: Path) -> None:
    assert found(tmp_path, PROJECTS[name]) == wanted(PROJECTS[name])
