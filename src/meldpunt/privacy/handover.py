"""Hand a report over to another organisation or to the national coordinator.

A parcel is the technical part, which a person has read and cleaned, our assessment, and who reported only on a
consent that is in force: both go through the gate, ``commands.share``, and stand in the register.  It goes as a mail
encrypted to the recipient's key, or is downloaded.  The reporter is told in a letter of the same transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from meldpunt.cases import access, extras
from meldpunt.cases import queries as cases
from meldpunt.cases.queries import CaseView, FileContent
from meldpunt.cases.rules import Purpose, checked_address
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import forwarding, letters
from meldpunt.conversation.mime import File
from meldpunt.conversation.proving import utc
from meldpunt.conversation.rules import Draft, Letterhead
from meldpunt.ground.rights import Right
from meldpunt.ground.values import Actor, CaseRef
from meldpunt.ledger import log
from meldpunt.policy import words
from meldpunt.privacy import commands, drafts, parcel, queries
from meldpunt.privacy.commands import Package
from meldpunt.privacy.errors import BadShare, NoGround
from meldpunt.privacy.events import CaseHandedOver
from meldpunt.privacy.parcel import Parcel, Way
from meldpunt.privacy.rules import Ground, Kind, Leaving, Recipient, Scope, What
from meldpunt.triage.queries import SEVERITY_WORDS
from meldpunt.triage.rules import Severity, Verdict
from meldpunt.vault import openpgp
from meldpunt.vault.errors import UnusableKey
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.openpgp import Key

HANDOVER = "privacy.handover"


@dataclass(frozen=True, slots=True)
class Carrying:
    """How a parcel goes: the address and key are empty for a file."""

    way: Way
    address: str = field(default="", repr=False)
    key: Key | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What went, for handlers.  ``state``: of the letter in the outbox; empty for a file."""

    id: str
    at: datetime
    by: str
    to: Recipient
    scope: Scope | None
    way: Way
    address: str = field(repr=False)
    state: str
    document: str = field(repr=False)
    files: tuple[str, ...]
    shares: tuple[str, ...]


def carrying(address: str, key: bytes) -> Carrying:
    """By mail to ``address``, encrypted to the one public key in ``key``.  ``BadAddress``, ``BadShare``."""
    address = checked_address(address)
    try:
        found = openpgp.read_keys(key) if key.strip() else ()
    except UnusableKey:
        found = ()
    if len(found) != 1 or found[0].secret:
        raise BadShare(
            "Please paste the public OpenPGP key of the organisation: one key, with its first and last line."
        )
    if not found[0].can_encrypt:
        raise BadShare("Nothing can be encrypted to that key: it has expired, was revoked, or is too weak.")
    return Carrying(Way.MAIL, address, found[0])


def preview(
    ref: CaseRef, wanted: Parcel, letterhead: Letterhead, *, keys: VaultKeys, by: Actor, now: datetime
) -> tuple[str, str]:
    """(what the recipient would read, the letter to the reporter to edit); refused exactly as the act would be."""
    with transaction.atomic():
        text, _shares = _pack(ref, wanted, letterhead, keys=keys, by=by, now=now)
        transaction.set_rollback(True)  # nothing has left, so nothing stands in the register
    case = cases.case_for(by, ref, keys)
    facts = {
        "recipient": wanted.to.name.strip(),
        "kind": wanted.to.kind,
        "use": wanted.use,
        "scope": wanted.scope or "",
        "files": len(wanted.files),
        "not_ours": case.verdict == Verdict.NOT_OURS,
    }
    return text, drafts.draft(by, ref, "handed-over", letterhead, keys=keys, **facts)


@transaction.atomic
def hand_over(
    ref: CaseRef,
    wanted: Parcel,
    how: Carrying,
    letter: str,
    letterhead: Letterhead,
    *,
    folder: Path,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
    promised: tuple[datetime, ...] = (),
) -> str:
    """Let a parcel go, tell the reporter in ``letter``, and return its id.

    ``folder``: where the files rest.  Raises as the gate does; ``NotNow`` and ``BadShare`` as ``parcel.check``;
    ``BadShare`` for more than a mail can carry.
    """
    access.admit(by, ref, Right.DISCLOSE)
    text, shares = _pack(ref, wanted, letterhead, keys=keys, by=by, now=now)
    sent = ""
    if how.key:
        head = Draft(text.partition("\n")[0], text.partition("\n\n")[2])
        files = _for_mail(ref, wanted.files, folder, keys, by)
        going = (head, how.address, how.key, letterhead, wanted.language)
        sent = forwarding.forward(*going, files=files, keys=keys, by=by, now=now)
        for share in shares:
            commands.goes_with(share.share, sent, by=by, now=now)
    kept = {
        "to": [wanted.to.kind, wanted.to.name.strip()],
        "scope": wanted.scope or "",
        "way": how.way,
        "address": how.address,
        "letter": sent,
        "document": text,
        "files": list(wanted.files),
        "shares": [share.share for share in shares],
    }
    identity = extras.put(ref, HANDOVER, kept, to=Purpose.IDENTITY, by=by, now=now)
    conversation.write(ref, letter, "handed-over", letterhead, keys=keys, by=by, now=now, promised=promised)
    log.append(ref, CaseHandedOver(wanted.to.kind, wanted.scope is not None, how.way), by=by, now=now)
    return identity


