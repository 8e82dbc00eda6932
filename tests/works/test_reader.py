"""The reader in its limited child: what it may use, what happens when it dies, and what it is believed."""

import dataclasses
import os
import signal
from pathlib import Path

import pytest
from tests.build import CONTACT, organisation_key, reporters_key
from tests.intake.test_outcomes import a_mail, encrypted_mail

from meldpunt.intake import letterwire
from meldpunt.intake.answers import form_of, letter_of
from meldpunt.intake.letter import Form, Protection, Trouble
from meldpunt.intake.reader import Job, Reader
from meldpunt.vault import confined, openpgp
from meldpunt.vault.errors import TooLarge

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def reader():
    reader = Reader()
    yield reader
    reader.close()


def nobody(address):
    return ()


def proc(reader, name):
    return Path(f"/proc/{reader._child.process.pid}/{name}").read_text()


def read(reader, raw, known=nobody, sender=""):
    return letter_of(reader.begin(raw, [organisation_key()]), known, sender)


def test_the_child_has_little_memory_no_core_and_no_way_to_more_rights(reader):
    assert read(reader, a_mail()).letter.text.strip() == "The lock of the tax page opens."
    limits = {line[:26].strip(): line[26:].split()[0] for line in proc(reader, "limits").splitlines()}
    assert limits["Max address space"] == str(confined.MEMORY)
    assert limits["Max core file size"] == "0"
    assert limits["Max file size"] == str(confined.FILE_BYTES)
    assert int(limits["Max cpu time"]) <= confined.CPU_SECONDS + 60
    assert "NoNewPrivs:\t1" in proc(reader, "status")


def test_one_letter_is_one_child_and_its_secrets_are_not_on_any_command_line(reader):
    read(reader, a_mail())
    number = reader._child.process.pid
    assert read(reader, encrypted_mail()).letter.text.startswith("Sealed words.")
    assert reader._child.process.pid == number
    assert proc(reader, "task/" + str(number) + "/children") == ""


def test_a_reader_that_is_killed_is_replaced_and_asked_again(reader):
    read(reader, a_mail())
    os.kill(reader._child.process.pid, signal.SIGKILL)
    assert read(reader, encrypted_mail()).letter.protection is Protection.CONFIDENTIAL
    job = reader.begin(encrypted_mail(), [organisation_key()])
    os.kill(reader._child.process.pid, signal.SIGKILL)
    assert letter_of(job, nobody).letter.protection is Protection.CONFIDENTIAL


def test_a_letter_that_takes_too_long_ends_its_reader_and_not_us(reader):
    slow = a_mail().replace(b"text/plain", b"text/html") + b"<p>x</p>" * 1_000_000  # four times what it may take
    with pytest.raises(TooLarge):
        Job(reader, {"do": "read", "cpu": 0}, [slow]).finish(nobody)
    assert read(reader, a_mail()).letter.trouble is None


def test_of_a_letter_that_is_too_much_the_outside_remains(reader):
    """Its contents take too long; without them there is time."""
    slow = a_mail().replace(b"text/plain", b"text/html") + b"<p>x</p>" * 250_000
    job = Job(reader, {"do": "read", "cpu": 0}, [slow])
    found = letter_of(job, nobody, "envelope@example.org")
    assert found.letter.trouble is Trouble.TOO_LARGE
    assert (found.letter.text, found.letter.attachments) == ("", ())
    assert found.bare.sender in ("nachtuil@example.org", "envelope@example.org")


def test_a_key_that_became_known_in_between_counts(reader):
    """The letter was with the reader before the one that brought the key was committed."""
    known: list[bytes] = []
    job = reader.begin(encrypted_mail(), [organisation_key()])
    job.tell_early(lambda address: tuple(known), 30)
    known.append(openpgp.public_copy(reporters_key(), expires=None))
    found = letter_of(job, lambda address: tuple(known))
    assert found.letter.protection is Protection.BOTH


def test_trouble_comes_with_what_reads_without_any_key(reader):
    found = letter_of(reader.begin(encrypted_mail(), [reporters_key()]), nobody)
    assert found.letter.trouble is Trouble.CANNOT_DECRYPT
    assert found.bare.sender == "nachtuil@example.org"
    assert "Sealed words" not in found.bare.text


def test_a_form_is_opened_with_the_key_beside_it(reader):
    public = openpgp.public_copy(reporters_key(), expires=None)
    text = openpgp.encrypt(b"From the form.", [openpgp.public_copy(organisation_key(), expires=None)]).decode()
    found = form_of(reader.begin_form(text, openpgp.armor(public), [organisation_key()]), text)
    assert (found.text.text.strip(), found.text.form) == ("From the form.", Form.INLINE)
    assert [key.data for key in found.keys] == [public]
    assert reader.begin_form("No PGP in it.", "", []) is None
    assert form_of(None, "No PGP in it.\r\n").text.text == "No PGP in it.\n"


def test_a_forgotten_letter_does_not_block_the_next(reader):
    reader.begin(encrypted_mail(), [organisation_key()])  # and never finished
    assert read(reader, a_mail()).letter.sender == "nachtuil@example.org"


def test_a_letter_comes_through_as_it_was(reader):
    letter = read(reader, encrypted_mail()).letter
    head, pieces = letterwire.packed(letter)
    assert letterwire.unpacked(_as_json(head), pieces) == letter
    assert letter.recipients == (CONTACT,)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": 7},
        {"subject": "x" * (letterwire.MAX_LINE + 1)},
        {"recipients": "many"},
        {"references": ["x"] * (letterwire.MAX_NAMES + 1)},
        {"form": "pickle"},
        {"protection": None},
        {"automatic": "no"},
        {"trouble": "none"},
        {"files": [["name only"]]},
        {"files": [[1, 2]]},
        {"keys": 3},
        {"keys": -1},
    ],
)
def test_what_is_no_letter_is_not_believed(reader, change):
    head, pieces = letterwire.packed(read(reader, a_mail()).letter)
    with pytest.raises(letterwire.Garbled):
        letterwire.unpacked({**_as_json(head), **change}, pieces)
    with pytest.raises(letterwire.Garbled):
        letterwire.unpacked({name: value for name, value in _as_json(head).items() if name not in change}, pieces)


def test_half_characters_do_not_get_in(reader):
    letter = read(reader, a_mail()).letter
    head, pieces = letterwire.packed(dataclasses.replace(letter, subject="half \ud800"))
    assert letterwire.unpacked(_as_json(head), pieces).subject == "half ?"


def _as_json(head):
    import json

    return json.loads(json.dumps(head))
