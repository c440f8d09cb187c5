"""How often a test that draws at random repeats: a few times on every save, the full count in `invoke soak`.

`SECURE_RELEASE_SOAK=1` asks for the full counts; nothing else does. Mark such a test with `@pytest.mark.soak`.
"""

from __future__ import annotations

import os

SOAKING = os.environ.get("SECURE_RELEASE_SOAK", "") == "1"


def times(short: int, full: int) -> int:
    """`full` while soaking, else `short`: seeds, kills, clones under a writer."""
    return full if SOAKING else short
