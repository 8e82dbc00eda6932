"""What embargoes need as time passes: ended by the clock's process, told by the one that holds the vault's key."""

import time
from datetime import datetime

from meldpunt.conversation.queries import letterhead
from meldpunt.ground import clock
from meldpunt.ground.errors import OutsideFailure, Refusal
from meldpunt.ground.values import Actor, Role
from meldpunt.publication import ending, queries
from meldpunt.vault.keyring import VaultKeys
from meldpunt.works import process

TELLER = Actor(Role.MACHINE, "opener")
EVERY = 1.0  # seconds between two looks
AGAIN = 60.0  # seconds to wait after a failure


def end_embargoes(by: Actor, now: datetime) -> None:
    """A part of the tick.  Takes no lock when nothing ends."""
    if queries.ending(now):
        ending.end_due(by=by, now=now)


class Telling:
    """A part of the opener.  ``desk_url``: where who handles the case finds it."""

    def __init__(self, keys: VaultKeys, base_url: str, desk_url: str, tagged: bool) -> None:
        self.keys, self.base_url, self.desk_url, self.tagged = keys, base_url, desk_url, tagged
        self._next_look = 0.0  # on the monotonic clock

    def turn(self) -> None:
        """Look when it is time to look.  Raises only what the database does."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + EVERY
        for ref in queries.untold():
            try:
                head = letterhead(self.base_url, tagged=self.tagged)
                ending.tell(ref, head, self.desk_url, keys=self.keys, by=TELLER, now=clock.now())
            except (Refusal, OutsideFailure) as no:
                self._next_look = time.monotonic() + AGAIN
                process.say(f"Word that an embargo ended could not be written: {no}")
