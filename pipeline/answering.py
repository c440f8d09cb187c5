"""How a command ends: in an exit code, whatever the user did; a mistake in a sentence and a remedy, never in a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable


def answer(body: Callable[[], int]) -> int:
    """The exit code. Where a CI listens nothing that is printed meanwhile can be a command to it."""
    from .release import EXIT_OURS, Interrupted, Outcome, ReleaseError
    from .shown import harmless_output
    from .signals import interrupting

    with harmless_output():
        try:
            with interrupting():
                return body()
        except ReleaseError as problem:
            print(f"secure-release: {problem}\n{problem.hint}", file=sys.stderr)
            return problem.exit_code
        except (Interrupted, KeyboardInterrupt) as cut:
            print(f"secure-release: interrupted by {cut or 'SIGINT'}.", file=sys.stderr)
            return Outcome.INCOMPLETE.exit_code
        except BrokenPipeError:
            return EXIT_OURS
