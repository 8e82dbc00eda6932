"""When very many forms come in: people hardly notice, machines have to work, and nobody is noted down."""

from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st
from tests.portal.conftest import TEXT, words_in

from meldpunt.ground import clock
from meldpunt.intake import flood
from meldpunt.intake.models import Item
from meldpunt.intake.rules import Door
from meldpunt.portal import flood as tickets

SOON = timedelta(seconds=1)


@pytest.fixture
def later(monkeypatch):
    """Move the clock that the portal reads on: ``later(seconds)``."""
    moved = [timedelta()]
    real = clock.now
    monkeypatch.setattr("meldpunt.portal.middleware.clock.now", lambda: real() + moved[0])

    def move(seconds):
        moved[0] += timedelta(seconds=seconds)

    return move


@pytest.fixture
def busy(reporter, later):
    """So many forms came within the last minute."""
    cache.clear()

    def fill(count):
        now = clock.now()
        came = {"received_at": now, "door": Door.FORM, "sealed": b"x", "outcome": "opened"}
        Item.objects.bulk_create(Item(token=f"{count}-{n}", **came) for n in range(count))

    return fill


def found_for(ticket, bits):
    return next(str(n) for n in range(10**6) if flood.worked(ticket, str(n)) >= bits)


def test_while_it_is_calm_nothing_is_asked(reporter, busy):
    busy(flood.CALM - 1)
    assert reporter.send().status_code == 201


def test_who_sends_at_once_in_a_flood_waits_a_little_with_every_word_kept(reporter, busy, later):
    busy(flood.CALM)
    form = reporter.form()
    answer = reporter.send(form=form, impact="Read all.")
    assert answer.status_code == 429
    page = unescape(answer.content.decode())
    assert "we ask you to wait 20 seconds" in words_in(answer) and TEXT in page and "Read all." in page
    assert f'name="ticket" value="{form["ticket"]}"' in page
    later(21)
    assert reporter.send(form=form).status_code == 201


def test_who_took_their_time_does_not_notice_the_flood(reporter, busy, later):
    form = reporter.form()
    busy(flood.CALM)
    later(25)
    assert reporter.send(form=form).status_code == 201


def test_a_browser_that_worked_need_not_wait(reporter, busy):
    busy(flood.CALM)
    form = reporter.form()
    work = found_for(form["ticket"], flood.FEWEST_BITS)
    assert reporter.send(form=form, work=work + "0").status_code == 429
    assert reporter.send(form=form, work=work).status_code == 201
    assert reporter.send(form=form, work=work).status_code == 409  # and not once more


@pytest.mark.parametrize(
    "change",
    [
        {"ticket": ""},
        {"ticket": "WyJ4IiwgMV0:1abc:forged"},
        {"ticket": "x" * 299},
        {"ticket": "\0"},
        {"once": "another-form"},
    ],
)
def test_a_ticket_of_no_form_or_of_another_form_is_none(reporter, busy, later, change):
    form = reporter.form()
    busy(flood.CALM)
    later(60)
    refused = reporter.send(form=form | change)
    assert refused.status_code == 429
    fresh = reporter.client.get("/report/")
    assert fresh.status_code == 200


def test_only_so_many_that_merely_waited_come_in_and_who_worked_still_does(reporter, busy, later):
    busy(flood.CALM)
    forms = [reporter.form() for _ in range(flood.MOST_WAITED + 2)]
    later(200)
    statuses = [reporter.send(form=form).status_code for form in forms[:-1]]
    assert statuses.count(201) == flood.MOST_WAITED and statuses[-1] == 429
    last = forms[-1]
    assert reporter.send(form=last, work=found_for(last["ticket"], 15)).status_code == 201


def test_a_ticket_is_not_gathered_for_ever(reporter, busy, later):
    form = reporter.form()
    later(flood.GOOD_FOR.total_seconds() + 60)
    cache.clear()
    now = clock.now() + flood.GOOD_FOR + timedelta(seconds=60)
    Item.objects.bulk_create(
        Item(token=f"t{n}", received_at=now, door=Door.FORM, sealed=b"x", outcome="opened") for n in range(flood.CALM)
    )
    assert reporter.send(form=form).status_code == 429


def test_what_is_counted_is_a_number_and_nothing_else(reporter, busy, later):
    busy(flood.CALM)
    form = reporter.form()
    later(30)
    reporter.client.post("/report/", {}, headers={"user-agent": "Kwiebus/1", "x-forwarded-for": "203.0.113.7"})
    assert reporter.send(form=form).status_code == 201
    place = f"{tickets.COUNTER}-"
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM site_cache")
        kept = [(key, value) for key, value in cursor.fetchall() if place in key]
    assert len(kept) == 1
    assert "203.0.113.7" not in str(kept) and "Kwiebus" not in str(kept)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_more_come_the_more_is_asked_and_never_too_much(one, other):
    fewer, more = sorted((one, other))
    less, asked = flood.pace(fewer), flood.pace(more)
    assert less is None or (asked and less.bits <= asked.bits and less.wait <= asked.wait)
    assert asked is None or (asked.bits <= flood.MOST_BITS and asked.wait <= flood.LONGEST)


@given(st.text(max_size=40), st.text(max_size=20))
def test_work_is_counted_as_a_browser_counts_it(ticket, work):
    import hashlib

    digest = hashlib.sha256(f"{ticket}:{work}".encode("utf-8", "replace")).hexdigest()
    bits = bin(int(digest, 16))[2:].zfill(256)
    assert flood.worked(ticket, work) == len(bits) - len(bits.lstrip("0"))
