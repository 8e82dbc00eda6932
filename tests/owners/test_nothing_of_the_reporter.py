"""Nothing about the reporter reaches an owner: not in words, not in names or files, not by any key they have."""

import pytest
from tests.build import HEAD, reporters_key
from tests.cast import HANNA, MONDAY_NINE
from tests.owners.conftest import FINGERPRINT, LATER, MARKS, a_file, invite, mails_to

from meldpunt.cases import guests, sealed
from meldpunt.cases import queries as cases
from meldpunt.cases.models import Case, Extra, Record, Seal
from meldpunt.cases.rules import Purpose, RecordKind, record_context
from meldpunt.ground.values import OWNER
from meldpunt.ledger import log
from meldpunt.owners import acting, commands, kept, models, passes, queries
from meldpunt.owners.errors import NoSuchDoor, NoSuchLink
from meldpunt.owners.outgoing import Going
from meldpunt.privacy import drafts
from meldpunt.privacy import queries as privacy
from meldpunt.privacy.errors import StillNamed
from meldpunt.vault import openpgp, sealing
from meldpunt.vault.errors import CannotOpen


def holds_a_mark(*texts) -> list[str]:
    whole = "\n".join(str(text) for text in texts).casefold()
    return [mark for mark in MARKS if mark.casefold() in whole]


def test_the_marks_are_where_they_should_be(house, ref):
    """Else nothing below would prove anything."""
    written = cases.written(HANNA, ref, house.keys)
    names = [file.name for one in written for file in one.files]
    who = cases.reporter_of(HANNA, ref, house.keys)
    said = [one.text for one in written]
    assert set(holds_a_mark(*said, *names, who.name, who.address, who.fingerprint)) == set(MARKS)


def test_the_text_to_begin_with_has_the_reporter_struck_out(house, ref):
    draft = drafts.technical_draft(HANNA, ref, house.keys)
    assert draft.struck("[…]").startswith("The lock of the tax page opens for anyone who adds ?open=1.")
    assert holds_a_mark(draft.struck("[…]")) == []


@pytest.mark.parametrize(
    "said",
    [
        "nachtuil@example.org found it",
        "NACHTUIL  says so",
        FINGERPRINT,
        " ".join(FINGERPRINT[at : at + 4] for at in range(0, 40, 4)),
        f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{'x' * 64}\n-----END PGP PUBLIC KEY BLOCK-----",
        "-----BEGIN PGP SIGNATURE-----\nnever closed",
        "The door.\n\nKind regards,\nN. Achtuil, Utrecht",
    ],
    ids=("address", "name", "fingerprint", "fingerprint-in-groups", "key", "signature", "greeting"),
)
def test_whatever_says_who_is_struck_out(house, said):
    ref = house.a_case(f"It opens.\n\n{said}", reporter=_nachtuil())
    text = drafts.technical_draft(HANNA, ref, house.keys).struck("[…]")
    assert text.startswith("It opens.") and "[…]" in text
    assert not any(word in text for word in said.split() if len(word) > 5)


def _nachtuil():
    from meldpunt.cases.rules import Reporter

    return Reporter("Nachtuil", "nachtuil@example.org", openpgp.public_copy(reporters_key(), expires=None), FINGERPRINT)


@pytest.mark.parametrize(
    "text",
    ["Nachtuil found it.", "Ask nachtuil@EXAMPLE.org", f"Key {FINGERPRINT[-16:].lower()}"],
    ids=("name", "address", "key-id"),  # the key is another one in each process
)
def test_the_gate_refuses_a_text_that_names_them(house, ref, owner, text):
    before = log.head(ref), len(mails_to(house))
    with pytest.raises(StillNamed):
        invite(house, ref, text=text)
    to = {"folder": house.folder, "keys": house.keys, "by": HANNA, "now": LATER}
    for act in (commands.revise, commands.write):
        with pytest.raises(StillNamed):
            act(ref, owner.id, Going(text), HEAD, **to)
    acting.propose(owner.look(), LATER.date(), "Then.", "1", by=OWNER, now=LATER)
    before = log.head(ref)
    with pytest.raises(StillNamed):
        commands.decline(ref, owner.id, text, HEAD, **to)
    assert log.head(ref) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("proof.txt", b"GET / as Nachtuil"),
        ("proof.bin", b"\x00" * 70_000 + "NACHTUIL@example.org".encode("utf-16-le")),
        ("proof.txt", b"x" * 65_530 + b"nachtuil@example.org"),  # across two pieces
        ("key.asc", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ=="),
        ("Nachtuil.png", b"\x89PNG"),
    ],
)
def test_the_gate_refuses_a_file_that_names_them(house, ref, owner, name, content):
    before = log.head(ref)
    with pytest.raises(StillNamed):
        commands.write(
            ref,
            owner.id,
            Going("See the file."),
            HEAD,
            folder=house.folder,
            keys=house.keys,
            by=HANNA,
            now=LATER,
            own_files=(a_file(house, name, content),),
        )
    assert log.head(ref) == before


