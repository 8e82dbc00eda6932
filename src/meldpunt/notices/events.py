"""What this room tells the ledger, in the stream of the house.  No address, of mail or of a webhook."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class NoticesWished:
    """How somebody wants to be told.  ``quiet``: whether in some hours they do not; ``encrypted``: they gave a key."""

    kind: ClassVar[str] = "notices.wished"
    name: str
    how: str
    by_mail: bool
    quiet: bool
    encrypted: bool


@dataclass(frozen=True, slots=True)
class HookSet:
    """``form``: what kind of receiver."""

    kind: ClassVar[str] = "hook.set"
    name: str
    form: str


@dataclass(frozen=True, slots=True)
class HookRemoved:
    kind: ClassVar[str] = "hook.removed"
    name: str


@dataclass(frozen=True, slots=True)
class HookStopped:
    """It is not called any more.  ``why``: a short code, as in ``calling``."""

    kind: ClassVar[str] = "hook.stopped"
    name: str
    why: str
