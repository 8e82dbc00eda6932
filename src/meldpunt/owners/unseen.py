"""Files of owners that the virus scanner is still to be asked about.  Commands, for who may ask it.

The portal, which took them in, faces the Internet: it can open nothing, and ask nobody.  Whoever holds the vault's key
looks at them a moment later.  No transaction is open meanwhile: a scanner takes its time.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from meldpunt.cases import guests
from meldpunt.cases.errors import NoSuchCase
from meldpunt.cases.rules import WAITS, FileRef
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.owners import kept
from meldpunt.owners.kept import Entry
from meldpunt.owners.models import Entry as Row
from meldpunt.vault.errors import CannotOpen
from meldpunt.vault.keyring import VaultKeys


def waiting(most: int) -> tuple[str, ...]:
    """Those that have files to be looked at, the first ones first."""
    return tuple(Row.objects.filter(unseen=True).order_by("at", "id").values_list("id", flat=True)[:most])


def look(id: str, ask: Callable[[FileRef], FileRef], *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Let ``ask`` look at every file of this one that waits, and keep what it says."""
    seen = _opened(id, keys, by)
    if seen is None:
        _forget(id, by=by, now=now)
        return
    told = replace(seen, files=tuple(ask(file) if file.scan == WAITS else file for file in seen.files))
    _keep(told, by=by, now=now)


@transaction.atomic
def _keep(told: Entry, *, by: Actor, now: datetime) -> None:
    row = Row.objects.select_for_update(of=("self",)).select_related("invitation").filter(pk=told.id).first()
    if row is not None and row.unseen:
        kept.put_again(row, told)


@transaction.atomic
def _forget(id: str, *, by: Actor, now: datetime) -> None:
    """It was erased meanwhile: nobody reads it any more."""
    Row.objects.filter(pk=id).update(unseen=False)


def _opened(id: str, keys: VaultKeys, by: Actor) -> Entry | None:
    row = Row.objects.select_related("invitation").filter(pk=id).first()
    if row is None:
        return None
    ref = CaseRef(row.invitation.case)
    try:
        private = guests.private_keys(by, ref, (row.invitation_id,), keys).get(row.invitation_id)
        return kept.opened(row, ref, private) if private else None
    except (NoSuchCase, CannotOpen):
        return None
