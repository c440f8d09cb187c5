"""A small repository of .debs in two versions, written byte by byte: no tool, no network, the same every time."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

MAINTAINER = "A Maintainer <maintainer@example.invalid>"
WHEN = "Mon, 02 Nov 2026 10:00:00 +0000"


@dataclass(frozen=True)
class Deb:
    """One binary package. `entries` of its changelog are (version, text), the newest first; None: it has no changelog."""

    name: str
    version: str
    source: str = ""  # "name" or "name (version)"
    architecture: str = "all"
    depends: str = ""
    more: str = ""  # further control lines
    files: Mapping[str, str] = field(default_factory=dict)
    conffiles: tuple[str, ...] = ()
    postinst: str = ""
    entries: tuple[tuple[str, str], ...] | None = ()
    doc_link: str = ""  # its doc folder is a symbolic link to this one
    packed: str = "gz"

    @property
    def file(self) -> str:
        return f"{self.name}_{self.version.replace(':', '%3a')}_{self.architecture}.deb"

    @property
    def control(self) -> str:
        lines = [f"Package: {self.name}", f"Version: {self.version}", f"Architecture: {self.architecture}"]
        lines += [f"Source: {self.source}"] if self.source else []
        lines += [f"Depends: {self.depends}"] if self.depends else []
        lines += [self.more] if self.more else []
        return "\n".join([*lines, f"Maintainer: {MAINTAINER}", "Description: made for a test", ""])


def deb(one: Deb) -> bytes:
    """The file."""
    files = {f"./{path.lstrip('/')}": text.encode() for path, text in one.files.items()}
    doc = f"./usr/share/doc/{one.name}"
    if one.entries is not None and not one.doc_link:
        source = one.source.partition(" ")[0] or one.name
        files[f"{doc}/changelog.Debian.gz"] = gzip.compress(changelog(source, one.entries).encode(), mtime=0)
    scripts = {"./control": one.control.encode()}
    scripts |= {"./conffiles": "".join(f"{path}\n" for path in one.conffiles).encode()} if one.conffiles else {}
    scripts |= {"./postinst": one.postinst.encode()} if one.postinst else {}
    links = {doc: one.doc_link} if one.doc_link else {}
    parts = {"debian-binary": b"2.0\n", "control.tar.gz": gzip.compress(_tar(scripts, {}), mtime=0)}
    return b"!<arch>\n" + b"".join(_ar(name, body) for name, body in (*parts.items(), _data(one.packed, _tar(files, links))))


def changelog(source: str, entries: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{source} ({version}) stable-security; urgency=high\n\n  * {text}\n\n -- {MAINTAINER}  {WHEN}\n" for version, text in entries)


def repository(debs: Sequence[Deb], release: Mapping[str, str], spoiled: str = "") -> dict[str, bytes]:
    """A flat repository: file name to content. `spoiled` names a package whose file is not what the list says."""
    made = {one.file: deb(one) for one in debs}
    packages = "".join(f"{one.control}{_stanza(one.file, made[one.file])}\n" for one in debs).encode()
    made |= {one.file: made[one.file][:-1] + b"\x01" for one in debs if one.name == spoiled}
    fields = {"Date": format_datetime(datetime.now(UTC), usegmt=True), "Architectures": "amd64", **release}
    lines = [f"{key}: {value}" for key, value in fields.items() if value]
    digest = hashlib.sha256(packages).hexdigest()
    text = "\n".join([*lines, "SHA256:", f" {digest} {len(packages)} Packages", ""])
    return {**made, "Packages": packages, "Release": text.encode()}


def packed(folder: str, files: Mapping[str, bytes]) -> bytes:
    """A tar that holds the files in a folder."""
    return _tar({f"{folder}/{name}": content for name, content in files.items()}, {})


def _stanza(name: str, content: bytes) -> str:
    return f"Filename: ./{name}\nSize: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}\n"


def _data(how: str, tar: bytes) -> tuple[str, bytes]:
    match how:
        case "gz":
            return "data.tar.gz", gzip.compress(tar, mtime=0)
        case "xz":
            return "data.tar.xz", lzma.compress(tar)
        case "zst":
            import zstandard  # noqa: PLC0415 - only one test needs it

            return "data.tar.zst", zstandard.ZstdCompressor().compress(tar)
    return f"data.tar{how}", tar


def _tar(files: Mapping[str, bytes], links: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        parents = {str(parent) for path in (*files, *links) for parent in _parents(path)}
        for folder in sorted(parents):
            member = tarfile.TarInfo(folder)
            member.type, member.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(member)
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(content), 0o755 if path.startswith(("./usr/bin", "./postinst")) else 0o644
            tar.addfile(member, io.BytesIO(content))
        for path, target in links.items():
            member = tarfile.TarInfo(path)
            member.type, member.linkname = tarfile.SYMTYPE, target
            tar.addfile(member)
    return out.getvalue()


def _parents(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[: n + 1]) for n in range(1, len(parts))] if parts[0] == "." else ["/".join(parts[: n + 1]) for n in range(len(parts))]


def _ar(name: str, body: bytes) -> bytes:
    return f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(body):<10}`\n".encode() + body + b"\n" * (len(body) % 2)
