"""Which files stand beside the release: tests, examples, documentation, to which nothing released leads. A name alone excuses nothing."""

from __future__ import annotations

import ast
import posixpath
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set

from .check import SourceFile
from .layout import EVERYWHERE, FOLDERS, INNER, STARTS, beside, deployed, is_stem, mark, marks, named_like_a_test

Name = tuple[str, ...]  # of a module or of a path, part by part

WORD = r"_?tests?|test_\w+|\w+_tests?|conftest|test(?:suite|app|project)"
BUILDING = frozenset({"setup.py", "noxfile.py", "tasks.py", "dodo.py"})  # name what is checked, packed or left out, and entry points
RUNS_TESTS = re.compile(r"(.*/)?([a-z]+[-_])?(run[-_]?)?tests?([-_][a-z]+)?\.sh")
POINT = re.compile(r"\b\w[\w.]*:[A-Za-z_]\w*")
ASKS = re.compile(r"(?:^|\bRUN\b|&&|\|\||[;({!]|\bif\b)\s*test\s+(?:!\s+)?-[a-z]{1,2}\s", re.MULTILINE)  # the shell's command `test`
PACKAGING = re.compile(
    r"(.*/)?(pyproject\.toml|setup\.cfg|Procfile|[^/]*\.service|[^/]*\.sh|(Dockerfile|Containerfile)[^/]*|(docker-)?compose[^/]*\.ya?ml)"
)
ENTRY = re.compile(r"\b\w[\w.]*:[A-Za-z_]\w*|\b[\w./-]+\.py(?![\w-])|(?<=-m )[\w.]+")
# What these tools are told in `pyproject.toml` and `setup.cfg` leads nowhere: they read code, or run the tests.
READERS = re.compile(
    r"^\[(?:tool[.:])?(?:basedpyright|bandit|black|cibuildwheel|codespell|coverage|flake8|interrogate|isort|mypy|pydocstyle|pylint|pyrefly|pyright|pytest"
    r"|ruff|tox|ty|typos|vulture|\w*tests?\w*)\b[^\n]*\n(?:(?!\[)[^\n]*\n?)*",
    re.MULTILINE,
)
NAME = re.compile(r"[\w./-]{3,200}(:[\w.]+)?")
# Where modules are searched is changed, or handed on; who only looks it up searches nowhere else.
SEARCHED = re.compile(
    r"sys\.path\s*(?:\[|\.\s*(?:append|extend|insert|__\w+)\b|\+?=(?!=))|=\s*sys\.path\b|from\s+sys\s+import|(?<!list)(?<!str)(?<!len)(?<!set)(?<!tuple)(?<!join)\(\s*sys\.path\b"
    r"|addsitedir|PYTHONPATH|run_path|spec_from_file_location"
)
REMARK = re.compile(r"(?:^|(?<=\s))#[^\"'\n]*$", re.MULTILINE)  # in `pyproject.toml` and `setup.cfg`
# A script at the top of a distribution that runs it under its tests' settings, as those of Django's applications have one.
UNDER_TESTS = re.compile(rf"DJANGO_SETTINGS_MODULE[\"']?\]?\s*[,=]\s*[\"'](?:\w+\.)*(?:{'|'.join(sorted(FOLDERS | INNER))}|test|test_\w+)[.\"']")
BUILDS = ("pyproject.toml", "setup.cfg", "setup.py")


def test_files(files: Sequence[SourceFile], asked: Collection[str], read: Callable[[str], bytes]) -> frozenset[str]:
    """Those of `asked` that are tests, examples or documentation. `read` gives a file's content, or raises `OSError`: then it leads nowhere.

    A file is none when a released one imports it, names it or, being a test that is imported, imports it in turn. What is put
    together only while the program runs is not seen.
    """
    others = beside(files)
    named = {file.path for file in files if named_like_a_test(file.path)} | others
    if not named & set(asked):
        return frozenset()
    reached = _Reached(named, {mark(path) for path in others & named}, asked)
    by_path = {file.path: file for file in files}
    helpers = _under_tests(by_path, others, read)
    waiting = deque(file for file in files if file.path not in named | helpers and _leads(file))
    while waiting:
        file = waiting.popleft()
        try:
            content = read(file.path)
        except OSError:
            continue
        if content.isascii() and not reached.may_be_led_to(file, content):
            continue  # most files, and a tenth of the time
        text = unicodedata.normalize("NFKC", content.decode("utf-8", "replace"))
        waiting.extend(by_path[path] for path in reached.by(file, text) if path in by_path)
    return frozenset(reached.left & set(asked))


def _under_tests(files: Mapping[str, SourceFile], others: Set[str], read: Callable[[str], bytes]) -> set[str]:
    """Scripts at the top of a distribution that run it under the settings of its tests. They are installed with nothing, unless what
    builds it names them, and lead to nothing that is released."""
    builds = [path for path in BUILDS if path in files]
    packed = any(re.fullmatch(r"(src/)?\w+/__init__\.py", path) and not named_like_a_test(path) for path in files)
    if not builds or not packed or deployed(files.keys() - others):
        return set()
    try:
        scripts = {path for path, file in files.items() if file.python and "/" not in path and path not in BUILDING}
        theirs = {path for path in scripts if UNDER_TESTS.search(read(path).decode("utf-8", "replace"))}
        told = " ".join(read(path).decode("utf-8", "replace") for path in builds) if theirs else ""
    except OSError:
        return set()
    return {path for path in theirs if not re.search(rf"\b{re.escape(path.removesuffix('.py'))}\b", told)}


