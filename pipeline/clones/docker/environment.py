"""Decides which variables of a source container its clones may see: by name, denied by default, and no value that is a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from secure_release.checks.builtin.secrets import found_in
from secure_release.checks.providers import NAMES

from ...containers import Container, Image

# What tells a program where its own files are, which language, time and version it has. None of these opens a door, and
# without them the clone would not be the program that runs in the source.
HARMLESS = (
    *("PATH", "HOME", "USER", "SHELL", "TERM", "HOSTNAME", "TZ", "LANG", "LANGUAGE", "LC_*"),
    *("LD_LIBRARY_PATH", "LD_PRELOAD", "MALLOC_ARENA_MAX", "OMP_NUM_THREADS"),
    *("PYTHONPATH", "PYTHONHOME", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "PYTHONFAULTHANDLER"),
    *(
        "PYTHONIOENCODING",
        "PYTHONUTF8",
        "PYTHONOPTIMIZE",
        "VIRTUAL_ENV",
        "DJANGO_SETTINGS_MODULE",
        "FLASK_APP",
        "WEB_CONCURRENCY",
    ),
    *("PGDATA", "PG_MAJOR", "PG_VERSION", "GOSU_VERSION", "JAVA_HOME", "JAVA_VERSION", "NODE_ENV", "NODE_VERSION"),
    *("PYTHON_VERSION", "RUBY_VERSION", "RAILS_ENV", "RACK_ENV", "GEM_HOME", "GOPATH", "GOMAXPROCS", "NGINX_VERSION"),
    *("PHP_VERSION", "PHP_INI_DIR", "REDIS_VERSION"),
)
TELLING = re.compile(NAMES, re.IGNORECASE)  # a name that says that its value is a secret, however short that is


def clone_environment(
    container: Container, image: Image, allow: Sequence[str], given: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`Spec.env` for a clone of `container` from `image`, and a sentence for what it does not get: names, never values.

    `given` wins over everything. A variable that looks like a secret is kept only if `allow` has its very name.
    """
    own = dict(entry.split("=", 1) for entry in container.env if "=" in entry)
    refused = {name: why for name, value in own.items() if (why := _refused(name, value, allow))}
    kept = {name: value for name, value in own.items() if name not in refused} | dict(given)
    baked = (entry.partition("=")[0] for entry in image.env)
    blanks = tuple(dict.fromkeys(name for name in baked if name not in kept))
    return (*(f"{name}={value}" for name, value in kept.items()), *blanks), tuple(_sentences(container.name, refused, given))


def not_allowed(env: Sequence[str], allow: Sequence[str]) -> tuple[str, ...]:
    """The names among `NAME=value` whose values a clone may not see, wherever they stand."""
    pairs = (entry.partition("=")[::2] for entry in env)
    return tuple(name for name, value in pairs if value and _refused(name, value, allow))


def _refused(name: str, value: str, allow: Sequence[str]) -> str:
    """Why a variable may not be in a clone; "" when it may."""
    if name in allow:
        return ""
    if not any(fnmatchcase(name, pattern) for pattern in (*HARMLESS, *allow)):
        return "not allowed"
    return secret_kind(name, value)


def secret_kind(name: str, value: str) -> str:
    """What kind of secret a variable looks like, by its name or its value; "" for none."""
    if TELLING.search(name):
        return "its name says that it is a secret"
    rules = [finding.rule for text in (value, f'{name} = "{value}"') for finding in found_in(name, text)]
    return f"its value looks like a secret ({rules[0]})" if rules else ""


def _sentences(who: str, refused: Mapping[str, str], given: Mapping[str, str]) -> Iterator[str]:
    plain = sorted(name for name, why in refused.items() if why == "not allowed" and name not in given)
    if plain:
        yield f"{who}: variables that are not allowed: {', '.join(plain)}. What a clone needs goes into `env` or `env_allow`."
    for name, why in sorted(refused.items()):
        if why != "not allowed" and name not in given:
            yield f"{who}: the variable {name}: {why}. Name it exactly in `env_allow`, or give a clone its own in `env`."
