"""What arrived, translated into what a case takes: letter, form or message."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, zip_longest

from django.conf import settings

from meldpunt.cases import queries as cases
from meldpunt.cases.rules import Arrival, Content, FileRef, Reporter, references_in, title_of
from meldpunt.ground.values import Actor, CaseRef, Language
from meldpunt.intake import kinds, machine, reader
from meldpunt.intake.address import mailboxes
from meldpunt.intake.answers import ReadForm, ReadLetter, form_of, letter_of
from meldpunt.intake.letter import Automatic, Letter, Protection, Trouble
from meldpunt.intake.opening import keys_in
from meldpunt.intake.queries import Arrived
from meldpunt.intake.reader import Job, ReaderFault
from meldpunt.intake.rules import SafePart, Submission, Upload
from meldpunt.policy import queries as policy
from meldpunt.policy.queries import Published
from meldpunt.vault import queries as vault
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.openpgp import Key
from meldpunt.works.filing import Filing
from meldpunt.works.opening import uploads_of

WHERE = {Language.DUTCH: "Waar", Language.ENGLISH: "Where"}
LONGEST_ADDRESS = 254
IMPACT = {Language.DUTCH: "Wat iemand ermee kan", Language.ENGLISH: "What somebody could do with it"}


def begin(item: Arrived, secrets: Sequence[bytes]) -> Job | None:
    """Hand what arrived to the reader, if there is anything to read; see ``finish``."""
    if item.raw:
        return reader.ours().begin(item.raw, secrets)
    text, pasted, others = _form_of(item)
    return reader.ours().begin_form(text, pasted, secrets, others)


def finish(item: Arrived, job: Job | None, known: reader.Known, keys: VaultKeys) -> ReadLetter | ReadForm:
    """What the reader found.  A letter is read with all our keys, and with those ``known`` of its sender."""
    if not item.raw or job is None:
        text, _, others = _form_of(item)
        return form_of(job, text, others)
    found = letter_of(job, known, item.envelope.sender)
    return replace(found, letter=_judged(found.letter, keys))


def read_letter(raw: bytes, keys: VaultKeys) -> Letter:
    """Read a letter now."""
    job = reader.ours().begin(raw, vault.own_secrets(keys))
    return _judged(letter_of(job, lambda address: vault.signing_keys(address, keys)).letter, keys)


def _judged(letter: Letter, keys: VaultKeys) -> Letter:
    """Whether it is one of our own letters that came back, or was sent to us through a list after all."""
    if letter.message_id and cases.is_from_us(letter.message_id, keys):
        return replace(letter, automatic=Automatic.OWN)
    if letter.automatic is Automatic.LIST and _means_us(letter, keys):
        return replace(letter, automatic=None)
    if letter.guessed and cases.belongs_to([*letter.references, *letter.in_reply_to], keys):
        return _in_conversation(letter)
    # it calls itself ours and is not: a person of another house wrote it
    return replace(letter, automatic=None) if letter.automatic is Automatic.OWN else letter


def _in_conversation(letter: Letter) -> Letter:
    """What reads like a machine's and answers a letter of ours: a bounce, an answering machine, or a person."""
    trouble = None if letter.trouble is Trouble.MACHINE_OR_PERSON else letter.trouble
    if letter.automatic is Automatic.BOUNCE or machine.says_absent(letter.subject):
        return replace(letter, guessed=False, trouble=trouble)
    # "I am away, but the answer is": joins, and is not answered
    return replace(letter, automatic=None, guessed=False, trouble=trouble)


def _means_us(letter: Letter, keys: VaultKeys) -> bool:
    """Whether mail of a list came through one of our own, or answers a letter of ours."""
    contact = policy.current().policy.organisation.contact
    if machine.is_own_list(letter.lists, contact, settings.CONFIG.own_lists.split(",")):
        return True
    return bool(cases.belongs_to([*letter.references, *letter.in_reply_to], keys))


def _form_of(item: Arrived) -> tuple[str, str, tuple[str, ...]]:
    """The text of a form or message, the key that stood beside it, and its other texts."""
    if item.submission is not None:
        return item.submission.description, item.submission.key, item.submission.texts
    return str((item.message or {}).get("text", "")), "", ()


def safe_part_of(found: ReadLetter, filing: Filing) -> SafePart:
    """What a person may see of a letter that is held, and what may go on from it.

    It was read without any key of ours, so nothing that was encrypted can be in it.  Its files are
    sealed and on the disk when this returns.
    """
    letter, bare = found.letter, found.bare
    if bare is None:
        raise ReaderFault("a letter in trouble came without its safe part")
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


def place_of(
    letter: Letter | None, keys: VaultKeys, published: Published | None = None, recipients: Sequence[str] = ()
) -> CaseRef | None:
    """The case where a letter belongs, if any.

    By the address that it was sent to (``recipients`` are those of its envelope), else by its thread, else by a
    reference from the sender that the case knows.
    """
    if letter is None:
        return None
    found = cases.tagged([*recipients, *letter.recipients], keys)
    found = found or cases.belongs_to([*letter.references, *letter.in_reply_to], keys)
    return found or _by_reference(letter, keys, published or policy.current())


