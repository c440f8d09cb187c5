"""What `init --ci` writes: for each CI its files under templates/ci/<ci>/, and where they go in the user's project."""

from __future__ import annotations

from collections.abc import Mapping

FILES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "github": (),
    "jenkins": (),
    "codepipeline": (),
}
