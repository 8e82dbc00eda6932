"""The opener: has what came in read, and makes cases of it.  ``python -m meldpunt.works.opener``

Faces no network; holds the vault's key and, through it, the organisation's OpenPGP keys.  What strangers
wrote is taken apart in a limited child (``intake.reader``), one letter ahead of the one that is committed.
Whatever happens to it, the spool keeps an item until the one transaction that files its
content, so a letter is opened again or was opened, never both and never neither.
"""

import contextlib
import logging
import os
import sys
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, DataError, InterfaceError, OperationalError, connection

from meldpunt.conversation import commands as conversation
from meldpunt.conversation import holding, returns
from meldpunt.conversation.queries import letterhead
from meldpunt.ground import clock
from meldpunt.ground.errors import OutsideFailure
from meldpunt.ground.values import Actor, CaseRef, Role
from meldpunt.intake import commands as intake
from meldpunt.intake import queries as spool
from meldpunt.intake.answers import ReadForm, ReadLetter
from meldpunt.intake.errors import AlreadySettled, NoSuchItem
from meldpunt.intake.letter import Automatic, Letter
from meldpunt.intake.queries import Arrived
from meldpunt.intake.reader import ReaderFault
from meldpunt.intake.rules import Outcome
from meldpunt.vault import keyring
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.rules import Receipt, read_receipt, receipt_from_random
from meldpunt.works import followers, process, searching
from meldpunt.works.ahead import Desk
from meldpunt.works.arriving import arrival_of, place_of, safe_part_of, vouched
from meldpunt.works.filing import Filing
from meldpunt.works.keyswanted import KeysWanted
from meldpunt.works.patience import InHand, Patience
from meldpunt.works.pause import Pause
from meldpunt.works.publishing import Telling
from meldpunt.works.renewing import Renewing
from meldpunt.works.unseen import Unseen

OPENER = Actor(Role.MACHINE, "opener")
BATCH = 20
Hindrance = DatabaseError | OSError | OutsideFailure
HINDRANCES = (DatabaseError, OSError, OutsideFailure)  # the machine's doing, and not the letter's
FAULT = "fault"  # the reader failed on it: a bug of ours, for a person to look at

logger = logging.getLogger("meldpunt.opener")


