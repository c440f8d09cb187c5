"""A small real environment for tests: made by uv, with wheels built here, and an index that is a folder."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import threading
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from secure_release.checks import Match, Pin, SnapshotFacts
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.clones.venv import VenvPatcher
from secure_release.pipeline.patch_config import PatchSection
from secure_release.pipeline.release import Source
from secure_release.pipeline.shipping import Shipped
from tests.fakes_patch import FACTS, NOW, Notebook, source

UV = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv") or "uv"
# Stands for any runner that is not pytest: it writes what unittest says as JUnit.
RUNNER = """
import sys, unittest
from xml.sax.saxutils import escape, quoteattr
class Told(unittest.TestResult):
    def __init__(self):
        super().__init__(); self.rows = []
    def addSuccess(self, test): self.rows.append((test.id(), None))
    def addFailure(self, test, problem): self.rows.append((test.id(), self._exc_info_to_string(problem, test)))
    addError = addFailure
told = Told()
unittest.defaultTestLoader.discover('.', 'check_*.py').run(told)
with open(sys.argv[1], 'w', encoding='utf-8') as out:
    out.write('<testsuites><testsuite>')
    for name, problem in told.rows:
        place, _, leaf = name.rpartition('.')
        body = '' if problem is None else '<failure message="failed">%s</failure>' % escape(problem)
        out.write('<testcase classname=%s name=%s>%s</testcase>' % (quoteattr(place), quoteattr(leaf), body))
    out.write('</testsuite></testsuites>')
sys.exit(any(problem for _, problem in told.rows))
"""
CHECKS = """
import unittest, spam
class Shop(unittest.TestCase):
    def test_spam(self): self.assertEqual(spam.cooked(), 'spam')
    def test_arithmetic(self): self.assertEqual(1 + 1, 2)
"""


def wheel(folder: Path, name: str, version: str, code: str, requires: Sequence[str] = (), script: bool = False) -> Path:
    """A wheel with one module; with `script`, a console script of its name that prints sys.prefix."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {need}\n" for need in requires)
    files = {
        f"{name}.py": f"{code}\nVERSION = {version!r}\ndef main():\n    import sys; print(sys.prefix)\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if script:
        files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{name}={name}:main\n"
    rows = [f"{path},sha256={_digest(text)},{len(text.encode())}" for path, text in files.items()]
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in (*files.items(), (f"{info}/RECORD", "\n".join([*rows, f"{info}/RECORD,,", ""]))):
            archive.writestr(inside, text)
    return path


def _digest(text: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def uv(*words: str) -> None:
    subprocess.run([UV, *words], check=True, capture_output=True, text=True)


@dataclass
class Known:
    """`Advisories` over what a test says."""

    matches: Sequence[Match] = ()

    def facts(self) -> SnapshotFacts:
        return FACTS

    def lookup(self, pins: Sequence[Pin]) -> tuple[Match, ...]:
        told = {one.pin: one for one in self.matches}
        return tuple(told.get(pin, Match(pin, (), "", "")) for pin in pins)

    def serve(self) -> AbstractContextManager[tuple[str, ...]]:
        return nullcontext(())


@dataclass
class Small:
    """A project with an environment, and an index of wheels beside it."""

    root: Path
    index: Path
    run: Path
    notes: Notebook = field(default_factory=Notebook)
    halt: threading.Event = field(default_factory=threading.Event)

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def packages(self) -> Path:
        return next(self.venv.glob("lib/python*/site-packages"))

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def install(self, *words: str) -> None:
        uv(
            *("pip", "install", "--no-config", "--no-index", "--link-mode", "copy", "--python", str(self.venv / "bin/python")),
            *words,
        )

    def source(self) -> Source:
        files = [p for p in sorted(self.root.rglob("*")) if p.is_file() and p.relative_to(self.root).parts[0][0] != "."]
        shipped = (
            Shipped(p.relative_to(self.root).as_posix(), len(content), hashlib.sha256(content).hexdigest(), False, None)
            for p, content in ((path, path.read_bytes()) for path in files)
        )
        return replace(source(self.root, self.root), shipped=tuple(shipped))

    def patcher(self, matches: Sequence[Match] = (), **section: Any) -> VenvPatcher:
        told = {"tests": ("python", "run_checks.py", "{junit}"), "timeout": "60s", **section}
        self.run.mkdir(exist_ok=True)
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": self.index.as_uri(), "PIP_CONFIG_FILE": "/dev/null"}
        door = Processes(self.root, extra=offline, halt=self.halt)
        config = PatchSection.model_validate(told)
        return VenvPatcher(
            project=self.root,
            source=self.source(),
            folder=self.run,
            scratch=self.run / "scratch",
            config=config,
            programs=door,
            advisories=Known(matches),
            journal=self.notes,
            now=lambda: NOW,
        )

    def clones(self) -> list[Path]:
        return [path for path in (self.root / ".secure-release/clones").glob("*") if path.is_dir()]


def small(folder: Path, *words: str, name: str = "shop") -> Small:
    """spam 1.0 is installed; 1.1 is harmless, 2.0 breaks the tests; eggs 1.0 has a harmless 1.1. Words are for `uv venv`."""
    made = Small(folder / name, folder / "index", folder / "run")
    wheel(made.index, "spam", "1.0", "def cooked(): return 'spam'", script=True)
    wheel(made.index, "spam", "1.1", "def cooked(): return 'sp' + 'am'", script=True)
    wheel(made.index, "spam", "2.0", "def boiled(): return 'spam'", script=True)
    wheel(made.index, "eggs", "1.0", "fried = True")
    wheel(made.index, "eggs", "1.1", "fried = True")
    made.root.mkdir(parents=True)
    made.write("run_checks.py", RUNNER)
    made.write("check_shop.py", CHECKS)
    uv("venv", "--no-config", "--python", sys.executable, *words, str(made.venv))
    made.install("--find-links", str(made.index), "spam==1.0", "eggs==1.0")
    return made


BACKEND = """
import zipfile
def get_requires_for_build_wheel(config_settings=None): return []
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = 'NAME-VERSION-py3-none-any.whl'
    info = 'NAME-VERSION.dist-info/'
    with zipfile.ZipFile(folder + '/' + name, 'w') as archive:
        archive.writestr('NAME.py', 'fried = True')
        archive.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: NAME\\nVersion: VERSION\\n')
        archive.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        archive.writestr(info + 'RECORD', '')
    return name
"""


def with_backend(index: Path, name: str, version: str) -> None:
    """A source distribution that brings its own build backend, so that building it needs nothing else."""
    folder = index.parent / f"{name}-{version}"
    folder.mkdir()
    told = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (folder / "pyproject.toml").write_text(told, encoding="utf-8")
    (folder / "backend.py").write_text(BACKEND.replace("NAME", name).replace("VERSION", version), encoding="utf-8")
    (folder / "PKG-INFO").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    with tarfile.open(index / f"{name}-{version}.tar.gz", "w:gz") as archive:
        archive.add(folder, folder.name)


def with_pytest(made: Small) -> None:
    """Lend the environment our own pytest: no index is needed, and it is the real one."""
    (made.packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
