"""Take a report in and acknowledge it; write to the reporter."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction

from meldpunt.cases import access
from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.cases.rules import Arrival, Content, KeySource, Reporter
from meldpunt.conversation import posting
from meldpunt.conversation.enclosing import as_mail
from meldpunt.conversation.errors import EmptyLetter
from meldpunt.conversation.events import LetterPromised, LetterWritten
from meldpunt.conversation.keys import change_key, taken, usable
from meldpunt.conversation.mime import File
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.proving import Proof, prove
from meldpunt.conversation.rules import Draft, Enclosed, Handing, Letterhead, Mode, handing_again, handing_for, mode_for
from meldpunt.conversation.writing import draft, in_groups, mail
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.intake.rules import Door, Outcome
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.policy.queries import Published
from meldpunt.policy.rules import due
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
    answer: bool = True,
) -> tuple[Outcome, CaseRef]:
    """Make a case of what arrived, or add it to the case where it belongs, and acknowledge a new one.

    One transaction: either the spool is emptied of it, the case is there and the
    acknowledgement lies in the outbox, or nothing has happened.  ``published`` is the policy of
    now, if the caller has it at hand; a report keeps the one under which it was made.  Without ``answer``
    nothing is sent: the letter wants no automatic one.
    """
    belongs = case_queries.same_letter(arrival, keys) or belongs
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
    proof = prove(ref, arrival, letterhead, published, keys=keys, by=by, now=now)
    if answer and arrival.reporter.address and posting.may_answer(arrival.reporter.address, keys, now):
        _acknowledge(ref, arrival, receipt, handing, letterhead, published, keys, by, now, proof.mark, proof)
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
    head: str = "",
    proof: Proof | None = None,
) -> None:
    """``head``: the hash of the entry that is about the report: the case's first, or the one of its ``proof``."""
    calendar, language = published.policy.calendar, arrival.language
    owed = due(published.policy.assessment, arrival.received_at, calendar)
    facts: dict[str, object] = {
        "due": words.due_in_words(owed.due_on, calendar.zone, language),
        "received": words.moment_in_words(arrival.received_at, calendar.zone, language),
        "handing": handing,
        "step": str(proof.step if proof else 1),
        **_receipt_words(receipt, handing, letterhead),
        **({"head": in_groups(head)} if head else {}),
    }
    files = proof.files(ref, handing, mode_for(arrival.reporter)) if proof else ()
    facts["statement"] = len(files)
    words_ = draft("acknowledgement", ref, arrival.reporter, language, letterhead, facts)
    answers, theirs = arrival.message_id, arrival.reporter
    _post_automatic(ref, "acknowledgement", words_, answers, language, theirs, letterhead, keys, by, now, files)


def _post_automatic(
    ref: CaseRef,
    about: str,
    draft: Draft,
    answers: str,
    language: str,
    reporter: Reporter,
    letterhead: Letterhead,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    files: Sequence[File] = (),
) -> None:
    """Queue an automatic answer to what arrived.  It may carry a receipt, so the case keeps no copy."""
    message_id = posting.new_message_id(letterhead)
    letter = posting.post(
        ref,
        draft,
        reporter,
        letterhead,
        message_id=message_id,
        answers=answers,
        automatic=True,
        language=language,
        keys=keys,
        now=now,
        files=files,
    )
    cases.remember_letter(ref, message_id, keys=keys, by=by, now=now)
    log.append(ref, LetterWritten(letter, about, mode_for(reporter), True), by=by, now=now)


