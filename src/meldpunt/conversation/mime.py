"""A letter of ours as bytes.

RFC 5322 in CRLF lines of at most 76, PGP/MIME by RFC 3156, headers protected by RFC 9788: what
is encrypted shows the world ``Subject: [...]`` and nothing of itself; the true headers
stand inside.  What is not encrypted is signed, when there is a key to sign with.
"""

import base64
import email.policy
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from meldpunt.vault import openpgp

POLICY = email.policy.SMTP.clone(max_line_length=76, cte_type="7bit")
HIDDEN = "[...]"
AUTOCRYPT_LIMIT = 8 << 10  # a larger key goes as an attachment only (Autocrypt Level 1 ignores it above 10 KiB)


@dataclass(frozen=True, slots=True)
class Encrypted:
    """Encrypt to these certificates (ours too, so that our copy stays readable), signed inside."""

    to: tuple[bytes, ...] = field(repr=False)
    signer: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """In the clear, signed, so that it can be told from a forgery."""

    signer: bytes = field(repr=False)


def letter_bytes(
    *,
    sender: tuple[str, str],
    to: tuple[str, str],
    subject: str,
    body: str,
    message_id: str,
    date: datetime,
    protection: Encrypted | Signed,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    automatic: bool = False,
    language: str = "en",
    own_key: tuple[str, bytes] | None = None,
    marker: str = "",
) -> bytes:
    """The whole letter, ready for SMTP.  ``sender`` and ``to`` are (name, address); ``date`` carries its zone."""
    headers = {
        "From": _address(*sender),
        "To": _address(*to),
        "Subject": " ".join(subject.split()),
        "Date": format_datetime(date),
        "Message-ID": message_id,
        "In-Reply-To": in_reply_to,
        "References": " ".join(references),
        "Content-Language": language,
        "Auto-Submitted": "auto-replied" if automatic else "",
        "X-Meldpunt-Letter": marker,
    }
    headers = {name: value for name, value in headers.items() if value}
    outside = dict(headers)
    if isinstance(protection, Encrypted):
        outside |= {"Subject": HIDDEN, "To": to[1]}
    if own_key and len(own_key[1]) < AUTOCRYPT_LIMIT:
        outside["Autocrypt"] = _autocrypt(*own_key)
    payload = _payload(headers, outside, body, own_key, protection)
    if isinstance(protection, Encrypted):
        return _encrypted(outside, payload, protection)
    return _signed(outside, payload, protection)


def _address(name: str, address: str) -> str:
    return str(Address(" ".join(name.split()), addr_spec=address)) if name.strip() else address


def _autocrypt(address: str, public: bytes) -> str:
    data = base64.b64encode(public).decode()
    folded = " ".join(data[at : at + 70] for at in range(0, len(data), 70))
    return f"addr={address}; prefer-encrypt=mutual; keydata={folded}"


def _payload(
    headers: dict[str, str],
    outside: dict[str, str],
    body: str,
    own_key: tuple[str, bytes] | None,
    protection: Encrypted | Signed,
) -> bytes:
    """The text, with our key beside it, under the true headers."""
    message = EmailMessage(policy=POLICY)
    for name, value in headers.items():
        message[name] = value
    if isinstance(protection, Encrypted):
        for name, value in outside.items():
            if name != "Autocrypt":
                message.add_header("HP-Outer", f"{name}: {value}")
    message.set_content(body, subtype="plain", charset="utf-8", cte="quoted-printable")
    if own_key:
        message.add_attachment(
            openpgp.armor(own_key[1]).encode(),
            maintype="application",
            subtype="pgp-keys",
            filename="openpgp-key.asc",
            cte="base64",
        )
    message.set_param("hp", "cipher" if isinstance(protection, Encrypted) else "clear")
    return message.as_bytes()


def _encrypted(outside: dict[str, str], payload: bytes, protection: Encrypted) -> bytes:
    sealed = openpgp.encrypt(payload, protection.to, protection.signer)
    return _multipart(
        outside,
        'multipart/encrypted; protocol="application/pgp-encrypted"',
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
        b'Content-Type: application/octet-stream; name="encrypted.asc"\r\n'
        b'Content-Disposition: inline; filename="encrypted.asc"\r\n\r\n' + _crlf(sealed),
    )


def _signed(outside: dict[str, str], payload: bytes, protection: Signed) -> bytes:
    signature = openpgp.sign_detached(payload, protection.signer)
    return _multipart(
        outside,
        'multipart/signed; micalg="pgp-sha512"; protocol="application/pgp-signature"',
        payload,
        b'Content-Type: application/pgp-signature; name="signature.asc"\r\n\r\n' + _crlf(signature),
    )


def _multipart(headers: dict[str, str], kind: str, *parts: bytes) -> bytes:
    """Put together by hand: what was signed must stand in the letter byte for byte."""
    head = EmailMessage(policy=POLICY)
    for name, value in headers.items():
        head[name] = value
    boundary = f"=-{secrets.token_hex(16)}"
    lines = head.as_bytes().rstrip(b"\r\n") + b"\r\nMIME-Version: 1.0\r\n"
    lines += f'Content-Type: {kind.replace("; ", ";" + chr(13) + chr(10) + " ")};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    border = f"--{boundary}".encode()
    return lines + b"".join(border + b"\r\n" + part + b"\r\n" for part in parts) + border + b"--\r\n"


def _crlf(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
