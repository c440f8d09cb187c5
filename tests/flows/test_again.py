"""What is told by an earlier run's trace is what a run without one finds: after every edit, whatever was edited, to the letter."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sys
import sysconfig
import threading
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secure_release.checks.flows import child
from secure_release.checks.flows.project import Project
from secure_release.checks.flows.trace import Trace, loaded, small
from secure_release.checks.flows.work import Work
from secure_release.checks.flows.world import Whole
from tests.flows.test_pairs import PAIRS, Pair

MANY = [pair for pair in PAIRS.values() if len(pair.files(1)) > 1]
# Parts of a file; `{0}` is another module of the project.
SNIPPETS = (
    "import os\ndef sink(x, shell=False):\n    os.system(x)\n",
    "import os\ndef sink(x, shell=False):\n    if shell: os.system(x)\n",
    "from {0} import sink\nfrom flask import request\ndef view(): sink(request.args['q'])\n",
    "from {0} import sink\nfrom flask import request\ndef view2(): sink(request.args['q'], shell=True)\n",
    "from {0} import sink\ndef down(x): return sink(x)\n",
    "from {0} import down\nfrom flask import request\ndef view3(): down(request.form['a'])\n",
    "from {0} import *\nfrom {0} import down as up\ndef f(x): return up(x)\n",
    "import {0}\ndef g1(x): return {0}.hook(x)\n",
    "hook = lambda x: x + 'a'\n",
    "hook = lambda x: 'a'\n",
    "def make(y):\n    def inner(x): return x + y\n    return inner\n",
    "from {0} import make\nfrom {0} import sink\nfrom flask import request\nmade = make('z')\ndef use(): sink(made(request.args['b']))\n",
    "import {0}\nfrom flask import request\nhandler = {0}.hook\ndef use2(): {0}.sink(handler(request.args['c']))\n",
    "import {0}, os\nfrom flask import request\ndef use3(): os.system({0}.g1(request.args['d']))\n",
    "class C:\n    def __init__(self, x):\n        self.x = x\n    def go(self): return self.x\n    def run(self): return self.go()\n",
    "from {0} import C\nimport os\nfrom flask import request\ndef build(): os.system(C(request.args['e']).go())\n",
    "from {0} import C\nclass D(C):\n    def go(self): return 'fixed'\nimport os\nfrom flask import request\ndef sub(): os.system(D(request.args['f']).run())\n",
    "from flask import request, g\ndef fill(): g.q = request.args['q']\n",
    "from flask import g\nimport os\ndef drain(): os.system(g.q)\n",
    "from flask import request\nclass Box:\n    held = None\ndef put():\n    Box.held = request.args['h']\n",
    "from {0} import Box\nimport os\ndef take(): os.system(Box.held)\n",
    "from {0} import C\nclass Repo:\n    def find(self, q):\n        import os\n        os.system(q)\nclass Service:\n    def __init__(self, repo): self.repo = repo\n"
    "    def ask(self, q): self.repo.find(q)\n",
    "from {0} import Service, Repo\nfrom flask import request\nservice = Service(Repo())\ndef asked(): service.ask(request.args['s'])\n",
    "from flask import request\nname = 'fixed'\ndef rename():\n    global name\n    name = request.args['n']\nimport os\ndef by_name(): os.system(name)\n",
    "from {0} import loop\ndef loop(x, n=1): return loop(x)\ndef back(x): return loop(x)\n",
    "PROGRAM = 'ls'\n",
    "from {0} import PROGRAM\nimport os\nfrom flask import request\ndef start(): os.system(PROGRAM + request.args['p'])\n",
    "from fastapi import Depends, FastAPI\nfrom {0} import needed\nimport os\napp = FastAPI()\n@app.get('/')\ndef route(v=Depends(needed)): os.system(v)\n",
    "def needed(word: str): return word\n",
)  # fmt: skip
MODULES = ("a", "b", "c", "d", "pack/__init__", "pack/e")
BROKEN = "def (\n"
FILE = st.lists(st.tuples(st.sampled_from(SNIPPETS), st.sampled_from(("a", "b", "c", "d", "pack", "pack.e"))), max_size=5).map(
    lambda parts: "".join(snippet.format(other) for snippet, other in parts)
)
Edit = tuple[str, str, str]  # what, which file, with what
EDIT = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(MODULES), FILE),
    st.tuples(st.sampled_from(["delete", "break", "comment", "more", "revert"]), st.sampled_from(MODULES), st.just("")),
    st.tuples(st.just("rename"), st.sampled_from(MODULES), st.sampled_from(MODULES)),
)
OFTEN = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Kept:
    """A project that is edited, with what the last run left."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self.folder = folder
        self.files = dict(files)
        self.before = dict(files)
        self.trace = b""

    def edit(self, edit: Edit) -> None:
        what, path, with_what = edit[0], f"{edit[1]}.py", edit[2]
        before = dict(self.files)
        match what:
            case "write":
                self.files[path] = with_what
            case "break":
                self.files[path] = BROKEN
            case "delete":
                self.files.pop(path, None)
            case "comment" if path in self.files:
                self.files[path] = "# one line further down\n" + self.files[path]
            case "more" if path in self.files:
                self.files[path] += "def one_more(x):\n    return x\n"
            case "rename" if path in self.files:
                self.files[f"{with_what}.py"] = self.files.pop(path)
            case "revert":
                self.files = dict(self.before)
        self.before = before

    def check(self) -> None:
        """The run by the trace and the one without say the same; and so does one by what is left of a trace that was made small."""
        shutil.rmtree(self.folder)
        for path, text in self.files.items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(text, encoding="utf-8")
        self.folder.mkdir(exist_ok=True)
        digests = {path: hashlib.sha256(self.files[path].encode()).hexdigest() for path in sorted(self.files)}
        cold, _ = child.look_again(self.folder, digests, b"")
        warm, self.trace = child.look_again(self.folder, digests, self.trace)
        assert warm == cold


