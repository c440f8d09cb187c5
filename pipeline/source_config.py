"""The shape of `backup.sources`: one small section for each kind of thing that can be backed up."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .fields import Name, Words
from .law import Strict

OnRollback = Annotated[
    Literal["never", "if-unchanged", "always"], Field(description="Whether a rollback puts this data back.")
]
Port = Annotated[int, Field(ge=1, le=65535)]
Text = Annotated[str, Field(min_length=1, pattern=r"^[^\x00\n\r]*$")]


class Assertion(Strict):
    """SQL that is asked of the restored database, and the output that it must have."""

    sql: Text
    expect: str = Field(description="What it must print: columns apart by `|`, rows by line ends; space at both ends is cut.")


class SourceSection(Strict):
    """A folder or file, or an SQLite database."""

    name: Name
    type: Literal["path", "sqlite"]
    path: str = Field(description="The folder or file; relative to the project.")
    exclude: tuple[str, ...] = Field((), description="For `path`: globs that are left out, as in `scan.exclude`.")
    on_rollback: OnRollback = "never"


class DatabaseSection(Strict):
    """What both servers are told. There is no key for a password: it belongs into a file."""

    name: Name
    dbname: Text
    host: Text | None = Field(None, description="A name or an address; of PostgreSQL also the folder of a socket. Else what the client assumes.")
    port: Port | None = None
    user: Text | None = None
    assertions: tuple[Assertion, ...] = Field((), description="What must hold of every restored copy.")
    on_rollback: OnRollback = "never"


class PostgresSection(DatabaseSection):
    """A PostgreSQL database, dumped from one snapshot."""

    type: Literal["postgres"]
    passfile: Text | None = Field(None, description="A libpq password file, 0600; else `PGPASSFILE`, else `~/.pgpass`.")
    sslmode: Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] | None = None
    maintenance: Text = Field("postgres", description="Another database of the server: a rollback renames from there.")


class MysqlSection(DatabaseSection):
    """A MySQL or MariaDB database."""

    type: Literal["mysql"]
    socket: Text | None = Field(None, description="The server's socket file, instead of `host` and `port`.")
    password_file: Text | None = Field(None, description="A file, 0600, that holds the password alone.")
    lock: bool = Field(False, description="Lock all tables while they are dumped: needed for tables that know no transactions.")


class VolumeSection(Strict):
    """A volume of the local Docker Engine, with the containers that use it stopped or paused."""

    name: Name
    type: Literal["docker-volume"]
    volume: Text
    consistency: Literal["stop", "pause"] = Field("stop", description="`pause` is as if the power had failed: crash-consistent.")
    exclude: tuple[str, ...] = Field((), description="Globs that are left out, as in `scan.exclude`.")
    on_rollback: OnRollback = "never"


class CommandSection(Strict):
    """What a program writes to standard output is the backup."""

    name: Name
    type: Literal["command"]
    command: Words = Field(description="It runs in the project's folder and must exit with 0.")
    check: Words | None = Field(None, description="Gets the restored bytes on standard input; must exit with 0.")
    may_be_empty: bool = False
    on_rollback: Literal["never"] = Field("never", description="There is no way to put it back that we know.")


AnySource = Annotated[
    SourceSection | PostgresSection | MysqlSection | VolumeSection | CommandSection, Field(discriminator="type")
]
