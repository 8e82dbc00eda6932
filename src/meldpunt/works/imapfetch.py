"""Letters in: fetched from a mailbox.  ``python -m meldpunt.works.imapfetch``

A letter is marked on the server only after it is in the spool, on the disk.  So a crash between
the two loses nothing; the letter is fetched once more, and the opener sees by its Message-ID
and content that it is the same one.  There is nothing else to remember: a folder that is
restored, or whose UIDs begin anew, still carries our marks.

Holds the vault's public key.  Tells a letter by its UID only.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError, connection

from meldpunt.ground import clock
from meldpunt.ground.errors import OutsideFailure, Refusal
from meldpunt.ground.values import Actor, Role
from meldpunt.intake import commands
from meldpunt.intake.rules import LIMIT_LETTER, Door, Envelope
from meldpunt.vault import keyring
from meldpunt.works import listening, process
from meldpunt.works.imap import Account, Mailbox, Refused, Stop, Unreachable

FETCHER = Actor(Role.MACHINE, "imapfetch")
BATCH = 100  # letters between two looks at what can be moved away
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)  # seconds to wait while the mailbox cannot be used
FIRST_DELAY, LONGEST_DELAY = 30.0, 3600.0  # seconds for which a letter that the server keeps back is let be

Which = tuple[int, int]  # UIDVALIDITY and UID


class NotStored(OutsideFailure):
    """The spool cannot take letters now."""


@dataclass
class Fetcher:
    """Takes letters from a mailbox.  ``store`` returns when a letter is safe; it raises a refusal or ``NotStored``.

    What it remembers is a help only: it may be forgotten at any moment.
    """

    account: Account
    store: Callable[[bytes], None]
    say: Callable[[str], None]
    _stored: set[Which] = field(default_factory=set)  # safe, and perhaps not marked yet
    _left: set[Which] = field(default_factory=set)
    _again: dict[Which, tuple[int, float]] = field(default_factory=dict)  # times tried, when to try again

    def session(self, stop: Stop) -> None:
        """One connection, until it breaks (``Unreachable``, ``NotStored``) or somebody asks to stop."""
        with Mailbox(self.account) as box:
            self.say(f"IMAP: connected to {self.account.host}.")
            while not stop.asked:
                if not self.turn(box, stop):
                    box.wait(stop)

    def turn(self, box: Mailbox, stop: Stop) -> int:
        """Take what waits, at most ``BATCH`` letters.  Returns how many were dealt with."""
        box.tidy()  # first: what comes after the look at what waits must be told in the wait
        waiting = box.waiting()
        here = {(box.validity, uid) for uid in waiting}
        self._stored &= here
        self._left &= here
        self._again = {which: tried for which, tried in self._again.items() if which in here}
        now = time.monotonic()
        due = [
            uid
            for uid in waiting
            if (box.validity, uid) not in self._left and self._again.get((box.validity, uid), (0, 0.0))[1] <= now
        ]
        return self._take(box, due[:BATCH], stop)

    def _take(self, box: Mailbox, uids: list[int], stop: Stop) -> int:
        sizes = box.sizes(uids) if uids else {}
        done = 0
        for uid in uids:
            if stop.asked:
                break
            if sizes.get(uid, 0) > LIMIT_LETTER:
                done += self._leave(box, uid, f"it is larger than {LIMIT_LETTER >> 20} MiB")
            elif (box.validity, uid) in self._stored:
                box.taken(uid)  # only the mark was missing
            else:
                done += self._take_one(box, uid)
        return done

    def _take_one(self, box: Mailbox, uid: int) -> int:
        which = (box.validity, uid)
        try:
            letter = box.letter(uid)
        except (Refused, Unreachable) as trouble:
            self._put_off(which)
            if isinstance(trouble, Unreachable):
                raise
            return 0
        if letter is None:
            return 0
        try:
            self.store(letter)
        except Refusal as no:
            return self._leave(box, uid, str(no).rstrip("."))
        self._stored.add(which)
        box.taken(uid)
        return 1

    def _leave(self, box: Mailbox, uid: int, why: str) -> int:
        self.say(f"IMAP: the letter with UID {uid} stays in the folder: {why}.")
        self._left.add((box.validity, uid))
        box.left(uid)
        return 1

    def _put_off(self, which: Which) -> None:
        """A letter that the server does not hand out, or over which it hangs up, must not stop the others."""
        times = self._again.get(which, (0, 0.0))[0]
        delay = min(FIRST_DELAY * 2**times, LONGEST_DELAY)
        self._again[which] = (times + 1, time.monotonic() + delay)
        self.say(f"IMAP: the letter with UID {which[1]} could not be fetched; next try in {delay:.0f} s.")

    def run(self, stop: Stop) -> None:
        """Sessions, one after the other, with pauses that grow while none succeeds."""
        troubles = 0
        while not stop.asked:
            began = time.monotonic()
            try:
                self.session(stop)
            except (Unreachable, NotStored) as trouble:
                if time.monotonic() - began > PAUSES[-1]:
                    troubles = 0
                pause = PAUSES[min(troubles, len(PAUSES) - 1)]
                troubles += 1
                self.say(f"{trouble} Letters wait on the server; next try in {pause:.0f} s.")
                _wait(stop, pause)


def _wait(stop: Stop, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not stop.asked and (left := until - time.monotonic()) > 0:
        stop.wait(left)


def spool() -> Callable[[bytes], None]:
    """How a letter is stored in this house."""
    keys, folder = keyring.public(settings.MELDPUNT_DATA), settings.MELDPUNT_DATA

    def store(letter: bytes) -> None:
        try:
            commands.receive(
                letter,
                door=Door.LMTP,  # by mail; which way it took makes no difference to anybody
                envelope=Envelope(),
                keys=keys,
                folder=folder,
                by=FETCHER,
                now=clock.now(),
            )
        except (DatabaseError, OSError) as trouble:
            connection.close()
            raise NotStored(f"A letter could not be stored ({type(trouble).__name__}).") from None

    return store


def main() -> int:
    config, stop = settings.CONFIG, process.Stop()
    if not config.imap:
        process.say("No mailbox to fetch letters from is set (imap).")
        return 1
    host, port = listening.split(config.imap)
    account = Account(
        host,
        port,
        config.imap_security,
        config.imap_user,
        config.imap_password_file,
        config.imap_folder,
        config.imap_done_folder,
    )
    Fetcher(account, spool(), process.say).run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(process.run("imapfetch", main))
