"""The reporter asks to be forgotten, and a person decides: who they are is erased, what they reported stays."""

import re

import pytest
from tests.cast import BASE, HANNA, HOUR, MONDAY_NINE
from tests.desk.conftest import desk, desk_house, hanna  # noqa: F401  # fixtures
from tests.portal.conftest import receipt_in, words_in
from tests.portal.test_visit import open_all, the_case

from meldpunt.cases import queries as cases
from meldpunt.cases.errors import NoSuchCase
from meldpunt.cases.models import Extra, Record, Seal
from meldpunt.cases.rules import Purpose, RecordKind, key_context
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.queries import letterhead
from meldpunt.ground import clock
from meldpunt.ground.values import REPORTER
from meldpunt.ledger import log
from meldpunt.privacy import forgetting
from meldpunt.privacy.errors import BadErasure, NotNow
from meldpunt.privacy.models import Forgetting
from meldpunt.privacy.queries import waiting
from meldpunt.vault import sealing
from meldpunt.vault.errors import CannotOpen
from meldpunt.works import opener

TEXT = "The check on the booking number can be skipped: zebrapad."
ADDRESS = "nachtuil@example.org"


@pytest.fixture
def visitor(reporter):
    """Gave a name and an address, wants to be named, and asked to be forgotten."""
    code = receipt_in(reporter.send(contact="mail", address=ADDRESS, name="Nachtuil"))
    open_all(reporter.house)
    reporter.show(code)
    wish = {"wish": "alias", "shown": "De Uil", "keep": "1"}
    assert reporter.client.post("/my/name/", {**reporter.form("/my/name/"), **wish}).status_code == 302
    form = {name: value for name, value in reporter.form("/my/report/").items() if name == "csrfmiddlewaretoken"}
    assert reporter.client.post("/my/forget/", {**form, "why": "My employer reads my mail."}).status_code == 302
    return reporter


def grant(house, by=HANNA):
    forgetting.grant(the_case(house), keys=house.keys, by=by, now=clock.now())


def test_the_request_stands_on_both_pages_and_in_the_list_of_what_waits(visitor):
    house, ref = visitor.house, the_case(visitor.house)
    assert "you asked us to erase who you are" in words_in(visitor.client.get("/my/report/"))
    assert forgetting.asked_of(HANNA, ref, house.keys).why == "My employer reads my mail."
    assert waiting(clock.now()) == (ref,)
    with pytest.raises(NotNow):
        forgetting.ask(visiting(visitor), "", by=REPORTER, now=clock.now())


def visiting(visitor):
    from meldpunt.cases.visits import visiting as look

    return look(visitor.client.cookies["meldpunt-visit"].value, clock.now())


def test_what_was_sealed_to_who_they_are_opens_no_more(visitor):
    house, ref = visitor.house, the_case(visitor.house)
    before = Seal.objects.get(case__ref=ref, purpose=Purpose.IDENTITY)
    was = sealing.unseal(house.keys.private, bytes(before.sealed), key_context(ref, Purpose.IDENTITY, "vault"))
    identity = before.case.identity
    grant(house)
    after = Seal.objects.get(case__ref=ref, purpose=Purpose.IDENTITY)
    now = sealing.unseal(house.keys.private, bytes(after.sealed), key_context(ref, Purpose.IDENTITY, "vault"))
    assert now != was
    with pytest.raises(CannotOpen):
        sealing.unseal(now, bytes(identity), f"identity|{ref}")
    assert not Extra.objects.filter(case__ref=ref, purpose=Purpose.IDENTITY).exists()
    assert not OutboxLetter.objects.filter(case=ref).exclude(sealed=b"").exists()
    who = cases.reporter_of(HANNA, ref, house.keys)
    assert (who.name, who.address, who.key) == ("", "", b"")
    row = cases.case_for(HANNA, ref, house.keys)
    assert row.reach == "page"


def test_what_was_reported_stays_and_the_page_still_works(visitor):
    grant(visitor.house)
    page = words_in(visitor.client.get("/my/report/"))
    assert TEXT in page and "we erased who you are" in page
    assert visitor.send("/my/report/", text="Still here.").status_code == 302
    open_all(visitor.house)
    assert "Still here." in words_in(visitor.client.get("/my/report/"))
    forgetting_again = visitor.client.post("/my/forget/", visitor.form("/my/report/"))
    assert forgetting_again.status_code == 409


def test_the_ledger_says_that_it_happened_and_never_who_it_was(visitor):
    ref = the_case(visitor.house)
    grant(visitor.house)
    told = log.read(ref)
    kinds = [entry.kind for entry in told]
    assert kinds[-1] == "identity.erased" and "credit.withdrawn" in kinds and "identity.erasure-asked" in kinds
    assert "nachtuil" not in str([entry.facts for entry in told]).lower()


