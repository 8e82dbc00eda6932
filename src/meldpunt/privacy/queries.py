"""Ways to look at consents, the register, the wish to be named and the erasure.  Frozen views, never rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from meldpunt.cases import extras
from meldpunt.cases.extras import Extra
from meldpunt.cases.visits import Visiting
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger.rows import every, first
from meldpunt.policy import queries as policy
from meldpunt.policy.values import StandingShare
from meldpunt.privacy import erasure
from meldpunt.privacy.credit import Credit, Wish
from meldpunt.privacy.credit import State as CreditState
from meldpunt.privacy.erasure import Assessment, Attestation, Data, Decision, Touched
from meldpunt.privacy.erasure import State as Erasure
from meldpunt.privacy.models import Consent as ConsentRow
from meldpunt.privacy.models import Forgetting as ForgettingRow
from meldpunt.privacy.models import Share as ShareRow
from meldpunt.privacy.models import Standing as StandingRow
from meldpunt.privacy.rules import Consent, Ground, Kind, Recipient, Scope, State, Use, What
from meldpunt.vault.keyring import VaultKeys

What_ = TypeVar("What_", Attestation, Assessment)

CONSENT, SHARE, SHARE_DESK = "privacy.consent", "privacy.share", "privacy.share-desk"
CREDIT, TOUCHED, ATTESTED, BREACH = "privacy.credit", "privacy.touched", "privacy.attested", "privacy.breach"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands in this room."""

    credit: CreditState = CreditState.OPEN
    wish: str = ""
    wished_at: datetime | None = None
    confirmed_at: datetime | None = None
    erasure: Erasure = Erasure.UNKNOWN
    asked_at: datetime | None = None
    letters: int = 0
    attested_at: datetime | None = None
    aware_at: datetime | None = None
    decision: str = ""
    decided_at: datetime | None = None

    @property
    def clock_runs(self) -> bool:
        """Whether a data breach waits for its decision."""
        return self.aware_at is not None and not self.decision

    @property
    def letter_due(self) -> bool:
        """Whether the reporter is to erase, and no person has written so yet."""
        return self.erasure is Erasure.ASKED and not self.letters


@dataclass(frozen=True, slots=True)
class Shared:
    """One line of the register.  ``source``: the article or ruling; ``desk``: what only handlers read."""

    id: str
    what: What
    scope: str
    recipient: Recipient
    use: Use
    ground: Ground
    at: datetime
    until: datetime | None
    called_back_at: datetime | None
    source: str = field(default="", repr=False)
    by: str = ""
    desk: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Told(Generic[What_]):
    """Something that was written down: what, when, by whom."""

    what: What_
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class ErasurePage:
    """What a handler sees of the data that was obtained, oldest first."""

    touched: Touched | None = None
    attested: tuple["Told[Attestation]", ...] = ()
    breaches: tuple["Told[Assessment]", ...] = ()


@dataclass(frozen=True, slots=True)
class DeskPage:
    """All that a handler sees of this room on the page of a case; opened in one go."""

    consents: tuple[Consent, ...] = ()
    register: tuple[Shared, ...] = ()
    credit: Credit = field(default_factory=lambda: Credit(Wish.NONE))
    erasure: ErasurePage = ErasurePage()