@dataclass(frozen=True, slots=True)
class House:
    """What the opener needs besides the letter."""

    keys: VaultKeys = field(repr=False)
    folder: Path
    base_url: str
    clamd: str = ""  # the socket of a virus scanner
    tagged: bool = False  # our letters carry an address for answers that names their case

    def filing(self, item: str = "") -> Filing:
        """Where the files of one letter go.  ``item``: it waits to be opened, and nobody else opens it now."""
        return Filing(self.folder, self.clamd, item)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one item.  ``letter`` is ``None`` for what came by the web."""

    outcome: Outcome
    why: str = ""
    case: str = ""
    letter: Letter | None = field(default=None, repr=False)


def open_one(token: str, house: House, *, now: datetime, desk: Desk | None = None, following: str = "") -> Done:
    """Read one item of the spool and give it its outcome.

    Once it is read, ``following`` goes to the reader, to be read while this one is committed.
    """
    desk = desk or Desk(house.keys, house.folder)
    try:
        item, found = desk.take(token)
        if following:
            desk.begin_early(following)
        if isinstance(found, ReadForm):
            return _take_in(item, found, house, desk, now)
        if found.letter.automatic and not found.letter.guessed:
            _ignore(item, found.letter, house, now)
            return Done(Outcome.IGNORED, found.letter.automatic, "", found.letter)
        if found.letter.trouble:
            return _hold(item, found, house, now)
        return _take_in(item, found, house, desk, now)
    except (AlreadySettled, NoSuchItem):
        return _as_it_is(token)


def _take_in(item: Arrived, found: ReadLetter | ReadForm, house: House, desk: Desk, now: datetime) -> Done:
    published = desk.published
    letter = found.letter if isinstance(found, ReadLetter) else None
    belongs = CaseRef(item.case) if item.case else place_of(letter, house.keys, published, item.envelope.recipients)
    if letter is not None and isinstance(found, ReadLetter):
        letter = vouched(letter, belongs, house.keys, OPENER)
        found = replace(found, letter=letter)
    filing = house.filing(item.token)
    arrival = arrival_of(item, found, house.keys, filing, now, published)
    outcome, ref = conversation.take_in(
        arrival,
        belongs,
        receipt_for(item),
        letterhead(house.base_url, published, house.tagged),
        keys=house.keys,
        by=OPENER,
        now=now,
        published=published,
        answer=item.envelope.answerable,
    )
    filing.done()
    desk.forget(arrival.reporter.address)
    return Done(outcome, "", ref, letter)


def _ignore(item: Arrived, letter: Letter, house: House, now: datetime) -> None:
    """Keep what a machine wrote.  A bounce says that a letter of ours did not arrive."""
    why = str(letter.automatic)
    if letter.automatic is not Automatic.BOUNCE:
        intake.set_aside(item.token, Outcome.IGNORED, why, by=OPENER, now=now)
        return
    named = (*letter.in_reply_to, *letter.references)
    returns.bounced(item.token, why, named, keys=house.keys, by=OPENER, now=now, said=letter.text)


def receipt_for(item: Arrived) -> Receipt:
    """The receipt that the form has shown already, or a fresh one for a letter."""
    return read_receipt(item.receipt) if item.receipt else receipt_from_random(os.urandom(32))


def _hold(item: Arrived, found: ReadLetter, house: House, now: datetime) -> Done:
    why, filing = str(found.letter.trouble), house.filing(item.token)
    holding.hold(
        item.token,
        why,
        safe_part_of(found, filing),
        letterhead(house.base_url),
        keys=house.keys,
        by=OPENER,
        now=now,
        answer=item.envelope.answerable and not found.letter.automatic,
    )
    filing.done()
    return Done(Outcome.HELD, why, "", found.letter)


def _as_it_is(token: str) -> Done:
    """Another opener was quicker."""
    outcome, why, case = spool.outcome_of(token)
    return Done(outcome, why, case)


def turn(
    house: House, stop: process.Stop | None = None, patience: Patience | None = None, hand: InHand | None = None
) -> int:
    """Open what waits, at most ``BATCH`` items.  Returns how many were looked at.

    An item that the machine hinders (its file cannot be read, the reader does not stay alive) waits, longer every
    time, and the next ones do not wait for it; that trouble is raised at the end.
    """
    patience = Patience() if patience is None else patience
    waiting = [token for _, token in spool.waiting(BATCH + len(patience))]
    tokens = patience.ripe(waiting)[:BATCH]
    desk = Desk(house.keys, house.folder)
    trouble: Hindrance | None = None
    for token, following in zip_longest(tokens, tokens[1:], fillvalue=""):
        if stop and stop.asked:
            break
        if hand:
            hand.takes(token)
            following = "" if hand.suspect else following  # so that it is clear who was in hand
        try:
            open_or_hold(token, house, desk, following)
            patience.over(token)
        except (OperationalError, InterfaceError):
            raise  # the database is away, for all of them
        except HINDRANCES as hindrance:
            trouble = hindrance
            patience.hindered(token)
            intake.hindered(token, type(hindrance).__name__, by=OPENER, now=clock.now())
        finally:
            if hand:
                hand.lays_down(token)
    if trouble:
        raise trouble
    return len(tokens)


def hold_what_kills(hand: InHand) -> None:
    """An item over which the opener died again and again is held: a person must look, and the others go on."""
    if not hand.is_deadly:
        return
    logger.error("The opener died over one item again and again; it is held.")
    with contextlib.suppress(AlreadySettled):
        intake.set_aside(hand.suspect, Outcome.HELD, FAULT, by=OPENER, now=clock.now())
    hand.lays_down(hand.suspect)


def open_or_hold(token: str, house: House, desk: Desk | None = None, following: str = "") -> Done:
    """Open one item, or hold it when we fail on it: one item must never stop the others."""
    try:
        return open_one(token, house, now=clock.now(), desk=desk, following=following)
    except DataError:
        return _hold_fault(token, "the database cannot store what is in it")
    except HINDRANCES:
        raise  # the machine, not the letter: try again later
    except Exception as fault:  # noqa: BLE001  # the outermost loop of a shell
        return _hold_fault(token, str(fault) if isinstance(fault, ReaderFault) else type(fault).__name__)


def _hold_fault(token: str, what: str) -> Done:
    logger.error("An item could not be opened (%s); it is held.", what)
    try:
        intake.set_aside(token, Outcome.HELD, FAULT, by=OPENER, now=clock.now())
    except AlreadySettled:
        return _as_it_is(token)
    return Done(Outcome.HELD, FAULT)


def house_here() -> House:
    """What the opener of this data folder works with.  Needs a role that may have the vault's key."""
    keys = keyring.vault(settings.MELDPUNT_DATA, settings.MELDPUNT_ROLE)
    config = settings.CONFIG
    return House(keys, settings.MELDPUNT_DATA, config.portal_address, config.clamd, config.tagged)


def _follow_on(house: House, telling: Telling, unseen: Unseen, wanted: KeysWanted | None) -> bool:
    """What follows on letters, and on what happens at the desk.  Whether there is more of it."""
    followers.catch_up()
    telling.turn()
    unseen.turn()
    if wanted:
        wanted.turn(letterhead(house.base_url, tagged=house.tagged), clock.now())
    return searching.catch_up(house.keys, clock.now())


def main() -> int:
    stop = process.Stop()
    house, patience, hand = house_here(), Patience(), InHand(settings.MELDPUNT_DATA)
    hold_what_kills(hand)
    renewing = Renewing(house.keys, house.base_url)
    telling = Telling(house.keys, house.base_url, settings.CONFIG.desk_address, house.tagged)
    unseen = Unseen(house.keys, house.filing)
    pause = Pause()
    wanted = KeysWanted(house.folder, house.keys, OPENER) if settings.CONFIG.key_lookup == "wkd" else None
    while not stop.asked:
        try:
            renewing.turn()
            if turn(house, stop, patience, hand):
                followers.catch_up(followers.FIRST)
                pause.broken()
                continue
            more = pause.is_long_enough() and _follow_on(house, telling, unseen, wanted)
            stop.wait(0 if more else pause.look_again)
        except (DatabaseError, OSError, OutsideFailure) as trouble:
            connection.close()
            process.say(f"Letters wait: the machine does not let them be opened ({type(trouble).__name__}).")
            stop.wait(1.0)
    return 0


if __name__ == "__main__":
    sys.exit(process.run("opener", main))
