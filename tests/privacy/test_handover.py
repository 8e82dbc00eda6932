"""Handing over: the technical part always, who reported only with a consent in force, and the reporter is told."""

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.build import HEAD, organisation_key, reporters_key
from tests.cast import CONTACT, DAY, HANNA, HOUR, MONDAY_NINE, OPENER

from meldpunt.cases import queries as case_queries
from meldpunt.cases.errors import NoSuchCase
from meldpunt.cases.rules import Content, FileRef, Reporter
from meldpunt.cases.visits import open_visit, visiting
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import outgoing, posting
from meldpunt.conversation.errors import NotWaiting
from meldpunt.conversation.models import OutboxLetter
from meldpunt.desk import archive_file
from meldpunt.ground.values import REPORTER
from meldpunt.ledger import log
from meldpunt.privacy import commands, drafts, handover, queries
from meldpunt.privacy.errors import BadShare, NoGround, NotNow, StillNamed
from meldpunt.privacy.handover import Carrying, carrying
from meldpunt.privacy.parcel import Parcel, Way, recipients_for, safe_names
from meldpunt.privacy.rules import Kind, Recipient, Scope, Use
from meldpunt.triage.commands import assess
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.vault import files, keyring, openpgp

ZEBRA = Reporter("Zebra Vinkenoog", "zebrapad@example.org")
NCSC = Recipient(Kind.NATIONAL_COORDINATOR, "NCSC")
NOT_OURS = Assessment(Verdict.NOT_OURS, why_no_date="It is of the museum.")
BY_FILE = Carrying(Way.FILE)


def theirs():
    return openpgp.public_copy(reporters_key(), expires=None)


def wanted(to=NCSC, scope=None, text="The lock opens.", language="en", files=()):
    return Parcel(to, Use.COORDINATE, scope, language, text, files)


@pytest.fixture
def ref(house):
    ref = house.a_case("The lock opens.\n\nZebra", reporter=ZEBRA)
    assess(ref, NOT_OURS, "It is not ours.", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    return ref


@pytest.fixture
def visit(house, ref):
    return visiting(open_visit(house.receipts[-1], by=REPORTER, now=MONDAY_NINE), MONDAY_NINE)


def give(visit, scope=Scope.CONTACT, until=None):
    return commands.give(visit, NCSC, scope, Use.COORDINATE, until, by=REPORTER, now=MONDAY_NINE)


def hand(house, ref, parcel_=None, how=BY_FILE, now=MONDAY_NINE + HOUR):
    parcel_ = parcel_ or wanted()
    _shown, letter = handover.preview(ref, parcel_, HEAD, keys=house.keys, by=HANNA, now=now)
    return handover.hand_over(ref, parcel_, how, letter, HEAD, folder=house.folder, keys=house.keys, by=HANNA, now=now)


def unzipped(house, ref, identity, now=MONDAY_NINE + HOUR):
    inside = handover.contents(HANNA, ref, identity, house.folder, house.keys, now)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(archive_file.stream(inside, now))))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_the_parcel_says_what_is_needed_and_not_who(house, ref):
    identity = hand(house, ref)
    text = unzipped(house, ref, identity)[f"handover-{ref}.txt"].decode()
    for needed in ("NCSC", ref, CONTACT, "The lock opens.", "not a system of ours", "Received: 2026-03-02T08:00:00Z"):
        assert needed in text, needed
    assert "Zebra" not in text and "zebrapad" not in text and "stays with us" in text
    [kept] = [entry.facts for entry in log.read(ref) if entry.kind == "case.handed-over"]
    assert kept == {"to_kind": "national-coordinator", "identity": False, "way": "file"}
    letter = case_queries.written(HANNA, ref, house.keys)[-1].text
    assert "We handed your report over to NCSC" in letter and "Who you are did not go along" in letter
    assert [str(one.what) for one in queries.register_of(HANNA, ref, house.keys)] == ["technical"]


