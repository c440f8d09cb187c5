from django.utils.html import format_html
from django.utils.safestring import mark_safe
from flask import Flask, request
from markupsafe import Markup, escape

app = Flask(__name__)


@app.route("/note")
def flask_note():
    note = request.form["note"]
    # ruleid: markup-from-request
    Markup("<p>" + note + "</p>")
    # ok: markup-from-request
    Markup("<p>{}</p>").format(note)
    # ok: markup-from-request
    Markup("<p>%s</p>") % note
    # ok: markup-from-request
    Markup("<p>" + escape(note) + "</p>")
    return "ok"


def django_note(request):
    note = request.POST.get("note")
    # ok: markup-from-request
    format_html("<p>{}</p>", note)
    # ruleid: markup-from-request
    format_html("<p>" + note + "</p>")
    # ruleid: markup-from-request
    return mark_safe(note)


@app.get("/note")
async def fastapi_note(note: str, number: int):
    # ok: markup-from-request
    Markup(f"<p>{number}</p>")
    # ruleid: markup-from-request
    return Markup(f"<p>{note}</p>")


def another_1(name):
    tainted = request.args["x"]
    # ruleid: markup-from-request
    markupsafe.Markup(tainted)
    # ruleid: markup-from-request
    flask.Markup(tainted)
    # ruleid: markup-from-request
    Markup(tainted)
    # ruleid: markup-from-request
    django.utils.safestring.mark_safe(tainted)
    # ruleid: markup-from-request
    mark_safe(tainted)
    # ruleid: markup-from-request
    SafeString(tainted)
    # ruleid: markup-from-request
    SafeText(tainted)
    # ruleid: markup-from-request
    django.utils.html.format_html(tainted)
    # ruleid: markup-from-request
    format_html(tainted)
    # ruleid: markup-from-request
    webhelpers2.html.literal(tainted)
