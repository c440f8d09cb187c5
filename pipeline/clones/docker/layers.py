"""What a container's own files hold beyond its image, and whether that is worth a layer. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ...release import ReleaseError

# What every start makes anew; a clone begins with what the image has there.
VOLATILE = ("/tmp", "/run", "/var/run", "/var/tmp", "/var/log", "/var/cache", "/dev", "/proc", "/sys")  # noqa: S108 - names in a container
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def beyond_image(changes: Iterable[tuple[str, str]], targets: Sequence[str]) -> tuple[str, ...]:
    """The changed paths that a clone must not lose. The folders above a change, and mount points, are no change."""
    paths = sorted(path for _, path in changes)
    leaves = [path for path, after in zip(paths, [*paths[1:], ""], strict=True) if not after.startswith(f"{path}/")]
    return tuple(path for path in leaves if not _volatile(path, targets))


def _volatile(path: str, targets: Sequence[str]) -> bool:
    below = any(path == folder or path.startswith(f"{folder}/") for folder in (*VOLATILE, *targets))
    return below or "/__pycache__" in path or any(target.startswith(f"{path}/") for target in targets)


def blanked(env: Iterable[str]) -> tuple[str, ...]:
    """Dockerfile lines that take every value out of the environment: an image must not carry the source's secrets."""
    names = [one.partition("=")[0] for one in env]
    for name in names:
        if not NAME.fullmatch(name):
            raise ReleaseError(
                f"The environment variable {name!r} can't be taken out of an image.", "Name it with letters, digits and _ alone."
            )
    return tuple(f"ENV {name}=" for name in names)
