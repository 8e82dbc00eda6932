"""The drafts of the letters of this room, and how reports of one weakness belong together."""

from dataclasses import dataclass, field
from datetime import datetime

from meldpunt.cases import access, extras
from meldpunt.cases import queries as cases
from meldpunt.cases.visits import Visiting
from meldpunt.conversation import letters, proving
from meldpunt.conversation.rules import Letterhead
from meldpunt.conversation.statements import commitment_to
from meldpunt.ground.values import Actor, CaseRef, Language
from meldpunt.ledger import log
from meldpunt.ledger.rows import every, first, looks
from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.triage import cvss4, linking
from meldpunt.triage.asking import Asking, standing_of
from meldpunt.triage.errors import NotADuplicate
from meldpunt.triage.linking import Came, Check
from meldpunt.triage.models import Link
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.vault.keyring import VaultKeys

MOST_WAITING = 50  # cases named above the first screen
OPENED = "triage.opened"  # the earlier report with its salt, for the later reporter
SOLVED = {
    Language.DUTCH: "de zwakke plek is al opgelost.",
    Language.ENGLISH: "the weakness is solved already.",
}
AS_EARLIER = {
    Language.DUTCH: "wij gaan er onder de eerdere melding mee verder.",
    Language.ENGLISH: "we go on with it under the earlier report.",
}
SEVERITY_WORDS = {
    Language.DUTCH: {
        Severity.NONE: "geen",
        Severity.LOW: "laag",
        Severity.MEDIUM: "gemiddeld",
        Severity.HIGH: "hoog",
        Severity.CRITICAL: "kritiek",
    },
    Language.ENGLISH: {severity: severity.value for severity in Severity},
}


def draft(viewer: Actor, ref: CaseRef, assessment: Assessment, letterhead: Letterhead, *, keys: VaultKeys) -> str:
    """The letter to edit, in the reporter's language.  ``BadVector`` when the vector is none."""
    case = cases.case_for(viewer, ref, keys)
    reporter = cases.reporter_of(viewer, ref, keys)
    zone = policy.version(case.policy_version).policy.calendar.zone
    language = Language(case.language)
    expected = assessment.expected_on and words.due_in_words(assessment.expected_on, zone, language)
    facts = {
        "reference": ref,
        "name": reporter.name,
        **letterhead.words_in(language),
        "verdict": assessment.verdict,
        "severity": assessment.severity and SEVERITY_WORDS[language][assessment.severity],
        "score": cvss4.score(assessment.vector)[0] if assessment.vector else "",
        "expected": expected,
        "why_no_date": assessment.why_no_date.strip(),
        "date_by": assessment.date_by and words.due_in_words(assessment.date_by, zone, language),
    }
    return letters.draft("assessment", language, facts).body


def draft_letter(
    viewer: Actor, ref: CaseRef, about: str, letterhead: Letterhead, *, keys: VaultKeys, **facts: object
) -> str:
    """Another letter of this room to edit: ``needs-more`` (questions), ``duplicate-check``."""
    case = cases.case_for(viewer, ref, keys)
    common = {
        "reference": ref,
        "name": cases.reporter_of(viewer, ref, keys).name,
        "page": f"{letterhead.base_url}/my/",
        **letterhead.words_in(case.language),
    }
    return letters.draft(about, case.language, {**common, **facts}).body


def asking_of(ref: CaseRef) -> Asking:
    """Whether the reporter was asked for more, and has answered."""
    return standing_of(log.read(ref))


def draft_duplicate(
    viewer: Actor, ref: CaseRef, earlier: CaseRef, letterhead: Letterhead, *, keys: VaultKeys, now: datetime
) -> tuple[str, Assessment, CaseRef]:
    """The letter that tells a duplicate, the assessment that goes with it, and the first report of all.

    Refuses as ``duplicates.link`` would.
    """
    root = earlier_than(viewer, ref, earlier, keys)
    known = as_duplicate(viewer, ref, root.ref, keys=keys, now=now)
    case = cases.case_for(viewer, ref, keys)
    zone = policy.version(case.policy_version).policy.calendar.zone
    facts = {
        "received": words.moment_in_words(root.at, zone, case.language),
        "received_utc": proving.utc(root.at),
        "commitment": proving.commitment_of(root.ref),
        "expected": known.expected_on and words.due_in_words(known.expected_on, zone, case.language),
        "solved": _landed(root.ref),
    }
    return draft_letter(viewer, ref, "duplicate", letterhead, keys=keys, **facts), known, root.ref


def earlier_than(viewer: Actor, ref: CaseRef, earlier: CaseRef, keys: VaultKeys) -> Came:
    """The report of which ``ref`` would be a duplicate: the first of all.  ``NotADuplicate``, ``NoSuchCase``."""
    theirs = cases.case_for(viewer, earlier, keys)
    linked = Link.objects.filter(pk__in=(ref, earlier)).in_bulk()
    root = CaseRef(linked[earlier].earlier) if earlier in linked else earlier
    first = cases.case_for(viewer, root, keys) if root != earlier else theirs
    mine = cases.case_for(viewer, ref, keys)
    found = Came(root, first.received_at)
    if not first.verdict and root != ref:
        raise NotADuplicate("Please assess %(ref)s first: what this reporter is told follows from it.", ref=root)
    linking.check_link(Came(ref, mine.received_at), found, CaseRef(linked[ref].earlier) if ref in linked else None)
    return found


