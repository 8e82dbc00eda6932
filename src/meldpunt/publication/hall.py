"""The hall of fame, and every other page of ours that names a reporter.  Commands as in ``commands.py``.

A person enters a name; the reporter takes it away, by withdrawing the wish or by wishing another: this room follows
their events, which the portal lets it do before it answers.
"""

import secrets
from datetime import datetime

from django.db import transaction

from meldpunt.cases import access
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.ledger.log import Told
from meldpunt.policy import queries as policy
from meldpunt.privacy.commands import hold as hold_wish
from meldpunt.privacy.credit import Wish
from meldpunt.publication import going, queries
from meldpunt.publication.errors import MayNotBeNamed, NotNow, TooEarly
from meldpunt.publication.events import HallEntered, HallLeft, PublicationDone
from meldpunt.publication.holding import hold
from meldpunt.publication.models import Advisory, Standing, Thanked
from meldpunt.publication.rules import Embargo
from meldpunt.remediation import queries as remediation
from meldpunt.vault.keyring import VaultKeys

FOLLOWER, HEARS = "publication", frozenset({"credit.withdrawn", "credit.wished"})
NAMING = (HallEntered.kind, PublicationDone.kind)


@transaction.atomic
def enter(ref: CaseRef, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Thank the reporter by the name they confirmed: in the hall, and on what was published.

    ``MayNotBeNamed`` without a confirmed wish; ``TooEarly`` before it was published or the report closed.
    """
    access.admit(by, ref, Right.PUBLISH)
    row = hold(ref)
    hold_wish(ref)  # a withdrawal meanwhile waits, and then finds the name
    wanted, wish = queries.named_as(ref, keys, by)
    if not going.to_be_named(wanted, wish):
        raise MayNotBeNamed("The reporter does not wish to be named, or has not confirmed it.")
    _check_time(row)
    month = now.astimezone(policy.current().policy.calendar.zone).date().replace(day=1)
    named = {"shown": wanted.shown, "link": wanted.link}
    if Thanked.objects.filter(case=ref, **named).exists() and not row.renamed_at:
        raise NotNow("The reporter stands in the hall of fame already.")
    new = {**named, "id": secrets.token_hex(8), "month": month}
    Thanked.objects.update_or_create(case=ref, defaults=named, create_defaults=new)
    Advisory.objects.filter(case=ref).exclude(**named).update(**named, updated_at=now)
    row.renamed_at = None
    row.save(update_fields=["renamed_at"])
    log.append(ref, HallEntered(), by=by, now=now)


def _check_time(row: Standing) -> None:
    if row.embargo == Embargo.RUNNING:
        raise TooEarly("The embargo has not ended yet. Nobody is thanked in public before that.")
    published = row.publication == going.State.PUBLISHED
    if not published and not remediation.standing_of(CaseRef(row.case)).closed:
        raise TooEarly("The hall of fame comes with the publication, or when the report is closed.")


@transaction.atomic
def hear(told: Told, *, by: Actor, now: datetime) -> None:
    """The reporter does not wish to be named any more, or otherwise: the name goes, from everywhere that is ours."""
    if told.kind not in HEARS:
        return
    ref = CaseRef(told.stream)
    if any(later.number > told.number and later.kind in NAMING for later in log.read(ref)):
        return  # a name that was entered knowing this
    there = Thanked.objects.filter(case=ref)
    published = Advisory.objects.filter(case=ref).exclude(shown="")
    if not there.exists() and not published.exists():
        return
    row = hold(ref)
    gone = there.delete()[0] + published.update(shown="", link="", updated_at=now)
    otherwise = told.kind == "credit.wished" and told.facts["wish"] != Wish.NONE
    row.renamed_at = now if otherwise else None
    row.save(update_fields=["renamed_at"])
    if gone:
        log.append(ref, HallLeft(), by=by, now=now)
