"""What the shop needs to know before it opens: its data folder, its version and its secret."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_RELEASE = Path(__file__).resolve().parent.parent
_SHORTEST_SECRET = 32


@dataclass(frozen=True)
class Settings:
    """One shop: where its data is, which release it runs, and the key that signs its sessions."""

    data: Path
    version: str
    secret: str

    @property
    def uploads(self) -> Path:
        """The folder with the files that customers sent."""
        return self.data / "uploads"


def load(data: Path | None, environment: Mapping[str, str]) -> Settings:
    """Settings from the option --data, else WEBSHOP_DATA, else `data/`. Makes the folders; refuses a short secret."""
    folder = (data or Path(environment.get("WEBSHOP_DATA") or "data")).resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "uploads").mkdir(exist_ok=True)
    secret = environment.get("WEBSHOP_SECRET") or _secret_of(folder / "secret.key")
    if len(secret) < _SHORTEST_SECRET:
        raise SystemExit(f"the secret is shorter than {_SHORTEST_SECRET} characters: set a longer WEBSHOP_SECRET")
    return Settings(data=folder, version=(_RELEASE / "VERSION").read_text(encoding="utf-8").strip(), secret=secret)


def _secret_of(file: Path) -> str:
    """The key in this file. The first call makes it; no one but the owner may ever read it."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as new:
        new.write(secrets.token_hex(32) + "\n")
    return file.read_text(encoding="ascii").strip()
