"""A letter leaves the case again before its reporter could read it.  A command as in ``commands.py``."""

import json
from datetime import datetime

from django.db import transaction

from meldpunt.cases import sealed
from meldpunt.cases.errors import NoSuchCase, TooLate
from meldpunt.cases.models import Case, Record
from meldpunt.cases.rules import FileRef, Purpose, RecordKind
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.vault.keyring import VaultKeys


@transaction.atomic(savepoint=False)
def take_letter_back(
    ref: CaseRef, record: str, *, keys: VaultKeys, by: Actor, now: datetime
) -> tuple[str, tuple[FileRef, ...], datetime]:
    """Take a letter of the actor's own out of the case; return its text and files, and when it was written.

    ``TooLate`` for one that can have been read.  Who calls this tells the ledger.
    """
    case = Case.objects.select_for_update().filter(ref=ref).first()
    if case is None:
        raise NoSuchCase("There is no case %(ref)s.", ref=ref)
    row = Record.objects.filter(case=case, pk=record, kind=RecordKind.TO_REPORTER, by=str(by)).first()
    if row is None or row.open_from is None or row.open_from <= now:
        raise TooLate("That letter has gone. Write another one if something in it was wrong.")
    written = json.loads(sealed.open_record(row, case.ref, sealed.private_key(case, Purpose.CASE, keys)))
    row.delete()
    return str(written["text"]), tuple(FileRef(**file) for file in written["files"]), row.at
