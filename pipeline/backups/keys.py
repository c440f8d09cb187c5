"""age keys: the owner's recipients, a key for one run, and the pair that `backup-key` makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyrage  # type: ignore[import-untyped]

from ..evidence import write_whole
from ..keeping import BackupError

MAKE_ONE = (
    "Make a key with `secure-release backup-key --out DIR`, keep its identity file off this machine, "
    "and name the public key in `backup.recipients`."
)


@dataclass(frozen=True)
class Owner:
    """The owner's keys, as the configuration and the environment name them."""

    recipients: tuple[str, ...]
    recipients_file: Path | None
    identity: Path | None  # the owner's key file, when this machine has it


@dataclass(frozen=True)
class Lock:
    """What to encrypt to: public keys, as age writes them. None for an engine with a key of its own."""

    recipients: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Unlock:
    """What to decrypt with: identities, as age writes them; none for an engine with a key of its own. Has no printable form."""

    identities: tuple[str, ...]


def run_key() -> tuple[str, Unlock]:
    """A key pair that lives only in this process: its public key, and what opens what is encrypted to it."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), Unlock((str(identity),))


def owners(recipients: Iterable[str], file: Path | None) -> tuple[str, ...]:
    """The owner's public keys from the configuration and from a file. Raises `BackupError` when there is none, or a bad one."""
    words = [word.strip() for word in (*recipients, *_lines(file))]
    keys = tuple(dict.fromkeys(word for word in words if word and not word.startswith("#")))
    if not keys:
        raise BackupError("No key to encrypt the backups to is configured.", MAKE_ONE)
    for key in keys:
        _check(key)
    return keys


def read_identity(file: Path | None) -> Unlock:
    """The identities in an age identity file. Raises `BackupError`."""
    if file is None:
        raise BackupError(
            "Reading this backup needs the owner's key.", "Set SECURE_RELEASE_IDENTITY to the path of the age identity file."
        )
    words = tuple(line for line in _lines(file) if line and not line.startswith("#"))
    try:
        for word in words:
            pyrage.x25519.Identity.from_str(word)
    except pyrage.IdentityError as problem:
        raise BackupError(f"{file} holds something that is no age identity.", MAKE_ONE) from problem
    if not words:
        raise BackupError(f"{file} holds no age identity.", MAKE_ONE)
    return Unlock(words)


def make_pair(folder: Path) -> tuple[Path, Path]:
    """Write a new `identity.txt` (0600) and `recipients.txt` into `folder`. Raises `BackupError` rather than replace a key."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret, public = folder / "identity.txt", folder / "recipients.txt"
    for path in (secret, public):
        if path.exists() or path.is_symlink():
            raise BackupError(f"{path} is there already, and backups may need it.", "Name another folder.")
    identity = pyrage.x25519.Identity.generate()
    write_whole(secret, f"# public key: {identity.to_public()}\n{identity}\n".encode(), 0o600)
    write_whole(public, f"{identity.to_public()}\n".encode(), 0o644)
    return secret, public


def _lines(file: Path | None) -> tuple[str, ...]:
    if file is None:
        return ()
    try:
        return tuple(line.strip() for line in file.read_text("ascii").splitlines())
    except (OSError, UnicodeDecodeError) as problem:
        raise BackupError(f"The key file {file} can't be read: {problem}.", MAKE_ONE) from problem


def _check(key: str) -> None:
    if key.upper().startswith("AGE-SECRET-KEY-"):
        raise BackupError(
            "A secret key stands where a public key belongs in `backup.recipients`.",
            "Take it out and make a new pair: a key that stood in a configuration is no secret any more.",
        )
    try:
        pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError as problem:
        raise BackupError(f"`{key[:20]}` is no age public key (age1...).", MAKE_ONE) from problem
