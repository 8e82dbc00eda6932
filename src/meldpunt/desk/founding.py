"""The first run: everything that a new house needs, or nothing.

``<data>/keys/founded`` is written last.  Whatever an interrupted attempt has left behind was
never used (the database forgot it), so the next attempt clears it away and begins anew.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from meldpunt.desk import accounts
from meldpunt.desk.errors import AlreadyFounded
from meldpunt.ground.values import Actor, Fingerprint
from meldpunt.ledger import log
from meldpunt.policy import commands as policy_commands
from meldpunt.policy.document import default_text, read
from meldpunt.vault import commands as vault_commands
from meldpunt.vault import keyring
from meldpunt.vault.events import VaultFounded

MARK = "founded"
MADE = ("vault.key", "vault.pub", "outbox.key", "outbox.pub", "desk.secret", "portal.secret")


@dataclass(frozen=True, slots=True)
class FirstHandler:
    """Who sits at the desk first.  Without a password they need a one-time link."""

    username: str
    name: str
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Founded:
    fingerprint: Fingerprint
    policy_version: int
    username: str


def is_founded(folder: Path) -> bool:
    """Whether this data folder has a house in it."""
    return (folder / "keys" / MARK).exists()


def found(
    folder: Path,
    *,
    name: str,
    contact: str,
    languages: Sequence[str] = ("nl", "en"),
    url: str | None = None,
    handler: FirstHandler | None = None,
    by: Actor = accounts.OPERATOR,
    now: datetime,
) -> Founded:
    """Make a house in ``folder``: database, vault, policy, OpenPGP key and the first handler.

    ``name`` of the organisation; ``contact``: the mail address at which reports arrive;
    ``url``: its public web address, if it has one.  Refusals, before anything is made:
    ``AlreadyFounded``, ``BadPolicy`` (name, contact or languages will not do), ``BadHandler``.
    """
    if is_founded(folder):
        raise AlreadyFounded("There is a house in this data folder already: %(folder)s.", folder=folder)
    text = default_text(name=name, contact=contact, languages=languages, url=url or None)
    read(text)
    if handler:
        accounts.check_handler(handler.username, handler.name, handler.password)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    _prepare_database()
    with _all_or_nothing(folder), transaction.atomic():
        vault_commands.found(folder, by=by, now=now)
        keys = keyring.vault(folder, settings.MELDPUNT_ROLE)
        fingerprint = vault_commands.make_organisation_key(name, contact, keys=keys, by=by, now=now)
        version = policy_commands.publish(text, by=by, now=now)
        if handler:
            accounts.create_handler(handler.username, handler.name, handler.password, by=by, now=now)
        _keep_policy(folder / "policy.toml", text)
    _write(folder / "keys" / MARK, now.isoformat())
    return Founded(fingerprint, version, handler.username if handler else "")


def _keep_policy(path: Path, text: str) -> None:
    """The file that the operator edits from now on.  One that stood here is set aside."""
    if path.exists():
        path.replace(path.with_name("policy.toml.old"))
    _write(path, text)


def _prepare_database() -> None:
    """Tables, and the shared cache of rate limits and used codes.  Nothing happens when they are there."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


@contextmanager
def _all_or_nothing(folder: Path) -> Iterator[None]:
    """Key files are outside the database's transaction: take them away when it fails."""
    if _remembered():  # killed between the transaction and the mark: the house stands
        _write(folder / "keys" / MARK, "")
        raise AlreadyFounded("There is a house in this data folder already: %(folder)s.", folder=folder)
    _clear(folder)
    try:
        yield
    finally:
        if not _remembered():
            _clear(folder)


def _remembered() -> bool:
    """Whether the database knows of a vault; if not, the key files were never used."""
    return any(entry.kind == VaultFounded.kind for entry in log.read(log.HOUSE))


def _clear(folder: Path) -> None:
    for name in MADE:
        (folder / "keys" / name).unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    """Only we may read it, and it is on the disk when this returns."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
