"""What a browser encrypted to us before it was sent: every field and every file, opened where the keys are."""

import os
from datetime import timedelta
from email.message import EmailMessage

import pytest
from tests.build import organisation_key, reporters_key
from tests.cast import BASE, HANNA, MONDAY_NINE

from meldpunt.cases import queries as cases
from meldpunt.ground.values import REPORTER
from meldpunt.intake import commands as intake
from meldpunt.intake import queries as spool
from meldpunt.intake.letter import Attachment
from meldpunt.intake.rules import Submission, Upload
from meldpunt.vault import files, openpgp
from meldpunt.vault.files import SealedFile
from meldpunt.works import opener, tick

HEAD = b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename*=utf-8''%s\r\n\r\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40 + b"\r\n--edge\r\n\n"


def encrypted(text: str | bytes, key: bytes | None = None) -> bytes:
    plain = text.encode() if isinstance(text, str) else text
    return openpgp.encrypt(plain, [openpgp.public_copy(key or organisation_key(), expires=None)])


def armoured(text: str) -> str:
    return encrypted(text).decode()


@pytest.fixture
def came(house):
    """Send a form, have it opened; returns (case, its reporter, its one record)."""

    def send(**fields):
        receipt = house.receipt()
        form = Submission(language="en", policy_version=1, **fields)
        token = intake.receive_submission(form, receipt, keys=house.keys.public, by=REPORTER, now=MONDAY_NINE)
        opener.open_one(token, opener.House(house.keys, house.folder, BASE), now=MONDAY_NINE)
        [ref] = cases.references()
        return cases.everything(HANNA, ref, house.keys)

    return send


def upload(house, name, content, settled=True):
    writer = files.create(house.folder)
    writer.write(content)
    return Upload(name, "application/octet-stream", writer.finish(settled).plain())


def on_disk(house):
    return sorted(path for path in (house.folder / "files").rglob("*") if path.is_file())


def content_of(house, file):
    [ref] = cases.references()
    return b"".join(cases.file_for_handler(HANNA, ref, file.id, house.keys, house.folder).chunks)


def test_every_field_is_opened(came):
    case, reporter, [record] = came(
        system=armoured("https://www.example.org/kievit"),
        description=armoured("The lock opens: zebrapad."),
        impact=armoured("Read all."),
        name=armoured("Nachtuil"),
        address=armoured("nachtuil@example.org"),
        key=armoured(openpgp.armor(openpgp.public_copy(reporters_key(), expires=None))),
        kind="access",
        answers=(("access-as", armoured("Nobody at all")), ("access-reached", "")),
    )
    assert record.text == (
        "Where: https://www.example.org/kievit\n\nThe lock opens: zebrapad.\n\n"
        "Kind: Access that should not be there\n\n"
        "Signed in as whom, or not at all?\nNobody at all\n\nWhat somebody could do with it:\nRead all."
    )
    assert record.protection == "confidential"
    assert (reporter.name, reporter.address) == ("Nachtuil", "nachtuil@example.org")
    assert reporter.key
    assert case.title == "The lock opens: zebrapad."


def test_what_is_no_address_stays_with_the_name_and_is_never_written_to(came):
    _, reporter, _ = came(
        system="x", description="y", name=armoured("Uil\nBcc: x@y.example"), address=armoured("not one")
    )
    assert (reporter.name, reporter.address) == ("Uil Bcc: x@y.example (not one)", "")


def test_a_field_that_does_not_open_is_kept_as_it_came(came):
    closed = encrypted("Not for us.", reporters_key()).decode()
    _, _, [record] = came(system=closed, description="Read this.")
    assert "-----BEGIN PGP MESSAGE-----" in record.text and "Read this." in record.text


