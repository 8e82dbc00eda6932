"""Two sides agree on a moment; and the embargo that follows from it.  Pure.

Talking about a moment, for the embargo and for the publication alike.  A proposal takes the place of
the one before it, also of the other side's:

    state     propose        agree (other side)   refuse (other side)   take back (own)
    -------   ------------   ------------------   -------------------   ---------------
    quiet     ours, theirs   no                   no                    no
    ours      ours, theirs   agreed               refused               quiet
    theirs    ours, theirs   agreed               refused               quiet
    agreed    ours, theirs   no                   no                    no
    refused   ours, theirs   no                   no                    no

The embargo.  While one runs its moment holds, whatever is talked about:

    none ---- agree ----> running ---- agree on another moment ----> running
                             |----- agree to end, or its moment ---> ended ---- agree on a new one ----> running
                             +----- leak ---> leaked                    (a leak: from every state, once)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from meldpunt.publication.errors import BadDate, BadParty, BadText, NotNow

FARTHEST = timedelta(days=2 * 366)
LONGEST_NAME, LONGEST_TEXT = 120, 4_000  # characters


class Side(StrEnum):
    US = "us"
    THEM = "them"

    @property
    def other(self) -> "Side":
        return Side.THEM if self is Side.US else Side.US


class Talk(StrEnum):
    QUIET = "quiet"
    OURS = "ours"
    THEIRS = "theirs"
    AGREED = "agreed"
    REFUSED = "refused"

    @property
    def by(self) -> Side | None:
        """Whose proposal waits for an answer; None when none does."""
        return {Talk.OURS: Side.US, Talk.THEIRS: Side.THEM}.get(self)


class Act(StrEnum):
    PROPOSE = "propose"
    AGREE = "agree"
    REFUSE = "refuse"
    TAKE_BACK = "take-back"


class Embargo(StrEnum):
    NONE = "none"
    RUNNING = "running"
    ENDED = "ended"
    LEAKED = "leaked"


class Turn(StrEnum):
    """What moves an embargo."""

    SET = "set"
    END = "end"
    LEAK = "leak"


class How(StrEnum):
    """How an embargo ended."""

    MOMENT = "moment"
    AGREEMENT = "agreement"
    LEAK = "leak"


class Kind(StrEnum):
    """What kind of party knows."""

    OWNER = "owner"
    SUPPLIER = "supplier"
    COORDINATOR = "coordinator"
    OTHER_USER = "other-user"  # an organisation that has the same weakness
    OTHER = "other"


_OPEN = {Side.US: Talk.OURS, Side.THEM: Talk.THEIRS}
TALKS: Mapping[tuple[Talk, Side, Act], Talk] = MappingProxyType(
    {
        **{(talk, side, Act.PROPOSE): _OPEN[side] for talk in Talk for side in Side},
        (Talk.OURS, Side.THEM, Act.AGREE): Talk.AGREED,
        (Talk.OURS, Side.THEM, Act.REFUSE): Talk.REFUSED,
        (Talk.OURS, Side.US, Act.TAKE_BACK): Talk.QUIET,
        (Talk.THEIRS, Side.US, Act.AGREE): Talk.AGREED,
        (Talk.THEIRS, Side.US, Act.REFUSE): Talk.REFUSED,
        (Talk.THEIRS, Side.THEM, Act.TAKE_BACK): Talk.QUIET,
    }
)
TURNS: Mapping[tuple[Embargo, Turn], Embargo] = MappingProxyType(
    {
        (Embargo.NONE, Turn.SET): Embargo.RUNNING,
        (Embargo.NONE, Turn.LEAK): Embargo.LEAKED,
        (Embargo.RUNNING, Turn.SET): Embargo.RUNNING,
        (Embargo.RUNNING, Turn.END): Embargo.ENDED,
        (Embargo.RUNNING, Turn.LEAK): Embargo.LEAKED,
        (Embargo.ENDED, Turn.SET): Embargo.RUNNING,
        (Embargo.ENDED, Turn.LEAK): Embargo.LEAKED,
    }
)


@dataclass(frozen=True, slots=True)
class Moment:
    """``at`` is UTC; ``zone`` the one in which it was said: a date means something to somebody somewhere."""

    at: datetime
    zone: ZoneInfo

    def __str__(self) -> str:
        return f"{self.at.astimezone(self.zone):%Y-%m-%d %H:%M} ({self.zone.key})"


def acts_for(talk: Talk, side: Side) -> tuple[Act, ...]:
    """What that side can do now; its buttons are drawn from it."""
    return tuple(act for act in Act if (talk, side, act) in TALKS)


def next_talk(talk: Talk, side: Side, act: Act) -> Talk:
    """Where the talk stands after that, or ``NotNow``."""
    if found := TALKS.get((talk, side, act)):
        return found
    if act in (Act.AGREE, Act.REFUSE):
        raise NotNow("There is no proposal that waits for an answer.")
    raise NotNow("There is no proposal that could be taken back.")


def next_embargo(state: Embargo, turn: Turn) -> Embargo:
    """Where the embargo stands after that, or ``NotNow``."""
    if found := TURNS.get((state, turn)):
        return found
    if state is Embargo.LEAKED:
        raise NotNow("It is in the open already: there is nothing left to keep between us.")
    raise NotNow("There is no embargo that could be ended.")


def may_talk(state: Embargo) -> bool:
    """Whether there is anything to agree on: after a leak there is not."""
    return (state, Turn.SET) in TURNS


def check_proposal(state: Embargo, moment: datetime | None, now: datetime) -> None:
    """Whether an embargo until ``moment`` may be proposed; None: to end the one that runs at once."""
    next_embargo(state, Turn.SET if moment else Turn.END)
    if moment:
        check_ahead(moment, now)


def check_ahead(moment: datetime, now: datetime) -> None:
    """A moment that two sides can agree on."""
    if moment <= now:
        raise BadDate("That moment has passed already.")
    if moment > now + FARTHEST:
        raise BadDate("That moment is more than two years away.")


def check_party(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.strip().isprintable():
        raise BadParty("Please say who it is, in one line of at most %(most)d letters.", most=LONGEST_NAME)


def check_text(text: str) -> None:
    """A few sentences of a person."""
    if not text.strip():
        raise BadText("There is nothing in it.")
    if len(text) > LONGEST_TEXT:
        raise BadText("This is too long. Please write at most %(limit)d characters.", limit=LONGEST_TEXT)
