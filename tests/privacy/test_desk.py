"""The desk: sharing through the gate, data that was touched, the 72 hours, erasure."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER
from tests.desk.conftest import desk, desk_house, hanna, hidden  # noqa: F401  # fixtures

from meldpunt.cases.rules import Reporter
from meldpunt.cases.visits import open_visit, visiting
from meldpunt.ground.values import REPORTER
from meldpunt.ledger import log
from meldpunt.privacy import commands, crediting, erasing, queries
from meldpunt.privacy.credit import Wish
from meldpunt.privacy.erasure import Attestation, Data, Decision, State, Touched
from meldpunt.privacy.errors import BadBreach, NotNow
from meldpunt.privacy.rules import Kind, Recipient, Scope, Use

ZEBRA = Reporter("Zebra Vinkenoog", "zebrapad@example.org")
SHARE = {"to": "owner", "organisation": "Team Belastingen", "use": "solve", "until": "", "note": ""}
TECHNICAL = SHARE | {"what": "technical", "ground": "not-personal"}
IDENTITY = SHARE | {"what": "identity", "ground": "consent", "scope": "name", "source": "", "decided_by": ""}


@pytest.fixture
def ref(desk):  # noqa: F811
    return desk.house.a_case("The lock opens.\n\nKind regards,\nZebra\n", reporter=ZEBRA)


def visit_to(desk):  # noqa: F811
    return visiting(open_visit(desk.house.receipts[-1], by=REPORTER, now=MONDAY_NINE), MONDAY_NINE)


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def land_the_fix(ref, now=MONDAY_NINE):
    """As the room of remediation tells it."""
    told = log.Told(1, ref, 1, now, "handler:hanna", "fix.landed", {"on": "2026-03-02"}, "")
    erasing.hear(told, by=OPENER, now=now)


def test_nothing_shows_when_there_is_nothing_to_know(desk, ref):  # noqa: F811
    page = desk.text(f"/cases/{ref}/")
    assert "Consents" not in page and "72 hours" not in text_of(page).replace("The 72 hours begin there", "")


def test_the_technical_part_is_read_marked_and_shared(desk, ref):  # noqa: F811
    page = desk.text(f"/cases/{ref}/share/")
    assert re.search(r"<mark>Kind regards,\s+Zebra</mark>", page)
    posted = TECHNICAL | {"once": hidden(page, "once"), "text": "It opens. Zebra Vinkenoog saw it."}
    refused = desk.post(f"/cases/{ref}/share/", **posted)
    assert refused.status_code == 400 and "still says who reported" in refused.content.decode()
    assert "<mark>Zebra Vinkenoog</mark> saw it." in refused.content.decode()
    posted["text"] = "It opens."
    answer = desk.post(f"/cases/{ref}/share/", **posted)
    assert "Exactly this may now go to Team Belastingen (owner of the system)." in answer.content.decode()
    again = desk.post(f"/cases/{ref}/share/", **posted)  # a reload
    assert again["Location"] == f"/cases/{ref}/"
    assert [entry.kind for entry in log.read(ref)].count("data.shared") == 1
    assert "Team Belastingen (owner of the system): technical part" in text_of(desk.text(f"/cases/{ref}/"))


def test_who_reported_needs_a_consent_and_one_that_is_taken_back_is_none(desk, ref):  # noqa: F811
    key = hidden(desk.text(f"/cases/{ref}/share/"), "once")
    before = log.head(ref)
    refused = desk.post(f"/cases/{ref}/share/", **IDENTITY, once=key)
    assert refused.status_code == 409 and "The reporter has given no consent for this" in refused.content.decode()
    assert log.head(ref) == before
    to = Recipient(Kind.OWNER)
    mine = commands.give(visit_to(desk), to, Scope.CONTACT, Use.SOLVE, None, by=REPORTER, now=MONDAY_NINE)
    answer = desk.post(f"/cases/{ref}/share/", **IDENTITY, once=key).content.decode()
    assert "Zebra Vinkenoog" in answer and "zebrapad@" not in answer.split('class="letter"')[1]
    commands.withdraw(visit_to(desk), mine, by=REPORTER, now=MONDAY_NINE)
    assert desk.post(f"/cases/{ref}/share/", **IDENTITY, once="another").status_code == 409
    law = IDENTITY | {"ground": "law", "source": "Sv art. 126nd", "decided_by": "Hanna"}
    assert desk.post(f"/cases/{ref}/share/", **law, once="third").status_code == 200


def test_anonymous_has_nothing_to_share(desk):  # noqa: F811
    nobody = desk.house.a_case(reporter=Reporter())
    page = desk.text(f"/cases/{nobody}/share/")
    assert "The reporter is anonymous: there is nothing to share." in page and "Share who reported" not in page
    law = IDENTITY | {"ground": "law", "source": "art. 1", "decided_by": "Hanna", "scope": "contact"}
    assert desk.post(f"/cases/{nobody}/share/", **law, once="1").status_code == 409


def test_absent_cases_look_absent(desk):  # noqa: F811
    for path in ("share", "consent", "erasure", "credit"):
        assert desk.get(f"/cases/VB-2026-0099/{path}/").status_code == 404, path
    for path in ("share/", "data/", "breach/", "erasure/attest/", "erasure/stop/"):
        assert desk.post(f"/cases/VB-2026-0099/{path}", **TECHNICAL, text="x", nothing="1").status_code == 404, path
    assert desk.post("/cases/VB-2026-0099/erasure/", letter="x").status_code == 404


def test_a_consent_is_asked_with_a_letter_that_is_read_first(desk, ref):  # noqa: F811
    wanted = {"to": "supplier", "organisation": "Leverancier BV", "scope": "contact", "use": "solve"}
    page = desk.post(f"/cases/{ref}/consent/", **wanted).content.decode()
    assert "May we tell Leverancier BV your name and your address, so that they can ask you questions" in page
    assert "zebrapad@example.org" in page  # where it goes
    sent = {**wanted, "letter": "May we?", "once": hidden(page, "once"), "seen": hidden(page, "seen")}
    assert desk.post(f"/cases/{ref}/consent/", **sent).status_code == 302
    assert "Leverancier BV (supplier): name and address" in desk.text(f"/cases/{ref}/")
    assert desk.post(f"/cases/{ref}/consent/", to="other-organisation", scope="name", use="solve").status_code == 400


def test_personal_data_starts_the_72_hours_in_plain_sight(desk, ref):  # noqa: F811
    friday = datetime(2026, 4, 3, 14, 30, tzinfo=UTC)  # 16:30 in Amsterdam, Good Friday
    with time_machine.travel(friday + 2 * HOUR, tick=False):
        fields = {"kinds": ["personal", "special"], "people": "120", "aware_at": "2026-04-03T16:30", "once": "1"}
        assert desk.post(f"/cases/{ref}/data/", **fields).status_code == 302
        page = text_of(desk.text(f"/cases/{ref}/"))
    assert "Data breach: 70 hours left to decide" in page
    assert "Monday 6 April 2026, 16:30, Amsterdam time" in page
    assert "about 120 people" in page
    with time_machine.travel(friday + 74 * HOUR, tick=False):
        assert "The 72 hours ended 2 hours ago" in text_of(desk.text(f"/cases/{ref}/"))
        posted = {"decision": "authority", "decided_by": "Mira, privacy officer", "reason": "", "first": "1"}
        refused = desk.post(f"/cases/{ref}/breach/", **posted, once="2")
        assert refused.status_code == 400 and "Please say why." in refused.content.decode()
        posted["reason"] = "Health data; late because the file was found on Sunday."
        assert desk.post(f"/cases/{ref}/breach/", **posted, once="2").status_code == 302
        page = text_of(desk.text(f"/cases/{ref}/"))
    assert "The 72 hours ended" not in page and "Decided by Mira, privacy officer" in page
    told = log.read(ref)[-1]
    assert (told.kind, told.facts) == ("breach.assessed", {"decision": "authority", "in_time": False})


def test_the_beginning_of_the_72_hours_is_never_set_later(house):
    ref = house.a_case(reporter=ZEBRA)

    def note(aware, now):
        touched = Touched((Data.PERSONAL,), 3)
        erasing.note_touched(ref, touched, aware, keys=house.keys, by=HANNA, now=now)

    note(MONDAY_NINE + HOUR, MONDAY_NINE + 2 * HOUR)
    for wrong in (MONDAY_NINE + 90 * HOUR / 60, MONDAY_NINE + 3 * HOUR, MONDAY_NINE - 2 * DAY):
        with pytest.raises(BadBreach):
            note(wrong, MONDAY_NINE + 2 * HOUR)
    note(MONDAY_NINE, MONDAY_NINE + 2 * HOUR)
    note(None, MONDAY_NINE + 5 * HOUR)
    assert queries.standing_of(ref).aware_at == MONDAY_NINE
    with pytest.raises(NotNow):
        other = house.a_case("Another.", reporter=ZEBRA)
        erasing.assess_breach(other, Decision.NONE, "Mira", "no risk", "", by=HANNA, now=MONDAY_NINE)


def test_what_makes_no_sense_is_told_beside_the_form(desk, ref):  # noqa: F811
    before = log.head(ref)
    for wrong in (
        {},
        {"kinds": "personal", "nothing": "1"},
        {"kinds": "personal", "people": "many"},
        {"kinds": "personal", "aware_at": "yesterday"},
        {"kinds": "personal", "aware_at": "2999-01-01T10:00"},
    ):
        assert desk.post(f"/cases/{ref}/data/", **wrong, once="1").status_code == 400, wrong
    assert log.head(ref) == before


def test_when_the_fix_lands_the_reporter_is_asked_and_the_desk_owes_a_letter(desk, ref):  # noqa: F811
    house = desk.house
    land_the_fix(ref)
    land_the_fix(ref)  # landing twice asks once
    assert [entry.kind for entry in log.read(ref)].count("erasure.asked") == 1
    with time_machine.travel(MONDAY_NINE, tick=False):
        assert "Ask the reporter to erase what they obtained" in desk.text(f"/cases/{ref}/")
        page = desk.text(f"/cases/{ref}/erasure/")
        assert "Please erase now whatever you obtained" in page
        sent = {"letter": "Please erase.", "once": hidden(page, "once"), "seen": hidden(page, "seen")}
        assert desk.post(f"/cases/{ref}/erasure/", **sent).status_code == 302
        assert "remind the reporter" not in desk.text(f"/cases/{ref}/")
    for days, state in ((8, State.REMINDED), (15, State.REMINDED_TWICE)):
        with time_machine.travel(MONDAY_NINE + days * DAY, tick=False):
            assert ref in queries.waiting(MONDAY_NINE + days * DAY)
            assert "remind the reporter to erase" in desk.text(f"/cases/{ref}/")
            page = desk.text(f"/cases/{ref}/erasure/")
            assert "have not heard from you yet" in page
            sent = {"letter": "Have you?", "once": hidden(page, "once"), "seen": hidden(page, "seen")}
            assert desk.post(f"/cases/{ref}/erasure/", **sent).status_code == 302
            assert "remind the reporter to erase" not in desk.text(f"/cases/{ref}/")
            assert queries.standing_of(ref).erasure is state
    assert not queries.waiting(MONDAY_NINE + 99 * DAY)
    assert desk.post(f"/cases/{ref}/erasure/stop/", once="9").status_code == 302
    assert "given up: nobody answered" in desk.text(f"/cases/{ref}/")
    fields = {"what": "zebra table", "erased_on": "2026-03-20", "once": "10"}
    assert desk.post(f"/cases/{ref}/erasure/attest/", **fields).status_code == 302
    assert queries.standing_of(ref).erasure is State.ATTESTED
    [told] = queries.erasure_page(HANNA, ref, house.keys).attested
    assert told.by == "handler:hanna"
    assert log.read(ref)[-1].facts == {"by": "handler", "how": "letter", "obtained": True}


def test_where_nothing_was_touched_nobody_is_asked(house):
    ref = house.a_case(reporter=ZEBRA)
    erasing.note_touched(ref, Touched(()), None, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    land_the_fix(ref)
    assert queries.standing_of(ref).erasure is State.NOT_NEEDED
    with pytest.raises(NotNow):
        erasing.write(ref, "Please erase.", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE)


def test_what_was_attested_before_the_fix_is_not_asked_again(desk, ref):  # noqa: F811
    erasing.attest(visit_to(desk), Attestation(False), by=REPORTER, now=MONDAY_NINE)
    land_the_fix(ref)
    assert queries.standing_of(ref).erasure is State.ATTESTED


def test_the_desk_reads_the_name_that_the_portal_cannot(desk, ref):  # noqa: F811
    crediting.wish(visit_to(desk), Wish.ALIAS, "Nacht <i>uil</i>", "", by=REPORTER, now=MONDAY_NINE)
    page = desk.text(f"/cases/{ref}/")
    assert "by another name: Nacht &lt;i&gt;uil&lt;/i&gt;" in page
    page = desk.text(f"/cases/{ref}/credit/")
    sent = {"letter": "How?", "once": hidden(page, "once"), "seen": hidden(page, "seen")}
    assert desk.post(f"/cases/{ref}/credit/", **sent).status_code == 302
    assert log.read(ref)[-1].kind == "credit.asked"
