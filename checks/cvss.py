"""The CVSS 3 base score of a vector, and what ratings mean: FIRST's specification 3.1, sections 5, 7.1, 7.4 and appendix A."""

from __future__ import annotations

from collections.abc import Mapping

from .finding import Severity

WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}
WORDS = {
    "NONE": Severity.INFO,
    "LOW": Severity.LOW,
    "MODERATE": Severity.MEDIUM,
    "MEDIUM": Severity.MEDIUM,
    "HIGH": Severity.HIGH,
    "CRITICAL": Severity.CRITICAL,
}


def base_score(vector: str) -> float:
    """The base score, 0.0 to 10.0, of a `CVSS:3.0/` or `CVSS:3.1/` vector. Raises `ValueError` for anything else."""
    head, *parts = vector.strip().split("/")
    if head not in ("CVSS:3.0", "CVSS:3.1"):
        raise ValueError(f"not a CVSS 3 vector: {vector[:80]!r}")
    metrics = dict(part.split(":", 1) for part in parts)
    try:
        changed = {"U": False, "C": True}[metrics["S"]]
        weight = {name: table[metrics[name]] for name, table in WEIGHTS.items()}
        privileges = PRIVILEGES[metrics["S"]][metrics["PR"]]
    except KeyError as missing:
        raise ValueError(f"a CVSS 3 vector without a valid {missing}: {vector[:80]!r}") from missing
    return _combined(weight, privileges, changed)


def _combined(weight: Mapping[str, float], privileges: float, changed: bool) -> float:
    base = 1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"])
    impact = 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 if changed else 6.42 * base
    if impact <= 0:
        return 0.0
    exploitability = 8.22 * weight["AV"] * weight["AC"] * privileges * weight["UI"]
    return _roundup(min((1.08 if changed else 1.0) * (impact + exploitability), 10.0))


def _roundup(number: float) -> float:
    """Up to one decimal, by whole numbers: the specification's way round floating point."""
    whole = round(number * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (whole // 10_000 + 1) / 10


def rating(score: float) -> Severity:
    """The qualitative rating of a score."""
    if score <= 0:
        return Severity.INFO
    limits = ((4.0, Severity.LOW), (7.0, Severity.MEDIUM), (9.0, Severity.HIGH))
    return next((severity for limit, severity in limits if score < limit), Severity.CRITICAL)
