"""What becomes of each kind of item, through the real reader, vault and outbox."""

import email
import email.policy
from email.message import EmailMessage

import pytest
from tests.build import BASE, CONTACT, HEAD, organisation_key, reporters_key
from tests.cast import HANNA, HOUR, MONDAY_NINE

from meldpunt.cases import queries as cases
from meldpunt.cases import visits
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.posting import unqueue
from meldpunt.ground.values import REPORTER
from meldpunt.intake import commands as intake
from meldpunt.intake import queries as spool
from meldpunt.intake.rules import Outcome, Submission, Upload
from meldpunt.ledger import log, proof
from meldpunt.vault import files, keyring, openpgp
from meldpunt.vault.rules import read_receipt
from meldpunt.works.followers import catch_up
from meldpunt.works.opener import House, open_one, turn

pytestmark = pytest.mark.django_db
LATER = MONDAY_NINE + HOUR


@pytest.fixture
def opener(house):
    return House(house.keys, house.folder, BASE)


def a_mail(body="The lock of the tax page opens.", **headers):
    mail = EmailMessage(policy=email.policy.SMTP)
    plain = {"From": "Nachtuil <nachtuil@example.org>", "To": CONTACT, "Subject": "A weakness"}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in (plain | {"Message-ID": "<a1@example.org>"} | given).items():
        mail[name] = value
    mail.set_content(body)
    return mail.as_bytes()


def encrypted_mail(body="Sealed words.", sign=True, **headers):
    inner = EmailMessage(policy=email.policy.SMTP)
    inner.set_content(body)
    inner.add_attachment(b"GET /", maintype="text", subtype="x-log", filename="request.log")
    if sign:
        public = openpgp.public_copy(reporters_key(), expires=None)
        inner.add_attachment(public, maintype="application", subtype="pgp-keys", filename="key.asc")
    sealed = openpgp.encrypt(
        inner.as_bytes(), [openpgp.public_copy(organisation_key(), expires=None)], reporters_key() if sign else None
    )
    outer = email.message_from_bytes(a_mail("x", **headers), policy=email.policy.SMTP)
    outer.clear_content()
    outer["Content-Type"] = 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"'
    head = outer.as_bytes().split(b"\r\n\r\n")[0]
    parts = [
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
        b"Content-Type: application/octet-stream\r\n\r\n" + sealed,
    ]
    return head + b"\r\n\r\n" + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"


def take(house, opener, raw, now=LATER):
    done = open_one(house.receive(raw, now), opener, now=now)
    catch_up()
    return done


def letters_out(house):
    """The letters in the outbox, opened as the post opens them."""
    key = keyring.outbox(house.folder, "post")
    rows = OutboxLetter.objects.order_by("created_at", "id")
    return [email.message_from_bytes(unqueue(row, key).raw, policy=email.policy.default) for row in rows]


def read_by_reporter(letter):
    sealed = letter.get_payload(1).get_payload(decode=True)
    opened = openpgp.decrypt(sealed, [reporters_key()], [openpgp.public_copy(organisation_key(), expires=None)])
    assert opened.signers
    return email.message_from_bytes(opened.plain, policy=email.policy.default)


def test_an_encrypted_letter_becomes_a_case_and_is_acknowledged_encrypted(house, opener):
    done = take(house, opener, encrypted_mail())

    assert (done.outcome, done.case) == (Outcome.OPENED, "VB-2026-0001")
    [report] = cases.written(HANNA, done.case, house.keys)
    assert "Sealed words." in report.text
    assert report.protection == "confidential"  # the key came with it: nothing is known of it yet
    assert "request.log" in [file.name for file in report.files]
    [letter] = letters_out(house)
    assert letter["Subject"] == "[...]"
    assert letter["Auto-Submitted"].startswith("auto-")
    assert letter["In-Reply-To"] == "<a1@example.org>"
    text = read_by_reporter(letter).get_body(("plain",)).get_content()
    assert "VB-2026-0001" in text
    assert "Thursday 5 March 2026, end of day, Amsterdam time" in text
    code = text.split("/my/#")[1].split()[0]
    [committed] = [entry for entry in log.read(done.case) if entry.kind == "report.committed"]
    assert committed.hash[:8] in text  # the entry that commits to the report, for the reporter to keep
    visit = visits.visiting(visits.open_visit(read_receipt(code), by=REPORTER, now=LATER), LATER)
    assert visit.ref == done.case


def test_a_second_letter_under_a_key_that_is_known_by_then_is_verified(house, opener):
    take(house, opener, encrypted_mail())
    done = take(house, opener, encrypted_mail("More.", Message_ID="<b2@example.org>", In_Reply_To="<a1@example.org>"))
    assert done.letter.protection == "confidential+verified"
    assert done.letter.signer == openpgp.read_keys(reporters_key())[0].fingerprint


