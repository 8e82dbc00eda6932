"""The list of letters that were set aside, and the two lines of a stranger's letter that it shows."""

import pytest
from tests.cast import MONDAY_NINE, OPENER

from meldpunt.desk.headers import MOST_SHOWN, sender_and_subject
from meldpunt.intake import commands as intake
from meldpunt.intake.rules import Outcome


def test_nothing_is_held(desk):
    assert "No letter is held." in desk.text("/held/")


def test_a_held_letter_says_when_by_which_door_why_from_whom_and_about_what(desk):
    raw = b"From: =?utf-8?q?J=C3=B6rg?= <jorg@example.org>\r\nSubject: <b>Help</b>\r\n\r\nsecret body\r\n"
    token = desk.house.receive(raw)
    intake.set_aside(token, Outcome.HELD, "cannot-decrypt", by=OPENER, now=MONDAY_NINE)
    page = desk.text("/held/")
    assert "One letter is held." in page
    assert "Held letters (1)" in " ".join(page.split())
    assert "Monday 2 March 2026" in page and "by mail" in page
    assert "It could not be decrypted" in page
    assert "Jörg &lt;jorg@example.org&gt;" in page and "&lt;b&gt;Help&lt;/b&gt;" in page
    assert "secret body" not in page


@pytest.mark.parametrize(
    ("raw", "sender", "subject"),
    [
        (b"", "", ""),
        (b"\r\nFrom: below@the.head", "", ""),
        (b"Subject: folded\r\n over two lines\r\nFrom: a@b", "a@b", "folded over two lines"),
        (b"FROM: a@b\nsubject: =?utf-8?b?R2VoZWlt?= thing", "a@b", "Geheim thing"),
        (
            b"Subject: =?no-such-charset?q?x=FF?=\r\nFrom: =?utf-8?b?!!!?=",
            "=?utf-8?b?!!!?=",
            "=?no-such-charset?q?x=FF?=",
        ),
        (b"Subject: \x00\x1b[31m red \xe2\x80\xae\xff", "", "[31m red �"),
        (b"X-Subject: no\r\nSubject:", "", ""),
    ],
)
def test_whatever_the_bytes_two_readable_lines_come_out(raw, sender, subject):
    assert sender_and_subject(raw) == (sender, subject)


def test_hostile_heads_are_bounded():
    sender, subject = sender_and_subject(b"Subject: " + b"=?utf-8?q?a?= " * 200_000 + b"\r\nFrom: " + b"x" * 500_000)
    assert len(subject) <= MOST_SHOWN and len(sender) <= MOST_SHOWN