def as_duplicate(viewer: Actor, ref: CaseRef, root: CaseRef, *, keys: VaultKeys, now: datetime) -> Assessment:
    """The assessment of a duplicate: the later reporter is promised what the earlier one was."""
    mine, first = cases.case_for(viewer, ref, keys), cases.case_for(viewer, root, keys)
    today = now.astimezone(policy.version(mine.policy_version).policy.calendar.zone).date()
    severity, solved = Severity(first.severity) if first.severity else None, _landed(root)
    if first.expected_on and first.expected_on >= today and not solved:
        return Assessment(Verdict.KNOWN, severity, expected_on=first.expected_on)
    why = SOLVED if solved else AS_EARLIER
    return Assessment(Verdict.KNOWN, severity, why_no_date=why[Language(mine.language)])


def _landed(ref: CaseRef) -> bool:
    """Whether it is solved, as the ledger has it."""
    last = [told.kind for told in log.read(ref) if told.kind in ("fix.landed", "fix.reopened")]
    return bool(last) and last[-1] == "fix.landed"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A report that belongs to another, for handlers."""

    ref: CaseRef
    title: str = field(repr=False)
    received_at: datetime
    check: Check


def later_ones(ref: CaseRef) -> tuple[CaseRef, ...]:
    """The duplicates of a report, in order of their linking: they share in the credit."""
    rows = Link.objects.filter(earlier=ref).order_by("at", "case")
    return tuple(CaseRef(row) for row in rows.values_list("case", flat=True))


def earlier_one(ref: CaseRef) -> CaseRef | None:
    """The report of which ``ref`` is a duplicate."""
    found = Link.objects.filter(pk=ref).values_list("earlier", flat=True).first()
    return CaseRef(found) if found else None


def duplicates_of(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> tuple[Duplicate | None, tuple[Duplicate, ...]]:
    """The earlier report, if ``ref`` is a duplicate, and the later ones, if it is the first: those that one may see."""
    cases.case_for(viewer, ref, keys)
    mine = first(Link, case=ref)
    rows = every(Link, "at", "case", earlier=ref)
    others = [row.case for row in rows] + ([mine.earlier] if mine else [])
    known = cases.lines(access.may_see(viewer, others), keys)

    def one(other: str, row: Link) -> Duplicate:
        case = known[other][0]
        return Duplicate(case.ref, case.title, case.received_at, Check(row.check_state))

    root = one(mine.earlier, mine) if mine and mine.earlier in known else None
    return root, tuple(one(row.case, row) for row in rows if row.case in known)


def may_ask(ref: CaseRef) -> bool:
    """Whether the earlier reporter may be asked now; not about a report from before there were commitments."""
    return linking.may_be_checked(told.kind for told in log.read(ref)) and bool(proving.commitment_of(ref))


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A case whose reporter can be asked whether a later one may check; ``why`` is a word for lists."""

    case: CaseRef
    why: str = "may-check"


def waiting() -> tuple[ToAsk, ...]:
    """The reports whose reporters have not been asked yet, though a letter to the later one said that we would."""
    rows = looks(Link, "earlier", order=("earlier",), most=MOST_WAITING, check_state=Check.SHUT, ready=True)
    return tuple(ToAsk(CaseRef(ref)) for ref in dict.fromkeys(ref for (ref,) in rows))


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the later reporter knows of the earlier report.  ``commitment`` may be empty: there was none then."""

    commitment: str
    received_at: datetime
    opened: bool


def earlier_for(visit: Visiting) -> Earlier | None:
    """The commitment to the earlier report, from the visited case's own log; None when it is no duplicate."""
    found = None
    for told in log.read(visit.ref):
        if told.kind == "duplicate.linked" and not told.facts["earlier"]:
            found = Earlier(told.facts["commitment"], datetime.fromisoformat(told.facts["received_at"]), False)
        elif told.kind == "duplicate.parted" and not told.facts["earlier"]:
            found = None
    if found and _opened(visit, found.commitment):
        return Earlier(found.commitment, found.received_at, True)
    return found


def opened_for(visit: Visiting) -> bytes:
    """The earlier report with its salt, whose SHA-256 is the commitment; nothing while it is shut."""
    found = earlier_for(visit)
    return _opened(visit, found.commitment) if found else b""


def _opened(visit: Visiting, commitment: str) -> bytes:
    """Only what was committed to: a report that it was linked to by mistake stays out of sight."""
    reports = [extra.payload["report"].encode() for extra in extras.for_reporter(visit, (OPENED,))]
    return next((report for report in reports if commitment_to(report) == commitment), b"")


def checks_for(visit: Visiting) -> tuple[Check, ...]:
    """Where the question stands for those who reported the same as the visited case, later.  Nothing names them."""
    rows = looks(Link, "check_state", order=("at", "case"), earlier=visit.ref)
    return tuple(Check(state) for (state,) in rows)
