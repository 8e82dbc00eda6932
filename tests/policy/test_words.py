from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from django.utils.dates import MONTHS, WEEKDAYS

from meldpunt.policy import words
from meldpunt.policy.rules import Term

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
THURSDAY = date(2026, 11, 26)


def test_days_in_words():
    assert words.day_in_words(THURSDAY, "en") == "Thursday 26 November 2026"
    assert words.day_in_words(THURSDAY, "nl") == "donderdag 26 november 2026"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_names_of_days_and_months_are_those_of_the_framework(language):
    with translation.override(language):
        for day in (date(2026, month, month) for month in range(1, 13)):
            expected = f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month]} {day.year}"
            assert words.day_in_words(day, language) == expected


def test_due_days_name_the_end_of_the_day_and_the_zone():
    assert words.due_in_words(THURSDAY, AMSTERDAM, "en") == "Thursday 26 November 2026, end of day, Amsterdam time"
    assert (
        words.due_in_words(THURSDAY, AMSTERDAM, "nl")
        == "donderdag 26 november 2026, einde van de dag, Amsterdamse tijd"
    )


def test_moments_are_shown_in_local_time():
    at = datetime(2026, 11, 26, 13, 5, tzinfo=UTC)
    assert words.moment_in_words(at, AMSTERDAM, "en") == "Thursday 26 November 2026, 14:05, Amsterdam time"
    hour = "Thursday 26 November 2026, between 14:00 and 15:00, Amsterdam time"
    assert words.hour_in_words(at, AMSTERDAM, "en") == hour
    assert "tussen 14.00 en 15.00 uur" in words.hour_in_words(at, AMSTERDAM, "nl")
    assert words.moment_in_words(at, AMSTERDAM, "nl") == "donderdag 26 november 2026, 14.05 uur, Amsterdamse tijd"


def test_the_hour_that_occurs_twice_names_its_offset():
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert words.moment_in_words(first, AMSTERDAM, "en").endswith("02:30, Amsterdam time (UTC+02:00)")
    assert words.moment_in_words(second, AMSTERDAM, "en").endswith("02:30, Amsterdam time (UTC+01:00)")


@pytest.mark.parametrize(
    ("term", "en", "nl"),
    [
        ("3 working days", "three working days", "drie werkdagen"),
        ("1 working day", "one working day", "één werkdag"),
        ("12 months", "twelve months", "twaalf maanden"),
        ("14 days", "14 days", "14 dagen"),
        ("72 hours", "72 hours", "72 uur"),
        ("1 hour", "one hour", "één uur"),
    ],
)
def test_terms_in_words(term, en, nl):
    assert words.term_in_words(Term.read(term), "en") == en
    assert words.term_in_words(Term.read(term), "nl-nl") == nl


@pytest.mark.parametrize(
    ("left", "en", "nl"),
    [
        (2, "2 working days left", "nog 2 werkdagen"),
        (1, "1 working day left", "nog 1 werkdag"),
        (0, "today is the last day", "vandaag is de laatste dag"),
        (-1, "1 working day late", "1 werkdag te laat"),
        (-3, "3 working days late", "3 werkdagen te laat"),
    ],
)
def test_what_is_left_in_words(left, en, nl):
    assert words.left_in_words(left, "en") == en
    assert words.left_in_words(left, "nl") == nl


@pytest.mark.parametrize(
    ("zone", "en", "nl"),
    [
        ("Europe/Amsterdam", "Amsterdam time", "Amsterdamse tijd"),
        ("America/New_York", "New York time", "tijd in New York"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_zones_in_words(zone, en, nl):
    assert words.zone_in_words(ZoneInfo(zone), "en") == en
    assert words.zone_in_words(ZoneInfo(zone), "nl") == nl