def _pack(
    ref: CaseRef, wanted: Parcel, letterhead: Letterhead, *, keys: VaultKeys, by: Actor, now: datetime
) -> tuple[str, tuple[Package, ...]]:
    """Through the gate: the document, and what was let through."""
    case = cases.case_for(by, ref, keys)
    parcel.check(wanted, case.verdict)
    leaving = Leaving(What.TECHNICAL, wanted.to, wanted.use, Ground.NOT_PERSONAL)
    technical = commands.share(ref, leaving, text=wanted.text, files=wanted.files, keys=keys, by=by, now=now)
    if wanted.scope is None:
        return _document(case, wanted, technical, None, letterhead, keys, by, now), (technical,)
    leaving = Leaving(What.IDENTITY, wanted.to, wanted.use, Ground.CONSENT, wanted.scope)
    who = commands.share(ref, leaving, keys=keys, by=by, now=now)
    return _document(case, wanted, technical, who, letterhead, keys, by, now), (technical, who)


def _document(
    case: CaseView,
    wanted: Parcel,
    technical: Package,
    who: Package | None,
    letterhead: Letterhead,
    keys: VaultKeys,
    by: Actor,
    now: datetime,
) -> str:
    register = {one.id: one for one in queries.register_of(by, case.ref, keys)} if who else {}
    until = register[who.share].until if who else None
    judged = [one.judgement for one in cases.written(by, case.ref, keys) if one.judgement]
    facts = {
        "reference": case.ref,
        **letterhead.words_in(wanted.language),
        "contact": letterhead.address,
        "recipient": wanted.to.name.strip(),
        "use": wanted.use,
        "not_ours": case.verdict == Verdict.NOT_OURS,
        "received_utc": utc(case.received_at),
        "now_utc": utc(now),
        "verdict": case.verdict,
        "severity": SEVERITY_WORDS[words.spoken(wanted.language)][Severity(case.severity)] if case.severity else "",
        "vector": judged[-1].get("vector", "") if judged else "",
        "expected": case.expected_on.isoformat() if case.expected_on else "",
        "reporter_name": who.name if who else "",
        "reporter_address": who.address if who else "",
        "until": utc(until) if until else "",
    }
    return parcel.document(letters.draft("handover", wanted.language, facts), technical.text)


def _for_mail(ref: CaseRef, ids: Sequence[str], folder: Path, keys: VaultKeys, by: Actor) -> list[File]:
    found = [cases.file_for_handler(by, ref, one, keys, folder) for one in ids]
    if sum(file.size for file in found) > parcel.BY_MAIL_AT_MOST:
        raise BadShare("These files are too large for a mail. Choose fewer, or make a file to download.")
    names = parcel.safe_names(file.name for file in found)
    pairs = zip(names, found, strict=True)
    return [File(name, "application/octet-stream", b"".join(file.chunks)) for name, file in pairs]


def handed_over(viewer: Actor, ref: CaseRef, keys: VaultKeys) -> tuple[HandedOver, ...]:
    """What was handed over, newest first.  ``NoSuchCase`` for a reporter."""
    found = extras.of_case(viewer, ref, (HANDOVER,), keys)
    states = forwarding.states_of(one.payload["letter"] for one in found)
    return tuple(
        HandedOver(
            one.id,
            one.at,
            one.by,
            Recipient(Kind(one.payload["to"][0]), one.payload["to"][1]),
            Scope(one.payload["scope"]) if one.payload["scope"] else None,
            Way(one.payload["way"]),
            one.payload["address"],
            states.get(one.payload["letter"], ""),
            one.payload["document"],
            tuple(one.payload["files"]),
            tuple(one.payload["shares"]),
        )
        for one in reversed(found)
    )


def contents(
    viewer: Actor, ref: CaseRef, identity: str, folder: Path, keys: VaultKeys, now: datetime
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """A parcel to download: the names in it with what each holds.  The gate is asked again: ``NoGround``."""
    found = next((one for one in handed_over(viewer, ref, keys) if one.id == identity), None)
    if found is None:
        raise BadShare("There is no such parcel.")
    if not queries.still_allowed(ref, found.shares, now):
        raise NoGround("The reporter has taken the consent back, or it has ended. Make a parcel without who reported.")
    files: list[FileContent] = [cases.file_for_handler(viewer, ref, one, keys, folder) for one in found.files]
    names = parcel.safe_names(file.name for file in files)
    inside = [(f"files/{name}", file.chunks) for name, file in zip(names, files, strict=True)]
    return iter([(f"handover-{ref}.txt", iter([found.document.encode()])), *inside])
