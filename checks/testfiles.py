"""Which files stand beside the release: tests, examples, documentation, to which nothing released leads. A name alone excuses nothing."""

from __future__ import annotations

import ast
import posixpath
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set

from .check import SourceFile

Name = tuple[str, ...]  # of a module or of a path, part by part

FOLDERS = frozenset({"tests", "_tests", "unit_tests", "integration_tests", "functional_tests"})
INNER = frozenset({"testsuite", "test_suite", "testapp", "test_app", "testproject", "test_project"})  # in a package; alone it may be all there is
DATA = frozenset({"test", "testdata", "test_data"})
STEM = re.compile(r"test_\w+|\w+_tests?|conftest|tests?")
WORD = r"_?tests?|test_\w+|\w+_tests?|conftest|test(?:suite|app|project)"
EXAMPLES = frozenset(
    ["benchmark", "benchmarks", "demo", "demos", "doc", "docs", "docs_src", "example", "examples", "sample", "samples", "tutorial", "tutorials"]
)
EVERYWHERE = frozenset({"test", *FOLDERS, *EXAMPLES})
PACKED = re.compile(r"src/(\w+/)+__init__\.py")  # a package in `src`, from which alone a distribution is built then
BUILDING = frozenset({"setup.py", "noxfile.py", "tasks.py", "dodo.py"})  # name what is checked, packed or left out, and entry points
RUNS_TESTS = re.compile(r"(.*/)?([a-z]+[-_])?(run[-_]?)?tests?([-_][a-z]+)?\.sh")
POINT = re.compile(r"\b\w[\w.]*:[A-Za-z_]\w*")
STARTS = re.compile(r"(.*/)?(Procfile|[^/]*\.service|(Dockerfile|Containerfile)[^/]*|(docker-)?compose[^/]*\.ya?ml)")
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
# Folders that setuptools leaves out of a distribution whose package lies at the top ("Flat-layout" in its manual), and where no package is.
TOOLS = frozenset({"ci", "scripts", "tools", "util"})
# Beside the package of a distribution: a project that its tests run under, and one that shows how it is used.
TRIED = re.compile(r"test(s_|_)\w+|\w+_tests?|testproject|testapp|testsuite|(?:example|sample|demo)s?_?(?:project|app|site)s?|\w+_examples?")
STEPS = frozenset({"dodo.py", "fabfile.py", "noxfile.py", "run_tests.py", "runtests.py", "tasks.py"})  # what a developer runs, beside them
GIVEN_AWAY = re.compile(r"(LICEN[CS]E|COPYING)([.-][\w.-]+)?|PKG-INFO", re.IGNORECASE)  # what is only run at home has none
SERVED = frozenset({"manage.py", "wsgi.py", "asgi.py", "app.py", "main.py"})


def named_like_a_test(path: str) -> bool:
    """In a folder `tests` or the like (or a `test` at the top), or a Python file that the test runners would collect.

    A package may be called `test` and be part of what is released, as Django's is; data in a folder of that name is for tests.
    """
    *folders, file = path.split("/")
    stem, ending = posixpath.splitext(file)
    if ending != ".py" and DATA & {*folders}:
        return True
    return bool(FOLDERS & {*folders}) or folders[:1] == ["test"] or (ending == ".py" and _is_stem(stem))


def _is_stem(stem: str) -> bool:
    return STEM.fullmatch(stem) is not None and stem != "test"


def beside(files: Sequence[SourceFile]) -> frozenset[str]:
    """The files in a folder of examples or documentation that no package holds: what is in a package is installed with it. Those in
    a package of tests, and in a package that is called one of tests within another. Of a distribution that is built from `src`, and is
    not deployed from here, those in all other folders: helpers of its tests and tools.

    None where they are most of the Python code: then they are what the project is. A distribution that is given away is its package, of
    which there may be three times as much in examples.
    """
    paths = {file.path for file in files}
    packages = {path.rpartition("/")[0] for path in paths if posixpath.basename(path) == "__init__.py"}
    shown = {path for path in paths if _is_example(path, packages) or _is_inner(path, packages)} | _in_packages_of_tests(paths)
    built = not paths.isdisjoint({"pyproject.toml", "setup.py"}) and not _deployed(paths - shown)
    packed = built and any(map(PACKED.fullmatch, paths))
    found = shown | {path for path in paths if packed and _is_outside(path)}
    given = built and paths.isdisjoint(SERVED) and any(map(GIVEN_AWAY.fullmatch, paths))
    found |= _tools(paths, packages) if given else set()
    code = [file for file in files if file.python and not named_like_a_test(file.path)]
    size, whole = (sum(file.size for file in code if theirs or file.path in found) for theirs in (False, True))
    return frozenset(found) if size <= whole * (3 / 4 if given else 1 / 2) else frozenset()


