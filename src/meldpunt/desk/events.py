"""What the desk itself writes to the ledger: who may sit at it.  User names only."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class HandlerAdded:
    kind: ClassVar[str] = "handler.added"
    username: str


@dataclass(frozen=True, slots=True)
class HandlerDisabled:
    kind: ClassVar[str] = "handler.disabled"
    username: str


@dataclass(frozen=True, slots=True)
class HandlerEnabled:
    kind: ClassVar[str] = "handler.enabled"
    username: str


@dataclass(frozen=True, slots=True)
class PasswordSet:
    kind: ClassVar[str] = "handler.password-set"
    username: str


@dataclass(frozen=True, slots=True)
class CodeEnrolled:
    """A generator of sign-in codes was put in use; the one before it, if any, is dead."""

    kind: ClassVar[str] = "handler.code-enrolled"
    username: str


@dataclass(frozen=True, slots=True)
class CodeRemoved:
    kind: ClassVar[str] = "handler.code-removed"
    username: str


@dataclass(frozen=True, slots=True)
class PasskeyEnrolled:
    kind: ClassVar[str] = "handler.passkey-enrolled"
    username: str


@dataclass(frozen=True, slots=True)
class PasskeyRemoved:
    kind: ClassVar[str] = "handler.passkey-removed"
    username: str


@dataclass(frozen=True, slots=True)
class RecoveryCodesMade:
    kind: ClassVar[str] = "handler.recovery-codes-made"
    username: str


@dataclass(frozen=True, slots=True)
class RecoveryCodeUsed:
    kind: ClassVar[str] = "handler.recovery-code-used"
    username: str


@dataclass(frozen=True, slots=True)
class LinkWithdrawn:
    kind: ClassVar[str] = "handler.link-withdrawn"
    username: str


@dataclass(frozen=True, slots=True)
class ProviderBound:
    """An account of the sign-in provider opens this account from now on."""

    kind: ClassVar[str] = "handler.provider-bound"
    username: str


@dataclass(frozen=True, slots=True)
class ProviderReleased:
    kind: ClassVar[str] = "handler.provider-released"
    username: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """``way``: "password", "passkey" or "provider"; a code or passkey goes with the first, and may with the last."""

    kind: ClassVar[str] = "handler.signed-in"
    username: str
    way: str


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """The first wrong password or code of an hour for this name; later ones of that hour are not told."""

    kind: ClassVar[str] = "handler.sign-in-failed"
    username: str


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    """Signed out elsewhere: one browser, or all but the one that asks."""

    kind: ClassVar[str] = "handler.sessions-ended"
    username: str


@dataclass(frozen=True, slots=True)
class LinkIssued:
    """A one-time link that sets a new password and starts the enrolment anew."""

    kind: ClassVar[str] = "handler.link-issued"
    username: str


@dataclass(frozen=True, slots=True)
class ActRefused:
    """Somebody who was signed in tried to change what is not theirs to change.  ``act``: the name of the address."""

    kind: ClassVar[str] = "desk.refused"
    act: str
