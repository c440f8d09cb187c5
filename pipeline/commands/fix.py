"""fix: the edits that cannot change what a program does. There is one: take out `# nosec` comments that excuse nothing.

Everything else that a finding asks for changes what somebody may depend on (README tells which and why), so it is said in
words and left to a person.
"""

from __future__ import annotations

import ast
import difflib
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from secure_release.checks import Ran
from secure_release.checks.inline import NOSEC

from ..evidence import write_whole
from ..records import ScanReport, Suppression
from ..release import EXIT_OURS, ReleaseError

RULE = re.compile(r"B\d{3}")


@dataclass(frozen=True)
class Edit:
    """One file, before and after."""

    path: str
    before: str
    after: str

    @property
    def diff(self) -> str:
        names = (f"a/{self.path}", f"b/{self.path}")
        lines = difflib.unified_diff(self.before.splitlines(keepends=True), self.after.splitlines(keepends=True), *names)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def idle(scan: ScanReport) -> tuple[Suppression, ...]:
    """The comments for bandit under which a whole scan found nothing that they name. Those that name a rule by another word than
    its number stay: bandit knows them, we don't."""
    bandit = scan.results.get("bandit")
    if not isinstance(bandit, Ran):
        return ()
    whole = frozenset(bandit.looked_at) - {gap.subject for gap in bandit.gaps}
    return tuple(
        comment
        for comment in scan.suppressions
        if comment.tool == "bandit"
        and comment.path in whole
        and all(RULE.fullmatch(rule) for rule in comment.rules)
        and not any(_excuses(comment, f.rule, f.place.path, f.place.line, f.place.end_line) for f in bandit.findings)
    )


def _excuses(comment: Suppression, rule: str, path: str, first: int, last: int) -> bool:
    near = any(first <= line <= max(first, last) for line in comment.lines)
    return path == comment.path and near and (not comment.rules or rule in comment.rules)


def edits(scan: ScanReport, read: Callable[[str], bytes]) -> Iterator[Edit]:
    """One for each file with such comments, unless it would change more than comments. `read` may raise `OSError`."""
    lines: dict[str, set[int]] = {}
    for comment in idle(scan):
        lines.setdefault(comment.path, set()).add(comment.lines[0])
    for path, numbers in sorted(lines.items()):
        try:
            before = read(path).decode("utf-8")
        except UnicodeDecodeError:
            continue
        after = without(before, numbers)
        if after != before and same_program(before, after):
            yield Edit(path, before, after)


def without(text: str, numbers: set[int]) -> str:
    """The text without the `# nosec` comments on these lines; a comment that says more than that is left alone."""
    if "\r" in text or "\f" in text:
        return text  # lines are counted in more than one way
    lines = text.split("\n")
    try:
        comments = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.COMMENT]
    except (tokenize.TokenError, SyntaxError):
        return text
    gone = set()
    for token in comments:
        number, column = token.start
        match = NOSEC.search(token.string)
        if number not in numbers or match is None or token.string[match.end() :].strip():
            continue
        kept = (lines[number - 1][:column] + token.string[: match.start()]).rstrip()
        if kept:
            lines[number - 1] = kept
        else:
            gone.add(number)
    return "\n".join(line for number, line in enumerate(lines, 1) if number not in gone)


def same_program(before: str, after: str) -> bool:
    """Whether both parse, to the same tree."""
    try:
        return ast.dump(ast.parse(before)) == ast.dump(ast.parse(after))
    except (SyntaxError, ValueError, RecursionError):
        return False


def fix(project: Path, scan: ScanReport | None, commit: str, here: str, dirty: tuple[str, ...], write: bool) -> str:
    """The edits as a diff; with `write` they are made. Refuses a run of another commit, and to write over uncommitted work."""
    if scan is None or commit != here:
        raise ReleaseError("The last run has not scanned this commit.", "Run `secure-release scan` first.", EXIT_OURS)
    if dirty:
        raise ReleaseError(f"The working tree has changes: {', '.join(dirty[:3])}.", "Commit them, scan, and run again.", EXIT_OURS)
    found = tuple(edits(scan, lambda path: (project / path).read_bytes()))
    if not found:
        return "There is nothing that can be mended without a person: no `# nosec` comment that excuses nothing."
    if write:
        for edit in found:
            target = project / edit.path
            write_whole(target, edit.after.encode(), mode=target.stat().st_mode & 0o777)
    done = "Written. Look at it, run the tests, commit." if write else "Nothing is written yet: `secure-release fix --write`."
    return f"{''.join(edit.diff for edit in found)}\n{len(found)} files. {done}"
