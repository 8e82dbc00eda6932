"""One held letter: what is shown of it, and each act on it."""

import email
import email.policy
import re

import pytest
import time_machine
from tests.build import BASE, CONTACT, HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER, OPERATOR
from tests.desk.conftest import hidden

from meldpunt.cases import queries as cases
from meldpunt.conversation import holding
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.posting import unqueue
from meldpunt.desk.models import Session
from meldpunt.intake import commands as intake
from meldpunt.intake import queries as spool
from meldpunt.intake.errors import AlreadySettled
from meldpunt.intake.rules import Outcome
from meldpunt.ledger import log, proof
from meldpunt.vault import commands as vault
from meldpunt.vault import keyring, openpgp
from meldpunt.works.followers import catch_up
from meldpunt.works.opener import House, open_one
from meldpunt.works.rereading import try_again


def held_raw(body=b"Content-Type: text/plain\r\n\r\nSealed words.\r\n", key=None, subject="Hole in the tax page"):
    key = key or stranger_key()
    sealed = openpgp.encrypt(body, [openpgp.public_copy(key, expires=None)])
    head = f"From: Nachtuil <nachtuil@example.org>\r\nTo: {CONTACT}\r\nSubject: {subject}\r\n".encode()
    return (
        head + b"Message-ID: <h1@example.org>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="o"\r\n\r\n'
        b"--o\r\nContent-Type: text/plain\r\n\r\nPlease read <b>this</b>:\r\n"
        b"--o\r\nContent-Type: text/x-log; name=request.log\r\nContent-Disposition: attachment\r\n\r\nGET /\r\n"
        b'--o\r\nContent-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="i"\r\n\r\n'
        b"--i\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        b"--i\r\nContent-Type: application/octet-stream\r\n\r\n" + sealed + b"\r\n--i--\r\n--o--\r\n"
    )


_KEYS: dict[str, bytes] = {}


def stranger_key():
    if not _KEYS:
        _KEYS["stranger"] = openpgp.make_key("Stranger", "stranger@example.org")
    return _KEYS["stranger"]


@pytest.fixture
def opener(desk):
    return House(desk.house.keys, desk.house.folder, BASE)


@pytest.fixture
def held(desk, opener):
    """The token of a letter to a key that we do not have."""
    return hold(desk, opener, held_raw())


def hold(desk, opener, raw, now=MONDAY_NINE):
    token = desk.house.receive(raw, now)
    assert open_one(token, opener, now=now).outcome is Outcome.HELD
    return token


def out(desk):
    key = keyring.outbox(desk.house.folder, "post")
    rows = OutboxLetter.objects.order_by("created_at", "id")
    return [email.message_from_bytes(unqueue(row, key).raw, policy=email.policy.default) for row in rows]


def house_kinds():
    return [entry.kind for entry in log.read(log.HOUSE)]


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY_NINE + HOUR, tick=False):
        yield


def test_the_page_says_why_and_shows_the_safe_part_and_nothing_else(desk, held):
    assert f"/held/{held}/" in desk.text("/held/")
    page = desk.text(f"/held/{held}/")
    assert "It could not be decrypted" in page and "meldpunt keys import" in page
    assert "Hole in the tax page" in page and "nachtuil@example.org" in page
    assert "Please read &lt;b&gt;this&lt;/b&gt;:" in page
    assert "Sealed words" not in page
    assert "request.log" in page and "encrypted.asc" in page
    title = re.search(r"<title>(.*?)</title>", page, re.S)
    assert title and "Hole" not in title[1]
    assert "<script>" not in page


def test_the_page_is_whole_in_dutch(desk, held, dutch):
    page = desk.text(f"/held/{held}/", lang="nl")
    assert "Als zaak openen" in page and "kon niet worden ontsleuteld" in page
    for english in ("Open as a case", "It is spam", "What can be read", "the letter exactly"):
        assert english not in page


def test_letter_and_files_can_be_saved_and_are_never_shown(desk, held):
    raw = b"".join(desk.get(f"/held/{held}/letter.eml").streaming_content)
    assert raw == spool.arrived(held, desk.house.keys, desk.house.folder).raw
    page = desk.text(f"/held/{held}/")
    for link in re.findall(rf'href="(/held/{held}/(?:files/\d+/|letter.eml))"', page):
        answer = desk.get(link)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Security-Policy"].startswith("sandbox")
    assert b"".join(desk.get(f"/held/{held}/files/0/").streaming_content).strip() == b"GET /"
    assert desk.get(f"/held/{held}/files/99/").status_code == 404


