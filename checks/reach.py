"""Is a distribution imported by the code that is released? A first step: said in a finding, and no proof of the contrary.

What another distribution imports in turn is not followed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from .check import SourceFile

# Well-known distributions whose modules are called otherwise, for machines on which they are not installed.
OTHERWISE: Mapping[str, tuple[str, ...]] = {
    "attrs": ("attr", "attrs"),
    "beautifulsoup4": ("bs4",),
    "django-cors-headers": ("corsheaders",),
    "django-filter": ("django_filters",),
    "djangorestframework": ("rest_framework",),
    "dnspython": ("dns",),
    "gitpython": ("git",),
    "google-api-python-client": ("googleapiclient", "apiclient"),
    "grpcio": ("grpc",),
    "importlib-metadata": ("importlib_metadata",),
    "markdown-it-py": ("markdown_it",),
    "msgpack-python": ("msgpack",),
    "mysqlclient": ("MySQLdb",),
    "opencv-python": ("cv2",),
    "pillow": ("PIL",),
    "protobuf": ("google",),
    "psycopg2-binary": ("psycopg2",),
    "pycryptodome": ("Crypto",),
    "pycryptodomex": ("Cryptodome",),
    "pyjwt": ("jwt",),
    "pymysql": ("pymysql", "MySQLdb"),
    "pyopenssl": ("OpenSSL",),
    "pysocks": ("socks", "sockshandler"),
    "python-dateutil": ("dateutil",),
    "python-dotenv": ("dotenv",),
    "python-jose": ("jose",),
    "python-ldap": ("ldap", "ldapurl", "ldif"),
    "python-multipart": ("multipart", "python_multipart"),
    "pyyaml": ("yaml", "_yaml"),
    "pyzmq": ("zmq",),
    "ruamel-yaml": ("ruamel",),
    "scikit-learn": ("sklearn",),
    "setuptools": ("setuptools", "pkg_resources", "distutils"),
    "typing-extensions": ("typing_extensions",),
}
STARTS = re.compile(r"(.*/)?(Procfile|[^/]*\.(sh|service|ini|conf)|(Dockerfile|Containerfile)[^/]*|(docker-)?compose[^/]*\.ya?ml)")
LOADS = re.compile(r"\b(import_module|__import__|entry_points|iter_entry_points|load_module|find_spec)\b")
DOTTED = re.compile(r"[A-Za-z_][\w.]*(:[\w.]+)?")

Reach = dict[str, str]  # distribution to the place that imports or names it, "" for none; absent where nobody can tell


def import_names(distribution: str, site: Path | None) -> tuple[str, ...]:
    """The top-level names that it brings: as installed in `site`, else as it is known, else its own name."""
    name = canonicalize_name(distribution)
    installed = _installed(name, site) if site is not None else ()
    return installed or OTHERWISE.get(name, (name.replace("-", "_"),))


def site_of(environment: Path) -> Path | None:
    """Where a virtual environment keeps what is installed in it."""
    return next(iter(sorted(environment.glob("lib/python3*/site-packages"))), None)


def reach(
    distributions: Collection[str], files: Sequence[SourceFile], site: Path | None, read: Callable[[str], bytes]
) -> Reach:
    """For each distribution, the first released place that leads to it. `files` are without the tests."""
    names = {each: import_names(each, site) for each in distributions}
    wanted = {name: each for each, own in names.items() for name in own}
    if not wanted:
        return {}
    word = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted({*wanted, *distributions})))})\b", re.IGNORECASE)
    found: Reach = {}
    told = False
    for file in sorted(files, key=lambda each: each.path):
        if file.binary or not (file.python or STARTS.fullmatch(file.path)):
            continue
        try:
            text = read(file.path).decode("utf-8", "replace")
        except OSError:
            return {}  # nobody can tell
        if file.python and LOADS.search(text):
            told = told or _loads_what_it_is_told(text)
        if word.search(text):
            leading = _in_python(text, wanted) if file.python else _in_text(text, names)
            for each, line in leading:
                found.setdefault(each, f"{file.path}:{line}")
    return {each: found.get(each, "") for each in distributions if each in found or not told}


def _in_python(text: str, wanted: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Imports, and texts that are dotted names: frameworks load what their settings name."""
    for node, line in _nodes(text):
        for name in _named(node):
            top = name.partition(".")[0].partition(":")[0]
            if top in wanted:
                yield wanted[top], line


def _nodes(text: str) -> Iterator[tuple[ast.AST, int]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    yield from ((node, getattr(node, "lineno", 0)) for node in ast.walk(tree))


def _named(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
        return [node.module]
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and DOTTED.fullmatch(node.value):
        return [node.value]
    return []


def _in_text(text: str, names: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(text.split("\n"), 1):
        words = {word.lower() for word in re.findall(r"[\w-]+", line)}
        yield from ((each, number) for each, own in names.items() if words & {each, *(name.lower() for name in own)})


def _loads_what_it_is_told(text: str) -> bool:
    """Whether it imports by a name that does not stand in the code, or what other distributions offer."""
    for node, _ in _nodes(text):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            literal = bool(node.args) and isinstance(node.args[0], ast.Constant)
            if LOADS.fullmatch(str(called)) and (not literal or "entry_points" in str(called)):
                return True
    return False


def _installed(name: str, site: Path) -> tuple[str, ...]:
    for info in site.glob("*.dist-info"):
        if canonicalize_name(info.name.removesuffix(".dist-info").rpartition("-")[0]) == name:
            return _listed(info)
    return ()


def _listed(info: Path) -> tuple[str, ...]:
    """From top_level.txt; newer builders leave it out, then from RECORD."""
    try:
        tops = (info / "top_level.txt").read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        tops = []
    if tops:
        return tuple(tops)
    try:
        paths = [line.partition(",")[0] for line in (info / "RECORD").read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ()
    first = {path.partition("/")[0] for path in paths if path.endswith((".py", ".so", ".pyd")) and not path.startswith(("..", "/"))}
    return tuple(sorted(name for each in first if (name := each.partition(".")[0]).isidentifier()))
