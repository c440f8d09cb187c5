"""Who may know whom. The table is the law; change it only in a commit of its own that says why."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
VOCABULARY = ("law", "fields", "patch_config", "source_config", "config", "keeping", "patching", "shipping", "release", "records", "view", "containers", "holding")
WORLD = ("subprocess", "boto3", "docker", "socket", "urllib.request", "http.client", "http.server", "requests", "httpx", "ctypes")

# A room, and the rooms of pipeline/ that it may know. Every room may know checks/ (but for checks/ itself: only itself).
MAY_KNOW: dict[str, tuple[str, ...]] = {
    "law": (),
    "fields": ("law",),
    "patch_config": ("law", "fields"),
    "source_config": ("law", "fields"),
    "config": ("law", "fields", "patch_config", "source_config"),
    "containers": (),
    "holding": ("containers",),
    "keeping": ("config",),
    "patching": ("config",),
    "shipping": ("config", "release"),
    "release": ("law", "config", "keeping", "patching", "shipping"),
    "records": ("law", "release"),
    "view": VOCABULARY,
    "policy": ("law", "patching", "records", "release"),
    "trust": ("records", "release"),
    "sharding": ("records", "release"),
    "joining": ("patching", "records", "release", "sharding", "view"),
    "parts": ("evidence", "joining", "journal", "release"),
    "journal": ("release",),
    "evidence": ("release",),
    "loader": ("release",),
    "project": ("config", "law", "loader", "patch_config", "release"),
    "runs": ("evidence", "journal", "release"),
    "history": ("patching", "release", "view"),
    "signals": ("release",),
    "undoing": ("keeping", "release", "shipping"),
    "asking": ("config", "shipping"),
    "stages": (*VOCABULARY, "policy", "trust", "evidence", "report", "history", "undoing", "asking", "sharding", "joining", "parts", "stages"),
    "report": (*VOCABULARY, "policy", "report"),
    "adapters": (*VOCABULARY, "evidence", "signals", "adapters"),
    "clones": (*VOCABULARY, "evidence", "clones"),
    "backups": (*VOCABULARY, "evidence", "backups"),
    "deploys": (*VOCABULARY, "evidence", "deploys"),
    "flow": (*VOCABULARY, "undoing", "signals", "joining", "parts", "stages"),
}
# Pure rooms that a stage may ask although they live beside drivers: functions over values, no I/O.
PURE = {"stages": ("clones.bisect", "clones.plan", "clones.lockdiff", "clones.judge", "clones.suspects", "clones.artifacts")}
# Everything else (wiring, session, cli, commands, faults, console) picks concrete things and may know all of pipeline/.


def modules(package: str) -> list[Path]:
    return [path for path in sorted((HOUSE / package).rglob("*.py")) if "__pycache__" not in path.parts]


def imports(path: Path) -> Iterator[str]:
    """The full dotted names that a file imports."""
    package = ("secure_release", *path.relative_to(HOUSE).with_suffix("").parts)
    here = package[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            stem = ".".join((*base, *([node.module] if node.module else ())))
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    return path.relative_to(HOUSE / "pipeline").with_suffix("").parts[0]


def offences(path: Path) -> Iterator[str]:
    for name in imports(path):
        if name.startswith("secure_release.pipeline."):
            known = name.removeprefix("secure_release.pipeline.")
            allowed = (*MAY_KNOW[room(path)], *PURE.get(room(path), ()))
            if not any(known == each or known.startswith(f"{each}.") for each in allowed):
                yield f"{path.relative_to(HOUSE)} imports {name}"


@pytest.mark.parametrize("path", modules("checks"), ids=lambda path: str(path.relative_to(HOUSE)))
def test_checks_know_neither_the_pipeline_nor_the_world(path: Path) -> None:
    names = list(imports(path))

    assert not [name for name in names if name.startswith(("secure_release.pipeline", "checks.", "pipeline"))]
    assert not [name for name in names if name.startswith(WORLD)]


@pytest.mark.parametrize("path", modules("pipeline"), ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_room_knows_only_what_the_table_says(path: Path) -> None:
    if room(path) in MAY_KNOW:
        assert list(offences(path)) == []


def test_the_table_names_rooms_that_exist() -> None:
    assert [name for name in MAY_KNOW if not (HOUSE / "pipeline" / name).is_dir() and not (HOUSE / "pipeline" / f"{name}.py").is_file()] == []


@pytest.mark.parametrize(("module", "only"), [("subprocess", "adapters/process.py"), ("boto3", "adapters/aws.py"), ("docker", "adapters/docker.py")])
def test_one_door_to_the_world(module: str, only: str) -> None:
    users = [str(p.relative_to(HOUSE / "pipeline")) for p in modules("pipeline") if any(n.split(".")[0] == module for n in imports(p))]

    assert set(users) <= {only}


def test_the_pure_rooms_do_no_io() -> None:
    for name in ("policy.py", "trust.py", "law.py", "sharding.py", "joining.py", *(f"{each.replace('.', '/')}.py" for each in PURE["stages"])):
        path = HOUSE / "pipeline" / name
        if path.exists():
            assert not [n for n in imports(path) if n.startswith((*WORLD, "os", "shutil", "tempfile", "pathlib.Path"))], name


def test_one_broad_except_in_the_house() -> None:
    """`except Exception` stands in flow.py alone, and there it records."""
    broad = []
    for path in (*modules("checks"), *modules("pipeline")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) == "Exception"):
                broad.append(str(path.relative_to(HOUSE)))

    assert broad == ["pipeline/flow.py"]


def test_every_package_is_in_the_wheel() -> None:
    told = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    folders = {path.parent.relative_to(HOUSE) for top in ("checks", "pipeline", "templates") for path in (HOUSE / top).rglob("__init__.py")}

    assert set(told) == {f"secure_release.{folder.as_posix().replace('/', '.')}" for folder in folders}
