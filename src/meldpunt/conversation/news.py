"""There is no news: a person says so, and when the reporter hears more."""

from datetime import date, datetime, timedelta

from django.db import transaction

from meldpunt.cases import access
from meldpunt.cases import queries as cases
from meldpunt.conversation import commands, letters, twice
from meldpunt.conversation.errors import BadNextDay
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.policy.rules import due
from meldpunt.promises.rules import end_of
from meldpunt.vault.keyring import VaultKeys


def latest_next_day(policy_version: int, now: datetime) -> date:
    """The last local day on which the policy lets a reporter hear from us again."""
    terms = policy.version(policy_version).policy
    return due(terms.longest_gap, now, terms.calendar).due_on


def draft(ref: CaseRef, next_by: date, letterhead: Letterhead, *, keys: VaultKeys, by: Actor, now: datetime) -> str:
    """The letter that says so.  ``BadNextDay`` as ``no_news``."""
    case = cases.case_for(by, ref, keys)
    zone = policy.version(case.policy_version).policy.calendar.zone
    if next_by <= now.astimezone(zone).date():
        raise BadNextDay("That day is not ahead.")
    if next_by > latest_next_day(case.policy_version, now):
        raise BadNextDay("That is a longer silence than the policy allows.")
    facts = {
        "reference": ref,
        "name": cases.reporter_of(by, ref, keys).name,
        "next_by": words.due_in_words(next_by, zone, case.language),
        **letterhead.words_in(case.language),
    }
    return letters.draft("no-news", case.language, facts).body


@transaction.atomic
def no_news(
    ref: CaseRef,
    next_by: date,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    grace: timedelta | None = None,
) -> None:
    """Tell the reporter, by the letter for it, that nothing has changed and by which local day they hear more.

    It breaks the silence, since a person says it; the day becomes a clock.  ``BadNextDay`` when it is not
    ahead, or lies beyond what the policy allows; ``SaidAlready`` when they were told so just now.
    ``grace`` as in ``write``.
    """
    access.admit(by, ref, Right.WRITE)
    case = cases.case_for(by, ref, keys)
    text = draft(ref, next_by, letterhead, keys=keys, by=by, now=now)
    twice.check_letter(ref, text, (), keys=keys, by=by, now=now)
    promised = (end_of(next_by, policy.version(case.policy_version).policy.calendar.zone),)
    commands.write(ref, text, "no-news", letterhead, keys=keys, by=by, now=now, promised=promised, grace=grace)
