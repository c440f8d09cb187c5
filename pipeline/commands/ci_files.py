"""What `init --ci` writes: for each CI its files under templates/ci/<ci>/, and where they go in the user's project."""

from __future__ import annotations

from collections.abc import Mapping

FILES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "github": (
        ("secure-release.yml", ".github/workflows/secure-release.yml"),
        ("secure-release-pipeline.yml", ".github/workflows/secure-release-pipeline.yml"),
        ("action.yml", ".github/actions/secure-release/action.yml"),
    ),
    "jenkins": (),
    "codepipeline": (),
}
