"""Letters as mail clients write them, handed in by LMTP; and ours, read with gpg."""

import email
import email.policy
import smtplib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate

from tests.journey.program import CONTACT
from tests.vault.gnupg import Person

SENDS = email.policy.SMTP.clone(max_line_length=78)
HIDDEN_SUBJECT = "..."


@dataclass(frozen=True)
class File:
    name: str
    content: bytes
    content_type: str = "application/octet-stream"


def new_message_id(domain: str = "post.reporter.example") -> str:
    return f"<{uuid.uuid4()}@{domain}>"


def hand_in(port: int, raw: bytes, sender: str, recipient: str = CONTACT) -> None:
    """By LMTP, as the organisation's mail server does.  Raises when it is not taken."""
    with smtplib.LMTP("127.0.0.1", port, timeout=20) as lmtp:
        lmtp.sendmail(sender, [recipient], raw)


def plain(
    sender: tuple[str, str],
    subject: str,
    text: str,
    files: Sequence[File] = (),
    *,
    message_id: str = "",
    answers: str = "",
) -> bytes:
    """A letter in the clear, with attachments.  ``sender``: name and address; ``answers``: a Message-ID."""
    letter = EmailMessage(policy=SENDS)
    for name, value in _envelope(sender, subject, message_id, answers):
        letter[name] = value
    letter.set_content(text)
    for file in files:
        main, _, sub = file.content_type.partition("/")
        letter.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return letter.as_bytes()


def encrypted(
    person: Person,
    name: str,
    subject: str,
    text: str,
    files: Sequence[File] = (),
    *,
    message_id: str = "",
    answers: str = "",
    key: bool = True,
    address: str = "",
) -> bytes:
    """PGP/MIME (RFC 3156): signed and encrypted by gpg, the subject inside, the sender's key along with it.

    ``address``: what they write from, when it is not the one in their key.
    """
    sender = (name, address or person.address)
    inner = MIMEMultipart("mixed", policy=SENDS)
    inner.set_param("protected-headers", "v1")
    inner["Subject"] = subject
    inner["From"] = formataddr(sender)
    inner.attach(MIMEText(text, "plain", "utf-8", policy=SENDS))
    for file in files:
        part = MIMEApplication(file.content, file.content_type.partition("/")[2], policy=SENDS)
        part.add_header("Content-Disposition", "attachment", filename=file.name)
        inner.attach(part)
    if key:
        part = MIMEText(person.gpg("--armor", "--export", person.address).decode(), "plain", "us-ascii", policy=SENDS)
        part.replace_header("Content-Type", 'application/pgp-keys; name="OpenPGP_key.asc"')
        part.add_header("Content-Disposition", "attachment", filename="OpenPGP_key.asc")
        inner.attach(part)
    sealed = person.encrypts(inner.as_bytes(), CONTACT)
    assert b"BEGIN PGP MESSAGE" in sealed, "gpg did not encrypt"
    return pgp_mime(_envelope(sender, HIDDEN_SUBJECT, message_id, answers), sealed)


def pgp_mime(headers: Sequence[tuple[str, str]], sealed: bytes) -> bytes:
    """The outside of an encrypted letter."""
    outer = MIMEMultipart("encrypted", protocol="application/pgp-encrypted", policy=SENDS)
    for name, value in headers:
        outer[name] = value
    outer.attach(_as_is("application/pgp-encrypted", b"Version: 1\r\n"))
    outer.attach(_as_is('application/octet-stream; name="encrypted.asc"', sealed))
    return outer.as_bytes()


def _as_is(content_type: str, data: bytes) -> Message:
    part = Message(policy=SENDS)
    part["Content-Type"] = content_type
    part.set_payload(data.decode("ascii"))
    return part


def _envelope(sender: tuple[str, str], subject: str, message_id: str, answers: str) -> list[tuple[str, str]]:
    headers = [
        ("From", formataddr(sender)),
        ("To", CONTACT),
        ("Subject", subject),
        ("Date", formatdate(localtime=False)),
        ("Message-ID", message_id or new_message_id()),
    ]
    return headers + ([("In-Reply-To", answers), ("References", answers)] if answers else [])


@dataclass(frozen=True)
class Read:
    """A letter of ours, opened by its reader.  ``signers``: primary fingerprints of good signatures."""

    message_id: str
    answers: str
    outer_subject: str
    subject: str
    text: str
    signers: list[str]


def read(person: Person, raw: bytes) -> Read:
    """Decrypt an encrypted letter with the person's own gpg."""
    outer = email.message_from_bytes(raw, policy=email.policy.default)
    assert outer.get_content_type() == "multipart/encrypted", outer.get_content_type()
    _version, sealed = outer.iter_parts()
    inside, signers = person.reads(sealed.get_content())
    inner = email.message_from_bytes(inside, policy=email.policy.default)
    body = inner.get_body(("plain",))
    assert body is not None
    return Read(
        str(outer["Message-ID"]).strip(),
        str(outer["In-Reply-To"]).strip(),
        str(outer["Subject"]),
        str(inner["Subject"]),
        body.get_content(),
        signers,
    )


def read_open(raw: bytes) -> tuple[str, str]:
    """Subject and text of a letter that is not encrypted."""
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    body = letter.get_body(("plain",))
    assert body is not None
    return str(letter["Subject"]), body.get_content()