def test_encrypted_files_are_opened_and_only_what_was_in_them_is_left(house, came):
    inner = HEAD % b"overzicht%20%C3%A9%C3%A9n.png" + PICTURE
    came_as = (
        upload(house, "1.pgp", encrypted(inner)),
        upload(house, "notes.txt.asc", encrypted("Plain notes.\n")),
        upload(house, "log.txt", b"as it is"),
        upload(house, "other.pgp", encrypted("Not for us.", reporters_key())),
        upload(house, "odd.asc", b"no PGP at all"),
    )
    _, _, [record] = came(system="x", description=armoured("Look."), files=came_as)
    found = {file.name: content_of(house, file) for file in record.files}
    assert found.pop("other.pgp") == encrypted_as_it_came(house, came_as[3])
    assert found == {
        "overzicht één.png": PICTURE,
        "notes.txt": b"Plain notes.\n",
        "log.txt": b"as it is",
        "odd.asc": b"no PGP at all",
    }
    assert len(on_disk(house)) == len(record.files)


def encrypted_as_it_came(house, upload):
    return b"".join(files.read(house.folder, SealedFile.from_plain(upload.sealed)))


def test_a_file_that_was_not_settled_when_the_portal_died_is_settled_by_who_opens_it(house, came):
    _, _, [record] = came(system="x", description="y", files=(upload(house, "a.txt", b"here", settled=False),))
    assert content_of(house, record.files[0]) == b"here"
    assert [path.suffix for path in on_disk(house)] == [""]


def test_what_was_never_received_is_swept_and_what_waits_is_not(house):
    lost = upload(house, "lost.txt", b"lost", settled=False)
    waits = upload(house, "waits.txt", b"waits", settled=False)
    form = Submission("x", "y", "en", 1, files=(waits,))
    now = MONDAY_NINE + timedelta(days=5)
    for path in on_disk(house):
        os.utime(path, (MONDAY_NINE.timestamp(), MONDAY_NINE.timestamp()))
    token = intake.receive_submission(form, house.receipt(), keys=house.keys.public, by=REPORTER, now=MONDAY_NINE)
    tick.sweep(house.folder, now)
    assert len(on_disk(house)) == 2  # something waits that came at that time
    opener.open_one(token, opener.House(house.keys, house.folder, BASE), now=now)
    assert spool.waiting_since() is None
    tick.sweep(house.folder, now)
    assert [path.name for path in on_disk(house)] == [waits.sealed["path"].rpartition("/")[2]]
    assert lost.sealed["path"] not in str(on_disk(house))


def test_files_of_a_letter_whose_opener_died_are_put_away_anew_and_once(house):
    raw = a_letter_with_a_file()
    token = house.receive(raw)
    died = opener.House(house.keys, house.folder, BASE).filing(token)
    died.put_away(Attachment("a.txt", "text/plain", b"the first time"))
    assert len(on_disk(house)) == 2  # the file, and the list of what was put away
    opener.open_one(token, opener.House(house.keys, house.folder, BASE), now=MONDAY_NINE)
    [ref] = cases.references()
    _, _, [record] = cases.everything(HANNA, ref, house.keys)
    assert [file.name for file in record.files] == ["a.txt"]
    assert len(on_disk(house)) == 1


def a_letter_with_a_file():
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "Nachtuil <nachtuil@example.org>", "A file"
    letter.set_content("See the file.")
    letter.add_attachment(b"hello", "text", "plain", filename="a.txt")
    return letter.as_bytes()


def test_a_large_letter_is_settled_when_it_is_opened_and_swept_when_it_was_never_received(house):
    large = b"From: a@b.example\r\nSubject: Large\r\n\r\n" + b"More of it. " * 20_000
    token = house.receive(large)
    [path] = on_disk(house)
    assert path.suffix == ".part"
    opener.open_one(token, opener.House(house.keys, house.folder, BASE), now=MONDAY_NINE)
    assert [path.suffix for path in on_disk(house)] == [""]
    later = MONDAY_NINE + timedelta(days=3)
    files.store(house.folder, b"of a transaction that was rolled back", settled=False)
    for path in on_disk(house):
        os.utime(path, (MONDAY_NINE.timestamp(), MONDAY_NINE.timestamp()))
    tick.sweep(house.folder, later)
    assert [path.suffix for path in on_disk(house)] == [""]