def test_a_file_of_the_report_goes_through_the_gate_or_not_at_all(house, ref):
    files = {file.name: file.id for file in drafts.technical_draft(HANNA, ref, house.keys).files}
    owner = invite(house, ref, chosen=[files["proof.txt"]])
    looking = owner.look()
    [file] = queries.page_for(looking).technical.files
    got = queries.file_for_owner(looking, f"{queries.page_for(looking).technical.id}-0", house.folder)
    assert file.name == "proof.txt" and b"".join(got.chunks) == b"GET /tax?open=1\n"
    with pytest.raises(StillNamed):
        invite(house, ref, chosen=[files["Nachtuil.txt"]])


def test_what_went_stands_in_the_register_that_the_reporter_reads(house, ref, owner):
    [share] = privacy.register_of(HANNA, ref, house.keys)
    assert share.recipient.name == "Acme Software" and share.what == "technical"


def test_neither_page_nor_mail_nor_ledger_of_theirs_holds_a_mark(house, ref, owner):
    looking = owner.look()
    acting.write(looking, "Which version?", (), "1", by=OWNER, now=LATER)
    page = queries.page_for(looking)
    assert holds_a_mark(page, [entry.text for entry in page.entries], page.who.organisation, page.who.address) == []
    mails = [mail.as_string() for mail in mails_to(house)]
    assert len(mails) == 2 and holds_a_mark(*mails) == []
    told = [entry for entry in log.read(ref) if entry.kind.startswith("owner.")]
    assert told and "acme" not in str(told).casefold() and "leverancier" not in str(told)


def test_the_key_of_an_owner_opens_nothing_else(house, ref, owner):
    """Every sealed thing of the case, each under its own right context, with the owner's key."""
    private, case = owner.look().private, Case.objects.get(ref=ref)
    shut = [(row.sealed, record_context(ref, row.id, row.kind)) for row in Record.objects.filter(case=case)]
    kinds = set(Record.objects.filter(case=case).values_list("kind", flat=True))
    assert {RecordKind.REPORT, RecordKind.FROM_REPORTER, RecordKind.TO_REPORTER, RecordKind.NOTE} <= kinds
    shut.append((case.identity, f"identity|{ref}"))
    shut += [(row.sealed, f"extra|{ref}|{row.kind}|{row.id}") for row in Extra.objects.filter(case=case)]
    shut += [(row.sealed, f"key|{ref}|{row.purpose}|{row.holder}") for row in Seal.objects.filter(case=case)]
    for closed, context in shut:
        with pytest.raises(CannotOpen):
            sealing.unseal(private, bytes(closed), context)
    privates = sealed.private_keys(case, house.keys)
    assert set(privates) == set(Purpose) and private not in privates.values()


def test_two_owners_of_one_case_cannot_read_each_other(house, ref, owner):
    other = invite(house, ref, text="The other half.")
    one, two = owner.look(), other.look()
    assert one.private != two.private
    for row in models.Entry.objects.filter(invitation=other.id):
        with pytest.raises(CannotOpen):
            kept.opened(row, ref, one.private)
    assert "The other half." not in str([entry.text for entry in queries.page_for(one).entries])


def test_the_link_opens_the_owners_seal_and_no_other(house, ref, owner):
    for seal in Seal.objects.filter(case__ref=ref).exclude(purpose=guests.GUEST, holder=guests.LINK):
        context = f"key|{ref}|{seal.purpose}|{seal.holder}"
        with pytest.raises(CannotOpen):
            sealing.unlock(owner.link.opener, bytes(seal.sealed), context)


def test_the_database_holds_neither_link_nor_code_nor_cookie_nor_address(house, owner):
    from tests.owners.conftest import code_in

    opened = passes.knock(owner.link, "", HEAD, public=house.keys.public, by=OWNER, now=LATER)
    code = code_in(house).replace(" ", "")
    shown = passes.show_code(opened.door, code, by=OWNER, now=LATER)
    rows = [*models.Invitation.objects.values(), *models.Pass.objects.values(), *models.Entry.objects.values()]
    rows += [*Seal.objects.values(), *models.Reminder.objects.values()]
    held = b"|".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for row in rows
        for value in row.values()
    )
    secrets = (owner.link.code, owner.link.opener, code, opened.door, shown.visit, shown.browser)
    for secret in (*secrets, "leverancier.example", "Acme", "lock of the tax page"):
        assert (secret if isinstance(secret, bytes) else secret.encode()) not in held


def test_destroying_the_seals_of_a_case_ends_its_owners_at_once(house, ref, owner):
    opened = passes.knock(owner.link, "", HEAD, public=house.keys.public, by=OWNER, now=LATER)
    from tests.owners.conftest import code_in

    shown = passes.show_code(opened.door, code_in(house), by=OWNER, now=LATER)
    Seal.objects.filter(case__ref=ref).delete()
    with pytest.raises(NoSuchDoor):
        passes.looking(shown.visit, LATER)
    with pytest.raises(NoSuchLink):
        passes.knock(owner.link, shown.browser, HEAD, public=house.keys.public, by=OWNER, now=LATER)
    assert MONDAY_NINE < LATER
