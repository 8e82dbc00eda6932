"""Two at once: nobody overwrites what somebody else did, and each sees that the other is there."""

import html
import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.build import HEAD
from tests.cast import HANNA, MONDAY_NINE, OPENER
from tests.desk.conftest import Desk, hidden, sign_in

import meldpunt
from meldpunt.cases import giving, presence
from meldpunt.cases.errors import NoSuchCase
from meldpunt.cases.models import Present
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.queries import DESK_EVENTS
from meldpunt.desk import accounts, labels, meanwhile, sending
from meldpunt.ledger import log

MINUTE = timedelta(minutes=1)
LATER = MONDAY_NINE + timedelta(days=1)
TEMPLATES = Path(meldpunt.__file__).parent / "templates" / "desk"
WITHOUT_VERSION = {"take-back", "reply-draft"}  # a letter and a draft of one's own: nobody else can have changed them


@pytest.fixture
def clock():
    with time_machine.travel(LATER, tick=False) as clock:
        yield clock


@pytest.fixture
def ref(desk):
    return desk.house.a_case()


def somebody(house, username, name, password="vier blauwe stoelen dansen"):
    accounts.create_handler(username, name, password, now=MONDAY_NINE)
    secret = accounts.enrol_totp(username, now=MONDAY_NINE).secret
    browser = Client(headers={"accept-language": "en"})
    sign_in(browser, username, secret, password)
    return Desk(browser, house, username)


@pytest.fixture
def rui(clock, desk):
    return somebody(desk.house, "rui", "Rui Alves")


def fields(page, form="", **more):
    part = page[page.index(form) :]
    return {"once": hidden(part, "once"), "seen": hidden(part, "seen"), **more}


def note(desk, ref, text):
    form = f'action="/cases/{ref}/note/"'
    return desk.post(f"/cases/{ref}/note/", **fields(desk.text(f"/cases/{ref}/"), form, note=text))


def kinds(ref):
    return [entry.kind for entry in log.read(ref)]


def test_a_letter_names_who_was_quicker_and_shows_what_they_did(clock, desk, rui, ref):
    mine = fields(desk.text(f"/cases/{ref}/reply/"), letter="My <own> words, with care")
    clock.shift(timedelta(minutes=3))
    theirs = fields(rui.text(f"/cases/{ref}/reply/"), letter="We are on it, says Rui.")
    assert rui.post(f"/cases/{ref}/reply/", **theirs).status_code == 302
    clock.shift(timedelta(minutes=2))
    answer = desk.post(f"/cases/{ref}/reply/", **mine)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Not sent: the case went on" in page
    assert "Rui Alves wrote to the reporter, 2 minutes ago." in page
    assert "We are on it, says Rui." in page  # what changed, beside what was typed
    assert "The lock of the tax page" not in page[page.index("What is new") : page.index("</details>")]
    assert "My &lt;own&gt; words, with care</textarea>" in page
    again = fields(page, 'action="/cases/' + ref + '/reply/"', letter="My own words, changed")
    assert desk.post(f"/cases/{ref}/reply/", **again).status_code == 302
    assert kinds(ref).count("letter.written") == 3  # and the acknowledgement


def test_a_note_waits_for_a_second_press_and_is_not_lost(clock, desk, rui, ref):
    form = f'action="/cases/{ref}/note/"'
    mine = fields(desk.text(f"/cases/{ref}/"), form, note="Supplier called <b>back</b>")
    note(rui, ref, "I call the supplier")
    clock.shift(MINUTE)
    answer = desk.post(f"/cases/{ref}/note/", **mine)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Not done yet: the case went on" in page
    assert "Rui Alves kept an internal note, 1 minute ago." in page
    assert "Supplier called &lt;b&gt;back&lt;/b&gt;</textarea>" in page
    assert kinds(ref).count("note.kept") == 1
    again = fields(page, form, note="Supplier called back")
    assert desk.post(f"/cases/{ref}/note/", **again).status_code == 302
    assert kinds(ref).count("note.kept") == 2


def test_whoever_takes_a_case_a_moment_too_late_hears_who_has_it(clock, desk, rui, ref):
    page = desk.text(f"/cases/{ref}/")
    take = {"seen": hidden(page[page.index(f"/cases/{ref}/take/") :], "seen")}
    note(rui, ref, "Other news is no reason")
    rui.post(f"/cases/{ref}/take/")
    answer = desk.post(f"/cases/{ref}/take/", **take)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Rui Alves took this case, less than a minute ago." in page
    assert "Take over this case" in page
    take = {"seen": hidden(page[page.index(f"/cases/{ref}/take/") :], "seen")}
    note(rui, ref, "And more news")
    assert desk.post(f"/cases/{ref}/take/", **take).status_code == 302
    assert kinds(ref).count("case.taken") == 2


