"""Something happened because a moment came: told to the reporter and to colleagues, by automatic letters.

They keep no promise, and the case keeps no copy: what they tell stands in the timeline as well.
Commands as in ``commands.py``.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.db import transaction

from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.conversation import letters, posting
from meldpunt.conversation.events import LetterWritten
from meldpunt.conversation.keys import usable
from meldpunt.conversation.rules import Letterhead, Mail, Mode, mode_for
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.promises.guard import Person
from meldpunt.vault.keyring import PublicKeys, VaultKeys


@transaction.atomic(savepoint=False)
def announce(
    ref: CaseRef,
    about: str,
    facts: Mapping[str, object],
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> Mode:
    """Write an automatic letter from the template ``about``; without their key, only that something waits.

    Returns how it goes: ``Mode.PAGE`` when there is no address, or when it has had enough automatic letters.
    """
    reporter = usable(case_queries.reporter_of(by, ref, keys))
    mode = mode_for(reporter)
    if mode is Mode.PAGE or not posting.may_answer(reporter.address, keys, now):
        return Mode.PAGE
    language = case_queries.case_for(by, ref, keys).language
    words = {
        "reference": ref,
        "name": reporter.name if mode is Mode.ENCRYPTED else "",
        **letterhead.words_in(language),
        "page": f"{letterhead.base_url}/my/",
        **facts,
    }
    message_id = posting.new_message_id(letterhead)
    letter = posting.post(
        ref,
        letters.draft(about if mode is Mode.ENCRYPTED else "notice", language, words),
        reporter,
        letterhead,
        message_id=message_id,
        answers=case_queries.last_message_id(by, ref, keys),
        automatic=True,
        language=language,
        keys=keys,
        now=now,
    )
    cases.remember_letter(ref, message_id, keys=keys, by=by, now=now)
    log.append(ref, LetterWritten(letter, about, mode, True), by=by, now=now)
    return mode


@transaction.atomic(savepoint=False)
def tell_colleague(
    person: Person,
    about: str,
    words: Mapping[str, object],
    letterhead: Letterhead,
    *,
    public: PublicKeys,
    by: Actor,
    now: datetime,
) -> None:
    """One mail to somebody at the desk, from the template ``about`` in their language; names no reporter."""
    if not person.address:
        return
    draft = letters.draft(about, person.language, {**words, "name": person.name})
    mail = EmailMessage(policy=SMTP)
    mail["From"] = letterhead.address
    mail["To"] = person.address
    mail["Subject"] = draft.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = posting.new_message_id(letterhead)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Meldpunt"] = secrets.token_hex(8)
    mail.set_content(draft.body)
    posting.queue_plain(Mail(letterhead.address, person.address, mail.as_bytes()), public=public, now=now)
