"""Views that somebody keeps for themselves: filters of the first screen, or a question, under a name.

Name and question may say what a report is about, so both are locked.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from meldpunt.cases import access
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor
from meldpunt.ledger.rows import every
from meldpunt.triage.asked import LONGEST
from meldpunt.triage.errors import BadView
from meldpunt.triage.models import View as Row
from meldpunt.vault import sealing
from meldpunt.vault.keyring import VaultKeys

MOST = 20  # of one person
NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class View:
    """``filters`` as ``promises.choosing`` has them, or what is ``asked``; the other is empty."""

    id: int
    name: str = field(repr=False)
    filters: str
    asked: str = field(repr=False)
    first: bool


def of(person: Actor, keys: VaultKeys) -> tuple[View, ...]:
    """The views of a person, in the order in which they were kept."""
    return tuple(_view(row, keys) for row in every(Row, "id", person=person.name))


def _view(row: Row, keys: VaultKeys) -> View:
    name, shows = (
        sealing.unlock(keys.summaries, bytes(one), _context(row.person)).decode() for one in (row.name, row.shows)
    )
    kind, _, said = shows.partition(" ")
    return View(row.pk, name, said if kind == "filters" else "", said if kind == "asked" else "", row.first)


@transaction.atomic
def keep(
    name: str, *, filters: str = "", asked: str = "", first: bool, keys: VaultKeys, by: Actor, now: datetime
) -> None:
    """Keep a view under a name; one with the same name gives way to it.  ``BadView`` for none, or too many."""
    access.check(by, Right.CASE)
    name = " ".join(name.split())[:NAME_LENGTH]
    if not name:
        raise BadView("Give the view a name.")
    mine = Row.objects.select_for_update().filter(person=by.name)
    same = [one.id for one in of(by, keys) if one.name.casefold() == name.casefold()]
    mine.filter(pk__in=same).delete()
    if mine.count() >= MOST:
        raise BadView("You have %(most)d views already. Take one away first.", most=MOST)
    if first:
        mine.update(first=False)
    shows = f"asked {asked[:LONGEST]}" if asked else f"filters {filters}"
    locked = (
        sealing.lock(keys.summaries, text.encode("utf-8", "replace"), _context(by.name)) for text in (name, shows)
    )
    Row.objects.create(person=by.name, name=next(locked), shows=next(locked), first=first)


@transaction.atomic
def drop(view: int, *, by: Actor, now: datetime) -> None:
    """Take a view away; nothing happens when it is somebody else's, or gone."""
    Row.objects.filter(person=by.name, pk=view).delete()


def _context(person: str) -> str:
    return f"view|{person}"
