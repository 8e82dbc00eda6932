"""Ways to change a case: open one, join one, take it, write a note in it."""

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from meldpunt.cases import access, people, rules, sealed
from meldpunt.cases.errors import EmptyNote, NoSuchCase, NotYours
from meldpunt.cases.events import (
    AddressCorrected,
    CaseOpened,
    CaseTaken,
    LetterRepeated,
    NoteKept,
    OtherKeyCame,
    OtherKeyFound,
    ReceiptIssued,
    ReporterKeyFound,
    ReporterKeyPinned,
    ReporterKeyRenewed,
    ReporterWrote,
)
from meldpunt.cases.models import Case, Record, Seal, Thread
from meldpunt.cases.queries import same_letter
from meldpunt.cases.rules import Arrival, Content, KeySource, Purpose, Reach, RecordKind, Reporter
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import REPORTER, Actor, CaseRef
from meldpunt.intake.commands import settle
from meldpunt.intake.rules import Outcome
from meldpunt.ledger import log
from meldpunt.ledger.line import ask
from meldpunt.ledger.rows import insert, insert_one, look
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.queries import address_token
from meldpunt.vault.rules import Receipt


@transaction.atomic(savepoint=False)
def open_case(
    arrival: Arrival, receipt: Receipt | None, prefix: str, *, keys: VaultKeys, by: Actor, now: datetime
) -> CaseRef:
    """Make a case of a report: keys, identity, the report itself, and the spool emptied of it.

    ``receipt`` is the one that the form has shown or that the acknowledgement will
    carry; ``None`` when the reporter cannot be given one yet.
    """
    reporter = arrival.reporter
    case = Case(
        ref=_next_reference(prefix, now.year),
        opened_at=now,
        received_at=arrival.received_at,
        door=arrival.door,
        language=arrival.language,
        policy_version=arrival.policy_version,
        reach=Reach.MAIL if reporter.address else Reach.PAGE,
        protection=arrival.content.protection,
        sender=address_token(reporter.address, keys) if reporter.address else "",
        title=b"",
        who=b"",
        identity=b"",
    )
    sealed.lock_title(case, arrival.title, keys)
    pairs = sealed.make_keys(case)
    sealed.seal_reporter(case, reporter, keys)
    insert_one(case)
    sealed.seal_keys(case, pairs, receipt, keys)
    _file(case, RecordKind.REPORT, arrival, 1, keys)
    settle(arrival.item, Outcome.OPENED, case.ref, by=by, now=now)
    opened = CaseOpened(
        arrival.received_at.isoformat(),
        case.door,
        case.policy_version,
        case.language,
        case.reach,
        case.protection,
    )
    log.append(case.ref, opened, by=by, now=now)
    if receipt:
        log.append(case.ref, ReceiptIssued(arrival.door not in ("form", "json")), by=by, now=now)
    return CaseRef(case.ref)


def _next_reference(prefix: str, year: int) -> CaseRef:
    """The next one of the year: counted up in one statement, so that two openers never get the same."""
    [(number,)] = ask(
        "INSERT INTO cases_counter (name, last) VALUES (%s, 1)"
        " ON CONFLICT (name) DO UPDATE SET last = cases_counter.last + 1 RETURNING last",
        [f"{prefix}-{year}"],
    )
    return rules.reference(prefix, year, number)


def _file(case: Case, kind: RecordKind, arrival: Arrival, number: int, keys: VaultKeys, elsewhere: bytes = b"") -> None:
    """Write what was said as record ``number``, the raw letter beside it, and where its answers will belong.

    ``elsewhere``: who sent it, sealed, when that was not the reporter.
    """
    content = arrival.content
    written: dict[str, Any] = {"by": REPORTER, "at": arrival.received_at}
    said = {**_payload(content), "message_id": arrival.message_id, "elsewhere": elsewhere.hex()}
    records = [sealed.prepared(case, kind, number, said, **written, door=arrival.door, protection=content.protection)]
    if arrival.raw_file or arrival.raw:
        kept = b"file" + json.dumps(dict(arrival.raw_file)).encode() if arrival.raw_file else b"here" + arrival.raw
        records.append(sealed.prepared(case, RecordKind.RAW, number + 1, kept, **written))
    insert(*records)
    if token := sealed.letter_token(arrival, keys):
        # a conflict is ignored: who copies somebody's Message-ID does not get their answers
        insert(Thread(token=token, case=case, digest=sealed.content_token(content, keys)), or_ignore=True)