def test_a_learnt_key_speaks_only_for_the_case_that_pinned_it(house, opener):
    """Who first writes in somebody's name, with a key of their own, is not that person from then on."""
    take(house, opener, encrypted_mail())
    elsewhere = take(house, opener, encrypted_mail("A new report.", Message_ID="<b3@example.org>"))
    assert elsewhere.outcome is Outcome.OPENED
    assert (elsewhere.letter.protection, elsewhere.letter.signer) == ("confidential", None)


def test_without_a_message_id_the_same_letter_twice_is_one_and_another_is_another(house, opener):
    def letter(text):
        return b"\r\n".join(line for line in a_mail(text).split(b"\r\n") if not line.lower().startswith(b"message-id"))

    first = take(house, opener, letter("The lock opens."))
    again = take(house, opener, b"Received: by a gateway that tries again\r\n" + letter("The lock opens."))
    other = take(house, opener, letter("The window opens."))
    assert (again.outcome, again.case) == (Outcome.JOINED, first.case)
    assert (other.outcome, other.case != first.case) == (Outcome.OPENED, True)
    assert sum(entry.kind == "letter.repeated" for entry in log.read(first.case)) == 1


def test_a_plain_letter_is_answered_with_a_link_and_no_word_of_it(house, opener):
    done = take(house, opener, a_mail("The secret is Zilvermeeuw."))

    assert done.outcome is Outcome.OPENED
    [letter] = letters_out(house)
    body = letter.get_body(("plain",)).get_content()
    assert f"{BASE}/my/#" in body
    assert "Zilvermeeuw" not in letter.as_string()
    assert letter.get_content_type() == "multipart/signed"


def test_an_encrypted_letter_without_a_key_gets_no_receipt_by_mail(house, opener):
    done = take(house, opener, encrypted_mail(sign=False))

    assert done.outcome is Outcome.OPENED
    [letter] = letters_out(house)
    assert "/my/#" not in letter.as_string()
    assert "public key" in letter.get_body(("plain",)).get_content()

    # the key comes later, in the thread: then the receipt goes, encrypted
    joined = take(
        house,
        opener,
        encrypted_mail("Here is my key.", Message_ID="<a2@example.org>", In_Reply_To="<a1@example.org>"),
        LATER + HOUR,
    )
    assert (joined.outcome, joined.case) == (Outcome.JOINED, done.case)
    text = read_by_reporter(letters_out(house)[-1]).get_body(("plain",)).get_content()
    assert f"{BASE}/my/#" in text


def test_a_dutch_letter_is_acknowledged_in_dutch(house, opener):
    take(house, opener, a_mail("Goedendag, ik heb een zwakke plek gevonden op uw website en ik wil die graag melden."))
    assert "donderdag 5 maart 2026" in letters_out(house)[0].get_body(("plain",)).get_content()


def test_a_letter_to_another_key_is_held_and_its_sender_told(house, opener):
    stranger = openpgp.public_copy(openpgp.make_key("Stranger", "s@example.org"), expires=None)
    raw = encrypted_mail()
    at = raw.index(b"-----BEGIN PGP MESSAGE")
    end = raw.index(b"-----END PGP MESSAGE-----") + len(b"-----END PGP MESSAGE-----")
    raw = raw[:at] + openpgp.encrypt(b"for another", [stranger]).strip() + raw[end:]

    done = take(house, opener, raw)

    assert (done.outcome, done.why) == (Outcome.HELD, "cannot-decrypt")
    assert [item.why for item in spool.held()] == ["cannot-decrypt"]
    [letter] = letters_out(house)
    assert "could not read" in letter.get_body(("plain",)).get_content()
    assert spool.arrived(spool.held()[0].token, house.keys, house.folder).raw == raw
    assert log.read(log.HOUSE)[-1].kind == "letter.set-aside"


@pytest.mark.parametrize("raw", [b"\x00\xff\xfe" * 50, b"Subject: x\r\n\r\n", b"From: a@b.example\r\n\r\n  \r\n"])
def test_what_cannot_be_read_is_kept(house, opener, raw):
    done = take(house, opener, raw)
    assert done.outcome in (Outcome.HELD, Outcome.OPENED)
    assert spool.waiting(9) == []


def test_machines_are_kept_and_never_answered(house, opener):
    done = take(house, opener, a_mail("I am away.", Auto_Submitted="auto-replied"))
    assert (done.outcome, done.why) == (Outcome.IGNORED, "auto-reply")
    assert letters_out(house) == []
    assert cases.references() == []


