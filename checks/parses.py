"""Which Python files do not compile here. Run as a program of its own, because a hostile file can crash a parser.

Reads paths from standard input, each ended by NUL; writes one JSON object, from path to reason, to standard output.
"""

from __future__ import annotations

import ast
import json
import sys
import warnings
from pathlib import Path


def unparsable(path: str) -> str:
    """Why the file is no Python to this interpreter; "" when it is. Its declared encoding counts, warnings do not."""
    try:
        ast.parse(Path(path).read_bytes())
    except SyntaxError as problem:
        return f"line {problem.lineno or 0}: {problem.msg}"
    except (OSError, ValueError, RecursionError, MemoryError) as problem:
        return str(problem) or type(problem).__name__
    return ""


def main() -> None:
    warnings.simplefilter("ignore")
    paths = sys.stdin.buffer.read().decode("utf-8", "surrogateescape").split("\0")[:-1]
    reasons = {path: unparsable(path) for path in paths}
    found = {path: reason for path, reason in reasons.items() if reason}
    json.dump({"python": sys.version.split()[0], "count": len(reasons), "reasons": found}, sys.stdout)


if __name__ == "__main__":
    main()
