"""YAML that people write, to values: strict, bounded, and with the line of every mistake."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from .release import EXIT_CONFIG, ReleaseError

MAX_BYTES = 1_000_000  # a configuration of 10,000 waivers is about 2 MB of text at its most verbose; ours are 10 kB
MAX_NODES = 20_000  # what anchors may expand to
MAX_DEPTH = 40

Model = TypeVar("Model", bound=BaseModel)
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """Plain data and, for each key's path, the line it stands on (1-based)."""

    data: Any
    lines: Mapping[Path, int]


def load(content: bytes, name: str, model: type[Model]) -> Model:
    """The file as a `model`. Raises `ReleaseError` (exit 2) with file, line, key and remedy for every mistake in it."""
    document = read(content, name)
    try:
        return model.model_validate_json(json.dumps(document.data if document.data is not None else {}))
    except ValidationError as problem:
        mistakes = [_mistake(error, document, name, model) for error in problem.errors(include_url=False)]
        raise _wrong("\n".join(mistakes[:20]), "Mend the file; `secure-release schema` prints what it may hold.") from problem


def read(content: bytes, name: str) -> Document:
    """Parse YAML into plain data. Refuses what is too large, not text, doubled, tagged, or expands without end."""
    if len(content) > MAX_BYTES:
        raise _wrong(f"{name} is {len(content):,} bytes; at most {MAX_BYTES:,} are read.", "Is it the right file?")
    try:
        text = content.decode("utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as problem:
        raise _wrong(f"{name} is not UTF-8 text (byte {problem.start}).", "Is it the right file?") from problem
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        said = problem.problem or "is not YAML"
        raise _wrong(f"{name}:{line}: {said}.", "Mend the line; mind indentation and quotes.") from problem
    except (yaml.YAMLError, RecursionError) as problem:
        raise _wrong(f"{name} is not YAML that can be read: {type(problem).__name__}.", "Is it the right file?") from problem
    if node is None:
        return Document(None, {})
    builder = _Builder(name)
    return Document(builder.build(node, ()), builder.lines)


class _Builder:
    """Turns nodes to plain data, counting as it goes: an alias costs what it stands for."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {}
        self._nodes = 0

    def build(self, node: yaml.Node, path: Path) -> Any:
        self._nodes += 1
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if self._nodes > MAX_NODES or len(path) > MAX_DEPTH:
            raise _wrong(f"{self.name}:{line}: expands to too much.", "Write it without anchors.")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key, line = key_node.value, key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
                raise _wrong(f"{self.name}:{line}: a key must be one plain word.", "Write the keys out; `<<` is not read.")
            if key in result:
                raise _wrong(f"{self.name}:{line}: `{key}` stands here twice.", "Remove one of the two.")
            self.lines[(*path, key)] = line
            result[key] = self.build(value_node, (*path, key))
        return result

    def _scalar(self, node: yaml.Node) -> Any:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind in ("str", "timestamp") or (kind == "bool" and node.value.lower() not in ("true", "false")):
            return node.value  # YAML 1.2: `off` is a word, and one that some keys take
        if kind in ("int", "float", "bool", "null"):
            try:
                return yaml.SafeLoader("").construct_object(node)
            except ValueError as problem:
                raise _wrong(f"{self.name}:{node.start_mark.line + 1}: {problem}", "Put it in quotes if it is text.") from problem
        raise _wrong(f"{self.name}:{node.start_mark.line + 1}: the tag {node.tag} is not read.", "Write plain text instead.")


def _mistake(error: Mapping[str, Any], document: Document, name: str, model: type[BaseModel]) -> str:
    location, known = _place(tuple(error["loc"]), model)
    line = next((document.lines[location[:n]] for n in range(len(location), -1, -1) if location[:n] in document.lines), 1)
    key = ".".join(str(part) for part in location if not str(part).startswith("function-"))
    return f"{name}:{line}: {key}: {_sentence(error, location, known)}"


def _sentence(error: Mapping[str, Any], location: Path, known: list[str]) -> str:
    match error["type"]:
        case "extra_forbidden":
            close = difflib.get_close_matches(str(location[-1]), known, 1)
            return f"is not a key that is known here; {f'did you mean `{close[0]}`?' if close else 'known: ' + ', '.join(known)}"
        case "missing":
            return "is missing"
        case "value_error":
            return str(error["ctx"]["error"])
        case "union_tag_invalid":
            return f"its {error['ctx']['discriminator']} must be one of {error['ctx']['expected_tags']}"
        case "union_tag_not_found":
            return f"its {error['ctx']['discriminator']} is missing"
        case _:
            return str(error["msg"])[0].lower() + str(error["msg"])[1:]


@lru_cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


def _place(location: Path, model: type[BaseModel]) -> tuple[Path, list[str]]:
    """Where a mistake is in the file, and the keys that are known beside it, by walking the JSON schema along its path.

    A section that is one of several is told in the path by its type, which is no key of the file.
    """
    schema = _schema(model)
    here: Any = schema
    plain: list[str | int] = []
    known: list[str] = []
    for part in location:
        here = _resolved(here, schema)
        kinds = here.get("discriminator", {}).get("mapping", {})
        if part in kinds:
            here = {"$ref": kinds[part]}
            continue
        plain.append(part)
        known = list(here.get("properties", {}))
        here = here.get("properties", {}).get(str(part)) or here.get("items") or here.get("additionalProperties") or {}
    return tuple(plain), known


def _resolved(here: Any, schema: Any) -> Any:
    for option in [here, *(here.get("anyOf") or ())]:
        if "$ref" in option:
            return schema["$defs"][option["$ref"].rsplit("/", 1)[-1]]
    return here


def _wrong(message: str, hint: str) -> ReleaseError:
    return ReleaseError(message, hint, EXIT_CONFIG)