def _leads(file: SourceFile) -> bool:
    packaging = PACKAGING.fullmatch(file.path) is not None and RUNS_TESTS.fullmatch(file.path) is None
    return not file.binary and (file.python or packaging)


class _Reached:
    """The files that are named like tests or lie beside the release, and that nothing has led to yet."""

    def __init__(self, named: Set[str], folders: Set[str], asked: Collection[str]) -> None:
        modules = {path for path in named if path.endswith(".py")}
        self.left = modules | (named & set(asked))
        self._named = named
        self._data: dict[str, list[str]] = {}
        for path in self.left - modules:
            self._data.setdefault(posixpath.basename(path), []).append(path)
        self._by_name = {_module(path): path for path in modules}
        self._by_end: dict[str, list[Name]] = {}
        for name in self._by_name:
            self._by_end.setdefault(name[-1] if name else "", []).append(name)
        parts = {part for name in self._by_name for part in name}
        self._folders = parts & folders
        self._words = {part for part in parts if is_stem(part) or part == "test" or part in FOLDERS | INNER} | self._folders
        self._word = re.compile(rf"(?<!//)\b(?:{'|'.join((*map(re.escape, sorted(self._folders)), WORD))})\b")

    def may_be_led_to(self, file: SourceFile, content: bytes) -> bool:
        """Whether plain text could lead to anything here: all that is named like a test has `test` in its name."""
        words = ("test", *self._folders, *self._data)
        return file.path in self._named or any(word.encode() in content for word in words)

    def by(self, file: SourceFile, text: str) -> list[str]:
        """What this released file leads to, each once."""
        named = (path for name, paths in self._data.items() if name in text and file.path not in BUILDING for path in paths)
        found = {path for path in named if any(re.search(rf"\b{re.escape(folder)}\b", text) for folder in marks(path))}
        if file.path in self._named or not self._words.isdisjoint(self._word.findall(text)):
            names = set(self._in_python(file, text) if file.python else self._in_text(file, text))
            found |= {self._by_name[each] for name in names for each in _prefixes(name) if each in self._by_name}
        if STARTS.fullmatch(file.path) and self._folders:
            started = self._folders & set(self._word.findall(ASKS.sub(" ", text)))
            found |= {path for name, path in self._by_name.items() if started & {*name}}
        new = sorted(found & self.left)
        self.left -= set(new)
        return new

    def _in_text(self, file: SourceFile, text: str) -> Iterator[Name]:
        packaging = posixpath.basename(file.path) in {"pyproject.toml", "setup.cfg"}
        for word in ENTRY.findall(REMARK.sub("", READERS.sub("", text)) if packaging else text):
            name = _dotted(word)
            if len(name) > 1 or not EVERYWHERE.issuperset(name):
                yield from self._ending(name)

    def _in_python(self, file: SourceFile, text: str) -> Iterator[Name]:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            return  # what does not parse imports nothing, and is a gap
        searched = SEARCHED.search(text) is not None
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                yield from (each for name in _relative(file.path, node) for each in (name, name[:-1]) if each in self._by_name)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                yield from (each for name in _absolute(node) for each in self._called(name))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and self._word.search(node.value):
                yield from self._said(file, node.value, searched)

    def _said(self, file: SourceFile, text: str, searched: bool) -> Iterator[Name]:
        """A text that is the name of a module, of something in it, or a path. One that is only `tests` is what is left out of
        packages, unless it is put where modules are searched; one that is only the name of a folder may be all that Django is told."""
        if file.path in BUILDING:
            yield from (each for point in POINT.findall(text) for each in self._ending(_dotted(point)))
            return
        name = _dotted(text) if NAME.fullmatch(text) else ()
        if len(name) > 1 or not EVERYWHERE.issuperset(name):
            yield from self._called(name)
        folder = len(name) == 1 and name[0] in self._folders - EVERYWHERE
        if folder or (searched and len(name) == 1 and name[0] in EVERYWHERE):
            yield from (each for each in self._by_name if name[0] in each)

    def _called(self, name: Name) -> Iterator[Name]:
        yield from self._ending(name)
        yield from self._ending(name[:-1])

    def _ending(self, name: Name) -> Iterator[Name]:
        """Where a name is searched nobody knows: every module that ends in it."""
        if name and not self._words.isdisjoint(name):
            yield from (own for own in self._by_end.get(name[-1], ()) if own[-len(name) :] == name)


def _module(path: str) -> Name:
    parts = path.removesuffix(".py").split("/")
    return tuple(parts[:-1] if parts[-1] == "__init__" else parts)


def _prefixes(name: Name) -> Iterator[Name]:
    """Who imports a module imports the packages that it is in."""
    return (name[:end] for end in range(1, len(name) + 1))


def _absolute(node: ast.Import | ast.ImportFrom) -> Iterable[Name]:
    if isinstance(node, ast.Import):
        return [tuple(alias.name.split(".")) for alias in node.names]
    base = tuple((node.module or "").split("."))
    return [(*base, alias.name) for alias in node.names]


def _relative(path: str, node: ast.ImportFrom) -> Iterable[Name]:
    folders = path.split("/")[:-1]
    base = (*folders[: len(folders) - node.level + 1], *((node.module or "").split(".") if node.module else ()))
    return [(*base, *alias.name.split(".")) for alias in node.names]


def _dotted(text: str) -> Name:
    name = text.partition(":")[0].removesuffix(".py").strip("./").replace("/", ".")
    return tuple(part for part in name.split(".") if part)
