"""What reading a letter gives: plain values, safe to show and to store.  Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

from meldpunt.ground.values import Fingerprint


class Form(StrEnum):
    """How the letter was protected, or tried to be."""

    PGP_MIME = "pgp-mime"
    INLINE = "inline"
    ATTACHMENT = "attachment"  # readable text, an encrypted file
    SIGNED = "signed"
    SMIME = "smime"
    NONE = "none"


class Protection(StrEnum):
    """What may be said of the letter as a whole (RFC 9787)."""

    UNPROTECTED = "unprotected"
    VERIFIED = "verified"
    CONFIDENTIAL = "confidential"
    BOTH = "confidential+verified"


class Automatic(StrEnum):
    """Mail that no person wrote, or that goes to everybody."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"  # delays and challenges too: nothing came back, nothing is to be answered
    LIST = "list"
    OWN = "own"


class Trouble(StrEnum):
    """Why a person must look."""

    CANNOT_DECRYPT = "cannot-decrypt"
    BROKEN_INTEGRITY = "broken-integrity"
    SMIME = "smime"
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    EMPTY = "empty"
    SPAM = "spam"  # a filter on the way says so
    MACHINE_OR_PERSON = "machine-or-person"  # it reads like a machine's, and nothing else says that it is


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file; its name has no path, and is never empty."""

    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as a handler may see it.

    ``signer`` is the primary key of a valid signature over the whole of it, by a key that was
    known before; that the key belongs to the sender is only said by ``protection``.
    ``keys`` are certificates that came along, binary.  ``references`` of a bounce end with the
    identity of the letter that came back.  A letter in ``trouble`` carries what is safe to read.
    """

    subject: str = field(repr=False)
    sender_name: str = field(repr=False)
    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str = field(repr=False)
    attachments: tuple[Attachment, ...]
    form: Form
    protection: Protection
    signer: Fingerprint | None
    automatic: Automatic | None
    own_marker: str
    keys: tuple[bytes, ...] = field(repr=False)
    trouble: Trouble | None
    language: str
    lists: tuple[str, ...] = ()  # the addresses of the lists that it came through
    guessed: bool = False  # that it is automatic, by nothing but its words


@dataclass(frozen=True, slots=True)
class FormText:
    """A text from a web form, its PGP block opened if it was one."""

    text: str = field(repr=False)
    form: Form
    protection: Protection
    signer: Fingerprint | None
    trouble: Trouble | None
