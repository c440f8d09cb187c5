"""A shop whose release can be held at any point, as long as a flag names that point; and what is left when it is cut off there."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secure_release.pipeline.journal import read_entries, whole_lines

from .shop import Ended, Shop, environment, make_shop

LIMIT = 60.0
# Holds while the flag names this point, then becomes the command. `stubborn`: with a child that ignores being asked to end.
HOLD = """#!/bin/sh
point=$1; shift
if [ "$(cat {tools}/flag 2>/dev/null)" = "$point" ]; then
    if [ -e {tools}/stubborn ]; then
        sh -c 'trap "" TERM INT; while [ -e {tools}/flag ]; do sleep 0.1; done' &
    fi
    touch {tools}/began
    while [ "$(cat {tools}/flag 2>/dev/null)" = "$point" ]; do sleep 0.1; done
fi
exec "$@"
"""
RESTART = """#!/bin/sh
case "$(cat {tools}/flag 2>/dev/null):$VERSION" in
restart:1.2.0) deploy/restart || exit; exec {tools}/hold restart true ;;
rollback:1.2.0) echo 'it does not start' >&2; exit 7 ;;
rollback:1.1.0) exec {tools}/hold rollback deploy/restart ;;
esac
exec deploy/restart
"""
# Held in the watch: when it asks 1.2.0 for the second time.
PROBE = """#!/bin/sh
if [ "$VERSION" = 1.2.0 ]; then
    [ -e {tools}/asked ] && exec {tools}/hold verify true
    touch {tools}/asked
fi
"""
# A scanner: one remark on each line of a file, so that a long file makes a long report.
SARIF = """import json, sys
report, files = sys.argv[1], sys.argv[2:]
def remark(file, line):
    place = {"artifactLocation": {"uri": "file://" + file}, "region": {"startLine": line}}
    return {"ruleId": "line", "level": "note", "message": {"text": "a line"}, "locations": [{"physicalLocation": place}]}
import os
paths = [os.path.abspath(file) for file in files]
results = [remark(p, n) for p in paths for n, _ in enumerate(open(p, "rb"), 1)]
run = {"tool": {"driver": {"name": "lines", "rules": [{"id": "line"}]}}, "results": results}
json.dump({"version": "2.1.0", "runs": [run]}, open(report, "w"))
"""


@dataclass(frozen=True)
class Held:
    """A released 1.1.0, and 1.2.0 committed."""

    shop: Shop
    tools: Path
    tmp: Path  # TMPDIR of every process of our runs: their scratch space, and the mark by which they are known

    def run(self, *words: str) -> Ended:
        return self.shop.run(*words, env={"TMPDIR": str(self.tmp)})

    def start(self, *words: str) -> subprocess.Popen[str]:
        return self.shop.start(*words, env={"TMPDIR": str(self.tmp)})

    def hold(self, point: str) -> None:
        (self.tools / "flag").write_text(point)

    def let_go(self) -> None:
        (self.tools / "flag").unlink(missing_ok=True)

    def wait_until_held(self, process: subprocess.Popen[str]) -> None:
        end = time.monotonic() + LIMIT
        while not (self.tools / "began").exists():
            assert process.poll() is None and time.monotonic() < end, process.communicate()[0] if process.poll() is not None else "late"
            time.sleep(0.02)

    def run_of(self, version: str) -> Path:
        """The newest run that is about this version."""
        return next(run for run in reversed(self.shop.runs()) if self.shop.journal(run)[0]["data"]["version"] == version)

    def kinds(self, run: Path) -> list[str]:
        """What the journal says, when its chain is whole."""
        content = (run / "journal.jsonl").read_bytes()
        return [entry.kind for entry in read_entries(whole_lines(content), str(run))]

    def left_behind(self) -> list[str]:
        scratch = [str(path) for path in self.tmp.iterdir() if not path.name.startswith("pytest-of-")]  # the shop's own tests
        backups = [str(path) for path in (self.shop.root / "live" / "backups" / "work").glob("*")]
        return [*self.shop.left_behind(), *scratch, *backups, *self.processes()]

    def processes(self) -> list[str]:
        """What still runs of our runs; a last `sleep` of a script that was killed gets the time to end by itself."""
        end = time.monotonic() + 1
        while self.running() and time.monotonic() < end:
            time.sleep(0.05)
        return self.running()

    def running(self) -> list[str]:
        """What has our mark in its environment, but for the shop's own server."""
        server = re.match(r"\d+", _text(self.shop.site / "webshop.pid"))
        mark = f"TMPDIR={self.tmp}\0".encode()
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            if server is None or place.name != server.group():
                try:
                    if mark in (place / "environ").read_bytes() + b"\0":
                        found.append(f"{place.name}: {(place / 'cmdline').read_bytes().decode(errors='replace')}")
                except OSError:
                    continue
        return found


