"""Notices that are due go out by mail: one mail for each person.  Holds no private key."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.db.models import Q, QuerySet

from meldpunt.conversation import mime, posting
from meldpunt.conversation.rules import Draft, Letterhead, Mail
from meldpunt.ground.errors import OutsideFailure
from meldpunt.ground.values import Actor
from meldpunt.notices import rules, words
from meldpunt.notices.models import Notice, Preference
from meldpunt.notices.telling import forget_told, notice_in
from meldpunt.policy import queries as policy
from meldpunt.policy.shape import Policy
from meldpunt.promises import colleagues
from meldpunt.promises.guard import Person
from meldpunt.vault.errors import UnusableKey
from meldpunt.vault.keyring import PublicKeys

PACE = timedelta(minutes=5)  # between two mails to one person: a flood of reports is no flood of mail
AT_ONCE = 2000  # notices in one turn


def anything_to_mail(now: datetime) -> bool:
    """Whether ``mail`` has anything to do.  Takes no lock."""
    return _due(now).exists()


def _due(now: datetime) -> QuerySet[Notice]:
    resting = Preference.objects.filter(mailed_at__gt=now - PACE).values("name")
    return Notice.objects.filter(Q(mail_at__lte=now) & ~Q(person__in=resting))


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose desk writes: its letterhead, where it is found, and the policy for its days."""

    letterhead: Letterhead
    url: str
    published: Policy


@transaction.atomic
def mail(letterhead: Letterhead, desk_url: str, *, public: PublicKeys, by: Actor, now: datetime) -> int:
    """Write one mail to everybody who has something to hear.  Returns how many."""
    rows = list(_due(now).order_by("person", "id")[:AT_ONCE])
    desk, people = Desk(letterhead, desk_url, policy.current().policy), colleagues.everybody()
    names = {row.person for row in rows}
    certificates = dict(Preference.objects.filter(name__in=names).values_list("name", "key"))
    sent = 0
    for name, theirs in groupby(rows, attrgetter("person")):
        person = people.get(name) if name else _responsible(desk.published)
        if person is None or not person.address:
            continue
        notices = [notice_in(row) for row in theirs]
        posting.queue_plain(
            _letter(person, notices, bytes(certificates.get(name, b"")), desk, now), public=public, now=now
        )
        sent += 1
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mail_at=None)
    Preference.objects.filter(name__in=names).update(mailed_at=now)
    forget_told()
    return sent


def _responsible(published: Policy) -> Person:
    return Person("", published.team.responsible_mail, published.languages[0])


def _letter(person: Person, notices: list[rules.Notice], certificate: bytes, desk: Desk, now: datetime) -> Mail:
    """Encrypted to who gave a key; when that can be used no more, a mail that names nothing."""
    zone = desk.published.calendar.zone
    draft = words.in_words(notices, person.language, desk.url, zone, name=person.name)
    if certificate:
        try:
            return _as_mail(person, draft, mime.Encrypted((certificate,)), desk.letterhead, now)
        except (UnusableKey, OutsideFailure):  # whatever is wrong with one key stops nobody else's mail
            draft = words.in_words(notices, person.language, desk.url, zone, name=person.name, lines=False)
    return _as_mail(person, draft, mime.Plain(), desk.letterhead, now)


def _as_mail(
    person: Person, draft: Draft, protection: mime.Plain | mime.Encrypted, letterhead: Letterhead, now: datetime
) -> Mail:
    raw = mime.letter_bytes(
        sender=(letterhead.name_in(person.language), letterhead.address),
        to=("", person.address),
        subject=draft.subject,
        body=draft.body,
        message_id=posting.new_message_id(letterhead),
        date=now,
        protection=protection,
        marker=secrets.token_hex(8),
        language=person.language,
        extra=(("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")),
    )
    return Mail(letterhead.address, mime.spelled(person.address), raw)
