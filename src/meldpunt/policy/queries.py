"""Reads: the policy as it stands, or as it stood.

Text is parsed once per version and process: versions never change.
"""

import functools
from dataclasses import dataclass
from datetime import datetime

from meldpunt.ledger.rows import every, first
from meldpunt.policy.document import Policy, parse, read
from meldpunt.policy.errors import NoPolicy, NoSuchProposal, NoSuchVersion
from meldpunt.policy.models import Proposal, Version
from meldpunt.policy.preview import Preview, look_ahead
from meldpunt.policy.proposing import State


@dataclass(frozen=True, slots=True)
class Published:
    """A version of the policy.  ``published_at`` is UTC."""

    version: int
    published_at: datetime
    digest: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One line of the list of versions.  ``proposed_by`` is empty when one person did it alone."""

    version: int
    published_at: datetime
    summary: str
    digest: str
    by: str
    proposed_by: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposed text, and what became of it.  ``base`` is the version that it would follow."""

    id: int
    text: str
    summary: str
    digest: str
    base: int
    proposed_by: str
    proposed_at: datetime
    state: State
    decided_by: str
    decided_at: datetime | None
    version: int | None


def current() -> Published:
    """The version that holds now, or ``NoPolicy``."""
    newest = every(Version, "-number", most=1)
    if not newest:
        raise NoPolicy("No policy has been published yet.")
    return _published(newest[0])


def version(number: int) -> Published:
    """The version with that number, or ``NoSuchVersion``."""
    found = first(Version, number=number)
    if found is None:
        raise _no_such(number)
    return _published(found)


def text_of(number: int) -> str:
    """The text of a version, exactly as it was published."""
    found = Version.objects.filter(number=number).values_list("text", flat=True).first()
    if found is None:
        raise _no_such(number)
    return found


def versions() -> tuple[VersionLine, ...]:
    """Every version, newest first."""
    columns = ("number", "published_at", "summary", "digest", "by", "proposed_by")
    return tuple(VersionLine(*row) for row in Version.objects.order_by("-number").values_list(*columns))


def proposals(state: State | None = State.OPEN) -> tuple[ProposalView, ...]:
    """The proposals in that state, or all of them; newest first."""
    rows = Proposal.objects.order_by("-id")
    return tuple(as_view(row) for row in (rows.filter(state=state) if state else rows))


def proposal(id: int) -> ProposalView:
    """The proposal with that number, or ``NoSuchProposal``."""
    found = Proposal.objects.filter(pk=id).first()
    if found is None:
        raise NoSuchProposal("There is no proposal %(id)d.", id=id)
    return as_view(found)


def as_view(row: Proposal) -> ProposalView:
    return ProposalView(
        id=row.pk,
        text=row.text,
        summary=row.summary,
        digest=row.digest,
        base=row.base,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        state=State(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        version=row.version,
    )


def preview(text: str, now: datetime) -> Preview:
    """What ``text`` would say and count if it were published ``now``, or ``BadPolicy``."""
    new = read(text)
    newest = Version.objects.defer("text").order_by("-number").first()
    return look_ahead(new, now, _published(newest).policy if newest else None)


def _published(row: Version) -> Published:
    return Published(row.number, row.published_at, row.digest, _parsed(row.number, row.digest))


@functools.lru_cache(maxsize=32)
def _parsed(number: int, digest: str) -> Policy:
    """The digest is part of the key, so another database in the same process is another entry."""
    return parse(text_of(number))


def _no_such(number: int) -> NoSuchVersion:
    return NoSuchVersion("There is no version %(number)d of the policy.", number=number)