def test_an_act_beside_the_case_is_held_up_with_its_words(clock, desk, rui, ref):
    page = desk.text(f"/cases/{ref}/")
    plan = fields(page, f'action="/cases/{ref}/embargo/leak/plan/"', leak_plan="Call the press officer first")
    note(rui, ref, "x y")
    answer = desk.post(f"/cases/{ref}/embargo/leak/plan/", **plan)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Rui Alves kept an internal note" in page
    told = page[page.index("What you wrote") :]
    assert "Call the press officer first" in told[: told.index("</details>")]
    again = fields(page, f'action="/cases/{ref}/embargo/leak/plan/"', leak_plan="Call the press officer first")
    assert desk.post(f"/cases/{ref}/embargo/leak/plan/", **again).status_code == 302


def test_the_first_step_of_an_act_tells_it_too(clock, desk, rui, ref):
    judged = {"verdict": "confirmed", "severity": "high", "expected_on": "2026-03-20"}
    mine = {**judged, "seen": hidden(desk.text(f"/cases/{ref}/assess/"), "seen")}
    page = rui.post(f"/cases/{ref}/assess/", **judged).content.decode()
    letter = html.unescape(re.search(r'name="letter"[^>]*>(.*?)</textarea>', page, re.S)[1])
    assert rui.post(f"/cases/{ref}/assess/send/", **judged, **fields(page), letter=letter).status_code == 302
    answer = desk.post(f"/cases/{ref}/assess/", **mine)
    page = answer.content.decode()
    assert answer.status_code == 200 and "The case went on while you were writing" in page
    assert "Rui Alves assessed this case, less than a minute ago." in page  # with its letter: one thing
    assert "wrote to the reporter" not in page


def test_the_reporter_and_oneself_are_told_as_well(clock, desk, ref):
    mine = fields(desk.text(f"/cases/{ref}/reply/"), letter="Words")
    note(desk, ref, "In another tab")
    arrival = desk.house.arrival("Here is more.", now=LATER)
    conversation.take_in(arrival, ref, desk.house.receipt(), HEAD, keys=desk.house.keys, by=OPENER, now=LATER)
    page = desk.post(f"/cases/{ref}/reply/", **mine).content.decode()
    assert "You kept an internal note, less than a minute ago." in page
    assert "The reporter wrote, less than a minute ago." in page and "Here is more." in page


def test_in_dutch(clock, desk, rui, ref):
    mine = fields(desk.text(f"/cases/{ref}/reply/"), letter="Woorden")
    rui.post(f"/cases/{ref}/take/")
    clock.shift(timedelta(minutes=40))
    page = desk.client.post(f"/cases/{ref}/reply/?lang=nl", mine).content.decode()
    assert "Rui Alves heeft deze zaak genomen, 40 minuten geleden." in page
    assert "Niet verstuurd: de zaak ging verder" in page


def test_many_at_once_say_who_was_quicker(clock, desk, rui, ref):
    page = desk.post("/many/", step="look", act="take", case=ref).content.decode()
    ticked = {"step": "do", "act": "take", "case": ref, "once": hidden(page, "once")}
    seen = {f"seen-{ref}": hidden(page, f"seen-{ref}")}
    rui.post(f"/cases/{ref}/take/")
    assert "Rui Alves took this case" in desk.post("/many/", **ticked, **seen).content.decode()
    assert kinds(ref).count("case.taken") == 1


def test_the_case_is_held_before_it_is_looked_at(ref):
    """Who waits for a colleague's act reads what that act did; on SQLite the whole transaction waits."""
    with connection.cursor(), CaptureQueriesContext(connection) as asked:
        sending.check_unmoved(ref, str(sending.seen(ref)))
    tables = [re.search(r'FROM "(\w+)"', query["sql"])[1] for query in asked]
    assert tables[-2:] == ["cases_case", "ledger_entry"]


def forms_of_a_case():
    for path in sorted(TEMPLATES.glob("*.html")):
        text = path.read_text()
        for form in re.findall(r"<form.*?</form>", text, re.S):
            if 'method="post"' in form and ("case.ref" in form.split(">")[0] or "desk/meanwhile.html" in text):
                yield path.name, form


