"""The erasure of data that was obtained, and the 72 hours of a data breach.  Pure.

    unknown --nothing--> not-needed
    unknown --touched--> open --ask--> asked --remind--> reminded --remind--> reminded-twice --give-up--> given-up
    unknown --ask------------------------^
                              attest: from every state but not-needed --> attested

``touched`` in ``not-needed`` or ``attested`` opens it again: more came to light.  Whoever has been asked
already stays asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from meldpunt.policy.calendar import WorkCalendar
from meldpunt.policy.rules import Term, due
from meldpunt.privacy.errors import BadBreach, BadErasure, NotNow

BREACH_TERM = timedelta(hours=72)  # GDPR art. 33(1); clock hours, weekends and holidays included
TEXT_LENGTH = 4000


class State(StrEnum):
    UNKNOWN = "unknown"  # nobody has said yet what was touched
    NOT_NEEDED = "not-needed"
    OPEN = "open"
    ASKED = "asked"
    REMINDED = "reminded"
    REMINDED_TWICE = "reminded-twice"
    ATTESTED = "attested"
    GIVEN_UP = "given-up"


class Act(StrEnum):
    NOTHING = "nothing"
    TOUCHED = "touched"
    ASK = "ask"
    REMIND = "remind"
    ATTEST = "attest"
    GIVE_UP = "give-up"


_WAITING = (State.ASKED, State.REMINDED, State.REMINDED_TWICE)
STEPS: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        (State.UNKNOWN, Act.NOTHING): State.NOT_NEEDED,
        (State.UNKNOWN, Act.TOUCHED): State.OPEN,
        (State.UNKNOWN, Act.ASK): State.ASKED,
        (State.NOT_NEEDED, Act.TOUCHED): State.OPEN,
        (State.OPEN, Act.NOTHING): State.NOT_NEEDED,
        (State.OPEN, Act.TOUCHED): State.OPEN,
        (State.OPEN, Act.ASK): State.ASKED,
        (State.ASKED, Act.REMIND): State.REMINDED,
        (State.REMINDED, Act.REMIND): State.REMINDED_TWICE,
        (State.REMINDED_TWICE, Act.GIVE_UP): State.GIVEN_UP,
        (State.ATTESTED, Act.TOUCHED): State.OPEN,
        (State.GIVEN_UP, Act.TOUCHED): State.GIVEN_UP,
        **{(state, Act.TOUCHED): state for state in _WAITING},
        **{(state, Act.NOTHING): State.NOT_NEEDED for state in _WAITING},
        **{(state, Act.ATTEST): State.ATTESTED for state in (State.UNKNOWN, State.OPEN, *_WAITING, State.GIVEN_UP)},
    }
)


class Data(StrEnum):
    """Kinds of data that were touched."""

    PERSONAL = "personal"
    SPECIAL = "special"  # GDPR art. 9 and 10: health, faith, offences and the like
    SECRETS = "secrets"  # passwords, keys, tokens
    BUSINESS = "business"  # about nobody in particular


ABOUT_PEOPLE = frozenset({Data.PERSONAL, Data.SPECIAL, Data.SECRETS})


class Decision(StrEnum):
    """What was decided about a data breach (GDPR art. 33 and 34)."""

    AUTHORITY = "authority"  # the supervisory authority is told
    AUTHORITY_AND_PERSONS = "authority-and-persons"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Touched:
    """What the reporter came to see or keep.  ``people``: about how many are concerned, None for unknown."""

    kinds: tuple[Data, ...]
    people: int | None = None
    note: str = field(default="", repr=False)

    @property
    def about_people(self) -> bool:
        return bool(ABOUT_PEOPLE & set(self.kinds))


@dataclass(frozen=True, slots=True)
class Attestation:
    """What the reporter says: nothing was obtained, or it was erased: what, when and how."""

    obtained: bool
    what: str = field(default="", repr=False)
    erased_on: str = ""  # ISO day
    how: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Assessment:
    """A decision about a data breach.  ``aware_at``: when the organisation knew enough; the 72 hours begin there."""

    decision: Decision
    decided_by: str = field(repr=False)
    reason: str = field(repr=False)
    aware_at: datetime
    persons: str = field(default="", repr=False)


def acts_for(state: State) -> tuple[Act, ...]:
    """What can be done now; the desk draws its buttons from this."""
    return tuple(act for at, act in STEPS if at is state)


def next_state(state: State, act: Act) -> State:
    """Where the erasure stands after ``act``, or ``NotNow``."""
    try:
        return STEPS[state, act]
    except KeyError:
        raise NotNow("That cannot be done with the erasure as it stands now.") from None


def reminder_due(
    state: State, asked_at: datetime | None, terms: Sequence[Term], calendar: WorkCalendar
) -> datetime | None:
    """When the next reminder is due (UTC); None when there is none to come."""
    place = {State.ASKED: 0, State.REMINDED: 1}.get(state)
    if place is None or asked_at is None or place >= len(terms):
        return None
    return due(terms[place], asked_at, calendar).late_from


def notify_by(aware_at: datetime) -> datetime:
    """The end of the 72 hours."""
    return aware_at + BREACH_TERM


def check_touched(touched: Touched) -> None:
    if touched.people is not None and touched.people < 0:
        raise BadErasure("The number of people cannot be below zero.")
    if len(touched.note) > TEXT_LENGTH:
        raise BadErasure("That text is too long: at most %(most)d letters.", most=TEXT_LENGTH)


def check_attestation(said: Attestation, today: str) -> None:
    """``today`` is the organisation's, as an ISO day."""
    if not said.obtained:
        return
    if not said.what.strip() or not said.erased_on:
        raise BadErasure("Please say what you had, and on which day you erased it.")
    if said.erased_on > today:
        raise BadErasure("That day is still to come. Please attest it when it is done.")
    if max(len(said.what), len(said.how)) > TEXT_LENGTH:
        raise BadErasure("That text is too long: at most %(most)d letters.", most=TEXT_LENGTH)


def check_aware(aware_at: datetime, received_at: datetime, now: datetime) -> None:
    if aware_at > now:
        raise BadBreach("The moment of awareness is still to come.")
    if aware_at < received_at - timedelta(days=1):
        raise BadBreach("The moment of awareness is before the report came in.")


def check_assessment(made: Assessment, now: datetime) -> None:
    """A decision has a person and a reason; a notification after 72 hours says why it is late (art. 33(1))."""
    if not made.decided_by.strip():
        raise BadBreach("Please say who decided.")
    if not made.reason.strip():
        raise BadBreach("Please say why. After 72 hours, say also why it is late.")
    if max(len(made.reason), len(made.decided_by)) > TEXT_LENGTH:
        raise BadBreach("That text is too long: at most %(most)d letters.", most=TEXT_LENGTH)
