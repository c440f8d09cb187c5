"""One call of the command: find the project, open the run, do what was asked, say how it ended."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from . import flow, runs, sharding
from .console import Console, to_stderr, to_stdout
from .evidence import EvidenceFolder
from .law import Waiver
from .options import Options, bench_of, project_of
from .patching import EVERYTHING, Choice
from .places import entries_in, place, refuse_among_files
from .release import EXIT_CONFIG, EXIT_OURS, Outcome, Release, ReleaseError, Stage
from .report import REPORTS
from .report.console import after_the_stages
from .sharding import shard_of
from .shown import machine_readable, show
from .signals import interrupting, waited_out
from .view import JOINED, STAGE_STARTED, RunView, view
from .wiring import Bench, aside, now, opened, rescanning, vault


def run_whole(options: Options) -> int:
    """A new release, or with --run what is left of one. Once it has ended no signal changes what it says."""
    where = bench_of(options)
    if options.dry_run:
        return print_plan(options)
    with _console(options) as console, contextlib.ExitStack() as last:
        console.line(f"{where.config.release.name}: {where.settled.said}")
        with opened(where, _named(where.project, options), None, console) as release:
            last.enter_context(waited_out())  # also while the run is closed
            console.line(f"run {release.id}, commit {release.source.commit[:12]}, version {release.source.version}")
            outcome = flow.whole(release, console.told)
            _print(release, None, options, console, where.git.prefix)
    return outcome.exit_code


def run_stage(name: str, options: Options, choice: Choice = EVERYTHING) -> int:
    """One stage. It joins the run of --run, else the newest one that is about the same and lacks this stage, else a new one."""
    stage, where, shard = Stage(name), bench_of(options), shard_of(options.shard) if options.shard else (1, 1)
    if options.dry_run:
        return print_plan(options)
    with _console(options) as console:
        folder = place(where, stage, options.run, alone=bool(options.shard or options.sources))
        refuse_among_files(where, stage, (folder, *map(Path, options.sources)))
        with opened(where, folder, stage, console, choice) as release:
            begun = any(entry.kind == STAGE_STARTED for entry in release.journal.entries)
            console.line(f"run {release.folder}{' (joined)' if begun else ''}")
            if stage is Stage.SCAN:
                _ask_for(release, shard)
            outcome = _single(release, stage, options, console)
            if stage is not Stage.REPORT:
                flow.perform(release, Stage.REPORT, lambda result: None)
            _print(release, stage, options, console, where.git.prefix)
    return outcome.exit_code


def run_report(options: Options, asff: str) -> int:
    """The reports again; with the ARN of a product, also what Security Hub takes."""
    from .commands.asff import write_asff
    from .report.asff import product

    by = product(asff) if asff else None
    code = run_stage(Stage.REPORT, options)
    if by is not None and not options.dry_run:
        where = bench_of(options)
        print(write_asff(_folder(where.project, options), _view(where, options), by), file=sys.stderr)
    return code


def _single(release: Release, stage: Stage, options: Options, console: Console) -> Outcome:
    if not options.sources:
        return flow.single(release, stage, console.told)
    from . import parts

    if any(entry.kind in (STAGE_STARTED, JOINED) for entry in release.journal.entries):
        raise ReleaseError("Runs are joined into a new one, and this one has begun.", "Give --run an empty folder, or one that does not exist yet.")
    return flow.join(release, parts.find(options.sources, release.evidence), console.told)


def _ask_for(release: Release, shard: tuple[int, int]) -> None:
    """Written down before it looks: a scan that is cut off is known by its shard."""
    if sharding.asked_for(release.journal.entries) != shard:
        release.journal.append(sharding.SHARD, Stage.SCAN, {"index": shard[0], "count": shard[1]})


def run_patch_test(options: Options, families: tuple[str, ...], names: tuple[str, ...], clean: bool, apply: bool) -> int:
    """The stage, or one of what stands beside it: the plan alone, taking over what is safe, cleaning up."""
    choice = Choice(families, names)
    asked = [word for word, is_asked in (("--dry-run", options.dry_run), ("--clean", clean), ("--apply", apply)) if is_asked]
    if len(asked) > 1 or ((clean or apply) and choice != EVERYTHING):
        raise ReleaseError(f"{asked[0]} goes alone.", "Give one of --dry-run, --clean, --apply; only --dry-run takes --os, --python, --only.", EXIT_OURS)
    if clean:
        return _clean_up(options)
    if apply:
        return _apply(options)
    return _pending(options, choice) if options.dry_run else run_stage(Stage.PATCH_TEST, options, choice)


def _pending(options: Options, choice: Choice) -> int:
    from .commands.patches import pending

    with to_stderr() as console, aside(bench_of(options), Stage.PATCH_TEST, console, choice) as release:
        text = pending(release, options.format)
    print(text)
    return 0


def _clean_up(options: Options) -> int:
    where = bench_of(options)
    swept = [*runs.sweep(where.project)]
    with to_stderr() as console, aside(where, Stage.REPORT, console, EVERYTHING) as release:
        swept += release.patcher.sweep()
    print("\n".join(f"removed {what}" for what in swept) or "Nothing was left behind.")
    return 0


def _apply(options: Options) -> int:
    from .commands.patches import apply

    where = bench_of(options)
    folder = _named(where.project, options) or runs.newest(where.project)
    report = view(entries_in(folder), EvidenceFolder(folder / "evidence")).patch_test if folder else None
    print(apply(where.project, where.config.patch_test.requirements, report, where.processes))
    return 0


def print_plan(options: Options) -> int:
    """What a release would do here. Changes nothing."""
    from .commands.plan import plan

    try:
        where = bench_of(options)
    except ReleaseError as problem:
        print(f"No plan: {problem}\n{problem.hint}")
        return problem.exit_code
    print(plan(where.settled, where.checks, where.processes))
    return 0


def run_doctor(config: str, faults: bool) -> int:
    from threading import Event

    from .adapters.docker import engine
    from .commands.doctor import doctor

    where = bench_of(Options(config))
    if faults:
        return _run_faults(where)
    well, text = doctor(where.project, where.config, where.processes, lambda: engine(Event()))
    print(text)
    return 0 if well else Outcome.INCOMPLETE.exit_code


def _run_faults(where: Bench) -> int:
    """In a run of its own, so that what was tried can be read again."""
    from .commands.faults import replay_faults

    with _console(Options()) as console, opened(where, None, None, console) as release:
        shut, text = replay_faults(release)
    print(text)
    return 0 if shut else Outcome.INCOMPLETE.exit_code


def run_advisories(source: str, out: str, config: str) -> int:
    from .commands.fetch import fetch

    print(fetch(source, project_of(Options(config))[0] / out))
    return 0


def run_backups(config: str, form: str, generation: str, why: str) -> int:
    from .commands.keep import backups, forget

    if generation:
        print(forget(vault(bench_of(Options(config))), generation, why))
        return 0
    print(backups(vault(bench_of(Options(config, format=form))), now(), form))
    return 0


def run_drill(generation: str, config: str) -> int:
    from .commands.keep import drill

    outcome, text = drill(vault(bench_of(Options(config))), generation)
    print(text)
    return outcome.exit_code


def run_restore(generation: str, into: str, older_than: str, scan: bool, config: str) -> int:
    """The exit code is the gate's on what was restored, when it is scanned."""
    from .commands.keep import older, restore
    from .commands.rescan import rescan

    where, place = bench_of(Options(config)), Path(into).absolute()
    kept = vault(where)
    print(restore(kept, older(kept, generation, older_than, now()), place))
    if not scan:
        return 0
    with to_stderr() as console, rescanning(where, place, console) as release, interrupting():
        outcome, text = rescan(release)
    print(text)
    return outcome.exit_code