def test_opened_as_a_case_it_has_the_safe_part_the_letter_and_its_clock(desk, held):
    answer = desk.post(f"/held/{held}/open/")
    assert answer["Location"] == "/cases/VB-2026-0001/"
    [report] = cases.written(HANNA, "VB-2026-0001", desk.house.keys)
    assert "Please read" in report.text and "Sealed words" not in report.text
    assert [file.name for file in report.files] == ["request.log", "encrypted.asc", "letter.eml"]
    assert cases.case_for(HANNA, "VB-2026-0001", desk.house.keys).received_at == MONDAY_NINE
    assert cases.reporter_of(HANNA, "VB-2026-0001", desk.house.keys).address == "nachtuil@example.org"
    opened = next(entry for entry in log.read("VB-2026-0001") if entry.kind == "case.opened")
    assert opened.by == "handler:hanna"
    assert "letter.taken-up" in house_kinds()
    page = desk.text("/cases/VB-2026-0001/")
    assert "Thursday 5 March 2026, end of day" in page
    assert spool.held() == () and proof.verify().whole


def test_who_wrote_encrypted_gets_no_receipt_in_the_clear(desk, held):
    desk.post(f"/held/{held}/open/")
    for letter in out(desk):
        assert "/my/#" not in letter.as_string()


def test_a_second_click_leads_to_the_case_and_makes_no_second_one(desk, held):
    for _ in range(2):
        assert desk.post(f"/held/{held}/open/")["Location"] == "/cases/VB-2026-0001/"
    assert desk.post(f"/held/{held}/spam/")["Location"] == "/cases/VB-2026-0001/"
    assert desk.get(f"/held/{held}/")["Location"] == "/cases/VB-2026-0001/"
    assert cases.references() == ["VB-2026-0001"]
    assert house_kinds().count("letter.taken-up") == 1


def test_joined_to_the_case_whose_reference_was_typed(desk, held):
    ref = desk.house.a_case()
    answer = desk.post(f"/held/{held}/join/", ref=f"  {ref.lower()} ")
    assert answer["Location"] == f"/cases/{ref}/"
    assert "Please read" in cases.written(HANNA, ref, desk.house.keys)[-1].text
    assert desk.post(f"/held/{held}/join/", ref=ref)["Location"] == f"/cases/{ref}/"
    assert [entry.kind for entry in log.read(ref)].count("reporter.wrote") == 1


def test_a_reference_that_is_none_is_told_beside_the_field(desk, held):
    answer = desk.post(f"/held/{held}/join/", ref="VB-2026-0099<")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "There is no case VB-2026-0099&lt;." in page and 'value="VB-2026-0099&lt;"' in page
    assert len(spool.held()) == 1


def test_the_case_that_it_answers_is_proposed_and_not_believed(desk, opener):
    ref = desk.house.a_case()
    sent = out(desk)[0]["Message-ID"]
    raw = held_raw().replace(b"Message-ID: <h1@", f"In-Reply-To: {sent}\r\nMessage-ID: <h1@".encode())
    page = desk.text(f"/held/{hold(desk, opener, raw)}/")
    assert f'value="{ref}"' in page and "It says that it answers" in page


def test_asking_again_sends_our_key_once_and_repeats_nothing(desk, held):
    before = len(out(desk))
    key = hidden(desk.text(f"/held/{held}/"), "once")
    for _ in range(2):
        assert desk.post(f"/held/{held}/ask/", once=key)["Location"] == f"/held/{held}/"
    letters = out(desk)[before:]
    assert len(letters) == 1
    body = letters[0].get_body(("plain",)).get_content()
    assert "not to a key that we have" in body and "/report/" in body
    assert letters[0]["To"] == "nachtuil@example.org" and letters[0]["In-Reply-To"] == "<h1@example.org>"
    assert "tax page" not in letters[0].as_string() and "Nachtuil" not in letters[0].as_string()
    kinds = [part.get_content_type() for part in letters[0].walk()]
    assert "application/pgp-keys" in kinds
    assert "Asked once" in desk.text(f"/held/{held}/")


def test_asking_is_capped(desk, held):
    def ask(after):
        with time_machine.travel(MONDAY_NINE + after, tick=False):
            return desk.post(f"/held/{held}/ask/", once=str(after))

    Session.objects.update(since=MONDAY_NINE + 9 * HOUR, seen=MONDAY_NINE + 9 * HOUR)  # a seat for the whole day
    assert ask(HOUR).status_code == 302
    again = ask(HOUR + HOUR / 2)
    assert again.status_code == 409 and "less than an hour ago" in again.content.decode()
    assert ask(3 * HOUR).status_code == 302
    assert ask(5 * HOUR).status_code == 302
    assert ask(9 * HOUR).status_code == 409
    assert house_kinds().count("letter.asked-again") == 3


def test_without_an_address_there_is_nobody_to_ask(desk, opener):
    token = hold(desk, opener, held_raw().replace(b"From: Nachtuil <nachtuil@example.org>\r\n", b""))
    assert "names no address" in desk.text(f"/held/{token}/")
    answer = desk.post(f"/held/{token}/ask/", once="x")
    assert answer.status_code == 409 and "names no address" in answer.content.decode()


