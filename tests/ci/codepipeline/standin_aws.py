#!/usr/bin/env python3
"""A stand-in for the AWS CLI, found as `aws` on PATH: buckets are folders below $STANDIN_AWS, and so is Security Hub.

Knows the calls of our templates word for word and nothing else; every call is written down, so that the real CLI can be
given the same words (test_cli.py).
"""

import json
import os
import shutil
import sys
from pathlib import Path

WORLD = Path(os.environ["STANDIN_AWS"])


def main(words):
    with (WORLD / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps(words) + "\n")
    match words:
        case ["s3", "cp", "--recursive", "--only-show-errors", source, target]:
            return copy(source, target)
        case ["securityhub", "batch-import-findings", "--findings", findings, "--query", "FailedCount", "--output", "text"]:
            return take(Path(findings.removeprefix("file://")))
        case _:
            sys.stderr.write(f"aws: unknown call: {words}\n")
            return 252


def copy(source, target):
    if (WORLD / "s3-is-down").exists():
        sys.stderr.write("fatal error: Could not connect to the endpoint URL\n")
        return 1
    where = [place(each) for each in (source, target)]
    if not source.startswith("s3://") and not where[0].is_dir():
        sys.stderr.write(f"The user-provided path {source} does not exist.\n")
        return 255
    if where[0].is_dir():
        shutil.copytree(*where, dirs_exist_ok=True)
    return 0


def place(name):
    return WORLD / "s3" / name.removeprefix("s3://") if name.startswith("s3://") else Path(name)


def take(batch):
    found = json.loads(batch.read_text())
    assert 0 < len(found) <= 100
    hub = WORLD / "securityhub"
    hub.mkdir(exist_ok=True)
    shutil.copy(batch, hub / f"{len(list(hub.iterdir()))}.json")
    sys.stdout.write("0\n")
    return 0


sys.exit(main(sys.argv[1:]))
