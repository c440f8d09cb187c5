"""Values as plain data for JSON: keys are field names, times are ISO 8601, sets are sorted."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Set
from datetime import date
from typing import Any

from pydantic import BaseModel

from secure_release.checks import Finding, Gap


def data(value: object) -> Any:
    """Dataclasses become objects, findings and gaps with their fingerprint; text keeps only what UTF-8 can hold."""
    if isinstance(value, str):
        return storable(value)
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
        return {**named, **{field.name: getattr(value, field.name) for field in dataclasses.fields(value)}}
    return None


def storable(text: str) -> str:
    r"""Half a surrogate pair (an undecodable byte of a file name) becomes `\udc80`, spelled out: no strict parser takes it."""
    return text.encode("utf-8", "backslashreplace").decode()
