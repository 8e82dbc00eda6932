"""A letter goes once: a form carries a key that can be used a single time.

The key is spent in the same transaction as the act, so an act that was refused leaves its
key unspent.  Whoever goes back and sends again, or clicks twice, acts once.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.db import transaction

from meldpunt.desk.errors import CaseMoved
from meldpunt.desk.middleware import DeskRequest
from meldpunt.ground.values import CaseRef
from meldpunt.ledger import log

# A mail server took what we wrote, a colleague saw that one came back: nothing to read before answering
QUIET = frozenset({"letter.sent", "undelivered.noticed"})
REMEMBERED = 7 * 24 * 3600  # seconds


def fresh_key() -> str:
    """For a hidden field of a form."""
    return secrets.token_urlsafe(16)


@contextmanager
def once(request: DeskRequest, ref: str) -> Iterator[bool]:
    """A transaction in which the posted key is spent.  Gives False when it was spent before."""
    digest = hashlib.sha256(request.POST.get("once", "").encode()).hexdigest()  # whatever was typed there
    with transaction.atomic():
        yield cache.add(f"desk-once:{request.user.pk}:{ref}:{digest}", True, REMEMBERED)


def seen(ref: CaseRef) -> int:
    """How much has happened in a case, as far as it could change an answer.  For a hidden field of a form."""
    return sum(entry.kind not in QUIET for entry in log.read(ref))


def check_unmoved(ref: CaseRef, read: str) -> None:
    """Refuse when something happened since the page was read on which ``seen`` said ``read``."""
    if read != str(seen(ref)):
        raise CaseMoved("Something happened in this case after you opened the page. Nothing was sent.")
