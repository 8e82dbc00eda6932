"""Ways to look at the review of conduct: the desk's, and the reporter's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from meldpunt.cases import extras
from meldpunt.cases import queries as cases
from meldpunt.cases.extras import Extra
from meldpunt.cases.visits import Visiting
from meldpunt.conduct import statement
from meldpunt.conduct.errors import NotGiven
from meldpunt.conduct.models import Conduct
from meldpunt.conduct.rules import Finding, Judged, Side, State
from meldpunt.conversation import letters
from meldpunt.conversation.rules import Draft, Letterhead
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import first
from meldpunt.policy import queries as policy
from meldpunt.vault.keyring import VaultKeys

REVIEW, DISPUTE, STATEMENT = "conduct.review", "conduct.dispute", "conduct.statement"


@dataclass(frozen=True, slots=True)
class Standing:
    """The plain side: where the review stands.  ``waiting``: the reporter asked and was not answered yet."""

    state: State = State.NOT_REVIEWED
    reviews: int = 0
    reviewer: str = ""
    reviewed_at: datetime | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    digest: str = ""

    @property
    def waiting(self) -> bool:
        return self.asked_at is not None and (self.answered_at is None or self.answered_at < self.asked_at)


@dataclass(frozen=True, slots=True)
class Dispute:
    side: Side
    at: datetime
    by: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """What the desk sees.  ``review`` is the newest one, by condition; ``second``: the policy asks a second person."""

    standing: Standing
    review: Mapping[str, Judged] = field(repr=False)
    disputes: tuple[Dispute, ...]
    second: bool


@dataclass(frozen=True, slots=True)
class ReportersView:
    """What the reporter sees: the answer, not the deliberation."""

    waiting: bool
    given_at: datetime | None
    refused_at: datetime | None
    disputes: tuple[Dispute, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """``signed``: the clear-signed text.  ``pdf``: the same words on paper."""

    signed: bytes = field(repr=False)
    pdf: bytes = field(repr=False)


def page_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> Page:
    """Review and disputes of a case, for a handler.  ``NoSuchCase`` for anyone else."""
    found = extras.of_case(viewer, ref, (REVIEW, DISPUTE), keys)
    version = cases.case_for(viewer, ref, keys).policy_version
    reviews = [extra.payload for extra in found if extra.kind == REVIEW]
    latest = reviews[-1] if reviews else {}
    return Page(
        standing_of(ref),
        {id: Judged(Finding(said["finding"]), said["why"]) for id, said in latest.items()},
        _disputes(found),
        policy.version(version).policy.review.second_person_for_conduct,
    )


def for_reporter(visit: Visiting) -> ReportersView:
    standing = standing_of(visit.ref)
    return ReportersView(
        standing.waiting,
        standing.answered_at if standing.state is State.GIVEN else None,
        standing.answered_at if standing.state is not State.GIVEN else None,
        _disputes(extras.for_reporter(visit, (DISPUTE,))),
    )


def standing_of(ref: CaseRef) -> Standing:
    row = first(Conduct, case=ref)
    if row is None:
        return Standing()
    return Standing(
        State(row.state), row.reviews, row.reviewer, row.reviewed_at, row.asked_at, row.answered_at, row.digest
    )


def statement_for(visit: Visiting) -> Statement:
    """The statement, for the reporter; ``NotGiven`` when there is none."""
    return _statement(extras.for_reporter(visit, (STATEMENT,)))


def statement_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> Statement:
    """The statement, for a handler; ``NotGiven`` when there is none."""
    return _statement(extras.of_case(viewer, ref, (STATEMENT,), keys))


def preview(viewer: Actor, ref: CaseRef, letterhead: Letterhead, *, keys: VaultKeys, now: datetime) -> Draft:
    """The statement as it would be given now."""
    return statement.composed(cases.case_for(viewer, ref, keys), letterhead, now=now)


def draft_letter(viewer: Actor, ref: CaseRef, about: str, letterhead: Letterhead, *, keys: VaultKeys) -> str:
    """The letter to edit, ``safe-harbour`` or ``safe-harbour-refused``, in the reporter's language."""
    case = cases.case_for(viewer, ref, keys)
    name = cases.reporter_of(viewer, ref, keys).name
    words = {"reference": ref, "name": name, "page": f"{letterhead.base_url}/my/"}
    return letters.draft(about, case.language, {**letterhead.words_in(case.language), **words}).body


def _statement(found: tuple[Extra, ...]) -> Statement:
    if not found:
        raise NotGiven("There is no safe-harbour statement in this case.")
    return Statement(str(found[0].payload["signed"]).encode(), bytes.fromhex(found[0].payload["pdf"]))


def _disputes(found: tuple[Extra, ...]) -> tuple[Dispute, ...]:
    return tuple(
        Dispute(Side(extra.payload["side"]), extra.at, extra.by, extra.payload["text"])
        for extra in found
        if extra.kind == DISPUTE
    )
