"""The stages as tasks, and what every task shares: options in, exit code out. Imports inside keep `--help` quick."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import task

COMMON = {
    "config": "The configuration file [secure-release.yml, looked for here and above].",
    "run": "The folder of a run to continue or join [stages join the newest run of this commit]. For scan, patch-test and gate "
    "an empty folder, or one that does not exist yet: a new run begins there.",
    "trust": "A git ref to read policy, waivers, baseline and configuration from, instead of the change under test.",
    "format": "text, or json: verdict.json on standard output, alone.",
    "dry_run": "Say what would be done, and change nothing.",
}


PATCH_TEST = {
    "dry_run": "Show what is pending, and clone nothing.",
    "os": "Try only packages of the operating system. What is left out stays untested, and the test incomplete.",
    "python": "Try only Python distributions.",
    "only": "Try only these, by name, with commas between them.",
    "clean": "Remove what a killed run left behind, and do nothing else.",
    "apply": "Write the safe set of the run's finished patch test into the requirement files, and do nothing else.",
}


CACHE = {"no_cache": "Look at every file anew, also at those that have not changed since an earlier scan."}
SCAN = CACHE | {"shard": "Look at one share only, I/N: 1/3 is the first of three. `gate --from` joins the runs."}
GATE = {
    "from": "A run to join, or a folder of runs; once for each. All shards of one scan and one patch test make a new run at --run.",
}
REPORT = {"asff": "The ARN of a Security Hub product: also write findings-0001.asff.json and so on, one for each batch-import-findings."}


def answered(body: Callable[..., int]) -> Callable[..., None]:
    """A task that ends in an exit code; a user's mistake ends in a sentence and a remedy, not in a traceback.

    Where a CI listens nothing that is printed can be a command to it.
    """

    @wraps(body)
    def wrapper(*args: Any, **options: Any) -> None:
        from .answering import answer

        code = answer(lambda: body(*args, **options))
        if code:
            raise Exit(code=code)

    return wrapper


STAGES = {
    "secure-release": "A whole release: scan and patch-test, gate, backup, deploy, verify; rollback when it goes wrong; report.",
    "scan": "Look at the release with every check, side by side. Exits as the gate would on the scan alone.",
    "patch-test": "Try the pending security patches in clones of the environment; name the set that is safe.",
    "gate": "Decide, from what scan and patch-test left in the run, whether the release may go out.",
    "backup": "Back up what the release may destroy, restore it somewhere else, and compare. Needs a passed gate.",
    "deploy": "Deploy exactly what was scanned, with the way back written down first. Needs a passed gate and backup.",
    "verify": "Ask the new version whether it is well, and watch it. Needs a deploy in the run.",
    "rollback": "Take back what a run has deployed and not verified. Continues where a killed one stopped.",
    "report": "Write the reports of a run again: HTML, Markdown, SARIF, JUnit, JSON, SBOM.",
}


def _stage_task(name: str, doc: str) -> Any:
    """The stages share their options; some have more."""

    def body(
        c: Context, config: str = "", run: str = "", trust: str = "", format: str = "text", dry_run: bool = False
    ) -> int:
        from .options import Options
        from .session import run_stage

        return run_stage(name, Options(config, run, trust, format, dry_run))

    if name in OWN:
        return OWN[name](doc)
    body.__doc__, body.__name__ = doc, name
    return task(name=name, help=COMMON)(answered(body))


def _whole_task(doc: str) -> Any:
    def body(
        c: Context,
        config: str = "",
        run: str = "",
        trust: str = "",
        format: str = "text",
        dry_run: bool = False,
        no_cache: bool = False,
    ) -> int:
        from .options import Options
        from .session import run_whole

        return run_whole(Options(config, run, trust, format, dry_run, no_cache=no_cache))

    body.__doc__, body.__name__ = doc, "secure-release"
    return task(name="secure-release", aliases=("run",), help=COMMON | CACHE)(answered(body))


def _scan_task(doc: str) -> Any:
    def body(
        c: Context,
        config: str = "",
        run: str = "",
        trust: str = "",
        format: str = "text",
        dry_run: bool = False,
        shard: str = "",
        no_cache: bool = False,
    ) -> int:
        from .options import Options
        from .session import run_stage

        return run_stage("scan", Options(config, run, trust, format, dry_run, shard, no_cache=no_cache))

    body.__doc__, body.__name__ = doc, "scan"
    return task(name="scan", help=COMMON | SCAN)(answered(body))


def _gate_task(doc: str) -> Any:
    def body(
        c: Context,
        config: str = "",
        run: str = "",
        trust: str = "",
        format: str = "text",
        dry_run: bool = False,
        from_: list[str] | None = None,  # `from` is a word of Python
    ) -> int:
        from .options import Options
        from .session import run_stage

        return run_stage("gate", Options(config, run, trust, format, dry_run, sources=tuple(from_ or ())))

    body.__doc__, body.__name__ = doc, "gate"
    return task(name="gate", help=COMMON | GATE, iterable=["from_"])(answered(body))


def _patch_test_task(doc: str) -> Any:
    def body(  # noqa: PLR0913, PLR0917 - each is an option
        c: Context,
        config: str = "",
        run: str = "",
        trust: str = "",
        format: str = "text",
        dry_run: bool = False,
        os: bool = False,
        python: bool = False,
        only: str = "",
        clean: bool = False,
        apply: bool = False,
    ) -> int:
        from .options import Options
        from .session import run_patch_test

        families = (*(("os",) if os else ()), *(("python",) if python else ()))
        names = tuple(name.strip() for name in only.split(",") if name.strip())
        return run_patch_test(Options(config, run, trust, format, dry_run), families, names, clean, apply)

    body.__doc__, body.__name__ = doc, "patch-test"
    return task(name="patch-test", help=COMMON | PATCH_TEST)(answered(body))


def _report_task(doc: str) -> Any:
    def body(
        c: Context, config: str = "", run: str = "", trust: str = "", format: str = "text", dry_run: bool = False, asff: str = ""
    ) -> int:
        from .options import Options
        from .session import run_report

        return run_report(Options(config, run, trust, format, dry_run), asff)

    body.__doc__, body.__name__ = doc, "report"
    return task(name="report", help=COMMON | REPORT)(answered(body))


OWN: dict[str, Callable[[str], Any]] = {
    "secure-release": _whole_task,
    "scan": _scan_task,
    "gate": _gate_task,
    "patch-test": _patch_test_task,
    "report": _report_task,
}


STAGE_TASKS = tuple(_stage_task(name, doc) for name, doc in STAGES.items())
