"""What the methods with special names give: of `with`, `for`, `[]`, `str()` and `()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .apply import apply
from .value import Value

if TYPE_CHECKING:
    from .frame import Frame


def special(value: Value, name: str, args: list[Value], frame: Frame) -> Value | None:
    """What this method of the object gives; None when its class has none in this project."""
    ref = value.ref
    if ref is None or ref.kind != "instance":
        return None
    method = frame.world.method(ref, name)
    if method is None:
        return None
    names = [arg.arg for arg in method.parameters()]
    return apply(method, dict(zip(names, [value, *args], strict=False)), frame)