def test_every_form_of_a_case_says_what_its_page_knew():
    found = list(forms_of_a_case())
    assert len(found) > 45
    loose = [
        name
        for name, form in found
        if 'name="seen" value="{{ seen }}"' not in form and not any(f"desk:{one}'" in form for one in WITHOUT_VERSION)
    ]
    assert loose == []


def test_one_sees_who_else_is_there(clock, desk, rui, ref):
    before = kinds(ref)
    assert "is looking" not in desk.text(f"/cases/{ref}/")
    assert "Hanna is looking at this case." in rui.text(f"/cases/{ref}/")
    rui.text(f"/cases/{ref}/reply/")
    assert "Rui Alves is writing a letter in this case." in desk.text(f"/cases/{ref}/")
    clock.shift(timedelta(minutes=3))
    assert "Rui Alves was writing a letter in this case 3 minutes ago." in desk.text(f"/cases/{ref}/")
    clock.shift(timedelta(minutes=3))
    assert "Rui" not in desk.text(f"/cases/{ref}/reply/")
    assert kinds(ref) == before  # no word of it in the log


def test_a_page_that_stays_open_asks_now_and_then(clock, desk, rui, ref):
    page = desk.text(f"/cases/{ref}/")
    ask = html.unescape(re.search(r'data-ask="([^"]+)"', page)[1])
    assert desk.get(ask).json() == {"there": [], "news": []}
    rui.text(f"/cases/{ref}/")
    note(rui, ref, "Called them")
    said = desk.get(ask).json()
    assert said["there"] == ["Rui Alves is looking at this case."]
    assert said["news"] == ["Rui Alves kept an internal note, less than a minute ago."]
    desk.get(f"/cases/{ref}/present/", doing="writing")
    clock.shift(MINUTE / 2)
    assert "Hanna is writing a letter" in rui.text(f"/cases/{ref}/")


def test_who_may_not_see_the_case_learns_nothing_of_who_is_there(clock, desk, rui, ref):
    desk.text(f"/cases/{ref}/")
    giving.restrict(ref, by=HANNA, now=LATER)
    assert rui.get(f"/cases/{ref}/present/").status_code == 404
    assert "Hanna" not in rui.get(f"/cases/{ref}/present/").content.decode()
    outside = accounts.people.actor("rui")
    with pytest.raises(NoSuchCase):
        presence.look_in(ref, presence.Doing.LOOKING, by=outside, now=LATER)
    assert not Present.objects.filter(person="rui").exists()


def test_asking_by_itself_keeps_no_session_alive(clock, desk, ref):
    for _ in range(7):
        clock.shift(timedelta(minutes=10))
        answer = desk.get(f"/cases/{ref}/present/")
    assert answer.status_code == 302


def test_whatever_may_happen_in_a_case_has_words(desk):
    """A new event needs a sentence here (``DONE``, or a name in ``EVENTS``), or is never news (``QUIET``)."""
    told = {*meanwhile.DONE, *labels.EVENTS, *sending.QUIET, "case.given", "case.taken-from"}  # these two name a person
    of_the_house = {"desk", "intake", "notices", "oversight", "policy", "vault"}  # never in the stream of a case
    besides = {"roles.set", "colleague.reachable", "colleague.absent", "token.made", "token.used", "token.revoked"}
    wordless = []
    for place in sorted(Path(meldpunt.__file__).parent.glob("*/events.py")):
        room = import_module(f"meldpunt.{place.parent.name}.events")
        found = [one.kind for one in vars(room).values() if isinstance(one, type) and hasattr(one, "kind")]
        assert found, place
        wordless += [kind for kind in found if place.parent.name not in of_the_house and kind not in told | besides]
    assert wordless == [] and set(DESK_EVENTS) <= told


def test_it_is_forgotten_and_costs_few_statements(clock, desk, rui, ref):
    def count():
        with CaptureQueriesContext(connection) as asked:
            desk.text(f"/cases/{ref}/")
        return len(asked)

    rui.text(f"/cases/{ref}/")
    desk.text(f"/cases/{ref}/")
    with_one = count()
    for username, name in (("ada", "Ada"), ("bo", "Bo"), ("cy", "Cy")):
        somebody(desk.house, username, name).text(f"/cases/{ref}/")
    assert count() == with_one
    assert Present.objects.count() == 5
    presence.forget_present(by=OPENER, now=LATER + timedelta(minutes=6))
    assert not Present.objects.exists()