def desk_page(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> DeskPage:
    """For handlers; ``NoSuchCase`` for a reporter."""
    kinds = (CONSENT, SHARE, SHARE_DESK, CREDIT, TOUCHED, ATTESTED, BREACH)
    found = extras.of_case(viewer, ref, kinds, keys)
    return DeskPage(_consents(ref, found), _register(ref, found), _credit(ref, found), _erasure(found))


def standing_of(ref: CaseRef) -> Standing | None:
    """None when nothing has happened in this room yet: then there is no consent, share or wish either."""
    row = first(StandingRow, case=ref)
    return _standing(row) if row else None


def _standing(row: StandingRow) -> Standing:
    return Standing(
        CreditState(row.credit),
        row.wish,
        row.wished_at,
        row.confirmed_at,
        Erasure(row.erasure),
        row.asked_at,
        row.letters,
        row.attested_at,
        row.aware_at,
        row.decision,
        row.decided_at,
    )


def consents_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> tuple[Consent, ...]:
    """Every consent, asked ones too, oldest first.  ``NoSuchCase`` for a reporter."""
    return _consents(ref, extras.of_case(viewer, ref, (CONSENT,), keys))


def consents_for(visit: Visiting) -> tuple[Consent, ...]:
    """The same for the reporter."""
    return _consents(visit.ref, extras.for_reporter(visit, (CONSENT,)))


def _consents(ref: CaseRef, sealed: Iterable[Extra]) -> tuple[Consent, ...]:
    names = {extra.id: extra.payload["name"] for extra in sealed if extra.kind == CONSENT}
    rows = every(ConsentRow, "at", "id", case=ref)
    return tuple(
        Consent(
            row.id,
            Recipient(Kind(row.recipient), names[row.id]),
            Scope(row.scope),
            Use(row.use),
            State(row.state),
            row.at,
            row.until,
        )
        for row in rows
    )


def register_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> tuple[Shared, ...]:
    """What left, newest first, with what only the desk reads."""
    return _register(ref, extras.of_case(viewer, ref, (SHARE, SHARE_DESK), keys))


def register_for(visit: Visiting) -> tuple[Shared, ...]:
    """What left, newest first, for the reporter: no handler's name, no note."""
    return _register(visit.ref, extras.for_reporter(visit, (SHARE,)))


def _register(ref: CaseRef, sealed: Sequence[Extra]) -> tuple[Shared, ...]:
    desk = {extra.payload["share"]: extra.payload for extra in sealed if extra.kind == SHARE_DESK}
    told = {extra.id: extra.payload for extra in sealed if extra.kind == SHARE}
    return tuple(
        Shared(
            row.id,
            What(row.what),
            row.scope,
            Recipient(Kind(row.recipient), told[row.id]["name"]),
            Use(row.use),
            Ground(row.ground),
            row.at,
            row.until,
            row.called_back_at,
            told[row.id]["source"],
            row.by if row.id in desk else "",
            desk.get(row.id, {}),
        )
        for row in every(ShareRow, "-at", "-id", case=ref)
    )


def still_allowed(ref: CaseRef, shares: Sequence[str], now: datetime) -> bool:
    """Whether what left about the reporter in these could leave now as well: its consents are in force."""
    rows = ShareRow.objects.filter(case=ref, pk__in=shares).exclude(consent="")
    for scope, consent in rows.values_list("scope", "consent"):
        row = ConsentRow.objects.filter(pk=consent, case=ref, state=State.GIVEN).first()
        over = row is None or (row.until is not None and row.until <= now)
        if over or (row and scope == Scope.CONTACT and row.scope != Scope.CONTACT):
            return False
    return True


def standing_shares(version: int) -> tuple[StandingShare, ...]:
    """What the policy of that version shares of every report: it stands in the register too."""
    return policy.version(version).policy.standing_shares


def credit_of(ref: CaseRef, keys: VaultKeys, viewer: Actor) -> Credit:
    """How the discoverer is to be named now.  ``confirmed_at`` is None until they confirmed it for publication."""
    return _credit(ref, extras.of_case(viewer, ref, (CREDIT,), keys))


def _credit(ref: CaseRef, sealed: Sequence[Extra]) -> Credit:
    found = [extra for extra in sealed if extra.kind == CREDIT]
    row = first(StandingRow, case=ref)
    if row is None or not found or row.credit in (CreditState.OPEN, CreditState.WITHDRAWN):
        return Credit(Wish.NONE, confirmed_at=row.confirmed_at if row else None)
    said = found[-1].payload
    return Credit(Wish(said["wish"]), said["shown"], said["link"], row.confirmed_at)


def erasure_page(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> ErasurePage:
    """What was touched, what was attested, and what was decided about a data breach.  For handlers."""
    return _erasure(extras.of_case(viewer, ref, (TOUCHED, ATTESTED, BREACH), keys))


def _erasure(found: Sequence[Extra]) -> ErasurePage:
    touched = [_touched(extra.payload) for extra in found if extra.kind == TOUCHED]
    return ErasurePage(
        touched[-1] if touched else None,
        tuple(_attested(extra) for extra in found if extra.kind == ATTESTED),
        tuple(_breach(extra) for extra in found if extra.kind == BREACH),
    )


def attested_by(visit: Visiting) -> tuple[Told[Attestation], ...]:
    """What was attested, for the reporter."""
    return tuple(_attested(extra) for extra in extras.for_reporter(visit, (ATTESTED,)))


def _touched(said: Mapping[str, Any]) -> Touched:
    return Touched(tuple(Data(kind) for kind in said["kinds"]), said["people"], said["note"])


def _attested(extra: Extra) -> Told[Attestation]:
    said = extra.payload
    what = Attestation(said["obtained"], said["what"], said["erased_on"], said["how"])
    return Told(what, extra.at, extra.by)


def _breach(extra: Extra) -> Told[Assessment]:
    said = extra.payload
    aware = datetime.fromisoformat(said["aware_at"])
    made = Assessment(Decision(said["decision"]), said["decided_by"], said["reason"], aware, said["persons"])
    return Told(made, extra.at, extra.by)


def reminder_due(standing: Standing) -> datetime | None:
    """When the next reminder to erase is due (UTC), by the policy of now."""
    if standing.asked_at is None:
        return None
    terms = policy.current().policy
    return erasure.reminder_due(standing.erasure, standing.asked_at, terms.erase_reminders, terms.calendar)


def waiting(now: datetime, limit: int = 50) -> tuple[CaseRef, ...]:
    """The cases where this room has something for a handler to do now, oldest first.  For the inbox."""
    running = StandingRow.objects.filter(aware_at__isnull=False, decision="").order_by("aware_at")
    asked = StandingRow.objects.filter(erasure__in=(Erasure.ASKED, Erasure.REMINDED)).order_by("asked_at")
    forgotten = ForgettingRow.objects.filter(decided_at=None).order_by("asked_at")
    found = list(running.values_list("case", flat=True)[:limit])
    found += forgotten.values_list("case", flat=True)[:limit]
    for row in asked[:limit]:
        standing = _standing(row)
        due = reminder_due(standing)
        if standing.letter_due or (due and due <= now):
            found.append(row.case)
    return tuple(CaseRef(ref) for ref in dict.fromkeys(found))
