"""How a letter may go, how a receipt may go, and when to try again.  Pure."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from meldpunt.cases.rules import Reporter
from meldpunt.policy.shape import Wording

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
    SHOWN = "shown"  # the form showed it


def mode_for(reporter: Reporter) -> Mode:
    """What cannot be encrypted is not sent with content."""
    if not reporter.address:
        return Mode.PAGE
    return Mode.ENCRYPTED if reporter.key else Mode.NOTICE


def handing_for(door: str, protection: str, reporter: Reporter, by_mail: bool, form: str = "none") -> Handing:
    """Who gets the receipt how: never by a weaker way than the one the report, or any part of it, came by."""
    if door == "form":
        return Handing.SHOWN
    if reporter.key:
        return Handing.INSIDE
    in_the_clear = protection not in CONFIDENTIAL and form not in ENCRYPTED_FORMS
    return Handing.LINK if by_mail and reporter.address and in_the_clear else Handing.WITHHELD


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands on every letter of ours.  ``base_url`` is the portal's address without a slash at its end."""

    organisation: Wording
    address: str
    base_url: str

    def name_in(self, language: str) -> str:
        return self.organisation.said_in(language)


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


TRIES = (1, 5, 15, 60, 240, 720, 1440, 1440, 1440)  # minutes until the next try; about five days in all


def next_try(attempts: int) -> timedelta | None:
    """How long to wait after that many failed attempts; ``None`` when it is time to give up."""
    return timedelta(minutes=TRIES[attempts - 1]) if attempts <= len(TRIES) else None
