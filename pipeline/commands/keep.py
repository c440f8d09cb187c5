"""backups, drill, restore, backup-key: what can be done with generations beside a release."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ..backups.keys import make_pair
from ..fields import Seconds
from ..keeping import BackupError, Generation, Promise, Vault
from ..release import EXIT_CODES, EXIT_OURS, Outcome, ReleaseError

MIN_REASON = 10
SECONDS: TypeAdapter[float] = TypeAdapter(Seconds)
SIZES = ("B", "kB", "MB", "GB", "TB")


def backups(vault: Vault, now: datetime, form: str) -> str:
    """The generations as a time line, oldest first, and from when on each promise holds."""
    with as_release_error():
        generations, promises = vault.generations(), vault.promises(now)
    if form == "json":
        return json.dumps(
            {
                "generations": TypeAdapter(tuple[Generation, ...]).dump_python(generations, mode="json"),
                "promises": TypeAdapter(tuple[Promise, ...]).dump_python(promises, mode="json"),
            },
            indent=1,
        )
    if not generations:
        return "There is no generation yet: `secure-release backup` takes one."
    return "\n".join([*_time_line(generations, now), "", *_promised(promises, now)])


def forget(vault: Vault, generation: str, why: str) -> str:
    """Accept that a generation is gone or damaged."""
    if len(why) < MIN_REASON:
        raise ReleaseError("--forget needs a --reason of 10 letters or more.", "Say what happened to it: the ledger keeps it.", EXIT_OURS)
    with as_release_error():
        vault.forget(generation, why)
    return f"{generation} counts no more; the ledger keeps the reason."


def drill(vault: Vault, generation: str) -> tuple[Outcome, str]:
    """Restore it into an empty place and compare."""
    with as_release_error():
        done = vault.drill(generation)
    if done.passed:
        return Outcome.PASSED, f"{generation} came back as it went in, in {done.seconds:.1f} s."
    return Outcome.REFUSED, "\n".join([f"{generation} did not come back as it went in:", *(f"  {d}" for d in done.differences)])


def older(vault: Vault, generation: str, than: str, now: datetime) -> str:
    """The id that is meant: named, or of the youngest drilled generation that is at least `than` old."""
    if bool(generation) == bool(than):
        raise ReleaseError("restore needs either --generation or --older-than.", "`secure-release backups` lists them.", EXIT_OURS)
    if generation:
        return generation
    with as_release_error():
        drilled = [one for one in vault.generations() if one.drill is not None and one.drill.passed]
    span = timedelta(seconds=_seconds(than))
    old = [one for one in drilled if one.at <= now - span]
    if not old:
        oldest = f"the oldest drilled one is {age(now - min(one.at for one in drilled))} old" if drilled else "there is none"
        raise ReleaseError(
            f"No generation is {than} old: {oldest}.", "See `secure-release backups`.", EXIT_CODES[Outcome.INCOMPLETE]
        )
    return max(old, key=lambda one: (one.at, one.sequence)).id


def _seconds(text: str) -> float:
    try:
        return SECONDS.validate_python(text)
    except ValidationError as problem:
        raise ReleaseError(f"--older-than {text} is no age.", "Write it as 12h, 7d or 4w.", EXIT_OURS) from problem


def restore(vault: Vault, generation: str, into: Path) -> str:
    """Restore it into a new folder."""
    with as_release_error():
        vault.restore(generation, into)
    return f"{generation} is restored in {into}. Nothing in place was touched."


def backup_key(folder: Path) -> str:
    """Make the pair, and say what belongs where."""
    with as_release_error():
        secret, public = make_pair(folder)
    return (
        f"{public}: name it in `backup.recipients_file`. It can only lock.\n"
        f"{secret}: it alone opens the backups. Move it to where this machine and its intruders do not reach, and keep a copy."
    )


@contextlib.contextmanager
def as_release_error() -> Iterator[None]:
    try:
        yield
    except BackupError as problem:
        raise ReleaseError(str(problem), problem.hint, EXIT_CODES[Outcome.INCOMPLETE]) from problem


def _time_line(generations: Sequence[Generation], now: datetime) -> Iterator[str]:
    yield f"{'generation':<28} {'age':>8} {'size':>9}  {'restored in':>11}  kept for"
    for one in generations:
        tried = f"{one.drill.seconds:.1f} s" if one.drill and one.drill.passed else "NOT DRILLED"
        yield f"{one.id:<28} {age(now - one.at):>8} {size(one.size):>9}  {tried:>11}  {', '.join(one.pinned)}"


def _promised(promises: Sequence[Promise], now: datetime) -> Iterator[str]:
    for promise in promises:
        what = f"A restore point at least {age(timedelta(seconds=promise.age))} old"
        if promise.kept_by:
            yield f"{what}: yes, {promise.kept_by}"
        elif promise.holds_from is not None:
            yield f"{what}: from {promise.holds_from:%Y-%m-%d %H:%M} on"
        else:
            yield f"{what}: not yet, and not before the next backup"


def age(span: timedelta) -> str:
    """A span of time in its largest unit."""
    seconds = int(span.total_seconds())
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if abs(seconds) >= length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def size(count: int) -> str:
    """A number of bytes in its largest decimal unit."""
    amount = float(count)
    for unit in SIZES:
        if amount < 1000 or unit == SIZES[-1]:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError("the last unit always answers")
