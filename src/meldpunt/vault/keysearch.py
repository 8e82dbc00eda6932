"""Whose key is looked up in a key directory, and what came of it: a durable to-do.

Three take part.  Who holds the vault's key *asks*: it seals the address to the finder's key.
The *finder* faces the network, opens addresses that are asked for and nothing else, and seals what
it found to the vault.  Who asked *takes it up*.  In between a row rests, and holds no address.
Used by the engines through these commands; times are UTC.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from meldpunt.ground.values import Actor
from meldpunt.ledger import log
from meldpunt.vault import sealing
from meldpunt.vault.errors import NotSought
from meldpunt.vault.events import KeySought
from meldpunt.vault.keyring import PublicKeys, VaultKeys
from meldpunt.vault.models import KeySearch

AGAIN = timedelta(days=1)  # after an answer that was no
REFRESH = timedelta(days=7)  # after a key was found
SOON = timedelta(hours=1)  # after trouble; twice as long each time, up to ``AGAIN``


class Outcome(StrEnum):
    FOUND = "found"
    NONE = "none"  # the directory has no key, or there is no directory
    TROUBLE = "trouble"  # it did not answer as it should; asked again sooner


@dataclass(frozen=True, slots=True)
class Answer:
    """What a directory said.  ``data`` is as it came: not yet known to be a key at all."""

    outcome: Outcome
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Sought:
    """Somebody whose key is looked up from time to time.  ``told``: token of another key that was shown."""

    found: bool
    told: str


@transaction.atomic
def concern(token: str, *, by: Actor, now: datetime) -> None:
    """Look, soon, at whether the key of this address (by its token) is wanted.  Nothing for who is looked after."""
    KeySearch.objects.bulk_create([KeySearch(address=token, next_at=now)], ignore_conflicts=True)


def due(now: datetime, limit: int) -> list[str]:
    """Whose rest is over, the longest ago first."""
    return _tokens(KeySearch.RESTING, limit, now)


def sought(token: str) -> Sought:
    """How it stands.  ``NotSought`` when this one is not looked after (any more)."""
    row = _row(token)
    return Sought(row.found, row.told)


@transaction.atomic
def ask(token: str, address: str, *, keys: PublicKeys, by: Actor, now: datetime) -> None:
    """Have the finder look for the key of ``address``."""
    row = _hold(token)
    row.state, row.next_at = KeySearch.WANTED, now
    row.sealed = sealing.seal(keys.finder, address.encode(), f"key-wanted|{token}")
    row.save(update_fields=["state", "next_at", "sealed"])


@transaction.atomic
def rest(token: str, until: datetime, *, by: Actor, now: datetime) -> None:
    """Nothing is wanted before ``until``."""
    row = _hold(token)
    row.state, row.next_at, row.sealed = KeySearch.RESTING, until, b""
    row.save(update_fields=["state", "next_at", "sealed"])


@transaction.atomic
def forget(token: str, *, by: Actor, now: datetime) -> None:
    """Do not look after this one any longer."""
    KeySearch.objects.filter(address=token).delete()


def wanted(now: datetime, limit: int) -> list[str]:
    """What the finder should look for now."""
    return _tokens(KeySearch.WANTED, limit, now)


def address_of(token: str, finder_key: bytes) -> str:
    """The address that was asked for.  Needs the finder's private key; ``CannotOpen``, ``NotSought``."""
    row = _row(token)
    if row.state != KeySearch.WANTED:
        raise NotSought("Nobody asked for that key.")
    return sealing.unseal(finder_key, bytes(row.sealed), f"key-wanted|{token}").decode()


@transaction.atomic
def wait(token: str, until: datetime, *, by: Actor, now: datetime) -> None:
    """The finder asks later: this domain was asked often enough."""
    KeySearch.objects.filter(address=token, state=KeySearch.WANTED).update(next_at=until)


@transaction.atomic
def answer(token: str, said: Answer, *, keys: PublicKeys, by: Actor, now: datetime) -> None:
    """Keep what the finder came home with, for who holds the vault's key.  Late and second answers are dropped."""
    row = KeySearch.objects.select_for_update().filter(address=token, state=KeySearch.WANTED).first()
    if row is None:
        return
    head = json.dumps([said.outcome]).encode()
    framed = len(head).to_bytes(4, "big") + head + said.data
    row.state, row.next_at = KeySearch.ANSWERED, now
    row.sealed = sealing.seal(keys.vault, framed, f"key-found|{token}")
    row.save(update_fields=["state", "next_at", "sealed"])
    log.append(log.HOUSE, KeySought(said.outcome), by=by, now=now)


def answered(limit: int) -> list[str]:
    """What came home and is not taken up yet."""
    return _tokens(KeySearch.ANSWERED, limit)


def answer_of(token: str, keys: VaultKeys) -> Answer:
    """What came home.  ``CannotOpen``, ``NotSought``."""
    row = _row(token)
    if row.state != KeySearch.ANSWERED:
        raise NotSought("There is no answer.")
    framed = sealing.unseal(keys.private, bytes(row.sealed), f"key-found|{token}")
    split = 4 + int.from_bytes(framed[:4], "big")
    [outcome] = json.loads(framed[4:split])
    return Answer(Outcome(outcome), framed[split:])


@transaction.atomic
def settle(token: str, outcome: Outcome, told: str, *, by: Actor, now: datetime) -> None:
    """The answer is taken up.  ``told``: token of a key that was shown as another one, so that it is told once."""
    row = _hold(token)
    row.failures = min(row.failures + 1, 10) if outcome is Outcome.TROUBLE else 0
    row.found = outcome is Outcome.FOUND or (outcome is Outcome.TROUBLE and row.found)
    row.told = told or row.told
    row.state, row.sealed, row.next_at = KeySearch.RESTING, b"", now + pause(outcome, row.failures)
    row.save(update_fields=["failures", "found", "told", "state", "sealed", "next_at"])


def pause(outcome: Outcome, failures: int) -> timedelta:
    """How long an answer is remembered.  ``failures``: troubles in a row."""
    if outcome is Outcome.FOUND:
        return REFRESH
    return AGAIN if outcome is Outcome.NONE else min(SOON * 2 ** (failures - 1), AGAIN)


def _tokens(state: str, limit: int, now: datetime | None = None) -> list[str]:
    rows = KeySearch.objects.filter(state=state, **({"next_at__lte": now} if now else {}))
    return list(rows.order_by("next_at").values_list("address", flat=True)[:limit])


def _row(token: str) -> KeySearch:
    row = KeySearch.objects.filter(address=token).first()
    if row is None:
        raise NotSought("Nobody asked for that key.")
    return row


def _hold(token: str) -> KeySearch:
    row = KeySearch.objects.select_for_update().filter(address=token).first()
    if row is None:
        raise NotSought("Nobody asked for that key.")
    return row
