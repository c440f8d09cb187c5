"""Every line of every dependency file ends as a pin, as unauditable, as settled by another, or as a place to look at."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_release.checks import Severity
from secure_release.checks.dependencies import declared, reader_of
from secure_release.checks.requirements import MAX_BYTES, MAX_DEPTH, Declared

HASH = "sha256:" + "a" * 64


def read(files: Mapping[str, str | bytes]) -> Declared:
    def content(path: str) -> bytes:
        text = files[path]
        return text.encode() if isinstance(text, str) else text

    return declared(list(files), content)


def said(stated: Declared) -> list[str]:
    """What was found, in short: `line pin`, `line !reason`, `line >elsewhere`."""
    pins = [f"{p.place.line} {p.pin}" for p in stated.pins]
    gaps = [f"{u.place.line} !{u.reason.split(':')[0]}" for u in stated.unauditable]
    return pins + gaps + [f"{e.place.line} >{e.option} {e.where}" for e in stated.elsewhere]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flask==2.2.2", ["1 flask 2.2.2"]),
        ("\ufeffFlask == 2.2.2  # why", ["1 flask 2.2.2"]),
        ("zope.interface[test, extra]===5.0", ["1 zope-interface 5.0"]),
        ("x==2.10\n\n# comment\ny==2.1", ["1 x 2.10", "4 y 2.1"]),
        (f"x==1 \\\n    --hash={HASH} \\\n    --hash={HASH}\ny==2", ["1 x 1", "4 y 2"]),
        ('x==1; python_version < "2"', ["1 x 1"]),
        ('x==1; python_version < "3.8"\nx==2; python_version >= "3.8"', ["1 x 1", "2 x 2"]),
        ("x==1\nx==1", ["1 x 1", "2 x 1"]),
        ("x==1\nx==2", ["1 x 1", "2 !is a duplicate"]),
        ("x==1\nx[extra]==1", ["1 x 1", "2 x 1"]),
        ("x==1,>=0.5", ["1 x 1"]),
        ("x==1,==2", ["1 !is malformed"]),
        ("x", ["1 !is not pinned to one version"]),
        ("x>=1", ["1 !is not pinned to one version"]),
        ("x==1.*", ["1 !is not pinned to one version"]),
        ("x~=1.0", ["1 !is not pinned to one version"]),
        ("x===1.0-strange!", ["1 !has a version that is none by PEP 440"]),
        ("x==1.0+corp1", ["1 x 1.0+corp1"]),
        ("x==01.0", ["1 x 1.0"]),
        ("x = 1", ["1 !is malformed"]),
        ("<<<<<<< HEAD", ["1 !is malformed"]),
        ("x @ https://host.example/x-1.0.whl", ["1 !comes from a URL, not from the index"]),
        ("git+https://host.example/x@main#egg=x", ["1 !comes from a URL, not from the index"]),
        ("https://u:secret@host.example/x.zip", ["1 !comes from a URL, not from the index"]),
        ("-e git+ssh://git@host.example/x", ["1 !comes from a URL, not from the index"]),
        ("./wheels/x-1.0-py3-none-any.whl", ["1 !is a local path, not a release from the index"]),
        ("x-1.0.tar.gz", ["1 !is a local path, not a release from the index"]),
        ("-e ../other", ["1 !is a local path, not a release from the index"]),
        ("/opt/x", ["1 !is a local path, not a release from the index"]),
        ("-e .", []),
        (".[test]", []),
        ("x==${VERSION}", ["1 !depends on an environment variable"]),
        ("--no-index\n--pre\n--require-hashes\n--no-binary :all:", []),
        ("--index-url https://u:p@host.example/simple?token=1", ["1 >--index-url https://host.example/simple"]),
        ("-i https://host.example/simple", ["1 >-i https://host.example/simple"]),
        ("--extra-index-url=https://a.example -f ./w", ["1 >--extra-index-url https://a.example", "1 >-f ./w"]),
        ("--trusted-host host.example", ["1 >--trusted-host host.example"]),
        ("x==1 --index-url https://host.example", ["1 x 1", "1 >--index-url https://host.example"]),
        ("--unheard-of", ["1 !is malformed"]),
        ("-r", ["1 !is malformed"]),
        ("-r 'open", ["1 !is malformed"]),
        ("-r missing.txt", ["1 !is not a file of the release"]),
        ("-r ../outside.txt", ["1 !leads out of the project"]),
        ("-r /etc/passwd", ["1 !leads out of the project"]),
        ("-r https://host.example/r.txt", ["1 !leads out of the project"]),
        ("x==1 \\", ["1 x 1"]),
        ("x==1 \\\n# comment ends it\ny==2", ["1 x 1", "3 y 2"]),
        (f"x=={'9' * 5000}\ny==1", ["2 y 1", "1 !has a version that is none by PEP 440"]),
        ("", []),
        ("\r\nx==1\r\n", ["2 x 1"]),
    ],
)
def test_a_line_of_a_requirements_file(text: str, expected: list[str]) -> None:
    assert said(read({"requirements.txt": text})) == expected


def test_hashes_are_kept() -> None:
    assert read({"requirements.txt": f"x==1 --hash={HASH}"}).pins[0].hashes == (HASH,)


def test_a_trusted_host_is_worse_than_another_index() -> None:
    found = read({"requirements.txt": "--trusted-host a\n--find-links b"}).elsewhere
    assert [e.severity for e in found] == [Severity.HIGH, Severity.MEDIUM]


def test_no_credentials_come_out_of_a_line() -> None:
    text = "https://user:secret@h.example/x.zip\n-i https://user:secret@h.example\nx @ https://user:secret@h.example/x.whl\n<https://u:secret@h>"
    stated = read({"requirements.txt": text})
    assert "secret" not in repr(stated)


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("requirements.txt", True),
        ("requirements-dev.txt", True),
        ("dev-requirements.txt", True),
        ("requirements/base.txt", True),
        ("a/constraints.txt", True),
        ("pylock.toml", True),
        ("pylock.web.toml", True),
        ("uv.lock", True),
        ("Pipfile.lock", True),
        ("notes.txt", False),
        ("requirements.md", False),
        ("pylock.a.b.toml", False),
    ],
)
def test_dependency_files_are_known_by_name(path: str, is_one: bool) -> None:
    assert (reader_of(path) is not None) is is_one


def test_includes_are_read_from_where_the_including_file_lies() -> None:
    files = {"requirements/dev.txt": "-r base.in\n-c ../limits\ny", "requirements/base.in": "x==1", "limits": "y==2"}
    assert said(read(files)) == ["1 y 2", "1 x 1"]


def test_an_include_loop_ends() -> None:
    assert said(read({"requirements.txt": "-r other.txt\nx==1", "other.txt": "-r requirements.txt\ny==2"})) == ["2 y 2", "2 x 1"]


def test_includes_end_at_a_depth() -> None:
    files = {f"{n}.in": f"-r {n + 1}.in" for n in range(MAX_DEPTH + 5)} | {"requirements.txt": "-r 0.in"}
    assert [u.reason for u in read(files).unauditable] == [f"is included more than {MAX_DEPTH} deep"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"x==1\xff\xfe\xff", "is not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "is larger than 20 MB"),
    ],
)
def test_a_file_that_can_not_be_read_is_one_gap(content: bytes, reason: str) -> None:
    assert [(u.text, u.reason) for u in read({"requirements.txt": content}).unauditable] == [("requirements.txt", reason)]


def test_a_file_that_the_system_refuses_is_one_gap() -> None:
    def refuse(path: str) -> bytes:
        raise PermissionError(13, "Permission denied", path)

    assert declared(["requirements.txt"], refuse).unauditable[0].reason == "can't be read: Permission denied"


def test_utf_16_is_read_as_pip_reads_it() -> None:
    assert said(read({"requirements.txt": "x==1".encode("utf-16")})) == ["1 x 1"]


PYPROJECT = """[project]
name = "shop"
dependencies = [
  "flask>=2",
  "x==1",
]
[project.optional-dependencies]
all = ["shop[extra]", "y"]
"""


def test_loose_requirements_are_open_without_a_lock() -> None:
    expected = ["5 x 1", "4 !is not pinned to one version", "8 !is not pinned to one version"]
    assert said(read({"pyproject.toml": PYPROJECT})) == expected


def test_a_lock_beside_it_settles_loose_requirements() -> None:
    stated = read({"pyproject.toml": PYPROJECT, "requirements.txt": "flask==2.2.2\ny==3"})
    assert stated.unauditable == ()
    assert stated.notes == ("pyproject.toml: 2 loose requirements are pinned by requirements.txt.",)


def test_a_lock_in_another_folder_settles_nothing() -> None:
    assert len(read({"pyproject.toml": PYPROJECT, "docs/requirements.txt": "flask==2.2.2\ny==3"}).unauditable) == 2


def test_a_lock_that_the_requirement_does_not_allow_is_a_gap() -> None:
    stated = read({"pyproject.toml": PYPROJECT, "requirements.txt": "flask==1.0\ny==3"})
    assert [u.reason for u in stated.unauditable] == ["is not what requirements.txt:1 pins (1.0)"]


def test_a_bound_that_python_can_not_count_is_a_gap() -> None:
    stated = read({"requirements.txt": f"x>={'9' * 5000}\n-c limits", "limits": "x==1"})
    assert [u.name for u in stated.unauditable] == ["x"]


@pytest.mark.parametrize(
    "text",
    ["x " * 400_000, " " * 2_000_000, "[" * 2_000_000, "x==1 \\\n" * 100_000, "#" * 2_000_000, "-" * 2_000_000],
    ids=["words", "spaces", "brackets", "continuations", "hashes", "dashes"],
)
def test_a_hostile_line_does_not_take_long(text: str) -> None:
    assert len(read({"requirements.txt": text + "\n"}).unauditable) <= 1


def test_dynamic_dependencies_are_read_where_setuptools_says() -> None:
    text = '[project]\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = ["deps.in"]}\n'
    assert said(read({"pyproject.toml": text, "deps.in": "x==1"})) == ["1 x 1"]
    alone = read({"pyproject.toml": '[project]\ndynamic = ["dependencies"]\n'})
    assert said(alone) == ["0 !is computed when the project is built"]


UV = """version = 1
[[package]]
name = "shop"
version = "1"
source = { editable = "." }