def test_our_own_letter_that_comes_back_opens_nothing(house, opener):
    take(house, opener, a_mail())
    [row] = OutboxLetter.objects.all()
    ours = unqueue(row, keyring.outbox(house.folder, "post")).raw

    done = take(house, opener, ours)

    assert done.outcome is Outcome.IGNORED
    assert len(letters_out(house)) == 1


def test_a_person_of_another_house_that_runs_the_same_program_is_heard(house, opener):
    done = take(house, opener, a_mail("We found a weakness of yours.", X_Meldpunt_Letter="0123456789abcdef"))
    assert done.outcome is Outcome.OPENED


def test_a_letter_of_ours_is_known_without_its_mark(house, opener):
    first = take(house, opener, encrypted_mail())
    conversation.write(first.case, "We are on it.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER + HOUR)
    newest = OutboxLetter.objects.order_by("-created_at").first()
    ours = unqueue(newest, keyring.outbox(house.folder, "post")).raw
    stripped = b"\r\n".join(line for line in ours.split(b"\r\n") if not line.startswith(b"X-Meldpunt-Letter"))

    done = take(house, opener, stripped)

    assert (done.outcome, done.why) == (Outcome.IGNORED, "own")


def test_an_answer_joins_by_thread_and_a_stranger_with_the_reference_does_not(house, opener):
    first = take(house, opener, a_mail())
    ours = letters_out(house)[0]["Message-ID"]

    answer = take(house, opener, a_mail("More.", Message_ID="<b@example.org>", In_Reply_To=ours))
    by_reference = take(house, opener, a_mail("Again.", Message_ID="<c@example.org>", Subject=f"About {first.case}"))
    stranger = take(
        house,
        opener,
        a_mail("Mine.", From="x@evil.example", Message_ID="<d@evil.example>", Subject=f"About {first.case}"),
    )

    assert (answer.outcome, answer.case) == (Outcome.JOINED, first.case)
    assert (by_reference.outcome, by_reference.case) == (Outcome.JOINED, first.case)
    assert stranger.outcome is Outcome.OPENED
    assert [w.text.strip() for w in cases.written(HANNA, first.case, house.keys)][1:] == ["More.", "Again."]


def test_who_says_that_they_are_away_is_a_machine_unless_they_answer_us(house, opener):
    first = take(house, opener, a_mail())
    ours = letters_out(house)[0]["Message-ID"]
    away = "I am on holiday until Monday, but yes: it works in version 2."

    answer = take(house, opener, a_mail(away, Message_ID="<b@example.org>", In_Reply_To=ours, Subject="Re: it"))
    nobody = take(house, opener, a_mail(away, Message_ID="<c@example.org>", In_Reply_To="<x@else>", Subject="Re: it"))
    marked = {"Message_ID": "<d@example.org>", "In_Reply_To": ours, "Auto_Submitted": "auto-replied"}

    assert (answer.outcome, answer.case) == (Outcome.JOINED, first.case)
    assert (nobody.outcome, nobody.why) == (Outcome.HELD, "machine-or-person")
    assert take(house, opener, a_mail(away, **marked)).outcome is Outcome.IGNORED
    assert len(letters_out(house)) == 1


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Out of office: anybody can read the notices", "Open /notices/17 and count up."),
        ("Afwezig: stel die pagina is weg, dan lekt zij nog", "De pagina geeft na het verwijderen nog alles terug."),
        ("Delivery failure: forged notices", "Your message could not be delivered, your server tells anybody at /b."),
    ],
)
def test_what_only_its_words_call_a_machines_is_held_and_never_answered(house, opener, subject, text):
    done = take(house, opener, a_mail(text, Subject=subject))
    assert (done.outcome, done.why) == (Outcome.HELD, "machine-or-person")
    assert letters_out(house) == []
    kept = spool.safe_part(spool.held()[0].token, house.keys)
    assert (kept.subject, kept.text.strip()) == (subject, text)


def test_an_answering_machine_that_names_a_letter_of_ours_is_one(house, opener):
    take(house, opener, a_mail())
    ours = letters_out(house)[0]["Message-ID"]
    done = take(house, opener, a_mail("Monday.", Message_ID="<b@x.example>", In_Reply_To=ours, Subject="Afwezig: it"))
    assert (done.outcome, done.why) == (Outcome.IGNORED, "auto-reply")


def test_the_same_letter_twice_is_one(house, opener):
    first = take(house, opener, a_mail())
    again = take(house, opener, a_mail())

    assert (again.outcome, again.case) == (Outcome.JOINED, first.case)
    assert len(cases.written(HANNA, first.case, house.keys)) == 1
    assert len(letters_out(house)) == 1


