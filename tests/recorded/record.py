"""Record what the real tools say: `python -m tests.recorded.record`. Run it again when a tool's pin moves, and read the diff."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Check, Exit, Tools
from secure_release.checks.builtin import bandit, semgrep, workflows
from secure_release.checks.sarif import sarif_check
from secure_release.pipeline.adapters.process import Processes
from tests.fakes import context

HERE = Path(__file__).parent
RUFF = ("ruff", "check", "--isolated", "--ignore-noqa", "--no-cache", "--select", "S", "--output-format", "sarif")
LINT = sarif_check(
    name="lint",
    command=(*RUFF, "--output-file", "{report}", "{files}"),
    specimen_name="planted.py",
    specimen_text="import hashlib\n\nhashlib.md5(b'')\n",
    wants=lambda file: file.python,
    exits=(0, 1),
)
CHECKS: dict[str, Check] = {"bandit": bandit.CHECK, "semgrep": semgrep.CHECK, "zizmor": workflows.CHECK, "sarif": LINT}
GOOD_FLOW = """on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make test
"""
BAD_FLOW = """on: push
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-python@v5
      - uses: actions/setup-python@v5
      - run: echo ${{ github.event.issue.title }}
"""
BAD_CODE = "import hashlib\n\n\ndef name(text):\n    return hashlib.md5(text)  # nosec  # nosemgrep\n"
CLEAN = {"shop/app.py": "X = 1\n", ".github/workflows/ci.yml": GOOD_FLOW}
FINDINGS = {"shop/app.py": BAD_CODE, "tests/test_app.py": "X = 2\n", ".github/workflows/ci.yml": BAD_FLOW}
PARTIAL = {**FINDINGS, "shop/broken.py": "def broken(:\n    pass\n", ".github/workflows/broken.yml": "on: [push\n"}
# Scenario: the project, and the words that take the place of the tool's own arguments (none: its own).
SCENARIOS: dict[str, tuple[Mapping[str, str], tuple[str, ...]]] = {
    "clean": (CLEAN, ()),
    "findings": (FINDINGS, ()),
    "partial": (PARTIAL, ()),
    "empty": ({}, ()),
    "error": (CLEAN, ("--no-such-option",)),
    "garbage": (CLEAN, ("--help",)),
}


@dataclass(frozen=True)
class Recorder:
    """The real tools, with a note of the last call that was not about the version."""

    tools: Tools
    arguments: tuple[str, ...]
    note: Path

    def find(self, name: str) -> Path | None:
        return self.tools.find(name)

    def run(
        self, argv: Sequence[str], *, cwd: Path, timeout: float, env: Mapping[str, str] | None = None, stdin: bytes = b""
    ) -> Exit:
        ours = "-I" in argv or argv[-1] == "--version"
        words = (argv[0], *self.arguments) if self.arguments and not ours else tuple(argv)
        ended = self.tools.run(words, cwd=cwd, timeout=timeout, env=env, stdin=stdin)
        if argv[-1] == "--version":
            (self.note / "version").write_bytes(ended.stdout)
        elif not ours:
            self._write(words, ended)
        return ended

    def _write(self, words: Sequence[str], ended: Exit) -> None:
        report = next((Path(word) for word in words if word.endswith("/report")), None)
        written = report.read_text() if report and report.is_file() else None
        said = {"code": ended.code, "stdout": ended.stdout.decode(), "stderr": ended.stderr.decode(), "report": written}
        (self.note / "said").write_text(json.dumps(said))


def record(tool: str, scenario: str, folder: Path) -> str:
    files, arguments = SCENARIOS[scenario]
    CHECKS[tool].run(context(folder, files, Recorder(Processes(folder / "project"), arguments, folder)))
    said = json.loads((folder / "said").read_text())
    version = (folder / "version").read_text().split("\n")[0] if (folder / "version").is_file() else "any"
    text = json.dumps({"tool": tool, "version": version, **said}, indent=1, ensure_ascii=False)
    return text.replace(str(folder), "{folder}") + "\n"


def main() -> None:
    for tool in CHECKS:
        for scenario in SCENARIOS:
            with tempfile.TemporaryDirectory() as folder:
                text = record(tool, scenario, Path(folder).resolve())
            (HERE / tool).mkdir(exist_ok=True)
            (HERE / tool / f"{scenario}.json").write_text(text)


if __name__ == "__main__":
    main()