def _deployed(paths: Set[str]) -> bool:
    return any(STARTS.fullmatch(path) for path in paths if not named_like_a_test(path))


def _in_packages_of_tests(paths: Set[str]) -> set[str]:
    """A package called `test` may be released, as Django's is; one in which most modules are named like tests is theirs."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folder, _, file = path.rpartition("/")
        if posixpath.basename(folder) == "test" and file.endswith(".py") and not file.startswith("__"):
            folders.setdefault(folder, []).append(file.removesuffix(".py"))
    theirs = tuple(f"{folder}/" for folder, stems in folders.items() if 2 * sum(map(_is_stem, stems)) > len(stems))
    return {path for path in paths if path.startswith(theirs)} if theirs else set()


def _tools(paths: Set[str], packages: Set[str]) -> set[str]:
    tops = {package for package in packages if package and "/" not in package and not TRIED.fullmatch(package)}
    flat = any(package not in TOOLS and not named_like_a_test(f"{package}/x") for package in tops)
    theirs = {path.partition("/")[0] for path in packages}
    folders = {path for path in paths if flat and "/" in path and path.partition("/")[0] in TOOLS - theirs}
    folders |= {path for path in paths if flat and "/" in path and TRIED.fullmatch(path.partition("/")[0])}
    return folders | (paths & STEPS if flat or any(map(PACKED.fullmatch, paths)) else set())


def _is_outside(path: str) -> bool:
    top, slash, _ = path.partition("/")
    return bool(slash) and top != "src" and not top.startswith(".")


def _mark(path: str) -> str:
    """The folder by whose name this file beside the release is known; its own name where it is in none."""
    return _marks(path)[0]


def _marks(path: str) -> list[str]:
    """The same, all there are: who names a file of data there names one of them as well."""
    *folders, file = path.split("/")
    return [folder for folder in folders if folder in EVERYWHERE | INNER | DATA] or folders[:1] or [file.removesuffix(".py")]


def _is_example(path: str, packages: Collection[str]) -> bool:
    folder = ""
    for part in path.split("/")[:-1]:
        if folder in packages:
            return False
        if part in EXAMPLES:
            return True
        folder = f"{folder}/{part}".lstrip("/")
    return False


def _is_inner(path: str, packages: Collection[str]) -> bool:
    folders = path.split("/")[:-1]
    return any(part in INNER and "/".join(folders[:at]) in packages for at, part in enumerate(folders))


def test_files(files: Sequence[SourceFile], asked: Collection[str], read: Callable[[str], bytes]) -> frozenset[str]:
    """Those of `asked` that are tests, examples or documentation. `read` gives a file's content, or raises `OSError`: then it leads nowhere.

    A file is none when a released one imports it, names it or, being a test that is imported, imports it in turn. What is put
    together only while the program runs is not seen.
    """
    others = beside(files)
    named = {file.path for file in files if named_like_a_test(file.path)} | others
    if not named & set(asked):
        return frozenset()
    reached = _Reached(named, {_mark(path) for path in others & named}, asked)
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
    if not builds or not packed or _deployed(files.keys() - others):
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

    def __init__(self, named: Set[str], marks: Set[str], asked: Collection[str]) -> None:
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
        self._folders = parts & marks
        self._words = {part for part in parts if _is_stem(part) or part == "test" or part in FOLDERS | INNER} | self._folders
        self._word = re.compile(rf"(?<!//)\b(?:{'|'.join((*map(re.escape, sorted(self._folders)), WORD))})\b")

    def may_be_led_to(self, file: SourceFile, content: bytes) -> bool:
        """Whether plain text could lead to anything here: all that is named like a test has `test` in its name."""
        words = ("test", *self._folders, *self._data)
        return file.path in self._named or any(word.encode() in content for word in words)

    def by(self, file: SourceFile, text: str) -> list[str]:
        """What this released file leads to, each once."""
        named = (path for name, paths in self._data.items() if name in text and file.path not in BUILDING for path in paths)
        found = {path for path in named if any(re.search(rf"\b{re.escape(folder)}\b", text) for folder in _marks(path))}
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
