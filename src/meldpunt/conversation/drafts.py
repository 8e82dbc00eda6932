"""A letter that somebody has begun: kept sealed, for who wrote it, until it goes or is thrown away."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from meldpunt.cases import access, extras
from meldpunt.cases.rules import Purpose
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.vault.keyring import VaultKeys

KIND = "conversation.draft"  # sealed to the desk's key: no receipt opens it
LONGEST = 100_000  # characters


@dataclass(frozen=True, slots=True)
class Begun:
    text: str = field(repr=False)
    at: datetime


@transaction.atomic
def keep(ref: CaseRef, text: str, *, by: Actor, now: datetime) -> None:
    """Keep what was written so far, in the place of what was kept before; nothing for nothing."""
    access.admit(by, ref, Right.WRITE)
    extras.drop(ref, KIND, by=by, now=now, own=True)
    if text.strip():
        extras.put(ref, KIND, {"text": text[:LONGEST]}, to=Purpose.DESK, by=by, now=now)


@transaction.atomic
def throw_away(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """The letter went, or is not wanted any more."""
    extras.drop(ref, KIND, by=by, now=now, own=True)


def begun(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> Begun | None:
    """What this person has begun to write in this case."""
    mine = [one for one in extras.of_case(viewer, ref, (KIND,), keys) if one.by == str(viewer)]
    return Begun(mine[-1].payload["text"], mine[-1].at) if mine else None
