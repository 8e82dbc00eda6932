"""How one room answers what another room did: it reads on, at its own pace.

A follower keeps a bookmark.  Its answers and its bookmark move in one
transaction, so an entry is answered once; if an answer fails, the bookmark
stays and the next turn tries again.  No signals, no bus, no callbacks.
"""

from collections.abc import Callable

from django.db import transaction

from meldpunt.ledger.log import Told, told
from meldpunt.ledger.models import Bookmark, Entry

PAGE = 50  # entries per transaction: many enough to be quick, few enough to let others write


def follow(name: str, answer: Callable[[Told], None]) -> int:
    """Hand every unread entry to ``answer``, oldest first.  Return how many there were."""
    count = 0
    while read := _turn_a_page(name, answer):
        count += read
    return count


def behind(name: str) -> bool:
    """Whether there is anything that this follower has not read.  Takes no lock."""
    upto = Bookmark.objects.filter(name=name).values_list("upto", flat=True).first() or 0
    return Entry.objects.filter(number__gt=upto).exists()


def _turn_a_page(name: str, answer: Callable[[Told], None]) -> int:
    if not behind(name):
        return 0
    with transaction.atomic():
        bookmark, _ = Bookmark.objects.select_for_update().get_or_create(name=name)
        page = list(Entry.objects.filter(number__gt=bookmark.upto).order_by("number")[:PAGE])
        for entry in page:
            answer(told(entry))
        if page:
            bookmark.upto = page[-1].number
            bookmark.save(update_fields=["upto"])
    return len(page)
