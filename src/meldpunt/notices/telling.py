"""Write down that something is to be told: to whom, by what way, and when.  Used by this room alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from meldpunt.notices import rules
from meldpunt.notices.models import Hook, Notice, Preference
from meldpunt.notices.rules import How, Quiet, What, Wish
from meldpunt.policy.calendar import WorkCalendar
from meldpunt.promises import colleagues
from meldpunt.promises.guard import Person


@dataclass(frozen=True, slots=True)
class Listener:
    """How somebody is reached.  ``since``: what happened before is not told; ``None`` when they never said a wish."""

    wish: Wish = field(default_factory=Wish)
    by_mail: bool = True
    by_hook: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told."""

    what: What
    at: datetime
    case: str = ""
    promise: str = ""
    due_on: date | None = None
    late_from: datetime | None = None
    exact: bool = False


class Listeners:
    """Everybody at the desk who can be reached, as it is now: three queries."""

    def __init__(self) -> None:
        hooked = set(Hook.objects.filter(stopped_at__isnull=True).values_list("name", flat=True))
        known = {name: Listener(by_hook=True) for name in hooked}
        for row in Preference.objects.all():
            known[row.name] = Listener(wish_in(row), row.by_mail, row.name in hooked, row.since)
        self._known: Mapping[str, Listener] = known
        self.people = self._reachable(colleagues.everybody())

    def _reachable(self, found: Mapping[str, Person]) -> dict[str, Person]:
        """Who wants no mail has no address here; who has a webhook can be reached without one."""
        people = {name: found.get(name, Person(name, "")) for name in sorted({*found, *self._known})}
        return {
            name: replace(one, address=one.address if self.of(name).by_mail else "", by_hook=self.of(name).by_hook)
            for name, one in people.items()
        }

    def of(self, name: str) -> Listener:
        return self._known.get(name, Listener())

    def anybody_for_news(self) -> bool:
        """Whether anybody wants to hear of more than what is due."""
        return any(one.wish.how is not How.DUE for one in self._known.values())

    def tell(self, people: Iterable[Person], news: News, calendar: WorkCalendar, now: datetime) -> int:
        """Have them told, each as they wish.  Returns how many will be."""
        rows = [row for person in people if (row := self._notice(person, news, calendar, now))]
        Notice.objects.bulk_create(rows)
        return len(rows)

    def _notice(self, person: Person, news: News, calendar: WorkCalendar, now: datetime) -> Notice | None:
        listener = self.of(person.name)
        unheard = listener.since is not None and news.at < listener.since
        if unheard or not listener.wish.wants(news.what) or not (person.address or person.by_hook):
            return None
        at = rules.moment_for(listener.wish, news.what, now, calendar)
        return Notice(
            person=person.name,
            what=news.what,
            case=news.case,
            promise=news.promise,
            due_on=news.due_on,
            late_from=news.late_from,
            exact=news.exact,
            at=news.at,
            mail_at=at if person.address else None,
            hook_at=at if person.by_hook else None,
        )


def wish_in(row: Preference) -> Wish:
    quiet = Quiet(row.quiet_since, row.quiet_until) if row.quiet_since and row.quiet_until else None
    return Wish(How(row.how), quiet)


def notice_in(row: Notice) -> rules.Notice:
    return rules.Notice(row.pk, What(row.what), row.case, row.at, row.promise, row.due_on, row.late_from, row.exact)


def forget_told() -> None:
    """What was told by every way is gone."""
    Notice.objects.filter(mail_at__isnull=True, hook_at__isnull=True).delete()
