"""Letters that want to hurt whoever reads them.  Each function makes one, as bytes."""

import base64
import io
import random
import zipfile
from collections.abc import Callable

from tests.journey.letters import File, new_message_id, plain
from tests.journey.program import CONTACT
from tests.vault.gnupg import Person

MIB = 1 << 20
BOMB = 200 * MIB  # zeros; a quarter of a megabyte on the wire


def _letter(sender: str, more: bytes, body: bytes) -> bytes:
    head = f"From: Beast <{sender}>\r\nTo: {CONTACT}\r\nMessage-ID: {new_message_id()}\r\nSubject: A beast\r\n"
    return head.encode() + more + b"\r\n" + body


def _multipart(sender: str, body: bytes, kind: bytes = b"mixed") -> bytes:
    return _letter(sender, b"MIME-Version: 1.0\r\nContent-Type: multipart/" + kind + b'; boundary="b"\r\n', body)


def ten_thousand_parts(sender: str) -> bytes:
    return _multipart(sender, b"--b\r\nContent-Type: text/plain\r\n\r\none of many\r\n" * 10_000 + b"--b--\r\n")


def a_thousand_deep(sender: str) -> bytes:
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth) for depth in range(1000)
    )
    return _letter(sender, opening + b"Content-Type: text/plain\r\n", b"the bottom\r\n")


def letters_in_letters(sender: str) -> bytes:
    return _letter(sender, b"Content-Type: message/rfc822\r\n\r\n" * 1000, b"the bottom\r\n")


def twenty_megabytes_of_headers(sender: str) -> bytes:
    return _letter(sender, b"X-Long: " + b"header " * (20 * MIB // 7) + b"\r\n", b"text\r\n")


def a_million_headers(sender: str) -> bytes:
    return _letter(sender, b"".join(b"X-%d: y\r\n" % number for number in range(1_000_000)), b"text\r\n")


def thirty_megabytes_in_one_line(sender: str) -> bytes:
    return _letter(sender, b"Content-Type: text/plain\r\n", b"a" * (30 * MIB) + b"\r\n")


def bait_for_expressions(sender: str) -> bytes:
    """What makes searches slow that go back on their steps, everywhere where we search."""
    head = b"".join(
        (
            b"References: " + b"<" * 50_000 + b"\r\n",
            b"To: " + b'"\\' * 30_000 + b"(" * 30_000 + b"\r\n",
            b'Content-Type: text/plain; name="' + b";a*0*=''" * 5_000 + b"\r\n",
            b"Autocrypt: " + b"a=;" * 3_000 + b"\r\n",
            b"Reply-To: " + b"=?utf-8?q?=?=" * 4_000 + b"\r\n",
        )
    )
    texts = (
        b"> " * 200_000,
        b"-----BEGIN PGP MESSAGE-----\r\n" * 20_000,
        b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: x\r\n\r\n" * 10_000,
        b"Op 1 schreef " * 50_000,
        b"Final-Recipient:" * 50_000,
        b" \t" * 200_000 + b"x",
    )
    return _letter(sender, head, b"\r\n".join(texts))


def bait_in_html(sender: str) -> bytes:
    texts = (b"<" * 100_000, b"<div>" * 20_000, b"<script>" * 20_000, b"<!--" * 20_000, b"&nbsp" * 50_000)
    parts = (b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + text + b"\r\n" for text in texts)
    return _multipart(sender, b"".join(parts) + b"--b--\r\n")


def nothing_but_nul(sender: str) -> bytes:
    more = b"X-Nul: a\0b\r\nContent-Type: text/plain; charset=\0utf-8\r\n"
    return _letter(sender, more, b"be\0fore and af\0ter\r\n" + b"\0" * 100_000)


def names_that_are_paths(sender: str) -> bytes:
    names = (
        b"../../../etc/passwd",
        b"C:\\Windows\\win.ini",
        b"/dev/null",
        b"..",
        b"",
        b"a" * 5000,
        b"\xe2\x80\xaegpj.exe",
    )
    parts = (
        b'--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="'
        + name
        + b'"\r\n\r\nx\r\n'
        for name in names
    )
    return _multipart(sender, b"".join(parts) + b"--b--\r\n")


def a_zip_that_unfolds(sender: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.txt", bytes(50 * MIB))
    return plain(
        ("Beast", sender), "A beast", "See the archive.", [File("all.zip", packed.getvalue(), "application/zip")]
    )


def crafted_packets(sender: str) -> bytes:
    """OpenPGP that is none, and that is too much: chance bytes with true beginnings, a thousand session keys."""
    chance = random.Random(7)
    session_keys = b"".join(b"\x84\x0c\x03" + chance.randbytes(8) + b"\x01" for _ in range(20_000))
    endless = b"\xd2" + b"\xfe" * 100_000
    key = b"\x99\xff\xff\x04" + bytes(4) + b"\x01" + b"\xff\xff" * 30_000
    kinds = (
        session_keys + b"\xd2\x05\x01abcd",
        endless,
        b"\xc6\xff\xff\xff\xff\xff",
        b"\xa3\x01" + chance.randbytes(5000),
    )
    parts = [
        b"--b\r\nContent-Type: application/octet-stream; name=x.pgp\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(data)
        for data in kinds
    ]
    parts += [b"--b\r\nContent-Type: application/pgp-keys\r\nContent-Transfer-Encoding: base64\r\n\r\n"]
    parts += [base64.encodebytes(key), b"--b\r\nContent-Type: application/pgp-keys\r\n\r\n" + chance.randbytes(5000)]
    return _multipart(sender, b"\r\n".join(parts) + b"\r\n--b--\r\n")


def bomb(person: Person, algorithm: str, size: int = BOMB) -> Callable[[str], bytes]:
    """So many zeros, compressed and encrypted to us."""
    zeros = person.home / "zeros"
    with zeros.open("wb") as file:
        file.truncate(size)
    words = ("--compress-algo", algorithm, "-r", CONTACT, "-o", "-", "-e", str(zeros))
    armour = person.gpg("--armor", "--trust-model", "always", *words)
    parts = b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
    parts += b"--b\r\nContent-Type: application/octet-stream\r\n\r\n" + armour + b"\r\n--b--\r\n"
    kind = b'encrypted; protocol="application/pgp-encrypted"'
    return lambda sender: _multipart(sender, parts, kind)


PLAIN_BEASTS = (
    ten_thousand_parts,
    a_thousand_deep,
    letters_in_letters,
    twenty_megabytes_of_headers,
    a_million_headers,
    thirty_megabytes_in_one_line,
    bait_for_expressions,
    bait_in_html,
    nothing_but_nul,
    names_that_are_paths,
    a_zip_that_unfolds,
    crafted_packets,
)
