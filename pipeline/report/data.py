"""Values as plain data for JSON: keys are field names, times are ISO 8601, sets are sorted."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Set
from datetime import date
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, to_json

from secure_release.checks import Finding, Gap

BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def written(document: object) -> str:
    """Plain data as indented JSON in ASCII. `json.dumps` with `indent` takes twenty times as long, which counts at 20,000 findings."""
    try:
        text = to_json(document, indent=1, inf_nan_mode="null").decode()
    except PydanticSerializationError:  # half a character, which only an escape can hold
        return json.dumps(document, indent=1, ensure_ascii=True, allow_nan=False) + "\n"
    return (text if text.isascii() else BEYOND_ASCII.sub(_escaped, text)) + "\n"


def _escaped(match: re.Match[str]) -> str:
    r"""`\u00e9`; a character beyond the first 65,536 becomes the two halves that JSON writes it with (RFC 8259, 7)."""
    units = match[0].encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def data(value: object) -> Any:
    """Dataclasses become objects, findings and gaps with their fingerprint; text keeps only what UTF-8 can hold."""
    if isinstance(value, str):
        return storable(value)
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Set):
        return sorted(data(item) for item in value)
    if isinstance(value, tuple | list):
        return [data(item) for item in value]
    fields = _fields(value)
    return value if fields is None else {storable(key): data(item) for key, item in fields.items()}


def _fields(value: object) -> Mapping[str, object] | None:
    """The named parts of a value that has some."""
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    if dataclasses.is_dataclass(value):
        named = {"fingerprint": value.fingerprint} if isinstance(value, Finding | Gap) else {}
        kind: type = type(value)
        return {**named, **{name: getattr(value, name) for name in _names(kind)}}
    return None


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def storable(text: str) -> str:
    r"""Half a surrogate pair (an undecodable byte of a file name) becomes `\udc80`, spelled out: no strict parser takes it."""
    return text if type(text) is str and text.isascii() else text.encode("utf-8", "backslashreplace").decode()
