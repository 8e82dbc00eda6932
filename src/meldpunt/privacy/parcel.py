"""A report that is handed over to another organisation: to whom it may go, and what the parcel says.  Pure.

verdict                                      may be handed over to
------------------------------------------   ---------------------------------------------------------
none yet, not reproducible, no weakness      nobody
confirmed, in part, known, a risk accepted   supplier, national coordinator, sector's emergency team
not ours                                     those, the owner, and another organisation
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from meldpunt.conversation.rules import Draft
from meldpunt.privacy.errors import BadShare, NotNow
from meldpunt.privacy.rules import Kind, Recipient, Scope, Use
from meldpunt.triage.rules import Verdict

BY_MAIL_AT_MOST = 10 << 20  # bytes of files: what most mail servers still take, encoded
_COORDINATORS = (Kind.SUPPLIER, Kind.NATIONAL_COORDINATOR, Kind.SECTOR_CSIRT)
_ANYBODY = (Kind.OWNER, Kind.OTHER_ORGANISATION, *_COORDINATORS)

MAY_GO_TO: Mapping[str, tuple[Kind, ...]] = MappingProxyType(
    {
        Verdict.CONFIRMED: _COORDINATORS,
        Verdict.PARTLY_CONFIRMED: _COORDINATORS,
        Verdict.KNOWN: _COORDINATORS,
        Verdict.ACCEPTED_RISK: _COORDINATORS,
        Verdict.NOT_OURS: _ANYBODY,
    }
)
USES = (Use.SOLVE, Use.COORDINATE)


class Way(StrEnum):
    """How a parcel goes."""

    MAIL = "mail"  # encrypted to their key
    FILE = "file"  # downloaded at the desk, carried by a safe way


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a handler wants to hand over.  ``scope``: how much of who reported goes along; None for nothing of it.

    ``files``: ids.  ``language``: the recipient's.
    """

    to: Recipient
    use: Use
    scope: Scope | None
    language: str
    text: str = field(repr=False)
    files: tuple[str, ...] = ()


def recipients_for(verdict: str) -> tuple[Kind, ...]:
    """To whom a report with that verdict may go: the buttons."""
    return MAY_GO_TO.get(verdict, ())


def check(parcel: Parcel, verdict: str) -> None:
    """Refuse a parcel to whom it may not go.  What leaves is the gate's to judge."""
    if not recipients_for(verdict):
        raise NotNow("A report is handed over after an assessment that says that there is something to hand over.")
    if parcel.to.kind not in recipients_for(verdict) or parcel.use not in USES:
        raise BadShare("Please choose to whom and what for. Somebody else's system needs the verdict “not ours”.")


def document(head: Draft, text: str) -> str:
    """What the recipient reads: ``head`` as it was drafted, then the report word for word."""
    return f"{head.subject}\n\n{head.body.rstrip()}\n\n{text.strip()}\n"


def safe_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names of files for an archive: no folders, no control characters, none twice."""
    found: dict[str, None] = {}
    for name in names:
        plain = re.sub(r"[\x00-\x1f\x7f/\\:]+", "_", name).strip(". ")[-120:] or "file"
        wanted, count = plain, 1
        while wanted.casefold() in (one.casefold() for one in found):
            count += 1
            stem, dot, end = plain.rpartition(".")
            wanted = f"{stem}-{count}.{end}" if dot and stem else f"{plain}-{count}"
        found[wanted] = None
    return tuple(found)