def run_backup_key(out: str) -> int:
    from .commands.keep import backup_key

    print(backup_key(Path(out).absolute()))
    return 0


def run_waive(fingerprint: str, until: str, reason: str, owner: str, options: Options) -> int:
    from pydantic import ValidationError

    from .commands.waive import items, waive

    where = bench_of(options)
    try:
        end = date.fromisoformat(until)
        waiver = Waiver(fingerprint=fingerprint, owner=owner or where.git.user(), reason=reason, until=end)
    except (ValidationError, ValueError) as problem:
        raise ReleaseError(
            f"This is no waiver: {str(problem).splitlines()[-1].strip()}",
            "It needs a fingerprint of 20 hex digits, an owner, a reason of 10 letters or more, and --until YYYY-MM-DD.",
            EXIT_OURS,
        ) from problem
    policy = where.config.policy
    print(waive(where.project / policy.waivers, items(_view(where, options)), waiver, now().date(), policy.max_waiver_days))
    return 0


def run_fix(options: Options, write: bool) -> int:
    from .commands.fix import fix

    where = bench_of(options)
    last = _view(where, options)
    print(fix(where.project, last.scan, last.identity.commit, where.git.commit(), where.git.dirty(), write))
    return 0


def run_baseline(options: Options) -> int:
    from .commands.baseline import baseline

    where = bench_of(options)
    print(baseline(where.project / where.config.policy.baseline, _view(where, options), now().date()))
    return 0


def run_evidence(options: Options) -> int:
    from .commands.check_evidence import check_evidence

    outcome, text = check_evidence(_folder(project_of(options)[0], options))
    print(text)
    return outcome.exit_code


def _named(project: Path, options: Options) -> Path | None:
    return runs.join(project, options.run) if options.run else None


def _folder(project: Path, options: Options) -> Path:
    """The run that is meant: the named one, else the newest. Raises `ReleaseError` when there is none."""
    folder = _named(project, options) or runs.newest(project)
    if folder is None:
        raise ReleaseError("There is no run here yet.", "Run `secure-release scan`, or give --run.", EXIT_CONFIG)
    return folder


def _view(where: Bench, options: Options) -> RunView:
    folder = _folder(where.project, options)
    return view(entries_in(folder), EvidenceFolder(folder / "evidence"))


def _console(options: Options) -> Console:
    return to_stderr() if options.format == "json" else to_stdout()


def _print(release: Release, stage: Stage | None, options: Options, console: Console, prefix: Callable[[], str]) -> None:
    """The reasons last, then where the report is. For machines: verdict.json, alone. Then what the CI shows."""
    seen = view(release.journal.entries, release.evidence)
    if options.format == "json":
        machine_readable(REPORTS["verdict.json"](seen))
    else:
        _print_text(seen, release, console)
    show(seen, stage, prefix, options.format == "json")


def _print_text(seen: RunView, release: Release, console: Console) -> None:
    console.line(after_the_stages(seen))
    console.line(str(release.folder / "report.html"))
