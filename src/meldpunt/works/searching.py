"""What was written in the cases becomes findable: a part of the opener, which holds the vault's key.

A follower like those in ``followers.py``, which hold none.  A house from before there was an index is read from
its beginning.
"""

import time
from collections.abc import Callable
from datetime import datetime
from itertools import islice

from meldpunt.cases import queries as cases
from meldpunt.ground import clock
from meldpunt.ground.values import Actor, Role
from meldpunt.ledger import log
from meldpunt.ledger.follow import behind, follow
from meldpunt.ledger.log import Told
from meldpunt.triage import indexing
from meldpunt.vault.keyring import VaultKeys

INDEXER = Actor(Role.MACHINE, "opener")
FOR = 0.25  # seconds at a time: letters that come in go before
PAGE = 12  # entries, some three new cases, in one transaction: others want to write, too
AT_ONCE = 20  # cases in one transaction when everything is done anew


def catch_up(keys: VaultKeys, now: datetime, seconds: float = FOR) -> bool:
    """Read on in the ledger for about so long.  Returns whether there is more to read."""
    until = time.monotonic() + seconds
    while follow(indexing.FOLLOWER, _answer(keys, now), pages=1, page=PAGE):
        if time.monotonic() > until:
            return waiting()
    return False


def _answer(keys: VaultKeys, now: datetime) -> Callable[[Told], None]:
    """For one page of the ledger: each case once, as it is by now."""
    done: set[str] = set()

    def hear(told: Told) -> None:
        if told.stream == log.HOUSE or told.stream in done or told.kind in indexing.QUIET:
            return
        indexing.index([told.stream], keys=keys, by=INDEXER, now=now)
        done.add(told.stream)

    return hear


def rebuild(keys: VaultKeys, *, by: Actor, show: Callable[[int, int], None]) -> int:
    """Write the whole index anew, a few cases at a time; who searches meanwhile finds the old entries or the new ones.

    ``show`` hears how many of how many are done.  Returns how many cases there are.
    """
    refs = cases.references()
    rest = iter(refs)
    done = 0
    while some := list(islice(rest, AT_ONCE)):
        indexing.index(some, keys=keys, by=by, now=clock.now())
        done += len(some)
        show(done, len(refs))
    indexing.sweep(by=by, now=clock.now(), known=cases.references())
    return len(refs)


def waiting() -> bool:
    """Whether something was written that cannot be found yet."""
    return bool(behind(indexing.FOLLOWER))
