"""The shape of `secure-release.yml`: every section, every key, its default and its meaning."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from .fields import Bytes, Inside, Name, Seconds, Words
from .law import Policy, Strict
from .patch_config import PatchSection
from .source_config import AnySource

REMOTE_REPOSITORIES = ("s3:", "sftp:", "rest:")


class ReleaseSection(Strict):
    """What is released."""

    name: Name = Field("project", description="The name of what is released.")
    version_file: Inside | None = Field(None, description="A file that holds the version; else the commit is the version.")


class Exclude(Strict):
    path: str = Field(description="A glob: `*` within a folder, `**` across folders; without a `/` it names files anywhere.")
    reason: Annotated[str, Field(min_length=10)] = Field(description="Why it need not be looked at. It is in the report.")


class SarifCheck(Strict):
    """Any tool that writes SARIF 2.1.0."""

    command: Words = Field(description="`{report}`: where to write; `{files}`: the files, one word each; `{root}`: their folder.")
    specimen: Inside = Field(description="A known-bad file of yours in which the tool must find something on every run.")
    files: str = Field("**", description="Which files it is for: a glob, as in `scan.exclude`.")
    exits: tuple[int, ...] = Field((0, 1), description="The exit codes with which it says that it looked.")


class ScanSection(Strict):
    """How the release is looked at."""

    exclude: tuple[Exclude, ...] = Field((), description="What need not be looked at, with a reason.")
    max_file_size: Bytes = Field(5_000_000, description="A text file above this size is a gap.")
    timeout: Seconds = Field(600.0, description="How long one tool may run.")
    jobs: int | None = Field(None, ge=1, le=256, description="How many tools may run at once; as many as there are cores by default.")
    rules: tuple[str, ...] = Field((), description="More semgrep rules: files of the project, or registry packs (p/...).")
    checks: dict[Name, SarifCheck] = Field(default_factory=dict, description="More checks: tools that write SARIF.")
    costs: dict[str, Seconds] = Field(
        default_factory=dict,
        description="How long each check takes for the whole release, as `report.html` says: `scan --shard` balances by it. "
        "A check that is not named is estimated.",
    )
    skip: tuple[str, ...] = Field((), description="Checks that are not to run. A required one can't be skipped.")


class AdvisorySection(Strict):
    """Where the known holes of distributions come from."""

    source: Literal["index", "osv", "file"] = Field("index", description="The package index, an OSV service, or a snapshot.")
    file: str | None = Field(None, description="For `file`: an OSV dump (.zip) or a folder of OSV records (.json).")
    url: str | None = Field(None, description="For `osv`: the address of the service's query endpoint.")
    max_age: Seconds = Field(604800.0, description="For `file`: older data is no answer.")


class GateSection(Strict):
    trust: str | None = Field(None, description="A git ref: the law is read from there, never from the change under test.")


class KeepSection(Strict):
    last: int = Field(3, ge=1, le=1000, description="So many newest generations are kept.")
    ages: tuple[Seconds, ...] = Field(
        (86400.0, 604800.0, 2592000.0), description="There is always a restore point at least this old, for each."
    )
    prune: bool = Field(True, description="false: nothing is ever removed, as for a repository that only takes more (append-only).")


class DrillSection(Strict):
    """How often a backup is restored and compared."""

    every: Seconds | None = Field(
        None, description="Not with every release, but so often; a release whose data may go back is always drilled."
    )


class BackupSection(Strict):
    """What the release may destroy, and where copies of it are kept."""

    engine: Literal["archive", "restic"] = Field(
        "archive", description="`archive`: tar, zstd and age; `restic`: for large trees and remote repositories."
    )
    repository: str = Field(
        ".secure-release/backups",
        description="Where generations are kept: a folder, relative to the project; for `restic` also s3:, sftp: or rest:.",
    )
    ledger: str = Field(
        ".secure-release/backups", description="The folder of the ledger when `repository` is on another machine."
    )
    recipients: tuple[str, ...] = Field((), description="For `archive`: age public keys that can read the backups.")
    recipients_file: str | None = Field(None, description="For `archive`: a file of age public keys, one a line.")
    password_file: str | None = Field(None, description="For `restic`: a file of mode 0600 with the repository's password.")
    password_command: Words | None = Field(None, description="For `restic`: a command that prints the repository's password.")
    sources: tuple[AnySource, ...] = ()
    scratch: str | None = Field(None, description="Where drills start scratch servers; else the system's temporary folder.")
    keep: KeepSection = KeepSection()
    drill: DrillSection = DrillSection()

    @model_validator(mode="after")
    def _kept_where_it_can(self) -> Self:
        kind = re.match(r"[A-Za-z0-9]{2,}:", self.repository)
        if kind is not None and self.engine != "restic":
            raise ValueError(f"`repository: {kind[0]}` needs `engine: restic`; `archive` keeps generations in a folder")
        if kind is not None and kind[0] not in REMOTE_REPOSITORIES:
            raise ValueError(f"`repository: {kind[0]}` is not known; use a folder, or {', '.join(REMOTE_REPOSITORIES)}")
        return self

    @field_validator("sources")
    @classmethod
    def _named_once(cls, sources: tuple[AnySource, ...]) -> tuple[AnySource, ...]:
        names = [source.name for source in sources]
        if len(names) != len(set(names)):
            raise ValueError("two sources have one name")
        return sources


class DeploySection(Strict):
    """How a release gets to where it runs. `directory`: `site/releases/<id>` and a `current` link; `compose`, `swarm`:
    containers from other images, one by one; `command`: yours."""

    driver: Literal["directory", "compose", "swarm", "command", "none"] = "none"
    site: str | None = Field(None, description="For `directory`: the folder of `releases/` and `current`.")
    prepare: Words | None = Field(None, description="For `directory`: run in the new release's folder before the switch.")
    restart: Words | None = Field(
        None,
        description="For `directory`: run in the project's folder after each switch, forward and back, with `SITE`, `RELEASE`, "
        "`VERSION`, `COMMIT`. `RELEASE` is empty when nothing stands any more: then it only stops. What it starts must detach.",
    )
    keep: int = Field(5, ge=2, le=100, description="For `directory`: so many old releases are kept.")
    apply: Words | None = Field(
        None, description="For `command`: what deploys. `{version}`, `{commit}`; `{source}`: a copy of what was scanned."
    )
    undo: Words | None = Field(
        None, description="For `command`: what takes it back; may run twice. `{previous}`: what `state` said before."
    )
    state: Words | None = Field(None, description="For `command`: prints what is deployed now, in one line; `none` for nothing.")
    project: str | None = Field(None, description="For `compose`: the project whose containers are replaced, by its label.")
    services: dict[str, str] = Field(
        default_factory=dict, description="For `swarm`: each service, and its name in the swarm: `web: shop_web`."
    )
    image: dict[str, str] = Field(
        default_factory=dict,
        description="For `compose` and `swarm`: the image of each service that is rolled out: `web: shop-web:{version}`.",
    )
    images: Literal["tested"] | None = Field(
        None, description="Instead of `image`: `tested` rolls out the images that carry what the patch test found safe."
    )
    settle: Seconds = Field(10.0, description="For `compose` and `swarm`: so long a container without a health check must run.")
    timeout: Seconds = Field(600.0, description="How long one of these commands may take, or one container until it is healthy.")
    env: dict[str, str] = Field(default_factory=dict, description="Environment variables for these commands.")


class Probe(Strict):
    """One question to the running application: an address, or a command that must exit 0."""

    name: Name
    url: str | None = Field(None, pattern=r"^https?://[^\s]+$", description="An http(s) address.")
    status: int = Field(200, ge=100, le=599)
    contains: str | None = Field(None, description="Text that the body must hold; `{version}` is filled in.")
    json_: dict[str, str] = Field(
        default_factory=dict, alias="json", description="Keys of a JSON body and their values; `{version}` is filled in."
    )
    command: Words | None = None
    within: Seconds = Field(30.0, description="It is asked again until then.")
    timeout: Seconds = Field(5.0, description="How long one answer may take.")

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if (self.url is None) == (self.command is None):
            raise ValueError("needs either a `url` or a `command`")
        if self.url is None and (self.contains is not None or self.json_):
            raise ValueError("`contains` and `json` are for a `url`: a command says it with its exit code")
        return self


class Watch(Strict):
    for_: Seconds = Field(10.0, alias="for", description="How long the new version is watched.")
    every: Seconds = Field(2.0, description="How often the probes are asked meanwhile.")


class VerifySection(Strict):
    """How the new version is asked whether it works."""

    probes: tuple[Probe, ...] = ()
    watch: Watch | None = None

    @field_validator("probes")
    @classmethod
    def _named_once(cls, probes: tuple[Probe, ...]) -> tuple[Probe, ...]:
        names = [probe.name for probe in probes]
        if len(names) != len(set(names)):
            raise ValueError("two probes have one name")
        return probes


class Config(Strict):
    """The whole file."""

    version: Literal[1] = Field(1, description="The version of this format.")
    release: ReleaseSection = ReleaseSection()
    scan: ScanSection = ScanSection()
    advisories: AdvisorySection = AdvisorySection()
    patch_test: PatchSection = PatchSection()
    policy: Policy = Policy()
    gate: GateSection = GateSection()
    backup: BackupSection = BackupSection()
    deploy: DeploySection = DeploySection()
    verify: VerifySection = VerifySection()
    tools: dict[str, str] = Field(default_factory=dict, description="Where a tool is, when it is not to be looked for.")
