"""The kinds of values that people write into `secure-release.yml`."""

from __future__ import annotations

import re
import shlex
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from .law import inside

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
SIZES = {"B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3}


def _seconds(value: Any) -> Any:
    match = re.fullmatch(r"(\d+)\s*([smhdw])", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("must be a time such as `30s`, `10m`, `7d`")
    return float(int(match[1]) * UNITS[match[2]])


def _bytes(value: Any) -> Any:
    match = re.fullmatch(r"(\d+)\s*(B|KB|MB|GB)", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("must be a size such as `500KB`, `5MB`")
    return int(match[1]) * SIZES[match[2]]


def _words(value: Any) -> Any:
    """A list as it is; a string split once as a POSIX shell would, without a shell."""
    if isinstance(value, str):
        value = shlex.split(value)
    if not isinstance(value, list | tuple) or not value:
        raise ValueError("must be a command: a list of words, or a string")
    if not all(isinstance(word, str) for word in value):
        raise ValueError("must be a list of words: put numbers and booleans in quotes")
    return tuple(value)


Seconds = Annotated[float, BeforeValidator(_seconds, json_schema_input_type=str)]
Bytes = Annotated[int, BeforeValidator(_bytes, json_schema_input_type=str)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words, json_schema_input_type=str | list[str])]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")]
Inside = Annotated[str, BeforeValidator(lambda value: inside(value) if isinstance(value, str) else value)]
