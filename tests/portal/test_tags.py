"""Shapes, bars and words in templates: never colour or picture alone."""

import re
from datetime import date
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import engines
from django.utils import translation
from tests.cast import MONDAY_NINE

from meldpunt.conversation.quoting import pieces
from meldpunt.policy.calendar import WorkCalendar
from meldpunt.promises.rules import State, bar
from meldpunt.site import tags

CALENDAR = WorkCalendar(ZoneInfo("Europe/Amsterdam"))
MONDAY, THURSDAY = date(2026, 3, 2), date(2026, 3, 5)


def cells(started, due, today, kept=None):
    """The cells of a due bar, in order."""
    html = tags.due_bar(bar(started, due, today, kept, CALENDAR))
    assert html.startswith('<span class="due-bar" aria-hidden="true">')
    return re.findall(r"is-(\w+)", html.replace('class="icon"', 'class="is-tick"'))


def test_the_bar_has_a_cell_for_each_working_day_and_a_post_at_the_end():
    assert cells(MONDAY, THURSDAY, MONDAY) == ["left", "left", "left", "post"]
    assert cells(MONDAY, THURSDAY, date(2026, 3, 4)) == ["past", "now", "left", "post"]


def test_what_is_late_stands_behind_the_post():
    assert cells(MONDAY, THURSDAY, date(2026, 3, 9)) == ["past", "past", "past", "post", "over", "over"]


def test_what_was_kept_has_a_tick_on_its_day_also_on_the_day_it_began():
    assert cells(MONDAY, THURSDAY, THURSDAY, date(2026, 3, 3)) == ["tick", "spare", "spare", "post"]
    assert cells(MONDAY, THURSDAY, THURSDAY, MONDAY) == ["tick", "spare", "spare", "spare", "post"]


@pytest.mark.parametrize("state", State)
def test_every_state_of_a_promise_has_a_shape_and_a_word(state):
    html = tags.state(state)
    assert "<svg" in html and re.sub(r"<[^>]+>", "", html).strip()


@pytest.mark.parametrize(
    ("which", "bars", "word"), [(None, 0, "Not yet rated"), ("none", 0, "No severity"), ("critical", 4, "Critical")]
)
def test_severity_is_bars_and_a_word(which, bars, word):
    html = tags.severity(which)
    assert html.count('class="solid"') == bars
    assert html.count("<rect") == 4
    assert re.sub(r"<[^>]+>", "", html) == word


@pytest.mark.parametrize(
    ("size", "language", "said"),
    [(0, "en", "0 bytes"), (1, "en", "1 byte"), (4300, "en", "4 kB"), (1_340_000, "nl", "1,3 MB")],
)
def test_a_files_size_is_said_in_words(size, language, said):
    with translation.override(language):
        assert tags.in_bytes(size) == said


def test_a_letter_is_shown_as_it_was_typed_and_never_as_markup():
    letter = SimpleNamespace(at=MONDAY_NINE, pieces=pieces("<b>bold</b>\n\n  indented"), files=())
    page = engines["pages"].get_template("parts/letter.html")
    context = {"letter": letter, "zone": CALENDAR.zone, "shape": "in", "heading": "From you"}
    assert "&lt;b&gt;bold&lt;/b&gt;\n\n  indented</div>" in page.render(context)
