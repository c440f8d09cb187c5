"""Writes into a restic repository what restic itself never would: snapshots whose names and kinds lead out of their folder.

As somebody could who has the password. The format is that of restic's design page: blobs in packs, each sealed with the
repository's key; a tree is a JSON list of nodes; a snapshot names its tree.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .quick_key import opened, seal

DATA, TREE = 0, 1
MODES = {"file": 0o644, "dir": 0x80000000 | 0o755, "symlink": 0x08000000 | 0o777, "chardev": 0x04200000 | 0o600}
AT = "2026-11-23T12:00:00Z"


@dataclass(frozen=True)
class Node:
    """`inside`: of a file its bytes, of a link its target, of a folder its nodes. A name may be anything, and come twice."""

    name: str
    kind: str
    inside: bytes | str | Sequence[Node] = b""


class Repository:
    def __init__(self, folder: Path, password: str) -> None:
        self.folder = folder
        master: Mapping[str, Any] = json.loads(opened(next((folder / "keys").iterdir()), password))
        parts = (master["encrypt"], master["mac"]["k"], master["mac"]["r"])
        self.key = b"".join(base64.b64decode(part) for part in parts)
        self.blobs: dict[str, tuple[int, bytes]] = {}

    def snapshot(self, nodes: Sequence[Node], tags: Sequence[str]) -> str:
        """The id of a new snapshot of these. The index must be made anew."""
        told = {"time": AT, "tree": self._tree(nodes), "paths": ["/x"], "hostname": "secure-release", "tags": list(tags)}
        self._pack()
        return self._write("snapshots", seal(self.key, json.dumps(told).encode()))

    def _tree(self, nodes: Sequence[Node]) -> str:
        return self._blob(TREE, json.dumps({"nodes": [self._node(node) for node in nodes]}).encode() + b"\n")

    def _node(self, node: Node) -> dict[str, object]:
        times = dict.fromkeys(("mtime", "atime", "ctime"), AT)
        raw = {"name": node.name, "type": node.kind, "mode": MODES[node.kind], **times, "uid": 0, "gid": 0, "content": None}
        match node.inside:
            case str():
                return {**raw, "linktarget": node.inside}
            case bytes():
                return {**raw, "size": len(node.inside), "content": [self._blob(DATA, node.inside)] if node.inside else []}
            case _:
                return {**raw, "subtree": self._tree(node.inside)}

    def _blob(self, kind: int, content: bytes) -> str:
        id = hashlib.sha256(content).hexdigest()
        self.blobs[id] = (kind, content)
        return id

    def _pack(self) -> None:
        """One pack for each kind, as restic reads them."""
        for kind in (DATA, TREE):
            body, header = b"", b""
            for id, (each, content) in self.blobs.items():
                if each == kind:
                    sealed = seal(self.key, content)
                    body += sealed
                    header += struct.pack("<BI", kind, len(sealed)) + bytes.fromhex(id)
            if header:
                ending = seal(self.key, header)
                self._write("data", body + ending + struct.pack("<I", len(ending)))

    def _write(self, kind: str, content: bytes) -> str:
        id = hashlib.sha256(content).hexdigest()
        place = self.folder / kind / (id[:2] if kind == "data" else "") / id
        place.parent.mkdir(mode=0o700, exist_ok=True)
        place.write_bytes(content)
        return id