def _receipt_words(receipt: Receipt, handing: Handing, letterhead: Letterhead) -> dict[str, str]:
    if handing not in (Handing.INSIDE, Handing.LINK):
        return {}
    return {"link": f"{letterhead.base_url}/my/#{receipt.code}", "code": receipt.code}


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
    the letter that brings it; else it is told, and not taken.  A newer copy of the same key renews it.
    """
    known = case_queries.reporter_of(by, ref, keys)
    came = arrival.reporter
    if not came.key or came.address.lower() != known.address.lower():
        return
    if known.key:
        change_key(ref, known, arrival, keys=keys, by=by, now=now)
        return
    reporter = taken(known, came)
    cases.pin_key(ref, reporter, keys=keys, by=by, now=now)
    learn_key(reporter.key, reporter.fingerprint, reporter.address, keys=keys, by=by, now=now)
    if arrival.door in (Door.LMTP, Door.FILE):
        hand_receipt(ref, reporter, receipt, letterhead, arrival.message_id, keys=keys, by=by, now=now)


@transaction.atomic(savepoint=False)
def hand_receipt(
    ref: CaseRef,
    reporter: Reporter,
    receipt: Receipt,
    letterhead: Letterhead,
    answers: str,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> None:
    """Give a reporter whose key is known by now a receipt, in an encrypted letter.  An older one dies.

    ``answers``: the Message-ID of what they wrote.
    """
    cases.issue_receipt(ref, receipt, keys=keys, by=by, now=now)
    language = case_queries.case_for(by, ref, keys).language
    found = reporter.key_from == KeySource.DIRECTORY
    facts: dict[str, object] = {**_receipt_words(receipt, Handing.INSIDE, letterhead), "found": found}
    words_ = draft("receipt", ref, reporter, language, letterhead, facts)
    _post_automatic(ref, "receipt", words_, answers, language, reporter, letterhead, keys, by, now)


@transaction.atomic
def write(
    ref: CaseRef,
    text: str,
    about: str,
    letterhead: Letterhead,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
    files: Sequence[File] = (),
    grace: timedelta | None = None,
    by_program: bool = False,
) -> None:
    """Write to the reporter, as a person: kept with the case, and sent as well as it can be.

    Encrypted when their key is known; else a notice without content, and the letter
    waits on the page of the case.  ``about`` names its template.  ``promised``: the moments (first late
    one, with zone) by which the letter says that the reporter hears more; each becomes a clock.
    ``files`` go along when the letter goes encrypted; the case keeps no copy of them.  Those that the letterhead has
    stand with the letter on the page of the case, and go along by mail when that is encrypted, never otherwise.
    ``grace``: it goes, and is read, so much later, unless it is taken back.  ``by_program``: it keeps no promise.
    """
    access.admit(by, ref, Right.WRITE)
    if not text.strip():
        raise EmptyLetter("There is nothing in the letter.")
    reporter, enclosed = usable(case_queries.reporter_of(by, ref, keys)), letterhead.enclosed_in(ref)
    mode = mode_for(reporter)
    message_id = posting.new_message_id(letterhead)
    protection = "confidential+verified" if mode is Mode.ENCRYPTED else "unprotected"
    content = Content(text, enclosed.files if enclosed else (), protection=protection)
    open_from = now + grace if grace else None
    record = cases.file_letter(ref, content, message_id, keys=keys, by=by, now=now, open_from=open_from)
    one = (text, record, message_id)
    if enclosed and mode is Mode.ENCRYPTED:
        files = (*files, *as_mail(enclosed))
    letter = "" if mode is Mode.PAGE else mail(ref, about, one, reporter, letterhead, keys, by, now, files)
    if grace:
        OutboxLetter.objects.filter(pk=letter).update(next_at=open_from)
    log.append(ref, LetterWritten(letter, about, mode, by_program), by=by, now=now)
    for due_at in promised:
        log.append(ref, LetterPromised(due_at.astimezone(UTC).isoformat()), by=by, now=now)


@transaction.atomic
def mail_again(
    ref: CaseRef,
    record: str,
    about: str,
    letterhead: Letterhead,
    *,
    folder: Path,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> str:
    """Send a letter that a person wrote once more, to the address and key of now; return its id in the outbox.

    Its files go along again when it goes encrypted.
    """
    access.admit(by, ref, Right.WORK)
    reporter = usable(case_queries.reporter_of(by, ref, keys))
    [text] = [one.text for one in case_queries.written(by, ref, keys) if one.id == record]
    message_id = posting.new_message_id(letterhead)
    cases.remember_letter(ref, message_id, keys=keys, by=by, now=now)
    files = as_mail(Enclosed(ref, case_queries.files_of_record(by, ref, record, keys), folder)) if reporter.key else ()
    return mail(ref, about, (text, record, message_id), reporter, letterhead, keys, by, now, files)


@transaction.atomic
def acknowledge_again(
    ref: CaseRef, receipt: Receipt, letterhead: Letterhead, *, keys: VaultKeys, by: Actor, now: datetime
) -> None:
    """Confirm a report once more, to the address and key of now.

    A receipt that was in the lost letter dies, and the new one goes no weaker way than that one did.
    """
    access.admit(by, ref, Right.WORK)
    reporter = usable(case_queries.reporter_of(by, ref, keys))
    case, told = case_queries.case_for(by, ref, keys), log.read(ref)
    was_mailed = any(entry.kind == "receipt.issued" and entry.facts["by_mail"] for entry in told)
    handing = handing_again(case.door, reporter, was_mailed)
    if handing in (Handing.INSIDE, Handing.LINK):
        cases.issue_receipt(ref, receipt, keys=keys, by=by, now=now)
    known = (case.received_at, case.door, Content("", protection=case.protection), reporter)
    answers = case_queries.last_message_id(by, ref, keys)
    arrival = Arrival("", *known, "", case.language, case.policy_version, message_id=answers)
    published = policy.version(case.policy_version)
    _acknowledge(ref, arrival, receipt, handing, letterhead, published, keys, by, now, told[0].hash)
