"""Our letters, as gpg and the standard library's parser see them."""

import email
import email.policy
import re
from datetime import UTC, datetime

import pytest
from tests.vault.gnupg import a_person

from meldpunt.conversation import mime
from meldpunt.intake import reading
from meldpunt.intake.letter import Automatic, Form, Protection
from meldpunt.vault import openpgp

MONDAY_NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BODY = "Beste Zoë,\n\nFrom here on we know. Het lek is bevestigd: café.  \n.\n-- \nMeldpunt\n" + "a" * 300 + "\n"
SUBJECT = "[CVD-2026-0007] Uw melding over de gemeentelijke zoekpagina is bevestigd, één ding nog"


@pytest.fixture(scope="module")
def ours():
    return openpgp.make_key("Gemeente Voorbeeld", "cvd@example.nl")


@pytest.fixture(scope="module")
def public(ours):
    return openpgp.public_copy(ours, expires=None)


@pytest.fixture(scope="module")
def rui(public):
    with a_person("rui@example.org") as person:
        person.knows(public)
        yield person


def a_letter(protection, **other):
    given = {
        "sender": ("Gemeente Voorbeeld, Meldpunt", "cvd@example.nl"),
        "to": ("Zoë (reporter)", "rui@example.org"),
        "subject": SUBJECT,
        "body": BODY,
        "message_id": "<abc@example.nl>",
        "in_reply_to": "<first@example.org>",
        "references": ("<first@example.org>", "<second@example.org>"),
        "date": MONDAY_NINE,
        "automatic": True,
        "language": "nl",
        "marker": "5eed",
        "protection": protection,
    }
    return mime.letter_bytes(**{**given, **other})


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_plain_letter_is_seven_bits_and_says_what_it_is():
    raw = a_letter(mime.Plain())
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    letter = parsed(raw)
    assert letter["Subject"] == SUBJECT
    assert letter["To"].addresses[0].display_name == "Zoë (reporter)"
    assert letter["From"].addresses[0].display_name == "Gemeente Voorbeeld, Meldpunt"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["References"] == "<first@example.org> <second@example.org>"
    assert letter["X-Meldpunt-Letter"] == "5eed"
    assert letter["Date"].datetime == MONDAY_NINE
    assert letter.get_content().replace("\r\n", "\n") == BODY


def test_an_encrypted_letter_is_read_and_verified_by_gpg(ours, public, rui):
    raw = a_letter(mime.Encrypted((rui.public, public), ours), own_key=("cvd@example.nl", public))
    outer = parsed(raw)
    assert (outer["Subject"], outer.get_content_type()) == ("[...]", "multipart/encrypted")
    assert outer.get_param("protocol") == "application/pgp-encrypted"
    assert outer["To"].addresses[0].display_name == ""
    assert all(word not in raw for word in (b"zoekpagina", b"bevestigd"))

    version, sealed = outer.iter_parts()
    assert version.get_content().strip() == b"Version: 1"
    plain, signers = rui.reads(sealed.get_payload(decode=True))
    inner = parsed(plain)
    assert signers == [openpgp.read_keys(ours)[0].fingerprint]
    assert (inner["Subject"], inner.get_param("hp")) == (SUBJECT, "cipher")
    assert inner["To"].addresses[0].display_name == "Zoë (reporter)"
    assert "Subject: [...]" in [str(one) for one in inner.get_all("HP-Outer")]
    text, key = inner.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == BODY
    assert openpgp.read_keys(key.get_content())[0].data == public


def test_a_signed_letter_is_verified_by_gpg_over_its_exact_bytes(ours, public, rui):
    raw = a_letter(mime.Signed(ours), own_key=("cvd@example.nl", public))
    outer = parsed(raw)
    mark = b"--" + outer.get_boundary().encode()
    exact = raw.split(mark + b"\r\n")[1].removesuffix(b"\r\n")
    signature = list(outer.iter_parts())[1].get_content()
    assert rui.verifies(exact, signature) == [openpgp.read_keys(ours)[0].fingerprint]
    assert rui.verifies(exact.replace(b"bevestigd", b"ontkend"), signature) == []
    assert outer.get_param("micalg") in ("pgp-sha256", "pgp-sha384", "pgp-sha512")
    said = rui.run("--status-fd", "2", "--list-packets", given=signature).stdout
    assert {b"8": "pgp-sha256", b"9": "pgp-sha384", b"10": "pgp-sha512"}[
        re.search(rb"digest algo (\d+)", said)[1]
    ] == outer.get_param("micalg")
    assert outer["Subject"] == SUBJECT


def test_the_key_in_the_autocrypt_header_is_ours(public):
    letter = parsed(a_letter(mime.Plain(), own_key=("cvd@example.nl", public)))
    read = reading.read(bytes(a_letter(mime.Plain(), own_key=("cvd@example.nl", public))), secrets=[], known=[])
    assert letter["Autocrypt"].startswith("addr=cvd@example.nl; prefer-encrypt=mutual; keydata=")
    assert openpgp.read_keys(read.keys[0])[0].fingerprint == openpgp.read_keys(public)[0].fingerprint


def test_another_house_of_ours_reads_it_and_knows_that_no_answer_is_due(ours, public):
    theirs = openpgp.make_key("Waterschap", "rui@example.org")
    raw = a_letter(mime.Encrypted((openpgp.public_copy(theirs, expires=None),), ours))
    letter = reading.read(raw, secrets=[theirs], known=[public])
    assert (letter.subject, letter.form, letter.protection) == (SUBJECT, Form.PGP_MIME, Protection.BOTH)
    assert letter.text.rstrip() == BODY.rstrip()
    assert (letter.automatic, letter.own_marker) == (Automatic.AUTO_REPLY, "5eed")


def test_files_go_along_whole():
    data = bytes(range(256)) * 9
    letter = parsed(a_letter(mime.Plain(), attachments=[mime.File('naïef "plaatje".png', "image/png", data)]))
    [file] = letter.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ('naïef "plaatje".png', data)


def test_nobody_writes_headers_of_ours():
    raw = a_letter(mime.Plain(), subject="Hello\r\nBcc: all@example.org", to=("x\nBcc: y@z", "rui@example.org"))
    letter = parsed(raw)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Hello Bcc: all@example.org"


@pytest.mark.parametrize(
    ("address", "spelled"),
    [
        ("rui@example.org", "rui@example.org"),
        ("rui@bücher.example", "rui@xn--bcher-kva.example"),
        ("ruí@bücher.example", "ruí@bücher.example"),  # only a server that knows SMTPUTF8 takes it
        ("rui@" + "ü" * 70 + ".example", "rui@" + "ü" * 70 + ".example"),
        (" <rui@example.org>\r\n", "rui@example.org"),
    ],
)
def test_a_domain_is_spelled_so_that_every_server_can_read_it(address, spelled):
    assert mime.spelled(address) == spelled
    assert f" <{spelled}>\r\n".encode() in a_letter(mime.Plain(), to=("Zoë", address))


@pytest.mark.parametrize(
    "name", ["a\r\nBcc: x@y.example", "a\x00b\u2028c", 'q"uo\\te', "(c) <x@y.example>,", "=?utf-8?q?x?="]
)
def test_whatever_a_reporter_is_called_the_letter_goes_to_them_alone(name):
    letter = parsed(a_letter(mime.Plain(), to=(name, "rui@example.org"), reply_to="cvd+tag@example.nl"))
    [box] = letter["To"].addresses
    assert box.addr_spec == "rui@example.org"
    assert letter["Bcc"] is None and letter["Reply-To"].addresses[0].addr_spec == "cvd+tag@example.nl"
