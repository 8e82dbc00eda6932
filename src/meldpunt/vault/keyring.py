"""The key files of a data folder, and which process may load which.

``keys/vault.pub`` and ``keys/outbox.pub`` are public: whoever takes something in needs
them.  ``keys/vault.key`` opens reports, ``keys/outbox.key`` opens letters that wait to be
sent, and nothing else; ``keys/finder.key`` opens the addresses whose keys are being looked up,
``keys/hooks.key`` the addresses of colleagues' webhooks.
The files are outside the database and readable by their owner only; where each process
runs as its own user, file ownership says the same as ``MAY_LOAD``.
"""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from meldpunt.vault import sealing
from meldpunt.vault.errors import AlreadyFounded, NoSuchKey

MAY_LOAD = {
    "vault": frozenset({"desk", "api", "opener", "operator", "setup"}),
    "outbox": frozenset({"post", "operator"}),
    "finder": frozenset({"keyfinder"}),
    "hooks": frozenset({"hooks"}),
}


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What one needs to write and not read."""

    vault: bytes = field(repr=False)
    outbox: bytes = field(repr=False)
    finder: bytes = field(default=b"", repr=False)  # empty until keys are looked up for the first time
    hooks: bytes = field(default=b"", repr=False)  # empty until webhooks are called for the first time


@dataclass(frozen=True, slots=True)
class VaultKeys:
    """What opens reports.  The two derived keys are for this installation's own use only."""

    public: PublicKeys
    private: bytes = field(repr=False)
    tokens: bytes = field(repr=False)  # keyed tokens: find an address without storing it
    summaries: bytes = field(repr=False)  # short lines that lists show, locked and not sealed: many at once


def public(folder: Path) -> PublicKeys:
    """The public keys of a data folder."""
    finder, hooks = (folder / "keys" / f"{name}.pub" for name in ("finder", "hooks"))
    later = [path.read_bytes() if path.exists() else b"" for path in (finder, hooks)]
    return PublicKeys(_read(folder, "vault.pub"), _read(folder, "outbox.pub"), *later)


def vault(folder: Path, role: str) -> VaultKeys:
    """The vault's keys, for the roles that may have them; else ``NoSuchKey``."""
    private = _read_private(folder, "vault", role)
    return VaultKeys(public(folder), private, sealing.derive(private, "tokens"), sealing.derive(private, "summaries"))


def outbox(folder: Path, role: str) -> bytes:
    """The private key of the outbox, for the roles that may have it; else ``NoSuchKey``."""
    return _read_private(folder, "outbox", role)


def finder(folder: Path, role: str) -> bytes:
    """The private key of who looks for keys, for the roles that may have it; else ``NoSuchKey``."""
    return _made_when_needed(folder, "finder", role)


def hooks(folder: Path, role: str) -> bytes:
    """The private key of who calls webhooks, for the roles that may have it; else ``NoSuchKey``."""
    return _made_when_needed(folder, "hooks", role)


def _made_when_needed(folder: Path, name: str, role: str) -> bytes:
    """A key that is made when it is first needed: most houses never do."""
    keys = folder / "keys"
    if role in MAY_LOAD[name] and (keys / "vault.pub").exists() and not (keys / f"{name}.pub").exists():
        pair = sealing.new_pair()
        (keys / f"{name}.key").unlink(missing_ok=True)  # of a start that was broken off
        _write(keys / f"{name}.key", pair.private)
        _write(keys / f"{name}.pub", pair.public)
    return _read_private(folder, name, role)


def create(folder: Path) -> None:
    """Make the folder's keys.  Never overwrites: ``AlreadyFounded`` when there are any."""
    keys = folder / "keys"
    if (keys / "vault.key").exists():
        raise AlreadyFounded("There is a vault in this data folder already.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (keys, folder / "files"):
        path.mkdir(mode=0o700, exist_ok=True)
    for name in ("vault", "outbox"):
        pair = sealing.new_pair()
        _write(keys / f"{name}.key", pair.private)
        _write(keys / f"{name}.pub", pair.public)
    for name in ("desk.secret", "portal.secret"):
        _write(keys / name, secrets.token_urlsafe(48).encode())


def _write(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read_private(folder: Path, name: str, role: str) -> bytes:
    if role not in MAY_LOAD[name]:
        raise NoSuchKey("A process in the role %(role)s does not hold that key.", role=role)
    return _read(folder, f"{name}.key")


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / "keys" / name).read_bytes()
    except FileNotFoundError:
        raise NoSuchKey("There is no vault in this data folder yet.") from None
