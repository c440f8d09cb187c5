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
    mark_safe(f"<p>{escape(text)}</p>")
    # ok: markup-built-from-string
    mark_safe(f"<p class='{CLASS}'></p>")
    # ok: markup-built-from-string
    format_html("<p>{}</p>", text)
    # ok: markup-built-from-string
    Markup("<p>%s</p>") % text
    # ok: markup-built-from-string
    mark_safe("<br>")
