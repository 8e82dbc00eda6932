"""What a person promises in a letter, said in both languages.  Now is Tuesday 24 November 2026, 10:00 in Amsterdam."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from meldpunt.promises.spoken import found_in

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("You will hear from us before Tuesday 12:00.", "2026-12-01T11:00"),
        ("You will hear from us before Tuesday.", "2026-11-30T23:00"),
        ("We write by Friday.", "2026-11-27T23:00"),
        ("We write no later than 1 December, 5 pm.", "2026-12-01T16:00"),
        ("before December 1st, 2026 at 17:00", "2026-12-01T16:00"),
        ("by 2026-12-11", "2026-12-11T23:00"),
        ("U hoort uiterlijk vrijdag 4 december van ons.", "2026-12-04T23:00"),
        ("vóór morgen 12 uur", "2026-11-25T11:00"),
        ("voor maandag 30 november om 12.00 uur", "2026-11-30T11:00"),
        ("uiterlijk op 3 mei", "2027-05-03T22:00"),
        ("by\nFriday", "2026-11-27T23:00"),
    ],
)
def test_a_day_or_an_hour_is_found(text, moment):
    [found] = found_in(text, NOW, ZONE)
    assert found.late_from == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for your report of Tuesday 12 May.",
        "before the fix lands in 3 days",
        "uiterlijk op 31 februari",
        "a password by 12 people",
        "by 1 March 2020",
        "> You promised to write by Friday.",
        "",
    ],
)
def test_what_is_no_promise_is_not(text):
    assert found_in(text, NOW, ZONE) == ()


def test_several_are_told_soonest_first_and_each_once():
    text = "By Friday we write, and again by Friday 27 November; the fix comes before 1 December 09:00."
    assert [one.words for one in found_in(text, NOW, ZONE)] == ["By Friday", "before 1 December 09:00"]
