"""Mail that no person wrote, and mail that looks so and is a report."""

import pytest
from tests.intake.mailmaker import HEAD, US, encrypted, inner, mixed, read, signed

from meldpunt.intake import machine
from meldpunt.intake.letter import Automatic, Trouble

# machines


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (b"Auto-Submitted: auto-replied", Automatic.AUTO_REPLY),
        (b"Auto-Submitted: no", None),
        (b"Return-Path: <>", Automatic.AUTO_REPLY),
        (b"X-Meldpunt-Letter: 17", Automatic.OWN),
        (b"X-Failed-Recipients: a@example.org", Automatic.BOUNCE),
    ],
)
def test_headers_of_machines(lines, kind):
    assert read(HEAD % b"hello" + lines + b"\r\n\r\ntext\r\n").automatic is kind


@pytest.mark.parametrize(
    "subject",
    [
        "Auto-login bypass in the portal",
        "Verification of e-mail address can be bypassed",
        "Out of office plugin leaks addresses",
        "Delivery status page shows other people's orders",
        "Undeliverable parcels endpoint: IDOR",
    ],
)
def test_people_report_weaknesses_in_mail_too(subject):
    text = b"The server says 550 5.1.1 user unknown. The account is protected by a word.\r\n"
    assert read(HEAD % subject.encode() + b"\r\n" + text).automatic is None


def test_a_bounce_names_the_letter_that_came_back():
    status = (
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: %s\r\nStatus: 5.1.1\r\n"
    )
    back = b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <ours@example.nl>\r\nSubject: s\r\n\r\nbody\r\n"
    text = b"Content-Type: text/plain\r\n\r\nsorry\r\n"
    for action, kind in ((b"failed", Automatic.BOUNCE), (b"delayed", Automatic.AUTO_REPLY)):
        raw = mixed(text, status % action, back).replace(b"multipart/mixed", b"multipart/report")
        assert read(raw).automatic is kind
    assert "<ours@example.nl>" in read(mixed(text, status % b"failed", back)).references


def a_letter(sender, subject, text, *more):
    lines = [f"From: {sender}", "To: cvd@example.nl", f"Subject: {subject}", "Message-ID: <1@example.org>", *more]
    return read("\r\n".join([*lines, "", text]).encode())


BOUNCES = {
    "qmail": (
        "MAILER-DAEMON@mx.example.org",
        "failure notice",
        "<bob@example.org>:\nNo such mailbox here. (#5.1.1)\n\n--- The message:\n\n"
        "Return-Path: <cvd@example.nl>\nMessage-ID: <ours@example.nl>\nSubject: Your report\n\nDear Bob",
    ),
    "exim": (
        "Mail Delivery System <Mailer-Daemon@mx.example.org>",
        "Mail delivery failed: returning message to sender",
        "It went to nobody.\n\nMessage-ID: <ours@example.nl>\n",
        "X-Failed-Recipients: bob@example.org",
    ),
    "exchange": (
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>",
        "Undeliverable: Your report",
        "bob@example.org was not found.\nMessage-ID: <ours@example.nl>",
    ),
    "exchange in Dutch": (
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.nl>",
        "Niet bezorgbaar: Uw melding",
        "Het adres is niet gevonden.\nMessage-ID: <ours@example.nl>",
    ),
    "postmaster in Dutch": (
        "postmaster@example.nl",
        "Onbestelbaar: Uw melding",
        "Uw bericht heeft niemand bereikt: het account bestaat niet.\nMessage-ID: <ours@example.nl>",
    ),
    "notes": (
        "postmaster@notes.example.org",
        "DELIVERY FAILURE: User bob not listed in Domino Directory",
        "Your message was not delivered to bob.\nMessage-ID: <ours@example.nl>",
    ),
    "yahoo": (
        "MAILER-DAEMON@example.com",
        "Failure Notice",
        "<bob@example.com>:\n554: delivery error\nMessage-ID: <ours@example.nl>",
    ),
    "gmail in Dutch": (
        "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
        "Bericht niet bezorgd",
        "Je bericht is niet bezorgd aan bob@example.org.\nMessage-ID: <ours@example.nl>",
    ),
    "postmaster in German": (
        "Postmaster <postmaster@example.org>",
        "Unzustellbar: Ihre Meldung",
        "Ihre Nachricht konnte nicht zugestellt werden.\nMessage-ID: <ours@example.nl>",
    ),
    "postmaster in French": (
        "postmaster@example.org",
        "Échec de la remise de votre message",
        "Votre message n'a pas pu être remis : boîte pleine.\nMessage-ID: <ours@example.nl>",
    ),
    "in Russian": (
        "Mail Delivery System <postmaster@example.org>",
        "Недоставленное сообщение",
        "Ваше сообщение не может быть доставлено.\nMessage-ID: <ours@example.nl>",
    ),
    "from nobody": ("Postmaster <>", "Undeliverable: Your report", "To: bob\nMessage-ID: <ours@example.nl>"),
    "from somebody who speaks of yours": (
        "mailgate@example.org",
        "RE: Your report : non remis (delivery failed)",
        "****\nYour message could not be delivered to\nbob@example.org\n\nMessage-ID: <ours@example.nl>",
    ),
    "through a list": (
        "postmaster@example.org",
        "FAILED MAIL to bob",
        "User unknown.\nMessage-ID: <ours@example.nl>",
        "List-Id: <talk.example.org>",
    ),
    "by its empty return path": (
        "noreply@example.com",
        "Your message to Bob",
        "550 5.7.1 rejected by policy\nMessage-ID: <ours@example.nl>",
        "Return-Path: <>",
    ),
}


