"""What we published, and who is thanked for it: pages and feeds for everybody.

Nothing of it may be kept by others without asking us anew: a name that is taken back is gone at the next look.
"""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from meldpunt.policy import words
from meldpunt.portal.middleware import PortalRequest
from meldpunt.portal.policy import published_or_refuse
from meldpunt.publication import queries
from meldpunt.publication.queries import Thanked

FEED = "application/atom+xml; charset=utf-8"


@require_safe
def thanks(request: PortalRequest) -> HttpResponse:
    """The hall of fame, newest first, by year."""
    years = [(year, [(one, month_of(one)) for one in lines]) for year, lines in queries.hall_by_year()]
    return _page(request, "portal/hall.html", years=years, any_published=bool(queries.advisories()))


@require_safe
def thanks_feed(request: PortalRequest) -> HttpResponse:
    """The same as Atom.  An entry knows its month and no finer date."""
    page, zone = _address("thanks"), published_or_refuse(request).policy.calendar.zone
    feed = _feed(request, gettext("Hall of fame"), page, "thanks-feed")
    for one in queries.hall()[: queries.MOST]:
        said = gettext("Thanked in %(month)s.") % {"month": month_of(one)}
        at = datetime.combine(one.month, time(), zone)
        link = one.link or page
        feed.add_item(one.shown, link, said, unique_id=f"{page}#{one.id}", updateddate=at)
    return _atom(feed)


@require_safe
def advisories(request: PortalRequest) -> HttpResponse:
    """What we published, newest first."""
    return _page(request, "portal/hall_advisories.html", advisories=queries.advisories())


@require_safe
def advisories_feed(request: PortalRequest) -> HttpResponse:
    feed = _feed(request, gettext("Publications"), _address("advisories"), "advisories-feed")
    for one in queries.advisories():
        link = _address("advisory", one.name)
        text = f"{one.text}\n\n{gettext('Discovered by')} {one.shown}" if one.shown else one.text
        shown = linebreaks(text, autoescape=True)  # a summary is read as HTML, and the text is none
        feed.add_item(one.title, link, shown, unique_id=link, pubdate=one.published_at, updateddate=one.updated_at)
    return _atom(feed)


@require_safe
def advisory(request: PortalRequest, name: str) -> HttpResponse:
    """One publication.  ``NoSuchAdvisory``."""
    return _page(request, "portal/hall_advisory.html", advisory=queries.advisory(name))


def month_of(one: Thanked) -> str:
    """The month and its year, in words."""
    names = words.MONTHS[words.spoken(get_language() or "en")]
    return f"{names[one.month.month - 1]} {one.month.year}"


def _page(request: PortalRequest, template: str, **told: Any) -> HttpResponse:
    zone: ZoneInfo = published_or_refuse(request).policy.calendar.zone
    return render(request, template, {"here": "thanks", "zone": zone, **told})


def _address(name: str, *words: str) -> str:
    return settings.CONFIG.portal_address + reverse(name, args=words)


def _feed(request: PortalRequest, title: str, page: str, own: str) -> Atom1Feed:
    language = get_language() or "en"
    organisation = published_or_refuse(request).policy.organisation.name.said_in(language)
    return Atom1Feed(
        title=f"{title}: {organisation}",
        link=page,
        description=None,
        language=language,
        author_name=organisation,
        feed_url=_address(own),
        feed_guid=page,
    )


def _atom(feed: Atom1Feed) -> HttpResponse:
    return HttpResponse(feed.writeString("utf-8"), content_type=FEED)
