"""Doors, outcomes, limits, and what an item of the spool holds.  Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import Actor
from meldpunt.intake.errors import AskedEnough, BadWait, Empty, NotForYou, TooLarge

LIMIT_FILES = 10  # on the web form, and with one message
LIMIT_BYTES = 50 << 20  # all files of one form together
LIMIT_LETTER = 60 << 20  # one letter, as it is on the wire: 40 MiB of files in base64
LIMIT_TEXT = 1 << 20  # one text field
SPAM = "spam"  # why a held letter was ignored
MOST_ASKED = 3  # times that a person asks the sender of one held letter for it
ASK_AGAIN_AFTER = timedelta(hours=1)
LONGEST_WAIT = timedelta(days=60)


class Door(StrEnum):
    LMTP = "lmtp"
    FILE = "file"  # a letter handed in on the command line
    FORM = "form"
    JSON = "json"  # the form without a page, from a program
    PAGE = "page"  # the reporter's own case page


class Outcome(StrEnum):
    """What became of an item.  ``refused`` happens at the door and leaves no item."""

    WAITING = "waiting"
    OPENED = "opened"
    JOINED = "joined"
    HELD = "held"
    IGNORED = "ignored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the mail server said of a letter: its envelope sender and recipients."""

    sender: str = ""
    recipients: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether an automatic answer is welcome (RFC 3834): not when the mail server says that nobody sent it.

        A letter that came without an envelope says nothing about it.
        """
        return bool(self.sender) or not self.recipients


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came by the web.  ``sealed`` is the plain form of a ``vault.files.SealedFile``.

    ``kind`` is what its first bytes are, see ``filetypes``; the opener looks again, and asks the ``scan``.
    """

    name: str
    content_type: str
    sealed: Mapping[str, Any]
    kind: str = ""
    scan: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """A report by the web form."""

    system: str
    description: str
    language: str
    policy_version: int
    impact: str = ""
    name: str = ""
    address: str = ""
    key: str = ""  # an armoured OpenPGP public key
    files: tuple[Upload, ...] = ()
    kind: str = ""  # of weakness, see ``kinds``
    answers: tuple[tuple[str, str], ...] = ()  # (question, what was typed)

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that was typed beside the description and the key, in the order of ``with_texts``."""
        return (self.system, self.impact, self.name, self.address, *(answer for _, answer in self.answers))

    def with_texts(self, description: str, texts: Sequence[str]) -> "Submission":
        """The same report with these texts in place of those that came: what was encrypted is opened."""
        system, impact, name, address, *answers = texts
        named = tuple((question, said) for (question, _), said in zip(self.answers, answers, strict=True))
        return replace(
            self, description=description, system=system, impact=impact, name=name, address=address, answers=named
        )


@dataclass(frozen=True, slots=True)
class SafePart:
    """What can be read of a held letter without any key: nothing that was encrypted is in it.

    ``message_id`` and ``references`` (``In-Reply-To`` too) say where it may belong.
    """

    sender_name: str = field(default="", repr=False)
    sender: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    files: tuple[Upload, ...] = ()
    message_id: str = field(default="", repr=False)
    references: tuple[str, ...] = field(default=(), repr=False)
    language: str = "en"
    form: str = "none"


def safe_context(token: str) -> str:
    """What the seal of a held letter's safe part is bound to."""
    return f"safe|{token}"


def safe_from_plain(plain: Mapping[str, Any]) -> SafePart:
    """Undo ``dataclasses.asdict`` and JSON."""
    files = tuple(Upload(**upload) for upload in plain["files"])
    return SafePart(**{**plain, "files": files, "references": tuple(plain["references"])})


def check_asking(asked: int, asked_at: datetime | None, now: datetime) -> None:
    """Refuse to ask for a letter too often, or twice within the hour."""
    if asked >= MOST_ASKED:
        raise AskedEnough("The sender was asked %(times)d times. Please do not ask again.", times=asked)
    if asked_at and now - asked_at < ASK_AGAIN_AFTER:
        raise AskedEnough("The sender was asked less than an hour ago.")


def check_wait(until: date, today: date) -> None:
    """Refuse a day that has gone by, or that is too far away to be a promise of looking."""
    if not today <= until <= today + LONGEST_WAIT:
        raise BadWait("Choose a day from today, at most %(days)d days ahead.", days=LONGEST_WAIT.days)


def spool_context(token: str) -> str:
    """What the seal of an item in the spool is bound to."""
    return f"spool|{token}"


def plain_submission(submission: Submission) -> dict[str, Any]:
    """For JSON inside the spool's seal."""
    return asdict(submission)


def submission_from_plain(plain: Mapping[str, Any]) -> Submission:
    files = tuple(Upload(**upload) for upload in plain["files"])
    answers = tuple((question, said) for question, said in plain.get("answers", ()))
    return Submission(**{**plain, "files": files, "answers": answers})


def check_letter(raw: bytes) -> None:
    """Refuse what is over the limit or has nothing in it."""
    if len(raw) > LIMIT_LETTER:
        raise TooLarge(
            "The letter has %(size)d MiB, the limit is %(limit)d MiB.", size=len(raw) >> 20, limit=LIMIT_LETTER >> 20
        )
    if not raw.strip():
        raise Empty("The letter is empty.")


def check_texts(*texts: str) -> None:
    """Refuse a text field that is longer than any report needs."""
    if any(len(text.encode("utf-8", "replace")) > LIMIT_TEXT for text in texts):
        raise TooLarge("A text is longer than %(limit)d KiB. Please send it as a file.", limit=LIMIT_TEXT >> 10)


def check_files(sizes: list[int]) -> None:
    """Refuse too many files, or too much in them."""
    if len(sizes) > LIMIT_FILES:
        raise TooLarge("At most %(limit)d files, please.", limit=LIMIT_FILES)
    if sum(sizes) > LIMIT_BYTES:
        raise TooLarge("The files together may have at most %(limit)d MiB.", limit=LIMIT_BYTES >> 20)


def check_desk(actor: Actor) -> None:
    """Only who works on reports decides about the letters that were set aside."""
    if not may(actor, Right.HELD):
        raise NotForYou("Only somebody with another role can do that.")
