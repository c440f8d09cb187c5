"""What a check said of a file is said again, unasked, while nothing has changed that it depends on.

Sound for checks whose answer about one file needs no other (`by_file`): a whole run then equals the sum of its files. Only whole
answers are kept: a check that is broken, and a file that is a gap, are asked again; but for a gap that the file's content alone
makes (`Fixed.lasting`: it does not parse), which stays a gap and is no yes by being remembered. What was said of all files together
is kept once more in one piece: when nothing has changed there is one thing to read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from .check import Changed, Check, Context, Fixed, SourceFile
from .finding import Finding, Gap, numbered
from .result import Ran, Result, broken, ran

NOT_ITS_BUSINESS = b"-"  # the check was given the file and has nothing to look at in it
NOTHING = b"[]"
SAME = "as earlier runs saw them; nothing that counts has changed."
AGAIN = "Scan again while nobody edits the files, with room in the folder for temporary files."


@dataclass(frozen=True)
class Said:
    """What a check said of one file, or of many."""

    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    looked_at: tuple[str, ...]
    notes: tuple[str, ...]


NONE = Said((), (), (), ())


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
    everything = _whole_key(fixed, context.files)
    said = _whole(context.memory.recall((everything,)).get(everything), {file.path for file in context.files})
    if said is not None:
        told = context.keep(f"{check.name} from earlier runs", json.dumps({"all files": everything}).encode())
        files = sum(map(fixed.remembers, context.files))
        return ran(said.findings, said.looked_at, said.gaps, (told,), (*said.notes, _note(files, context)))
    result = _file_by_file(check, fixed, context)
    if isinstance(result, Ran) and _is_whole(result, fixed):
        own = tuple(note for note in result.notes if not note.endswith(SAME))
        context.memory.keep({everything: _said().dump_json(Said(result.findings, result.gaps, result.looked_at, own))})
    return result


def _file_by_file(check: Check, fixed: Fixed, context: Context) -> Result:
    keys = {file.path: _key(fixed, file) for file in context.files if fixed.remembers(file)}
    known = _known(keys, context.memory.recall(tuple(keys.values())))
    new = tuple(file for file in context.files if file.path not in known)
    result = _run(check, replace(context, files=new)) if new or not known else ran((), (), (), ())
    if not isinstance(result, Ran):
        return result
    context.memory.keep(dict(_worth_keeping(result, {path: key for path, key in keys.items() if path not in known}, fixed)))
    return _together(check.name, result, known, {path: keys[path] for path in known}, context) if known else result


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


def _whole_key(fixed: Fixed, files: Sequence[SourceFile]) -> str:
    digest = hashlib.sha256(f"whole {fixed.digest} {len(files)}\n".encode())
    for file in files:
        about = f"{file.path}\0{file.sha256}\0{file.binary:d}{file.python:d}{file.executable:d}\n"
        digest.update(about.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


@cache
def _said() -> TypeAdapter[Said]:
    return TypeAdapter(Said)


def _read(content: bytes) -> Said | None:
    try:
        return _said().validate_json(content)
    except ValidationError:
        return None


def _whole(content: bytes | None, paths: Set[str]) -> Said | None:
    """What was said of exactly these files. What can't be read, or is about others, was never said."""
    said = _read(content) if content is not None else None
    if said is None or not _about(said) | {*said.looked_at} <= paths:
        return None
    return said


def _about(said: Said) -> set[str]:
    return {*(finding.place.path for finding in said.findings), *(gap.subject for gap in said.gaps)}


def _is_whole(result: Ran, fixed: Fixed) -> bool:
    seen = {*result.looked_at, *(gap.subject for gap in result.gaps)}
    return all(map(fixed.lasting, result.gaps)) and all(finding.place.path in seen for finding in result.findings)


def _known(keys: Mapping[str, str], held: Mapping[str, bytes]) -> dict[str, Said | None]:
    """Path to what was said of it; None for a file that was not the check's business."""
    known: dict[str, Said | None] = {}
    for path, key in keys.items():
        content = held.get(key)
        if content == NOT_ITS_BUSINESS:
            known[path] = None
        elif content == NOTHING:
            known[path] = NONE
        elif content is not None and (said := _read(content)) is not None and _about(said) <= {path}:
            known[path] = said
    return known


def _worth_keeping(result: Ran, keys: Mapping[str, str], fixed: Fixed) -> Iterator[tuple[str, bytes]]:
    """By file. Nothing at all of a result that has findings elsewhere than in its files: it is not by file."""
    findings, gaps, looked_at = dict[str, list[Finding]](), dict[str, list[Gap]](), set(result.looked_at)
    for finding in result.findings:
        findings.setdefault(finding.place.path, []).append(finding)
    for gap in result.gaps:
        gaps.setdefault(gap.subject, []).append(gap)
    if not findings.keys() <= looked_at | gaps.keys():
        return
    for path, key in keys.items():
        found, missed = tuple(findings.get(path, ())), tuple(gaps.get(path, ()))
        if not all(map(fixed.lasting, missed)):
            continue
        if found or missed:
            yield key, _said().dump_json(Said(found, missed, (path,) if path in looked_at else (), ()))
        else:
            yield key, NOTHING if path in looked_at else NOT_ITS_BUSINESS


def _together(name: str, new: Ran, known: Mapping[str, Said | None], keys: Mapping[str, str], context: Context) -> Ran:
    before = {path: said for path, said in known.items() if said is not None}
    looked_at = {*new.looked_at, *(path for path, said in before.items() if not said.gaps or path in said.looked_at)}
    gaps = {*new.gaps, *(gap for said in before.values() for gap in said.gaps)}
    told = json.dumps({path: keys[path] for path in sorted(known)}, indent=0).encode()
    return ran(
        numbered((*new.findings, *(finding for said in before.values() for finding in said.findings))),
        tuple(sorted(looked_at)),
        tuple(sorted(gaps, key=lambda gap: (gap.subject, gap.reason))),
        (*new.evidence, context.keep(f"{name} from earlier runs", told)),
        (*new.notes, _note(len(known), context)),
    )


def _note(count: int, context: Context) -> str:
    return f"{count} of {len(context.files)} files {SAME}"
