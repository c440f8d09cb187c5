"""`invoke --list` shows what can be done; `invoke secure-release` is a whole release."""

from secure_release.pipeline.cli import namespace as ns  # noqa: F401
