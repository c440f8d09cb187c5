"""Every weakness: what must be found, and what looks like it and is harmless."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_release.checks.flows.sinks import SINKS
from secure_release.checks.flows.weaknesses import WEAKNESSES
from tests.flows.looking import MARK, found, plain, wanted

HEAD = """
import asyncio, html, importlib, json, logging, operator, os, pickle, re, shlex, sqlite3, subprocess, urllib.request, uuid
from pathlib import Path
import jinja2, ldap3, lxml.etree, requests, yaml
from flask import Flask, Response, jsonify, make_response, redirect, render_template, render_template_string, request, send_file, url_for
from ldap3.utils.conv import escape_filter_chars
from markupsafe import Markup, escape
from werkzeug.utils import safe_join, secure_filename
app = Flask(__name__)
db = sqlite3.connect("shop.db")
log = logging.getLogger(__name__)
"""

CASES: dict[str, str] = {
    "sql": """
        def ask(statement):
            return db.execute(statement)  # found: sql-flow
        def by_name(name):
            return ask("SELECT * FROM t WHERE name = '%s'" % name)
        def view():
            by_name(request.args["name"])
    """,
    "sql-bound": """
        def by_name(name):
            return db.execute("SELECT * FROM t WHERE name = ?", (name,))
        def view():
            by_name(request.args["name"])
    """,
    "sql-number": """
        def page(number):
            return db.execute(f"SELECT * FROM t LIMIT {number}")
        def view():
            page(int(request.args["page"]))
    """,
    "sql-column-of-a-set": """
        COLUMNS = {"name", "price"}
        def order(column):
            if column not in COLUMNS:
                raise ValueError(column)
            return "ORDER BY " + column
        def view():
            db.execute("SELECT * FROM t " + order(request.args["by"]))
    """,
    "sql-column-of-a-table": """
        COLUMNS = {"n": "name", "p": "price"}
        def view():
            db.execute("SELECT * FROM t ORDER BY " + COLUMNS.get(request.args["by"], "name"))
            db.execute("SELECT * FROM t ORDER BY " + COLUMNS[request.args["by"]])
    """,
    "shell": """
        def ping(host):
            os.system("ping " + host)  # found: shell-flow
            subprocess.run(f"ping {host}", shell=True)  # found: shell-flow
            subprocess.run(["sh", "-c", "ping " + host])  # found: shell-flow
            subprocess.run(["ping", "--", host])
            os.system("ping " + shlex.quote(host))
        def view():
            ping(request.form["host"])
    """,
    "program": """
        def start(words):
            subprocess.run(words)  # found: program-flow
        def view():
            start([request.args["program"], "--version"])
            subprocess.run([request.args["program"], "x"])  # found: program-flow
    """,
    "code": """
        def run(text):
            return eval(text)  # found: code-flow
        def view():
            run(request.args["f"])
            json.loads(request.args["f"])
            re.compile("x").match(request.args["f"])
    """,
    "import": """
        def load(name):
            return importlib.import_module(name)  # found: import-flow
        def view():
            load("plugins." + request.args["plugin"])
    """,
    "import-of-a-set": """
        def view():
            name = request.args["plugin"]
            if name in ("csv", "json"):
                importlib.import_module(name)
    """,
    "attribute": """
        def view(service):
            getattr(service, request.args["action"])()  # found: attribute-flow
            globals()[request.args["action"]]()  # found: attribute-flow
            getattr(service, "fixed")(request.args["action"])
    """,
    "template": """
        def render(text):
            return jinja2.Template("<p>" + text).render()  # found: template-flow
        def view():
            render(request.args["t"])
            return render_template_string("<p>{{ t }}", t=request.args["t"])
    """,
    "template-file": """
        def view():
            return render_template(request.args["page"] + ".html")  # found: template-file-flow
    """,
    "path": """
        def read(name):
            with open(os.path.join("data", name)) as file:  # found: path-flow
                return file.read()
        def text(name):
            streams(name).read_bytes(10)
            (Path("data") / name).read_bytes()  # found: path-flow
            return (Path("data") / name).read_text()  # found: path-flow
        def view():
            read(request.args["name"]); text(request.args["name"])
    """,
    "path-last-part": """
        def view():
            open(os.path.join("data", os.path.basename(request.args["name"])))
            open("data/" + secure_filename(request.args["name"]))
            open(safe_join("data", request.args["name"]))
            (Path("data") / Path(request.args["name"]).name).read_text()
            open("data/" + request.args["name"].split("/")[-1])
            open(f"data/{uuid.UUID(request.args['id'])}")
    """,
    "path-below": """
        BASE = "/srv/data"
        def view():
            path = os.path.realpath(os.path.join(BASE, request.args["name"]))
            if not path.startswith(BASE + "/"):
                return "no", 403
            return open(path).read(9)
    """,
    "path-below-pathlib": """
        BASE = Path("/srv/data")
        def view():
            path = (BASE / request.args["name"]).resolve()
            if not path.is_relative_to(BASE):
                return "no", 403
            return path.read_text()
    """,
    "path-below-by-raising": """
        BASE = Path("/srv/data")
        def safe(name):
            path = (BASE / name).resolve()
            path.relative_to(BASE)
            return path
        def view():
            return safe(request.args["name"]).read_text()
    """,
    "path-prefix-is-no-check": """
        def view():
            path = request.args["name"]
            if path.startswith("/srv/data/"):
                open(path)  # found: path-flow
    """,
    "path-without-dots": """
        def view():
            name = request.args["name"]
            if ".." in name or name.startswith("/"):
                return "no", 400
            return open("data/" + name).read(9)
    """,
    "upload": """
        def store(sent):
            sent.save(os.path.join("up", sent.filename))  # found: upload-flow
        def view():
            store(request.files["f"])
            sent = request.files["f"]
            sent.save(os.path.join("up", secure_filename(sent.filename)))
            sent.save(f"up/{uuid.uuid4()}.png")
    """,
    "url": """
        def fetch(url):
            return requests.get(url)  # found: url-flow
        def view():
            fetch(request.args["url"])
            requests.get("https://api.example.com/" + request.args["id"])
            requests.get("https://api.example.com/x", params={"q": request.args["q"]})
    """,
    "url-with-a-known-host": """
        from urllib.parse import urlparse
        HOSTS = ("a.example.com", "b.example.com")
        def view():
            url = request.args["url"]
            if urlparse(url).hostname not in HOSTS:
                return "no", 403
            return requests.get(url).text
    """,
    "url-scheme-is-no-check": """
        def view():
            requests.get("http://" + request.args["host"])  # found: url-flow
    """,
    "log": """
        def view():
            log.info("login " + request.args["name"])  # found: log-flow
            log.info("login %s", request.args["name"])  # found: log-flow
            log.info("login %r", request.args["name"])
            log.info("%s %r", len(request.args["name"]), request.args["name"])
            log.info("login " + request.args["name"].replace("\\n", ""))
    """,
    "regex": """
        def view(text):
            re.search(request.args["q"], text)  # found: regex-flow
            re.search(re.escape(request.args["q"]), text)
            re.search("a+", request.args["q"])
    """,
    "page": """
        @app.route("/")
        def view():
            return "<p>" + request.args["name"]  # found: page-flow
        @app.route("/made")
        def made():
            return make_response(f"<p>{request.args['name']}")  # found: page-flow
        @app.get("/marked")
        def marked():
            return render_template("x.html", name=Markup(request.args["name"]))  # found: page-flow
    """,
    "page-escaped": """
        @app.route("/")
        def view():
            return "<p>" + html.escape(request.args["name"])
        @app.route("/2")
        def made():
            return f"<p>{escape(request.args['name'])}"
        @app.route("/3")
        def data():
            return jsonify(name=request.args["name"])
        @app.route("/4")
        def table():
            return {"name": request.args["name"]}
        @app.route("/5")
        def typed():
            return Response(request.args["name"], mimetype="text/plain")
        @app.route("/6")
        def shown():
            return render_template("x.html", name=request.args["name"])
        @app.route("/7")
        def put():
            return Markup("<p>{}").format(request.args["name"])
    """,
    "redirect": """
        def back(target):
            return redirect(target)  # found: redirect-flow
        def view():
            back(request.args.get("next") or "/")
            redirect("/user/" + request.args["id"])
            redirect(url_for("shop", name=request.args["id"]))
    """,
    "redirect-checked": """
        from django.utils.http import url_has_allowed_host_and_scheme
        def view():
            target = request.args["next"]
            if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
                target = "/"
            return redirect(target)
    """,
    "header": """
        def view():
            response = make_response("")
            response.headers["X-Name"] = request.args["name"]  # found: header-flow
            response.headers["X-Page"] = str(int(request.args["page"]))
            return response
    """,
    "unpickle": """
        def load(content):
            return pickle.loads(content)  # found: unpickle-flow
        def view():
            load(request.data)
            yaml.load(request.data, Loader=yaml.Loader)  # found: unpickle-flow
            yaml.load(request.data, Loader=yaml.SafeLoader)
            yaml.safe_load(request.data)
    """,
    "xml": """
        def read(content):
            return lxml.etree.fromstring(content)  # found: xml-flow
        def view():
            read(request.data)
            lxml.etree.fromstring(request.data, parser=lxml.etree.XMLParser(resolve_entities=False))
    """,
    "fields": """
        class User:
            def __init__(self, **fields): pass
        def view(Item):
            Item(**request.get_json())  # found: fields-flow
            Item(name=request.get_json()["name"])
            for key, value in request.get_json().items():
                setattr(Item, key, value)  # found: fields-flow
    """,
    "lookup": """
        from shop.models import Order
        SEARCHED = ("state", "city")
        def rows(params):
            wanted = {key: value for key, value in params.items() if value}
            return Order.objects.filter(**wanted)  # found: lookup-flow
        def few(params):
            wanted = {key: params[key] for key in SEARCHED if key in params}
            return Order.objects.filter(**wanted)
        def known(params):
            wanted = {key: value for key, value in params.items() if key in SEARCHED}
            return Order.objects.filter(**wanted)
        def view(self):
            rows(request.GET.dict())
            few(request.GET)
            known(request.GET)
            self.queryset.exclude(**{request.GET["by"]: 1})  # found: lookup-flow
            Order.objects.filter(**{"state": request.GET["state"]})
            Order.objects.filter(**form.cleaned_data)
    """,
    "nosql": """
        def view(users):
            users.find_one({"name": request.json["name"]})  # found: nosql-flow
            users.find_one({"name": str(request.json["name"])})
            users.find_one({"name": request.args["name"]})
            users.find_one({"name": {"$eq": request.json["name"]}})
    """,
    "ldap": """
        def view(conn):
            conn.search("dc=x", "(uid=" + request.args["uid"] + ")")  # found: ldap-flow
            conn.search("dc=x", "(uid=" + escape_filter_chars(request.args["uid"]) + ")")
    """,
    "xpath": """
        def view(tree):
            tree.xpath("//user[name='" + request.args["name"] + "']")  # found: xpath-flow
            tree.xpath("//user[name=$name]", name=request.args["name"])
    """,
    "option": """
        def view():
            subprocess.run(["git", "clone", request.args["url"], "to"])  # found: option-flow
            subprocess.run(["git", "clone", "--", request.args["url"], "to"])
            subprocess.run(["git", "clone", "https://x.example/" + request.args["url"]])
            subprocess.run(["echo", request.args["url"]])
    """,
    "format": """
        def view():
            request.args["t"].format(user=app)  # found: format-flow
            "{t}".format(t=request.args["t"])
    """,
    "mail": """
        def view(smtp):
            smtp.sendmail("a@x", ["b@x"], "To: " + request.form["to"] + "\\n\\nhello")  # found: mail-flow
            smtp.sendmail("a@x", [request.form["to"]], "hello")
    """,
    "session": """
        from flask import session
        def view():
            session["user"] = request.form["user"]  # found: trust-flow
            session[request.form["user"]] = 1  # found: trust-flow
            session["user"] = "guest"
    """,
    "formula": """
        import csv
        def view(file):
            writer = csv.writer(file)
            writer.writerow(["a", request.form["user"]])  # found: formula-flow
            writer.writerow(["a", "'" + request.form["user"]])
    """,
    "algorithm": """
        import hashlib
        def view():
            hashlib.new(request.form["name"], b"x")  # found: algorithm-flow
            hashlib.new("sha256", request.data)
    """,
    "operator": """
        import sys
        def view():
            os.system("ls " + sys.argv[1])  # found: shell-flow
            open(sys.argv[1])
            requests.get(sys.argv[1])
    """,
}


@pytest.mark.parametrize("name", CASES)
def test_exactly_the_marked_lines_are_found(name: str, tmp_path: Path) -> None:
    files = {"shop.py": HEAD + plain(CASES[name])}
    assert found(tmp_path, files) == wanted(files)


def test_every_weakness_has_a_case_that_finds_it() -> None:
    assert {rule for text in CASES.values() for rule in MARK.findall(text)} == set(WEAKNESSES)


def test_every_sink_is_of_a_known_weakness() -> None:
    assert {sink.rule for sinks in SINKS.values() for sink in sinks} <= set(WEAKNESSES)
