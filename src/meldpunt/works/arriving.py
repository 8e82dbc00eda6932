"""What arrived, translated into what a case takes: letter, form or message."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from meldpunt.cases import queries as cases
from meldpunt.cases.rules import Arrival, Content, Reporter, references_in, title_of
from meldpunt.ground.values import CaseRef, Language
from meldpunt.intake import reading
from meldpunt.intake.opening import keys_in
from meldpunt.intake.queries import Arrived
from meldpunt.intake.reading import Automatic, Letter
from meldpunt.intake.rules import SafePart, Submission, Upload
from meldpunt.policy import queries as policy
from meldpunt.policy.queries import Published
from meldpunt.vault import openpgp
from meldpunt.vault import queries as vault
from meldpunt.vault.errors import UnusableKey
from meldpunt.vault.keyring import VaultKeys
from meldpunt.works.filing import Filing

WHERE = {Language.DUTCH: "Waar", Language.ENGLISH: "Where"}
IMPACT = {Language.DUTCH: "Wat iemand ermee kan", Language.ENGLISH: "What somebody could do with it"}


def read_letter(raw: bytes, keys: VaultKeys) -> Letter:
    """Read the letter with all our keys, and with those we know of its sender."""

    def known(address: str) -> tuple[bytes, ...]:
        return vault.signing_keys(address, keys)

    letter = reading.read(raw, secrets=vault.own_secrets(keys), known=known)
    if letter.message_id and cases.is_from_us(letter.message_id, keys):
        return replace(letter, automatic=Automatic.OWN)
    # it calls itself ours and is not: a person of another house wrote it
    return replace(letter, automatic=None) if letter.automatic is Automatic.OWN else letter


def safe_part_of(item: Arrived, letter: Letter, filing: Filing) -> SafePart:
    """What a person may see of a letter that is held, and what may go on from it.

    The letter is read once more, without any key of ours, so nothing that was encrypted can be
    in it.  Its files are sealed and on the disk when this returns.
    """
    bare = reading.read(item.raw, secrets=(), known=())
    put_away = [filing.put_away(file) for file in bare.attachments]
    return SafePart(
        bare.sender_name,
        bare.sender,
        bare.subject,
        bare.text,
        tuple(Upload(file.name, file.content_type, file.sealed, file.kind, file.scan) for file in put_away),
        bare.message_id,
        (*bare.references, *bare.in_reply_to),
        letter.language,
        letter.form,
    )


def place_of(letter: Letter | None, keys: VaultKeys, published: Published | None = None) -> CaseRef | None:
    """The case where a letter belongs: by its thread, else by a reference from the sender that the case knows."""
    if letter is None:
        return None
    found = cases.belongs_to([*letter.references, *letter.in_reply_to], keys)
    return found or _by_reference(letter, keys, published or policy.current())


def _by_reference(letter: Letter, keys: VaultKeys, published: Published) -> CaseRef | None:
    prefix = published.policy.organisation.reference_prefix
    for ref in references_in(letter.subject, prefix):
        if known := cases.known_sender(ref, letter.sender, keys):
            return known
    return None


def arrival_of(
    item: Arrived,
    letter: Letter | None,
    keys: VaultKeys,
    filing: Filing,
    now: datetime,
    published: Published | None = None,
) -> Arrival:
    """What a case takes, from whichever door; files are sealed and on the disk when this returns."""
    if letter is not None:
        return _of_letter(item, letter, keys, filing, now, (published or policy.current()).version)
    if item.submission is not None:
        return _of_submission(item, item.submission, keys, filing, now)
    message: Mapping[str, Any] = item.message or {}
    opened = reading.read_form_text(message["text"], vault.own_secrets(keys), ())
    uploads = tuple(filing.looked_at(Upload(**file)) for file in message["files"])
    content = Content(opened.text, uploads, "", opened.signer or "", opened.form, opened.protection)
    return Arrival(item.token, item.received_at, item.door, content, Reporter())


def _of_letter(item: Arrived, letter: Letter, keys: VaultKeys, filing: Filing, now: datetime, version: int) -> Arrival:
    attached = tuple(filing.put_away(file) for file in letter.attachments)
    content = Content(letter.text, attached, letter.subject, letter.signer or "", letter.form, letter.protection)
    return Arrival(
        item.token,
        item.received_at,
        item.door,
        content,
        _reporter(letter.sender_name, letter.sender, letter.keys, keys, now),
        title_of(letter.subject, letter.text),
        letter.language,
        version,
        b"" if item.raw_file else item.raw,
        item.raw_file.plain() if item.raw_file else None,
        letter.message_id,
    )


def _of_submission(item: Arrived, form: Submission, keys: VaultKeys, filing: Filing, now: datetime) -> Arrival:
    shown = (_binary(form.key),) if form.key else ()
    opened = reading.read_form_text(form.description, vault.own_secrets(keys), shown)
    language = Language(form.language)
    parts = [
        f"{WHERE[language]}: {form.system.strip()}" if form.system.strip() else "",
        opened.text,
        f"{IMPACT[language]}:\n{form.impact.strip()}" if form.impact.strip() else "",
    ]
    text = "\n\n".join(part for part in parts if part)
    uploads = tuple(filing.looked_at(file) for file in form.files)
    content = Content(text, uploads, "", opened.signer or "", opened.form, opened.protection)
    return Arrival(
        item.token,
        item.received_at,
        item.door,
        content,
        _reporter(form.name, form.address, shown, keys, now),
        title_of("", opened.text, form.system),
        language,
        form.policy_version,
    )


def _binary(armoured: str) -> bytes:
    """The first key in a form's field, as bytes; empty when there is none that we can read."""
    try:
        found = openpgp.read_keys(armoured.encode("utf-8", "replace"))
    except UnusableKey:
        return b""
    return found[0].data if found and not found[0].secret else b""


def _reporter(name: str, address: str, came: tuple[bytes, ...], keys: VaultKeys, now: datetime) -> Reporter:
    """Who wrote, with the first key of theirs that can be encrypted to: one that came along, else one we know."""
    for data in chain(came, _known(address, keys)):
        for key in keys_in(data):
            theirs = not key.addresses or address.lower() in (name.lower() for name in key.addresses)
            if key.can_encrypt and not key.secret and (theirs or not address):
                return Reporter(name, address, key.data, key.fingerprint, now.isoformat())
    return Reporter(name, address)


def _known(address: str, keys: VaultKeys) -> Iterator[bytes]:
    """Looked up only when it is needed."""
    yield from vault.known_keys([address], keys)
