"""What owners sent is looked at for viruses: a part of the opener, which may ask the scanner."""

import time
from collections.abc import Callable

from meldpunt.ground import clock
from meldpunt.ground.values import Actor, Role
from meldpunt.owners import unseen
from meldpunt.vault.keyring import VaultKeys
from meldpunt.works.filing import Filing

SCANNER = Actor(Role.MACHINE, "opener")
EVERY = 1.0  # seconds between two looks
FEW = 3  # at a time: letters that come in go before


class Unseen:
    """One for the life of the opener.  ``filing`` makes what puts away, and looks at, the files of one letter."""

    def __init__(self, keys: VaultKeys, filing: Callable[[], Filing]) -> None:
        self._keys, self._filing = keys, filing
        self._next_look = 0.0  # on the monotonic clock

    def turn(self) -> int:
        """Look when it is time to look.  Returns how many were looked at; raises only what the machine does."""
        if time.monotonic() < self._next_look:
            return 0
        found = unseen.waiting(FEW)
        for one in found:
            unseen.look(one, self._filing().looked_at, keys=self._keys, by=SCANNER, now=clock.now())
        self._next_look = time.monotonic() + (0 if found else EVERY)
        return len(found)
