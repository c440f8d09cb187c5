"""Runs a user's command for a deploy: to its end, within its time, and with its last words when it fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from secure_release.checks import Exit, Tools

from ..shipping import DeployError

LAST_WORDS = 600  # characters of a failed command's output that are shown


def run_command(tools: Tools, what: str, words: Sequence[str], cwd: Path, timeout: float, env: Mapping[str, str]) -> Exit:
    """Raises `DeployError` unless it exits 0. `what` is its key in the configuration."""
    try:
        ended = tools.run(words, cwd=cwd, timeout=timeout, env=env)
    except (OSError, ValueError) as problem:
        raise DeployError(f"deploy.{what} could not be started: {problem}.", f"Look at deploy.{what}: {words[0]!r}.") from problem
    if ended.timed_out:
        raise DeployError(f"deploy.{what} did not end in {timeout:g} s.{_last_words(ended)}", "Mend it, or raise deploy.timeout.")
    if ended.flooded:
        raise DeployError(f"deploy.{what} printed without end and was stopped.", "Let it print less.")
    if ended.code != 0:
        how = f"was killed by signal {-ended.code}" if ended.code < 0 else f"exited {ended.code}"
        raise DeployError(f"deploy.{what} {how}.{_last_words(ended)}", f"Mend deploy.{what}, then start a new run.")
    return ended


def filled(words: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Placeholders like `{version}` filled in, word by word and once: a value is never read as a placeholder or split."""
    return tuple(_filled(word, values) for word in words)


def _filled(word: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        before, found, after = word.partition(f"{{{name}}}")
        if found:
            return _filled(before, values) + value + _filled(after, values)
    return word


def _last_words(ended: Exit) -> str:
    text = (ended.stderr.strip() or ended.stdout.strip()).decode(errors="replace")
    return f" It said: {text[-LAST_WORDS:]}" if text else ""
