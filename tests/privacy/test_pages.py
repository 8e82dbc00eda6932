"""The reporter's page: consents, the register, the wish to be named, erasure."""

import re

import pytest
from tests.build import HEAD
from tests.cast import BASE, HANNA
from tests.portal.conftest import portal, receipt_in, reporter, words_in  # noqa: F401  # fixtures

from meldpunt.cases.queries import references
from meldpunt.ground import clock
from meldpunt.intake import queries as spool
from meldpunt.ledger import log
from meldpunt.privacy import commands, crediting, erasing, queries
from meldpunt.privacy.credit import Wish
from meldpunt.privacy.erasure import Data, State, Touched
from meldpunt.privacy.rules import Ground, Kind, Leaving, Recipient, Scope, Use, What
from meldpunt.works import opener
from meldpunt.works.followers import catch_up

OWNER = Recipient(Kind.OWNER, "Team Belastingen")


@pytest.fixture
def visitor(reporter):  # noqa: F811
    """A reporter with a name and an address, at the page of their report."""
    code = receipt_in(reporter.send(contact="mail", address="zebrapad@example.org", name="Zebra Vinkenoog"))
    for _, token in spool.waiting(100):
        opener.open_one(token, opener.House(reporter.house.keys, reporter.house.folder, BASE), now=clock.now())
    catch_up()
    assert reporter.show(code)["Location"] == "/my/report/"
    return reporter


def post(visitor, path, **fields):
    token = re.search(r'csrfmiddlewaretoken" value="([^"]*)"', visitor.client.get("/my/report/").content.decode())[1]
    return visitor.client.post(path, {"csrfmiddlewaretoken": token, **fields})


def page(visitor):
    return words_in(visitor.client.get("/my/report/"))


def the_case():
    [ref] = references()
    return ref


def share(visitor, **changes):
    plain = {"what": What.IDENTITY, "recipient": OWNER, "use": Use.SOLVE, "ground": Ground.CONSENT} | changes
    leaving = Leaving(**plain)
    return commands.share(the_case(), leaving, keys=visitor.house.keys, by=HANNA, now=clock.now())


GIVEN = {"to": "owner", "organisation": "", "scope": "name", "use": "solve", "until": ""}


def test_at_first_nobody_was_told_anything(visitor):
    assert "We have told nobody who you are." in page(visitor)


def test_a_consent_is_given_read_in_the_register_and_taken_back(visitor):
    assert post(visitor, "/my/consent/", **GIVEN)["Location"] == "/my/report/#consent"
    assert "We may tell the owner of the system your name, to ask you questions" in page(visitor)
    share(visitor)
    text = page(visitor)
    assert "To Team Belastingen (the owner of the system): your name, to ask you questions" in text
    assert "You gave your consent." in text and "We have told nobody" not in text
    [mine] = queries.consents_of(HANNA, the_case(), visitor.house.keys)
    assert post(visitor, f"/my/consent/{mine.id}/", withdraw="1").status_code == 302
    assert "We may tell the owner" not in page(visitor)
    with pytest.raises(commands.NoGround):
        share(visitor)


def test_given_twice_is_told_in_its_place_and_changes_nothing(visitor):
    post(visitor, "/my/consent/", **GIVEN)
    before = log.head(the_case())
    answer = post(visitor, "/my/consent/", **GIVEN)
    assert answer.status_code == 409 and "You have given this consent already." in words_in(answer)
    answer = post(visitor, "/my/consent/", **GIVEN | {"until": "2020-01-01", "use": "thank"})
    assert answer.status_code == 400 and "The last day has passed already." in words_in(answer)
    assert 'value="2020-01-01"' in answer.content.decode()  # what was typed is still there
    for wrong in ({"to": "everybody"}, {"scope": "all"}, {"until": "tomorrow"}, {"to": "other-organisation"}):
        assert post(visitor, "/my/consent/", **GIVEN | {"use": "coordinate"} | wrong).status_code == 400, wrong
    assert log.head(the_case()) == before


def test_what_we_ask_for_stands_first_and_is_answered(visitor):
    text = ("May we?", HEAD)
    wanted = (the_case(), OWNER, Scope.CONTACT, Use.SOLVE, *text)
    asked = commands.ask_consent(*wanted, keys=visitor.house.keys, by=HANNA, now=clock.now())
    words = page(visitor)
    assert "May we tell Team Belastingen (the owner of the system) your name and your address" in words
    assert words.index("May we tell Team") < words.index("Letters")
    pressed = post(visitor, f"/my/consent/{asked}/", look="1", question=asked, scope="name", until="2099-01-02")
    assert pressed.status_code == 400 and "Please choose one of the two" in words_in(pressed)  # the enter key
    assert 'value="2099-01-02"' in pressed.content.decode() and "We may tell" not in page(visitor)
    post(visitor, f"/my/consent/{asked}/", agree="1", scope="name", until="")
    assert share(visitor).name == "Zebra Vinkenoog"
    with pytest.raises(commands.NoGround):
        share(visitor, scope=Scope.CONTACT)


