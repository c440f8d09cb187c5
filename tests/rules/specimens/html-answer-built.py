import html

from django.http import HttpResponse
from fastapi.responses import HTMLResponse
from flask import Flask, make_response, render_template, url_for

app = Flask(__name__)
HEAD = "x"


@app.route("/c/<int:i>")
def flask_row(i):
    row = find(i)
    # ruleid: html-answer-built
    return "<div>" + row["body"] + "</div>"


@app.route("/f/<int:i>")
def flask_format(i):
    row = find(i)
    if row:
        # ruleid: html-answer-built
        return "<b>{}</b>".format(row.name)
    # ruleid: html-answer-built
    return "<b>{who}</b>".format(who=row.name)


def django_view(request):
    note = Note.objects.first()
    page = "<p>%s</p>" % note.body
    if note:
        # ruleid: html-answer-built
        return HttpResponse(page)
    # ruleid: html-answer-built
    return HttpResponse("<p>%s: %s</p>" % (note.title, note.body), status=404)


def fastapi_view(note):
    if note:
        # ruleid: html-answer-built
        return HTMLResponse(f"<p>{note.body}</p>")
    # ruleid: html-answer-built
    return HTMLResponse(content=f"<p>{note.body}</p>")


def flask_made(note):
    # ruleid: html-answer-built
    return make_response("<p>" + note.body)


@app.route("/e/<int:i>")
def flask_escaped(i):
    row = find(i)
    if row:
        # ok: html-answer-built
        return "<div>" + html.escape(row["body"]) + "</div>"
    if i:
        # ok: html-answer-built
        return f"<div>{HEAD}</div>"
    # ok: html-answer-built
    return render_template("a.html", body="<p>" + row["body"])


def django_fine(request):
    note = Note.objects.first()
    if note:
        # ok: html-answer-built
        return HttpResponse("note: %s" % note.body)
    # ok: html-answer-built
    return HttpResponse("<p>%d</p>" % note.count)


def no_view(note):
    # ok: html-answer-built
    return "<p>" + note.body


def fastapi_fine(note):
    # ok: html-answer-built
    return HTMLResponse("<p>%s</p>" % url_for("x"))


def greets(request):
    who = escape(request.GET.get("who", "you"))
    page = "<h1>Welcome %s</h1>" % who
    # ok: html-answer-built
    return HttpResponse(page)


def greets_freely(request):
    who = lower(request.GET.get("who", "you"))
    page = "<h1>Welcome %s</h1>" % who
    # ruleid: html-answer-built
    return HttpResponse(page)


@app.route("/people/<int:person>/<int:page_of>")
def person_page(person, page_of):
    # ok: html-answer-built
    return f"<h1>Person {person}</h1><p>{page_of}</p>"


@app.route("/people/<int:person>/<word>")
def person_word(person, word):
    # ruleid: html-answer-built
    return f"<h1>Person {person}</h1><p>{word}</p>"