def made(folder: Path) -> Held:
    """Released once, at 1.1.0, with the holds in place."""
    shop = make_shop(folder)
    tools = folder / "tools"
    _write_tools(tools)
    shop.write("specimen.lines", "one\n")
    shop.configure(**_sections(tools, shop.port))
    shop.commit("held")
    held = Held(shop, tools, folder / "tmp")
    held.tmp.mkdir()
    ended = held.run("run")
    assert ended.code == 0, ended
    return held


def copied(template: Held, folder: Path) -> Held:
    """A shop of its own in the same state, on another port, with 1.2.0 committed."""
    root = folder / template.shop.root.name
    shutil.copytree(template.shop.root, root, symlinks=True, ignore=lambda folder, _: ["runs"] if folder.endswith(".secure-release") else [])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shop, tools, tmp = Shop(root, port), folder / "tools", folder / "tmp"
    _write_tools(tools)
    tmp.mkdir()
    config = (root / "secure-release.yml").read_text()
    config = config.replace(str(template.tools), str(tools)).replace(str(template.shop.port), str(port))
    shop.write("secure-release.yml", config)
    env = {**environment(), "SITE": str(shop.site), "PORT": str(port), "DATA": "live/data"}
    subprocess.run(["deploy/restart"], cwd=root, env=env, check=True, capture_output=True)
    shop.release("1.2.0")
    return Held(shop, tools, tmp)


def cut(process: subprocess.Popen[str], number: signal.Signals, group: bool) -> str:
    """To our process alone, or to its whole group as a terminal's Ctrl-C."""
    if group:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    return process.communicate(timeout=LIMIT)[0]


def _write_tools(tools: Path) -> None:
    tools.mkdir()
    for name, text in (("hold", HOLD), ("restart", RESTART), ("probe", PROBE)):
        (tools / name).write_text(text.replace("{tools}", str(tools)))
        (tools / name).chmod(0o755)
    (tools / "lines.py").write_text(SARIF)


def _sections(tools: Path, port: int) -> dict[str, Any]:
    hold = str(tools / "hold")
    lines = {
        "command": [hold, "scan", "python3", str(tools / "lines.py"), "{report}", "{files}"],
        "specimen": "specimen.lines",
        "files": "**/*.lines",
    }
    return {
        "scan": {"skip": ["bandit", "semgrep", "secrets", "pip-audit", "workflows", "sbom"], "checks": {"lines": lines}},
        "policy": {"require": ["clock", "lines"], "patch_test": "off"},
        "patch_test": {"tests": [hold, "patch-test", "python", "-m", "pytest", "-q", "--junitxml={junit}"]},
        "deploy": {"prepare": [hold, "prepare", "deploy/prepare"], "restart": [str(tools / "restart")]},
        "verify": {
            "probes": [
                {"name": "held", "command": [str(tools / "probe")], "within": "1s", "timeout": "60s"},
                {"name": "health", "url": f"http://127.0.0.1:{port}/healthz", "json": {"version": "{version}"}, "within": "20s"},
            ],
            "watch": {"for": "1s", "every": "1s"},
        },
    }


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
