"""Looks for reporters' keys in the key directories of their domains.  ``python -m meldpunt.works.keyfinder``

Runs only when ``key_lookup`` is on.  Faces servers that strangers choose, so it holds the finder's
key alone, which opens the addresses that are asked for at this moment, and reads no key that it
finds: what comes is sealed to the vault, for the opener.
"""

import sys
import time
from collections import deque
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection

from meldpunt.ground import clock
from meldpunt.ground.values import Actor, Role
from meldpunt.vault import keyring, keysearch
from meldpunt.vault.errors import CannotOpen, NotSought
from meldpunt.vault.keyring import PublicKeys
from meldpunt.vault.keysearch import Answer, Outcome
from meldpunt.works import process
from meldpunt.works.keyfetch import Fetcher
from meldpunt.works.side_by_side import side_by_side

FINDER = Actor(Role.MACHINE, "keyfinder")
EVERY = 1.0  # seconds between two looks at the to-do
AT_ONCE = 4  # questions under way
PER_DOMAIN = 30  # questions to one domain within an hour: a flood of letters is no flood to others
HOUR = 3600.0  # seconds
LookUp = Callable[[str], Answer]


class Pace:
    """How often each domain was asked within the last hour.  In memory: a restart forgets it."""

    def __init__(self) -> None:
        self._asked: dict[str, deque[float]] = {}

    def allows(self, address: str, at: float) -> bool:
        """Count a question to the domain of ``address``, if there may be one.  ``at``: monotonic seconds."""
        self._forget(at - HOUR)
        times = self._asked.setdefault(address.rpartition("@")[2].lower(), deque())
        if len(times) >= PER_DOMAIN:
            return False
        times.append(at)
        return True

    def _forget(self, before: float) -> None:
        for domain, times in list(self._asked.items()):
            while times and times[0] < before:
                times.popleft()
            if not times:
                del self._asked[domain]


def turn(look_up: LookUp, pace: Pace, finder_key: bytes, keys: PublicKeys, stop: process.Stop | None = None) -> int:
    """Look for what is wanted, a few at a time.  Returns how many answers came home.

    What is not answered when somebody asks to stop is asked again by the next finder.
    """
    home = 0
    for token, said in side_by_side(look_up, _may_be_asked(pace, finder_key, keys), stop):
        keysearch.answer(token, said, keys=keys, by=FINDER, now=clock.now())
        home += 1
    return home


def _may_be_asked(pace: Pace, finder_key: bytes, keys: PublicKeys) -> dict[str, str]:
    """Token and address of what is wanted and may be asked for now."""
    asked: dict[str, str] = {}
    for token in keysearch.wanted(clock.now(), AT_ONCE):
        try:
            address = keysearch.address_of(token, finder_key)
        except NotSought:
            continue
        except CannotOpen:  # sealed to an older key of ours: asked anew when the trouble is over
            keysearch.answer(token, Answer(Outcome.TROUBLE), keys=keys, by=FINDER, now=clock.now())
            continue
        if pace.allows(address, time.monotonic()):
            asked[token] = address
        else:
            keysearch.wait(token, clock.now() + timedelta(hours=1), by=FINDER, now=clock.now())
    return asked


def main() -> int:
    stop = process.Stop()
    if settings.CONFIG.key_lookup != "wkd":
        process.say("key_lookup is off: nobody's key is looked up.")
        return 0
    finder_key = keyring.finder(settings.MELDPUNT_DATA, settings.MELDPUNT_ROLE)
    keys, fetcher, pace = keyring.public(settings.MELDPUNT_DATA), Fetcher(), Pace()
    while not stop.asked:
        try:
            if not turn(fetcher.look_up, pace, finder_key, keys, stop):
                stop.wait(EVERY)
        except DatabaseError as trouble:
            connection.close()
            process.say(f"The database does not answer ({type(trouble).__name__}); trying again.")
            stop.wait(EVERY)
    return 0


if __name__ == "__main__":
    sys.exit(process.run("keyfinder", main))
