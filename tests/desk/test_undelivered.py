"""A letter that came back is seen at the desk until somebody has taken note of it."""

import re

import pytest
from tests.build import HEAD
from tests.cast import HANNA, HOUR, MONDAY_NINE, OPERATOR

from meldpunt.conversation import commands as conversation
from meldpunt.conversation import outgoing, posting
from meldpunt.conversation.models import OutboxLetter

LATER = MONDAY_NINE + HOUR


@pytest.fixture
def came_back(desk):
    ref = desk.house.a_case()
    conversation.write(ref, "We are on it.", "reply", HEAD, keys=desk.house.keys, by=HANNA, now=LATER)
    row = OutboxLetter.objects.order_by("-created_at").first()
    outgoing.failed(row.id, True, "5.1.1", by=OPERATOR, now=LATER)
    return ref


def test_the_inbox_and_the_case_say_it_until_it_was_seen(desk, came_back):
    assert "1 letter could not be delivered" in desk.text("/")
    assert f'href="/cases/{came_back}/" class="reference-number"' in desk.text("/")
    page = desk.text(f"/cases/{came_back}/")
    assert "1 letter could not be delivered" in page and "It could not be delivered." in page
    assert "No mail server took it." in page
    for _ in range(2):
        assert desk.post(f"/cases/{came_back}/undelivered/")["Location"].startswith(f"/cases/{came_back}/")
    assert "letter could not be delivered" not in desk.text("/")
    page = desk.text(f"/cases/{came_back}/")
    assert "I have seen it" not in page and "It could not be delivered." in page


def test_in_dutch(desk, came_back, dutch):
    assert "1 brief kon niet worden bezorgd" in desk.text("/", lang="nl")
    assert "Ik heb het gezien" in desk.text(f"/cases/{came_back}/", lang="nl")


def test_nothing_is_said_when_all_arrives_and_absent_cases_are_absent(desk):
    assert "could not be delivered" not in desk.text("/")
    assert desk.post("/cases/VB-2026-0099/undelivered/").status_code == 404


def again(desk, ref, address):
    page = desk.text(f"/cases/{ref}/")
    [action] = re.findall(r'action="(/cases/[^"]*/again/)"', page)
    once = re.search(rf'action="{re.escape(action)}".*?name="once" value="([^"]*)"', page, re.DOTALL)[1]
    return desk.post(action, once=once, address=address)


def test_why_and_what_to_do_is_said_and_the_letter_goes_again(desk, came_back):
    page = desk.text(f"/cases/{came_back}/")
    assert "The mail server knows nobody with this address." in page
    assert "The reply, " in page and 'value="nachtuil@example.org"' in page
    answer = again(desk, came_back, "nachtuil@elders.example")
    assert answer["Location"] == f"/cases/{came_back}/#lost"
    page = desk.text(f"/cases/{came_back}/")
    assert "could not be delivered</h2>" not in page and "nachtuil@elders.example" in page
    assert "A letter was sent again" in page and "corrected" in page
    assert "letter could not be delivered" not in desk.text("/")
    assert OutboxLetter.objects.filter(state="waiting", record__gt="").count() == 1


def test_an_address_that_is_none_is_told_and_kept_in_the_form(desk, came_back):
    answer = again(desk, came_back, "nachtuil at elders")
    page = answer.content.decode()
    assert answer.status_code == 400
    field = re.search(r'<div class="field field--wrong">.*?</div>', page, re.DOTALL)[0]
    assert 'id="address-error-1">Write one mail address' in field and 'value="nachtuil at elders"' in field
    assert 'aria-describedby="address-hint-1 address-error-1" aria-invalid="true"' in field


def test_the_servers_words_are_shown_as_words(desk):
    ref = desk.house.a_case()
    row = OutboxLetter.objects.get()
    said = posting.sealed_words(row.id, "550 <b>no</b>", desk.house.keys.public)
    outgoing.failed(row.id, True, "550", by=OPERATOR, now=LATER, said=said)
    page = desk.text(f"/cases/{ref}/")
    assert "550 &lt;b&gt;no&lt;/b&gt;" in page
    assert "The acknowledgement, " in page and "no longer works then" in page
