"""The program that reads a project: paths on standard input, each ended by NUL; one JSON object on standard output."""

from __future__ import annotations

import gc
import json
import sys
import threading
from pathlib import Path
from typing import Any

from .modules import Unreadable
from .project import Project
from .sources import HOT
from .world import Flow, Whole

NESTED = 12_000  # Python frames
STACK = 256 * 2**20  # bytes


def look(root: Path, paths: list[str]) -> dict[str, Any]:
    """What is found in these files, and which of them could not be read."""
    project = Project(root, paths)
    whole = Whole(project)
    reasons = {}
    for path in paths:
        try:
            project.module(path)
            if HOT.search((root / path).read_bytes()):
                whole.read(path)
        except Unreadable as problem:
            reasons[path] = f"no Python {sys.version.split()[0]}: {problem}"
        except OSError as problem:
            reasons[path] = f"cannot be read: {problem.strerror}"
    whole.read_again()
    return {"count": len(paths), "reasons": {**whole.failed, **reasons}, "flows": [_told(flow) for flow in whole.flows.values()]}


def _told(flow: Flow) -> dict[str, Any]:
    return {
        "rule": flow.sink.rule,
        "path": flow.sink.path,
        "line": flow.sink.line,
        "end_line": flow.sink.end_line,
        "kind": flow.source.kind,
        "what": flow.source.what,
        "from": flow.source.path,
        "from_line": flow.source.line,
        "via": list(flow.via),
        "sure": flow.sure,
    }


def main() -> None:
    paths = sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\0")[:-1]
    sys.setrecursionlimit(NESTED)
    threading.stack_size(STACK)
    gc.disable()  # no tree refers to itself, and looking for one that does costs as much as all the rest
    answer: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: answer.append(_both(Path(sys.argv[2]), paths)))
    thread.start()
    thread.join()
    if not answer:
        sys.exit(70)  # the thread has said why, on standard error
    json.dump(answer[0], sys.stdout)


def _both(planted: Path, paths: list[str]) -> dict[str, Any]:
    proof = look(planted, sorted(path.name for path in planted.iterdir()))
    return {**look(Path(), paths), "planted": proof["flows"]}
