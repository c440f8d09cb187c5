"""sbom: what the release is made of, as CycloneDX 1.6 JSON: the project, every pin, and what is not pinned."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from cyclonedx.exception import MissingOptionalDependencyException
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.tool import ToolRepository
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from packageurl import PackageURL

from ..advisories import Pin
from ..check import Context, SourceFile
from ..dependencies import declared
from ..finding import Gap
from ..memory import fixed
from ..planted import INVENTED
from ..requirements import Declared
from ..result import Result, broken, ran

NAME = "sbom"
FILE = "sbom.cdx.json"
# The namespace of our serial numbers: the same files have the same one.
SERIALS = uuid.uuid5(uuid.NAMESPACE_URL, "secure-release:sbom")
VALIDATORS = ("cyclonedx-python-lib", "jsonschema", "referencing", "rfc3987-syntax")
VALID = b"valid"
EPOCH = datetime.fromtimestamp(0, UTC)
ALGORITHMS = {
    "md5": HashAlgorithm.MD5,
    "sha1": HashAlgorithm.SHA_1,
    "sha256": HashAlgorithm.SHA_256,
    "sha384": HashAlgorithm.SHA_384,
    "sha512": HashAlgorithm.SHA_512,
}
LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "sha384": 96, "sha512": 128}
REPORT_IT = "This is a fault of ours: please report it with the project's lock files."


@dataclass(frozen=True)
class Sbom:
    name: str = NAME
    title: str = "what the release is made of"
    fetches: bool = True

    def run(self, context: Context) -> Result:
        stated = declared([f.path for f in context.files], context.read)
        document = rendered(stated, *_project(context), context)
        planted = rendered(_planted(), "planted", "", context)
        if str(_purl(INVENTED[0])) not in {c.get("purl") for c in json.loads(planted).get("components", [])}:
            return broken(f"{NAME} is blind: the planted {INVENTED[0]} is not in its own document.", REPORT_IT)
        evidence = (context.keep(FILE, document.encode()),)
        problem, note = _valid(rendered(stated, *_project(context), replace(context, now=EPOCH)), document, context)
        if problem:
            return broken(f"{FILE} is not valid CycloneDX 1.6: {problem}", REPORT_IT, evidence)
        unread = [u for u in stated.unauditable if u.text == u.place.path]
        gaps = tuple(Gap(NAME, u.text, u.reason, u.remedy) for u in unread)
        looked_at = tuple(f for f in stated.files if f not in {u.text for u in unread})
        return ran((), looked_at, gaps, evidence, note)


def rendered(stated: Declared, name: str, release: str, context: Context) -> str:
    """The document: the same files and the same time give the same bytes."""
    root = Component(name=name, version=release or None, type=ComponentType.APPLICATION, bom_ref="project")
    parts = [*_pinned(stated), *_unpinned(stated)]
    maker = Component(name="secure-release", version=_own_version(), type=ComponentType.APPLICATION)
    metadata = BomMetaData(component=root, timestamp=context.now, tools=ToolRepository(components=[maker]))
    bom = Bom(components=parts, metadata=metadata, serial_number=uuid.uuid5(SERIALS, tree_digest(context.files)))
    bom.register_dependency(root, parts)
    return JsonV1Dot6(bom).output_as_string(indent=2)


def tree_digest(files: Iterable[SourceFile]) -> str:
    """The digest of all paths and contents of the release."""
    lines = sorted(f"{file.sha256}  {file.path}\n" for file in files)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _pinned(stated: Declared) -> Iterator[Component]:
    hashes: dict[Pin, set[str]] = {}
    for line in stated.pins:
        hashes.setdefault(line.pin, set()).update(line.hashes)
    for pin, places in stated.places.items():
        purl = _purl(pin)
        yield Component(
            name=pin.name,
            version=pin.version,
            purl=purl,
            bom_ref=str(purl),
            hashes=list(_hashes(hashes[pin])),
            properties=[Property(name="secure-release:declared-in", value=str(place)) for place in places],
        )


def _unpinned(stated: Declared) -> Iterator[Component]:
    for number, line in enumerate(u for u in stated.unauditable if u.text != u.place.path):
        yield Component(
            name=line.name or line.text,
            bom_ref=f"unpinned-{number}",
            properties=[
                Property(name="secure-release:declared-in", value=str(line.place)),
                Property(name="secure-release:unpinned", value=f"{line.text}: {line.reason}"),
            ],
        )


def _hashes(stated: Iterable[str]) -> Iterator[HashType]:
    """Those that are digests by their length; a lock may hold anything."""
    for one in sorted(stated):
        kind, _, digest = one.partition(":")
        if kind in ALGORITHMS and re.fullmatch(f"[0-9a-f]{{{LENGTHS[kind]}}}", digest):
            yield HashType(alg=ALGORITHMS[kind], content=digest)


def _purl(pin: Pin) -> PackageURL:
    return PackageURL(type="pypi", name=pin.name, version=pin.version)


def _planted() -> Declared:
    """The specimen goes the same way as the project: from the text of a file."""
    text = f"{INVENTED[0].name}=={INVENTED[0].version}\n".encode()
    return declared(["requirements.txt"], lambda _: text)


def _project(context: Context) -> tuple[str, str]:
    """The project's name and version by its pyproject.toml; a name of no meaning when it tells none."""
    try:
        project = tomllib.loads(context.read("pyproject.toml").decode()).get("project")
    except (OSError, ValueError, RecursionError):
        project = None
    told = project if isinstance(project, dict) else {}
    name, release = told.get("name"), told.get("version")
    return (name if isinstance(name, str) and name else "project", release if isinstance(release, str) else "")


def _valid(timeless: str, document: str, context: Context) -> tuple[str, tuple[str, ...]]:
    """As `_validated`; not asked again of a document that differs in nothing but its time. The validator takes a second to start."""
    key = fixed(NAME, hashlib.sha256(timeless.encode()).hexdigest(), sys.version_info[:2], *map(_version, VALIDATORS)).digest
    if context.memory.recall((key,)).get(key) == VALID:
        return "", ()
    problem, note = _validated(document)
    if not problem and not note:
        context.memory.keep({key: VALID})
    return problem, note


def _own_version() -> str:
    return _version("secure-release")


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unknown"


def _validated(document: str) -> tuple[str, tuple[str, ...]]:
    """What is wrong by the schema ("" for nothing), and a note when nobody could look."""
    try:
        from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415  (it takes a second, of every command)

        problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(document)
    except MissingOptionalDependencyException:
        return "", (f"{FILE} was not validated: pip install cyclonedx-python-lib[json-validation].",)
    return (str(problem.data)[:300] if problem is not None else ""), ()


CHECK = Sbom()
