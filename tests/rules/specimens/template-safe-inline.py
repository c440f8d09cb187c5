from flask import render_template_string
from jinja2 import Environment, Template

TEXT = "<p>{{ body|safe }}</p>"
FINE = "<p>{{ body }}</p>"


def view(body):
    # ruleid: template-safe-inline
    render_template_string("<p>{{ body | safe }}</p>", body=body)
    # ruleid: template-safe-inline
    render_template_string(TEXT, body=body)
    # ruleid: template-safe-inline
    Template("{% autoescape false %}{{ body }}{% endautoescape %}").render(body=body)
    # ruleid: template-safe-inline
    Environment(autoescape=True).from_string("{{ body|safe }}").render(body=body)
    # ok: template-safe-inline
    render_template_string("<p>{{ body }}</p>", body=body)
    # ok: template-safe-inline
    render_template_string(FINE, body=body)
    # ok: template-safe-inline
    render_template_string("safe {{ body|e }} |", body=body)
    # ok: template-safe-inline
    log("{{ body|safe }}")


def by_name(body):
    page = "{{ body | safe }}"
    # ruleid: template-safe-inline
    render_template_string(page, body=body)
