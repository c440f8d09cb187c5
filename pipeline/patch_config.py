"""The section `patch_test`: what is cloned, which patches are tried, and what is asked of the clones."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from .fields import Bytes, Inside, Name, Seconds, Words
from .law import Strict


class SelectSection(Strict):
    """Which pending patches are tried."""

    kinds: tuple[Literal["python", "os"], ...] = Field(("python", "os"), description="`python` distributions, `os` packages.")
    origins: tuple[str, ...] = Field(
        ("*[Ss]ecurity*",),
        description="For `os`: globs over `label:version/suite`; what comes from elsewhere is no security patch.",
    )
    hold: tuple[str, ...] = Field((), description="Names of patches that are not to be tried. They stay untested.")


class CheckSection(Strict):
    """One more question to a clone: a `url` that must answer, or a command (`run`) that must exit 0."""

    name: Name
    service: Name = Field(description="The service in whose network, or in whose container, it is asked.")
    url: str | None = Field(None, pattern=r"^http://[^\s]+$", description="An http address; services go by their names.")
    status: int = Field(200, ge=100, le=599)
    contains: str | None = Field(None, description="For `url`: text that the body must hold.")
    run: Words | None = Field(None, description="A command in the container.")
    expect: str | None = Field(None, description="For `run`: exactly what it must print, but for space around it.")
    within: Seconds = Field(30.0, description="It is asked again until then.")

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if (self.url is None) == (self.run is None):
            raise ValueError("needs either a `url` or a `run`")
        if (self.contains is not None and self.url is None) or (self.expect is not None and self.run is None):
            raise ValueError("`contains` is for a `url`, `expect` for a `run`")
        return self


class HookSection(Strict):
    """Commands in a source container that have it flush and hold still, and go on."""

    service: Name
    hold: Words = Field(description="Before the copy. It must exit 0.")
    resume: Words = Field(description="After the copy, also when that failed.")


class MaskSection(Strict):
    """A command in a clone's container that is given a file on standard input, before the services that need it start."""

    service: Name
    run: Words
    file: Inside = Field(description="A file of the project, such as SQL that blanks names and addresses.")


class SinkSection(Strict):
    """Something outside that the clone's services talk to: they reach a stand-in that swallows and counts."""

    host: str = Field(pattern=r"^[A-Za-z0-9.-]+$", description="The name that the services use.")
    port: int = Field(ge=1, le=65535)
    kind: Literal["smtp", "http"]


class DockerSection(Strict):
    """For the driver `docker`: which containers are cloned, and how."""

    project: str | None = Field(None, description="A compose project, by its label.")
    container: str | None = Field(None, description="Or one container, by its name.")
    consistency: Literal["crash", "hook", "stopped"] = Field(
        "crash", description="What holds the data still while it is copied: a pause, your `hooks`, or stopping the containers."
    )
    hooks: tuple[HookSection, ...] = ()
    max_pause: Seconds = Field(2.0, description="The source is never held still for longer.")
    precopy_over: Bytes = Field(64_000_000, description="Volumes above this size are copied live first, and the rest under pause.")
    tests_in: Name | None = Field(None, description="The service in whose container `tests` run. `{junit}` is a path there.")
    python: dict[str, str] = Field(
        default_factory=dict, description="Service to the path of the interpreter whose distributions are patched: web: /venv/bin/python"
    )
    env_allow: tuple[str, ...] = Field((), description="Globs of variables that clones may have beside the harmless ones.")
    env: dict[str, str] = Field(default_factory=dict, description="Variables that every clone gets instead of the source's own.")
    scrub: tuple[str, ...] = Field(
        ("/run/secrets/**", "/root/.pgpass", "/root/.netrc", "/root/.aws/**", "/root/.ssh/**", "/root/.docker/**"),
        description="Globs of files that are removed from clones.",
    )
    keep: tuple[str, ...] = Field((), description="Globs of files that clones keep although they may hold a secret.")
    mask: tuple[MaskSection, ...] = ()
    sinks: tuple[SinkSection, ...] = ()
    checks: tuple[CheckSection, ...] = Field((), description="Smoke probes and data checks, asked after every start.")
    start: Seconds = Field(120.0, description="How long a service may take until it runs, or is healthy where it has a health check.")
    memory: Bytes = Field(2_000_000_000, description="No container of a clone gets more.")
    pids: int = Field(1024, ge=16, le=65535, description="No container of a clone runs more processes.")
    expires: Seconds = Field(7200.0, description="Written on every object of a clone; nothing of ours should live longer.")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.project is not None and self.container is not None:
            raise ValueError("needs either a `project` or a `container`, not both")
        if self.consistency == "hook" and not self.hooks:
            raise ValueError("`consistency: hook` needs `hooks`")
        return self

    @field_validator("checks")
    @classmethod
    def _named_once(cls, checks: tuple[CheckSection, ...]) -> tuple[CheckSection, ...]:
        names = [check.name for check in checks]
        if len(names) != len(set(names)):
            raise ValueError("two checks have one name")
        return checks


class PatchSection(Strict):
    """How pending security patches are tried in a clone of the environment."""

    driver: Literal["venv", "docker"] = Field("venv", description="`venv`: a virtual environment; `docker`: running containers.")
    environment: Inside | None = Field(".venv", description="For `venv`: the virtual environment that runs the application.")
    requirements: tuple[Inside, ...] = Field(
        ("requirements.txt",), description="The lock to build the environment from when there is none."
    )
    select: SelectSection = SelectSection()
    docker: DockerSection = DockerSection()
    tests: Words = Field(
        ("python", "-m", "pytest", "--junitxml={junit}"),
        description="The project's tests. `python` is the clone's; `{junit}` is where the result is expected.",
    )
    timeout: Seconds = Field(600.0, description="How long one run of the tests may take.")
    baselines: int = Field(2, ge=1, le=5, description="How often the tests run in the untouched clone.")
    reruns: int = Field(2, ge=0, le=5, description="How often a failing test is run again before it counts.")
    max_runs: int = Field(40, ge=2, le=500, description="After so many runs of the tests the rest stays untested.")
    env: dict[str, str] = Field(default_factory=dict, description="Environment variables for the tests.")

    @model_validator(mode="after")
    def _a_source(self) -> Self:
        if self.driver == "docker" and self.docker.project is None and self.docker.container is None:
            raise ValueError("`driver: docker` needs `docker.project` or `docker.container`")
        if self.driver == "docker" and self.docker.project is not None and self.docker.tests_in is None:
            raise ValueError("`docker.project` needs `docker.tests_in`: the service in which the tests run")
        return self
