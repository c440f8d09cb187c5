"""Our rules for semgrep and the user's, read as one book: an id that stands twice would silently hide a rule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from .check import SourceFile

BUNDLED = Path(__file__).parent / "rules"
# The files that a rule's language is about, by the end of their names. Python is also known by its `#!` line.
ENDINGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("python", "py", "python2", "python3"), (".py", ".pyw")),
    **dict.fromkeys(("javascript", "js"), (".js", ".jsx", ".mjs", ".cjs")),
    **dict.fromkeys(("typescript", "ts"), (".ts", ".tsx", ".mts", ".cts")),
    **dict.fromkeys(("dockerfile", "docker"), ("Dockerfile", ".dockerfile")),
    **dict.fromkeys(("terraform", "hcl", "tf"), (".tf", ".hcl", ".tfvars")),
    **dict.fromkeys(("bash", "sh"), (".sh", ".bash")),
    **dict.fromkeys(("go", "golang"), (".go",)),
    "html": (".html", ".htm"),
    "vue": (".vue",),
    "yaml": (".yml", ".yaml"),
    "json": (".json",),
    "java": (".java",),
    "ruby": (".rb",),
    "php": (".php",),
}
ANY_TEXT = frozenset({"generic", "regex", "none"})


class RuleError(Exception):
    """The rules cannot be used. The message is a sentence, `hint` tells what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Rulebook:
    """Rules as semgrep reads them, from one file or many; `packs` are names that only semgrep can resolve.

    A rule's `paths` are kept here and not told to semgrep: outside a git repository its native entry takes every file's own folder
    for the project's, and a rule for `app/` looks at nothing.
    """

    rules: tuple[dict[str, Any], ...]
    packs: tuple[str, ...]

    @cached_property
    def told(self) -> tuple[dict[str, Any], ...]:
        """The rules as semgrep is given them."""
        return tuple({key: value for key, value in rule.items() if key != "paths"} for rule in self.rules)

    def wants(self, file: SourceFile) -> bool:
        """Whether any rule is about this file."""
        return any(_about(scope, file) for scope in set(self._scopes.values()))  # hundreds of rules share a few

    def speaks(self, rule: str, file: SourceFile) -> bool:
        """Whether the rule is about this file; for "", whether any is in a language of it that needs its syntax.

        Of a rule that only semgrep knows we can't tell: it is taken to be.
        """
        if rule:
            return rule not in self._scopes or _about(self._scopes[rule], file)
        return bool(self.packs) or any(_speaks(language, file) for language in self._syntaxes)

    @cached_property
    def _syntaxes(self) -> frozenset[str]:
        return frozenset(language for scope in self._scopes.values() for language in scope.languages) - ANY_TEXT

    @cached_property
    def _scopes(self) -> Mapping[str, _Scope]:
        return {str(rule["id"]): _scope(rule) for rule in self.rules}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # libyaml's reader takes a tenth of the time
    """YAML 1.2's scalars, as semgrep reads them: `yes`, `on` and dates are text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag.rpartition(":")[2] not in {"bool", "timestamp"}]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _first, _word in (("t", "true"), ("T", "True"), ("f", "false"), ("F", "False")):
    _Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(f"^{_word}$"), [_first])


def read_rules(bundled: Path, names: Sequence[str]) -> Rulebook:
    """The rules of a folder, and those of the named files; names like `p/python` are left to semgrep.

    Refuses (`RuleError`) a file that cannot be read, rules without an id or a language, an id that stands twice, and no rule.
    """
    packs = tuple(name for name in names if name.startswith(("p/", "r/")))
    paths = [*sorted(bundled.glob("*.yml")), *(Path(name) for name in names if name not in packs)]
    rules = [(str(rule["id"]), path, rule) for path in paths for rule in _read(path)]
    _refuse_doubled((id_, path) for id_, path, _ in rules)
    if not rules and not packs:
        raise RuleError("There is no rule for semgrep at all.", "Install secure-release anew; its rules are missing.")
    return Rulebook(tuple(rule for _, _, rule in rules), packs)


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        document: Any = yaml.load(path.read_bytes(), _Loader)  # noqa: S506 - derived from SafeLoader
        rules = list(document["rules"])
        if not rules or not all(isinstance(r["id"], str) and _languages(r) for r in rules):
            raise ValueError("a rule without an id or without languages, or no rule at all")
    except (OSError, ValueError, KeyError, TypeError, RecursionError, yaml.YAMLError) as problem:
        why = " ".join(str(problem).split()) or type(problem).__name__
        hint = "Mend it, or take it out of `rules`."
        raise RuleError(f"The rule file {path.name} cannot be used: {why[:300]}", hint) from problem
    return rules


def _refuse_doubled(rules: Iterable[tuple[str, Path]]) -> None:
    known = list(rules)
    counts = Counter(id_ for id_, _ in known)
    if doubled := sorted({f"{id_} ({path.name})" for id_, path in known if counts[id_] > 1}):
        raise RuleError(f"Rules of the same id hide one another: {', '.join(doubled)}.", "Give each rule an id of its own.")


def _languages(rule: dict[str, Any]) -> tuple[str, ...]:
    """Every language of a rule. Refuses one whose files we do not know: they would be skipped without a word."""
    languages = tuple(str(name).lower() for name in rule.get("languages") or ())
    if unknown := sorted(set(languages) - set(ENDINGS) - ANY_TEXT):
        raise ValueError(f"rule {rule['id']} is for {', '.join(unknown)}, whose files we do not know")
    return languages


@dataclass(frozen=True)
class _Scope:
    """Which files a rule is about."""

    languages: tuple[str, ...]
    include: tuple[str, ...]
    exclude: tuple[str, ...]


def _scope(rule: dict[str, Any]) -> _Scope:
    paths = rule.get("paths") or {}
    return _Scope(tuple(sorted(_languages(rule))), tuple(paths.get("include") or ()), tuple(paths.get("exclude") or ()))


def _about(scope: _Scope, file: SourceFile) -> bool:
    if not any(_speaks(language, file) for language in scope.languages):
        return False
    return (not scope.include or _matches(file.path, scope.include)) and not _matches(file.path, scope.exclude)


def _speaks(language: str, file: SourceFile) -> bool:
    if language in ANY_TEXT:
        return not file.binary
    return file.path.endswith(ENDINGS[language]) or (file.python and ".py" in ENDINGS[language])


def _matches(path: str, globs: Iterable[str]) -> bool:
    """Semgrep's `paths`: a glob fits the file or a folder that it is in, at any depth unless it begins with `/`; one that ends
    with `/` fits folders alone. `*` stays within one name, `**` goes through folders."""
    return any(_fits(path, each) for each in globs)


@cache
def _fits(path: str, pattern: str) -> bool:
    from wcmatch import glob  # few rules have `paths`

    parts = path.split("/")
    names = ["/".join(parts[:count]) for count in range(1, len(parts))]
    names += [] if pattern.endswith("/") else [path]
    anchored = pattern.removeprefix(".").lstrip("/") if pattern.startswith(("/", "./")) else f"**/{pattern}"
    return any(glob.globmatch(name, anchored.rstrip("/"), flags=glob.GLOBSTAR | glob.DOTGLOB | glob.FORCEUNIX) for name in names)
