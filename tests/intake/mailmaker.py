"""Letters as clients, gateways and attackers make them, byte by byte."""

import re
from email.message import EmailMessage

from meldpunt.intake import reading

FOUND = "SQL injection in the search page: ' OR 1=1 --"
HEAD = b"From: Rui <rui@example.org>\r\nTo: cvd@example.nl\r\nSubject: %s\r\nMessage-ID: <1@example.org>\r\n"
US = "cvd@example.nl"


def inner(text=FOUND, subject="", **parameters):
    """A text part as a mail client makes it, with CRLF."""
    letter = EmailMessage()
    letter.set_content(text + "\n")
    if subject:
        letter["Subject"] = subject
    for name, value in parameters.items():
        letter.set_param(name.replace("_", "-"), value)
    return re.sub(rb"\r?\n", b"\r\n", letter.as_bytes())


def encrypted(message, subject=b"..."):
    return (
        HEAD % subject
        + b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n'
        + b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
        + b"--b\r\nContent-Type: application/octet-stream\r\n\r\n"
        + message
        + b"\r\n--b--\r\n"
    )


def signed(part, signature, subject=b"Hello"):
    return (
        HEAD % subject
        + b'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha512; boundary=s\r\n\r\n'
        + b"--s\r\n"
        + part
        + b"\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\n"
        + signature
        + b"\r\n--s--\r\n"
    )


def mixed(*parts, subject=b"Hello"):
    joined = b"".join(b"--m\r\n" + part + b"\r\n" for part in parts)
    return HEAD % subject + b"Content-Type: multipart/mixed; boundary=m\r\n\r\n" + joined + b"--m--\r\n"


def without_head(raw):
    """The letter as a part of another one."""
    return raw.split(b"<1@example.org>\r\n")[1]


def read(raw, ours=None, known=()):
    return reading.read(raw, secrets=[ours] if ours else [], known=known)
