"""The statement of receipt: checked with gpg and sha256sum alone, by somebody who has our public key."""

import email
import email.policy
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.build import HEAD, organisation_key, reporters_key
from tests.cast import DAY, HOUR, MONDAY_NINE
from tests.conduct.outsider import Outsider

from meldpunt.cases import extras, visits
from meldpunt.cases.rules import Content, FileRef, Reporter
from meldpunt.conversation import commands, outgoing, proving
from meldpunt.conversation.errors import NoStatement
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import Draft, Handing, Mode
from meldpunt.conversation.statements import Shape, as_text, blocks, commitment_to, report_bytes
from meldpunt.ground.values import REPORTER, Actor, Role
from meldpunt.intake.rules import Door
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.vault import keyring, openpgp

POST = Actor(Role.MACHINE, "post")
LATER = MONDAY_NINE + HOUR
AFTER = MONDAY_NINE + 2 * DAY
TEXT = "The lock opens for anyone: zilvermeeuw.\r\n\r\n- and a line like this"


@pytest.fixture
def outsider():
    with Outsider() as outsider:
        yield outsider


def visit(house):
    return visits.visiting(visits.open_visit(house.receipts[-1], by=REPORTER, now=LATER), LATER)


def committed(ref):
    [told] = [told for told in log.read(ref) if told.kind == "report.committed"]
    return told


