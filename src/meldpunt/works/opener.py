"""The opener: reads what came in and makes cases of it.  ``python -m meldpunt.works.opener``

Faces no network; holds the vault's key and, through it, the organisation's OpenPGP keys.
Whatever happens to it, the spool keeps an item until the one transaction that files its
content, so a letter is opened again or was opened, never both and never neither.
"""

import logging
import os
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from meldpunt.conversation import commands as conversation
from meldpunt.conversation import holding, returns
from meldpunt.conversation.queries import letterhead
from meldpunt.ground import clock
from meldpunt.ground.errors import OutsideFailure
from meldpunt.ground.values import Actor, CaseRef, Role
from meldpunt.intake import commands as intake
from meldpunt.intake import queries as spool
from meldpunt.intake.errors import AlreadySettled, NoSuchItem
from meldpunt.intake.queries import Arrived
from meldpunt.intake.reading import Automatic, Letter
from meldpunt.intake.rules import Outcome
from meldpunt.policy import queries as policy
from meldpunt.vault import keyring
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.rules import Receipt, read_receipt, receipt_from_random
from meldpunt.works import followers, process
from meldpunt.works.arriving import arrival_of, place_of, read_letter, safe_part_of
from meldpunt.works.filing import Filing

OPENER = Actor(Role.MACHINE, "opener")
EVERY = 0.05  # seconds between two looks at the spool
BATCH = 20
FAULT = "fault"  # the reader failed on it: a bug of ours, for a person to look at

logger = logging.getLogger("meldpunt.opener")


@dataclass(frozen=True, slots=True)
class House:
    """What the opener needs besides the letter."""

    keys: VaultKeys = field(repr=False)
    folder: Path
    base_url: str
    clamd: str = ""  # the socket of a virus scanner

    def filing(self) -> Filing:
        """Where the files of one letter go."""
        return Filing(self.folder, self.clamd)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one item.  ``letter`` is ``None`` for what came by the web."""

    outcome: Outcome
    why: str = ""
    case: str = ""
    letter: Letter | None = field(default=None, repr=False)


def open_one(token: str, house: House, *, now: datetime) -> Done:
    """Read one item of the spool and give it its outcome."""
    try:
        item = spool.arrived(token, house.keys, house.folder)
        letter = read_letter(item.raw, house.keys) if item.raw else None
        if letter is not None and letter.automatic:
            _ignore(item, letter, house, now)
            return Done(Outcome.IGNORED, letter.automatic, "", letter)
        if letter is not None and letter.trouble:
            return _hold(item, letter, house, now)
        return _take_in(item, letter, house, now)
    except (AlreadySettled, NoSuchItem):
        return _as_it_is(token)


def _take_in(item: Arrived, letter: Letter | None, house: House, now: datetime) -> Done:
    published = policy.current()
    belongs = CaseRef(item.case) if item.case else place_of(letter, house.keys, published)
    outcome, ref = conversation.take_in(
        arrival_of(item, letter, house.keys, house.filing(), now, published),
        belongs,
        receipt_for(item),
        letterhead(house.base_url, published),
        keys=house.keys,
        by=OPENER,
        now=now,
        published=published,
    )
    return Done(outcome, "", ref, letter)


def _ignore(item: Arrived, letter: Letter, house: House, now: datetime) -> None:
    """Keep what a machine wrote.  A bounce says that a letter of ours did not arrive."""
    why = str(letter.automatic)
    if letter.automatic is not Automatic.BOUNCE:
        intake.set_aside(item.token, Outcome.IGNORED, why, by=OPENER, now=now)
        return
    named = (*letter.in_reply_to, *letter.references)
    returns.bounced(item.token, why, named, keys=house.keys, by=OPENER, now=now)


def receipt_for(item: Arrived) -> Receipt:
    """The receipt that the form has shown already, or a fresh one for a letter."""
    return read_receipt(item.receipt) if item.receipt else receipt_from_random(os.urandom(32))


def _hold(item: Arrived, letter: Letter, house: House, now: datetime) -> Done:
    holding.hold(
        item.token,
        str(letter.trouble),
        safe_part_of(item, letter, house.filing()),
        letterhead(house.base_url),
        keys=house.keys,
        by=OPENER,
        now=now,
    )
    return Done(Outcome.HELD, str(letter.trouble), "", letter)


def _as_it_is(token: str) -> Done:
    """Another opener was quicker."""
    outcome, why, case = spool.outcome_of(token)
    return Done(outcome, why, case)


def turn(house: House, stop: process.Stop | None = None) -> int:
    """Open what waits, at most ``BATCH`` items.  Returns how many were looked at.

    An item that the machine hinders (its file cannot be read, the OpenPGP engine dies) waits, and the
    next ones do not wait for it; that trouble is raised at the end.
    """
    waiting = spool.waiting(BATCH)
    trouble: OSError | OutsideFailure | None = None
    for _, token in waiting:
        if stop and stop.asked:
            break
        try:
            open_or_hold(token, house)
        except (OSError, OutsideFailure) as hindrance:
            trouble = hindrance
    if trouble:
        raise trouble
    return len(waiting)


def open_or_hold(token: str, house: House) -> Done:
    """Open one item, or hold it when we fail on it: one item must never stop the others."""
    try:
        return open_one(token, house, now=clock.now())
    except (DatabaseError, OSError, OutsideFailure):
        raise  # the machine, not the letter: try again later
    except Exception as fault:  # noqa: BLE001  # the outermost loop of a shell
        logger.error("An item could not be opened (%s); it is held.", type(fault).__name__)
        try:
            intake.set_aside(token, Outcome.HELD, FAULT, by=OPENER, now=clock.now())
        except AlreadySettled:
            return _as_it_is(token)
        return Done(Outcome.HELD, FAULT)


def house_here() -> House:
    """What the opener of this data folder works with.  Needs a role that may have the vault's key."""
    keys = keyring.vault(settings.MELDPUNT_DATA, settings.MELDPUNT_ROLE)
    return House(keys, settings.MELDPUNT_DATA, settings.CONFIG.portal_address, settings.CONFIG.clamd)


def main() -> int:
    stop = process.Stop()
    house = house_here()
    while not stop.asked:
        try:
            if not turn(house, stop):
                followers.catch_up()
                stop.wait(EVERY)
        except (DatabaseError, OSError, OutsideFailure) as trouble:
            connection.close()
            process.say(f"Letters wait: the disk or the database does not answer ({type(trouble).__name__}).")
            stop.wait(1.0)
    return 0


if __name__ == "__main__":
    sys.exit(process.run("opener", main))
