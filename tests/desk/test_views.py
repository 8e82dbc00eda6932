"""Views that somebody keeps for themselves."""

import re

import pytest
import time_machine
from tests.cast import HANNA, MONDAY_NINE

from meldpunt.ground.values import Actor, Role
from meldpunt.triage import views
from meldpunt.triage.models import View

JORIS = Actor(Role.HANDLER, "joris")


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY_NINE, tick=True):
        yield


def test_filters_are_kept_under_a_name_and_shown_first(desk):
    mine, _other = desk.house.a_case("Weakness A"), desk.house.a_case("Weakness B", message_id="<b@example.org>")
    desk.post(f"/cases/{mine}/take/")
    answer = desk.post("/views/", name="  My <own>  work ", filters="mine nonsense", first="1")
    assert answer["Location"] == "/?show=mine"
    page = desk.text("/")
    assert "Weakness A" in page and "Weakness B" not in page
    assert re.search(r'<a href="/\?show=mine" aria-current="true">My &lt;own&gt; work <span>first', page)
    everything = desk.text("/", show="everything")
    assert "Weakness B" in everything
    drop = re.search(r'action="(/views/\d+/drop/)"', page)
    desk.post(drop[1])
    assert "Weakness B" in desk.text("/")


def test_a_question_is_kept_and_stands_in_no_address(desk):
    where = desk.post("/views/", name="Locks", asked_for="lock state:open", first="1")["Location"]
    assert "lock" not in where
    assert 'value="lock state:open"' in desk.text(where)
    page = desk.text("/")
    assert re.search(r'<a href="/search/[^"]+">Locks</a>', page)


def test_a_view_without_a_name_is_asked_for_one(desk):
    answer = desk.post("/views/", name=" ", filters="late", asked_for="")
    assert answer.status_code == 400
    assert "Give the view a name." in answer.content.decode() and 'value="late"' in answer.content.decode()


def test_they_are_ones_own_and_locked(house):
    keep = {"first": False, "keys": house.keys, "now": MONDAY_NINE}
    views.keep("Lekken", asked="lekken", by=HANNA, **keep)
    views.keep("lekken", filters="late", by=HANNA, **keep)  # the same name: gives way
    views.keep("Lekken", filters="today", by=JORIS, **keep)
    [one] = views.of(HANNA, house.keys)
    assert (one.name, one.filters, one.asked) == ("lekken", "late", "")
    views.drop(one.id, by=JORIS, now=MONDAY_NINE)
    assert views.of(HANNA, house.keys) == (one,)
    assert all(b"ekken" not in bytes(row.name) + bytes(row.shows) for row in View.objects.all())


def test_there_is_an_end_to_them(house):
    for number in range(views.MOST):
        views.keep(f"View {number}", filters="late", first=False, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    with pytest.raises(views.BadView):
        views.keep("One more", filters="late", first=False, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    assert len(views.of(HANNA, house.keys)) == views.MOST