def sha256sum(folder, content):
    (folder / "report.txt").write_bytes(content)
    done = subprocess.run(["sha256sum", "report.txt"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.split()[0]


def mail_to_reporter(house, ref):
    newest = OutboxLetter.objects.get(case=ref)
    key = keyring.outbox(house.folder, "post")
    raw = outgoing.sending(newest.id, outbox_key=key, by=POST, now=LATER).raw
    return email.message_from_bytes(raw, policy=email.policy.default)


def letter_in(house, row):
    """What a reporter with our tests' key reads."""
    key = keyring.outbox(house.folder, "post")
    outer = email.message_from_bytes(outgoing.sending(row.id, outbox_key=key, by=POST, now=AFTER).raw)
    assert b"statement" not in outer.as_bytes()
    inner = openpgp.decrypt(outer.get_payload(1).get_payload(decode=True), [reporters_key()]).plain
    return email.message_from_bytes(inner, policy=email.policy.default)


def files_in(message):
    return {part.get_filename(): part.get_content() for part in message.walk() if part.get_filename()}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["nl", "en"])
def test_gpg_and_sha256sum_alone_check_what_arrived_and_when(house, outsider, tmp_path, language):
    ref = house.a_case(TEXT, language=language)
    proof = proving.proof_for(visit(house))

    said = outsider.verified(proof.statement, openpgp.public_copy(organisation_key(), expires=None))
    digest = sha256sum(tmp_path, proof.report)
    assert digest in said and digest == committed(ref).facts["commitment"] == proving.commitment_of(ref)
    assert ref in said and "2026-03-02T08:00:00Z" in said and policy.current().digest in said
    assert "2026-03-05T23:00:00Z" in said  # P1: three working days
    assert "zilvermeeuw" not in said and "zilvermeeuw" in proof.report.decode()
    assert proof.report.decode().splitlines()[0] not in said  # the salt is the reporter's
    assert max(map(len, said.splitlines())) <= 110

    # one letter changed, in either file, and it is no proof any more
    outsider.refuses(proof.statement.replace(ref.encode(), ref.encode()[:-1] + b"9"))
    assert sha256sum(tmp_path, proof.report.replace(b"lock", b"Lock")) != digest


@pytest.mark.django_db
def test_the_ledger_commits_and_holds_neither_salt_nor_word(house):
    first, second = house.a_case(TEXT), house.a_case(TEXT, message_id="<again@example.org>")
    told = committed(first)
    assert set(told.facts) == {"commitment", "received_at"} and told.facts["received_at"] == MONDAY_NINE.isoformat()
    assert told.facts["commitment"] != committed(second).facts["commitment"]  # the same words, another salt


@pytest.mark.django_db
def test_an_encrypted_acknowledgement_carries_both_files(house):
    public = openpgp.public_copy(reporters_key(), expires=None)
    key = openpgp.read_keys(public)[0].fingerprint
    reporter = Reporter("Nachtuil", "nachtuil@example.org", public, key, "")
    ref = house.a_case(TEXT, reporter=reporter, protection="confidential")
    message = letter_in(house, OutboxLetter.objects.get(case=ref))
    kept, files = proving.proof_for(visit(house)), files_in(message)
    assert files[f"receipt-statement-{ref}.txt.asc"].encode() == kept.statement
    assert files[f"report-{ref}.txt"].encode() == kept.report
    # the acknowledgement names the entry that commits to the report
    entry = committed(ref)
    said = message.get_body(("plain",)).get_content()
    assert f"entry {entry.step} in our log" in said and entry.hash[:8] in said and "also attached" in said


@pytest.mark.django_db
def test_a_letter_in_the_clear_carries_the_statement_and_no_word_of_the_report(house):
    ref = house.a_case(TEXT)
    message = mail_to_reporter(house, ref)
    assert f"receipt-statement-{ref}.txt.asc" in files_in(message) and f"report-{ref}.txt" not in files_in(message)
    assert b"zilvermeeuw" not in message.as_bytes()
    ref = house.a_case("another", protection="confidential", reporter=Reporter("", "b@example.org"))  # left no key
    message = mail_to_reporter(house, ref)
    assert not any("statement" in name for name in files_in(message))
    assert "statement" not in message.get_body(("plain",)).get_content()


@pytest.mark.django_db
def test_a_report_by_the_form_is_proved_on_its_page_only(house):
    house.receipts.append(house.receipt())
    arrival = house.arrival(TEXT, reporter=Reporter())
    assert proving.Proof(b"s", b"r").files("X", Handing.SHOWN, Mode.NOTICE) == ()
    commands.take_in(arrival, None, house.receipts[-1], HEAD, keys=house.keys, by=POST, now=LATER)
    assert arrival.door is Door.LMTP and not OutboxLetter.objects.exists()


@pytest.mark.django_db
def test_a_large_report_stays_on_the_page(house):
    proof = proving.Proof(b"s", b"x" * (proving.LARGEST_REPORT + 1))
    assert len(proof.files("X", Handing.INSIDE, Mode.ENCRYPTED)) == 1


@pytest.mark.django_db
def test_a_case_from_before_there_were_statements_has_none(house):
    ref = house.a_case()
    extras.drop(ref, proving.KIND, by=POST, now=LATER)
    assert not proving.has_proof(visit(house))
    with pytest.raises(NoStatement):
        proving.proof_for(visit(house))


def test_the_file_is_what_was_written_with_its_files_line_by_line():
    files = (FileRef("a b\n.txt", "text/plain", {"sha256": "f" * 64}), FileRef("c", "x/y", {"sha256": "0" * 64}))
    found = report_bytes(b"\x01" * 32, Content("one\r\ntwo\rthree\n\n", files, " A  subject\n"))
    assert found.decode() == (
        "01" * 32 + "\n\nSubject: A subject\n\none\ntwo\nthree\n\n" + "f" * 64 + "  a b .txt\n" + "0" * 64 + "  c\n"
    )
    assert report_bytes(b"\x01" * 32, Content("x")) == b"01" * 32 + b"\n\nx\n"


@given(st.text(), st.text(), st.binary(min_size=32, max_size=32))
def test_the_same_report_gives_the_same_bytes_and_another_salt_another_number(text, subject, salt):
    content = Content(text, (), subject)
    again = Content(text.replace("\r\n", "\n"), (), subject)
    assert report_bytes(salt, content) == report_bytes(salt, again)
    other = bytes([salt[0] ^ 1]) + salt[1:]
    assert commitment_to(report_bytes(salt, content)) != commitment_to(report_bytes(other, content))


def test_a_statement_has_blocks_and_short_lines():
    long = "one two " * 20
    body = f"Name: value\nOther: x\n\nWhat we owe\n\n* {long}\n* b\n\n$ gpg --verify x\n\nWords. {long}"
    statement = Draft("A title", body)
    assert [block.shape for block in blocks(statement)] == [
        Shape.FACTS,
        Shape.HEADING,
        Shape.LIST,
        Shape.COMMAND,
        Shape.WORDS,
    ]
    lines = as_text(statement).splitlines()
    assert lines[:2] == ["A title", "======="] and max(map(len, lines)) <= 76
