"""Which patch the output of failing tests accuses. A hint: it decides what is tried first, never what is true."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..patching import Patch


def accused(output: str, patches: Sequence[Patch]) -> Patch | None:
    """The patch that is named last: the end of a traceback is where it went wrong."""
    named = [(last, patch) for patch in patches if (last := max(_last_mention(output, name) for name in _names(patch))) >= 0]
    return max(named, key=lambda pair: pair[0])[1] if named else None


def _names(patch: Patch) -> tuple[str, ...]:
    """Its own, and what is built from it: `libssl3` of openssl."""
    return tuple(dict.fromkeys((patch.name, *(member.name.partition(":")[0] for member in patch.members))))


def _last_mention(output: str, name: str) -> int:
    spellings = "|".join(re.escape(spelling) for spelling in spelt(name))
    found = re.finditer(rf"(?<![A-Za-z0-9_])(?:{spellings})(?![A-Za-z0-9_])", output, re.IGNORECASE)
    return max((match.start() for match in found), default=-1)


def spelt(name: str) -> tuple[str, ...]:
    """A distribution's name as its modules may be called: `pyyaml` is `yaml`, `python-dateutil` is `dateutil`."""
    stems = [name, *(name.removeprefix(start) for start in ("python-", "py") if name.startswith(start))]
    return tuple(dict.fromkeys(spelling for stem in stems if len(stem) > 1 for spelling in (stem, stem.replace("-", "_"))))
