"""Makes a copied virtual environment stand on its own: nothing in it may lead back to where it was copied from."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# Interpreter lines longer than this fall back to /bin/sh, as pip's and uv's do (BINPRM_BUF_SIZE was 128 before Linux 5.1).
SHEBANG_BYTES = 127
TEXT_BYTES = 10_000_000  # a .pth file, a finder or an activate script above this size is none
LONG = re.compile(rb"\A#!/bin/sh\n'''exec' (?P<words>[^\n]+) \"\$0\" \"\$@\"\n' '''\n")
SHORT = re.compile(rb"\A#![ \t]*(?P<line>[^\n]*)\n")


@dataclass(frozen=True)
class Move:
    """Old places and their new ones, as absolute paths; the deepest old place wins."""

    places: tuple[tuple[Path, Path], ...]

    def path(self, text: str) -> str | None:
        """Where this absolute path is now, or None when it is none of ours."""
        for old, new in self._deepest_first():
            if Path(text).is_absolute() and Path(text).is_relative_to(old):
                return os.path.join(new, os.path.relpath(text, old)) if Path(text) != old else str(new)  # noqa: PTH118
        return None

    def text(self, content: bytes) -> bytes:
        """The content with every mention of an old place replaced, plain or percent-encoded as in a URL."""
        pairs = {spelt(old): spelt(new) for old, new in self._deepest_first()}
        pairs |= {quote(os.fsencode(old)).encode(): quote(os.fsencode(new)).encode() for old, new in self._deepest_first()}
        longest = sorted(pairs, key=len, reverse=True)
        mention = re.compile(b"(?:" + b"|".join(map(re.escape, longest)) + rb""")(?=$|[/\\"'\s:;,)\]}#>&|])""", re.MULTILINE)
        return mention.sub(lambda match: pairs[match.group()], content)

    def _deepest_first(self) -> Sequence[tuple[Path, Path]]:
        return sorted(self.places, key=lambda place: len(place[0].parts), reverse=True)


def spelt(path: Path) -> bytes:
    return os.fsencode(path)


def relocate(environment: Path, move: Move) -> None:
    """Rewrite what names an old place. Every file that is rewritten becomes a file of its own: the old one is shared."""
    for link in [path for path in _everything(environment) if path.is_symlink()]:
        _point(link, move)
    for script in programs(environment):
        _rewrite(script, with_interpreter(script.read_bytes(), move))
    for text in sorted({*environment.glob("pyvenv.cfg"), *environment.glob("bin/activate*"), *_pointers(environment)}):
        if text.is_file() and not text.is_symlink() and text.stat().st_size <= TEXT_BYTES:
            _rewrite(text, move.text(text.read_bytes()))


def programs(environment: Path) -> Iterator[Path]:
    """The scripts in bin/: files that start with `#!`."""
    for path in sorted((environment / "bin").iterdir()):
        if path.is_file() and not path.is_symlink() and _start(path).startswith(b"#!"):
            yield path


def interpreter(content: bytes) -> str:
    """The program that a script's `#!` names, in either form; "" when it has none."""
    if long := LONG.match(content):
        return _words(long["words"])[0]
    if short := SHORT.match(content):
        return os.fsdecode(short["line"].strip().partition(b" ")[0])
    return ""


def with_interpreter(content: bytes, move: Move) -> bytes:
    """The script with its interpreter in the new place, in the form that fits the path."""
    if long := LONG.match(content):
        named, *words = _words(long["words"])
        given = b"".join(b" " + os.fsencode(shlex.quote(word)) for word in words)
        return _scripted(named, given, content[long.end() :], move, content)
    short = SHORT.match(content)
    if short is None:
        return content
    program, space, arguments = short["line"].strip().partition(b" ")
    return _scripted(os.fsdecode(program), space + arguments, content[short.end() :], move, content)


def _scripted(program: str, arguments: bytes, body: bytes, move: Move, unmoved: bytes) -> bytes:
    moved = move.path(program)
    if moved is None:
        return unmoved
    name = os.fsencode(moved)
    if b" " not in name and len(name) + len(arguments) + 2 <= SHEBANG_BYTES:
        return b"#!" + name + arguments + b"\n" + body
    quoted = re.sub(rb'([\\"$`])', rb"\\\1", name)
    return b"#!/bin/sh\n'''exec' \"" + quoted + b'"' + arguments + b' "$0" "$@"\n' + b"' '''\n" + body


def _words(line: bytes) -> list[str]:
    """As the shell splits them; what it would have to work out (`$(dirname ...)`) stays text and is no absolute path."""
    try:
        return shlex.split(os.fsdecode(line)) or [""]
    except ValueError:
        return [""]


def _pointers(environment: Path) -> Iterator[Path]:
    """The files of site-packages through which an environment leads somewhere else."""
    # lib64 is a link to lib: each file once, for the new place may lie inside an old one
    for packages in {path.resolve() for path in environment.glob("lib*/python*/site-packages")}:
        for pattern in ("*.pth", "*.egg-link", "__editable__*.py", "*.dist-info/direct_url.json"):
            yield from packages.glob(pattern)


def starts_in(content: bytes, olds: Sequence[Path], inside: Path) -> bool:
    """Whether the lines that choose a script's interpreter name an old place, in whatever form."""
    head = b"\n".join(content.split(b"\n", 3)[:3]).replace(spelt(inside), b"")
    return any(spelt(old) in head for old in olds)


def leads_back(environment: Path, olds: Sequence[Path], inside: Path) -> tuple[str, ...]:
    """The files that still name an old place outside `inside`."""
    stays = Move(tuple((old, Path("/")) for old in olds))
    own = (spelt(inside), quote(spelt(inside)).encode())
    found = []
    for path in filter(Path.is_file, (*_pointers(environment), environment / "pyvenv.cfg")):
        content = path.read_bytes().replace(own[0], b"").replace(own[1], b"")
        if stays.text(content) != content:
            found.append(str(path.relative_to(environment)))
    return tuple(found)


def _point(link: Path, move: Move) -> None:
    target = os.fspath(link.readlink())
    moved = move.path(target)
    if moved is not None:
        link.unlink()
        link.symlink_to(moved)


def _rewrite(path: Path, content: bytes) -> None:
    if content != path.read_bytes():
        mode = path.stat().st_mode
        path.unlink()
        path.write_bytes(content)
        path.chmod(mode)


def _everything(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        for name in (*names, *files):
            yield Path(folder, name)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(2)
