"""Hostile letters: bounded in time and memory, never an exception."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.intake.mailmaker import HEAD, mixed, read

from meldpunt.intake import mime, reading
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
    "quotes": b'Content-Type: text/plain; name="' + b'\\"' * 200_000 + b"\r\n\r\nhello",
    "semicolons": b"Content-Type: text/plain" + b";a=b" * 200_000 + b"\r\n\r\nhello",
    "beginnings": HEAD % b"x" + b"\r\n" + b"-----BEGIN PGP MESSAGE-----\r\n" * 100_000,
    "html": HEAD % b"x" + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
    "html tags": HEAD % b"x" + b"Content-Type: text/html\r\n\r\n" + b"<script " * 100_000,
    "boundaries": HEAD % b"x" + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--bb\r\n" * 300_000,
    "base64": HEAD % b"x" + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=A" * 500_000,
    "nuls": b"\x00" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_letters_are_read_in_bounded_time(name):
    began = time.perf_counter()
    letter = read(HOSTILE[name])
    assert time.perf_counter() - began < 3
    assert isinstance(letter, reading.Letter)


def test_more_parts_or_levels_than_are_read_is_said():
    assert read(HOSTILE["wide"]).trouble is Trouble.TOO_LARGE
    assert read(HOSTILE["deep"]).trouble is Trouble.TOO_LARGE


WORDS = """multipart/mixed; boundary=m
multipart/alternative; boundary=m
text/html
message/rfc822
=?utf-8?b?
?=
-----BEGIN PGP SIGNED MESSAGE-----
-----BEGIN PGP SIGNATURE-----
-----END PGP SIGNATURE-----
From:
Content-Type:
Content-Transfer-Encoding: base64
filename*0*=utf-8''%41
charset=
--m"""
PIECES = st.sampled_from([*WORDS.encode().splitlines(), *(bytes([one]) for one in b'\r\n\x00\xff"<>(@;a: -')])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map(b"".join) | st.binary(max_size=300))
def test_no_bytes_raise(raw):
    letter = read(raw)
    assert "\x00" not in letter.text + letter.subject + letter.sender
    assert all(file.name and "/" not in file.name for file in letter.attachments)


@given(st.lists(st.binary(max_size=40).filter(lambda b: b"--m" not in b), min_size=1, max_size=5))
def test_parts_are_cut_exactly(bodies):
    raw = mixed(*[b"X: y\r\n\r\n" + body for body in bodies])
    assert [part.body for part in mime.parse(raw).root.parts] == bodies
