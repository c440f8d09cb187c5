"""The program that reads a project: files and an earlier run on standard input, an answer and this run on standard output.

The first line in is a JSON list of paths and digests of contents, the first line out the answer as JSON.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .project import Project
from .stored import Lost
from .trace import Trace, dumped, loaded
from .work import Work
from .world import Flow, Whole

NESTED = 12_000  # Python frames
STACK = 256 * 2**20  # bytes


def look(root: Path, paths: list[str]) -> dict[str, Any]:
    """What is found in these files, and which of them could not be read."""
    return _looked(root, dict.fromkeys(paths, ""), None)[0]


def look_again(root: Path, files: Mapping[str, str], trace: bytes) -> tuple[dict[str, Any], bytes]:
    """The same, of files with the digests of their contents, by what an earlier run did; and what the next can go by."""
    old = loaded(trace) if trace else None
    try:
        answer, work = _looked(root, files, old)
    except Lost:
        return look_again(root, files, b"")
    if old is not None and work.whole.project.deep:
        return look_again(root, files, b"")  # how deep is too deep depends on who asked first
    whole = not work.whole.failed and not work.whole.project.deep and work.whole.state.whole
    whole = whole and all(kind.lasting for kind in work.kinds.values())
    if not whole:
        return answer, b""
    left = work.trace()
    work.whole.project.forget()
    work.whole.state.forget_all()
    return answer, dumped(left)


def _looked(root: Path, files: Mapping[str, str], old: Trace | None) -> tuple[dict[str, Any], Work]:
    work = Work(Whole(Project(root, [*files])), files, old)
    work.all()
    reasons = {path: kind.reason for path, kind in work.kinds.items() if kind.reason}
    flows = [_told(flow) for _, flow in sorted(work.flows.items())]
    return {"count": len(files), "reasons": {**work.whole.failed, **reasons}, "flows": flows}, work


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
    head, _, trace = sys.stdin.buffer.read().partition(b"\n")
    files = dict(json.loads(head))
    sys.setrecursionlimit(NESTED)
    threading.stack_size(STACK)
    gc.disable()  # no tree refers to itself, and looking for one that does costs as much as all the rest
    answer: list[tuple[dict[str, Any], bytes]] = []
    thread = threading.Thread(target=lambda: answer.append(_both(Path(sys.argv[2]), files, trace)))
    thread.start()
    thread.join()
    if not answer:
        sys.exit(70)  # the thread has said why, on standard error
    told, trace = answer[0]
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + trace)


def _both(planted: Path, files: Mapping[str, str], trace: bytes) -> tuple[dict[str, Any], bytes]:
    proof = look(planted, sorted(path.name for path in planted.iterdir()))
    answer, trace = look_again(Path(), files, trace)
    return {**answer, "planted": proof["flows"]}, trace