def test_another_cases_consent_cannot_be_touched(visitor):
    assert post(visitor, "/my/consent/" + "0" * 32 + "/", withdraw="1").status_code == 409


def test_a_wish_is_looked_at_before_it_is_kept(visitor):
    wish = {"wish": "link", "shown": "Nacht <b>uil</b>", "link": "https://example.org/uil"}
    looked = post(visitor, "/my/name/", **wish)
    assert "This is how the hall of fame would show it: Nacht <b>uil</b> https://example.org/uil" in words_in(looked)
    assert queries.standing_of(the_case()) is None
    assert "wish to be named, with a link" not in page(visitor)
    assert post(visitor, "/my/name/", **wish, keep="1")["Location"] == "/my/report/#name"
    text = visitor.client.get("/my/report/").content.decode()
    assert "You wish to be named, with a link." in text and "uil" not in text  # it can write and not read
    found = queries.credit_of(the_case(), visitor.house.keys, HANNA)
    assert (found.wish, found.shown, found.link, found.confirmed_at) == (Wish.LINK, wish["shown"], wish["link"], None)


def test_a_bad_link_is_refused_and_what_was_typed_stays(visitor):
    answer = post(visitor, "/my/name/", wish="link", shown="Uil", link="http://example.org/")
    page = answer.content.decode()
    assert answer.status_code == 400 and 'value="http://example.org/"' in page
    assert page.index('href="#link"') < page.index('id="link-error"') < page.index('"link-hint link-error"')
    page = post(visitor, "/my/name/", wish="name", shown=" ").content.decode()
    assert page.index('href="#shown"') < page.index('id="shown-error"') < page.index('aria-describedby="shown-error"')
    assert post(visitor, "/my/name/", wish="everything").status_code == 400
    assert visitor.client.get("/my/name/").status_code == 200


def test_it_is_asked_again_confirmed_and_taken_back(visitor):
    ref, keys = the_case(), visitor.house.keys
    post(visitor, "/my/name/", wish="alias", shown="Uil", link="", keep="1")
    crediting.ask(ref, "How?", HEAD, keys=keys, by=HANNA, now=clock.now())
    assert "We are preparing a publication. You wish to be named by another name. Is that still so?" in page(visitor)
    assert post(visitor, "/my/name/confirm/")["Location"] == "/my/report/#name"
    assert queries.credit_of(ref, keys, HANNA).confirmed_at
    post(visitor, "/my/name/withdraw/")
    assert queries.credit_of(ref, keys, HANNA).wish is Wish.NONE
    assert log.read(ref)[-1].kind == "credit.withdrawn"


def test_no_name_after_a_name_takes_the_name_away(visitor):
    post(visitor, "/my/name/", wish="alias", shown="Uil", link="", keep="1")
    post(visitor, "/my/name/", wish="none", shown="Uil", link="", keep="1")
    assert queries.credit_of(the_case(), visitor.house.keys, HANNA).shown == ""
    assert "credit.withdrawn" in [entry.kind for entry in log.read(the_case())]


def test_the_reporter_attests_what_was_erased(visitor):
    ref, keys = the_case(), visitor.house.keys
    assert "Erasing what you obtained" not in page(visitor)
    touched = Touched((Data.BUSINESS,))
    erasing.note_touched(ref, touched, None, keys=keys, by=HANNA, now=clock.now())
    assert "Erasing what you obtained" in page(visitor)
    answer = post(visitor, "/my/erased/", obtained="yes", what="", erased_on="")
    assert answer.status_code == 400 and "Please say what you had" in words_in(answer)
    assert post(visitor, "/my/erased/", obtained="yes", what="x", erased_on="2999-01-01").status_code == 400
    assert post(visitor, "/my/erased/").status_code == 400
    post(visitor, "/my/erased/", obtained="yes", what="zebra table", erased_on="2026-01-02", how="shredded")
    assert queries.standing_of(ref).erasure is State.ATTESTED
    [told] = queries.erasure_page(HANNA, ref, keys).attested
    assert (told.what.what, told.what.how, told.by) == ("zebra table", "shredded", "reporter:reporter")
    assert "Erased on 2026-01-02, as attested on" in page(visitor)


def test_without_a_visit_nothing_happens(reporter):  # noqa: F811
    form = reporter.form("/my/")
    pages = ("consent/", "consent/x/", "erased/", "name/", "name/confirm/", "name/withdraw/")
    for path in pages:
        assert reporter.client.post(f"/my/{path}", form).status_code == 403, path
    assert reporter.client.get("/my/name/").status_code == 403
