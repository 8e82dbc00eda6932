"""Reading the calendar of a policy: how the organisation counts its working days.  Pure."""

from datetime import date, time

from meldpunt.policy.calendar import HOME, WorkCalendar, is_known, regions
from meldpunt.policy.errors import BadMoment
from meldpunt.policy.rules import read_zone
from meldpunt.policy.tables import Table

DUTCH_ONLY = ("five_may", "good_friday", "equated_days")


def read_calendar(table: Table) -> WorkCalendar:
    country, region = _country(table)
    name = table.text("zone")
    try:
        zone = read_zone(name)
    except BadMoment as refusal:
        raise table.refuse(refusal.sentence, "zone", **refusal.words) from None
    calendar = WorkCalendar(
        zone=zone,
        five_may=table.flag("five_may", default=True),
        good_friday=table.flag("good_friday", default=True),
        equated_days=table.flag("equated_days", default=False),
        closing_days=_closing_days(table),
        cut_off=_cut_off(table),
        country=country,
        region=region,
    )
    table.no_more()
    return calendar


def _country(table: Table) -> tuple[str, str]:
    country = table.text("country") if "country" in table else HOME
    if not is_known(country):
        raise table.refuse('the holidays of "%(name)s" are not known here.', "country", name=country)
    region = table.text("region") if "region" in table else ""
    if region and region not in regions(country):
        known = ", ".join(regions(country)) or "-"
        raise table.refuse('there is no region "%(name)s", only %(known)s.', "region", name=region, known=known)
    for key in DUTCH_ONLY if country != HOME else ():
        if key in table and table.flag(key):
            raise table.refuse(
                "%(name)s is about Dutch holidays, and the country is %(country)s.", key, name=key, country=country
            )
    return country, region


def _closing_days(table: Table) -> frozenset[date]:
    days = table.items("closing_days")
    for day in days:
        if type(day) is not date:  # a datetime is a date too, to Python
            raise table.refuse("closing_days are dates without quotes, like 2026-12-24.", "closing_days")
    return frozenset(days)


def _cut_off(table: Table) -> time | None:
    if "cut_off" not in table:
        return None
    found = table.value("cut_off")
    try:
        cut_off = found if isinstance(found, time) else time.fromisoformat(str(found))
    except ValueError:
        cut_off = None
    if cut_off is None or cut_off.tzinfo is not None:
        raise table.refuse('cut_off must be a time of day, like "17:00".', "cut_off")
    return cut_off
