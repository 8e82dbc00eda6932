"""What a record of a case holds, how a case is called, and who may act.  Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from meldpunt.cases.errors import BadAddress
from meldpunt.ground.values import CaseRef

TITLE_LENGTH = 100


class Purpose(StrEnum):
    """What a key pair of a case is for."""

    CASE = "case"
    IDENTITY = "identity"
    DESK = "desk"


class RecordKind(StrEnum):
    REPORT = "report"
    FROM_REPORTER = "from-reporter"
    TO_REPORTER = "to-reporter"
    NOTE = "note"
    JUDGEMENT = "judgement"
    RAW = "raw"  # the letter exactly as it came


SEALED_TO: Mapping[RecordKind, Purpose] = {
    RecordKind.REPORT: Purpose.CASE,
    RecordKind.FROM_REPORTER: Purpose.CASE,
    RecordKind.TO_REPORTER: Purpose.CASE,
    RecordKind.JUDGEMENT: Purpose.CASE,
    RecordKind.NOTE: Purpose.DESK,
    RecordKind.RAW: Purpose.IDENTITY,  # it names the sender
}


class Reach(StrEnum):
    """How the reporter is reached: by mail, or only when they look at the page of their case."""

    MAIL = "mail"
    PAGE = "page"


WAITS = "waits"  # a file for which the virus scanner is still to be asked


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file of a record.  ``sealed`` is the plain form of a ``SealedFile``: it holds the file's key.

    ``kind`` is what it really is (``intake.filetypes``), ``scan`` what a virus scanner said: ``clean``,
    ``found NAME``, ``WAITS`` until it is asked, or nothing when none looked.  Both are empty in records from
    before they were kept.
    """

    name: str
    content_type: str
    sealed: Mapping[str, Any] = field(repr=False)
    kind: str = ""
    scan: str = ""

    def plain(self) -> dict[str, Any]:
        told = {"kind": self.kind, "scan": self.scan}
        return {"name": self.name, "content_type": self.content_type, "sealed": dict(self.sealed), **told}


class KeySource(StrEnum):
    """How we came to a reporter's key."""

    KNOWN = ""  # the reporter sent it, or we knew it already
    DIRECTORY = "wkd"  # looked up in the key directory of their mail domain


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported, as far as we know.  ``key`` is their OpenPGP public key, if they have shown one."""

    name: str = ""
    address: str = ""
    key: bytes = field(default=b"", repr=False)
    fingerprint: str = ""
    key_since: str = ""  # ISO moment at which the key was pinned
    key_from: str = KeySource.KNOWN

    @property
    def shown(self) -> str:
        """What to call them; empty for somebody who gave neither name nor address."""
        return self.name or self.address


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter, form or message says, ready to be filed."""

    text: str = field(repr=False)
    files: tuple[FileRef, ...] = ()
    subject: str = field(default="", repr=False)
    signer: str = ""
    form: str = "none"
    protection: str = "unprotected"


def title_of(subject: str, text: str, system: str = "") -> str:
    """One line that says what a report is about: the subject, else the first words."""
    line = subject.strip() or next((line.strip() for line in text.splitlines() if line.strip()), "") or system
    line = " ".join(line.split())
    return line if len(line) <= TITLE_LENGTH else _begin_of(line)


def _begin_of(line: str) -> str:
    """As many whole words as fit, and no stop or comma before the dots."""
    begin = line[:TITLE_LENGTH].rpartition(" ")[0].rstrip(" ,;:.-")
    return (begin or line[: TITLE_LENGTH - 1]) + "…"


def reference(prefix: str, year: int, number: int) -> CaseRef:
    """``MP-2026-0007``: says nothing but the order of arrival."""
    return CaseRef(f"{prefix}-{year}-{number:04d}")


def record_context(case: str, record: str, kind: str) -> str:
    """What the seal of a record is bound to: moved elsewhere, it does not open."""
    return f"record|{case}|{record}|{kind}"


def key_context(case: str, purpose: str, holder: str) -> str:
    return f"key|{case}|{purpose}|{holder}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report or a message that was read, ready to become a case or to join one."""

    item: str  # its token in the spool
    received_at: datetime
    door: str
    content: Content
    reporter: Reporter
    title: str = field(default="", repr=False)
    language: str = "en"
    policy_version: int = 1
    raw: bytes = field(default=b"", repr=False)
    raw_file: Mapping[str, Any] | None = field(default=None, repr=False)  # a large letter, already sealed
    message_id: str = field(default="", repr=False)


def checked_address(text: str) -> str:
    """A mail address that somebody typed, without spaces around it; ``BadAddress`` for anything else."""
    address = text.strip()
    local, _, domain = address.rpartition("@")
    plain = re.fullmatch(r"[^\s<>()\[\],;:\"@\\\x00-\x1f\x7f]{1,64}", local)
    if not plain or not re.fullmatch(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}", domain) or len(address) > 254:
        raise BadAddress("Write one mail address, like name@example.org.")
    return address


def references_in(subject: str, prefix: str) -> list[CaseRef]:
    """What looks like a reference of ours in a subject line."""
    found = re.findall(rf"(?<![\w-]){re.escape(prefix)}-20\d\d-\d{{4,9}}(?!\d)", subject[:500], re.IGNORECASE)
    return [CaseRef(ref.upper()) for ref in found]
