"""commits: secrets that the change added and took out again. They are public with the first push; no later commit takes them back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..check import Context
from ..finding import Finding, Place, Witness, numbered
from ..past import Past, Version
from ..result import Result, broken, ran
from ..source import UTF16, is_binary
from .secrets import REMEDY, blind, secrets_in

NAME = "commits"
FIX = (
    "Revoke it: whoever fetched the branch has it. Then take it out of the commits before they are merged (`git rebase -i`, and a "
    "forced push); a commit that removes it leaves it in the ones before."
)


class Commits:
    name = NAME
    title = "secrets that commits of the change added and removed"
    fetches = True  # when it has found one

    def run(self, context: Context) -> Result:
        past = context.history.read()
        if past.versions and (unseen := blind()):
            return broken(f"{NAME} is blind: it did not find the planted {', '.join(unseen)}.", REMEDY)
        found = {(f.rule, f.subject, f.place.path): f for f in _found(past, context)}
        notes = (past.note,) if past.note else (f"Looked at {past.range}: {len(past.versions):,} versions of files.",)
        return ran(numbered(found.values()), past.commits, past.gaps, (), notes)


def _found(past: Past, context: Context) -> Iterator[Finding]:
    """Those that neither stand in what is released (there `secrets` says them) nor were there before the change."""
    for version in past.versions:
        text = _text(version.content)
        for finding, secret in secrets_in(version.path, text) if text is not None else ():
            if secret not in (_text(past.before(version.path) or b"") or "") and not _stands(secret, context):
                yield _removed(finding, version)


def _stands(secret: str, context: Context) -> bool:
    needle = secret.encode("utf-8", "replace")
    return any(needle in context.read(file.path) for file in context.files if not file.binary)


def _removed(finding: Finding, version: Version) -> Finding:
    """The secret's own finding, without a line: there is none any more. Its fingerprint is that of the secret where it stood."""
    what = finding.message.partition(":")[0]
    said = f"{what} was added in commit {version.commit()[:12]} and is not there any more: it stays readable in the history."
    witnesses = (Witness(NAME, finding.rule),)
    return replace(finding, check=NAME, message=said, place=Place(version.path, 0, 0), fix=FIX, witnesses=witnesses)


def _text(content: bytes) -> str | None:
    """None for what is none, as in `secrets`."""
    if is_binary(content[:8000]):
        return None
    return content.decode("utf-16" if content.startswith(UTF16) else "utf-8", "replace")


CHECK = Commits()
