"""Reads what a test runner wrote as JUnit XML. Entities and document types are refused; size and number are bounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

REPORT_BYTES = 200_000_000  # 100,000 tests with a page of output each
TESTS = 1_000_000
TEXT = 40_000  # characters kept of what all failing tests say, and
TAIL = 4_000  # of what one of them says: the end of a traceback is what tells
NOT_PASSED = ("failure", "error", "skipped")


class NotJUnit(Exception):
    """The file is not a JUnit report. The message completes "its report ..."."""


@dataclass(frozen=True)
class Results:
    """Test ids by how they ended; `said` is what the failing ones say, shortened. An id twice counts as its worse end."""

    passed: frozenset[str]
    failed: frozenset[str]
    skipped: frozenset[str]
    said: str


def read_junit(path: Path) -> Results:
    """Raises `NotJUnit`; the ids are `classname::name`."""
    try:
        if path.stat().st_size > REPORT_BYTES:
            raise NotJUnit(f"is larger than {REPORT_BYTES // 1_000_000} MB")
        content = path.read_bytes()
    except FileNotFoundError as problem:
        raise NotJUnit("is missing") from problem
    except OSError as problem:
        raise NotJUnit(f"can't be read: {problem.strerror}") from problem
    return parse_junit(content)


def parse_junit(content: bytes) -> Results:
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as problem:
        raise NotJUnit(f"is not XML: {problem}") from problem
    if not reader.suites:
        raise NotJUnit("holds no test suite")
    return reader.results()


@dataclass
class _Reader:
    suites: int = 0
    ends: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    test: str = ""
    ended: str = "passed"
    telling: bool = False
    tail: str = ""
    kept: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("testsuite", "testsuites"):
            self.suites += 1
        if name == "testcase":
            self.test, self.ended = f"{attributes.get('classname', '')}::{attributes.get('name', '')}", "passed"
        elif self.test and name in NOT_PASSED and self.ended not in ("failure", "error"):
            self.ended = name
        if self.test and name in ("failure", "error"):
            self.telling, self.tail = True, f"{attributes.get('message', '')}\n"

    def end(self, name: str) -> None:
        if self.telling and name in ("failure", "error"):
            self.telling = False
            self._tell(f"{self.test}\n{self.tail[-TAIL:].rstrip()}\n\n")
        if name == "testcase":
            self._count()

    def text(self, data: str) -> None:
        if self.telling:
            self.tail = (self.tail + data)[-2 * TAIL :]

    def refuse(self, *_: object) -> None:
        raise NotJUnit("declares a document type")

    def _tell(self, data: str) -> None:
        if self.kept < TEXT:
            self.said.append(data[: TEXT - self.kept])
            self.kept += len(data)

    def _count(self) -> None:
        if len(self.ends) >= TESTS:
            raise NotJUnit(f"holds more than {TESTS} tests")
        worse = {"passed": 0, "skipped": 1, "failure": 2, "error": 3}
        self.ends[self.test] = max(self.ends.get(self.test, "passed"), self.ended, key=worse.__getitem__)
        self.test = ""

    def results(self) -> Results:
        def ended(*ends: str) -> frozenset[str]:
            return frozenset(test for test, end in self.ends.items() if end in ends)

        return Results(ended("passed"), ended("failure", "error"), ended("skipped"), "".join(self.said))
