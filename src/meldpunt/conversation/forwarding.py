"""A letter to somebody else than the reporter: a report that is handed over.  Encrypted to them, or not at all.

It belongs to no case in the outbox: a reporter is not told that a letter "to them" was lost, and an answer to it is
never shown on their page.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from meldpunt.cases import access
from meldpunt.cases.rules import Reporter
from meldpunt.conversation import posting
from meldpunt.conversation.mime import File
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import Draft, Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.vault.errors import UnusableKey
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.openpgp import Key


@transaction.atomic
def forward(
    draft: Draft,
    address: str,
    key: Key,
    letterhead: Letterhead,
    language: str,
    *,
    files: Sequence[File],
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> str:
    """Queue a letter with files, encrypted to ``key`` and signed by us; return its id in the outbox."""
    access.check(by, Right.DISCLOSE)
    if not key.can_encrypt:
        raise UnusableKey("Nothing can be encrypted to that key.")
    return posting.post(
        CaseRef(""),
        draft,
        Reporter(address=address, key=key.data, fingerprint=key.fingerprint),
        letterhead,
        message_id=posting.new_message_id(letterhead),
        answers="",
        automatic=False,
        language=language,
        keys=keys,
        now=now,
        files=files,
    )


def states_of(letters: Iterable[str]) -> Mapping[str, str]:
    """What became of these: ``waiting``, ``sent``, ``undelivered`` or ``recalled``, by id."""
    rows = OutboxLetter.objects.filter(pk__in=[letter for letter in letters if letter])
    return dict(rows.values_list("id", "state"))
