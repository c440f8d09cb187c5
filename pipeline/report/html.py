"""The page for the person who must answer for the release: one file, nothing fetched, readable everywhere.

It runs no script, but for one case: a table longer than `page.GROUP` is shown page by page by a script of ours, which the
page's own policy names by its digest.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from ..view import RunView
from . import facts, html_scan, html_ship, reasons
from .page import LONGEST, Section, Table
from .text import WORDS, cut, moment, seconds, visible


def render(view: RunView) -> str:
    css, parts = _packaged("report.css"), sections(view)
    script = _packaged("report.js") if any(isinstance(block, Table) and block.data for part in parts for block in part.blocks) else ""
    return _template().render(
        view=view,
        css=Markup(css),  # noqa: S704 our own file, no data in it
        style_hash=_digest(css),
        script=Markup(script),  # noqa: S704 our own file, no data in it
        script_hash=_digest(script),
        says=WORDS[view.outcome],
        tone=str(view.outcome).replace(" ", "-"),
        against=reasons.against(view),
        steps=_steps(view),
        sections=parts,
        began=moment(view.started),
        ended=moment(view.finished),
    )


def sections(view: RunView) -> tuple[Section, ...]:
    """The parts of the page after the verdict, in the order in which a release manager asks."""
    return (
        *html_ship.rolled_back(view),
        html_scan.looked_at(view),
        html_scan.not_looked_at(view),
        html_scan.findings(view),
        html_ship.patches(view),
        html_ship.backups(view),
        html_ship.deployed(view),
        html_scan.waivers(view),
        html_ship.time_line(view),
        html_ship.digests(view),
    )


def _steps(view: RunView) -> tuple[tuple[str, str, str, str], ...]:
    """Each stage of a release: its name, how it ended, what it said, how long it took."""
    ran = {result.stage: result for result in view.stages}
    names = dict.fromkeys((*facts.ORDER, *ran))
    return tuple(
        (name, ran[name].outcome, ran[name].summary, seconds(facts.took(ran[name])))
        if name in ran
        else (name, "has not run", "", "")
        for name in names
    )


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, finalize=_shown, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(short=partial(cut, limit=150), long=partial(cut, limit=LONGEST), packed=Markup)
    return environment.from_string(_packaged("report.html.j2"))


def _digest(text: str) -> str:
    """As a page's policy names what may stand in it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _shown(value: object) -> object:
    """Every value on its way into the page: nothing hidden stays hidden. Escaping follows."""
    return value if isinstance(value, Markup) else visible(str(value))


@cache
def _packaged(name: str) -> str:
    return files(__package__ or "").joinpath(name).read_text(encoding="utf-8")
