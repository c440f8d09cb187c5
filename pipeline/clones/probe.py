"""Asks an interpreter what it is and which distributions it would really import, here or in a container."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from secure_release.checks import Exit, Pin, Tools

SECONDS = 60.0  # an interpreter that needs longer to list its distributions is stuck
SYSTEM = ("/usr/lib/python", "/usr/lib64/python")  # dist-packages of Debian, site-packages of the others
INSTALLERS = ("pip", "uv", "poetry")
# Runs in the environment's own interpreter: standard library only, any Python 3.8 or newer.
QUESTION = """
import glob, json, os, platform, subprocess, sys, sysconfig
from importlib import metadata
v = sys.implementation.version
full = '%d.%d.%d' % v[:3] + ('' if v[3] == 'final' else v[3][0] + str(v[4]))
def libc():
    try:
        return os.confstr('CS_GNU_LIBC_VERSION') or ''
    except (AttributeError, OSError, ValueError):
        loaders = glob.glob('/lib/ld-musl-*.so.1')  # it tells its version where others tell how they are used
    said = subprocess.run(loaders[:1], stderr=subprocess.PIPE).stderr.decode().split() if loaders else []
    return 'musl ' + said[said.index('Version') + 1] if 'Version' in said else ''
found = [
    {'name': d.metadata['Name'], 'version': d.version, 'requires': d.requires or [],
     'url': d.read_text('direct_url.json') or '', 'place': str(d.locate_file('')),
     'installer': (d.read_text('INSTALLER') or '').strip()}
    for d in metadata.distributions() if d.metadata and d.metadata['Name']
]
print(json.dumps({
    'prefix': sys.prefix, 'base': sys.base_prefix, 'path': sys.path, 'found': found,
    'soabi': sysconfig.get_config_var('SOABI') or '', 'libc': libc(),
    'markers': {
        'implementation_name': sys.implementation.name, 'implementation_version': full, 'os_name': os.name,
        'platform_machine': platform.machine(), 'platform_release': platform.release(),
        'platform_system': platform.system(), 'platform_version': platform.version(),
        'python_full_version': platform.python_version(),
        'platform_python_implementation': platform.python_implementation(),
        'python_version': '.'.join(platform.python_version_tuple()[:2]), 'sys_platform': sys.platform,
    },
}))
"""


@dataclass(frozen=True)
class Installed:
    """One distribution as its metadata tells. `url` is its direct_url.json, "" when it came from an index."""

    name: str
    version: str
    requires: tuple[str, ...]
    url: str

    @property
    def pin(self) -> Pin:
        return Pin(self.name, self.version)


@dataclass(frozen=True)
class Interpreter:
    """What an interpreter says of itself. `found` by normalised name; where two lie on the path, the one that is imported."""

    prefix: str
    path: tuple[str, ...]
    markers: Mapping[str, str]
    found: Mapping[str, Installed]
    owned: frozenset[str]  # the names that the operating system's own package manager brought
    soabi: str  # what its compiled modules must be made for, "" when it does not say: cpython-311-x86_64-linux-gnu
    libc: str  # "glibc 2.36", "musl 1.2.4", or "" when it does not say

    @property
    def version(self) -> str:
        return self.markers["python_full_version"]


class Silent(Exception):
    """The interpreter gave no answer. The message says why."""


def ask(python: Path, tools: Tools, cwd: Path) -> Interpreter:
    """Run the interpreter isolated (`-I`) and without writing byte code. Raises `Silent`."""
    try:
        ended = tools.run((str(python), "-I", "-B", "-c", QUESTION), cwd=cwd, timeout=SECONDS)
    except OSError as problem:
        raise Silent(f"{python} cannot be started: {problem.strerror}") from problem
    return answer(str(python), ended)


def answer(python: str, ended: Exit) -> Interpreter:
    """What an interpreter that was given `QUESTION` said. Raises `Silent`."""
    try:
        return _read(json.loads(ended.stdout))
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Silent(f"{python} {_why(ended)}") from problem


def _read(raw: Any) -> Interpreter:
    found: dict[str, Installed] = {}
    owned: set[str] = set()
    for entry in raw["found"]:
        name = canonicalize_name(entry["name"])
        if name not in found:
            owned |= {name} if _owned(str(entry["place"]), str(entry["installer"])) else set()
            found[name] = Installed(name, str(entry["version"]), tuple(entry["requires"]), str(entry["url"]))
    path = tuple(map(str, raw["path"]))
    return Interpreter(str(raw["prefix"]), path, dict(raw["markers"]), found, frozenset(owned), str(raw["soabi"]), str(raw["libc"]))


def _owned(place: str, installer: str) -> bool:
    """Whether the operating system brought it: below /usr/lib nobody else should write, and who does leaves a name."""
    return place.startswith(SYSTEM) and installer not in INSTALLERS


def _why(ended: Exit) -> str:
    last = ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    if ended.timed_out:
        return f"did not answer within {SECONDS:.0f} s"
    return f"ended with exit {ended.code} and did not tell what is installed. {' '.join(last)[:300]}".strip()
