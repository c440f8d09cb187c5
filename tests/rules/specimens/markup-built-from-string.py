from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from markupsafe import Markup

CLASS = "note"


def note(text):
    # ruleid: markup-built-from-string
    mark_safe("<p>%s</p>" % text)
    # ruleid: markup-built-from-string
    mark_safe(f"<p>{text}</p>")
    page = "<p>{}</p>".format(text)
    # ruleid: markup-built-from-string
    Markup(page)
    # ok: markup-built-from-string
    mark_safe(f"<p class='{CLASS}'></p>")
    # ok: markup-built-from-string
    format_html("<p>{}</p>", text)
    # ok: markup-built-from-string
    Markup("<p>%s</p>") % text
    # ok: markup-built-from-string
    mark_safe("<br>")


def escaped(text):
    # ok: markup-built-from-string
    mark_safe(f"<p>{html.escape(text)}</p>")


def escaped_before(text, widget):
    inner = escape(text)
    # ok: markup-built-from-string
    return mark_safe(f"<p {widget}>{inner}</p>")


def attributes(field, input_params):
    # ok: markup-built-from-string
    Markup(f"<input {input_params}>")
    # ok: markup-built-from-string
    Markup(f"<input {html_params(name=field.name)}>")
    # ruleid: markup-built-from-string
    return Markup(f"<input {input_value}>")


def spaced(items):
    joined = " ".join(escape(item) for item in items)
    # ok: markup-built-from-string
    return Markup(" " + joined)


def another_1(name):
    tainted = "<b>" + name
    # ruleid: markup-built-from-string
    markupsafe.Markup(tainted)
    # ruleid: markup-built-from-string
    flask.Markup(tainted)
    # ruleid: markup-built-from-string
    Markup(tainted)
    # ruleid: markup-built-from-string
    django.utils.safestring.mark_safe(tainted)
    # ruleid: markup-built-from-string
    mark_safe(tainted)
    # ruleid: markup-built-from-string
    SafeString(tainted)
    # ruleid: markup-built-from-string
    SafeText(tainted)
    # ruleid: markup-built-from-string
    django.utils.html.format_html(tainted)
    # ruleid: markup-built-from-string
    format_html(tainted)
    # ruleid: markup-built-from-string
    webhelpers2.html.literal(tainted)


def in_other_ways(name):
    # ruleid: markup-built-from-string
    Markup("<b>%s</b>" % name)
    # ruleid: markup-built-from-string
    mark_safe("<b>%s</b>" % name)
    # ruleid: markup-built-from-string
    format_html("<b>%s</b>" % name)
    # ok: markup-built-from-string
    mark_safe(str(len("<b>%s</b>" % name)))


def escaped_whole(name):
    # ok: markup-built-from-string
    mark_safe(html.escape("<b>%s</b>" % name))


def box(attrs, label, indent, level, levels):
    # ok: markup-built-from-string
    a = mark_safe(f"<input {attrs.as_html()} />")
    # ruleid: markup-built-from-string
    b = mark_safe(f"<input {label.as_text()} />")
    # ok: markup-built-from-string
    c = mark_safe(' style="padding-{}:{}px"'.format("left" if level else "right", 8 + indent * level))
    # ok: markup-built-from-string
    d = mark_safe(' style="padding:{}px"'.format(indent * levels[level]))
    # ruleid: markup-built-from-string
    e = mark_safe(' style="padding:{}px"'.format(levels[level]))
    return a, b, c, d, e
