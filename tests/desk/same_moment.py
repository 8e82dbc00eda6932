"""Two handlers act on one case at the very same moment.  Runs on PostgreSQL alone: tests/house/test_postgresql.py.

The case is held until both wait for it, so that nobody is quicker by chance; then it is let go.
"""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from tests.desk.conftest import desk, desk_house, hanna, hidden  # noqa: F401  # fixtures
from tests.desk.test_two_handlers import fields, kinds, somebody

from meldpunt.cases.models import Case
from meldpunt.ground import clock

PATIENCE = 60  # seconds, on a machine with much else to do


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """What is written here is there for others, and stays: the ledger lets nobody take it out.  So this runs last."""
    with django_db_blocker.unblock():
        yield
        connection.close()


@pytest.fixture
def rui(desk):  # noqa: F811
    return somebody(desk.house, "rui", "Rui Alves")


def reply(person, ref):
    """What their form sends, when they press the button."""
    page = person.text(f"/cases/{ref}/reply/")
    return f"/cases/{ref}/reply/", fields(page, letter=f"Written by {person.username}.")


def assess(person, ref):
    day = (clock.now() + timedelta(days=20)).date().isoformat()
    judged = {"verdict": "confirmed", "severity": "high", "expected_on": day}
    page = person.post(f"/cases/{ref}/assess/", **judged).content.decode()
    return f"/cases/{ref}/assess/send/", {**judged, **fields(page), "letter": f"Written by {person.username}."}


def note(person, ref):
    form = f'action="/cases/{ref}/note/"'
    return f"/cases/{ref}/note/", fields(person.text(f"/cases/{ref}/"), form, note=f"Written by {person.username}.")


def take(person, ref):
    page = person.text(f"/cases/{ref}/")
    return f"/cases/{ref}/take/", {"seen": hidden(page[page.index(f"/cases/{ref}/take/") :], "seen")}


def in_a_thread(person, path, form, barrier):
    try:
        barrier.wait(PATIENCE)
        return person.post(path, **form)
    finally:
        connection.close()  # this thread's own


def wait_until_both_wait():
    until = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() == (2,):
                return
            time.sleep(0.01)
    pytest.fail("they do not wait for each other")


def both_at_once(people, ref, act):
    """The answers to two who press their buttons while somebody else holds the case."""
    forms = [act(person, ref) for person in people]
    barrier = threading.Barrier(3)
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Case.objects.select_for_update().get(ref=ref)
            acting = [pool.submit(in_a_thread, one, *form, barrier) for one, form in zip(people, forms, strict=True)]
            barrier.wait(PATIENCE)
            wait_until_both_wait()
            assert not any(one.done() for one in acting)
        return [one.result(PATIENCE) for one in acting]


def test_exactly_one_of_two_wins_and_the_other_reads_what_happened(desk, rui):  # noqa: F811
    assert connection.vendor == "postgresql"
    for act, told in ((reply, "letter.written"), (assess, "case.assessed"), (note, "note.kept"), (take, "case.taken")):
        ref = desk.house.a_case()
        before = kinds(ref).count(told)
        answers = both_at_once((desk, rui), ref, act)
        assert sorted(answer.status_code for answer in answers) == [302, 409], act
        assert kinds(ref).count(told) == before + 1
        lost = answers[0].status_code == 409
        page = answers[0 if lost else 1].content.decode()
        winner, loser = ("Rui Alves", "hanna") if lost else ("Hanna", "rui")
        assert re.search(rf"{winner} [^<]*, less than a minute ago\.", page)
        assert act is take or f"Written by {loser}." in page  # nothing that was typed is lost
