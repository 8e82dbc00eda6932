"""Letters in: LMTP from the organisation's mail server, or SMTP from anyone's.  ``python -m meldpunt.works.mailgate``

This process faces the network and holds the vault's public key: it can take a letter in
and never read it again.  "250" is said after the letter is sealed and on the disk, and
anything that hinders this is answered with "try again later", so the mail server keeps it.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from meldpunt.ground import clock
from meldpunt.ground.errors import OutsideFailure, Refusal
from meldpunt.ground.values import Actor, Role
from meldpunt.intake import commands
from meldpunt.intake.errors import Empty, TooLarge
from meldpunt.intake.rules import LIMIT_LETTER, Door, Envelope
from meldpunt.policy import queries as policy
from meldpunt.policy.errors import NoPolicy
from meldpunt.vault import keyring
from meldpunt.vault.keyring import PublicKeys
from meldpunt.works import listening, lmtp, process, smtpin
from meldpunt.works.allowance import Limits

MAILGATE = Actor(Role.MACHINE, "mailgate")
STORED = "250 2.0.0 The letter is stored."
NOT_OURS = "550 5.1.1 Nobody here has that address."
NOT_YET = "451 4.3.0 This service is not set up yet; please try again later."
FRESH = 2.0  # seconds for which the contact address is remembered: a letter should not cost a look-up


class Mailgate:
    """Who may be written to, and how a letter is taken in.  Called from several threads."""

    def __init__(self, keys: PublicKeys, folder: Path) -> None:
        self._keys, self._folder = keys, folder
        self._contact, self._asked_at = "", float("-inf")

    def check(self, recipient: str) -> str:
        try:
            return "250 2.1.5 OK" if is_ours(recipient, self._address()) else NOT_OURS
        except NoPolicy:
            return NOT_YET
        except DatabaseError as trouble:
            return _try_again(trouble)

    def take(self, letter: bytes, sender: str, recipients: tuple[str, ...]) -> str:
        try:
            commands.receive(
                return_path(sender) + letter if letter.strip() else letter,
                door=Door.LMTP,  # by mail; over which listener makes no difference to anybody
                envelope=Envelope(sender, recipients),
                keys=self._keys,
                folder=self._folder,
                by=MAILGATE,
                now=clock.now(),
            )
        except TooLarge as no:
            return f"552 5.3.4 {no}"
        except Empty as no:
            return f"554 5.6.0 {no}"
        except Refusal as no:
            return f"554 5.7.0 {no}"
        except (DatabaseError, OSError, OutsideFailure) as trouble:
            return _try_again(trouble)
        return STORED

    def _address(self) -> str:
        """The contact address of the policy, at most two seconds old."""
        if time.monotonic() - self._asked_at > FRESH:
            self._contact = policy.current().policy.organisation.contact
            self._asked_at = time.monotonic()
        return self._contact


def return_path(sender: str) -> bytes:
    """The line that the last mail server on the way puts first (RFC 5321, 4.4): a bounce is often told by it alone."""
    known = sender.encode("utf-8", "replace")
    return b"Return-Path: <%s>\r\n" % known if sender.isprintable() and len(known) < 500 else b""


def is_ours(recipient: str, contact: str) -> bool:
    """Whether a letter to this address is for the organisation's contact address.

    Any case; what follows a plus does not matter here; postmaster is always reached (RFC 5321, 4.5.1).
    """
    local, _, domain = recipient.casefold().rpartition("@")
    if not local:
        return domain == "postmaster"  # RFC 5321: without a domain, too
    our_local, _, our_domain = contact.casefold().rpartition("@")
    if _ascii(domain) != _ascii(our_domain):
        return False
    return local == "postmaster" or local == our_local or local.startswith(our_local + "+")


def _ascii(domain: str) -> bytes:
    """A domain as the name system spells it, so that both spellings of ``bücher.example`` are one."""
    try:
        return domain.encode("idna")
    except UnicodeError:
        return domain.encode()


def _try_again(trouble: Exception) -> str:
    """What hinders us is told by its kind; the connection is made anew next time."""
    connection.close()
    process.say(f"A letter could not be stored ({type(trouble).__name__}); it will be tried again.")
    return lmtp.TROUBLE


def receptions(config: Any, house: lmtp.House) -> dict[str, tuple[str, lmtp.Reception]]:
    """By protocol: where to listen, and who receives there."""
    found = {"LMTP": (config.lmtp, lmtp.Reception(house, LIMIT_LETTER, process.say))}
    if config.smtp_in:
        limits = Limits(int(config.smtp_in_per_sender), int(config.smtp_in_per_host), int(config.smtp_in_overall))
        certificate = smtpin.Certificate(config.smtp_in_cert, config.smtp_in_key) if config.smtp_in_cert else None
        found["SMTP"] = (
            config.smtp_in,
            smtpin.Reception(house, LIMIT_LETTER, process.say, limits, certificate),
        )
    return found


async def serve(doors: dict[str, tuple[str, lmtp.Reception]]) -> int:
    """Listen until SIGTERM; 1 when an address cannot be had."""
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    listeners = []
    for name, (address, reception) in doors.items():
        try:
            server = await reception.listen(*listening.split(address))
        except OSError as trouble:
            known = trouble.errno and not isinstance(trouble, socket.gaierror)
            why = os.strerror(trouble.errno or 0).lower() if known else "the address is unknown"
            process.say(f"{name} cannot listen on {address}: {why}.")
            return 1
        process.say(f"{name} listens on {address}.")
        listeners.append((reception, server))
    await asked.wait()
    await asyncio.gather(*(reception.leave(server) for reception, server in listeners))
    return 0


def main() -> int:
    house = Mailgate(keyring.public(settings.MELDPUNT_DATA), settings.MELDPUNT_DATA)
    return asyncio.run(serve(receptions(settings.CONFIG, house)))


if __name__ == "__main__":
    sys.exit(process.run("mailgate", main))
