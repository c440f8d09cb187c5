"""What lock files and `pyproject.toml` declare: pyproject, uv.lock, poetry.lock, pdm.lock, Pipfile.lock, pylock.toml."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from .finding import Place, Severity
from .requirement_lines import local
from .requirements import (
    BY_HAND,
    Elsewhere,
    Include,
    Line,
    Loose,
    Own,
    Unauditable,
    pinned,
    requirement,
    without_secrets,
)

Table = Mapping[str, Any]
FOLDERS = ("editable", "virtual", "directory", "path")
REMOTE = ("git", "url", "vcs", "archive", "hg", "svn", "bzr", "file")


class Unreadable(ValueError):
    """The file is not what its name says. The message completes "it ..."."""


def toml(text: str) -> Table:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise Unreadable(f"is not TOML: {problem}") from problem


def toml_lock(text: str, path: str) -> Iterator[Line]:
    """uv.lock, poetry.lock and pdm.lock (`[[package]]`), pylock.toml (`[[packages]]`)."""
    document = toml(text)
    found = next((document[key] for key in ("package", "packages") if isinstance(document.get(key), list)), None)
    if found is None:
        if document.get("lock-version") or document.get("version") or document.get("metadata"):
            return  # a lock of no package
        raise Unreadable("names no package and no lock version")
    headers = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\[\[packages?\]\]", line.strip())]
    numbers = headers if len(headers) == len(found) else [0] * len(found)
    for table, number in zip(found, numbers, strict=True):
        yield _package(table, path, Place(path, number, number))
    yield from _registries(found, path)


def _package(table: Table, path: str, place: Place) -> Line:
    name = table.get("name")
    if not isinstance(name, str):
        return Unauditable("a package", "", place, "is malformed: it has no name", BY_HAND)
    if (where := _not_index(table)) is not None:
        kind, value = where
        return _elsewhere(name, kind, value, path, place)
    version = table.get("version")
    if not isinstance(version, str):
        return Unauditable(name, canonicalize_name(name), place, "has no version in the lock", BY_HAND)
    return pinned(name, version, place, _hashes(table))


def _not_index(table: Table) -> tuple[str, Any] | None:
    """How a package comes that does not come from an index, and from where."""
    source = _table(table, "source")
    if "type" in source:  # poetry
        return None if source["type"] == "legacy" else (str(source["type"]), source.get("url"))
    for kind in (*FOLDERS, *REMOTE):
        if kind in source or kind in table:
            return kind, source.get(kind, table.get(kind))
    return None


def _elsewhere(name: str, kind: str, value: Any, path: str, place: Place) -> Line:
    folder = value.get("path") if isinstance(value, dict) else value
    if kind in FOLDERS and isinstance(folder, str):
        line = local(name, folder, path, place)
        return line if isinstance(line, Own) else Unauditable(name, canonicalize_name(name), place, "is a local path", BY_HAND)
    return Unauditable(name, canonicalize_name(name), place, f"comes from {kind}, not from an index", BY_HAND)


def _hashes(table: Table) -> Iterator[str]:
    files: list[Any] = [*_list(table.get("files")), *_list(table.get("wheels")), table.get("sdist"), table.get("archive")]
    for file in files:
        said = file.get("hash", file.get("hashes")) if isinstance(file, dict) else None
        if isinstance(said, str):
            yield said
        elif isinstance(said, dict):
            yield from (f"{kind}:{digest}" for kind, digest in said.items() if isinstance(digest, str))


def _registries(found: Iterable[Table], path: str) -> Iterator[Line]:
    """Which index is the configured one a lock can't tell; that it draws on two it can."""
    sources = [{"registry": table["index"]} if "index" in table else table.get("source") for table in found]
    named = {str(s.get("registry") or s.get("url")) for s in sources if isinstance(s, dict) and _index(s)}
    legacy = any(isinstance(s, dict) and s.get("type") == "legacy" for s in sources)
    if len(named) > 1 or legacy:
        for address in sorted(named):
            yield Elsewhere("source", without_secrets(address), Place(path, 0, 0), Severity.MEDIUM)


def _index(source: Table) -> bool:
    return "registry" in source or source.get("type") == "legacy"


def pipfile_lock(text: str, path: str) -> Iterator[Line]:
    """Pipfile.lock: every section of packages."""
    try:
        document = json.loads(text)
        sections = [s for key, s in document.items() if key != "_meta"]
        sources = document["_meta"].get("sources", [])
        yield from (line for section in sections for line in _pipfile_section(section, text, path))
        yield from _pipfile_sources(sources, path)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise Unreadable(f"is not a Pipfile.lock ({type(problem).__name__}: {problem})") from problem


