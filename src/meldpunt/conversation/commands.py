"""Take a report in and acknowledge it; write to the reporter; say what became of a sending."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.cases.rules import Arrival, Content, Reporter, check_handler
from meldpunt.conversation import letters, posting
from meldpunt.conversation.errors import EmptyLetter, NoSuchLetter, NotWaiting
from meldpunt.conversation.events import LetterSent, LetterUndelivered, LetterWritten
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.rules import Draft, Handing, Letterhead, Mail, Mode, handing_for, mode_for, next_try
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.intake.rules import Door, Outcome
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.policy.queries import Published
from meldpunt.policy.rules import due
from meldpunt.vault import openpgp
from meldpunt.vault.commands import learn_key
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.rules import Receipt


@transaction.atomic
def take_in(
    arrival: Arrival,
    belongs: CaseRef | None,
    receipt: Receipt,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    published: Published | None = None,
) -> tuple[Outcome, CaseRef]:
    """Make a case of what arrived, or add it to the case where it belongs, and acknowledge a new one.

    One transaction: either the spool is emptied of it, the case is there and the
    acknowledgement lies in the outbox, or nothing has happened.  ``published`` is the policy of
    now, if the caller has it at hand; a report keeps the one under which it was made.
    """
    belongs = case_queries.same_letter(arrival.message_id, arrival.content, keys) or belongs
    if belongs:
        if cases.join(belongs, arrival, keys=keys, by=by, now=now):
            _learn_key(belongs, arrival, receipt, letterhead, keys, by, now)
        return Outcome.JOINED, belongs
    if published is None or published.version != arrival.policy_version:
        published = policy.version(arrival.policy_version)
    content, by_mail = arrival.content, published.policy.receipt_by_mail
    handing = handing_for(arrival.door, content.protection, arrival.reporter, by_mail, content.form)
    given = receipt if handing is not Handing.WITHHELD else None
    prefix = published.policy.organisation.reference_prefix
    ref = cases.open_case(arrival, given, prefix, keys=keys, by=by, now=now)
    if arrival.reporter.key:
        theirs = arrival.reporter
        learn_key(theirs.key, theirs.fingerprint, theirs.address, keys=keys, by=by, now=now)
    if arrival.reporter.address and posting.may_answer(arrival.reporter.address, keys, now):
        _acknowledge(ref, arrival, receipt, handing, letterhead, published, keys, by, now)
    return Outcome.OPENED, ref


def _acknowledge(
    ref: CaseRef,
    arrival: Arrival,
    receipt: Receipt,
    handing: Handing,
    letterhead: Letterhead,
    published: Published,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> None:
    calendar, language = published.policy.calendar, arrival.language
    owed = due(published.policy.assessment, arrival.received_at, calendar)
    facts: dict[str, object] = {
        "due": words.due_in_words(owed.due_on, calendar.zone, language),
        "received": words.moment_in_words(arrival.received_at, calendar.zone, language),
        "handing": handing,
        "step": 1,
        **_receipt_words(receipt, handing, letterhead),
    }
    draft = _draft("acknowledgement", ref, arrival.reporter, language, letterhead, facts)
    _post_automatic(ref, "acknowledgement", draft, arrival, arrival.reporter, letterhead, keys, by, now)


def _post_automatic(
    ref: CaseRef,
    about: str,
    draft: Draft,
    arrival: Arrival,
    reporter: Reporter,
    letterhead: Letterhead,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> None:
    """Queue an automatic answer to what arrived.  It may carry a receipt, so the case keeps no copy."""
    message_id = posting.new_message_id(letterhead)
    letter = posting.post(
        ref,
        draft,
        reporter,
        letterhead,
        message_id=message_id,
        answers=arrival.message_id,
        automatic=True,
        language=arrival.language,
        keys=keys,
        now=now,
    )
    cases.remember_letter(ref, message_id, keys=keys, by=by, now=now)
    log.append(ref, LetterWritten(letter, about, mode_for(reporter), True), by=by, now=now)


def _receipt_words(receipt: Receipt, handing: Handing, letterhead: Letterhead) -> dict[str, str]:
    if handing not in (Handing.INSIDE, Handing.LINK):
        return {}
    return {"link": f"{letterhead.base_url}/my/#{receipt.code}", "code": receipt.code}


def _draft(
    name: str, ref: CaseRef, reporter: Reporter, language: str, letterhead: Letterhead, facts: dict[str, object]
) -> Draft:
    head = log.head(ref)
    common = {
        "reference": ref,
        # what a reporter wrote, their name too, is only repeated to them encrypted
        "name": reporter.name if mode_for(reporter) is Mode.ENCRYPTED else "",
        "organisation": letterhead.name_in(language),
        "page": f"{letterhead.base_url}/my/",
        "form": f"{letterhead.base_url}/report/",
        "head": " ".join(head[at : at + 8] for at in range(0, 32, 8)),
    }
    return letters.draft(name, language, {**common, **facts})


def _learn_key(
    ref: CaseRef,
    arrival: Arrival,
    receipt: Receipt,
    letterhead: Letterhead,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> None:
    """A reporter who had no key and now shows one is written to encrypted, and gets a receipt that way.

    Only when the letter came from the address that the case knows: a key is not
    taken from a stranger.  A second key takes the first one's place when the first has signed
    the letter that brings it, or cannot be written to any more and is the same; else it is told, and not taken.
    """
    known = case_queries.reporter_of(by, ref, keys)
    came = arrival.reporter
    if not came.key or came.address.lower() != known.address.lower():
        return
    if known.key:
        _change_key(ref, known, arrival, keys, by, now)
        return
    reporter = replace(known, key=came.key, fingerprint=came.fingerprint, key_since=came.key_since)
    cases.pin_key(ref, reporter, keys=keys, by=by, now=now)
    learn_key(reporter.key, reporter.fingerprint, reporter.address, keys=keys, by=by, now=now)
    if arrival.door not in (Door.LMTP, Door.FILE):
        return
    cases.issue_receipt(ref, receipt, keys=keys, by=by, now=now)
    language = case_queries.case_for(by, ref, keys).language
    facts: dict[str, object] = {**_receipt_words(receipt, Handing.INSIDE, letterhead)}
    draft = _draft("receipt", ref, reporter, language, letterhead, facts)
    answered = replace(arrival, language=language)
    _post_automatic(ref, "receipt", draft, answered, reporter, letterhead, keys, by, now)


def _change_key(ref: CaseRef, known: Reporter, arrival: Arrival, keys: VaultKeys, by: Actor, now: datetime) -> None:
    came = arrival.reporter
    same = came.fingerprint == known.fingerprint
    if same and (came.key == known.key or _usable(known).key):
        return
    if not same and arrival.content.signer != known.fingerprint:
        cases.other_key_came(ref, by=by, now=now)
        return
    reporter = replace(known, key=came.key, fingerprint=came.fingerprint, key_since=came.key_since)
    cases.pin_key(ref, reporter, keys=keys, by=by, now=now)
    learn_key(reporter.key, reporter.fingerprint, reporter.address, keys=keys, by=by, now=now)


@transaction.atomic
def write(
    ref: CaseRef, text: str, about: str, letterhead: Letterhead, *, keys: VaultKeys, by: Actor, now: datetime
) -> None:
    """Write to the reporter, as a person: kept with the case, and sent as well as it can be.

    Encrypted when their key is known; else a notice without content, and the letter
    waits on the page of the case.  ``about`` is ``reply`` or ``assessment``.
    """
    check_handler(by)
    if not text.strip():
        raise EmptyLetter("There is nothing in the letter.")
    reporter = _usable(case_queries.reporter_of(by, ref, keys))
    mode = mode_for(reporter)
    message_id = posting.new_message_id(letterhead)
    content = Content(text, protection="confidential+verified" if mode is Mode.ENCRYPTED else "unprotected")
    record = cases.file_letter(ref, content, message_id, keys=keys, by=by, now=now)
    letter = ""
    if mode is not Mode.PAGE:
        language = case_queries.case_for(by, ref, keys).language
        subject = letters.draft(about, language, {"reference": ref}).subject
        notice = _draft("notice", ref, reporter, language, letterhead, {})
        letter = posting.post(
            ref,
            Draft(subject, text) if mode is Mode.ENCRYPTED else notice,
            reporter,
            letterhead,
            message_id=message_id,
            answers=case_queries.last_message_id(by, ref, keys),
            automatic=False,
            language=language,
            keys=keys,
            now=now,
            record=record,
        )
    log.append(ref, LetterWritten(letter, about, mode, False), by=by, now=now)


def _usable(reporter: Reporter) -> Reporter:
    """The reporter without their key when it can no longer be encrypted to: then a notice goes, not content."""
    if reporter.key and not all(key.can_encrypt for key in openpgp.read_keys(reporter.key)):
        return replace(reporter, key=b"")
    return reporter


@transaction.atomic
def sending(letter: str, *, outbox_key: bytes, by: Actor, now: datetime) -> Mail:
    """Mark a letter as being sent and open it.

    Committed (and synced, with everything before it) before a byte goes out: a letter that
    left belongs to a case that is on the disk.  Should the machine die in between, the letter goes
    again, under the same Message-ID.
    """
    row = _waiting(letter)
    row.attempts += 1
    row.next_at = now + (next_try(row.attempts) or (now - now))
    row.save(update_fields=["attempts", "next_at"])
    return posting.unqueue(row, outbox_key)


@transaction.atomic
def sent(letter: str, *, by: Actor, now: datetime) -> None:
    """A mail server has taken the letter: its copy leaves the outbox."""
    row = _waiting(letter)
    OutboxLetter.objects.filter(pk=row.pk).update(state="sent", sealed=b"", code="")
    log.append(row.case or log.HOUSE, LetterSent(letter), by=by, now=now)


@transaction.atomic
def failed(letter: str, permanent: bool, code: str, *, by: Actor, now: datetime) -> None:
    """The mail server did not take the letter: try again later, or mark it undelivered."""
    row = _waiting(letter)
    if not permanent and next_try(row.attempts):
        OutboxLetter.objects.filter(pk=row.pk).update(code=code[:12])
        return
    OutboxLetter.objects.filter(pk=row.pk).update(state="undelivered", code=code[:12])
    log.append(row.case or log.HOUSE, LetterUndelivered(letter, code[:12] if permanent else "gave-up"), by=by, now=now)


def _waiting(letter: str) -> OutboxLetter:
    row = OutboxLetter.objects.select_for_update().filter(pk=letter).first()
    if row is None:
        raise NoSuchLetter("There is no such letter in the outbox.")
    if row.state != "waiting":
        raise NotWaiting("That letter is sent, or given up, already.")
    return row
