"""Writes the categories to $STANDINS/code-scanning. Refuses what GitHub refuses: two runs of one category, more than 20 runs.

https://github.blog/changelog/2025-07-21-code-scanning-will-stop-combining-multiple-sarif-runs-uploaded-in-the-same-sarif-file/
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

GITHUB = Path(os.environ["STANDINS"])
MAX_RUNS = 20


def main() -> int:
    if (GITHUB / "no-code-scanning").exists():
        print("::error::Resource not accessible by integration")
        return 1
    log = json.loads(Path(os.environ["SARIF"]).read_text(encoding="utf-8"))
    categories = [run["automationDetails"]["id"].rpartition("/")[0] for run in log["runs"]]
    if log["version"] != "2.1.0" or len(set(categories)) != len(categories) or not 1 <= len(categories) <= MAX_RUNS:
        print(f"::error::version {log['version']}, runs of the categories {categories}")
        return 1
    (GITHUB / "code-scanning").write_text("\n".join(categories), encoding="utf-8")
    return 0


sys.exit(main())
