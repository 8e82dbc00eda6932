"""A letter of ours as the bytes that go out (RFC 5322, 2045, 3156, 9788).  Pure but for the engine.

Everything is 7-bit with CRLF, so that no relay needs to touch it and signatures hold.  What is
encrypted carries its headers inside; outside stand an empty subject and no name of the reporter.
"""

import base64
import functools
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import quoprimime
from email.utils import format_datetime
from urllib.parse import quote

from meldpunt.vault import openpgp, pgparmor

HIDDEN_SUBJECT = "[...]"
MAX_AUTOCRYPT = 10_000  # bytes of key data; a longer header is invalid by Autocrypt Level 1
WIDTH = 76
_HASHES = {8: "pgp-sha256", 9: "pgp-sha384", 10: "pgp-sha512"}
_TYPE = re.compile(r"[A-Za-z0-9][\w.+-]{0,60}/[A-Za-z0-9][\w.+-]{0,90}")
_ATOMS = re.compile(r"[A-Za-z0-9 !#$%&'*+/=^_`{|}~-]*")

Header = tuple[str, str]
Mailbox = tuple[str, str]  # name, address


@dataclass(frozen=True, slots=True)
class Plain:
    """Neither signed nor encrypted."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Readable by everybody, signed with this secret key."""

    sign_with: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Encrypted:
    """To these certificates, and signed inside."""

    to: Sequence[bytes] = field(repr=False)
    sign_with: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    data: bytes = field(repr=False)


def letter_bytes(
    *,
    sender: Mailbox,
    to: Mailbox,
    subject: str,
    body: str,
    message_id: str,
    date: datetime,
    protection: Plain | Signed | Encrypted,
    marker: str,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    reply_to: str = "",
    automatic: bool = False,
    language: str = "",
    own_key: tuple[str, bytes] | None = None,
    attachments: Sequence[File] = (),
    extra: Sequence[Header] = (),
) -> bytes:
    """The whole letter.  ``own_key`` (our address, our certificate) goes along, ``marker`` tells it is ours.

    ``UnusableKey`` when one of the certificates cannot be encrypted to.
    """
    headers = [
        ("From", mailbox(*sender)),
        ("To", mailbox(*to)),
        ("Reply-To", mailbox(sender[0], reply_to) if reply_to else ""),
        ("Subject", words(subject)),
        ("Date", format_datetime(date)),
        ("Message-ID", _one_line(message_id)),
        ("In-Reply-To", _one_line(in_reply_to)),
        ("References", " ".join(_one_line(one) for one in references)),
        ("Auto-Submitted", "auto-replied" if automatic else ""),
        ("X-Auto-Response-Suppress", "OOF, AutoReply" if automatic else ""),  # what Exchange looks at
        ("Content-Language", _one_line(language)),
        ("X-Meldpunt-Letter", _one_line(marker)),
        *((name, words(value)) for name, value in extra),
    ]
    content = _content(body, [*attachments, *_key_file(own_key)])
    return _wrapped([(name, value) for name, value in headers if value], content, protection, to, own_key)


def _wrapped(
    headers: Sequence[Header],
    content: bytes,
    protection: Plain | Signed | Encrypted,
    to: Mailbox,
    own_key: tuple[str, bytes] | None,
) -> bytes:
    """The letter in its protection, with what may stand outside."""
    outer = headers
    if isinstance(protection, Encrypted):
        outer = [_hidden(header, to) for header in headers]
        content = _encrypted(headers, outer, content, protection)
    elif isinstance(protection, Signed):
        content = _signed(headers, content, protection)
    return _headers([*outer, *_autocrypt(own_key), ("MIME-Version", "1.0")]) + content


