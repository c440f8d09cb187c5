"""Which folders web servers serve, as their configuration on this machine and the project's compose file say."""

from __future__ import annotations

import contextlib
import glob
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

# Where Debian, Red Hat, Alpine, FreeBSD and the servers' own makers put it.
CONFIGURATIONS = tuple(
    Path(folder)
    for folder in (
        *("/etc/nginx", "/usr/local/etc/nginx", "/usr/local/nginx/conf"),
        *("/etc/apache2", "/etc/httpd", "/usr/local/apache2/conf"),
        *("/etc/lighttpd", "/etc/caddy"),
    )
)
COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
OVERRIDES = ("compose.override.yaml", "compose.override.yml", "docker-compose.override.yml", "docker-compose.override.yaml")
# What the official images of nginx, httpd, php, caddy and their like serve inside of a container.
IN_IMAGES = ("/usr/share/nginx/html", "/usr/local/apache2/htdocs", "/var/www", "/srv/www", "/usr/share/caddy", "/srv")
LARGEST = 1_000_000  # bytes of one file, and below
MOST = 2_000  # files: a machine that hosts thousands of sites keeps one for each

WORD = r"(\"[^\"]*\"|'[^']*'|[^\s;{}]+)"
ROOTS = (
    re.compile(rf"(?:^|[{{;\s])(?:root|alias)\s+{WORD}\s*;", re.MULTILINE),  # nginx
    re.compile(rf"^[ \t]*root[ \t]+(?:\*[ \t]+)?{WORD}[ \t]*$", re.MULTILINE),  # caddy
    re.compile(rf"^[ \t]*(?:Virtual)?DocumentRoot[ \t]+{WORD}[ \t]*$", re.MULTILINE | re.IGNORECASE),  # Apache
    re.compile(rf"^[ \t]*(?:Script)?Alias[ \t]+\S+[ \t]+{WORD}[ \t]*$", re.MULTILINE | re.IGNORECASE),
    re.compile(rf"server\.document-root\s*=\s*{WORD}"),  # lighttpd
)
INCLUDES = re.compile(rf"^[ \t]*Include(?:Optional)?[ \t]+{WORD}[ \t]*;?[ \t]*$", re.MULTILINE | re.IGNORECASE)
COMMENT = re.compile(r"(^|\s)#.*$", re.MULTILINE)
VARIABLE = re.compile(r"\$\{?\w+\}?|%-?\d(?:\.-?\d\+?)?")  # nginx, Apache; of mod_vhost_alias


@dataclass(frozen=True)
class Served:
    """A folder, as an absolute glob, and the file that says so."""

    pattern: str
    said_in: Path

    def holds(self, path: Path) -> bool:
        return any(each.match(self.pattern) for each in (path, *path.parents))


def served(configurations: Iterable[Path], project: Path) -> tuple[Served, ...]:
    """What can't be read says nothing: a web server that runs as another user may hide it from us."""
    found = [each for folder in configurations for each in _by_servers(folder)]
    return (*found, *_by_compose(project))


def _by_servers(folder: Path) -> Iterator[Served]:
    waiting = sorted(folder.rglob("*")) if folder.is_dir() else []
    seen: set[Path] = set()
    while waiting and len(seen) < MOST:
        file = waiting.pop()
        if file.resolve() in seen or not (text := _text(file)):
            continue
        seen.add(file.resolve())
        for root in roots(text):
            yield Served(root, file)
        for include in INCLUDES.findall(text):
            waiting += [Path(name) for name in glob.glob(str(folder / include.strip("'\"")))]  # noqa: PTH207 - it may be absolute


def roots(text: str) -> Iterator[str]:
    """The folders that a configuration names. A variable in one stands for anything; a relative one is the server's own."""
    plain = COMMENT.sub("", text)
    for pattern in ROOTS:
        for word in pattern.findall(plain):
            name = word.strip("'\"")
            if name.startswith("/"):
                literal = [glob.escape(part) for part in VARIABLE.split(name)]
                yield "*".join(literal).rstrip("/") or "/"


def _text(file: Path) -> str:
    with contextlib.suppress(OSError):
        if file.is_file() and file.stat().st_size <= LARGEST:
            return file.read_text(encoding="utf-8", errors="replace")
    return ""


def _by_compose(project: Path) -> Iterator[Served]:
    for file in (project / name for name in (*COMPOSE, *OVERRIDES)):
        with contextlib.suppress(yaml.YAMLError):
            for source in _mounted(yaml.safe_load(_text(file))):
                yield Served(glob.escape(str((project / source).resolve())), file)


def _mounted(read: Any) -> Iterator[str]:
    """The folders of this machine that a service has where its image serves files from."""
    services = read.get("services") if isinstance(read, dict) else None
    for service in services.values() if isinstance(services, dict) else ():
        volumes = service.get("volumes") if isinstance(service, dict) else None
        for volume in volumes if isinstance(volumes, list) else ():
            source, target = _ends(volume)
            if source.startswith(("/", ".")) and _in_image(target):  # else it is a volume's name
                yield source


def _ends(volume: Any) -> Sequence[str]:
    if isinstance(volume, dict):
        return str(volume.get("source") or ""), str(volume.get("target") or "")
    source, _, rest = str(volume).partition(":")
    return source, rest.partition(":")[0]


def _in_image(target: str) -> bool:
    return any(Path(target).is_relative_to(folder) for folder in IN_IMAGES)