def test_who_reported_goes_with_a_consent_and_not_one_letter_more_than_it_allows(house, ref, visit):
    before = log.head(ref)
    for scope in Scope:
        with pytest.raises(NoGround):
            hand(house, ref, wanted(scope=scope))
    assert log.head(ref) == before and OutboxLetter.objects.filter(state="waiting", automatic=False).count() == 1
    give(visit, Scope.NAME)
    with pytest.raises(NoGround):
        hand(house, ref, wanted(scope=Scope.CONTACT))
    [text] = unzipped(house, ref, hand(house, ref, wanted(scope=Scope.NAME))).values()
    assert b"Zebra Vinkenoog" in text and b"zebrapad@" not in text
    assert "Your name went along" in case_queries.written(HANNA, ref, house.keys)[-1].text


def test_a_consent_taken_back_closes_the_parcel_and_stops_the_mail(house, ref, visit):
    consent = give(visit, until=MONDAY_NINE + 5 * DAY)
    by_file = hand(house, ref, wanted(scope=Scope.CONTACT))
    hand(house, ref, wanted(scope=Scope.CONTACT), carrying("cert@ncsc.example", theirs()), MONDAY_NINE + 2 * HOUR)
    assert b"until 2026-03-07T08:00:00Z" in next(iter(unzipped(house, ref, by_file).values()))
    with pytest.raises(NoGround):
        unzipped(house, ref, by_file, MONDAY_NINE + 5 * DAY)
    commands.withdraw(visit, consent, by=REPORTER, now=MONDAY_NINE + 3 * HOUR)
    register = queries.register_for(visit)
    back = [one for one in register if one.called_back_at == MONDAY_NINE + 3 * HOUR]
    assert len(back) == 2  # both parts that were in the mail; the file had been fetched
    with pytest.raises(NoGround):
        unzipped(house, ref, by_file)
    newest = handover.handed_over(HANNA, ref, house.keys)[0]
    assert newest.state == "recalled"
    key = keyring.outbox(house.folder, "post")
    with pytest.raises(NotWaiting):
        outgoing.sending(OutboxLetter.objects.get(state="recalled").pk, outbox_key=key, by=HANNA, now=MONDAY_NINE + DAY)


def opened_mail(house):
    """The newest mail that goes to others, as its recipient reads it."""
    row = OutboxLetter.objects.filter(case="").order_by("created_at").last()
    mail = posting.unqueue(row, keyring.outbox(house.folder, "post"))
    assert mail.recipient == "cert@ncsc.example"
    assert b"The lock opens" not in mail.raw and b"VB-2026" not in mail.raw
    cipher = mail.raw[mail.raw.index(b"-----BEGIN PGP MESSAGE") : mail.raw.index(b"-----END PGP MESSAGE") + 27]
    own = openpgp.public_copy(organisation_key(), expires=None)
    return openpgp.decrypt(cipher, [reporters_key()], [own])


def test_a_mail_opens_with_their_key_alone_and_carries_the_files(house, ref):
    found = hand(house, ref, wanted(language="nl"), carrying(" cert@ncsc.example ", openpgp.armor(theirs()).encode()))
    one = next(one for one in handover.handed_over(HANNA, ref, house.keys) if one.id == found)
    assert (one.way, one.address, one.state) == (Way.MAIL, "cert@ncsc.example", "waiting")
    opened = opened_mail(house)
    assert opened.signers and b"The lock opens." in opened.plain and b"overgedragen" in opened.plain
    assert b"Zebra" not in opened.plain


