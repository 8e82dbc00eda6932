"""What this room writes to the ledger, in the stream of the case."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class CaseOpened:
    kind: ClassVar[str] = "case.opened"
    received_at: str  # ISO, UTC: the clocks of the policy start here
    door: str
    policy_version: int
    language: str
    reach: str
    protection: str


@dataclass(frozen=True, slots=True)
class ReporterWrote:
    """``elsewhere``: it belongs to the conversation, and came from another address than the reporter's."""

    kind: ClassVar[str] = "reporter.wrote"
    received_at: str
    door: str
    protection: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class LetterRepeated:
    """The same letter came again, as mail servers do; it is kept once."""

    kind: ClassVar[str] = "letter.repeated"
    received_at: str


@dataclass(frozen=True, slots=True)
class CaseTaken:
    kind: ClassVar[str] = "case.taken"
    handler: str


@dataclass(frozen=True, slots=True)
class NoteKept:
    kind: ClassVar[str] = "note.kept"


@dataclass(frozen=True, slots=True)
class ReceiptIssued:
    """``by_mail``: it went out in a letter; else the form showed it."""

    kind: ClassVar[str] = "receipt.issued"
    by_mail: bool


@dataclass(frozen=True, slots=True)
class ReporterKeyPinned:
    kind: ClassVar[str] = "reporter.key-pinned"
    changed: bool


@dataclass(frozen=True, slots=True)
class OtherKeyCame:
    """A letter from the reporter's address brought another key than the pinned one, and no proof."""

    kind: ClassVar[str] = "reporter.other-key"


@dataclass(frozen=True, slots=True)
class ReporterKeyFound:
    """The reporter had no key here; the key directory of their mail domain has one, and it is used from now on."""

    kind: ClassVar[str] = "reporter.key-found"


@dataclass(frozen=True, slots=True)
class ReporterKeyRenewed:
    """A newer copy of the reporter's own key came: valid for longer, or revoked."""

    kind: ClassVar[str] = "reporter.key-renewed"


@dataclass(frozen=True, slots=True)
class OtherKeyFound:
    """The key directory of the reporter's mail domain has another key than the pinned one.  It is not taken."""

    kind: ClassVar[str] = "reporter.other-key-found"


@dataclass(frozen=True, slots=True)
class AddressCorrected:
    """A handler has put another address in the place of the reporter's: letters could not reach that one."""

    kind: ClassVar[str] = "reporter.address-corrected"


@dataclass(frozen=True, slots=True)
class RolesSet:
    """From now on somebody at the desk has these roles, and no other.  In the stream of the house."""

    kind: ClassVar[str] = "roles.set"
    person: str
    roles: str  # separated by spaces


@dataclass(frozen=True, slots=True)
class CaseForNamed:
    """From now on the case is only for those to whom it is given, and for leads."""

    kind: ClassVar[str] = "case.for-named"


@dataclass(frozen=True, slots=True)
class CaseForAll:
    kind: ClassVar[str] = "case.for-all"


@dataclass(frozen=True, slots=True)
class CaseGiven:
    """Somebody may see the case, by user name."""

    kind: ClassVar[str] = "case.given"
    person: str


@dataclass(frozen=True, slots=True)
class CaseTakenFrom:
    kind: ClassVar[str] = "case.taken-from"
    person: str


@dataclass(frozen=True, slots=True)
class CaseReleased:
    """Whoever handled the case does so no more, and nobody else does yet."""

    kind: ClassVar[str] = "case.released"
