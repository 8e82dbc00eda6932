"""What an owner and the desk may do when; codes, days and reminders.  Pure.

    state       arrive     write      propose    solve    give back   ask again   withdraw
    ---------   --------   --------   --------   ------   ---------   ---------   ---------
    invited     working    no         no         no       no          no          withdrawn
    working     working    working    working    solved   back        no          withdrawn
    solved      solved     solved     no         no       no          working     withdrawn
    back        back       back       working    solved   no          working     withdrawn
    withdrawn   no         no         no         no       no          no          no

The desk writes in every state but the last.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from meldpunt.cases.rules import checked_address
from meldpunt.owners.errors import BadDay, BadInvitation, BadMessage, NotNow
from meldpunt.privacy.rules import Kind

TEXT_LENGTH = 50_000  # letters of one message
NAME_LENGTH = 120
FARTHEST = 10  # years
MOST_ENTRIES = 500  # of one owner: nobody fills a disk with a link
MOST_OWNERS = 20  # of one case

CODE_LENGTH = 8  # digits
CODE_FOR = timedelta(minutes=15)
CODE_TRIES = 5
MOST_CODES = ((timedelta(hours=1), 5), (timedelta(days=1), 15))  # to one address, for one link
VISIT_IDLE = timedelta(minutes=30)
BROWSER_FOR = timedelta(days=30)  # a browser that has shown a code need not show another

REMIND_BEFORE = (timedelta(days=7), timedelta(days=1))
REMIND_AT = time(9)
REMINDERS_AHEAD = 4  # that lie ready for one owner: see ``mails``
KINDS = (Kind.OWNER, Kind.SUPPLIER)


class State(StrEnum):
    INVITED = "invited"
    WORKING = "working"
    SOLVED = "solved"
    BACK = "back"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    ARRIVE = "arrive"
    WRITE = "write"
    PROPOSE = "propose"
    SOLVE = "solve"
    GIVE_BACK = "give-back"
    ASK_AGAIN = "ask-again"
    WITHDRAW = "withdraw"


NEXT: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        (State.INVITED, Act.ARRIVE): State.WORKING,
        **{(state, Act.ARRIVE): state for state in (State.WORKING, State.SOLVED, State.BACK)},
        **{(state, Act.WRITE): state for state in (State.WORKING, State.SOLVED, State.BACK)},
        **{(state, Act.PROPOSE): State.WORKING for state in (State.WORKING, State.BACK)},
        **{(state, Act.SOLVE): State.SOLVED for state in (State.WORKING, State.BACK)},
        (State.WORKING, Act.GIVE_BACK): State.BACK,
        **{(state, Act.ASK_AGAIN): State.WORKING for state in (State.SOLVED, State.BACK)},
        **{(state, Act.WITHDRAW): State.WITHDRAWN for state in State if state is not State.WITHDRAWN},
    }
)


class Asks(StrEnum):
    """What of an owner somebody at the desk has to look at; the weightier one stays."""

    NOTHING = ""
    WROTE = "wrote"
    PROPOSED = "proposed"
    SOLVED = "solved"
    BACK = "back"


_ASKS = {Act.WRITE: Asks.WROTE, Act.PROPOSE: Asks.PROPOSED, Act.SOLVE: Asks.SOLVED, Act.GIVE_BACK: Asks.BACK}


class EntryKind(StrEnum):
    """What stands in a thread."""

    TECHNICAL = "technical"  # what must be solved, in full; the newest counts
    TO_OWNER = "to-owner"
    FROM_OWNER = "from-owner"
    PROPOSED = "proposed"
    AGREED = "agreed"  # the day that counts now
    DECLINED = "declined"
    SOLVED = "solved"
    BACK = "back"
    AGAIN = "again"  # it is theirs, or not solved, after all


OF_OWNER = frozenset({EntryKind.FROM_OWNER, EntryKind.PROPOSED, EntryKind.SOLVED, EntryKind.BACK})


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom the desk invites.  ``language``: of the mails."""

    kind: Kind
    organisation: str = field(repr=False)
    address: str = field(repr=False)
    language: str

    def checked(self) -> "Invited":
        """As it is kept; ``BadInvitation`` or ``BadAddress`` when it does not say whom."""
        name = " ".join(self.organisation.split())
        if self.kind not in KINDS or not name:
            raise BadInvitation("Please say who is invited: the owner of the system or its supplier, by name.")
        if len(name) > NAME_LENGTH:
            raise BadInvitation("That name is too long: at most %(most)d letters.", most=NAME_LENGTH)
        return Invited(self.kind, name, checked_address(self.address), self.language)


def acts_for(state: State) -> tuple[Act, ...]:
    """What can be done now: the buttons of both pages are drawn from it."""
    return tuple(act for act in Act if (state, act) in NEXT)


def next_state(state: State, act: Act) -> State:
    """Where an act leads, or ``NotNow``."""
    if found := NEXT.get((state, act)):
        return found
    raise NotNow("That cannot be done as things stand now. Please look at the page again.")


def asks_after(before: str, act: Act) -> Asks:
    """What waits for the desk after an act of the owner."""
    new = _ASKS[act]
    return Asks(before) if new is Asks.WROTE and before else new


def checked_text(text: str, *, files: int = 0) -> str:
    """A message as it is kept: it says something, or brings a file."""
    said = text.strip()
    if not said and not files:
        raise BadMessage("There is nothing in the message.")
    if len(said) > TEXT_LENGTH:
        raise BadMessage("That text is too long: at most %(most)d letters.", most=TEXT_LENGTH)
    return said


def checked_reason(text: str) -> str:
    if not text.strip():
        raise BadMessage("Please say why, in a sentence or two.")
    return checked_text(text)


def check_proposed(on: date, today: date) -> None:
    """Whether it can be solved on that day.  Both are local days of the organisation."""
    if on < today:
        raise BadDay("That day has passed already.")
    if on.year > today.year + FARTHEST:
        raise BadDay("That day is more than ten years away.")


def check_solved(on: date, invited_on: date, today: date) -> None:
    """Whether it can have been solved on that day."""
    if on > today:
        raise BadDay("That day is still to come. Say that it is solved when it is.")
    if on.year < invited_on.year - 1:
        raise BadDay("That day lies long before you were asked.")


def remind_at(due_on: date | None, after: datetime, zone: ZoneInfo) -> datetime | None:
    """When the next reminder goes: at nine in the morning, a week and a day before; ``None`` when none is left."""
    if due_on is None:
        return None
    moments = (datetime.combine(due_on - before, REMIND_AT, zone) for before in REMIND_BEFORE)
    return next((moment for moment in moments if moment > after), None)


def code_in(typed: str) -> str:
    """The digits that somebody typed, however they spaced them."""
    return re.sub(r"[\s-]+", "", typed)


def proof_of(code: str, door: str) -> str:
    """What is stored of a code.  Without the door's secret, which only the browser has, no code can be tried on it."""
    return hashlib.sha256(f"code|{door}|{code}".encode("utf-8", "replace")).hexdigest()


def masked(address: str) -> str:
    """An address as it is shown to who holds a link, and may not be its owner: ``j…@example.org``."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
