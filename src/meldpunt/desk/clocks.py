"""The clocks that a letter sets: what it promises is shown before it goes, and counts when it went."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from meldpunt.conversation import news
from meldpunt.conversation.errors import BadNextDay
from meldpunt.conversation.queries import letterhead as letterhead_of
from meldpunt.conversation.recalling import GRACE
from meldpunt.desk.case import act
from meldpunt.desk.middleware import DeskRequest
from meldpunt.ground.values import CaseRef
from meldpunt.policy import queries as policy
from meldpunt.promises.spoken import Spoken, found_in


class Clocks:
    """The promises found in a letter, and what the form said of them.

    ``besides``: moments that are owed anyway, so that they are not counted twice.
    """

    def __init__(self, request: DeskRequest, text: str, besides: Collection[datetime] = ()) -> None:
        zone = policy.current().policy.calendar.zone
        found = found_in(text, request.now, zone)
        self.found: tuple[Spoken, ...] = tuple(one for one in found if one.late_from not in besides)
        self._shown = set(request.POST.getlist("clock"))
        self._meant = set(request.POST.getlist("promise"))

    @property
    def unseen(self) -> bool:
        """Whether the letter promises something that its writer has not been shown yet."""
        return any(one.late_from.isoformat() not in self._shown for one in self.found)

    @property
    def promised(self) -> tuple[datetime, ...]:
        """What the writer let stand as a promise."""
        return tuple(one.late_from for one in self.found if one.late_from.isoformat() in self._meant)

    @property
    def lines(self) -> list[dict[str, object]]:
        """For the form: each with its moment as a key, and whether it is ticked."""
        return [
            {
                "key": one.late_from.isoformat(),
                "words": one.words,
                "at": one.late_from,
                "ticked": one.late_from.isoformat() not in self._shown or one.late_from.isoformat() in self._meant,
            }
            for one in self.found
        ]


@require_POST
def no_news(request: DeskRequest, ref: str) -> HttpResponse:
    """One click by a person: there is no news, and the reporter hears more by that day.  It can be taken back."""

    def work() -> None:
        by_day = _day(request.POST.get("next_by", ""))
        letterhead = letterhead_of(settings.CONFIG.portal_address)
        who: dict[str, Any] = {"keys": request.keys, "by": request.actor, "now": request.now}
        news.no_news(CaseRef(ref), by_day, letterhead, grace=GRACE, **who)

    return act(request, ref, "news", work)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadNextDay("Write the date as year-month-day, like 2026-12-11.") from None
