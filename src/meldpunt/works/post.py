"""Letters out: what waits in the outbox goes to the mail server.  ``python -m meldpunt.works.post``

Holds the outbox key, which opens letters that wait to be sent and nothing else.  A letter is
sent at least once: when we die between the server's "yes" and our note of it, it goes out again
under the same Message-ID.  How long to wait after a "not now" is decided where
letters are kept; a server that cannot be reached counts against no letter.
"""

import sys
import time

from django.conf import settings
from django.db import DatabaseError, connection

from meldpunt.conversation import commands, queries
from meldpunt.conversation.errors import NoSuchLetter, NotWaiting
from meldpunt.ground import clock
from meldpunt.ground.values import Actor, Role
from meldpunt.vault import keyring
from meldpunt.vault.errors import CannotOpen
from meldpunt.works import process
from meldpunt.works.smtp import Line, NotTaken, Server, Unreachable, server_from

POST = Actor(Role.MACHINE, "post")
DAMAGED = "5.6.0"  # RFC 3463: something is wrong with the letter itself
BROKE_OFF = "4.4.2"  # the connection broke
EVERY = 0.2  # seconds between two looks at the outbox
BATCH = 50  # letters over one connection
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)  # seconds to wait while the server cannot be reached


def send_due(server: Server, outbox_key: bytes, stop: process.Stop | None = None) -> int:
    """Send what is due over one connection and return how many letters were tried.

    Raises ``Unreachable``; what was not sent yet then stays as it is.
    """
    due = queries.due_letters(clock.now(), BATCH)
    if not due:
        return 0
    tried = 0
    with Line(server) as line:
        for letter in due:
            if stop and stop.asked:
                break
            _send(line, letter, outbox_key)
            tried += 1
    return tried


def _send(line: Line, letter: str, outbox_key: bytes) -> None:
    try:
        mail = commands.sending(letter, outbox_key=outbox_key, by=POST, now=clock.now())
    except (NoSuchLetter, NotWaiting):
        return  # another post was quicker
    except CannotOpen:
        commands.failed(letter, True, DAMAGED, by=POST, now=clock.now())
        return
    try:
        line.send(mail.sender, mail.recipient, mail.raw)
    except NotTaken as no:
        commands.failed(letter, no.permanent, no.code, by=POST, now=clock.now())
    except Unreachable:
        commands.failed(letter, False, BROKE_OFF, by=POST, now=clock.now())
        raise
    else:
        commands.sent(letter, by=POST, now=clock.now())


def main() -> int:
    stop = process.Stop()
    config = settings.CONFIG
    if not config.smtp:
        process.say("No outgoing mail server is set (smtp): letters wait in the outbox.")
        while not stop.wait(60):
            pass
        return 0
    server = server_from(config.smtp, config.smtp_security, config.smtp_user, config.smtp_password_file)
    outbox_key = keyring.outbox(settings.MELDPUNT_DATA, settings.MELDPUNT_ROLE)
    troubles = 0
    while not stop.asked:
        try:
            send_due(server, outbox_key, stop)
            troubles = 0
            stop.wait(EVERY)
        except (Unreachable, DatabaseError) as trouble:
            connection.close()
            pause = PAUSES[min(troubles, len(PAUSES) - 1)]
            troubles += 1
            process.say(f"{_why(trouble)} Letters wait; next try in {pause:.0f} s.")
            _wait(stop, pause)
    return 0


def _why(trouble: Exception) -> str:
    """A database's own words may hold values, so its trouble is told by its kind."""
    return str(trouble) if isinstance(trouble, Unreachable) else f"The database: {type(trouble).__name__}."


def _wait(stop: process.Stop, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not stop.asked and (left := until - time.monotonic()) > 0:
        stop.wait(left)


if __name__ == "__main__":
    sys.exit(process.run("post", main))
