"""The opener's part in looking up keys, done when no letter waits: who needs a key, and what was found.

A letter makes no question by itself: the ledger says that somebody wrote, and this reads on in the
ledger.  So a crash loses no question, and no letter waits for one.
"""

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from meldpunt.cases.senders import sender_of
from meldpunt.conversation import keyfound
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.errors import OutsideFailure, Refusal
from meldpunt.ground.values import Actor
from meldpunt.ledger.follow import follow
from meldpunt.ledger.log import Told
from meldpunt.vault import keyring, keysearch
from meldpunt.vault.errors import NotSought
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.rules import Receipt, receipt_from_random
from meldpunt.works import process

FOLLOWER = "keys-wanted"
HEARD = ("case.opened", "reporter.wrote", "reporter.key-pinned")
EVERY = 1.0  # seconds
FEW = 5  # in one turn, so that a letter that comes meanwhile does not wait
NO_FINDER = timedelta(seconds=5)  # to wait for a finder that has made no key yet
HINDERED = timedelta(hours=1)


class KeysWanted:
    """One for the life of the opener.  ``keys`` are the vault's; ``folder`` holds the finder's public key."""

    def __init__(self, folder: Path, keys: VaultKeys, by: Actor) -> None:
        self._folder, self._keys, self._by = folder, keys, by
        self._next = 0.0

    def turn(self, letterhead: Letterhead, now: datetime) -> int:
        """Do a little of what there is, once a second.  Returns how many were looked at."""
        if time.monotonic() < self._next:
            return 0
        count = follow(FOLLOWER, lambda told: self._hear(told, now), pages=1)
        for token in keysearch.due(now, FEW):
            self._safely(self._look_after, token, now)
            count += 1
        for token in keysearch.answered(FEW):
            self._safely(lambda token, now: self._take_up(token, letterhead, now), token, now)
            count += 1
        self._next = 0.0 if count else time.monotonic() + EVERY
        return count

    def _hear(self, told: Told, now: datetime) -> None:
        if told.kind in HEARD and told.at > now - keyfound.ALIVE and (token := sender_of(told.stream)):
            keysearch.concern(token, by=self._by, now=now)

    def _safely(self, work: Callable[[str, datetime], None], token: str, now: datetime) -> None:
        """One that we fail on rests for a while, and stops no other."""
        try:
            work(token, now)
        except NotSought:
            return  # another opener was quicker
        except (Refusal, OutsideFailure) as no:
            process.say(f"A reporter's key could not be looked after: {no}")
            keysearch.rest(token, now + HINDERED, by=self._by, now=now)

    def _look_after(self, token: str, now: datetime) -> None:
        finder = keyring.public(self._folder)
        if finder.finder:
            keyfound.look_after(token, finder, keys=self._keys, by=self._by, now=now)
        else:
            keysearch.rest(token, now + NO_FINDER, by=self._by, now=now)

    def _take_up(self, token: str, letterhead: Letterhead, now: datetime) -> None:
        keyfound.take_up(token, letterhead, new_receipt, keys=self._keys, by=self._by, now=now)


def new_receipt() -> Receipt:
    return receipt_from_random(os.urandom(32))
