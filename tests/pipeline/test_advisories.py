"""Where advisories come from: whole, fresh and readable, or no answer at all."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from secure_release.checks import Advisories, AdvisoryError, Pin, Severity
from secure_release.checks.planted import ASKED, INVENTED
from secure_release.pipeline.adapters import fetch
from secure_release.pipeline.adapters.advisories import FileAdvisories, IndexAdvisories, OsvAdvisories, opened
from secure_release.pipeline.adapters.osv_service import OsvService, endpoint
from secure_release.pipeline.adapters.process import Processes
from secure_release.pipeline.adapters.responder import MAX_BODY
from secure_release.pipeline.adapters.snapshot import read_snapshot
from secure_release.pipeline.config import AdvisorySection
from tests.fakes_audit import NOW, RECORDS, WEEK, record, service, snapshot

FLASK = Pin("flask", "2.2.2")


def zipped(path: Path, entries: dict[str, bytes] | None = None) -> Path:
    chosen = entries if entries is not None else {p.name: p.read_bytes() for p in sorted(RECORDS.glob("*.json"))}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in chosen.items():
            archive.writestr(name, content)
    return path


def altered(**more: Any) -> bytes:
    return json.dumps({**record("PYSEC-2023-62"), **more}).encode()


def test_a_zip_and_a_folder_answer_alike(tmp_path: Path) -> None:
    pins = [FLASK, Pin("jinja2", "2.10"), Pin("unknown", "1")]
    assert snapshot(zipped(tmp_path / "all.zip")).lookup(pins) == snapshot().lookup(pins)


def test_the_facts_tell_digest_age_and_count() -> None:
    facts = snapshot().facts()
    assert (facts.source, facts.count, len(facts.sha256)) == ("file", 17, 64)
    assert facts.newest == datetime(2024, 2, 16, 13, 47, 54, 655573, UTC)


def test_the_digest_follows_the_content(tmp_path: Path) -> None:
    folder = tmp_path / "osv"
    folder.mkdir()
    (folder / "a.json").write_bytes(altered())
    before = read_snapshot(folder).sha256
    (folder / "a.json").write_bytes(altered(id="PYSEC-1"))
    assert read_snapshot(folder).sha256 != before


def test_severity_and_fix_come_with_a_match() -> None:
    found = snapshot().lookup([Pin("werkzeug", "2.2.2")])[0]
    assert found.fix == "2.3.8"
    assert {h.severity for h in found.holes} == {Severity.UNKNOWN, Severity.HIGH}


@pytest.mark.parametrize(
    ("age", "reason"),
    [(timedelta(days=6), ""), (timedelta(days=8), "8.0 days old; 7.0 are allowed"), (timedelta(days=-2), "in the future")],
    ids=["fresh", "too old", "from the future"],
)
def test_data_must_be_of_the_right_age(age: timedelta, reason: str) -> None:
    newest = snapshot().facts().newest
    assert newest is not None
    advisories = FileAdvisories(RECORDS, WEEK, newest + age)
    if not reason:
        assert advisories.facts().count == 17
        return
    for question in (advisories.facts, lambda: advisories.lookup([FLASK]), lambda: advisories.serve().__enter__()):
        with pytest.raises(AdvisoryError, match=reason) as raised:
            question()
        assert raised.value.hint


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "does not exist"),
    "empty file": (lambda path: path.write_bytes(b""), "not a whole zip"),
    "html": (lambda path: path.write_bytes(b"<html>502</html>"), "not a whole zip"),
    "truncated": (lambda path: path.write_bytes(zipped(path).read_bytes()[:-30]), "not a whole zip"),
    "empty zip": (lambda path: zipped(path, {}), "holds no advisory"),
    "no record": (lambda path: zipped(path, {"README.md": b"hello"}), "holds no advisory"),
    "another ecosystem": (
        lambda path: zipped(path, {"a.json": altered(affected=[{"package": {"ecosystem": "npm", "name": "x"}}])}),
        "holds no advisory about PyPI",
    ),
    "not json": (lambda path: zipped(path, {"a.json": b"{"}), "is damaged: a.json"),
    "a list": (lambda path: zipped(path, {"a.json": b"[]"}), "is damaged: a.json"),
    "no time": (lambda path: zipped(path, {"a.json": altered(modified=None)}), "is damaged: a.json"),
    "no zone": (lambda path: zipped(path, {"a.json": altered(modified="2024-01-01T00:00:00")}), "is damaged: a.json"),
    "no id": (lambda path: zipped(path, {"a.json": altered(id=5)}), "is damaged: a.json"),
    "one bad of many": (lambda path: zipped(path, {"a.json": altered(), "b.json": b"nul"}), "is damaged: b.json"),
    "a way out": (lambda path: zipped(path, {"../../a.json": altered()}), "outside itself"),
    "absolute": (lambda path: zipped(path, {"/a.json": altered()}), "outside itself"),
    "a bomb": (lambda path: zipped(path, {"a.json": b" " * 20_000_001}), "larger than any advisory database"),
}


@pytest.mark.parametrize(("make", "reason"), BAD.values(), ids=BAD)
def test_a_bad_snapshot_is_no_answer(tmp_path: Path, make: Callable[[Path], object], reason: str) -> None:
    path = tmp_path / "all.zip"
    make(path)
    with pytest.raises(AdvisoryError, match=reason) as raised:
        snapshot(path).facts()
    assert "all.zip" in str(raised.value)
    assert raised.value.hint


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "all.zip")
    content = bytearray(path.read_bytes())
    content[200] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(AdvisoryError, match="not a whole zip"):
        snapshot(path).facts()


def test_a_record_that_turns_out_unreadable_is_no_answer(tmp_path: Path) -> None:
    path = zipped(tmp_path / "all.zip", {"a.json": altered(aliases=[5], modified="2024-02-16T00:00:00Z")})
    with pytest.raises(AdvisoryError, match="a record about flask can't be read"):
        snapshot(path).lookup([FLASK])


def ask(url: str, body: bytes) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, body), timeout=10) as reply:
        return json.loads(reply.read())


def query(pin: Pin, ecosystem: str = "PyPI") -> bytes:
    return json.dumps({"package": {"name": pin.name, "ecosystem": ecosystem}, "version": pin.version}).encode()


def test_the_responder_answers_like_the_look_up_and_marks_each_answer() -> None:
    with snapshot().serve() as arguments:
        assert arguments[:3] == ("--vulnerability-service", "osv", "--osv-url")
        flask, planted, clean = (ask(arguments[3], query(pin))["vulns"] for pin in (FLASK, INVENTED[0], Pin("unknown", "1")))
    assert [v["id"] for v in flask] == ["CVE-2023-30861", ASKED]
    assert [v["id"] for v in planted] == ["SECURE-RELEASE-PLANTED", ASKED]
    assert [v["id"] for v in clean] == [ASKED]
    assert all(v["modified"].endswith("Z") for v in flask)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", query(FLASK, "npm"), b" " * (MAX_BODY + 1), b"[" * 20_000],
    ids=["empty", "cut", "list", "object", "npm", "large", "deep"],
)
def test_the_responder_refuses_what_is_no_question(body: bytes) -> None:
    with snapshot().serve() as arguments:
        with pytest.raises(urllib.error.HTTPError) as raised:
            ask(arguments[3], body)
        assert raised.value.code == 400
        assert ask(arguments[3], query(FLASK))["vulns"]


def test_the_responder_is_gone_afterwards() -> None:
    with snapshot().serve() as arguments:
        pass
    with pytest.raises(urllib.error.URLError):
        ask(arguments[3], query(FLASK))


def vulns(*entries: dict[str, Any], **more: Any) -> tuple[int, bytes]:
    return 200, json.dumps({"vulns": list(entries), **more}).encode()


def affected(name: str, introduced: str, fixed: str) -> dict[str, Any]:
    events = [{"introduced": introduced}, {"fixed": fixed}]
    return {"package": {"ecosystem": "PyPI", "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}


def knows(question: dict[str, Any]) -> tuple[int, bytes]:
    """Two pages about flask; its first fix has a hole of its own, of which only a second question tells."""
    name, version = question["package"]["name"], question["version"]
    hit, later = affected(name, "0", "9"), affected(name, "2.2.5", "2.2.7")
    if name == "bleach":
        return vulns({"id": "CVE-1", "affected": [hit]})
    if (name, version) == ("flask", "2.2.2"):
        return vulns(record("PYSEC-2023-62")) if question.get("page_token") else vulns(next_page_token="more")
    return vulns({"id": "CVE-2", "affected": [later]}) if version == "2.2.5" else (200, b"{}")


def test_pages_are_followed_and_a_fix_is_asked_about_too() -> None:
    with service(knows) as (url, _):
        found = OsvAdvisories(OsvService(endpoint(url)), WEEK).lookup([FLASK, Pin("itsdangerous", "1.0"), Pin("x", "none")])
    assert [(len(m.holes), m.fix) for m in found] == [(1, "2.2.7"), (0, ""), (0, "")]
    assert found[2].unauditable


NO_ANSWER: dict[str, tuple[int, bytes]] = {
    "html": (200, b"<html>welcome</html>"),
    "500": (500, b"{}"),
    "404": (404, b"{}"),
    "list": (200, b"[]"),
    "cut": (200, b'{"vulns": ['),
    "vulns is no list": (200, b'{"vulns": 5}'),
    "a record that is none": (200, b'{"vulns": [{}]}'),
    "endless pages": (200, b'{"vulns": [], "next_page_token": "again"}'),
    "redirect away": (302, b"http://h.example/"),
    "knows nothing": (200, b"{}"),
    "knows the wrong thing": vulns({"id": "X", "affected": [affected("other", "0", "9")]}),
}


@pytest.mark.parametrize("answer", NO_ANSWER.values(), ids=NO_ANSWER)
def test_a_service_that_gives_no_answer(answer: tuple[int, bytes]) -> None:
    with service(lambda _: answer) as (url, _), pytest.raises(AdvisoryError) as raised:
        OsvAdvisories(OsvService(endpoint(url)), WEEK).lookup([FLASK])
    assert "advisories" in raised.value.hint or "https" in raised.value.hint


def test_a_service_that_sleeps_is_no_answer() -> None:
    def slow(_: dict[str, Any]) -> tuple[int, bytes]:
        time.sleep(1)
        return 200, b"{}"

    with service(slow) as (url, _), pytest.raises(AdvisoryError, match="timed out"):
        OsvAdvisories(OsvService(endpoint(url), 0.2), WEEK).lookup([FLASK])


@pytest.mark.parametrize("url", ["http://h.example/v1/query", "ftp://h.example", "file:///etc/passwd"])
def test_a_service_that_anybody_could_fake_is_not_asked(url: str) -> None:
    with pytest.raises(AdvisoryError, match="neither https nor on this machine"):
        OsvAdvisories(OsvService(url), WEEK).lookup([FLASK])


# What stands for pip-audit and an index: `known` says which holes it has.
INDEX = """#!{python}
import json, sys
target = sys.argv[sys.argv.index("-o") + 1]
known = {known}
deps = []
for line in open(sys.argv[sys.argv.index("-r") + 1]):
    name, version = line.strip().split("==")
    vulns = [dict(id=i, aliases=[], fix_versions=f, description="") for i, f in known.get(line.strip(), [])]
    skip = dict(name=name, skip_reason="not found")
    deps.append(skip if name == "private" or {skip} else dict(name=name, version=version, vulns=vulns))
