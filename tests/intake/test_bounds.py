"""Hostile letters: bounded in time and memory, never an exception."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.intake.grammar import LETTERS, PIECES
from tests.intake.mailmaker import HEAD, mixed, read

from meldpunt.conversation import quoting
from meldpunt.intake import letterwire, mime, reading
from meldpunt.intake.letter import Trouble

# hostile input: bounded in time, never an exception


def nested(depth):
    out = HEAD % b"x"
    for level in range(depth):
        out += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
    return out + b"Content-Type: text/plain\r\n\r\ndeep\r\n"


HOSTILE = {
    "deep": nested(3000),
    "wide": mixed(*[b"Content-Type: text/plain\r\n\r\nx\r\n"] * 10_000),
    "forwarded": HEAD % b"x" + b"Content-Type: message/rfc822\r\n\r\n" * 2000,
    "headers": HEAD % b"x" + b"X: y\r\n" * 500_000 + b"\r\nhello",
    "long header": b"Subject: " + b"=?utf-8?q?a?= " * 300_000 + b"\r\n\r\nhello",
    "long line": HEAD % b"x" + b"\r\n" + b"a" * 5_000_000,
    "folds": b"Subject: x\r\n" + b" y\r\n" * 500_000 + b"\r\nhello",
    "brackets": b"From: " + b"(<" * 200_000 + b"\r\n\r\nhello",
    "a long word in From": b"From: " + b"a" * 100_000 + b"\r\n\r\nhello",
    "words in From": b"From: " + b"=?utf-8?q?" * 10_000 + b"@\r\nTo: " + b"?=" * 50_000 + b"\r\n\r\nhello",
    "lists": b"From: a@b.example\r\nList-Id: "
    + b"<a." * 30_000
    + b"\r\nList-Post: "
    + b"<mailto:" * 9000
    + b"\r\n\r\nx",
    "quotes": b'Content-Type: text/plain; name="' + b'\\"' * 200_000 + b"\r\n\r\nhello",
    "semicolons": b"Content-Type: text/plain" + b";a=b" * 200_000 + b"\r\n\r\nhello",
    "beginnings": HEAD % b"x" + b"\r\n" + b"-----BEGIN PGP MESSAGE-----\r\n" * 100_000,
    "html": HEAD % b"x" + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
    "html tags": HEAD % b"x" + b"Content-Type: text/html\r\n\r\n" + b"<script " * 100_000,
    "boundaries": HEAD % b"x" + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--bb\r\n" * 300_000,
    "boundaries in one line": HEAD % b"x"
    + b"Content-Type: multipart/mixed; boundary=%b\r\n\r\n" % (b"-" * 70)
    + b"-" * 4_000_000,
    "uuencoded lines that claim more than they have": HEAD % b"x"
    + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n"
    + b"M\r\n" * 500_000,
    "uuencoded short lines": HEAD % b"x"
    + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n"
    + b"!!!\r\n" * 200_000,
    "words of bounces": b"From: mailer-daemon@x.example\r\nSubject: "
    + b"delivery " * 7000
    + b"\r\n\r\n"
    + b"konnte wurde kann " * 200_000,
    "nested tables": HEAD % b"x" + b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>" * 300_000,
    "base64": HEAD % b"x" + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=A" * 500_000,
    "versions of a long word": mixed(*[b"\r\n" + b"=?utf-8?q?" * 20_000]).replace(b"/mixed", b"/alternative"),
    "versions with brackets": mixed(*[b"\r\n" + b"(" * 200_000]).replace(b"/mixed", b"/alternative"),
    "nuls": b"\x00" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_letters_are_read_in_bounded_time(name):
    began = time.process_time()
    letter = read(HOSTILE[name])
    assert time.process_time() - began < 3
    assert isinstance(letter, reading.Letter)


def test_more_parts_or_levels_than_are_read_is_said():
    assert read(HOSTILE["wide"]).trouble is Trouble.TOO_LARGE
    assert read(HOSTILE["deep"]).trouble is Trouble.TOO_LARGE


@settings(max_examples=200, derandomize=True)
@given(LETTERS | st.lists(PIECES, max_size=60).map(b"".join) | st.binary(max_size=300))
def test_no_bytes_raise(raw):
    letter = read(raw)
    shown = [letter.text, letter.subject, letter.sender, letter.sender_name, letter.message_id, *letter.lists]
    shown += [word for file in letter.attachments for word in (file.name, file.content_type)]
    "".join(shown).encode()  # no half characters
    assert not set("".join(shown)) & set("\x00\x1b\u202e")
    assert all(file.name and not set(file.name) & set("/\\\n") for file in letter.attachments)
    assert "".join(piece.text for piece in quoting.pieces(letter.text)) == letter.text
    assert letterwire.unpacked(*through_json(*letterwire.packed(letter))) == letter


def through_json(head, pieces):
    return json.loads(json.dumps(head)), pieces


@given(st.lists(st.binary(max_size=40).filter(lambda b: b"--m" not in b), min_size=1, max_size=5))
def test_parts_are_cut_exactly(bodies):
    raw = mixed(*[b"X: y\r\n\r\n" + body for body in bodies])
    assert [part.body for part in mime.parse(raw).root.parts] == bodies