def vouched(letter: Letter, place: CaseRef | None, keys: VaultKeys, by: Actor) -> Letter:
    """The letter with its signer, if that key may speak for it.

    A key that came along with an earlier letter was shown by whoever wrote that one: it speaks for the case
    that pinned it, and nowhere else.  Keys of ours, and those that the operator imported, speak everywhere.
    """
    if letter.signer is None or vault.vouches_everywhere(letter.signer, keys):
        return letter
    if place and cases.reporter_of(by, place, keys).fingerprint == letter.signer:
        return letter
    return replace(letter, signer=None, protection=UNSIGNED[letter.protection])


UNSIGNED = {
    Protection.UNPROTECTED: Protection.UNPROTECTED,
    Protection.VERIFIED: Protection.UNPROTECTED,
    Protection.CONFIDENTIAL: Protection.CONFIDENTIAL,
    Protection.BOTH: Protection.CONFIDENTIAL,
}


def _by_reference(letter: Letter, keys: VaultKeys, published: Published) -> CaseRef | None:
    prefix = published.policy.organisation.reference_prefix
    for ref in references_in(letter.subject, prefix):
        if known := cases.known_sender(ref, letter.sender, keys):
            return known
    return None


def arrival_of(
    item: Arrived,
    found: ReadLetter | ReadForm,
    keys: VaultKeys,
    filing: Filing,
    now: datetime,
    published: Published | None = None,
) -> Arrival:
    """What a case takes, from whichever door; files are sealed and on the disk when this returns."""
    if isinstance(found, ReadLetter):
        return _of_letter(item, found, keys, filing, now, (published or policy.current()).version)
    if item.submission is not None:
        return _of_submission(item, item.submission, found, keys, filing, now)
    uploads = _filed(item, found, filing)
    return Arrival(item.token, item.received_at, item.door, _content(found, found.text.text, uploads), Reporter())


def _filed(item: Arrived, found: ReadForm, filing: Filing) -> tuple[FileRef, ...]:
    """The files that came; in place of one that was encrypted, what was in it."""
    came = zip_longest(uploads_of(item), found.files, fillvalue=())
    pairs = ((upload, opened) for upload, opened in came if isinstance(upload, Upload))
    filed = (filing.in_place_of(file, opened) if opened else (filing.looked_at(file),) for file, opened in pairs)
    return tuple(chain.from_iterable(filed))


def _content(found: ReadForm, text: str, uploads: tuple[FileRef, ...]) -> Content:
    opened = found.text
    return Content(text, uploads, "", opened.signer or "", opened.form, opened.protection)


def _of_letter(
    item: Arrived, found: ReadLetter, keys: VaultKeys, filing: Filing, now: datetime, version: int
) -> Arrival:
    letter = found.letter
    attached = tuple(filing.put_away(file) for file in letter.attachments)
    content = Content(letter.text, attached, letter.subject, letter.signer or "", letter.form, letter.protection)
    return Arrival(
        item.token,
        item.received_at,
        item.door,
        content,
        _reporter(letter.sender_name, letter.sender, found.keys, keys, now),
        title_of(letter.subject, letter.text),
        letter.language,
        version,
        b"" if item.raw_file else item.raw,
        item.raw_file.plain() if item.raw_file else None,
        letter.message_id,
    )


def _of_submission(
    item: Arrived, form: Submission, found: ReadForm, keys: VaultKeys, filing: Filing, now: datetime
) -> Arrival:
    language, said = Language(form.language), found.text.text
    form = form.with_texts(said, [one.text for one in found.others])
    parts = [
        f"{WHERE[language]}: {form.system.strip()}" if form.system.strip() else "",
        said,
        *kinds.in_words(form.kind, dict(form.answers), language),
        f"{IMPACT[language]}:\n{form.impact.strip()}" if form.impact.strip() else "",
    ]
    text = "\n\n".join(part for part in parts if part)
    uploads = _filed(item, found, filing)
    name, address = _person(form)
    return Arrival(
        item.token,
        item.received_at,
        item.door,
        _content(found, text, uploads),
        _reporter(name, address, found.keys, keys, now),
        title_of("", said, form.system),
        language,
        form.policy_version,
    )


def _person(form: Submission) -> tuple[str, str]:
    """Name and address.  What a browser encrypted as an address and is none stays with the name, sealed like it."""
    name, typed = " ".join(form.name.split()), form.address.strip()
    found = [box.address for box in mailboxes(typed.encode("utf-8", "replace"))]
    if typed and (len(found) != 1 or not found[0] or len(found[0]) > LONGEST_ADDRESS):
        return f"{name} ({typed[:LONGEST_ADDRESS]})", ""
    return name, found[0] if typed else ""


def _reporter(name: str, address: str, came: Iterable[Key], keys: VaultKeys, now: datetime) -> Reporter:
    """Who wrote, with the first key of theirs that can be encrypted to: one that came along, else one we know."""
    for key in chain(came, _known(address, keys)):
        theirs = not key.addresses or address.lower() in (name.lower() for name in key.addresses)
        if key.can_encrypt and not key.secret and (theirs or not address):
            return Reporter(name, address, key.data, key.fingerprint, now.isoformat())
    return Reporter(name, address)


def _known(address: str, keys: VaultKeys) -> Iterator[Key]:
    """Looked up only when it is needed."""
    for data in vault.known_keys([address], keys):
        yield from keys_in(data)