def test_files_go_along_under_safe_names(house):
    sealed = files.store(house.folder, b"proof of the lock").plain()
    kept = (FileRef("../../etc/passwd", "text/plain", sealed), FileRef("log.txt", "text/plain", sealed))
    arrival = replace(house.arrival(reporter=ZEBRA), content=Content("The lock opens.", kept))
    _, ref = conversation.take_in(arrival, None, house.receipt(), HEAD, keys=house.keys, by=OPENER, now=MONDAY_NINE)
    assess(ref, NOT_OURS, "x", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    ids = tuple(file.id for file in drafts.technical_draft(HANNA, ref, house.keys).files)
    found = unzipped(house, ref, hand(house, ref, wanted(files=ids)))
    assert set(found) == {f"handover-{ref}.txt", "files/_.._etc_passwd", "files/log.txt"}
    assert found["files/log.txt"] == b"proof of the lock"
    assert "with 2 files" in case_queries.written(HANNA, ref, house.keys)[-1].text
    hand(house, ref, wanted(files=ids), carrying("cert@ncsc.example", theirs()), MONDAY_NINE + 2 * HOUR)
    assert b"proof of the lock" not in opened_mail(house).plain  # in base64, as mail carries it
    assert b"cHJvb2Ygb2YgdGhlIGxvY2s=" in opened_mail(house).plain
    with pytest.raises(BadShare):
        hand(house, ref, wanted(files=("another-0",)))


@pytest.mark.parametrize("verdict", [Verdict.NOT_A_VULNERABILITY, Verdict.NOT_REPRODUCIBLE, None])
def test_there_must_be_something_to_hand_over(house, verdict):
    ref = house.a_case(reporter=ZEBRA)
    if verdict:
        because = Assessment(verdict, why_no_date="Because.")
        assess(ref, because, "x", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    with pytest.raises(NotNow):
        hand(house, ref)


def test_what_is_ours_goes_to_who_helps_to_solve_it_and_not_to_another_owner(house):
    ref = house.a_case(reporter=ZEBRA)
    ours = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=(MONDAY_NINE + DAY).date())
    assess(ref, ours, "x", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    with pytest.raises(BadShare):
        hand(house, ref, wanted(Recipient(Kind.OTHER_ORGANISATION, "Museum")))
    [text] = unzipped(house, ref, hand(house, ref)).values()
    assert b"Severity: high" in text and b"We expect our own solution on: 2026-03-03" in text
    assert recipients_for("") == ()


def test_a_text_that_names_the_reporter_is_refused_and_nothing_has_happened(house, ref):
    before = log.head(ref)
    with pytest.raises(StillNamed):
        hand(house, ref, wanted(text="Zebra Vinkenoog saw it."))
    assert log.head(ref) == before and handover.handed_over(HANNA, ref, house.keys) == ()


def test_a_preview_leaves_no_trace(house, ref, visit):
    give(visit)
    before = log.head(ref)
    handover.preview(ref, wanted(scope=Scope.NAME), HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    assert log.head(ref) == before and queries.register_of(HANNA, ref, house.keys) == ()


@pytest.mark.parametrize("key", [b"", b"no key", reporters_key])
def test_only_a_public_key_will_do(key):
    with pytest.raises(BadShare):
        carrying("cert@ncsc.example", key() if callable(key) else key)


def test_no_one_else_sees_it(house, ref):
    identity = hand(house, ref)
    with pytest.raises(NoSuchCase):
        handover.handed_over(REPORTER, ref, house.keys)
    other = house.a_case("other")
    with pytest.raises(BadShare):
        handover.contents(HANNA, other, identity, house.folder, house.keys, MONDAY_NINE)


@given(st.lists(st.text(max_size=200), max_size=5))
def test_names_in_an_archive_are_plain_and_different(names):
    found = safe_names(names)
    assert len(found) == len(names) and len({one.casefold() for one in found}) == len(found)
    for name in found:
        assert name.strip(". ") and not set(name) & set("/\\\0\n") and len(name) <= 130


def test_an_archive_of_a_large_file_stays_small_in_memory():
    most = 0
    chunks = (bytes(1 << 16) for _ in range(64))
    for piece in archive_file.stream([("zeroes", chunks)], MONDAY_NINE):
        most = max(most, len(piece))
    assert most < 1 << 17
