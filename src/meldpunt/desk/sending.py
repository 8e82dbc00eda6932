"""An act happens once, and on the case as its page showed it.

A form carries a key that can be used a single time, and how much had happened when its page was read.  Both are
looked at in the transaction of the act, with the case held: an act that was refused leaves its key unspent, whoever
clicks twice acts once, and of two people who act at the same moment the second one is told what the first one did.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.db import transaction

from meldpunt.cases import access
from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.middleware import DeskRequest
from meldpunt.ground.values import CaseRef
from meldpunt.ledger import log
from meldpunt.ledger.log import Told

# A mail server took what we wrote, a colleague saw that one came back, a reminder went to the desk itself:
# nothing to read before answering
QUIET = frozenset({"letter.sent", "undelivered.noticed", "promise.reminded"})
TAKEN = frozenset({"case.taken", "case.released"})
REMEMBERED = 7 * 24 * 3600  # seconds
AGAIN = "again"  # what a form says that means the same words a second time: see ``conversation.twice``


def fresh_key() -> str:
    """For a hidden field of a form."""
    return secrets.token_urlsafe(16)


@contextmanager
def once(request: DeskRequest, ref: str) -> Iterator[bool]:
    """A transaction in which the posted key is spent.  Gives False when it was spent before.

    ``CaseMoved`` when the case went on since the page of the form was read.  A letter has to say what was read.
    """
    digest = hashlib.sha256(request.POST.get("once", "").encode()).hexdigest()  # whatever was typed there
    with transaction.atomic():
        first = cache.add(f"desk-once:{request.user.pk}:{ref}:{digest}", True, REMEMBERED)
        if first and ("seen" in request.POST or "letter" in request.POST):
            check_unmoved(CaseRef(ref), request.POST.get("seen", ""))
        yield first


def seen(ref: CaseRef) -> int:
    """How much has happened in a case, as far as it could change an answer.  For a hidden field of a form."""
    return len(_worth_reading(ref))


def news(ref: CaseRef, read: str) -> tuple[Told, ...]:
    """What happened since the page was read on which ``seen`` said ``read``; everything, for what says nothing."""
    known = int(read) if read.isdecimal() and len(read) < 10 else 0
    return tuple(_worth_reading(ref)[known:])


def check_unmoved(ref: CaseRef, read: str, about: Collection[str] = ()) -> None:
    """Refuse when something happened (``about``: something of these kinds) since that page was read.

    Nobody else changes the case until the transaction ends.
    """
    access.hold(ref)
    new = [entry for entry in news(ref, read) if not about or entry.kind in about]
    if new:
        raise CaseMoved("Something happened in this case after you opened the page. Nothing was sent.")


def _worth_reading(ref: CaseRef) -> list[Told]:
    return [entry for entry in log.read(ref) if entry.kind not in QUIET]