def _payload(content: Content) -> dict[str, Any]:
    return {
        "text": content.text,
        "subject": content.subject,
        "files": [file.plain() for file in content.files],
        "signer": content.signer,
        "form": content.form,
    }


@transaction.atomic(savepoint=False)
def join(ref: CaseRef, arrival: Arrival, *, keys: VaultKeys, by: Actor, now: datetime) -> bool:
    """Add what a reporter wrote to their case.

    Returns whether it was new: the same letter that comes twice is kept once.
    """
    case = _hold(ref)
    elsewhere = sealed.from_elsewhere(case, arrival, keys)
    again = same_letter(arrival, keys) == case.ref
    settle(arrival.item, Outcome.JOINED, case.ref, by=by, now=now)
    if again:
        log.append(case.ref, LetterRepeated(arrival.received_at.isoformat()), by=by, now=now)
        return False
    _file(case, RecordKind.FROM_REPORTER, arrival, sealed.next_number(case), keys, elsewhere)
    wrote = ReporterWrote(arrival.received_at.isoformat(), arrival.door, arrival.content.protection, bool(elsewhere))
    log.append(case.ref, wrote, by=REPORTER, now=now)
    return True


@transaction.atomic(savepoint=False)
def pin_key(ref: CaseRef, reporter: Reporter, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Remember the key that the reporter has shown, or that was found: what we write to them is encrypted to it."""
    case = _hold(ref)
    before = sealed.open_reporter(case, sealed.private_key(case, Purpose.IDENTITY, keys))
    sealed.seal_reporter(case, reporter, keys)
    case.save(update_fields=["identity", "who", "has_key"])
    log.append(case.ref, _pinned(before, reporter), by=by, now=now)


def _pinned(before: Reporter, after: Reporter) -> log.Fact:
    if before.fingerprint == after.fingerprint:
        return ReporterKeyRenewed()
    if not before.fingerprint and after.key_from == KeySource.DIRECTORY:
        return ReporterKeyFound()
    return ReporterKeyPinned(bool(before.fingerprint))


@transaction.atomic(savepoint=False)
def other_key_found(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """A key directory has another key for the reporter's address.  It is not taken, and told."""
    log.append(_hold(ref).ref, OtherKeyFound(), by=by, now=now)


@transaction.atomic(savepoint=False)
def other_key_came(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """A letter from the reporter's address brought a key that nobody vouches for.  It is not taken, and told."""
    log.append(_hold(ref).ref, OtherKeyCame(), by=by, now=now)


@transaction.atomic(savepoint=False)
def issue_receipt(ref: CaseRef, receipt: Receipt, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Give the reporter a receipt by letter.  An older one of the same case dies."""
    case = _hold(ref)
    Seal.objects.filter(case=case, holder=sealed.RECEIPT).delete()
    private = sealed.private_key(case, Purpose.CASE, keys)
    sealed.seal_for_receipt(case, private, receipt).save(force_insert=True)
    log.append(case.ref, ReceiptIssued(True), by=by, now=now)


@transaction.atomic(savepoint=False)
def file_letter(
    ref: CaseRef,
    content: Content,
    message_id: str,
    *,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    open_from: datetime | None = None,
) -> str:
    """Keep a letter of ours to the reporter with the case; return its record's id.

    ``open_from``: until then the reporter does not see it, and who wrote it can take it back.
    """
    case, written = _hold(ref), _payload(content)
    how: dict[str, Any] = {"protection": content.protection, "open_from": open_from}
    record = sealed.write(case, RecordKind.TO_REPORTER, written, by=by, at=now, **how)
    remember_letter(ref, message_id, keys=keys, by=by, now=now)
    return record.id


@transaction.atomic(savepoint=False)
def remember_letter(ref: CaseRef, message_id: str, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Know a letter of ours again: its answer belongs to this case, and it is not a report when it comes back."""
    row = look(Case, "id", ref=ref)
    if row is None:
        raise NoSuchCase("There is no case %(ref)s.", ref=ref)
    insert(Thread(token=sealed.message_token(message_id, keys), case_id=row[0], ours=True))


@transaction.atomic(savepoint=False)
def answer_tag(ref: CaseRef, *, keys: VaultKeys, by: Actor, now: datetime) -> str:
    """The tag of the address to which answers in this case go: from now on a letter to it belongs here."""
    case, tag = Case.objects.only("id").get(ref=ref), sealed.answer_tag(ref, keys)
    mark = Thread(token=sealed.tag_token(tag, keys), case=case, ours=True)
    Thread.objects.bulk_create([mark], ignore_conflicts=True)
    return tag


@transaction.atomic(savepoint=False)
def correct_address(ref: CaseRef, address: str, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Put another address in the place of the reporter's.  A person vouches for it: nobody has proved it.

    ``BadAddress``.
    """
    access.admit(by, ref, Right.WORK)
    address = rules.checked_address(address)
    case = _hold(ref)
    reporter = sealed.open_reporter(case, sealed.private_key(case, Purpose.IDENTITY, keys))
    if address == reporter.address:
        return
    sealed.seal_reporter(case, replace(reporter, address=address), keys)
    case.sender, case.reach = address_token(address, keys), Reach.MAIL
    case.save(update_fields=["identity", "who", "has_key", "sender", "reach"])
    log.append(case.ref, AddressCorrected(), by=by, now=now)


@transaction.atomic(savepoint=False)
def judge(ref: CaseRef, judgement: dict[str, Any], *, by: Actor, now: datetime) -> int:
    """Keep a person's judgement: sealed in full, and in the row what lists show.

    Returns which judgement of this case it is: 1 for the first.
    """
    access.admit(by, ref, Right.WORK)
    case = _hold(ref)
    sealed.write(case, RecordKind.JUDGEMENT, judgement, by=by, at=now)
    case.verdict, case.severity = judgement["verdict"], judgement["severity"]
    case.expected_on = judgement["expected_on"] or None
    case.handler = case.handler or by.name
    case.save(update_fields=["verdict", "severity", "expected_on", "handler"])
    return Record.objects.filter(case=case, kind=RecordKind.JUDGEMENT).count()


@transaction.atomic(savepoint=False)
def expect(ref: CaseRef, day: date, *, by: Actor, now: datetime) -> None:
    """Show another expected day in lists.  Who changes it tells the ledger."""
    access.admit(by, ref, Right.WORK)
    _hold(ref)
    Case.objects.filter(ref=ref).update(expected_on=day)


@transaction.atomic
def take(ref: CaseRef, *, by: Actor, now: datetime) -> None:
    """Make the case the actor's own to handle."""
    access.admit(by, ref, Right.WORK)
    _assign(ref, by.name, by=by, now=now)


@transaction.atomic
def give(ref: CaseRef, to: str, *, by: Actor, now: datetime) -> None:
    """Make the case a colleague's to handle: somebody who works on reports, and may see this one."""
    access.admit(by, ref, Right.GIVE)
    theirs = people.actor(to)
    if not may(theirs, Right.WORK) or not access.sees(theirs, ref):
        raise NotYours("That colleague may not work on this case.")
    _assign(ref, to, by=by, now=now)


def _assign(ref: CaseRef, to: str, *, by: Actor, now: datetime) -> None:
    case = _hold(ref)
    if case.handler == to:
        return
    case.handler = to
    case.save(update_fields=["handler"])
    log.append(case.ref, CaseTaken(to), by=by, now=now)


@transaction.atomic
def note(ref: CaseRef, text: str, *, keys: VaultKeys, by: Actor, now: datetime) -> None:
    """Keep an internal note.  Sealed to the desk key: no receipt opens it."""
    access.admit(by, ref, Right.NOTE)
    if not text.strip():
        raise EmptyNote("There is nothing in the note.")
    case = _hold(ref)
    sealed.write(case, RecordKind.NOTE, {"text": text}, by=by, at=now)
    log.append(case.ref, NoteKept(), by=by, now=now)


def _hold(ref: CaseRef) -> Case:
    """Lock the row until the transaction ends, so that two people take turns."""
    case = Case.objects.select_for_update().filter(ref=ref).first()
    if case is None:
        raise NoSuchCase("There is no case %(ref)s.", ref=ref)
    return case
