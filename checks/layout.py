"""What a file is by where it lies: a test, an example, a tool beside the release. A name alone excuses nothing: `testfiles.py` asks on."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Sequence, Set

from .check import SourceFile

FOLDERS = frozenset({"tests", "_tests", "unit_tests", "integration_tests", "functional_tests"})
INNER = frozenset({"testsuite", "test_suite", "testapp", "test_app", "testproject", "test_project"})  # in a package; alone it may be all there is
DATA = frozenset({"test", "testdata", "test_data"})
STEM = re.compile(r"test_\w+|\w+_tests?|conftest|tests?")
EXAMPLES = frozenset(
    ["benchmark", "benchmarks", "demo", "demos", "doc", "docs", "docs_src", "example", "examples", "sample", "samples", "tutorial", "tutorials"]
)
EVERYWHERE = frozenset({"test", *FOLDERS, *EXAMPLES})
PACKED = re.compile(r"src/(\w+/)+__init__\.py")  # a package in `src`, from which alone a distribution is built then
STARTS = re.compile(r"(.*/)?(Procfile|[^/]*\.service|(Dockerfile|Containerfile)[^/]*|(docker-)?compose[^/]*\.ya?ml)")
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
    return bool(FOLDERS & {*folders}) or folders[:1] == ["test"] or (ending == ".py" and is_stem(stem))


def is_stem(stem: str) -> bool:
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
    built = not paths.isdisjoint({"pyproject.toml", "setup.py"}) and not deployed(paths - shown)
    packed = built and any(map(PACKED.fullmatch, paths))
    found = shown | {path for path in paths if packed and _is_outside(path)}
    given = built and paths.isdisjoint(SERVED) and any(map(GIVEN_AWAY.fullmatch, paths))
    found |= _tools(paths, packages) if given else set()
    code = [file for file in files if file.python and not named_like_a_test(file.path)]
    size, whole = (sum(file.size for file in code if theirs or file.path in found) for theirs in (False, True))
    return frozenset(found) if size <= whole * (3 / 4 if given else 1 / 2) else frozenset()


def deployed(paths: Set[str]) -> bool:
    return any(STARTS.fullmatch(path) for path in paths if not named_like_a_test(path))


def _in_packages_of_tests(paths: Set[str]) -> set[str]:
    """A package called `test` may be released, as Django's is; one in which most modules are named like tests is theirs."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folder, _, file = path.rpartition("/")
        if posixpath.basename(folder) == "test" and file.endswith(".py") and not file.startswith("__"):
            folders.setdefault(folder, []).append(file.removesuffix(".py"))
    theirs = tuple(f"{folder}/" for folder, stems in folders.items() if 2 * sum(map(is_stem, stems)) > len(stems))
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


def mark(path: str) -> str:
    """The folder by whose name this file beside the release is known; its own name where it is in none."""
    return marks(path)[0]


def marks(path: str) -> list[str]:
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
