"""What the desk does with owners: invite one, write, answer a date, ask again, give a new link, withdraw.

Nothing goes to an owner that the gate of privacy has not let through; a message is held to the same measure.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from meldpunt.cases import access, guests
from meldpunt.cases import queries as cases
from meldpunt.cases.rules import FileRef
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.owners import days, kept, mails, outgoing, rules
from meldpunt.owners.errors import BadInvitation, NotNow
from meldpunt.owners.events import (
    OwnerAnswered,
    OwnerAskedAgain,
    OwnerInvited,
    OwnerLinkRenewed,
    OwnerNoticed,
    OwnerTold,
    OwnerWithdrawn,
)
from meldpunt.owners.models import Invitation, Pass, Reminder
from meldpunt.owners.outgoing import Going
from meldpunt.owners.rules import Act, Asks, EntryKind, Invited, State
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.rules import Receipt


@transaction.atomic
def invite(
    ref: CaseRef,
    whom: Invited,
    going: Going,
    secret: Receipt,
    letterhead: Letterhead,
    *,
    folder: Path,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> str:
    """Let the technical part go to an owner, with a link of their own; return the invitation's id.

    Raises what the gate raises, ``BadInvitation`` and ``BadAddress``.
    """
    access.admit(by, ref, Right.WORK)
    whom = whom.checked()
    due_on = cases.case_for(by, ref, keys).expected_on
    if Invitation.objects.filter(case=ref).exclude(state=State.WITHDRAWN).count() >= rules.MOST_OWNERS:
        raise BadInvitation("There are enough owners in this case. Withdraw one first.")
    files = outgoing.through_the_gate(ref, whom, going, folder, keys=keys, by=by, now=now)
    owner = secrets.token_hex(16)
    public = guests.admit(ref, owner, secret, keys=keys, by=by, now=now)
    row = Invitation(id=owner, case=ref, kind=whom.kind, finder=secret.finder, public=public, by=str(by))
    row.who = kept.seal_who(owner, ref, public, whom)
    row.invited_at, row.due_on = now, due_on
    row.remind_at = rules.remind_at(due_on, now, days.zone_of(ref))
    row.letter = mails.send_link(row, whom, secret, letterhead, False, keys=keys, by=by, now=now)
    row.save(force_insert=True)
    kept.put(row, EntryKind.TECHNICAL, going.text.strip(), files, by=by, now=now)
    mails.lay_ready(row, whom, letterhead, public=keys.public)
    log.append(ref, OwnerInvited(owner, whom.kind), by=by, now=now)
    return owner


@transaction.atomic
def revise(
    ref: CaseRef,
    owner: str,
    going: Going,
    letterhead: Letterhead,
    *,
    folder: Path,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> None:
    """Put another technical part in the place of the one that the owner has; through the gate as well."""
    row, who = _begin(ref, owner, keys, by)
    files = outgoing.through_the_gate(ref, who, going, folder, keys=keys, by=by, now=now)
    kept.put(row, EntryKind.TECHNICAL, going.text.strip(), files, by=by, now=now)
    log.append(ref, OwnerTold(owner, True), by=by, now=now)
    _send_news(row, who, letterhead, keys, by, now)


@transaction.atomic
def write(
    ref: CaseRef,
    owner: str,
    going: Going,
    letterhead: Letterhead,
    *,
    folder: Path,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    own_files: Sequence[FileRef] = (),
    again: bool = False,
) -> None:
    """Write to the owner.  Files of the report go through the gate; the text may not say who reported either.

    ``own_files``: the desk's own, sealed already.  ``SaidAlready`` when that was written to them just now, unless
    it is meant ``again``.
    """
    row, who = _begin(ref, owner, keys, by)
    text = rules.checked_text(going.text, files=len(going.files) + len(own_files))
    files = outgoing.nameless(ref, text, own_files, folder, keys=keys, by=by)
    if going.files:
        files = (*outgoing.through_the_gate(ref, who, going, folder, keys=keys, by=by, now=now), *files)
    if not again:
        private = guests.private_keys(by, ref, (owner,), keys)[owner]
        kept.check_new(row, EntryKind.TO_OWNER, text, [file.name for file in files], private, now)
    kept.put(row, EntryKind.TO_OWNER, text, files, by=by, now=now)
    days.looked_after(row, Asks.WROTE)
    log.append(ref, OwnerTold(owner, False), by=by, now=now)
    _send_news(row, who, letterhead, keys, by, now)


@transaction.atomic
def agree(ref: CaseRef, owner: str, letterhead: Letterhead, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """The day that the owner proposed is the one that the reporter knows already, so no letter is due.

    Any other day is agreed to by the letter that moves the expected date: see ``hearing``.
    """
    row, who = _begin(ref, owner, keys, by)
    if row.proposed_on is None:
        raise NotNow("There is no date that waits for an answer.")
    if row.proposed_on != guests.glance(ref).expected_on:
        raise NotNow("The reporter knows another date. Move that one first: with it you agree to the owner's.")
    days.counts(row, row.proposed_on, days.zone_of(ref), by=by, now=now)
    _send_news(row, who, letterhead, keys, by, now)


@transaction.atomic
def decline(
    ref: CaseRef,
    owner: str,
    text: str,
    letterhead: Letterhead,
    *,
    folder: Path,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> None:
    """The day that the owner proposed does not do: tell them why."""
    row, who = _begin(ref, owner, keys, by)
    day = row.proposed_on
    if day is None:
        raise NotNow("There is no date that waits for an answer.")
    _say_why(row, EntryKind.DECLINED, text, folder, on=day, keys=keys, by=by, now=now)
    row.proposed_on = None
    days.looked_after(row, Asks.PROPOSED, Asks.WROTE)
    log.append(ref, OwnerAnswered(owner, day.isoformat(), False), by=by, now=now)
    _send_news(row, who, letterhead, keys, by, now)


@transaction.atomic
def ask_again(
    ref: CaseRef,
    owner: str,
    text: str,
    letterhead: Letterhead,
    *,
    folder: Path,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> None:
    """It is theirs after all, or not solved after all: tell them why."""
    row, who = _begin(ref, owner, keys, by)
    row.state = rules.next_state(State(row.state), Act.ASK_AGAIN)
    _say_why(row, EntryKind.AGAIN, text, folder, keys=keys, by=by, now=now)
    row.solved_on = None
    row.remind_at = rules.remind_at(row.due_on, now, days.zone_of(ref))
    days.looked_after(row, *Asks)
    log.append(ref, OwnerAskedAgain(owner), by=by, now=now)
    _send_news(row, who, letterhead, keys, by, now)


@transaction.atomic
def notice(ref: CaseRef, owner: str, *, by: Actor, now: datetime) -> None:
    """A handler has read it; nothing happens when nothing waits.  A date that was proposed still wants an answer."""
    access.admit(by, ref, Right.WORK)
    row = kept.hold(ref, owner)
    if row.asks in (Asks.NOTHING, Asks.PROPOSED):
        return
    days.looked_after(row, *Asks)
    row.save()
    log.append(ref, OwnerNoticed(owner), by=by, now=now)


@transaction.atomic
def renew_link(
    ref: CaseRef, owner: str, secret: Receipt, letterhead: Letterhead, *, keys: VaultKeys, by: Actor, now: datetime
) -> None:
    """Send the owner a new link, to the same address; the old one, and every browser that it was shown in, is out."""
    row, who = _begin(ref, owner, keys, by)
    guests.change_secret(ref, owner, row.finder, secret, keys=keys, by=by, now=now)
    Pass.objects.filter(invitation=row).delete()
    row.finder = secret.finder
    row.letter = mails.send_link(row, who, secret, letterhead, True, keys=keys, by=by, now=now)
    row.save()
    log.append(ref, OwnerLinkRenewed(owner), by=by, now=now)


@transaction.atomic
def withdraw(ref: CaseRef, owner: str, *, by: Actor, now: datetime) -> None:
    """The owner's link opens nothing any more, at once and in every browser.  The desk keeps the thread."""
    access.admit(by, ref, Right.WORK)
    end(kept.hold(ref, owner), by=by, now=now)


