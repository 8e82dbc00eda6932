"""How a letter may go, how a receipt may go, when to try again, and what was said before.  Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from meldpunt.cases.rules import FileRef, Reporter
from meldpunt.ground.values import CaseRef
from meldpunt.policy.shape import Wording

SHOWS = ("form", "json")  # the doors that show a receipt themselves
CONFIDENTIAL = ("confidential", "confidential+verified")
ENCRYPTED_FORMS = ("pgp-mime", "inline", "attachment", "smime")  # something in it was, whether or not all of it


class Mode(StrEnum):
    """How a letter reaches the reporter."""

    ENCRYPTED = "encrypted"  # by mail, encrypted and signed
    NOTICE = "notice"  # a mail without content; the letter itself waits on the page of the case
    PAGE = "page"  # no address is known: on the page only


class Handing(StrEnum):
    """How the reporter of a letter gets their receipt."""

    INSIDE = "inside"  # link and code, in an encrypted letter
    LINK = "link"  # they wrote in the clear, so the link goes the same way
    WITHHELD = "withheld"  # they wrote encrypted and left no key, or the policy forbids the link
    SHOWN = "shown"  # the form showed it, or the answer to a program


def mode_for(reporter: Reporter) -> Mode:
    """What cannot be encrypted is not sent with content."""
    if not reporter.address:
        return Mode.PAGE
    return Mode.ENCRYPTED if reporter.key else Mode.NOTICE


def handing_for(door: str, protection: str, reporter: Reporter, by_mail: bool, form: str = "none") -> Handing:
    """Who gets the receipt how: never by a weaker way than the one the report, or any part of it, came by."""
    if door in SHOWS:
        return Handing.SHOWN
    if reporter.key:
        return Handing.INSIDE
    in_the_clear = protection not in CONFIDENTIAL and form not in ENCRYPTED_FORMS
    return Handing.LINK if by_mail and reporter.address and in_the_clear else Handing.WITHHELD


def handing_again(door: str, reporter: Reporter, was_mailed: bool) -> Handing:
    """How a receipt goes a second time.  ``was_mailed``: the first one went by mail."""
    if door in SHOWS:
        return Handing.SHOWN
    if reporter.key:
        return Handing.INSIDE
    return Handing.LINK if was_mailed else Handing.WITHHELD


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What goes along with a letter in that case; sealed, in the data folder."""

    ref: CaseRef
    files: tuple[FileRef, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands on every letter of ours.  ``base_url`` is the portal's address without a slash at its end.

    ``enclosed``: files for the one letter that is written on it.
    """

    organisation: Wording
    address: str
    base_url: str
    fingerprint: str = ""  # of our OpenPGP key; empty when there is none
    tagged: bool = False  # answers go to an address that names the case: ``contact+tag@``
    enclosed: Enclosed | None = field(default=None, repr=False)

    def enclosed_in(self, ref: CaseRef) -> Enclosed | None:
        """What goes along with a letter in this case: never what was meant for another one."""
        return self.enclosed if self.enclosed and self.enclosed.ref == ref else None

    def name_in(self, language: str) -> str:
        return self.organisation.said_in(language)

    def words_in(self, language: str) -> dict[str, str]:
        """What every template needs to sign with: ``letters/<language>/parts/signature.txt``."""
        groups = (self.fingerprint[at : at + 4] for at in range(0, len(self.fingerprint), 4))
        return {
            "organisation": self.name_in(language),
            "fingerprint": " ".join(groups),
            "key_page": f"{self.base_url}/key/",
        }


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that is ready to go."""

    subject: str = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter on its way out: what the mail server is told, and the exact bytes."""

    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    raw: bytes = field(repr=False)


UNDATED = b"Date: \r\n"  # how a mail begins that was written to go some day
UNDER_WAY = timedelta(minutes=15)  # a letter that is being sent is nobody else's to send; then its sender has died
LONGEST = timedelta(days=5)  # how long a letter may wait before its writer has to know (RFC 5321, 4.5.4.1)
TRIES = (1, 5, 15, 60, 240, 720, 1440, 1440, 1440)  # minutes until the next try; about five days in all


def next_try(attempts: int) -> timedelta | None:
    """How long to wait after that many failed attempts; ``None`` when it is time to give up."""
    return timedelta(minutes=TRIES[attempts - 1]) if attempts <= len(TRIES) else None


class Why(StrEnum):
    """Why a letter did not arrive, as far as somebody can do something about it."""

    ADDRESS = "address"  # nobody there by that name
    FULL = "full"
    TOO_LARGE = "too-large"
    REFUSED = "refused"  # by a rule of theirs: spam, policy, a list of blocked senders
    SPELLING = "spelling"  # the mail server cannot write that address
    UNANSWERED = "unanswered"  # nobody took it for days
    DAMAGED = "damaged"  # it could not be read on our side
    BOUNCED = "bounced"  # it was taken, and came back
    OTHER = "other"


_WHY = (
    ("bounced", Why.BOUNCED),
    ("4", Why.UNANSWERED),
    ("late", Why.UNANSWERED),
    ("5.6.0", Why.DAMAGED),
    ("5.6.7", Why.SPELLING),
    ("5.1.3", Why.SPELLING),
    ("5.2.2", Why.FULL),
    ("552", Why.FULL),
    ("5.2.3", Why.TOO_LARGE),
    ("5.3.4", Why.TOO_LARGE),
    ("5.1.", Why.ADDRESS),
    ("5.2.1", Why.ADDRESS),
    ("550", Why.ADDRESS),
    ("551", Why.ADDRESS),
    ("553", Why.ADDRESS),
    ("5.7.", Why.REFUSED),
    ("554", Why.REFUSED),
)


def why_not(code: str) -> Why:
    """What the code of a letter that was given up means: SMTP's (RFC 5321, 3463), or one of ours."""
    return next((why for start, why in _WHY if code.startswith(start)), Why.OTHER)


REMEMBERED = timedelta(days=1)  # for so long nobody is likely to mean the same words twice


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was written: when, the words, and the names of its files."""

    at: datetime
    text: str = field(repr=False)
    files: Collection[str] = field(default=(), repr=False)


def said_before(text: str, files: Collection[str], earlier: Iterable[Said], now: datetime) -> datetime | None:
    """When the same was said, if it was the last thing said, and a short while ago: the same words, however they
    are spaced, with files of the same names.  Files without a word are never the same."""
    words, last = text.split(), sorted(earlier, key=lambda one: one.at)[-1:]
    same = (one.at for one in last if one.text.split() == words and sorted(one.files) == sorted(files))
    return next((at for at in same if words and now - at < REMEMBERED), None)
