"""The lines of a `requirements.txt`, by pip's documented format: continuations, comments, options, hashes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from .finding import Place, Severity
from .requirements import (
    BY_HAND,
    MEND,
    Elsewhere,
    Include,
    Line,
    Own,
    Unauditable,
    beside,
    requirement,
    without_secrets,
)

INCLUDES = {"-r": "-r", "--requirement": "-r", "-c": "-c", "--constraint": "-c"}
SOURCES = {"-i", "--index-url", "--pypi-url", "--extra-index-url", "-f", "--find-links", "--trusted-host"}
EDITABLE = {"-e", "--editable"}
WITH_VALUE = {"--no-binary", "--only-binary", "--use-feature", "--hash", "--global-option", "--config-settings", "-C"}
ALONE = {"--no-index", "--pre", "--prefer-binary", "--require-hashes"}
SHORT = ("-r", "-c", "-i", "-f", "-e", "-C")
MAX_LINE = 100_000  # characters; a pin with 500 hashes has 50,000
ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz")


def lines(text: str, path: str) -> Iterator[Line]:
    """Every line that says something. Blank lines and comments say nothing."""
    for number, line in _logical(text):
        yield from _line(line, path, Place(path, number, number))


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines joined at a trailing backslash, without comments, each with the number of its first line."""
    start, parts = 0, list[str]()
    for number, raw in enumerate(text.splitlines(), 1):
        start = start or number
        comment = re.match(r"\s*#", raw) is not None
        if raw.endswith("\\") and not comment:
            parts.append(raw[:-1])
            continue
        if said := _uncommented("".join([*parts, " " + raw if comment else raw])):
            yield start, said
        start, parts = 0, []
    if said := _uncommented("".join(parts)):
        yield start, said


def _uncommented(line: str) -> str:
    comment = re.search(r"(?:^|(?<=\s))#", line)
    return (line[: comment.start()] if comment else line).strip()


def _line(line: str, path: str, place: Place) -> Iterator[Line]:
    if len(line) > MAX_LINE:
        yield Unauditable(line[:80], "", place, f"is longer than {MAX_LINE} characters", "Split the line.")
        return
    if re.search(r"\$\{[A-Z0-9_]+\}", line):
        text = without_secrets(line)
        yield Unauditable(text, "", place, "depends on an environment variable", "Write the value into the file.")
        return
    split = re.search(r"(^|\s)-{1,2}[A-Za-z]", line)
    head, tail = (line[: split.start()].strip(), line[split.start() :]) if split else (line, "")
    try:
        words = shlex.split(tail)
    except ValueError as problem:
        yield Unauditable(line, "", place, f"is malformed: {problem}", MEND)
        return
    said = list(_options(words, path, place))
    hashes = [value for option, value in said if option == "--hash"]
    if head:
        yield _named(head, path, place, hashes)
    yield from (value for _, value in said if not isinstance(value, str))


def _options(words: list[str], path: str, place: Place) -> Iterator[tuple[str, Line | str]]:
    while words:
        option, value = _split(words.pop(0))
        if option in ALONE:
            continue
        if value is None and option in SOURCES | EDITABLE | WITH_VALUE | set(INCLUDES):
            value = words.pop(0) if words else None
        yield option, _option(option, value, path, place)


def _split(word: str) -> tuple[str, str | None]:
    if word.startswith("--"):
        option, equals, value = word.partition("=")
        return option, value if equals else None
    return (word[:2], word[2:].lstrip("=")) if word[:2] in SHORT and len(word) > 2 else (word, None)


def _option(option: str, value: str | None, path: str, place: Place) -> Line | str:
    if not value:
        return Unauditable(option, "", place, f"is malformed: {option} is unknown or has no value", MEND)
    if option in INCLUDES:
        return Include(value, place)
    if option in EDITABLE:
        return _named(value, path, place, [])
    if option in SOURCES:
        severity = Severity.HIGH if option == "--trusted-host" else Severity.MEDIUM
        return Elsewhere(option, without_secrets(value), place, severity)
    if option in WITH_VALUE:
        return value
    return Unauditable(option, "", place, f"is malformed: {option} is not an option of a requirements file", MEND)


def _named(text: str, path: str, place: Place, hashes: list[Line | str]) -> Line:
    """A requirement, a local folder or archive, or an address."""
    bare = text.split(";", 1)[0].strip()
    bare = bare[: bare.rfind("[")] if bare.endswith("]") else bare
    if re.match(r"[a-z+]+(://|\+)", bare, re.IGNORECASE) or bare.startswith("git@"):
        return Unauditable(without_secrets(text), "", place, "comes from a URL, not from the index", BY_HAND)
    if bare.startswith((".", "/", "~", "file:")) or ("@" not in bare and bare.lower().endswith(ARCHIVES)) or "\\" in bare:
        return local(text, bare, path, place)
    if "/" in bare and "@" not in bare:
        return local(text, bare, path, place)
    return requirement(text, place, [h for h in hashes if isinstance(h, str)])


def local(text: str, folder: str, path: str, place: Place) -> Line:
    """A path: the release's own source when it lies in the project, else nobody knows what it holds."""
    inside = None if folder.lower().endswith(ARCHIVES) else beside(path, folder)
    if inside is not None:
        return Own(place)
    return Unauditable(text, "", place, "is a local path, not a release from the index", BY_HAND)