@OFTEN
@given(st.dictionaries(st.sampled_from([f"{name}.py" for name in MODULES]), FILE, max_size=6), st.lists(EDIT, max_size=6))
def test_after_every_edit_the_answer_is_that_of_a_run_without_memory(files: Mapping[str, str], edits: list[Edit]) -> None:
    with TemporaryDirectory() as folder:
        kept = Kept(Path(folder) / "project", files)
        kept.folder.mkdir()
        kept.check()
        for edit in edits:
            kept.edit(edit)
            kept.check()


@OFTEN
@given(st.lists(st.sampled_from(MANY), min_size=1, max_size=4, unique_by=lambda pair: pair.name), st.lists(st.tuples(st.integers(0, 3), st.integers(1, 2)), max_size=5))
def test_programs_that_change_sides_are_told_anew(pairs: list[Pair], turns: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as folder:
        kept = Kept(Path(folder) / "project", {})
        kept.folder.mkdir()
        for at, side in [*((at, 1) for at in range(len(pairs))), *turns]:
            kept.files |= {f"p{at % len(pairs)}/{path}": text for path, text in pairs[at % len(pairs)].files(side).items()}
            kept.check()


def _work(folder: Path, files: Mapping[str, str], old: Trace | None) -> Work:
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
    digests = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in files.items()}
    work = Work(Whole(Project(folder, [*files])), digests, old)
    work.all()
    return work


APART = {
    "one.py": "from flask import request\nfrom store import find\ndef view(): find(request.args['q'])\n",
    "store.py": "import os\ndef find(q):\n    os.system(q)\n",
    "two.py": "from flask import request\nimport os\ndef view(): os.system(request.args['q'])\n",
}


def test_only_what_asked_for_the_edited_text_is_read_again(tmp_path: Path) -> None:
    first = _work(tmp_path, APART, None)
    assert (first.done, len(first.flows)) == (4, 2)
    same = _work(tmp_path, APART, first.trace())
    assert (same.done, same.flows) == (0, first.flows)
    mended = _work(tmp_path, {**APART, "store.py": "import os\ndef find(q):\n    os.system('ls')\n"}, first.trace())
    assert (mended.done, [sink.path for sink in mended.flows]) == (1, ["two.py"])


def test_a_trace_that_was_made_small_says_the_same(tmp_path: Path) -> None:
    first = _work(tmp_path, APART, None).trace()
    again = _work(tmp_path, {**APART, "store.py": APART["store.py"].replace("q", "other")}, first)
    least = small(again.trace())
    assert len(least.texts) < len(again.trace().texts)
    assert _work(tmp_path, {**APART, "store.py": APART["store.py"].replace("q", "other")}, least).done == 0


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff\xfe", b"[1,2,3,4,5,6]", b"[[],[],[],[],{},0", b"nothing\n\n"])
def test_what_is_no_trace_is_none(content: bytes) -> None:
    assert loaded(content) is None


@pytest.mark.parametrize("files", [{"a.py": "x = request.args\n" + "-" * 200_000 + "1\n"}, {"gone.py": ""}], ids=["too-deep", "no-such-file"])
def test_a_run_that_could_not_read_all_leaves_nothing(files: Mapping[str, str], tmp_path: Path) -> None:
    for path, text in files.items():
        if text:
            (tmp_path / path).write_text(text, encoding="utf-8")
    answer, trace = child.look_again(tmp_path, dict.fromkeys(files, "0"), b"")
    assert [*answer["reasons"]] == [*files]
    assert trace == b""


@pytest.mark.slow
def test_random_edits_of_real_code_are_told_as_without_memory(tmp_path: Path) -> None:
    """The source of a web framework's templates, and an application that uses it."""
    source = Path(sysconfig.get_path("purelib"))
    for package in ("jinja2", "invoke"):
        shutil.copytree(source / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "vendor"))
    (tmp_path / "web.py").write_text("from flask import request\nfrom jinja2 import Environment\ndef view():\n    return Environment().from_string(request.args['t'])\n")
    luck = random.Random(7)
    trace, told = b"", 0
    failures: list[str] = []

    def runs() -> None:
        nonlocal trace, told
        for _ in range(6):
            paths = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.py"))
            digests = {path: hashlib.sha256((tmp_path / path).read_bytes()).hexdigest() for path in paths}
            cold, _ = child.look_again(tmp_path, digests, b"")
            warm, trace = child.look_again(tmp_path, digests, trace)
            told += bool(trace)
            if json.dumps(warm) != json.dumps(cold):
                failures.append("otherwise")
            path = tmp_path / luck.choice(paths)
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            _edited(path, lines, luck)

    before = sys.getrecursionlimit()
    sys.setrecursionlimit(child.NESTED)
    threading.stack_size(child.STACK)
    thread = threading.Thread(target=runs)
    thread.start()
    thread.join()
    threading.stack_size(0)
    sys.setrecursionlimit(before)
    assert (failures, told >= 4) == ([], True)


def _edited(path: Path, lines: list[str], luck: random.Random) -> None:
    at = luck.randrange(len(lines) + 1)
    match luck.randrange(4):
        case 0:
            path.write_text("".join([*lines[:at], "\n", "# here\n", *lines[at:]]), encoding="utf-8")
        case 1:
            path.write_text("".join([*lines, "def put_here(x):\n    return x\n"]), encoding="utf-8")
        case 2:
            path.write_text("".join(line.replace("return ", "return None or ", 1) if luck.random() < 0.1 else line for line in lines), encoding="utf-8")
        case _:
            path.rename(path.with_name(f"moved_{path.name}"))