def test_spam_is_ignored_kept_and_can_come_back(desk, held):
    assert desk.post(f"/held/{held}/spam/")["Location"] == "/held/"
    assert spool.outcome_of(held)[:2] == (Outcome.IGNORED, "spam")
    page = desk.text("/held/")
    assert "No letter is held." in page and "Called spam, and kept" in page and f"/held/{held}/" in page
    assert desk.post(f"/held/{held}/spam/").status_code == 302
    assert b"".join(desk.get(f"/held/{held}/letter.eml").streaming_content).startswith(b"From: Nachtuil")
    assert desk.post(f"/held/{held}/back/")["Location"] == f"/held/{held}/"
    assert spool.outcome_of(held)[:2] == (Outcome.HELD, "cannot-decrypt")
    said = [(e.facts["outcome"], e.facts["why"], e.by) for e in log.read(log.HOUSE) if e.kind == "letter.set-aside"]
    assert said[1:] == [("ignored", "spam", "handler:hanna"), ("held", "cannot-decrypt", "handler:hanna")]


def test_waiting_says_who_looks_and_until_when(desk, held):
    assert desk.post(f"/held/{held}/wait/", until="2026-03-06").status_code == 302
    assert desk.post(f"/held/{held}/wait/", until="2026-03-06").status_code == 302
    assert "hanna looks until Friday 6 March 2026." in desk.text("/held/")
    assert "hanna looks until Friday 6 March 2026." in desk.text(f"/held/{held}/")
    assert house_kinds().count("letter.waits") == 1


@pytest.mark.parametrize("until", ["2026-03-01", "2027-01-01", "soon", ""])
def test_a_day_that_cannot_be_is_told(desk, held, until):
    assert desk.post(f"/held/{held}/wait/", until=until).status_code == 400
    assert house_kinds().count("letter.waits") == 0


def test_absent_and_foreign_tokens_look_the_same(desk, opener):
    waiting = desk.house.receive()
    ignored = desk.house.receive(b"From: a@b.example\r\nAuto-Submitted: auto-replied\r\n\r\nAway.\r\n")
    open_one(ignored, opener, now=MONDAY_NINE)
    for token in ("0" * 32, "x", waiting, ignored):
        for path in ("", "letter.eml", "files/0/"):
            assert desk.get(f"/held/{token}/{path}").status_code == 404, path
        for act in ("open", "join", "ask", "wait", "spam", "back"):
            assert desk.post(f"/held/{token}/{act}/", ref="VB-2026-0001", until="2026-03-06").status_code == 404, act
    assert spool.outcome_of(waiting)[0] is Outcome.WAITING


def test_a_letter_that_the_reader_failed_on_can_be_opened_too(desk):
    token = desk.house.receive(b"From: a@b.example\r\nSubject: Broken\r\n\r\nhidden words\r\n")
    intake.set_aside(token, Outcome.HELD, "fault", by=OPENER, now=MONDAY_NINE)
    page = desk.text(f"/held/{token}/")
    assert "Broken" in page and "hidden words" not in page
    assert desk.post(f"/held/{token}/open/")["Location"] == "/cases/VB-2026-0001/"
    [report] = cases.written(HANNA, "VB-2026-0001", desk.house.keys)
    assert [file.name for file in report.files] == ["letter.eml"]


def test_held_letters_open_when_the_key_comes(desk, opener, held):
    other = hold(desk, opener, held_raw(key=openpgp.make_key("Third", "third@example.org")).replace(b"<h1@", b"<h2@"))
    assert try_again(opener, by=OPERATOR, now=MONDAY_NINE) == ([], 2)
    vault.import_keys(stranger_key(), "", False, keys=desk.house.keys, by=OPERATOR, now=MONDAY_NINE)
    assert try_again(opener, by=OPERATOR, now=MONDAY_NINE) == (["VB-2026-0001"], 1)
    catch_up()
    [report] = cases.written(HANNA, "VB-2026-0001", desk.house.keys)
    assert "Sealed words." in report.text
    assert [letter.token for letter in spool.held()] == [other]
    assert desk.get(f"/held/{held}/")["Location"] == "/cases/VB-2026-0001/"
    assert proof.verify().whole


def test_two_people_at_once_settle_it_once(desk, held):
    item = spool.arrived(held, desk.house.keys, desk.house.folder)
    safe = spool.safe_part(held, desk.house.keys)
    arrival = holding.arrival_of_held(item, safe, "untitled", desk.house.folder)
    words = {"keys": desk.house.keys, "by": HANNA, "now": MONDAY_NINE + DAY}
    holding.open_held(arrival, None, desk.house.receipt(), HEAD, **words)
    with pytest.raises(AlreadySettled):
        holding.open_held(arrival, None, desk.house.receipt(), HEAD, **words)
    assert len(cases.references()) == 1
