"""Options in, exit code out: the tasks, as `invoke` runs them and as the script `secure-release` does.

Everything heavy is imported inside the tasks, so that `--help` and `--list` are quick.
"""

from __future__ import annotations

from importlib.metadata import version

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit
from invoke.program import Program
from invoke.tasks import task

from .stage_tasks import COMMON, STAGE_TASKS, answered


@task(
    help={
        "force": "Overwrite files that exist.",
        "ci": "Write the template of this CI too: github, jenkins or codepipeline.",
        "check": "Write nothing: say which files of a CI template are behind the installed version, changed by hand, or missing.",
    }
)
@answered
def init(c: Context, force: bool = False, ci: str = "", check: bool = False) -> int:
    """Write secure-release.yml and tasks.py for this project, with what is found filled in; with --ci a CI template."""
    from .commands.init import init as write

    return write(force, ci, check)


@task(help={"config": COMMON["config"], "faults": "Break every check in every known way and show that the gate stays shut."})
@answered
def doctor(c: Context, config: str = "", faults: bool = False) -> int:
    """Say what is missing on this machine and how to get it."""
    from .session import run_doctor

    return run_doctor(config, faults)


@task(
    positional=["fingerprint"],
    help={
        "fingerprint": "The finding or gap, as the report names it.",
        "until": "The last day, as YYYY-MM-DD.",
        "reason": "Why it is accepted, in a sentence.",
        "owner": "Who answers for it [git's user.email].",
        "config": COMMON["config"],
        "run": "The run that has it [the newest].",
    },
)
@answered
def waive(c: Context, fingerprint: str, until: str, reason: str, owner: str = "", config: str = "", run: str = "") -> int:
    """Accept one finding or gap, with an owner, a reason and an end."""
    from .options import Options
    from .session import run_waive

    return run_waive(fingerprint, until, reason, owner, Options(config, run))


@task(help={"config": COMMON["config"], "run": "The run to take it from [the newest]."})
@answered
def baseline(c: Context, config: str = "", run: str = "") -> int:
    """Let the findings of a complete scan stand: shown from now on, not refused."""
    from .options import Options
    from .session import run_baseline

    return run_baseline(Options(config, run))


@task(help={"write": "Make the edits; without it they are shown.", "config": COMMON["config"], "run": "The run whose scan to go by [the newest]."})
@answered
def fix(c: Context, write: bool = False, config: str = "", run: str = "") -> int:
    """Show, and with --write make, the edits that cannot change what the program does: `# nosec` comments that excuse nothing."""
    from .options import Options
    from .session import run_fix

    return run_fix(Options(config, run), write)


@task(help={"source": "An https address or a file: a dump of OSV records for PyPI (.zip).", "out": "Where to write it.", "config": COMMON["config"]})
@answered
def advisories(c: Context, source: str, out: str = "advisories.zip", config: str = "") -> int:
    """Fetch a snapshot of advisories, for machines without a way to the index (`advisories: {source: file}`)."""
    from .session import run_advisories

    return run_advisories(source, out, config)


@task(
    help={
        "config": COMMON["config"],
        "format": "text, or json.",
        "forget": "Accept that this generation is gone or damaged; it counts no more.",
        "reason": "With --forget: what happened to it. The ledger keeps it.",
    }
)
@answered
def backups(c: Context, config: str = "", format: str = "text", forget: str = "", reason: str = "") -> int:
    """List the generations, and say from when on each promise holds."""
    from .session import run_backups

    return run_backups(config, format, forget, reason)


@task(positional=["generation"], help={"generation": "Its id, as `backups` names it.", "config": COMMON["config"]})
@answered
def drill(c: Context, generation: str, config: str = "") -> int:
    """Restore one generation into an empty place and compare. Needs the key: SECURE_RELEASE_IDENTITY, or restic's password."""
    from .session import run_drill

    return run_drill(generation, config)


@task(
    positional=[],
    help={
        "generation": "Its id, as `backups` names it; or --older-than.",
        "into": "A folder that does not exist yet.",
        "older-than": "Instead of an id: the youngest drilled generation that is at least so old, such as 7d.",
        "scan": "Look at what was restored with every check; exits as the gate would.",
        "config": COMMON["config"],
    },
)
@answered
def restore(c: Context, into: str, generation: str = "", older_than: str = "", scan: bool = False, config: str = "") -> int:
    """Restore one generation into a new folder, never in place. Needs the key: SECURE_RELEASE_IDENTITY, or restic's password."""
    from .session import run_restore

    return run_restore(generation, into, older_than, scan, config)


@task(name="backup-key", help={"out": "The folder for the two files; made if need be."})
@answered
def backup_key(c: Context, out: str) -> int:
    """Make a key pair for backups: keep identity.txt far away from this machine, name recipients.txt in the configuration."""
    from .session import run_backup_key

    return run_backup_key(out)


@task(help={"run": "The run's folder [the newest].", "config": COMMON["config"]})
@answered
def evidence(c: Context, run: str = "", config: str = "") -> int:
    """Check a run again from its bytes: the chain, every digest, and that the verdict follows."""
    from .options import Options
    from .session import run_evidence

    return run_evidence(Options(config, run))


@task
@answered
def schema(c: Context) -> int:
    """Print the JSON Schema of secure-release.yml, for editors."""
    from .commands.schema import schema as text

    print(text())
    return 0


BESIDE = (init, doctor, waive, baseline, fix, advisories, backups, drill, restore, backup_key, evidence, schema)
namespace = Collection(*STAGE_TASKS, *BESIDE)


class _Program(Program):
    """Without a task: help, and the plan for this project; nothing is changed."""

    def no_tasks_given(self) -> None:
        from .options import Options
        from .session import print_plan

        self.print_help()
        print()
        raise Exit(code=print_plan(Options()))


def main() -> None:
    """The script `secure-release`."""
    from .shown import tracebacks_too
    from .signals import answer_given

    tracebacks_too()
    program = _Program(name="secure-release", binary="secure-release", version=version("secure-release"), namespace=namespace)
    try:
        program.run()
    finally:
        answer_given()
