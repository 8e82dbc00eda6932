"""What there is to tell, how often somebody wants to hear it, and when that is.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from meldpunt.notices.errors import BadHook, BadWish
from meldpunt.policy.calendar import WorkCalendar
from meldpunt.promises.guard import LONGEST_PAUSE, To

DIGEST = time(8, 15)  # local time on working days; what is due today is known by 08:00
LONGEST_URL = 2000
# Seconds before a webhook that did not answer is called again, and when we stop
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600))
GIVE_UP_AFTER = timedelta(days=3)


class How(StrEnum):
    """How often somebody wants to hear."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    DUE = "due"  # of what is due, and of nothing else


class What(StrEnum):
    """What there is to tell."""

    CASE = "case"  # a new report
    MESSAGE = "message"  # the reporter wrote
    DISPUTED = "disputed"  # the reporter tried again, and it is still there
    OWNER = "owner"  # the owner of the system wrote, or said a date
    UNDELIVERED = "undelivered"  # a letter could not be delivered
    HELD = "held"  # a letter waits in the held box
    DUE_SOON = "due-soon"
    DUE_TODAY = "due-today"
    LATE = "late"
    TEST = "test"  # somebody tries their webhook


DUE = frozenset({What.DUE_SOON, What.DUE_TODAY, What.LATE})
STEPS: Mapping[To, What] = MappingProxyType(
    {To.HANDLER: What.DUE_SOON, To.TEAM: What.DUE_TODAY, To.RESPONSIBLE: What.LATE}
)


class Form(StrEnum):
    """What a webhook understands."""

    MATTERMOST = "mattermost"
    SLACK = "slack"
    MATRIX = "matrix"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Local hours in which nothing is told; over midnight when it begins later than it ends."""

    since: time
    until: time

    def holds(self, at: time) -> bool:
        if self.since <= self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody wants to be told."""

    how: How = How.DUE
    quiet: Quiet | None = None

    def wants(self, what: What) -> bool:
        return self.how is not How.DUE or what in DUE or what is What.TEST


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell one person.  ``due_on`` and ``late_from`` with what is due; ``case`` is empty for the house."""

    id: int
    what: What
    case: str
    at: datetime
    promise: str = ""
    due_on: date | None = None
    late_from: datetime | None = None
    exact: bool = False


def moment_for(wish: Wish, what: What, now: datetime, calendar: WorkCalendar) -> datetime:
    """When it is told: at once, with the digest, and never in the quiet hours."""
    if what is What.TEST:
        return now
    at = now if wish.how is not How.DAILY else _next_digest(now, calendar)
    return _after_quiet(at, wish.quiet, calendar)


def _next_digest(now: datetime, calendar: WorkCalendar) -> datetime:
    today = now.astimezone(calendar.zone).date()
    for day in (today, *calendar.between(today, today + LONGEST_PAUSE)):
        at = datetime.combine(day, DIGEST, calendar.zone).astimezone(UTC)
        if at >= now and calendar.works_on(day):
            return at
    return now


def _after_quiet(at: datetime, quiet: Quiet | None, calendar: WorkCalendar) -> datetime:
    local = at.astimezone(calendar.zone)
    if quiet is None or not quiet.holds(local.time()):
        return at
    day = local.date() if local.time() < quiet.until else local.date() + timedelta(days=1)
    return datetime.combine(day, quiet.until, calendar.zone).astimezone(UTC)


def quiet_from(since: str, until: str) -> Quiet | None:
    """Quiet hours as they are typed, ``18:00``; none when both are empty.  ``BadWish``."""
    if not since.strip() and not until.strip():
        return None
    try:
        quiet = Quiet(_hour(since), _hour(until))
    except ValueError:
        raise BadWish("Write both hours, like 18:00 and 08:00, or leave both empty.") from None
    if quiet.since == quiet.until:
        raise BadWish("The quiet hours end when they begin. Choose two different hours.")
    return quiet


def _hour(typed: str) -> time:
    return time.fromisoformat(typed.strip()).replace(second=0, microsecond=0, tzinfo=None)


def check_url(url: str) -> str:
    """The address of a webhook, or ``BadHook``: https, a name, and nothing that could be a password."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadHook("That is not a web address.") from None
    if parts.scheme != "https" or not host or not url.isascii() or any(sign.isspace() for sign in url):
        raise BadHook("The address of a webhook begins with https:// and has no spaces.")
    if parts.username is not None or parts.fragment or len(url) > LONGEST_URL:
        raise BadHook("The address of a webhook has no user name and no # in it.")
    return url


def pause_after(failures: int) -> timedelta:
    """How long to wait when a webhook did not answer so many times in a row."""
    return PAUSES[min(failures, len(PAUSES)) - 1]


def hook_context(name: str) -> str:
    """What the seal of a webhook is bound to."""
    return f"hook|{name}"
