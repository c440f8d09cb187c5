import re

from flask import Flask, request

app = Flask(__name__)
PATTERNS = {"number": r"^\d+$"}


@app.route("/grep")
def flask_grep():
    # ruleid: regex-from-request
    re.search(request.args["pattern"], "text")
    # ruleid: regex-from-request
    re.compile("^" + request.args["prefix"])
    # ok: regex-from-request
    re.search(re.escape(request.args["word"]), "text")
    # ok: regex-from-request
    re.search(PATTERNS[request.args["kind"]], "text")
    # ok: regex-from-request
    re.search(r"^\d+$", request.args["word"])
    return "ok"


def django_grep(request):
    # ruleid: regex-from-request
    return re.sub(request.POST["old"], "new", "text")


@app.get("/grep")
async def fastapi_grep(pattern: str, number: int):
    # ok: regex-from-request
    re.match("x{%d}" % number, "text")
    # ruleid: regex-from-request
    return re.match(pattern, "text")


def a_compiled_one(request, regex):
    # ok: regex-from-request
    return regex.match(request.path)


def a_module_of_that_name(request, text):
    import regex

    # ruleid: regex-from-request
    return regex.match(request.args["pattern"], text)
def another_1(name):
    tainted = request.args["x"]
    # ruleid: regex-from-request
    re.findall(tainted)
    # ruleid: regex-from-request
    re.finditer(tainted)
    # ruleid: regex-from-request
    re.split(tainted)
    # ruleid: regex-from-request
    re.subn(tainted)
    # ruleid: regex-from-request
    regex.compile(tainted)
    # ruleid: regex-from-request
    regex.match(tainted, "text")
    # ruleid: regex-from-request
    regex.search(tainted, "text")
    # ruleid: regex-from-request
    s_1.str.contains(tainted)


def whole(request):
    # ruleid: regex-from-request
    re.fullmatch(request.GET["re"], "x")
