"""The bill of materials: valid CycloneDX 1.6, every pin in it, what is not pinned too, and the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from secure_release.checks import Ran
from secure_release.checks.builtin.sbom import CHECK
from tests.fakes_audit import Kept, context

HASH = "sha256:" + "a" * 64
FILES: Mapping[str, str | bytes] = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1.2"\n',
    "requirements.txt": f"flask==2.2.2 --hash={HASH} --hash=sha256:short\nloose>=1\n<<<\n",
    "dev/requirements.txt": "flask==2.2.2\njinja2==2.10\n",
}


def made(folder: Path, files: Mapping[str, str | bytes]) -> tuple[Ran, dict[str, Any]]:
    keep = Kept()
    result = CHECK.run(context(folder, files, keep=keep))
    assert isinstance(result, Ran), result
    document: dict[str, Any] = json.loads(keep.contents["sbom.cdx.json"])
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(keep.contents["sbom.cdx.json"].decode()) is None
    return result, document


def test_every_pin_is_a_component(tmp_path: Path) -> None:
    _, document = made(tmp_path, FILES)
    parts = {c.get("purl"): c for c in document["components"]}
    assert set(parts) == {None, "pkg:pypi/flask@2.2.2", "pkg:pypi/jinja2@2.10"}
    flask = parts["pkg:pypi/flask@2.2.2"]
    assert flask["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]
    assert {p["value"] for p in flask["properties"]} == {"requirements.txt:1", "dev/requirements.txt:1"}


def test_what_is_not_pinned_is_named_as_such(tmp_path: Path) -> None:
    result, document = made(tmp_path, FILES)
    loose = {c["name"]: c for c in document["components"] if "version" not in c}
    assert set(loose) == {"loose", "<<<"}
    assert {"name": "secure-release:unpinned", "value": "loose>=1: is not pinned to one version"} in loose["loose"]["properties"]
    assert result.gaps == ()


def test_the_project_depends_on_all(tmp_path: Path) -> None:
    _, document = made(tmp_path, FILES)
    assert (document["metadata"]["component"]["name"], document["metadata"]["component"]["version"]) == ("shop", "1.2")
    root = next(d for d in document["dependencies"] if d["ref"] == "project")
    assert set(root["dependsOn"]) == {c["bom-ref"] for c in document["components"]}


def test_the_same_release_has_the_same_document(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = made(tmp_path / "a", FILES)[0], made(tmp_path / "b", FILES)[0]
    assert first.evidence == second.evidence


def test_another_tree_has_another_serial_number(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    serials = {made(tmp_path / "a", FILES)[1]["serialNumber"], made(tmp_path / "b", {**FILES, "app.py": "1"})[1]["serialNumber"]}
    assert len(serials) == 2


@pytest.mark.parametrize(
    ("files", "looked_at", "gaps"),
    [
        ({"app.py": ""}, (), []),
        ({"uv.lock": "not toml ["}, (), ["uv.lock"]),
        ({"requirements.txt": b"\xff\xff", "pyproject.toml": "[[["}, (), ["pyproject.toml", "requirements.txt"]),
        ({"requirements.txt": "", "pyproject.toml": "project = 5"}, ("pyproject.toml", "requirements.txt"), []),
    ],
    ids=["no dependency file", "garbage lock", "nothing readable", "nothing said"],
)
def test_files_are_accounted_for(
    tmp_path: Path, files: Mapping[str, str | bytes], looked_at: tuple[str, ...], gaps: list[str]
) -> None:
    result, _ = made(tmp_path, files)
    assert result.looked_at == looked_at
    assert [gap.subject for gap in result.gaps] == gaps
