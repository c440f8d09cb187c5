"""restore --scan: what came back is looked at by every configured check before anybody starts it."""

from __future__ import annotations

from collections.abc import Iterator

from ..release import Outcome, Release, StageResult
from ..stages import scan


def rescan(release: Release) -> tuple[Outcome, str]:
    """The gate's word on the restored tree alone."""
    result = scan.run(release)
    return result.outcome, "\n".join(_said(result))


def _said(result: StageResult) -> Iterator[str]:
    yield f"The restored tree: {result.summary}."
    for reason in result.reasons:
        yield f"  - {reason.text}"
        yield f"    {reason.remedy}"
    match result.outcome:
        case Outcome.PASSED:
            yield "Nothing that the checks know stands against starting it."
        case Outcome.REFUSED:
            yield "Do not start it: take an older generation, or mend what is named."
        case _:
            yield "There is no answer: do not start it before every check has looked."
