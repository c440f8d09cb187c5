"""What a gate holds a release to: policy, waivers, baseline. With `decide` in policy.py this is the whole law."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from secure_release.checks import Confidence, Severity


class Strict(BaseModel):
    """A section of a file that people write: frozen, no unknown key, no silent conversion."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Policy(Strict):
    """What is refused, what is required."""

    require: tuple[str, ...] = Field(
        ("bandit", "semgrep", "flows", "pip-audit", "secrets", "workflows", "sbom", "clock"),
        description="Checks without whose answer there is no release.",
    )
    refuse: Severity = Field(Severity.HIGH, description="A finding of this severity or worse refuses the release.")
    refuse_for: dict[str, Severity] = Field(default_factory=dict, description="The same, for one check by its name.")
    min_confidence: Confidence = Field(Confidence.LOW, description="Findings less sure than this are shown, not judged.")
    unknown_severity: Severity = Field(Severity.HIGH, description="What an advisory without a rating counts as.")
    tests: Literal["low", "same"] = Field(
        "low",
        description="What weaknesses in tests, and in examples and documentation outside of packages, count as: `low` (and `assert` in tests "
        "is none), or the `same` as everywhere. A file that is named like a test and that released code leads to is none.",
    )
    unreachable: Literal["same", "low"] = Field(
        "same",
        description="What a known hole counts as when no released file imports its distribution: the `same`, or `low`. Another "
        "distribution may import it all the same.",
    )
    inline: Literal["accept", "refuse"] = Field(
        "accept", description="Whether `# nosec` and `# nosemgrep` comments excuse a finding."
    )
    max_waiver_days: int = Field(365, ge=1, le=3660, description="No waiver may end later than this many days from today.")
    patch_test: Literal["required", "off"] = Field("required", description="Whether a release needs a patch test.")
    backup: Literal["required", "off"] = Field(
        "required", description="Whether a release that deploys needs a backup of something."
    )
    pending: Literal["accept", "refuse"] = Field(
        "accept", description="Whether a release may go out while a patch that tested safe has not been taken."
    )
    waivers: str = Field("secure-release.waivers.yml", description="The file with the waivers, if there is one.")
    baseline: str = Field("secure-release.baseline.json", description="The file with the baseline, if there is one.")

    @field_validator("waivers", "baseline")
    @classmethod
    def _inside(cls, path: str) -> str:
        return inside(path)


class Waiver(Strict):
    """An accepted finding or gap. It ends on the day after `until`."""

    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{20}$")]
    owner: Annotated[str, Field(min_length=1, max_length=200)]
    reason: Annotated[str, Field(min_length=10, max_length=2000)]
    until: date


class WaiverFile(Strict):
    waivers: tuple[Waiver, ...] = ()


class Baseline(Strict):
    """Findings that stood before the gate was introduced: shown, not refused, never for gaps."""

    taken: date
    commit: str
    fingerprints: tuple[str, ...]


class Law(Strict):
    """Policy, waivers and baseline as they were read, and from where: `working tree`, or a commit of the trusted ref."""

    policy: Policy
    waivers: tuple[Waiver, ...]
    baseline: Baseline | None
    read_from: str


def inside(path: str) -> str:
    """A path that stays in the project. Raises `ValueError` with the remedy."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts:
        raise ValueError("must be a path inside the project, without `..`")
    return path
