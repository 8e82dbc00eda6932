"""A letter that came back is seen at the desk until somebody has taken note of it."""

import pytest
from tests.build import HEAD
from tests.cast import HANNA, HOUR, MONDAY_NINE, OPERATOR

from meldpunt.conversation import commands as conversation
from meldpunt.conversation.models import OutboxLetter

LATER = MONDAY_NINE + HOUR


@pytest.fixture
def came_back(desk):
    ref = desk.house.a_case()
    conversation.write(ref, "We are on it.", "reply", HEAD, keys=desk.house.keys, by=HANNA, now=LATER)
    row = OutboxLetter.objects.order_by("-created_at").first()
    conversation.failed(row.id, True, "5.1.1", by=OPERATOR, now=LATER)
    return ref


def test_the_inbox_and_the_case_say_it_until_it_was_seen(desk, came_back):
    assert "1 letter could not be delivered" in desk.text("/")
    assert f'href="/cases/{came_back}/" class="reference-number"' in desk.text("/")
    page = desk.text(f"/cases/{came_back}/")
    assert "1 letter could not be delivered" in page and "It could not be delivered." in page
    assert "No mail server took it." in page
    for _ in range(2):
        assert desk.post(f"/cases/{came_back}/undelivered/")["Location"] == f"/cases/{came_back}/"
    assert "letter could not be delivered" not in desk.text("/")
    page = desk.text(f"/cases/{came_back}/")
    assert "I have seen it" not in page and "It could not be delivered." in page


def test_in_dutch(desk, came_back, dutch):
    assert "1 brief kon niet worden bezorgd" in desk.text("/", lang="nl")
    assert "Ik heb het gezien" in desk.text(f"/cases/{came_back}/", lang="nl")


def test_nothing_is_said_when_all_arrives_and_absent_cases_are_absent(desk):
    assert "could not be delivered" not in desk.text("/")
    assert desk.post("/cases/VB-2026-0099/undelivered/").status_code == 404
