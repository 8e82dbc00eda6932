"""The mails to owners: a reference and where to go, never what it is about.  Used by this room and by nobody else."""

from datetime import datetime

from meldpunt.conversation import letters, strangers
from meldpunt.conversation.rules import Letterhead
from meldpunt.conversation.strangers import Prepared
from meldpunt.ground.values import Actor
from meldpunt.owners.models import Invitation, Reminder
from meldpunt.owners.rules import REMINDERS_AHEAD, Invited
from meldpunt.vault.keyring import PublicKeys, VaultKeys
from meldpunt.vault.rules import Receipt


def send_link(
    row: Invitation,
    who: Invited,
    secret: Receipt,
    letterhead: Letterhead,
    again: bool,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> str:
    """The invitation, or a new link: a letter of a person.  Returns its id in the outbox."""
    words = {
        **_words(row, letterhead, who.language),
        "link": f"{letterhead.base_url}/owner/#{secret.code}",
        "code": secret.code,
        "again": again,
    }
    draft = letters.draft("owner-invitation", who.language, words)
    return strangers.invite(draft, who.address, letterhead, who.language, keys=keys, by=by, now=now)


def send_code(
    row: Invitation, who: Invited, code: str, letterhead: Letterhead, *, public: PublicKeys, by: Actor, now: datetime
) -> None:
    """The one-time code for a browser that is new."""
    words = {**_words(row, letterhead, who.language), "code": f"{code[:4]} {code[4:]}"}
    draft = letters.draft("owner-code", who.language, words)
    strangers.tell(draft, who.address, letterhead, public=public, by=by, now=now)


def send_news(
    row: Invitation, who: Invited, letterhead: Letterhead, *, public: PublicKeys, by: Actor, now: datetime
) -> None:
    """Something waits on their page."""
    draft = letters.draft("owner-news", who.language, _words(row, letterhead, who.language))
    strangers.tell(draft, who.address, letterhead, public=public, by=by, now=now)


def lay_ready(row: Invitation, who: Invited, letterhead: Letterhead, *, public: PublicKeys) -> None:
    """See to it that the clock, which knows no address, has reminders that it can send."""
    missing = REMINDERS_AHEAD - Reminder.objects.filter(invitation=row).count()
    draft = letters.draft("owner-reminder", who.language, _words(row, letterhead, who.language))
    made = [strangers.prepare(draft, who.address, letterhead, public=public) for _ in range(missing)]
    Reminder.objects.bulk_create([Reminder(id=one.id, invitation=row, sealed=one.sealed) for one in made])


def send_reminder(row: Invitation, *, by: Actor, now: datetime) -> bool:
    """Send one of those that lie ready.  False when there is none."""
    ready = Reminder.objects.filter(invitation=row).order_by("id").first()
    if ready is None:
        return False
    strangers.release(Prepared(ready.id, bytes(ready.sealed)), by=by, now=now)
    ready.delete()
    return True


def _words(row: Invitation, letterhead: Letterhead, language: str) -> dict[str, str]:
    page = f"{letterhead.base_url}/owner/"
    return {"reference": row.case, "page": page, **letterhead.words_in(language)}
