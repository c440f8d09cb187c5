"""secrets: provider patterns and entropy, in our own process; the secret itself leaves this file only as a digest.

The same 48 patterns on the Django 5.2.19 sdist (5,534 text files, 37 MB): here 6.9 CPU seconds, in semgrep's regex engine
15 (28 wall; 53 matches there, of which validation here leaves 4, all of them test data). Nothing to start, nothing
that can fail to start, and no report of another program that holds secrets: so no other program.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..check import Context, Fixed, SourceFile
from ..finding import Finding, Gap, Place, Severity, Witness, numbered
from ..memory import fixed
from ..plausible import base62
from ..providers import PROVIDERS, Provider
from ..result import Result, broken, ran
from ..source import UTF16

REMEDY = "Install secure-release anew; its secret patterns do not work."
GUESSED = frozenset({"high-entropy", "database-url", "url-password"})  # go by what stands around, not by a provider's pattern
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
SHOWN = 4  # characters of what stands before the secret, none of its own


def planted() -> dict[str, str]:
    """One fake secret for each way of judging, by the rule that must find it. Made here, so that no file holds one."""
    payload = hashlib.sha256(b"planted").hexdigest()[:30]
    letters = base64.b32encode(hashlib.sha256(b"planted").digest()).decode()
    return {
        "github-token": f"ghp_{payload}{base62(zlib.crc32(payload.encode()))}",
        "aws-access-key": "AKIA" + letters[:16],
        "database-url": f"postgres://shop:{payload[:12]}@db/shop",
        "high-entropy": f'session_secret = "{letters[:40]}"',
        "private-key": "-----BEGIN " + "PRIVATE KEY-----\n" + payload + letters,
    }


def blind() -> list[str]:
    """The rules that do not find what is planted for them."""
    return [rule for rule, text in planted().items() if rule not in {f.rule for f in found_in("planted", text)}]


def found_in(path: str, text: str) -> tuple[Finding, ...]:
    """What every provider finds in one text; where two see the same place, the one that stands first."""
    return tuple(finding for finding, _ in secrets_in(path, text))


def secrets_in(path: str, text: str) -> tuple[tuple[Finding, str], ...]:
    """The same, each with the secret itself: for those who look whether it stands elsewhere, and for nobody's report."""
    taken: list[tuple[int, int]] = []
    findings = []
    lower = text.lower()
    for provider in PROVIDERS:
        if not any(word in (lower if word.islower() else text) for word in provider.words):
            continue
        for match in provider.pattern.finditer(text):
            start, end = match.span("body")
            free = not any(start < last and first < end for first, last in taken)
            if free and provider.valid(match.group(), match.group("body")):
                taken.append((start, end))
                findings.append((_finding(provider, path, match), match.group("body")))
    if any(finding.rule in GUESSED for finding, _ in findings):
        spans = _docstrings(path, text)
        findings = [(_in_prose(finding, spans), secret) for finding, secret in findings]
    return tuple(findings)


def _docstrings(path: str, text: str) -> tuple[tuple[int, int], ...]:
    """Their first and last lines; none in what does not parse."""
    if not path.endswith(".py"):
        return ()
    try:
        nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, DOCUMENTED) and node.body]
    except (SyntaxError, ValueError, RecursionError):
        return ()
    first = (node.body[0] for node in nodes if ast.get_docstring(node, clean=False) is not None)
    return tuple((each.lineno, each.end_lineno or each.lineno) for each in first)


def _in_prose(finding: Finding, spans: Sequence[tuple[int, int]]) -> Finding:
    """What is only guessed to be a secret is mostly an example's, where it stands in an explanation."""
    if finding.rule not in GUESSED or not any(first <= finding.place.line <= last for first, last in spans):
        return finding
    said = f"{finding.message} (It stands in a docstring, where most are examples: severity low.)"
    return replace(finding, severity=Severity.LOW, message=said)


def _finding(provider: Provider, path: str, match: re.Match[str]) -> Finding:
    line = match.string.count("\n", 0, match.start()) + 1
    public = match.string[match.start() : match.start("body")].strip(" -")[:SHOWN]
    return Finding(
        check="secrets",
        rule=provider.rule,
        severity=provider.severity,
        confidence=provider.confidence,
        message=f"{provider.title[0].upper()}{provider.title[1:]} ({public}…): whoever reads the repository can use it.",
        place=Place(path, line, line + match.group().count("\n")),
        subject=_digest(match.group("body")),
        fix="Revoke it: it is no secret any more. Then take it from the environment or a vault, and clean the history.",
        weakness="CWE-798",
        advisories=(),
        witnesses=(Witness("secrets", provider.rule),),
        nth=0,
    )


def _digest(secret: str) -> str:
    """Slow on purpose (scrypt, RFC 7914: 4 MB, 10 ms): reports are handed around, and short passwords can be guessed."""
    content = secret.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(content, salt=b"secure-release", n=4096, r=8, p=1, dklen=16).hex()


def _text(tree: Path, file: SourceFile) -> str | None:
    """The text of a file; None for one that is none. UTF-16 counts as text when it says so."""
    if file.binary:
        return None
    content = (tree / file.path).read_bytes()
    return content.decode("utf-16" if content.startswith(UTF16) else "utf-8", "replace")


class Secrets:
    name = "secrets"
    title = "keys, tokens and passwords in files"
    by_file = True
    fetches = True  # texts

    def fixed(self, context: Context) -> Fixed:
        """Binary files are counted in every run."""
        return replace(fixed(self.name), remembers=lambda file: not file.binary)

    def run(self, context: Context) -> Result:
        if unseen := blind():
            return broken(f"secrets is blind: it did not find the planted {', '.join(unseen)}.", REMEDY)
        context.fill(file.path for file in context.files if not file.binary)
        findings: list[Finding] = []
        looked_at, gaps, binary = [], [], 0
        for file in context.files:
            try:
                text = _text(context.tree, file)
            except OSError as problem:
                gaps.append(Gap(self.name, file.path, f"cannot be read: {problem.strerror}", "Make the file readable."))
                continue
            if text is None:
                binary += 1
                continue
            findings.extend(found_in(file.path, text))
            looked_at.append(file.path)
        notes = (f"{binary} binary files were not searched for secrets.",) if binary else ()
        return ran(numbered(findings), tuple(looked_at), tuple(gaps), (), notes)


CHECK = Secrets()
