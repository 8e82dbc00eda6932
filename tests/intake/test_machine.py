"""Mail that no person wrote, and mail that looks so and is a report."""

import pytest
from tests.intake.mailmaker import HEAD, mixed, read

from meldpunt.intake.letter import Automatic

# machines


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (b"Auto-Submitted: auto-replied", Automatic.AUTO_REPLY),
        (b"Auto-Submitted: no", None),
        (b"Return-Path: <>", Automatic.AUTO_REPLY),
        (b"List-Id: <x.example.org>", Automatic.LIST),
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
