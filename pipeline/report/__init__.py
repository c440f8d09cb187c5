"""A run as text. Each report is one pure function of a `RunView`; this is the list of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..view import RunView
from . import console, html, junit, markdown, sarif, verdict_json

Report = Callable[[RunView], str]

REPORTS: Mapping[str, Report] = {
    "report.html": html.render,
    "report.md": markdown.render,
    "findings.sarif": sarif.render,
    "junit.xml": junit.render,
    "verdict.json": verdict_json.render,
    "console": console.render,
}
"""File name to report; `console` is printed, not written. `sbom.cdx.json` is the sbom check's own evidence."""
