"""What a rule of semgrep must find, and `flows` takes for harmless, would be lost: it is counted here for each rule."""

from __future__ import annotations

import pytest

from secure_release.checks.flows.child import look
from secure_release.checks.flows.sinks import watched
from secure_release.checks.grades import WATCHES
from tests.rules.specimen import SPECIMENS, specimen

# Calls without their import, of which `flows` does not know whose they are, and an address that the object makes itself.
LOST = {
    "command-from-command-line": 1,
    "command-from-request": 1,
    "html-from-request": 4,
    "path-from-request": 1,
    "redirect-from-request": 2,
    "template-file-from-request": 1,
    "url-from-request": 1,
    "xml-from-request": 1,
}


@pytest.mark.parametrize("rule", WATCHES)
def test_hardly_anything_that_a_rule_must_find_is_taken_for_harmless(rule: str) -> None:
    wanted = specimen(rule)
    lines = wanted.path.read_text(encoding="utf-8").splitlines()
    told = {line for flow in look(SPECIMENS, [wanted.path.name])["flows"] for line in range(flow["line"], flow["end_line"] + 1)}
    silent = [lines[at - 1].strip() for at in sorted(wanted.must_find - told)]

    lost = [text for text in silent if not set(WATCHES[rule]).isdisjoint(watched(text))]

    assert len(lost) <= LOST.get(rule, 0), lost
