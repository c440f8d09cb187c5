"""`verdict.json`: everything a program may want to know of a run. Its shape is `verdict.schema.json`, version 2."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..view import RunView
from . import facts, reasons
from . import patches as tried
from .data import data, written

SCHEMA = 2  # grows when a key changes its meaning or goes away; new keys don't change it


def render(view: RunView) -> str:
    return written(document(view))


def document(view: RunView) -> dict[str, Any]:
    """The whole object, ready for JSON."""
    return {
        "schema": SCHEMA,
        "identity": data(view.identity),
        "started": data(view.started),
        "finished": data(view.finished),
        "outcome": str(view.outcome),
        "exit_code": view.outcome.exit_code,
        "interrupted": data(view.interrupted),
        "reasons": _reasons(view),
        "warnings": data(view.verdict.warnings) if view.verdict else [],
        "stages": [{**data(result), "seconds": facts.took(result)} for result in view.stages],
        **_looked(view),
        "patches": _patches(view),
        "backups": data(view.backup),
        "deploy": data(view.deploy),
        "probes": _probes(view),
        "rollback": data(view.rollback),
        "evidence": [{"stage": str(r.stage), **data(item)} for r in view.stages for item in r.evidence],
        "journal": {"entries": len(view.entries), "head": facts.head(view)},
    }


def _reasons(view: RunView) -> dict[str, Any]:
    found = reasons.against(view)
    later = [{"stage": item.stage, "kind": str(item.kind), **data(item.reason)} for item in found]
    return {
        "refused": data(view.verdict.refused) if view.verdict else [],
        "unanswered": data(view.verdict.unanswered) if view.verdict else [],
        "all": later,
    }


def _looked(view: RunView) -> dict[str, Any]:
    scan = view.scan
    return {
        "law": data(scan.law) if scan else None,
        "files": len(scan.files) if scan else 0,
        "unread": data(facts.unread(view)),
        "left_out": [{"path": data(path), "reason": data(why)} for path, why in scan.left_out] if scan else [],
        "checks": [_check(row) for row in facts.checks(view)],
        "findings": [_finding(row) for row in facts.findings(view)],
        "gaps": [{**data(row.gap), **_standing(row)} for row in facts.gaps(view)],
        "suppressions": data(scan.suppressions) if scan else [],
        "waivers": [{**data(row.waiver), "state": row.state} for row in facts.waivers(view)],
    }


def _check(row: facts.CheckRow) -> dict[str, Any]:
    counts = {"gaps": len(row.gaps), "findings": len(row.findings), "answered": row.answered}
    return {**data(replace(row, gaps=(), findings=())), **counts}


def _finding(row: facts.FindingRow) -> dict[str, Any]:
    return {**data(row.finding), **_standing(row)}


def _standing(row: facts.FindingRow | facts.GapRow) -> dict[str, Any]:
    return {"status": str(row.status), "excused_by": row.by, "waiver": data(row.waiver)}


def _patches(view: RunView) -> dict[str, Any] | None:
    if view.patch_test is None:
        return None
    whole = data(view.patch_test)
    judged = [{"id": judged.patch.id, **data(judged)} for judged in view.patch_test.judged]
    left = [{"hole": hole, "why": why} for hole, why in tried.left_open(view.patch_test)]
    whole["holes"] = data({"closed": tried.closed(view.patch_test), "left_open": left})
    return {**whole, "judged": judged, "safe_set": [patch.id for patch in view.patch_test.safe_set]}


def _probes(view: RunView) -> dict[str, Any]:
    return {
        "before": data(view.deploy.before) if view.deploy else [],
        "after": data(view.verify.probed) if view.verify else [],
        "after_rollback": data(view.rollback.probed) if view.rollback else [],
        "watched_seconds": view.verify.watched_seconds if view.verify else 0.0,
        "rounds": view.verify.rounds if view.verify else 0,
    }
