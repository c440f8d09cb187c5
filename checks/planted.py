"""The specimens of the dependency audit: pins that must be found vulnerable, or whoever was asked is blind."""

from __future__ import annotations

from .advisories import Pin

# Invented: only a snapshot's responder knows them. Never sent to a live service.
# Two, here and below, because one file can't hold two versions of one name, and a project may pin the same name.
INVENTED = (Pin("secure-release-planted", "1.0"), Pin("secure-release-planted-too", "1.0"))
INVENTED_RECORD = {
    "id": "SECURE-RELEASE-PLANTED",
    "modified": "2020-01-01T00:00:00Z",
    "summary": "An invented hole in an invented distribution, to prove that the audit can see.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": pin.name},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
        }
        for pin in INVENTED
    ],
}

# The responder puts this hole in every answer: a pin in a report without it was never asked about.
ASKED = "SECURE-RELEASE-ASKED"

# Real, old and rarely pinned: CVE-2020-6802 and CVE-2022-40023.
REAL = (Pin("bleach", "3.1.0"), Pin("mako", "1.1.0"))
