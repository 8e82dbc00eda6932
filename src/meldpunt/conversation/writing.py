"""The words of a letter from its template, and the way of a letter that is kept into the outbox.

Used by this room's commands and by nobody else.
"""

from collections.abc import Sequence
from datetime import datetime

from meldpunt.cases import queries as case_queries
from meldpunt.cases.rules import Reporter
from meldpunt.conversation import letters, posting
from meldpunt.conversation.mime import File
from meldpunt.conversation.rules import Draft, Letterhead, Mode, mode_for
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.vault.keyring import VaultKeys


def draft(
    name: str, ref: CaseRef, reporter: Reporter, language: str, letterhead: Letterhead, facts: dict[str, object]
) -> Draft:
    common = {
        "reference": ref,
        # what a reporter wrote, their name too, is only repeated to them encrypted
        "name": reporter.name if mode_for(reporter) is Mode.ENCRYPTED else "",
        **letterhead.words_in(language),
        "page": f"{letterhead.base_url}/my/",
        "form": f"{letterhead.base_url}/report/",
        **({} if "head" in facts else {"head": in_groups(log.head(ref))}),
    }
    return letters.draft(name, language, {**common, **facts})


def in_groups(head: str) -> str:
    return " ".join(head[at : at + 8] for at in range(0, 32, 8))


def mail(
    ref: CaseRef,
    about: str,
    written: tuple[str, str, str],
    reporter: Reporter,
    letterhead: Letterhead,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    files: Sequence[File] = (),
) -> str:
    """Queue a letter that is kept already; return its id in the outbox.  ``written``: text, record, Message-ID."""
    text, record, message_id = written
    language = case_queries.case_for(by, ref, keys).language
    subject = letters.draft(about, language, {"reference": ref}).subject
    notice = draft("notice", ref, reporter, language, letterhead, {})
    return posting.post(
        ref,
        Draft(subject, text) if mode_for(reporter) is Mode.ENCRYPTED else notice,
        reporter,
        letterhead,
        message_id=message_id,
        answers=case_queries.last_message_id(by, ref, keys),
        automatic=False,
        language=language,
        keys=keys,
        now=now,
        record=record,
        files=files if mode_for(reporter) is Mode.ENCRYPTED else (),
    )