def test_a_list_is_ignored_unless_it_is_ours_or_answers_us(house, opener):
    first = take(house, opener, a_mail())
    [letter] = letters_out(house)
    foreign = {"List-Id": "Talk <talk.lists.example.org>"}
    news = take(house, opener, a_mail("News.", Message_ID="<n@example.org>", **foreign))
    answer = take(
        house, opener, a_mail("More.", Message_ID="<m@example.org>", In_Reply_To=letter["Message-ID"], **foreign)
    )
    ours = {"List-Id": f"<security.{CONTACT.partition('@')[2]}>"}
    report = take(house, opener, a_mail("A leak.", Message_ID="<r@example.org>", **ours))

    assert (news.outcome, news.why) == (Outcome.IGNORED, "list")
    assert (answer.outcome, answer.case) == (Outcome.JOINED, first.case)
    assert report.outcome is Outcome.OPENED


def test_what_a_filter_calls_spam_is_held_and_not_answered(house, opener):
    done = take(house, opener, a_mail("Buy now.", X_Spam_Flag="YES"))
    assert (done.outcome, done.why) == (Outcome.HELD, "spam")
    assert letters_out(house) == []


def test_a_form_becomes_a_case_that_its_receipt_opens(house, opener):
    receipt = house.receipt()
    upload = Upload("shot.png", "image/png", files.store(house.folder, b"\x89PNG").plain())
    form = Submission("https://x.example/a", "Anyone can read it.", "nl", 1, impact="Lezen.", files=(upload,))
    token = intake.receive_submission(form, receipt, keys=house.keys.public, by=REPORTER, now=LATER)

    done = open_one(token, opener, now=LATER)

    visit = visits.visiting(visits.open_visit(receipt, by=REPORTER, now=LATER), LATER)
    [report] = cases.written_for(visit)
    assert visit.ref == done.case
    assert report.text.startswith("Waar: https://x.example/a\n\nAnyone can read it.")
    content = cases.file_for_reporter(visit, report.files[0].id, house.folder)
    assert b"".join(content.chunks) == b"\x89PNG"
    assert letters_out(house) == []
    assert cases.reporter_of(HANNA, done.case, house.keys).shown == ""


def test_a_form_with_pgp_text_and_key_is_opened_and_acknowledged_encrypted(house, opener):
    public = openpgp.armor(openpgp.public_copy(reporters_key(), expires=None))
    sealed = openpgp.encrypt(b"Sealed in a form.", [openpgp.public_copy(organisation_key(), expires=None)])
    form = Submission("", sealed.decode(), "en", 1, address="nachtuil@example.org", key=public)
    token = intake.receive_submission(form, house.receipt(), keys=house.keys.public, by=REPORTER, now=LATER)

    done = open_one(token, opener, now=LATER)

    assert "Sealed in a form." in cases.written(HANNA, done.case, house.keys)[0].text
    assert "/my/#" not in read_by_reporter(letters_out(house)[0]).as_string()


def test_a_flood_from_one_address_is_taken_in_but_not_all_answered(house, opener):
    for n in range(14):
        take(house, opener, a_mail(f"Report {n}", Message_ID=f"<{n}@example.org>"))
    assert len(cases.references()) == 14
    assert len(letters_out(house)) == 10


def test_one_turn_opens_what_waits_and_the_log_holds(house, opener):
    for n in range(3):
        house.receive(a_mail(f"Report {n}", Message_ID=f"<{n}@example.org>"))
    assert turn(opener) == 3
    assert turn(opener) == 0
    assert proof.verify().whole


def test_an_item_that_the_disk_withholds_does_not_make_the_next_one_wait(house, opener):
    house.receive(a_mail("x" * 200_000, Message_ID="<large@example.org>"))
    [stored] = [path for path in (house.folder / "files").rglob("*") if path.is_file()]
    kept = stored.rename(stored.with_suffix(".away"))
    stored.mkdir()
    house.receive(a_mail("The next one.", Message_ID="<next@example.org>"))

    with pytest.raises(OSError):
        turn(opener)
    assert len(cases.references()) == 1

    stored.rmdir()
    kept.rename(stored)
    turn(opener)
    assert len(cases.references()) == 2


def test_a_persons_answer_goes_encrypted_and_an_empty_one_does_not_go(house, opener):
    done = take(house, opener, encrypted_mail())
    conversation.write(done.case, "We are on it.", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER + HOUR)

    answer = read_by_reporter(letters_out(house)[-1])
    assert answer.get_body(("plain",)).get_content().strip() == "We are on it."
    assert "VB-2026-0001" in answer["Subject"]
    with pytest.raises(conversation.EmptyLetter):
        conversation.write(done.case, "  ", "reply", HEAD, keys=house.keys, by=HANNA, now=LATER)
