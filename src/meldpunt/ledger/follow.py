"""How one room answers what another room did: it reads on, at its own pace.

A follower keeps a bookmark.  Its answers and its bookmark move in one
transaction, so an entry is answered once; if an answer fails, the bookmark
stays and the next turn tries again.  No signals, no bus, no callbacks.
"""

from collections.abc import Callable, Collection

from django.db import transaction

from meldpunt.ledger.line import ask
from meldpunt.ledger.log import Told, length, told
from meldpunt.ledger.models import Bookmark, Entry
from meldpunt.ledger.rows import change

PAGE = 50  # entries per transaction: many enough to be quick, few enough to let others write


def follow(
    name: str,
    answer: Callable[[Told], None],
    pages: int | None = None,
    page: int = PAGE,
    kinds: Collection[str] | None = None,
) -> int:
    """Hand every unread entry to ``answer``, oldest first, at most so many ``pages``.  Return how many there were.

    ``kinds``: only these concern it; the others count as read.
    """
    count = turned = 0
    while (pages is None or turned < pages) and (read := _turn_a_page(name, answer, page, kinds)):
        count += read
        turned += 1
    return count


def behind(*names: str) -> list[str]:
    """Those of these followers who have something left to read.  One look, without a lock: it is often asked."""
    found = ask(
        "SELECT ends.last, mark.name FROM (SELECT MAX(number) AS last FROM ledger_entry) AS ends"
        " LEFT JOIN ledger_bookmark AS mark ON mark.upto >= ends.last"
    )
    if found[0][0] is None:
        return []  # nothing has happened yet
    done = {name for _, name in found}
    return [name for name in names if name not in done]


def hold(name: str) -> None:
    """Keep this follower from reading on until the transaction ends."""
    _held(name)


def move_to_end(name: str) -> None:
    """The follower knows everything that there is: it was told by another way, in this transaction."""
    Bookmark.objects.filter(name=name).update(upto=length())


def _turn_a_page(name: str, answer: Callable[[Told], None], most: int, kinds: Collection[str] | None) -> int:
    if not behind(name):
        return 0
    with transaction.atomic():
        before = _held(name)
        last = length()  # before the page: what is told in between is left for the next one
        rows = Entry.objects.filter(number__gt=before, number__lte=last).order_by("number")
        page = list((rows if kinds is None else rows.filter(kind__in=kinds))[:most])
        for entry in page:
            answer(told(entry))
        upto = page[-1].number if len(page) == most else last
        if upto != before:
            change(Bookmark, {"upto": upto}, name=name)
    return upto - before


def _held(name: str) -> int:
    """Where the bookmark lies, a new one at the beginning; nobody else moves it until the transaction ends."""
    [(upto,)] = ask(
        "INSERT INTO ledger_bookmark (name, upto) VALUES (%s, 0)"
        " ON CONFLICT (name) DO UPDATE SET upto = ledger_bookmark.upto RETURNING upto",
        [name],
    )
    return int(upto)
