"""What every Docker object of one clone carries, so that it can be found again and told from everybody else's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

CLONE = "secure-release.clone"  # the id of the clone, as the journal names it
RUN = "secure-release.run"
EXPIRES = "secure-release.expires"  # a moment (RFC 3339) after which nothing of ours should be there


@dataclass(frozen=True)
class Mark:
    """`announce` is given the kind (`container`, `image`, `volume`, `network`) and the name of an object before it is made."""

    clone: str
    labels: Mapping[str, str]  # the three above
    announce: Callable[[str, str], None]

    def name(self, kind: str, what: str) -> str:
        """An object's name, announced: call it right before the object is made."""
        name = f"secure-release-{self.clone}-{what}"
        self.announce(kind, name)
        return name