def test_a_refusal_is_a_letter_with_its_reason_and_one_may_ask_again(visitor):
    house, ref = visitor.house, the_case(visitor.house)
    head, now = letterhead(BASE), clock.now()
    with pytest.raises(BadErasure):
        forgetting.decline(ref, " ", head, keys=house.keys, by=HANNA, now=now)
    forgetting.decline(ref, "A court asked us to keep it: wulp.", head, keys=house.keys, by=HANNA, now=now)
    page = words_in(visitor.client.get("/my/report/"))
    assert "A court asked us to keep it: wulp." in page and "You may ask again." in page
    forgetting.ask(visiting(visitor), "Still.", by=REPORTER, now=now + HOUR)
    assert waiting(now) == (ref,)


def test_only_who_may_decides_and_once(visitor):
    house, ref = visitor.house, the_case(visitor.house)
    with pytest.raises(NoSuchCase):
        grant(house, by=REPORTER)
    grant(house)
    with pytest.raises(NotNow):
        grant(house)
    with pytest.raises(NotNow):
        forgetting.decline(ref, "Too late.", letterhead(BASE), keys=house.keys, by=HANNA, now=clock.now())


def test_a_letter_as_it_came_by_mail_is_forgotten_and_what_it_says_is_not(house):
    token = house.receive(b"From: Nachtuil <nachtuil@example.org>\r\n\r\nBy mail.\r\n")
    opener.open_one(token, opener.House(house.keys, house.folder, BASE), now=MONDAY_NINE)
    ref = the_case(house)
    raw = Record.objects.get(case__ref=ref, kind=RecordKind.RAW)
    Forgetting.objects.create(pk=ref, asked_at=MONDAY_NINE)
    forgetting.grant(ref, keys=house.keys, by=HANNA, now=MONDAY_NINE + HOUR)
    assert Record.objects.get(pk=raw.pk).sealed != raw.sealed
    _, who, records = cases.everything(HANNA, ref, house.keys)
    assert who.address == "" and records[0].text == "By mail."


def test_the_desk_decides_on_the_page_of_the_case(desk):  # noqa: F811
    house = desk.house
    ref = house.a_case("By mail.")
    Forgetting.objects.create(pk=ref, asked_at=MONDAY_NINE)
    page = desk.client.get(f"/cases/{ref}/")
    assert "The reporter asks to be forgotten" in words_in(page)
    form = fields(page.content.decode())
    empty = desk.client.post(f"/cases/{ref}/forget/", {**form, "once": form["once"] + "a", "reason": " "})
    assert empty.status_code == 400 and "Please say why: the reporter reads it." in words_in(empty)
    assert 'name="erase"' not in page.content.decode(), "one looks at it first"
    before, look = log.length(), desk.client.get(f"/cases/{ref}/forget/")
    assert "nachtuil@example.org" in words_in(look) and "What is gone then" in words_in(look)
    assert "Nobody can undo it." in words_in(look) and log.length() == before, "nothing has happened yet"
    done = desk.client.post(f"/cases/{ref}/forget/", {**fields(look.content.decode()), "erase": "1"})
    assert done.status_code == 302
    page = desk.client.get(f"/cases/{ref}/")
    assert page.status_code == 200
    words = words_in(page)
    assert "Erased who reported" in words and "Nachtuil" not in words and "nachtuil@" not in words
    assert desk.client.get(f"/cases/{ref}/forget/").status_code == 302, "nothing is asked any more"
    assert "Please decide" not in words and "Do not erase it now" not in words


def test_why_not_is_looked_at_before_it_goes(desk):  # noqa: F811
    ref = desk.house.a_case("By mail.")
    Forgetting.objects.create(pk=ref, asked_at=MONDAY_NINE)
    before = log.length()
    form = fields(desk.client.get(f"/cases/{ref}/").content.decode())
    shown = desk.client.post(f"/cases/{ref}/forget/", {**form, "reason": "A court asked us to keep it: wulp."})
    assert shown.status_code == 200 and log.length() == before, "nothing has happened yet"
    assert "A court asked us to keep it: wulp." in words_in(shown) and "nachtuil@example.org" in words_in(shown)
    letter = {**fields(shown.content.decode()), "letter": "A court asked us to keep it until May: wulp."}
    assert desk.client.post(f"/cases/{ref}/forget/", letter).status_code == 302
    assert "until May: wulp." in words_in(desk.client.get(f"/cases/{ref}/"))
    assert Forgetting.objects.get(pk=ref).granted is False


def fields(page):
    """The hidden ones, of the last form that has them."""
    return dict(re.findall(r'name="(csrfmiddlewaretoken|once|seen)" value="([^"]*)"', page))
