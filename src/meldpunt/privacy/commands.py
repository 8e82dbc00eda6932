"""Ask for a consent, give, narrow and withdraw it; and the gate: ``share``.

The reporter acts with the ``Visiting`` of their receipt, so nobody else can consent for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from meldpunt.cases import access, extras
from meldpunt.cases import queries as case_queries
from meldpunt.cases.handlers import handler_of
from meldpunt.cases.rules import Purpose, Reporter
from meldpunt.cases.visits import Visiting
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.recalling import call_back
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.policy import second
from meldpunt.policy.second import Grave
from meldpunt.privacy import drafts, queries, rules, traces
from meldpunt.privacy.drafts import TechnicalDraft
from meldpunt.privacy.errors import AlreadyGiven, BadShare, NoGround, NotInForce, StillNamed
from meldpunt.privacy.events import (
    ConsentAsked,
    ConsentDeclined,
    ConsentGiven,
    ConsentNarrowed,
    ConsentWithdrawn,
    DataShared,
)
from meldpunt.privacy.held import hold as hold  # publication takes turns with a wish that is withdrawn
from meldpunt.privacy.models import Consent as ConsentRow
from meldpunt.privacy.models import Share as ShareRow
from meldpunt.privacy.queries import CONSENT, SHARE, SHARE_DESK
from meldpunt.privacy.rules import Act, Consent, Ground, Leaving, Recipient, Scope, State, Use, What
from meldpunt.vault.keyring import VaultKeys


@dataclass(frozen=True, slots=True)
class Package:
    """What leaves, checked and written into the register: the caller carries it and adds nothing.

    ``share`` is its id; a mail that carries it is told to ``goes_with``.
    """

    share: str
    ref: CaseRef
    what: What
    text: str = field(default="", repr=False)
    files: tuple[str, ...] = ()
    name: str = field(default="", repr=False)
    address: str = field(default="", repr=False)


@transaction.atomic
def ask_consent(
    ref: CaseRef,
    recipient: Recipient,
    scope: Scope,
    use: Use,
    text: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> str:
    """Ask the reporter for a consent: a letter of a person, and the question on the page of the case."""
    access.admit(by, ref, Right.CONSENT)
    hold(ref)
    if not _known(case_queries.reporter_of(by, ref, keys)):
        raise NoGround("The reporter is anonymous: there is nothing that a consent could be about.")
    wanted = Consent("", recipient, scope, use, State.ASKED, now)
    rules.check_recipient(recipient)
    for old in queries.consents_of(by, ref, keys):
        if old.in_force(now) and old.allows(recipient, scope, use):
            raise AlreadyGiven("The reporter has given this consent already.")
        if old.state is State.ASKED and old.allows(recipient, scope, use):
            raise NotInForce("The reporter has been asked for this already, and has not answered yet.")
    conversation.write(ref, text, "consent", letterhead, keys=keys, by=by, now=now)
    identity = _put(ref, wanted, by=by, now=now)
    log.append(ref, ConsentAsked(scope, recipient.kind), by=by, now=now)
    return identity


@transaction.atomic
def give(
    visit: Visiting,
    recipient: Recipient,
    scope: Scope,
    use: Use,
    until: datetime | None,
    *,
    by: Actor,
    now: datetime,
) -> str:
    """Give a consent.  ``AlreadyGiven`` when it is in force already; ``until`` is its last moment or None."""
    hold(visit.ref)
    new = Consent("", recipient, scope, use, State.GIVEN, now, until)
    rules.check_given(new, queries.consents_for(visit), now)
    identity = _put(visit.ref, new, by=by, now=now)
    log.append(visit.ref, ConsentGiven(scope, recipient.kind, _iso(until)), by=by, now=now)
    return identity


@transaction.atomic
def agree(visit: Visiting, consent: str, scope: Scope, until: datetime | None, *, by: Actor, now: datetime) -> None:
    """Say yes to a consent that was asked for, or to less of it."""
    old = _the(visit, consent)
    if not rules.holds(old.scope, scope):
        raise NotInForce("You were not asked for that much. You can allow less, or exactly this.")
    given = Consent(old.id, old.recipient, scope, old.use, rules.next_state(old.state, Act.GIVE), now, until)
    rules.check_until(until, now)
    _set(given, at=now)
    log.append(visit.ref, ConsentGiven(scope, old.recipient.kind, _iso(until)), by=by, now=now)


@transaction.atomic
def decline(visit: Visiting, consent: str, *, by: Actor, now: datetime) -> None:
    """Say no to a consent that was asked for."""
    old = _the(visit, consent)
    ConsentRow.objects.filter(pk=old.id).update(state=rules.next_state(old.state, Act.DECLINE), ended_at=now)
    log.append(visit.ref, ConsentDeclined(old.recipient.kind), by=by, now=now)


@transaction.atomic
def narrow(visit: Visiting, consent: str, scope: Scope, until: datetime | None, *, by: Actor, now: datetime) -> None:
    """Allow less than before, or for a shorter time.  In force at once."""
    old = _the(visit, consent)
    less = rules.narrowed(old, scope, until, now)
    _set(less)
    if less.scope is not old.scope:
        _call_back(ShareRow.objects.filter(consent=old.id, scope=old.scope), by=by, now=now)
    log.append(visit.ref, ConsentNarrowed(scope, less.recipient.kind, _iso(until)), by=by, now=now)


@transaction.atomic
def withdraw(visit: Visiting, consent: str, *, by: Actor, now: datetime) -> int:
    """Take a consent back.  In force at once: letters on it that wait in the outbox do not go.

    Returns how many were stopped.
    """
    old = _the(visit, consent)
    ConsentRow.objects.filter(pk=old.id).update(state=rules.next_state(old.state, Act.WITHDRAW), ended_at=now)
    stopped = _call_back(ShareRow.objects.filter(consent=old.id), by=by, now=now)
    log.append(visit.ref, ConsentWithdrawn(old.recipient.kind, stopped), by=by, now=now)
    return stopped


@transaction.atomic
def share(
    ref: CaseRef,
    leaving: Leaving,
    *,
    text: str = "",
    files: Sequence[str] = (),
    until: datetime | None = None,
    note: str = "",
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> Package:
    """The gate: let something leave, and write it into the register.  Returns what leaves.

    The technical part is the handler's ``text`` and the chosen ``files`` (ids); ``StillNamed`` when it says who
    reported.  Who reported needs a consent in force, a law or a court: ``NoGround``.  ``until``: how long the
    recipient may keep it.
    """
    access.admit(by, ref, Right.DISCLOSE)
    if leaving.what is What.IDENTITY:
        second.check(Grave.IDENTITY, policy.current().policy.review, handler_of(ref), by)
    hold(ref)
    draft = drafts.technical_draft(by, ref, keys)
    consents = queries.consents_of(by, ref, keys)
    consent = rules.check_gate(leaving, consents, _known(draft.reporter), now)
    rules.check_until(until, now)
    if leaving.ground is Ground.STANDING_POLICY:
        _check_policy(by, ref, leaving.recipient, keys)
    technical = leaving.what is What.TECHNICAL
    if technical:
        _check_nameless(text, files, draft)
    if consent and consent.until:
        until = min(until, consent.until) if until else consent.until
    identity = _register(ref, leaving, consent, until, by=by, now=now)
    kept = {"share": identity, "decided_by": leaving.decided_by, "note": note, "text": text, "files": list(files)}
    extras.put(ref, SHARE_DESK, kept, to=Purpose.DESK, by=by, now=now)
    log.append(ref, DataShared(leaving.what, leaving.recipient.kind, leaving.ground), by=by, now=now)
    if technical:
        return Package(identity, ref, leaving.what, text.strip(), tuple(files))
    whole = leaving.scope is Scope.CONTACT
    return Package(
        identity, ref, leaving.what, name=draft.reporter.name, address=draft.reporter.address if whole else ""
    )


@transaction.atomic
def goes_with(share: str, letter: str, *, by: Actor, now: datetime) -> None:
    """Remember which letter in the outbox carries a share, so that a withdrawn consent stops it."""
    ShareRow.objects.filter(pk=share).update(letter=letter)


def _the(visit: Visiting, consent: str) -> Consent:
    """A consent of the visited case, held.  What belongs to another case looks like nothing."""
    hold(visit.ref)
    found = next((one for one in queries.consents_for(visit) if one.id == consent), None)
    if found is None:
        raise NotInForce("There is no such consent.")
    return found


def _put(ref: CaseRef, new: Consent, *, by: Actor, now: datetime) -> str:
    identity = extras.put(ref, CONSENT, {"name": new.recipient.name.strip()}, to=Purpose.CASE, by=by, now=now)
    ConsentRow.objects.create(
        id=identity,
        case=ref,
        recipient=new.recipient.kind,
        scope=new.scope,
        use=new.use,
        state=new.state,
        at=now,
        until=new.until,
    )
    return identity


def _set(consent: Consent, **more: datetime) -> None:
    rows = ConsentRow.objects.filter(pk=consent.id)
    rows.update(scope=consent.scope, state=consent.state, until=consent.until, **more)


def _register(
    ref: CaseRef, leaving: Leaving, consent: Consent | None, until: datetime | None, *, by: Actor, now: datetime
) -> str:
    told = {"name": leaving.recipient.name.strip(), "source": leaving.source.strip()}
    identity = extras.put(ref, SHARE, told, to=Purpose.CASE, by=by, now=now)
    ShareRow.objects.create(
        id=identity,
        case=ref,
        what=leaving.what,
        scope=leaving.scope if leaving.what is What.IDENTITY else "",
        recipient=leaving.recipient.kind,
        use=leaving.use,
        ground=leaving.ground,
        consent=consent.id if consent else "",
        at=now,
        until=until,
        by=str(by),
    )
    return identity


def _call_back(shares: QuerySet[ShareRow], *, by: Actor, now: datetime) -> int:
    """Stop what of these waits in the outbox, and say so in the register of all that went with it.

    Returns how many of ``shares`` were stopped.
    """
    waiting = shares.filter(called_back_at=None).exclude(letter="")
    stopped = call_back(list(waiting.values_list("letter", flat=True)), by=by, now=now)
    count = waiting.filter(letter__in=stopped).count()
    ShareRow.objects.filter(letter__in=stopped, called_back_at=None).update(called_back_at=now)
    return count


def _known(reporter: Reporter) -> frozenset[Scope]:
    """What there is about the reporter that could be shared."""
    known = {Scope.NAME: reporter.name.strip(), Scope.CONTACT: reporter.address.strip()}
    return frozenset(scope for scope, there in known.items() if there)


def _check_policy(viewer: Actor, ref: CaseRef, recipient: Recipient, keys: VaultKeys) -> None:
    version = case_queries.case_for(viewer, ref, keys).policy_version
    named = {words.casefold() for one in queries.standing_shares(version) for _code, words in one.to.by_language}
    if recipient.name.strip().casefold() not in named:
        raise NoGround("The policy of this report does not say that it is shared with that organisation.")


def _check_nameless(text: str, files: Sequence[str], draft: TechnicalDraft) -> None:
    """Nothing of the reporter goes along, in the text or in the names of files."""
    if not text.strip():
        raise BadShare("There is no text to share.")
    names = {file.id: file.name for file in draft.files}
    if not set(files) <= names.keys():
        raise BadShare("There is no such file.")
    if traces.says_who("\n".join([text, *(names[one] for one in files)]), draft.known):
        raise StillNamed("The text, or the name of a file, still says who reported. Please take out what is marked.")


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
