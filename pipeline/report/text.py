"""Words, lengths and hostile characters: how a value becomes text that a person can trust."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from ..release import Outcome

WORDS = {
    Outcome.SO_FAR: "Every stage that was asked for has passed; the release is not at its end.",
    Outcome.PASSED: "Everything that was required has answered, and every answer is a yes.",
    Outcome.REFUSED: "Looked, and the answer is no.",
    Outcome.INCOMPLETE: "There is no answer, and no answer is never a yes.",
    Outcome.ROLLED_BACK: "The release went out, did not hold, and was taken back.",
    Outcome.STRANDED: "It did not hold, and the way back failed. A person is needed now.",
}
MEANS = {
    "Cc": "control",
    "Cf": "format: bidirectional marks and zero-width characters hide text from the reader",
    "Cs": "half of a pair: an undecodable byte of a file name",
    "Co": "private use",
    "Cn": "not a character",
    "Zl": "line separator",
    "Zp": "paragraph separator",
}


def visible(text: str) -> str:
    r"""Text with every character that hides, reorders or is not allowed in XML shown as `\u202e`; keeps tab and newline."""
    lines = text.replace("\r\n", "\n")
    if lines.replace("\n", "").isprintable():
        return lines  # most are, and it is asked for every cell
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in MEANS else _code(c) for c in lines)


def one_line(text: str) -> str:
    """The same on one line, white space squeezed."""
    return visible(" ".join(text.split()))


def sentences(*parts: str) -> str:
    """The parts that are not empty, one after the other, each ended by a full stop."""
    return " ".join(part if part.endswith((".", "!", "?", ":")) else f"{part}." for part in (p.strip() for p in parts) if part)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, and it shows that something is missing."""
    return text if len(text) <= limit else text[: limit - 3] + "..."


def words(outcome: Outcome) -> str:
    """The outcome and its exit code as one sentence."""
    return f"{str(outcome).upper()} (exit code {outcome.exit_code}). {WORDS[outcome]}"


def moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S %Z").strip() if at else "not finished"


def size(count: int) -> str:
    """Bytes in decimal units."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def seconds(amount: float) -> str:
    """A length of time, in the units that a person would use."""
    if amount < 1:
        return f"{amount * 1000:.0f} ms"
    if amount < 60:
        return f"{amount:.1f} s"
    span = timedelta(seconds=round(amount))
    hours, minutes = divmod(span.seconds // 60, 60)
    if span.days:
        return f"{span.days} d {hours} h" if hours else f"{span.days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min {span.seconds % 60} s"


def count(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`, `2 patches`, `2 queries`."""
    if number == 1:
        return f"1 {noun}"
    plural = noun[:-1] + "ies" if noun.endswith("ry") else noun + ("es" if noun.endswith("ch") else "s")
    return f"{number:,} {plural}"


def _code(character: str) -> str:
    return f"\\u{ord(character):04x}" if ord(character) <= 0xFFFF else f"\\U{ord(character):08x}"
