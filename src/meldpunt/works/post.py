"""Letters out: what waits in the outbox goes to the mail server.  ``python -m meldpunt.works.post``

Holds the outbox key, which opens letters that wait to be sent and nothing else.  A letter is
sent at least once: when we die between the server's "yes" and our note of it, it goes out again
under the same Message-ID.  How long to wait after a "not now" is decided where
letters are kept; a server that cannot be reached counts against no letter, but who wrote one
that has waited for days must know it.
"""

import sys
import time
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, connection

from meldpunt.conversation import outgoing, posting, queries
from meldpunt.conversation.errors import NoSuchLetter, NotWaiting
from meldpunt.ground import clock
from meldpunt.ground.values import Actor, Role
from meldpunt.vault import keyring
from meldpunt.vault.errors import CannotOpen
from meldpunt.vault.keyring import PublicKeys
from meldpunt.works import process
from meldpunt.works.smtp import Line, NotTaken, Server, Unreachable, server_from

POST = Actor(Role.MACHINE, "post")
DAMAGED = "5.6.0"  # RFC 3463: something is wrong with the letter itself
BROKE_OFF = "4.4.2"  # the connection broke
EVERY = 0.2  # seconds between two looks at the outbox
BATCH = 50  # letters over one connection
LOOK = 60.0  # seconds between two looks for letters that have waited too long
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)  # seconds to wait while the server cannot be reached


def send_due(server: Server, outbox_key: bytes, public: PublicKeys, stop: process.Stop | None = None) -> int:
    """Send what is due over one connection and return how many letters were tried.

    What a server says against a letter is sealed to ``public``.  Raises ``Unreachable``; what was not sent
    yet then stays as it is.
    """
    due = queries.due_letters(clock.now(), BATCH)
    if not due:
        return 0
    tried = 0
    with Line(server) as line:
        for letter in due:
            if stop and stop.asked:
                break
            with suppress(NotWaiting):  # it was called back while it went out
                _send(line, letter, outbox_key, public)
            tried += 1
    return tried


def _send(line: Line, letter: str, outbox_key: bytes, public: PublicKeys) -> None:
    try:
        mail = outgoing.sending(letter, outbox_key=outbox_key, by=POST, now=clock.now())
    except (NoSuchLetter, NotWaiting):
        return  # another post was quicker
    except CannotOpen:
        outgoing.failed(letter, True, DAMAGED, by=POST, now=clock.now())
        return
    try:
        line.send(mail.sender, mail.recipient, mail.raw)
    except NotTaken as no:
        said = posting.sealed_words(letter, no.words, public)
        outgoing.failed(letter, no.permanent, no.code, by=POST, now=clock.now(), said=said)
    except Unreachable:
        outgoing.failed(letter, False, BROKE_OFF, by=POST, now=clock.now())
        raise
    else:
        outgoing.sent(letter, by=POST, now=clock.now())


def main() -> int:
    stop = process.Stop()
    config = settings.CONFIG
    server = None
    if config.smtp:
        server = server_from(config.smtp, config.smtp_security, config.smtp_user, config.smtp_password_file)
    else:
        process.say("No outgoing mail server is set (smtp): letters wait in the outbox.")
    outbox_key = keyring.outbox(settings.MELDPUNT_DATA, settings.MELDPUNT_ROLE)
    public = keyring.public(settings.MELDPUNT_DATA)
    troubles, looked = 0, float("-inf")
    while not stop.asked:
        try:
            if time.monotonic() - looked > LOOK:
                give_up_late()
                looked = time.monotonic()
            if server is None:
                stop.wait(LOOK)
                continue
            send_due(server, outbox_key, public, stop)
            troubles = 0
            stop.wait(EVERY)
        except (Unreachable, DatabaseError) as trouble:
            connection.close()
            pause = PAUSES[min(troubles, len(PAUSES) - 1)]
            troubles += 1
            process.say(f"{_why(trouble)} Letters wait; next try in {pause:.0f} s.")
            _wait(stop, pause)
    return 0


def give_up_late() -> None:
    """Tell who wrote them of letters that have waited for days."""
    while outgoing.give_up_late(by=POST, now=clock.now()):
        pass


def _why(trouble: Exception) -> str:
    """A database's own words may hold values, so its trouble is told by its kind."""
    return str(trouble) if isinstance(trouble, Unreachable) else f"The database: {type(trouble).__name__}."


def _wait(stop: process.Stop, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not stop.asked and (left := until - time.monotonic()) > 0:
        stop.wait(left)


if __name__ == "__main__":
    sys.exit(process.run("post", main))