open(target, "w").write(json.dumps(dict(dependencies=deps, fixes=[])))
"""
KNOWN = {"bleach==3.1.0": [("CVE-1", [])], "flask==2.2.2": [("CVE-2", ["2.2.5", "3.0"])], "flask==2.2.5": [("CVE-3", ["3.0"])]}


def index(folder: Path, skip: bool = False, known: object = None) -> IndexAdvisories:
    program = folder / "pip-audit"
    program.write_text(INDEX.format(python=sys.executable, known=KNOWN if known is None else known, skip=skip))
    program.chmod(0o755)
    return IndexAdvisories(Processes(folder / "project", pinned={"pip-audit": str(program)}), WEEK, 30.0)


def test_the_index_is_asked_until_a_fix_is_clean(tmp_path: Path) -> None:
    found = index(tmp_path).lookup([FLASK, Pin("clean", "1+corp"), Pin("private", "1")])
    assert [(len(m.holes), m.fix, m.unauditable) for m in found] == [(1, "3.0", ""), (0, "", ""), (0, "", "not found")]


@pytest.mark.parametrize(("skip", "known"), [(True, None), (False, {})], ids=["all skipped", "all clean"])
def test_an_index_without_advisory_data_is_no_answer(tmp_path: Path, skip: bool, known: object) -> None:
    with pytest.raises(AdvisoryError, match="serves no advisory data"):
        index(tmp_path, skip, known).lookup([Pin("clean", "1")])


def test_an_index_without_pip_audit_is_no_answer(tmp_path: Path) -> None:
    tools = Processes(tmp_path, pinned={"pip-audit": "none"})
    with pytest.raises(AdvisoryError, match="not installed"):
        IndexAdvisories(tools, WEEK, 30.0).lookup([FLASK])


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        (AdvisorySection(source="index"), IndexAdvisories),
        (AdvisorySection(source="osv", url="https://osv.example"), OsvAdvisories),
        (AdvisorySection(source="file", file="all.zip"), FileAdvisories),
    ],
)
def test_the_configuration_names_the_source(tmp_path: Path, section: AdvisorySection, kind: type[Advisories]) -> None:
    assert isinstance(opened(section, tmp_path, Processes(tmp_path), NOW, 1.0), kind)


def test_a_file_source_without_a_file_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(AdvisoryError, match=r"advisories\.file is missing"):
        opened(AdvisorySection(source="file"), tmp_path, Processes(tmp_path), NOW, 1.0)


def test_the_endpoint_is_the_service_s_query() -> None:
    assert endpoint("https://osv.example/") == endpoint("https://osv.example/v1/query") == "https://osv.example/v1/query"


@pytest.mark.parametrize("scheme", ["path", "file", "http"])
def test_a_snapshot_is_fetched_and_put_in_place(tmp_path: Path, scheme: str) -> None:
    source, target = zipped(tmp_path / "all.zip"), tmp_path / "kept" / "osv.zip"
    with service(lambda _: (200, source.read_bytes())) as (url, _):
        origin = {"path": str(source), "file": source.as_uri(), "http": f"{url}/all.zip"}[scheme]
        fetched = fetch.fetch_snapshot(origin, target, timeout=10)
    assert (fetched.where, fetched.count) == (str(target), 17)
    assert target.read_bytes() == source.read_bytes()
    assert [p.name for p in target.parent.iterdir()] == ["osv.zip"]


@pytest.mark.parametrize(
    "answer",
    [(200, b"<html>"), (500, b""), (200, b""), (302, b"http://h.example/all.zip")],
    ids=["html", "500", "empty", "redirect away"],
)
def test_a_bad_download_leaves_the_old_snapshot(tmp_path: Path, answer: tuple[int, bytes]) -> None:
    target = tmp_path / "osv.zip"
    target.write_text("old")
    with service(lambda _: answer) as (url, _), pytest.raises(AdvisoryError):
        fetch.fetch_snapshot(f"{url}/all.zip", target, timeout=10)
    assert (target.read_text(), [p.name for p in tmp_path.iterdir()]) == ("old", ["osv.zip"])


def test_a_download_ends_at_its_limit(tmp_path: Path) -> None:
    source = zipped(tmp_path / "all.zip")
    with pytest.raises(AdvisoryError, match="larger than any"):
        fetch.fetch_snapshot(str(source), tmp_path / "osv.zip", timeout=10, limit=1000)


@pytest.mark.parametrize("origin", ["http://h.example/all.zip", "ftp://h.example/all.zip", "data:,x", "none.zip", "file:///none.zip"])
def test_a_snapshot_comes_from_https_or_from_here(tmp_path: Path, origin: str) -> None:
    with pytest.raises(AdvisoryError):
        fetch.fetch_snapshot(origin, tmp_path / "osv.zip", timeout=10)
