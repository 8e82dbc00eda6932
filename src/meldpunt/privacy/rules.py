"""Consents, and the one gate through which anything about a reporter leaves.  Pure.

A consent, once per recipient and use:

    (nothing) --give--> given --narrow--> given --withdraw--> withdrawn
        |                 ^
       ask                |
        v                 |
      asked ----give------+
        \\-----decline---> declined

It is *in force* while it is given and its last moment has not come.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from meldpunt.privacy.errors import AlreadyGiven, BadConsent, BadShare, NoGround, NothingToShare, NotInForce

NAME_LENGTH = 120
LONGEST = timedelta(days=5 * 366)


class What(StrEnum):
    """What leaves."""

    TECHNICAL = "technical"  # the weakness, and nothing about who reported it
    IDENTITY = "identity"  # who reported


class Scope(StrEnum):
    """How much of who they are; each holds the one before it."""

    NAME = "name"
    CONTACT = "contact"  # name and address


class Kind(StrEnum):
    """To what kind of recipient."""

    OWNER = "owner"
    SUPPLIER = "supplier"
    NATIONAL_COORDINATOR = "national-coordinator"
    SECTOR_CSIRT = "sector-csirt"
    OTHER_ORGANISATION = "other-organisation"
    AUTHORITY = "authority"


class Use(StrEnum):
    """For what."""

    SOLVE = "solve"  # ask questions, solve the weakness
    COORDINATE = "coordinate"  # warn others who have the same weakness
    THANK = "thank"  # thank or reward the reporter


class Ground(StrEnum):
    """On which ground something leaves."""

    NOT_PERSONAL = "not-personal"  # the technical part: nobody is named
    STANDING_POLICY = "standing-policy"  # the policy says so of every report; for the technical part only
    CONSENT = "consent"
    LAW = "law"
    COURT = "court"


GROUNDS: Mapping[What, tuple[Ground, ...]] = MappingProxyType(
    {
        What.TECHNICAL: (Ground.NOT_PERSONAL, Ground.STANDING_POLICY),
        What.IDENTITY: (Ground.CONSENT, Ground.LAW, Ground.COURT),
    }
)
# A consent to "the supplier" is clear enough; one to "another organisation" names it
MUST_BE_NAMED = frozenset({Kind.OTHER_ORGANISATION, Kind.AUTHORITY})


class State(StrEnum):
    ASKED = "asked"
    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    GIVE = "give"
    DECLINE = "decline"
    NARROW = "narrow"
    WITHDRAW = "withdraw"


STEPS: Mapping[tuple[State, Act], State] = MappingProxyType(
    {
        (State.ASKED, Act.GIVE): State.GIVEN,
        (State.ASKED, Act.DECLINE): State.DECLINED,
        (State.GIVEN, Act.NARROW): State.GIVEN,
        (State.GIVEN, Act.WITHDRAW): State.WITHDRAWN,
    }
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """``name`` is empty for whoever is of that kind."""

    kind: Kind
    name: str = field(default="", repr=False)

    def covers(self, other: "Recipient") -> bool:
        """Whether what is allowed for this one is allowed for ``other``."""
        return self.kind is other.kind and (not self.name or _same(self.name, other.name))


@dataclass(frozen=True, slots=True)
class Consent:
    """``until`` is its last moment (UTC), None for none."""

    id: str
    recipient: Recipient
    scope: Scope
    use: Use
    state: State
    at: datetime  # asked or given
    until: datetime | None = None

    def in_force(self, now: datetime) -> bool:
        return self.state is State.GIVEN and (self.until is None or now < self.until)

    def allows(self, recipient: Recipient, scope: Scope, use: Use) -> bool:
        return self.recipient.covers(recipient) and self.use is use and holds(self.scope, scope)


@dataclass(frozen=True, slots=True)
class Leaving:
    """What somebody wants to let out.  ``source``: the article or the ruling; ``decided_by``: the person."""

    what: What
    recipient: Recipient
    use: Use
    ground: Ground
    scope: Scope = Scope.NAME
    source: str = field(default="", repr=False)
    decided_by: str = field(default="", repr=False)


def holds(wide: Scope, narrow: Scope) -> bool:
    return narrow is Scope.NAME or wide is Scope.CONTACT


def acts_for(state: State) -> tuple[Act, ...]:
    """What can be done with a consent in that state: the page draws its buttons from this."""
    return tuple(act for at, act in STEPS if at is state)


def next_state(state: State, act: Act) -> State:
    """Where a consent stands after ``act``, or ``NotInForce``."""
    try:
        return STEPS[state, act]
    except KeyError:
        raise NotInForce("That consent is not in force, so this cannot be done with it.") from None


def check_recipient(recipient: Recipient) -> None:
    if recipient.kind in MUST_BE_NAMED and not recipient.name.strip():
        raise BadConsent("Please say which organisation.")
    if len(recipient.name) > NAME_LENGTH or "\n" in recipient.name:
        raise BadConsent("The name of an organisation is one line of at most %(most)d letters.", most=NAME_LENGTH)


def check_given(new: Consent, others: Iterable[Consent], now: datetime) -> None:
    """Refuse a consent that says nothing, ends before it begins, or is in force already."""
    check_recipient(new.recipient)
    check_until(new.until, now)
    for old in others:
        if old.id != new.id and old.in_force(now) and _contains(old, new):
            raise AlreadyGiven("You have given this consent already. It is in force; nothing has changed.")


def check_until(until: datetime | None, now: datetime) -> None:
    if until is not None and until <= now:
        raise BadConsent("The last day has passed already.")
    if until is not None and until > now + LONGEST:
        raise BadConsent("The last day is more than five years away.")


def narrowed(old: Consent, scope: Scope, until: datetime | None, now: datetime) -> Consent:
    """The consent with less in it.  Refuses what would widen it, and what changes nothing."""
    next_state(old.state, Act.NARROW)
    if not old.in_force(now):
        raise NotInForce("That consent is not in force, so this cannot be done with it.")
    check_until(until, now)
    later = old.until is not None and (until is None or until > old.until)
    if later or not holds(old.scope, scope):
        raise BadConsent("That would allow more than before. To allow more, give a new consent.")
    if (scope, until) == (old.scope, old.until):
        raise BadConsent("That changes nothing.")
    return replace(old, scope=scope, until=until)


def check_gate(leaving: Leaving, consents: Iterable[Consent], known: frozenset[Scope], now: datetime) -> Consent | None:
    """The gate.  Gives the consent on which something leaves, None when it leaves on another ground.

    ``known``: what there is about the reporter.  Raises ``NoGround``, ``NothingToShare``, ``BadShare``.
    """
    if leaving.ground not in GROUNDS[leaving.what]:
        raise NoGround("Who reported leaves only with their consent, or when a law or a court requires it.")
    if not leaving.recipient.name.strip():
        raise BadShare("Please say to which organisation.")
    check_recipient(leaving.recipient)
    if leaving.what is What.TECHNICAL:
        return None
    if leaving.scope not in known:
        raise NothingToShare("There is nothing of that kind about the reporter: what is not known cannot be shared.")
    if leaving.ground is Ground.CONSENT:
        return _consent_for(leaving, consents, now)
    if not leaving.source.strip() or not leaving.decided_by.strip():
        raise NoGround("Please write down the article of the law or the ruling of the court, and who decided.")
    return None


def _consent_for(leaving: Leaving, consents: Iterable[Consent], now: datetime) -> Consent:
    asked = (leaving.recipient, leaving.scope, leaving.use)
    for consent in consents:
        if consent.in_force(now) and consent.allows(*asked):
            return consent
    raise NoGround("The reporter has given no consent for this, or it is no longer in force. Nothing has left.")


def _contains(old: Consent, new: Consent) -> bool:
    lasts = old.until is None or (new.until is not None and new.until <= old.until)
    return lasts and old.allows(new.recipient, new.scope, new.use)


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last moment of a local day."""
    return datetime.combine(day + timedelta(days=1), time(), zone)