@pytest.mark.parametrize("kind", BOUNCES)
def test_bounces_that_follow_no_standard(kind):
    letter = a_letter(*BOUNCES[kind])
    assert letter.automatic is Automatic.BOUNCE
    assert "<ours@example.nl>" in letter.references


def test_a_filter_that_refuses_answers_as_if_the_letter_was_deleted_unread():
    """RFC 5429; a read receipt says the same in other words, and is none."""
    said = b"Content-Type: message/disposition-notification\r\n\r\nDisposition: %s/MDN-sent-automatically; %s\r\n"
    text = b"Content-Type: text/plain\r\n\r\nx\r\n"
    for how, what, kind in (
        (b"automatic-action", b"deleted", Automatic.BOUNCE),
        (b"manual-action", b"deleted", Automatic.AUTO_REPLY),
        (b"manual-action", b"displayed", Automatic.AUTO_REPLY),
    ):
        assert read(mixed(text, said % (how, what))).automatic is kind


def test_a_report_with_a_word_that_nobody_knows_means_that_it_failed():
    status = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: %s\r\n"
    text = b"Content-Type: text/plain\r\n\r\nx\r\n"
    for action, kind in ((b"error", Automatic.BOUNCE), (b"relayed", Automatic.AUTO_REPLY)):
        assert read(mixed(text, status % action)).automatic is kind


def test_a_delay_is_not_yet_a_bounce():
    daemon = "Mail Delivery System <mailer-daemon@example.org>"
    assert a_letter(daemon, "Warning: message 1a-2b delayed 24 hours", "We go on.").automatic is Automatic.AUTO_REPLY
    text = "Delivery to bob@example.org has been delayed."
    assert a_letter(daemon, "Delivery Status Notification (Delay)", text).automatic is Automatic.AUTO_REPLY


@pytest.mark.parametrize(
    "subject",
    [
        "Automatisch antwoord: Uw melding",
        "Afwezig: Re: Uw melding",
        "Afwezigheidsmelding",
        "Afwezigheidsassistent: Uw melding",
        "Niet aanwezig: Uw melding",
        "Automatic reply: Your report",
        "Out of Office: Re: Your report",
        "Out of office Re: Your report",
        "AutoReply: Your report",
        "Abwesenheitsnotiz: Ihre Meldung",
        "Réponse automatique : Votre rapport",
        "Absence du bureau : Votre rapport",
        "Abwesend: Ihre Meldung",
        "Automatische reactie: Uw melding",
        "Ik ben met vakantie",
        "OOO: Your report",
        "Respuesta automática: informe",
        "Automatyczna odpowiedź: raport",
        "自动回复: report",
    ],
)
def test_answering_machines_that_say_it_in_the_subject_alone(subject):
    assert a_letter("Jan <jan@example.nl>", subject, "Tot maandag.").automatic is Automatic.AUTO_REPLY


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Your report", "Thank you for your e-mail. I am currently out of the office until Monday."),
        ("Re: Uw melding", "Ik ben tot en met 12 maart afwezig. Voor dringende zaken: info@example.nl."),
        ("AW: Ihre Meldung", "Guten Tag,\n\nich bin derzeit nicht im Büro und am 5. März wieder erreichbar."),
        ("Re: Votre rapport", "Bonjour,\n\nJe suis actuellement en congés jusqu'au 12 mars."),
    ],
)
def test_answering_machines_that_say_it_in_the_text_alone(subject, text):
    assert a_letter("Jan <jan@example.nl>", subject, text).automatic is Automatic.AUTO_REPLY
    assert a_letter("Jan <jan@example.nl>", subject, text + "\n\nThe leak is here:\n" + "x" * 1500).automatic is None


def test_challenges_are_not_answered():
    text = "Please click this link once, and you will be added to my safe senders list: https://guard.example/1"
    assert a_letter("bob@example.org", "Re: Your report [confirm 82]", text).automatic is Automatic.AUTO_REPLY


@pytest.mark.parametrize("kind", ["feedback-report", "disposition-notification"])
def test_complaints_and_read_receipts(kind):
    parts = (b"Content-Type: text/plain\r\n\r\nx\r\n", b"Content-Type: message/%s\r\n\r\nA: b" % kind.encode())
    head = b"multipart/report; report-type=" + kind.encode()
    assert read(mixed(*parts).replace(b"multipart/mixed", head)).automatic is Automatic.AUTO_REPLY