[[package]]
name = "Flask"
version = "2.2.2"
source = { registry = "https://index.example/simple" }
sdist = { url = "https://index.example/f.tar.gz", hash = "sha256:aa" }
wheels = [{ url = "https://index.example/f.whl", hash = "sha256:bb" }]

[[package]]
name = "fork"
version = "1"
source = { git = "https://host.example/fork" }
"""
POETRY = """[[package]]
name = "flask"
version = "2.2.2"
files = [{file = "f.whl", hash = "sha256:aa"}]

[[package]]
name = "own"
version = "1"
[package.source]
type = "legacy"
url = "https://u:secret@corp.example/simple"

[[package]]
name = "vcs"
version = "1"
[package.source]
type = "git"
url = "https://host.example"
[metadata]
lock-version = "2.0"
"""
PYLOCK = """lock-version = "1.0"
[[packages]]
name = "flask"
version = "2.2.2"
wheels = [{ name = "f.whl", hashes = { sha256 = "aa" } }]
[[packages]]
name = "local"
directory = { path = "../lib" }
[[packages]]
name = "unversioned"
"""
PIPFILE = json.dumps(
    {
        "_meta": {"sources": [{"url": "https://a.example"}, {"url": "https://b.example", "verify_ssl": False}]},
        "default": {"flask": {"version": "==2.2.2", "hashes": ["sha256:aa"]}, "v": {"git": "https://host.example"}},
        "develop": {"loose": {}},
    },
    indent=1,
)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("uv.lock", UV, ["7 flask 2.2.2", "14 !comes from git, not from an index"]),
        (
            "poetry.lock",
            POETRY,
            ["1 flask 2.2.2", "6 own 1", "13 !comes from git, not from an index", "0 >source https://corp.example/simple"],
        ),
        ("pdm.lock", '[metadata]\nlock_version = "4"\n[[package]]\nname = "a"\nversion = "1"\n', ["3 a 1"]),
        ("pdm.lock", "[metadata]\nlock_version = '4'\n", []),
        ("pylock.toml", PYLOCK, ["2 flask 2.2.2", "6 !is a local path", "9 !has no version in the lock"]),
        (
            "Pipfile.lock",
            PIPFILE,
            [
                "14 flask 2.2.2",
                "20 !comes from git, not from an index",
                "25 !is not pinned to one version",
                "0 >source https://b.example",
            ],
        ),
        ("uv.lock", "not = [toml", ["0 !is not TOML"]),
        ("uv.lock", "", ["0 !names no package and no lock version"]),
        ("uv.lock", "a = " + "[" * 5000, ["0 !is not TOML"]),
        ("Pipfile.lock", "[]", ["0 !is not a Pipfile.lock (AttributeError"]),
        ("Pipfile.lock", "[" * 100_000, ["0 !is not a Pipfile.lock (RecursionError"]),
        ("uv.lock", "version = 1\n[[package]]\nversion = '1'\n", ["2 !is malformed"]),
        ("pyproject.toml", "[tool.poetry.dependencies]\npython = '^3.11'\na = '1.2'\n", ["3 a 1.2"]),
        ("pyproject.toml", "[tool.poetry.dependencies]\nb = '^1'\n", ["2 !is not pinned to one version"]),
        ("pyproject.toml", "[dependency-groups]\ndev = ['a==1', {include-group = 'x'}]\n", ["2 a 1"]),
        ("pyproject.toml", "[[tool.uv.index]]\nurl = 'https://i.example'\n", ["2 >source https://i.example"]),
        ("pyproject.toml", "project = 5\ntool = []\n", []),
    ],
)
def test_a_lock_file(path: str, text: str, expected: list[str]) -> None:
    assert said(read({path: text})) == expected


def test_the_hashes_of_a_lock_are_kept() -> None:
    assert read({"uv.lock": UV}).pins[0].hashes == ("sha256:aa", "sha256:bb")
    assert read({"pylock.toml": PYLOCK}).pins[0].hashes == ("sha256:aa",)


requirement_text = st.text(string.ascii_lowercase + "0123456789=<>~!.;@[]{}$\\'\"#-/: \n", max_size=120)


@given(requirement_text)
def test_no_text_breaks_the_reader(text: str) -> None:
    read({"requirements.txt": text})


@given(st.binary(max_size=200), st.sampled_from(["uv.lock", "Pipfile.lock", "pyproject.toml", "pylock.toml", "requirements.txt"]))
def test_no_bytes_break_a_reader(content: bytes, path: str) -> None:
    read({path: content})


KEYS = ["name", "version", "source", "files", "wheels", "hash", "package", "packages", "registry", "url", "type"]
KEYS += ["project", "dependencies", "dynamic", "tool", "poetry", "file", "_meta"]
values = st.recursive(
    st.one_of(st.booleans(), st.integers(0, 9), st.sampled_from(["", "1", "x==1", "https://h.example"])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=12,
)


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(v)}" for key, v in value.items()) + "}"
    return "[" + ", ".join(map(toml, value)) + "]" if isinstance(value, list) else json.dumps(value)


@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=4))
def test_no_shape_breaks_a_reader(document: dict[str, object]) -> None:
    text = "\n".join(f"{key} = {toml(value)}" for key, value in document.items())
    read({"uv.lock": text, "pyproject.toml": text, "Pipfile.lock": json.dumps(document)})


rests = st.sampled_from(["==1", "==2", ">=1", "", " @ https://h.example/x", "== ="])


@given(st.lists(st.tuples(st.sampled_from("abc"), rests), max_size=8))
def test_every_line_is_accounted_for(lines: list[tuple[str, str]]) -> None:
    stated = read({"requirements.txt": "\n".join(name + rest for name, rest in lines)})
    ended = sorted([p.place.line for p in stated.pins] + [u.place.line for u in stated.unauditable])
    assert ended == list(range(1, len(lines) + 1))