def _pipfile_section(section: Table, text: str, path: str) -> Iterator[Line]:
    for name, table in section.items():
        place = _found(text, f"{json.dumps(name)}: {{", path)
        if (where := _not_index(table)) is not None:
            yield _elsewhere(name, *where, path, place)
        else:
            yield requirement(f"{name}{table.get('version', '')}", place, table.get("hashes", []))


def _pipfile_sources(sources: Iterable[Table], path: str) -> Iterator[Line]:
    for number, source in enumerate(sources):
        if number or not source.get("verify_ssl", True):
            severity = Severity.MEDIUM if source.get("verify_ssl", True) else Severity.HIGH
            yield Elsewhere("source", without_secrets(str(source.get("url"))), Place(path, 0, 0), severity)


def pyproject(text: str, path: str) -> Iterator[Line]:
    """`[project]` dependencies and extras, `[dependency-groups]`, and Poetry's own tables. Not what only builds it."""
    document = toml(text)
    project, tool = _table(document, "project"), _table(document, "tool")
    own = canonicalize_name(str(project.get("name", "")))
    groups = [*_table(project, "optional-dependencies").values(), *_table(document, "dependency-groups").values()]
    stated = [*_list(project.get("dependencies")), *(r for group in groups for r in _list(group))]
    for one in (r for r in stated if isinstance(r, str)):
        line = requirement(one, _found(text, one, path))
        # an extra may name the project itself, with other extras
        yield Own(line.place) if isinstance(line, Loose) and line.name == own else line
    yield from _dynamic(project, tool, path)
    poetry = _table(tool, "poetry")
    yield from _poetry(poetry, text, path)
    indexes = (*_list(_table(tool, "uv").get("index")), *_list(poetry.get("source")), *_list(_table(tool, "pdm").get("source")))
    for index in indexes:
        where = without_secrets(str(index.get("url"))) if isinstance(index, dict) else "?"
        yield Elsewhere("source", where, _found(text, where, path), Severity.MEDIUM)


def _dynamic(project: Table, tool: Table, path: str) -> Iterator[Line]:
    """Dependencies that the build computes: from files that setuptools names, or from nobody knows where."""
    settings = _table(_table(tool, "setuptools"), "dynamic")
    for key in ("dependencies", "optional-dependencies"):
        if key not in _list(project.get("dynamic")):
            continue
        tables = [_table(settings, key)] if key == "dependencies" else list(_table(settings, key).values())
        files = [file for table in tables if isinstance(table, dict) for file in _several(table.get("file"))]
        yield from (Include(str(file), Place(path, 0, 0)) for file in files)
        if not files:
            reason = "is computed when the project is built"
            yield Unauditable(f"dynamic {key}", "", Place(path, 0, 0), reason, "List them in the file, or commit a lock.")


def _poetry(poetry: Table, text: str, path: str) -> Iterator[Line]:
    tables = [_table(poetry, "dependencies"), _table(poetry, "dev-dependencies")]
    tables += [_table(group, "dependencies") for group in _table(poetry, "group").values() if isinstance(group, dict)]
    for name, said in ((n, s) for table in tables for n, s in table.items() if n.lower() != "python"):
        place = _found(text, name, path)
        for one in said if isinstance(said, list) else [said]:
            yield _poetry_one(name, one, path, place)


def _poetry_one(name: str, said: Any, path: str, place: Place) -> Line:
    if isinstance(said, dict) and (where := _not_index(said)) is not None:
        return _elsewhere(name, *where, path, place)
    version = str(said.get("version", "*") if isinstance(said, dict) else said).strip()
    if re.fullmatch(r"(==)?\s*\d[0-9A-Za-z.+!-]*", version):
        return pinned(name, version.removeprefix("==").strip(), place, ())
    return Loose(canonicalize_name(name), SpecifierSet(""), f"{name} {version}", place)  # ^ and ~ are Poetry's own


def _found(text: str, wanted: str, path: str) -> Place:
    """The first line that holds the text; the whole file when it is written another way."""
    at = text.find(wanted)
    number = text.count("\n", 0, at) + 1 if at >= 0 else 0
    return Place(path, number, number)


def _table(document: Table, key: str) -> Table:
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def _several(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else _list(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
