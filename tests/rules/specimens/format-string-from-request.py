import string

from flask import Flask, request

app = Flask(__name__)


@app.route("/label")
def flask_label():
    pattern = request.args["pattern"]
    # ruleid: format-string-from-request
    pattern.format(user=current_user)
    # ok: format-string-from-request
    "Hello {}".format(pattern)
    # ok: format-string-from-request
    string.Template(pattern).safe_substitute(name="x")
    return "ok"


def django_label(request):
    text = "<b>" + request.POST["label"] + "</b>"
    # ruleid: format-string-from-request
    return text.format_map({"item": item})


@app.get("/label")
async def fastapi_label(pattern: str, width: int):
    # ok: format-string-from-request
    "{:>{}}".format("x", width)
    # ruleid: format-string-from-request
    return pattern.format(item)


def another_1(name):
    tainted = request.args["x"]
    # ruleid: format-string-from-request
    string.Formatter().format(tainted)
    # ruleid: format-string-from-request
    string.Formatter().vformat(tainted)
    # ruleid: format-string-from-request
    str.format(tainted)


def percent(request):
    text = request.GET["text"]
    # ruleid: format-string-from-request
    one = text % {"key": 1}
    # ruleid: format-string-from-request
    two = text % dict(key=1)
    # ruleid: format-string-from-request
    three = text % vars(request)
    # ruleid: format-string-from-request
    four = text % locals()
    # ok: format-string-from-request
    five = "%(text)s" % {"text": text}
    return one, two, three, four, five


def percent(request):
    pattern = request.GET["pattern"]
    # ruleid: format-string-from-request
    return pattern % {"name": "x"}


def percent_of_a_constant(request):
    # ok: format-string-from-request
    return "%(name)s" % {"name": request.GET["name"]}