@transaction.atomic(savepoint=False)
def end(row: Invitation, *, by: Actor, now: datetime) -> None:
    """Shut a held invitation for good.  Used by this room."""
    row.state = rules.next_state(State(row.state), Act.WITHDRAW)
    guests.shut_out(row.finder, by=by, now=now)
    Pass.objects.filter(invitation=row).delete()
    Reminder.objects.filter(invitation=row).delete()
    row.finder, row.proposed_on, row.remind_at = "", None, None
    days.looked_after(row, *Asks)
    row.save()
    log.append(row.case, OwnerWithdrawn(row.id), by=by, now=now)


def _begin(ref: CaseRef, owner: str, keys: VaultKeys, by: Actor) -> tuple[Invitation, Invited]:
    """Hold an invitation that is not withdrawn, for an act of a handler, and see who it is."""
    access.admit(by, ref, Right.WORK)
    row = kept.hold(ref, owner)
    if row.state == State.WITHDRAWN:
        raise NotNow("This owner's access has been withdrawn. Invite them again if need be.")
    return row, kept.open_who(row, guests.private_keys(by, ref, (owner,), keys)[owner])


def _say_why(
    row: Invitation,
    kind: EntryKind,
    text: str,
    folder: Path,
    *,
    on: date | None = None,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> None:
    """A reason, which says nothing of who reported, into the owner's thread."""
    reason = rules.checked_reason(text)
    outgoing.nameless(CaseRef(row.case), reason, (), folder, keys=keys, by=by)
    kept.put(row, kind, reason, on=on, by=by, now=now)


def _send_news(
    row: Invitation, who: Invited, letterhead: Letterhead, keys: VaultKeys, by: Actor, now: datetime
) -> None:
    """Save the row, tell the owner that something waits, and fill up the reminders while we can."""
    row.save()
    mails.send_news(row, who, letterhead, public=keys.public, by=by, now=now)
    mails.lay_ready(row, who, letterhead, public=keys.public)
