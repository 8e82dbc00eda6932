"""What other rooms keep with a case, sealed: a consent, a wish, a plan, a statement.

Writing needs no private key, so the portal can do it as well; reading needs the vault's, or a
visit for what is sealed to the key that the reporter has too.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from meldpunt.cases import access, sealed
from meldpunt.cases.models import Case
from meldpunt.cases.models import Extra as Row
from meldpunt.cases.rules import Purpose
from meldpunt.cases.visits import Visiting
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import every, insert, look
from meldpunt.vault import sealing
from meldpunt.vault.keyring import VaultKeys


@dataclass(frozen=True, slots=True)
class Extra:
    """One thing that was kept.  ``payload`` is what JSON can hold."""

    id: str
    kind: str
    at: datetime
    by: str
    payload: Mapping[str, Any] = field(repr=False)


@transaction.atomic(savepoint=False)
def put(ref: CaseRef, kind: str, payload: Mapping[str, Any], *, to: Purpose, by: Actor, now: datetime) -> str:
    """Seal ``payload`` to the key pair ``to`` of the case; return its id.  ``kind``: ``<room>.<what>``."""
    case = look(Case, "id", f"{to}_public", ref=ref)
    if case is None:
        raise access.no_such_case(ref)
    identity = secrets.token_hex(16)
    closed = sealing.seal(bytes(case[1]), json.dumps(payload).encode(), _context(ref, kind, identity))
    insert(Row(id=identity, case_id=case[0], kind=kind, purpose=to, at=now, by=str(by), sealed=closed))
    return identity


@transaction.atomic(savepoint=False)
def drop(ref: CaseRef, kind: str, *, by: Actor, now: datetime, own: bool = False, id: str = "") -> int:
    """Take away everything of one kind: a wish that was withdrawn.  Returns how many there were.

    ``own``: only what the actor kept; ``id``: only this one.
    """
    rows = Row.objects.filter(case__ref=ref, kind=kind, **({"id": id} if id else {}))
    return (rows.filter(by=str(by)) if own else rows).delete()[0]


def of_case(viewer: Actor, ref: CaseRef, kinds: tuple[str, ...], keys: VaultKeys) -> tuple[Extra, ...]:
    """What was kept of these kinds, oldest first.  ``NoSuchCase`` for who may not see the case."""
    case = access.row(viewer, ref)
    rows = _kept(case.pk, kinds)
    privates = {purpose: sealed.private_key(case, Purpose(purpose), keys) for purpose in {row.purpose for row in rows}}
    return tuple(_open(row, ref, privates[row.purpose]) for row in rows)


def for_reporter(visit: Visiting, kinds: tuple[str, ...]) -> tuple[Extra, ...]:
    """The same for the reporter: only what is sealed to the key of the case."""
    rows = _kept(visit.case_id, kinds)
    return tuple(_open(row, visit.ref, visit.private) for row in rows if row.purpose == Purpose.CASE)


def _kept(case: int, kinds: tuple[str, ...]) -> list[Row]:
    """Of all that was kept, which is little, and which a page asks for several rooms."""
    return [row for row in every(Row, "at", "id", case_id=case) if row.kind in kinds]


def _open(row: Row, ref: str, private: bytes) -> Extra:
    plain = sealing.unseal(private, bytes(row.sealed), _context(ref, row.kind, row.id))
    return Extra(row.id, row.kind, row.at, row.by, json.loads(plain))


def _context(ref: str, kind: str, identity: str) -> str:
    """What the seal is bound to: moved to another case or another kind, it does not open."""
    return f"extra|{ref}|{kind}|{identity}"
