"""What a check said of a file is said again, unasked, while nothing has changed that it depends on.

Sound for checks whose answer about one file needs no other (`by_file`): a whole run then equals the sum of its files. Only whole
answers are kept: a check that is broken, a file that is a gap and a tool that ran out of time are asked again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from .check import Changed, Check, Context, Fixed, SourceFile
from .finding import Finding, numbered
from .result import Ran, Result, broken, ran

NOT_ITS_BUSINESS = b"-"  # the check was given the file and has nothing to look at in it
NOTHING = b"[]"
AGAIN = "Scan again while nobody edits the files, with room in the folder for temporary files."
FINDINGS = TypeAdapter(tuple[Finding, ...])


class Forgetful:
    """`Memory` that holds nothing."""

    def recall(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {}

    def keep(self, entries: Mapping[str, bytes]) -> None:
        pass


def asked(check: Check, context: Context) -> Result:
    """What `check.run` says of all files; it runs only for those of which the same was not said before."""
    try:
        return _asked(check, context)
    except Changed as problem:
        return broken(str(problem), AGAIN)


def _run(check: Check, context: Context) -> Result:
    if getattr(check, "fetches", False) is not True:
        context.fill(file.path for file in context.files)
    return check.run(context)


def _asked(check: Check, context: Context) -> Result:
    fixed = fixed_of(check, context)
    if fixed is None:
        return _run(check, context)
    keys = {file.path: _key(fixed, file) for file in context.files if fixed.remembers(file)}
    known = _known(keys, context.memory.recall(tuple(keys.values())))
    if not known:
        return _kept(_run(check, context), keys, context)
    new = tuple(file for file in context.files if file.path not in known)
    result = _run(check, replace(context, files=new)) if new else ran((), (), (), ())
    if not isinstance(result, Ran):
        return result
    _kept(result, {path: key for path, key in keys.items() if path not in known}, context)
    return _together(check.name, result, known, {path: keys[path] for path in known}, context)


def fixed_of(check: Check, context: Context) -> Fixed | None:
    """None for a check that does not say what its answers depend on: it is asked every time."""
    tell = getattr(check, "fixed", None)
    found = tell(context) if callable(tell) else None
    return found if isinstance(found, Fixed) else None


def fixed(name: str, *inputs: object) -> Fixed:
    """All that a check of ours depends on beside its file: these inputs, and the code and the rules of this package."""
    return Fixed(hashlib.sha256(json.dumps([name, code(), *inputs], default=str, sort_keys=True).encode()).hexdigest())


@lru_cache(maxsize=1)
def code() -> str:
    """The digest of every file of this package that decides what is a finding."""
    here, digest = Path(__file__).parent, hashlib.sha256()
    for path in sorted(path for path in here.rglob("*") if path.suffix in (".py", ".yml")):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _key(fixed: Fixed, file: SourceFile) -> str:
    about = [fixed.digest, file.path, file.sha256, file.binary, file.python, file.executable]
    return hashlib.sha256(json.dumps(about).encode("utf-8", "surrogateescape")).hexdigest()


def _known(keys: Mapping[str, str], held: Mapping[str, bytes]) -> dict[str, tuple[Finding, ...] | None]:
    """Path to findings; None for a file that was not the check's business. What can't be read was never said."""
    known: dict[str, tuple[Finding, ...] | None] = {}
    for path, key in keys.items():
        content = held.get(key)
        if content == NOT_ITS_BUSINESS:
            known[path] = None
        elif content is not None:
            try:
                found = FINDINGS.validate_json(content) if content != NOTHING else ()
            except ValidationError:
                continue
            if all(finding.place.path == path for finding in found):
                known[path] = found
    return known


def _kept(result: Result, keys: Mapping[str, str], context: Context) -> Result:
    if isinstance(result, Ran):
        context.memory.keep(dict(_worth_keeping(result, keys)))
    return result


def _worth_keeping(result: Ran, keys: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """By file. Nothing at all of a result that has findings elsewhere than in its files: it is not by file."""
    by_path: dict[str, list[Finding]] = {}
    for finding in result.findings:
        by_path.setdefault(finding.place.path, []).append(finding)
    gaps, looked_at = {gap.subject for gap in result.gaps}, set(result.looked_at)
    if not set(by_path) <= looked_at | gaps:
        return
    for path, key in keys.items():
        if path in gaps:
            continue
        found = by_path.get(path)
        yield key, NOT_ITS_BUSINESS if path not in looked_at else FINDINGS.dump_json(tuple(found)) if found else NOTHING


def _together(
    name: str, new: Ran, known: Mapping[str, tuple[Finding, ...] | None], keys: Mapping[str, str], context: Context
) -> Ran:
    before = tuple(finding for found in known.values() for finding in found or ())
    looked_at = {*new.looked_at, *(path for path, found in known.items() if found is not None)}
    told = json.dumps({path: keys[path] for path in sorted(known)}, indent=0).encode()
    return ran(
        numbered((*new.findings, *before)),
        tuple(sorted(looked_at)),
        new.gaps,
        (*new.evidence, context.keep(f"{name} from earlier runs", told)),
        (*new.notes, f"{len(known)} of {len(context.files)} files as earlier runs saw them; nothing that counts has changed."),
    )
