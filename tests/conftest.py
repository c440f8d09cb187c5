"""What every test stands on: no deadline for hypothesis on a loaded machine, and no trusted ref from outside."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("default", deadline=None, max_examples=60)
settings.register_profile("soak", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
os.environ.pop("SECURE_RELEASE_TRUST", None)
