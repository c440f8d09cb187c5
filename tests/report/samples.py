"""Runs to report on, one for each way a release can end, and what an attacker would put into one. All real values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from secure_release.checks import Confidence, Evidence, Finding, Gap, Pin, Place, Result, Severity, Witness, broken, ran, skipped
from secure_release.pipeline.keeping import BackupReport, Drill, Generation, Promise, Taken
from secure_release.pipeline.law import Law, Policy, Waiver
from secure_release.pipeline.patching import (
    HELD,
    Carrier,
    Cloned,
    Consistency,
    Environment,
    Judged,
    Kind,
    Member,
    Patch,
    PatchReport,
    TestRun,
)
from secure_release.pipeline.patching import Verdict as PatchVerdict
from secure_release.pipeline.policy import PatchAnswer, decide
from secure_release.pipeline.records import WHOLE, ScanReport, Suppression
from secure_release.pipeline.release import Entry, Outcome, Reason, Stage, StageResult
from secure_release.pipeline.shipping import DeployReport, Probed, RollbackReport, Undo, VerifyReport
from secure_release.pipeline.view import Identity, RunView

START = datetime(2026, 3, 5, 9, 30, 0, tzinfo=UTC)
TODAY = date(2026, 3, 5)
IDENTITY = Identity(
    run="20260305-093000-7c1f",
    name="webshop",
    version="1.4.2",
    commit="0f5c8a1d9be24c6f7a3b1e0d4c5f6a7b8c9d0e1f",
    branch="release/1.4",
    dirty=("data/notes.txt",),
    tree="3b" * 32,
    config="c0" * 32,
    law_from="origin/main at 9d1b2c3",
    tool="0.1.0",
    machine="ci-runner-3",
)
SHA = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"


def finding(check: str, rule: str, severity: Severity, path: str, line: int, message: str, weakness: str = "") -> Finding:
    return Finding(
        check=check,
        rule=rule,
        severity=severity,
        confidence=Confidence.HIGH,
        message=message,
        place=Place(path, line, line),
        subject=f"{rule} in {path}",
        fix="Write it as its manual says.",
        weakness=weakness,
        advisories=(),
        witnesses=(Witness(check, rule),),
        nth=0,
    )


SHELL = replace(
    finding("bandit", "B602", Severity.HIGH, "webshop/shop.py", 41, "A shell runs a client's text.", "CWE-78"),
    witnesses=(Witness("bandit", "B602"), Witness("semgrep", "python.command-from-request")),
)
ASSERT = finding("bandit", "B101", Severity.LOW, "webshop/guard.py", 12, "An assert is gone when Python runs with -O.", "CWE-703")
WEAK = finding("semgrep", "weak-hash", Severity.HIGH, "webshop/passwords.py", 9, "MD5 does not protect a password.", "CWE-327")
FLASK = replace(
    finding("pip-audit", "GHSA-m2qf-hxjv-5gpq", Severity.HIGH, "requirements.txt", 3, "flask 2.2.2 hands sessions to caches."),
    subject="flask 2.2.2",
    fix="Upgrade to flask 2.2.5.",
    advisories=("CVE-2023-30861", "GHSA-m2qf-hxjv-5gpq"),
)
FLASK_WAIVER = Waiver(
    fingerprint=FLASK.fingerprint,
    owner="mia@shop.example",
    reason="Our cache never stores replies with a cookie; the upgrade goes out with 1.5.",
    until=date(2026, 3, 12),
)
OLD_WAIVER = Waiver(fingerprint="0123456789abcdef0123", owner="tom", reason="Was waiting for the vendor.", until=date(2026, 2, 1))
BIG = Gap("source", "data/catalogue.json", "it is larger than 5 MB", "Exclude it with a reason, or raise `scan.max_file_size`.")
UNPINNED = Gap("pip-audit", "requirements.txt:7 requests>=2", "no version is pinned", "Pin it, with its hash.")
FILES = ("requirements.txt", "webshop/guard.py", "webshop/passwords.py", "webshop/shop.py", "webshop/static/logo.png")
PYTHON = FILES[1:4]


def law(*waivers: Waiver) -> Law:
    policy = Policy(require=("bandit", "semgrep", "pip-audit", "clock"), refuse=Severity.HIGH)
    return Law(policy=policy, waivers=waivers, baseline=None, read_from="origin/main at 9d1b2c3")


def scan(results: dict[str, Result], by: Law, gaps: tuple[Gap, ...] = ()) -> ScanReport:
    return ScanReport(
        results=results,
        titles={"bandit": "dangerous Python", "semgrep": "dangerous flows", "pip-audit": "known holes", "clock": "the clock"},
        seconds={name: 1.5 * number for number, name in enumerate(results, 1)},
        source_gaps=gaps,
        left_out=(("docs/**", "generated from the sources on every build"),),
        files=FILES,
        suppressions=(Suppression("webshop/guard.py", (30,), "bandit", ("B105",), False),),
        trust=(),
        law=by,
        share=WHOLE,
        tests=(),
        reach={"flask": "webshop/app.py:5"},
    )


def results(*found: Finding) -> dict[str, Result]:
    """Every required check ran; the findings are those of its name."""
    looked = {"bandit": PYTHON, "semgrep": PYTHON, "pip-audit": ("flask 2.2.2", "jinja2 3.1.2"), "clock": ("this machine",)}
    return {
        name: ran(tuple(f for f in found if f.check == name), items, (), (Evidence(f"{name}.json", SHA),), ())
        for name, items in looked.items()
    }


def patch(name: str, installed: str, fixed: str, *holes: str) -> Patch:
    return Patch(Kind.PYTHON, name, installed, fixed, holes, (SHA,), (), "")


def patches() -> PatchReport:
    jinja, werkzeug = patch("jinja2", "3.1.2", "3.1.6", "CVE-2024-56326"), patch("werkzeug", "2.2.3", "3.0.6", "CVE-2024-34069")
    run = TestRun(
        frozenset({"tests/test_order.py::test_pays", "tests/test_search.py::test_finds"}),
        frozenset(),
        frozenset(),
        "2 passed",
        3.2,
        "",
    )
    return PatchReport(
        environment=Environment(
            "venv .venv", "3.11.2", (Pin("flask", "2.2.2"), Pin("jinja2", "3.1.2")), "installed", "network namespace", SHA
        ),
        cloned=Cloned(Consistency.NO_DATA, 0.0, ()),
        sources=("offline snapshot of 2026-03-01, 4 days old, sha256 5e884898da28",),
        plan_digest=SHA,
        judged=(
            Judged(jinja, PatchVerdict.SAFE, (), (), ""),
            Judged(
                werkzeug,
                PatchVerdict.BREAKS,
                (),
                ("tests/test_uploads.py::test_keeps_the_name",),
                "E   ImportError: cannot import name 'url_quote'\n1 failed, 11 passed in 2.91s",
            ),
        ),
        safe_set=(jinja,),
        safe_digest=SHA,
        gaps=(),
        baseline=(run, run),
        quarantined=("tests/test_account.py::test_slow_login",),
        runs=6,
        lock_diff="-jinja2==3.1.2\n+jinja2==3.1.6\n",
        carriers=(),
        restarts=("every process that runs from .venv",),
        reboot=(),
    )


def os_patch(kind: Kind, name: str, old: str, new: str, *holes: str) -> Patch:
    members = (Member("web", f"lib{name}:amd64", old, new), Member("db", f"lib{name}:amd64", old, new))
    return Patch(kind, name, old, new, holes, (SHA,), members, "Debian-Security:12/oldstable-security")


def container_patches() -> PatchReport:
    """A compose project: what breaks, what is held, what has no fix, and images that carry the rest."""
    flask = replace(patch("flask", "2.2.2", "2.2.5", "CVE-2023-30861"), members=(Member("web", "flask", "2.2.2", "2.2.5"),))
    openssl = os_patch(Kind.DEB, "openssl", "3.0.11-1", "3.0.15-1~deb12u1", "CVE-2024-5535", "CVE-2024-9143")
    expat = os_patch(Kind.DEB, "expat", "2.5.0-1", "2.5.0-1+deb12u2", "CVE-2024-45490")
    perl = os_patch(Kind.DEB, "perl", "5.36.0-7", "5.36.0-7+deb12u3", "CVE-2024-56406")
    broken = ("E   ImportError: cannot import name 'Markup'", "1 failed, 11 passed in 2.91s")
    return replace(
        patches(),
        environment=Environment("compose project shop: db, web", "3.11.2", (Pin("flask", "2.2.2"),), "installed", "isolated network", SHA),
        cloned=Cloned(
            Consistency.CRASH,
            0.41,
            ("web: the published port 8080/tcp", "web: the variable DB_PASSWORD", "db: the file /run/secrets/db"),
        ),
        sources=("db, web: apt, 214 packages, lists of 2026-03-05, sha256 5e884898da28", *patches().sources),
        judged=(
            Judged(openssl, PatchVerdict.SAFE, (), (), ""),
            Judged(flask, PatchVerdict.BREAKS_WITH, ("jinja2",), ("tests/test_shop.py::test_page",), "\n".join(broken)),
            Judged(expat, PatchVerdict.UNTESTED, (), (), HELD),
            Judged(perl, PatchVerdict.NO_FIX, (), (), ""),
        ),
        safe_set=(openssl,),
        lock_diff="",
        carriers=(
            Carrier("image", "web", "shop-web:secure-release-5e884898da28", f"sha256:{SHA}"),
            Carrier("command", "db", "apt-get install libopenssl:amd64=3.0.15-1~deb12u1", ""),
        ),
        restarts=("db: postgres", "web: gunicorn"),
        reboot=("libc6",),
    )


def generation(number: int, days: float, drilled: bool = True) -> Generation:
    at = START - timedelta(days=days)
    drill = Drill(True, (), 2.4, at + timedelta(seconds=8)) if drilled else None
    taken = Taken("shop-db", "sqlite", "data/shop.db", "online backup", SHA, 1204, 3_400_000, "change counter 812")
    return Generation(
        id=f"{at:%Y%m%d-%H%M%S}-{number:04d}",
        sequence=number,
        at=at,
        run=IDENTITY.run,
        commit=IDENTITY.commit,
        engine="archive",
        taken=(
            taken,
            replace(taken, source="uploads", type="path", path="data/uploads", items=88, consistency="files stable while read"),
        ),
        size=812_345,
        sha256=SHA,
        drill=drill,
        pinned=("last release",) if days else ("open release",),
    )


def backup() -> BackupReport:
    now = generation(14, 0)
    return BackupReport(
        generation=now,
        kept=(generation(2, 9.5), generation(11, 2, drilled=False), now),
        pruned=("20260220-093000-0001",),
        promises=(
            Promise(86400.0, generation(11, 2).id, None),
            Promise(2_592_000.0, "", START + timedelta(days=20.5)),
        ),
        exposure=(),
    )


def probed(name: str, healthy: bool, said: str, after: float) -> Probed:
    return Probed(name, healthy, said, START + timedelta(seconds=after), 0.021)


def deploy() -> DeployReport:
    undo = Undo(
        driver="directory",
        previous="releases/20260301-1.4.1",
        previous_version="1.4.1",
        steps=("Point `current` at releases/20260301-1.4.1.", "Run deploy/restart."),
        data={"current": "releases/20260301-1.4.1"},
    )
    return DeployReport(undo, "releases/20260305-1.4.2", (probed("healthz", True, "200, version 1.4.1", 70),))


VERIFIED = VerifyReport((probed("healthz", True, "200, version 1.4.2", 78), probed("search", True, "200, 5 teas", 79)), 10.0, 5)
FAILED = VerifyReport((probed("healthz", False, "500 Internal Server Error", 78),), 0.0, 1)


def result(stage: Stage, outcome: Outcome, summary: str, *reasons: Reason) -> StageResult:
    at = START + timedelta(seconds=12 * list(Stage).index(stage))
    return StageResult(stage, outcome, summary, reasons, (Evidence(f"{stage}.json", SHA),), at, at + timedelta(seconds=9.25))


def entries(stages: Sequence[StageResult], finished: datetime | None, *more: Entry) -> tuple[Entry, ...]:
    lines: list[tuple[str, str, datetime, dict[str, object]]] = [("run-started", "", START, {})]
    for item in stages:
        lines.append(("stage-started", item.stage, item.started, {}))
        lines.append(("stage-finished", item.stage, item.finished, {"outcome": str(item.outcome), "summary": item.summary}))
    lines += [(entry.kind, entry.stage, entry.at, dict(entry.data)) for entry in more]
    lines += [("run-finished", "", finished, {})] if finished else []
    return tuple(Entry(seq, at, kind, stage, data, f"{seq:064x}") for seq, (kind, stage, at, data) in enumerate(lines))


PASSED = {
    Stage.SCAN: "4 checks looked at 5 files",
    Stage.PATCH_TEST: "1 of 2 patches is safe",
    Stage.GATE: "nothing stands against the release",
    Stage.BACKUP: "generation 14 was taken and restored",
    Stage.DEPLOY: "releases/20260305-1.4.2 stands",
    Stage.VERIFY: "2 probes are healthy, watched for 10 s",
}


def whole(report: ScanReport, outcome: Outcome, stages: Sequence[StageResult]) -> RunView:
    """A run with every record that its stages would have left."""
    ran_stages = {item.stage for item in stages}
    tried = patches() if Stage.PATCH_TEST in ran_stages else None
    patch_result = next((item for item in stages if item.stage is Stage.PATCH_TEST), None)
    finished = START + timedelta(seconds=95)
    return RunView(
        identity=IDENTITY,
        started=START,
        finished=finished,
        outcome=outcome,
        stages=tuple(stages),
        scan=report,
        patch_test=tried,
        verdict=decide(report.law, report, PatchAnswer(patch_result, tried) if patch_result is not None else None, TODAY),
        backup=backup() if Stage.BACKUP in ran_stages else None,
        deploy=deploy() if Stage.DEPLOY in ran_stages else None,
        verify=VERIFIED if Stage.VERIFY in ran_stages else None,
        rollback=None,
        interrupted=(),
        entries=entries(stages, finished),
    )


def stages(until: Stage = Stage.VERIFY) -> list[StageResult]:
    return [
        result(stage, Outcome.PASSED, said)
        for stage, said in PASSED.items()
        if list(Stage).index(stage) <= list(Stage).index(until)
    ]


def passed() -> RunView:
    report = scan(results(ASSERT, FLASK), law(FLASK_WAIVER, OLD_WAIVER))
    return whole(report, Outcome.PASSED, stages())


def in_containers() -> RunView:
    return replace(passed(), patch_test=container_patches())


def refused() -> RunView:
    report = scan(results(SHELL, WEAK, ASSERT, FLASK), law(FLASK_WAIVER))
    gate = result(Stage.GATE, Outcome.REFUSED, "2 findings stand against the release")
    return whole(report, Outcome.REFUSED, [*stages(Stage.PATCH_TEST), gate])


def incomplete() -> RunView:
    ended = results(SHELL, FLASK)
    del ended["clock"]
    ended["semgrep"] = broken(
        "it was killed by signal 9", "Give it more memory, or fewer files.", (Evidence("semgrep.stderr", SHA),)
    )
    ended["pip-audit"] = ran((FLASK,), ("flask 2.2.2",), (UNPINNED,), (), ("The advisory data is 4 days old.",))
    ended["workflows"] = skipped("the project has no CI files")
    report = scan(ended, law(FLASK_WAIVER), (BIG,))
    gate = result(Stage.GATE, Outcome.INCOMPLETE, "4 questions have no answer")
    scanned = result(Stage.SCAN, Outcome.INCOMPLETE, "semgrep is broken; 2 gaps")
    return whole(report, Outcome.INCOMPLETE, [scanned, *stages(Stage.PATCH_TEST)[1:], gate])


def rolled_back() -> RunView:
    bad = Reason("healthz was not healthy within 30 s: 500 Internal Server Error", "See the application's log.")
    back = result(Stage.ROLLBACK, Outcome.ROLLED_BACK, "releases/20260301-1.4.1 stands again", bad)
    ended = [*stages(Stage.DEPLOY), result(Stage.VERIFY, Outcome.REFUSED, "healthz is not healthy", bad), back]
    view = whole(scan(results(ASSERT), law()), Outcome.ROLLED_BACK, ended)
    rollback = RollbackReport(
        cause="healthz was not healthy",
        undone=("`current` points at releases/20260301-1.4.1 again",),
        failed=(),
        data=("shop-db: users wrote since the backup, so it is left as it is",),
        probed=(probed("healthz", True, "200, version 1.4.1", 92),),
        by_hand=(),
    )
    return replace(view, verify=FAILED, rollback=rollback)


def stranded() -> RunView:
    view = rolled_back()
    lost = Reason("The restart command ended with exit code 1 on the way back.", "Do the steps by hand, now.")
    assert view.rollback is not None
    return replace(
        view,
        outcome=Outcome.STRANDED,
        stages=(*view.stages[:-1], result(Stage.ROLLBACK, Outcome.STRANDED, "the old release does not answer", lost)),
        rollback=replace(
            view.rollback,
            failed=("deploy/restart ended with exit code 1",),
            probed=(probed("healthz", False, "connection refused", 92),),
            by_hand=("Point `current` at releases/20260301-1.4.1.", "Run deploy/restart.", "Call the person on duty."),
        ),
    )


def interrupted() -> RunView:
    ended = stages(Stage.BACKUP)
    view = whole(scan(results(ASSERT), law()), Outcome.INCOMPLETE, ended)
    cut_off = Entry(0, START + timedelta(seconds=70), "interrupted", "deploy", {"by": "SIGTERM"}, "")
    return replace(view, finished=None, interrupted=("deploy: SIGTERM",), entries=entries(ended, None, cut_off))


def empty() -> RunView:
    return RunView(IDENTITY, START, None, Outcome.INCOMPLETE, (), None, None, None, None, None, None, None, (), entries((), None))


EVIL = (
    "</td><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    "' | ` @everyone {{7*7}} {% x %} [click](javascript:alert(1)) ]]> &lt; \0\x1b[31m\u202egnp.exe\u2066\u200b\udc80\ufffe"
    "\n# head\n| a | b |"
)


def hostile(text: str = EVIL) -> RunView:
    """The same text in every field that somebody else fills."""
    worst = replace(SHELL, message=text, fix=text, rule=text, subject=text, place=Place(text, 1, 2), weakness="CWE-89")
    gap = Gap(text, text, text, text)
    waiver = Waiver(
        fingerprint=ASSERT.fingerprint,
        owner=text[:200].encode(errors="ignore").decode() or "nobody",
        reason="It is known and harmless.",
        until=TODAY,
    )
    ended: dict[str, Result] = {
        **results(worst, ASSERT),
        text: broken(text, text, (Evidence(text, SHA),)),
        "x" + text: skipped(text),
    }
    report = replace(scan(ended, law(waiver), (gap,)), left_out=((text, text),), files=(text, "x" + text), titles={text: text})
    gate = result(Stage.GATE, Outcome.INCOMPLETE, text, Reason(text, text))
    view = whole(report, Outcome.INCOMPLETE, [*stages(Stage.PATCH_TEST), gate, *stages()[3:]])
    assert view.patch_test is not None and view.deploy is not None and view.backup is not None and view.verdict is not None
    strange = replace(patch(text, text, text, text), members=(Member(text, text, text, text),), origin=text)
    bad = replace(view.patch_test.judged[1], patch=strange, others=(text,), tests=(text,), output=text)
    return replace(
        view,
        identity=Identity(text, text, text, text, text, (text,), text, text, text, text, text),
        verdict=replace(view.verdict, warnings=(text,)),
        patch_test=replace(
            view.patch_test,
            environment=Environment(text, text, (), text, text, text),
            cloned=Cloned(Consistency.CRASH, 1.0, (text,)),
            sources=(text,),
            judged=(bad,),
            quarantined=(text,),
            lock_diff=text,
            gaps=(gap,),
            carriers=(Carrier("image", text, text, text),),
            restarts=(text,),
            reboot=(text,),
        ),
        backup=replace(view.backup, pruned=(text,), exposure=(worst,)),
        deploy=replace(view.deploy, standing=text, undo=replace(view.deploy.undo, steps=(text,), previous=text)),
        verify=VerifyReport((probed(text, False, text, 1),), 1.0, 1),
        rollback=RollbackReport(text, (text,), (text,), (text,), (probed(text, False, text, 2),), (text,)),
        interrupted=(text,),
        entries=(*view.entries, Entry(99, START, text, text, {text: text}, text)),
    )


@cache
def many(total: int = 5_000) -> RunView:
    found = (replace(WEAK, place=Place(f"webshop/f{n % 50}.py", n + 1, n + 1), subject=f"line {n}") for n in range(total))
    report = scan(results(*found), law())
    gate = result(Stage.GATE, Outcome.REFUSED, f"{total:,} findings stand against the release")
    return whole(report, Outcome.REFUSED, [*stages(Stage.PATCH_TEST), gate])


SAMPLES: dict[str, Callable[[], RunView]] = {
    "passed": passed,
    "containers": in_containers,
    "refused": refused,
    "incomplete": incomplete,
    "rolled-back": rolled_back,
    "stranded": stranded,
    "interrupted": interrupted,
    "empty": empty,
    "hostile": hostile,
    "many": many,
}