def mailbox(name: str, address: str) -> str:
    """``Name <address>``, with whatever name."""
    address, name = spelled(address), _one_line(name)
    if not name:
        return address if re.fullmatch(r"[\w.@+-]+", address) else f"<{address}>"
    if not name.isascii():
        return f"{words(name)} <{address}>"
    if not _ATOMS.fullmatch(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{name} <{address}>"


def spelled(address: str) -> str:
    """An address as every mail server can read it, when there is such a spelling: the domain in ASCII.

    A local part beyond ASCII has none; then all of it stays as it is (RFC 6531).
    """
    local, at, domain = _one_line(address).strip("<>").rpartition("@")
    if not local.isascii() or domain.isascii():
        return local + at + domain
    try:
        return local + at + domain.encode("idna").decode("ascii")
    except UnicodeError:
        return local + at + domain


def words(text: str) -> str:
    """Text for a header: as it is when ASCII, else in encoded words of whole characters (RFC 2047)."""
    text = _one_line(text)
    if text.isascii() and "=?" not in text:
        return text
    chunks, chunk = [], ""
    for character in text:
        if len((chunk + character).encode()) > 42:
            chunks.append(chunk)
            chunk = ""
        chunk += character
    return " ".join(f"=?utf-8?B?{base64.b64encode(one.encode()).decode()}?=" for one in [*chunks, chunk])


def _content(body: str, files: Sequence[File]) -> bytes:
    """The text, or the text and its files: headers, an empty line, and the body."""
    text = _part([("Content-Type", "text/plain; charset=utf-8"), ("Content-Transfer-Encoding", "quoted-printable")])
    text += _quoted_printable(body)
    return _multipart("mixed", [text, *(_file(one) for one in files)]) if files else text


def _quoted_printable(body: str) -> bytes:
    """The text in lines that no relay has a reason to change: short, and without spaces at their ends."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").rstrip(b"\n") + b"\n"
    encoded = quoprimime.body_encode(lines.decode("latin-1"), WIDTH - 2)
    # a line that begins so is changed by programs that keep mail in one file, a dot by careless relays
    encoded = re.sub(r"(?m)^(?:F(?=rom )|\.)", lambda first: f"={ord(first[0]):02X}", encoded)
    return encoded.replace("\n", "\r\n").encode("ascii")


def _file(file: File) -> bytes:
    kind = file.content_type if _TYPE.fullmatch(file.content_type) else "application/octet-stream"
    kind = "application/octet-stream" if kind.startswith(("multipart/", "message/")) else kind
    name = _one_line(file.name) or "file"
    if name.isascii():
        named = 'filename="' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    else:
        named = f"filename*=utf-8''{quote(name, safe='')}"
    head = [("Content-Type", kind), ("Content-Transfer-Encoding", "base64")]
    head.append(("Content-Disposition", f"attachment; {named}"))
    return _part(head) + base64.encodebytes(file.data).replace(b"\n", b"\r\n")


def _multipart(kind: str, parts: Iterable[bytes], more: str = "") -> bytes:
    boundary = f"=-{secrets.token_hex(12)}"
    head = _part([("Content-Type", f'multipart/{kind}; boundary="{boundary}"{more}')])
    mark = boundary.encode()
    return head + b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + mark + b"--\r\n"


def _protected(headers: Sequence[Header], content: bytes, how: str, outer: Sequence[Header]) -> bytes:
    """The content with the letter's headers in it (RFC 9788 §4); ``outer`` is what stands outside.

    Programs from before that standard look for ``protected-headers`` instead.
    """
    marks = f';\r\n protected-headers="v1"; hp="{how}"\r\n'
    marked = content.replace(b"\r\n", marks.encode(), 1)  # Content-Type is its first line
    inside = [*headers, *(("HP-Outer", f"{name}: {value}") for name, value in outer)]
    return _headers(inside) + marked


def _hidden(header: Header, to: Mailbox) -> Header:
    """How a header looks outside an encrypted letter: no subject, no name of the reporter."""
    if header[0] == "Subject":
        return "Subject", HIDDEN_SUBJECT
    return ("To", mailbox("", to[1])) if header[0] == "To" else header


def _encrypted(headers: Sequence[Header], outer: Sequence[Header], content: bytes, how: Encrypted) -> bytes:
    payload = _protected(headers, content, "cipher", outer)
    message = _crlf(openpgp.encrypt(payload, how.to, how.sign_with))
    version = _part([("Content-Type", "application/pgp-encrypted")]) + b"Version: 1\r\n"
    head = [("Content-Type", 'application/octet-stream; name="encrypted.asc"')]
    head.append(("Content-Disposition", 'inline; filename="encrypted.asc"'))
    return _multipart("encrypted", [version, _part(head) + message], '; protocol="application/pgp-encrypted"')


def _signed(headers: Sequence[Header], content: bytes, how: Signed) -> bytes:
    payload = _protected(headers, content, "clear", ())
    signature = openpgp.sign_detached(payload, how.sign_with)
    head = [("Content-Type", 'application/pgp-signature; name="signature.asc"')]
    parts = [payload, _part(head) + _crlf(signature)]
    return _multipart("signed", parts, f'; micalg="{_hash(signature)}"; protocol="application/pgp-signature"')


def _hash(signature: bytes) -> str:
    """The name of the hash in a signature packet, where v4 and v6 have it in one place (RFC 9580 §5.2.3)."""
    binary = pgparmor.packets(signature)
    [packet] = pgparmor.split(binary)[:1]
    start = len(packet) - pgparmor.body_size(packet)
    return _HASHES[packet[start + 3]]


@functools.lru_cache(maxsize=4)
def _armoured(public: bytes) -> bytes:
    """Our key as a file; made once, it goes with every letter."""
    return openpgp.armor(public).encode()


@functools.lru_cache(maxsize=4)
def _minimal(public: bytes, address: str) -> str:
    """Our key as it fits in a header."""
    return base64.b64encode(openpgp.minimised(public, address)).decode()


def _key_file(own_key: tuple[str, bytes] | None) -> list[File]:
    if own_key is None:
        return []
    address, public = own_key
    return [File(f"{address}.asc", "application/pgp-keys", _armoured(public))]


def _autocrypt(own_key: tuple[str, bytes] | None) -> list[Header]:
    """Our key in the header, for programs that learn it from there; never one that is too long."""
    if own_key is None:
        return []
    address, public = own_key
    data = _minimal(public, address)
    if len(data) > MAX_AUTOCRYPT:
        return []
    lines = " ".join(data[at : at + WIDTH - 1] for at in range(0, len(data), WIDTH - 1))
    return [("Autocrypt", f"addr={address}; prefer-encrypt=mutual; keydata= {lines}")]


def _headers(headers: Sequence[Header]) -> bytes:
    return b"".join(_folded(name, value) for name, value in headers)


def _part(headers: Sequence[Header]) -> bytes:
    return _headers(headers) + b"\r\n"


def _folded(name: str, value: str) -> bytes:
    """One header, folded at spaces; a word that is too long stays whole."""
    lines, line = [], f"{name}:"
    for word in value.split(" "):
        if len(line) + 1 + len(word) > WIDTH and line.strip() and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line]).encode("utf-8", "replace") + b"\r\n"


def _one_line(text: str) -> str:
    """No line ends or control characters: nobody gets to write headers of ours."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+", " ", text).split())


def _crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
