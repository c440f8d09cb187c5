"""schema: the JSON Schema of secure-release.yml, for editors."""

from __future__ import annotations

import json

from ..config import Config


def schema() -> str:
    """The schema as JSON text (draft 2020-12)."""
    described = Config.model_json_schema(by_alias=True)
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **described, "title": "secure-release.yml"}, indent=2)
