"""The plan of a publication, the draft that both sides read, and the publication.  Commands as in ``commands.py``."""

from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from meldpunt.cases import access, extras
from meldpunt.cases import queries as cases
from meldpunt.cases.rules import Purpose
from meldpunt.cases.visits import Visiting
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.policy import second
from meldpunt.policy.second import Grave
from meldpunt.privacy.commands import hold as hold_wish
from meldpunt.publication import going, queries, rules
from meldpunt.publication.errors import NotNow, TooEarly
from meldpunt.publication.events import (
    DraftCommented,
    DraftShared,
    PublicationAgreed,
    PublicationCalledOff,
    PublicationDone,
    PublicationPlanned,
    PublicationRefused,
)
from meldpunt.publication.going import Draft
from meldpunt.publication.holding import check_same, hold, iso
from meldpunt.publication.models import Advisory, Standing
from meldpunt.publication.queries import CHANGED, COMMENT, DRAFT
from meldpunt.publication.rules import Act, Embargo, Moment, Side, Talk
from meldpunt.vault.keyring import VaultKeys

MOST_COMMENTS = 30  # more belong into a letter


@transaction.atomic
def plan(
    ref: CaseRef,
    draft: Draft,
    planned: Moment,
    before_fix: bool,
    text: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> None:
    """Let the reporter read a draft and propose a moment for it, with a letter.  Either may stay as it is.

    ``before_fix``: also when it is not solved then; that needs their yes.
    """
    access.admit(by, ref, Right.PUBLISH)
    row = hold(ref)
    row.publication = going.next_state(going.State(row.publication), going.Act.PLAN)
    new_draft = draft.digest != row.shown
    if new_draft:
        _share(row, draft, by=by, now=now)
    new_moment = _is_new(row, planned, before_fix)
    if new_moment:
        _propose(row, Side.US, planned, by=by, now=now)
        row.asks_before_fix = before_fix
    if not (new_draft or new_moment):
        raise NotNow("The reporter has read this draft, and knows that moment. There is nothing new to tell.")
    row.commented_at = None
    row.save()
    conversation.write(ref, text, "publication-plan", letterhead, keys=keys, by=by, now=now, promised=promised)


def _is_new(row: Standing, planned: Moment, before_fix: bool) -> bool:
    if row.plan == Talk.OURS:
        return (row.plan_proposed, row.asks_before_fix) != (planned.at, before_fix)
    if row.plan == Talk.THEIRS:
        raise NotNow("The reporter proposed another moment. Answer them first.")
    return (row.planned, row.before_fix) != (planned.at, before_fix) or not row.planned


def _share(row: Standing, draft: Draft, *, by: Actor, now: datetime) -> None:
    row.drafts, row.shown = row.drafts + 1, draft.digest
    extras.put(CaseRef(row.case), DRAFT, asdict(draft), to=Purpose.CASE, by=by, now=now)
    log.append(row.case, DraftShared(row.drafts, draft.digest), by=by, now=now)


def _propose(row: Standing, side: Side, moment: Moment, *, by: Actor, now: datetime) -> None:
    rules.check_ahead(moment.at, now)
    if row.embargo == Embargo.RUNNING and row.until and moment.at < row.until:
        until = Moment(row.until, ZoneInfo(row.until_zone))
        raise TooEarly("The embargo lasts until %(moment)s. Nothing is published before it ends.", moment=until)
    row.plan = rules.next_talk(Talk(row.plan), side, Act.PROPOSE)
    row.plan_proposed, row.plan_proposed_zone = moment.at, moment.zone.key
    if side is Side.US and not row.agreed:
        row.planned, row.planned_zone = moment.at, moment.zone.key
    log.append(row.case, PublicationPlanned(iso(moment.at), side), by=by, now=now)


@transaction.atomic
def propose_for(visit: Visiting, moment: Moment, *, by: Actor, now: datetime) -> None:
    """The reporter proposes another moment for what is planned."""
    row = hold(visit.ref)
    _check_planned(row)
    _propose(row, Side.THEM, moment, by=by, now=now)
    row.asks_before_fix = False
    row.save()


@transaction.atomic
def answer(
    ref: CaseRef,
    act: Act,
    text: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> None:
    """Agree with the moment that the reporter proposed, or refuse it, with a letter."""
    access.admit(by, ref, Right.PUBLISH)
    _answer(hold(ref), Side.US, act, by=by, now=now)
    conversation.write(ref, text, "publication-answer", letterhead, keys=keys, by=by, now=now, promised=promised)


@transaction.atomic
def answer_for(visit: Visiting, act: Act, to: datetime | None, *, by: Actor, now: datetime) -> None:
    """The reporter agrees with our moment, which is ``to``, or refuses it."""
    row = hold(visit.ref)
    _check_planned(row)
    check_same(to, row.plan_proposed)
    _answer(row, Side.THEM, act, by=by, now=now)


def _answer(row: Standing, side: Side, act: Act, *, by: Actor, now: datetime) -> None:
    row.plan = rules.next_talk(Talk(row.plan), side, act)
    if act is Act.REFUSE:
        log.append(row.case, PublicationRefused(side), by=by, now=now)
    else:
        row.planned, row.planned_zone = row.plan_proposed, row.plan_proposed_zone
        row.agreed, row.before_fix = True, row.asks_before_fix
        log.append(row.case, PublicationAgreed(iso(row.planned), side), by=by, now=now)
    row.plan_proposed, row.plan_proposed_zone, row.asks_before_fix = None, "", False
    row.save()


@transaction.atomic
def comment_for(visit: Visiting, text: str, *, by: Actor, now: datetime) -> None:
    """The reporter says something about the draft."""
    row = hold(visit.ref)
    _check_planned(row)
    rules.check_text(text)
    if sum(told.kind == DraftCommented.kind for told in log.read(visit.ref)) >= MOST_COMMENTS:
        raise NotNow("There are a lot of comments already. Please write a letter instead.")
    extras.put(visit.ref, COMMENT, {"text": text.strip()}, to=Purpose.CASE, by=by, now=now)
    log.append(visit.ref, DraftCommented(), by=by, now=now)
    row.commented_at = now
    row.save(update_fields=["commented_at"])


def _check_planned(row: Standing) -> None:
    if row.publication != going.State.OPEN or not row.planned:
        raise NotNow("No publication is being planned.")


@transaction.atomic
def call_off(
    ref: CaseRef,
    text: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> None:
    """It will not be published, or not as it was planned; with a letter."""
    access.admit(by, ref, Right.PUBLISH)
    row = hold(ref)
    _check_planned(row)
    row.publication = going.next_state(going.State(row.publication), going.Act.CALL_OFF)
    row.plan, row.planned, row.planned_zone, row.agreed, row.before_fix = Talk.QUIET, None, "", False, False
    row.plan_proposed, row.plan_proposed_zone, row.asks_before_fix, row.commented_at = None, "", False, None
    row.save()
    log.append(ref, PublicationCalledOff(), by=by, now=now)
    conversation.write(ref, text, "publication-called-off", letterhead, keys=keys, by=by, now=now, promised=promised)


@transaction.atomic
def publish(
    ref: CaseRef,
    draft: Draft,
    address: str,
    changed: str,
    text: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> str:
    """Publish, for everybody and for good, and tell the reporter in a letter.  Returns the publication's name.

    ``address``: where else it can be read.  ``changed``: what is not as in the draft that the reporter saw last.
    Raises ``TooEarly``, ``NotNow``, ``NotAsShown``; the state is then as before.
    """
    access.admit(by, ref, Right.PUBLISH)
    row = hold(ref)
    hold_wish(ref)  # a wish that is withdrawn meanwhile waits, and then finds the publication
    case = cases.case_for(by, ref, keys)
    second.check(Grave.PUBLICATION, policy.current().policy.review, case.handler, by)
    waiting = queries.waiting_of(ref, case.policy_version)
    going.check_publish(waiting, now)
    address = going.checked_address(address)
    is_changed = going.check_as_shown(draft, row.shown, changed)
    wanted, wish = queries.named_as(ref, keys, by)
    named = going.to_be_named(wanted, wish)
    done = PublicationDone(going.as_wished(wanted, wish), row.agreed, is_changed)
    log.append(ref, done, by=by, now=now)  # first: from here on nobody else writes, so the number is ours
    published = Advisory(
        name=_next_name(now),
        case=ref,
        title=draft.title,
        text=draft.text,
        language=draft.language,
        address=address,
        published_at=now,
        updated_at=now,
        shown=wanted.shown if named else "",
        link=wanted.link if named else "",
    )
    published.save(force_insert=True)
    if is_changed:
        extras.put(ref, CHANGED, {"text": changed.strip()}, to=Purpose.CASE, by=by, now=now)
    row.publication, row.commented_at, row.renamed_at = going.State.PUBLISHED, None, None
    row.save()
    conversation.write(ref, text, "publication-done", letterhead, keys=keys, by=by, now=now, promised=promised)
    return published.name


def _next_name(now: datetime) -> str:
    terms = policy.current().policy
    year = now.astimezone(terms.calendar.zone).year
    prefix = terms.organisation.reference_prefix
    taken = Advisory.objects.filter(name__startswith=f"{prefix}-ADV-{year}-").count()
    return going.name_of(prefix, year, taken + 1)