@pytest.mark.parametrize(
    ("sender", "subject", "text", "more"),
    [
        ("Jan <mail@jan.example>", "Mail delivery to you fails, takeover possible", "550 5.1.1 user unknown", ""),
        ("postmaster@example.org", "Your SPF record lets anybody in", "The server says 550 5.7.1 rejected.", ""),
        ("Root <root@example.org>", "A leak in the e-mail of your town", "It says 550 5.1.1.", ""),
        ("CERT <cert@example.org>", "[CERT #123] A leak in your site", "Dear colleagues", "Precedence: bulk"),
        ("x@example.org", "A leak", "hello", "List-Unsubscribe: <https://mailer.example/u>"),
        ("x@example.org", "A leak", "hello", "X-Auto-Response-Suppress: All"),
        ("x@example.org", "Fwd: Undelivered Mail", "Your address bounces.\n\n550 5.1.1\nReceived: from a", ""),
        ("x@example.org", "Re: Undeliverable: report", "Why?\n> Message-ID: <a>\n> Received: from a\n> 550 5.1.1", ""),
        ("x@example.org", "Takeover: undeliverable resets", "When your message could not be delivered, it leaks", ""),
        ("x@example.org", "Absence of HSTS: portal", "hello", ""),
        ("x@example.org", "Re: question", "I am on holiday next week. First open /a.\n\n> On Monday you wrote", ""),
    ],
)
def test_what_only_looks_like_a_machine_is_a_report(sender, subject, text, more):
    assert a_letter(sender, subject, text, *([more] if more else [])).automatic is None


# lists


@pytest.mark.parametrize(
    ("lines", "lists"),
    [
        ("List-Id: News <news.example.org>", ("news@example.org",)),
        ("List-Post: <mailto:talk@lists.example.org>\r\nPrecedence: list", ("talk@lists.example.org",)),
        ("X-BeenThere: talk@lists.example.org", ("talk@lists.example.org",)),
        ("Precedence: list", ()),
        ("List-Unsubscribe: <https://x.example>\r\nPrecedence: bulk", ()),
        ("List-Unsubscribe: <https://x.example>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", ()),
        ("List-Unsubscribe: <https://x.example>\r\nFeedback-ID: 1:2:3", ()),
    ],
)
def test_mail_of_lists(lines, lists):
    letter = a_letter("x@example.org", "News", "hello", lines)
    assert (letter.automatic, letter.lists) == (Automatic.LIST, lists)


def test_a_list_at_our_own_house_is_a_door_of_ours():
    assert machine.is_own_list(["security@example.nl"], "cvd@example.nl")
    assert machine.is_own_list(["talk@else.example", "security@lists.example.nl"], "cvd@Example.nl")
    assert not machine.is_own_list(["security@notexample.nl"], "cvd@example.nl")
    assert not machine.is_own_list([], "cvd@example.nl")
    assert machine.is_own_list(["security@groups.example"], "cvd@example.nl", ["", " Security@groups.example"])
    assert not machine.is_own_list(["talk@groups.example"], "cvd@example.nl", ["security@groups.example"])
    assert not machine.is_own_list(["x@"], "")


def test_the_writer_behind_a_list_that_puts_its_own_address_in_from():
    more = ("List-Id: <security.example.nl>", "Reply-To: Rui <rui@example.org>", "Sender: security-bounces@example.nl")
    letter = a_letter("Rui via Security <security@example.nl>", "A leak", "hello", *more)
    assert (letter.sender, letter.sender_name) == ("rui@example.org", "Rui")
    without = a_letter("security@example.nl", "A leak", "hello", "List-Id: <security.example.nl>")
    assert without.sender == "security@example.nl"


def test_encrypted_to_us_is_meant_for_us_and_signed_is_not_enough(ours, rui):
    part = b"Content-Type: text/plain\r\n\r\nnews\r\n"
    sealed = encrypted(rui.encrypts(inner(), US))
    for raw, kind in ((sealed, None), (signed(part, rui.signs(part)), Automatic.LIST)):
        letter = read(b"List-Id: <announce.example.org>\r\n" + raw, ours, [rui.public])
        assert letter.automatic is kind


# spam


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        ("X-Spam-Flag: YES", Trouble.SPAM),
        ("X-Spam-Status: Yes, score=12.1 required=5", Trouble.SPAM),
        ("X-MS-Exchange-Organization-SCL: 6", Trouble.SPAM),
        ("X-Spam-Status: No, score=-1", None),
        ("X-Spam-Flag: NO", None),
        ("X-MS-Exchange-Organization-SCL: 1", None),
    ],
)
def test_what_a_filter_calls_spam_is_for_a_person_to_look_at(line, trouble):
    letter = a_letter("x@example.org", "A leak", "hello", line)
    assert (letter.trouble, letter.text) == (trouble, "hello")


def test_what_is_encrypted_to_us_is_no_spam(ours, rui):
    raw = b"X-Spam-Flag: YES\r\n" + encrypted(rui.encrypts(inner(), US))
    assert read(raw, ours).trouble is None
