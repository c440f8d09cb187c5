"""What the pages on backups show is a configuration."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from secure_release.pipeline.config import Config

HERE = Path(__file__).parents[2]
SHOWN = [
    pytest.param(block, id=f"{page} {number}")
    for page in ("README.md", "docs/backups.md")
    for number, block in enumerate(re.findall(r"```yaml\n(backup:.*?)```", (HERE / page).read_text(), re.DOTALL), 1)
]


@pytest.mark.parametrize("block", SHOWN)
def test_what_a_page_shows_is_taken(block: str) -> None:
    given = Config.model_validate_json(json.dumps(yaml.safe_load(block)))  # as from a file: lists become tuples

    assert given.backup.sources


def test_the_pages_show_something() -> None:
    assert len(SHOWN) == 3
