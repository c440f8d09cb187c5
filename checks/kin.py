"""One hole under several numbers: tools file the same weakness under different entries of the CWE list. Pure.

Tight on purpose: two findings of one kind on the same lines become one, so a kind holds only what is mended by the same edit.
"""

from __future__ import annotations

from collections.abc import Mapping

from .finding import Finding

FAMILIES: tuple[tuple[str, ...], ...] = (
    ("CWE-22", "CWE-23", "CWE-36", "CWE-73"),
    ("CWE-78", "CWE-77", "CWE-88"),
    ("CWE-79", "CWE-80", "CWE-83", "CWE-87"),
    ("CWE-89", "CWE-564"),
    ("CWE-94", "CWE-95"),
    ("CWE-295", "CWE-297", "CWE-298", "CWE-299"),
    ("CWE-328", "CWE-759", "CWE-760", "CWE-916"),
    ("CWE-330", "CWE-331", "CWE-335", "CWE-338"),
    ("CWE-377", "CWE-378", "CWE-379"),
    ("CWE-489", "CWE-215"),
    ("CWE-611", "CWE-776"),
    ("CWE-732", "CWE-276"),
    ("CWE-798", "CWE-259", "CWE-321"),
)
HEAD: Mapping[str, str] = {member: family[0] for family in FAMILIES for member in family}

# Rules that file what they find under another weakness than the call they speak of.
FILED: Mapping[tuple[str, str], str] = {
    ("bandit", rule): weakness
    for weakness, rules in {
        "CWE-94": ("B102", "B307"),  # filed as 78
        "CWE-79": ("B701", "B702"),  # as 94
        "CWE-328": ("B303", "B324"),  # as 327
        "CWE-489": ("B201",),  # as 94
        "CWE-502": ("B506",),  # as 20
        "CWE-611": ("B313", "B314", "B315", "B316", "B317", "B318", "B319"),  # as 20
        "CWE-918": ("B310",),  # as 22
    }.items()
    for rule in rules
}


def kind(finding: Finding) -> str:
    """The family of its weakness; "" for a finding without one."""
    weakness = FILED.get((finding.check, finding.rule), finding.weakness)
    return HEAD.get(weakness, weakness)
