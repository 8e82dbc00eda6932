"""A grammar of letters, right ones and wrong ones, for Hypothesis."""

from hypothesis import strategies as st

MARKS = rb"""multipart/mixed; boundary=m
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
PIECES = st.sampled_from([*MARKS.splitlines(), *(bytes([one]) for one in b'\r\n\x00\xff"<>(@;a: -')])

VALUE = rb"""x|a@example.org|<a@example.org>|"q|=?iso-8859-1?q?=e9?=|=?utf-8?b?w6k?=|;|,|yes|auto-replied|<>|(|bulk|
list|protected-headers=v1|hp=clear|No|<a.example.org>|<mailto:a@b.example>"""
WORD = st.sampled_from([*VALUE.replace(b"\n", b"").split(b"|"), b"\r\n ", b"\x00", b"\xff", b"\xc3\xa9"])
VALUES = st.lists(WORD, max_size=5).map(b" ".join)
NAMES = b"""From To Subject Message-ID References In-Reply-To List-Id List-Post Return-Path Precedence Autocrypt
Reply-To Auto-Submitted X-Failed-Recipients X-Spam-Status List-Unsubscribe X-BeenThere X-Original-From""".split()
LEAVES = b"""text/plain text/html message/rfc822 message/delivery-status application/pgp-keys odd text/rfc822-headers
application/pgp-signature application/pgp-encrypted application/pkcs7-mime application/octet-stream""".split()
KINDS = b"""mixed|alternative|digest|report|related|signed; protocol=application/pgp-signature|encrypted|
signed; protocol=application/pkcs7-signature|mixed; protected-headers=v1""".replace(b"\n", b"").split(b"|")
CODINGS = st.sampled_from([b"7bit", b"base64", b"quoted-printable", b"x-uuencode", b"odd"])
CHARSETS = st.sampled_from([b"utf-8", b"iso-2022-jp", b"utf-16", b"utf-7", b"gb2312", b"idna", b"\xff", b""])
FILES = st.sampled_from([b"", b'; name="a.asc"', b"; name*=utf-8''%c3%a9", b'; name="../x"', b"; name*0=a; name*2*=b"])
TEXTS = st.binary(max_size=60) | st.lists(PIECES, max_size=20).map(b"".join)


def a_head(lines):
    return b"".join(name + b": " + value + b"\r\n" for name, value in lines)


def a_leaf(kind, charset, file, coding, text):
    head = b"Content-Type: " + kind + b"; charset=" + charset + file
    return head + b"\r\nContent-Transfer-Encoding: " + coding + b"\r\n\r\n" + text


def several(kind, parts):
    mark = b"b%d" % len(b"".join(parts))
    body = b"".join(b"\r\n--" + mark + b"\r\n" + part for part in parts)
    head = b"Content-Type: multipart/" + kind + b"; boundary=" + mark + b"\r\n\r\n"
    return head + body + b"\r\n--" + mark + b"--\r\n"


HEADS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=6).map(a_head)
LEAF = st.builds(a_leaf, st.sampled_from(LEAVES), CHARSETS, FILES, CODINGS, TEXTS)
PARTS = st.recursive(
    LEAF, lambda parts: st.builds(several, st.sampled_from(KINDS), st.lists(parts, max_size=4)), max_leaves=8
)
LETTERS = st.builds(lambda head, part: head + part, HEADS, PARTS)
