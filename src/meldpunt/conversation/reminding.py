"""Remind those at the desk of what is due.  Holds no private key: what it writes names no reporter."""

import secrets
from collections import defaultdict
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.db import transaction

from meldpunt.conversation import letters, posting
from meldpunt.conversation.rules import Letterhead, Mail
from meldpunt.ground.values import Actor
from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.policy.shape import Policy
from meldpunt.promises import colleagues, commands, guard
from meldpunt.promises.guard import Person, To
from meldpunt.promises.queries import Unreminded, to_remind
from meldpunt.vault.keyring import PublicKeys


@transaction.atomic
def remind(letterhead: Letterhead, desk_url: str, *, public: PublicKeys, by: Actor, now: datetime) -> int:
    """Write one mail to everyone who should know of something, and tell the ledger.  Returns how many mails.

    Nobody is reminded of the same step twice; where nobody has an address the ledger says nothing.
    """
    published = policy.current().policy
    people = colleagues.everybody()
    about: dict[Person, list[Unreminded]] = defaultdict(list)
    for promise in to_remind(now, published.calendar):
        for person in _whom(promise, people, published, now):
            about[person].append(promise)
    for promise in {one.id: one for promises in about.values() for one in promises}.values():
        commands.note_reminded(promise, by=by, now=now)
    for person, promises in about.items():
        mail = _mail(person, promises, letterhead, desk_url, published, now)
        posting.queue_plain(mail, public=public, now=now)
    return len(about)


def _whom(promise: Unreminded, people: dict[str, Person], published: Policy, now: datetime) -> tuple[Person, ...]:
    today = now.astimezone(published.calendar.zone).date()
    if promise.step is To.HANDLER:
        return guard.handlers_for(promise.handler, people, today)
    if promise.step is To.TEAM:
        return guard.team(people, today)
    lead = published.team
    return guard.responsible(lead.responsible_mail, lead.lead, people, today, published.languages[0])


def _mail(
    person: Person,
    promises: list[Unreminded],
    letterhead: Letterhead,
    desk_url: str,
    published: Policy,
    now: datetime,
) -> Mail:
    zone = published.calendar.zone
    lines = [
        {
            "ref": one.case,
            "kind": one.kind,
            "late": one.step is To.RESPONSIBLE,
            "when": words.due_in_words(one.due_on, zone, person.language)
            if not one.exact
            else words.moment_in_words(one.late_from, zone, person.language),
            "page": f"{desk_url}/cases/{one.case}/",
        }
        for one in promises
    ]
    late = sum(one.step is To.RESPONSIBLE for one in promises)
    draft = letters.draft(
        "reminder", person.language, {"lines": lines, "count": len(lines), "late": late, "name": person.name}
    )
    mail = EmailMessage(policy=SMTP)
    mail["From"] = letterhead.address
    mail["To"] = person.address
    mail["Subject"] = draft.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = posting.new_message_id(letterhead)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Meldpunt"] = secrets.token_hex(8)
    mail.set_content(draft.body)
    return Mail(letterhead.address, person.address, mail.as_bytes())


def anybody_to_remind(now: datetime) -> bool:
    """Whether ``remind`` may have anything to do.  Takes no lock."""
    return bool(to_remind(now, policy.current().policy.calendar))
