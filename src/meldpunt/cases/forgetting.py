"""Who reported is forgotten; what was reported stays.  A command as in ``commands.py``."""

from datetime import datetime

from django.db import transaction

from meldpunt.cases import access, sealed
from meldpunt.cases.models import Case, Extra, Record, Seal
from meldpunt.cases.rules import Purpose, Reach, RecordKind, Reporter, key_context, record_context
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.vault import commands as vault
from meldpunt.vault import sealing
from meldpunt.vault.keyring import VaultKeys


@transaction.atomic(savepoint=False)
def forget_reporter(ref: CaseRef, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Destroy the identity key of a case, and begin anew with nobody.

    Name, address, OpenPGP key, the letters as they came, and what other rooms kept of the person: whatever was
    sealed to that key opens no more, wherever a copy of it lies.  Who tells the ledger is the room that asks.
    """
    access.admit(by, ref, Right.PRIVACY)
    case = Case.objects.select_for_update().get(ref=ref)
    token = case.sender
    pair = sealing.new_pair()
    case.identity_public = pair.public
    held = sealing.seal(keys.public.vault, pair.private, key_context(ref, Purpose.IDENTITY, sealed.VAULT))
    Seal.objects.filter(case=case, purpose=Purpose.IDENTITY).update(sealed=held)
    sealed.seal_reporter(case, Reporter(), keys)
    case.sender, case.reach = "", Reach.PAGE
    case.save(update_fields=["identity_public", "identity", "who", "has_key", "sender", "reach"])
    Extra.objects.filter(case=case, purpose=Purpose.IDENTITY).delete()
    for record in Record.objects.filter(case=case, kind=RecordKind.RAW):
        record.sealed = sealing.seal(pair.public, b"", record_context(ref, record.id, record.kind))
        record.save(update_fields=["sealed"])
    if token and not Case.objects.filter(sender=token).exists():
        vault.forget_correspondent(token, by=by, now=now)
