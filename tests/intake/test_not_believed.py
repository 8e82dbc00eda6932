"""What a letter says of itself, and is not believed."""

import base64

import pysequoia
import pytest
from tests.intake.mailmaker import FOUND, HEAD, US, encrypted, inner, mixed, read, signed, without_head

from meldpunt.intake import reading
from meldpunt.intake.letter import Form, Protection, Trouble
from meldpunt.vault import openpgp, pgparmor

PLAIN = b"Content-Type: text/plain\r\n\r\n%s\r\n"


def forwarded(raw):
    return b"Content-Type: message/rfc822\r\n\r\n" + raw


def test_a_signed_letter_inside_another_one_vouches_for_nothing(rui):
    part = PLAIN % b"pay me"
    letter = read(mixed(PLAIN % b"look", forwarded(signed(part, rui.signs(part)))), known=[rui.public])
    assert (letter.protection, letter.signer) == (Protection.UNPROTECTED, None)
    assert "pay me" in letter.text


def test_a_signed_part_below_what_is_encrypted_vouches_for_nothing_outside_it(ours, rui):
    part = PLAIN % b"old words of Rui"
    old = without_head(signed(part, rui.signs(part)))
    around = without_head(mixed(old, PLAIN % b"new words of somebody else"))
    letter = read(encrypted(rui.encrypts(around, US, sign=False)), ours, [rui.public])
    assert (letter.protection, letter.signer) == (Protection.CONFIDENTIAL, None)
    assert "old words" in letter.text and "new words" in letter.text


def test_a_signature_around_what_is_encrypted_counts(ours, rui):
    block = rui.encrypts(inner(), US, sign=False).replace(b"\n", b"\r\n")
    sealed = without_head(encrypted(block))
    letter = read(signed(sealed, rui.signs(sealed)), ours, [rui.public])
    assert (letter.protection, letter.text.strip()) == (Protection.BOTH, FOUND)


def test_ciphertext_hidden_in_a_letter_is_marked_and_gives_no_status(ours, rui):
    """Somebody else's letter to us, wrapped so that an answer would quote it."""
    stolen = without_head(encrypted(rui.encrypts(inner("the stolen words"), US)))
    hidden = b"Content-Type: text/html\r\n\r\n<div style='display:none'>\r\n"
    letter = read(mixed(PLAIN % b"When is it?", hidden, stolen), ours, [rui.public])
    assert (letter.protection, letter.signer) == (Protection.UNPROTECTED, None)
    assert letter.text.index("----- decrypted -----") < letter.text.index("the stolen words")
    deeper = read(mixed(PLAIN % b"When is it?", forwarded(mixed(forwarded(HEAD % b"x" + stolen)))), ours)
    assert "the stolen words" not in deeper.text


def test_two_blocks_in_one_text_give_no_status(ours, rui):
    block = rui.encrypts(b"mine", US)
    letter = read(HEAD % b"x" + b"\r\n" + block + b"\r\n" + block, ours, [rui.public])
    assert (letter.protection, letter.signer, letter.form) == (Protection.UNPROTECTED, None, Form.INLINE)
    assert letter.text.count("mine") == 2


def test_words_around_a_signed_text_are_not_signed(rui):
    block = rui.signs(b"hello\n", "--clear-sign")
    letter = read(HEAD % b"x" + b"\r\nSend money.\r\n" + block, known=[rui.public])
    assert (letter.protection, letter.signer) == (Protection.UNPROTECTED, None)


def test_a_from_inside_is_not_the_sender(ours, rui):
    inside = b"From: Mayor <mayor@example.nl>\r\n" + inner(subject="hello", hp="cipher")
    letter = read(encrypted(rui.encrypts(inside, US, sign=False)), ours, [rui.public])
    assert (letter.sender, letter.protection) == ("rui@example.org", Protection.CONFIDENTIAL)


def test_a_signature_over_other_words_or_of_another_kind_is_none(rui):
    part = PLAIN % b"hello"
    for signature in (rui.signs(b"other"), b"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----", b""):
        letter = read(signed(part, signature), known=[rui.public])
        assert (letter.protection, letter.signer, letter.text.strip()) == (Protection.UNPROTECTED, None, "hello")


def test_a_signed_letter_that_lost_its_signature_or_all_of_it_is_still_read(rui):
    part = PLAIN % b"hello"
    head, body, _ = signed(part, rui.signs(part)).split(b"--s\r\n")
    letter = read(head + b"--s\r\n" + body, known=[rui.public])
    assert (letter.form, letter.protection, letter.trouble) == (Form.SIGNED, Protection.UNPROTECTED, None)
    assert letter.text.strip() == "hello"
    assert read(head, known=[rui.public]).trouble is Trouble.EMPTY


# headers that are protected, in the forms of the years


def test_a_legacy_copy_of_the_headers_is_not_shown(ours, rui):
    body = b"Subject: The real one\r\n\r\nThe words.\r\n"
    new = b'Content-Type: text/plain; hp="cipher"; hp-legacy-display="1"\r\nSubject: The real one\r\n'
    new += b"HP-Outer: Subject: [...]\r\n\r\n" + body
    letter = read(encrypted(rui.encrypts(new, US), b"[...]"), ours, [rui.public])
    assert (letter.subject, letter.text.strip()) == ("The real one", "The words.")


def test_the_oldest_form_has_its_headers_in_a_part(ours, rui):
    first = b'Content-Type: text/rfc822-headers; protected-headers="v1"\r\n\r\nSubject: The real one\r\n'
    old = without_head(mixed(first, PLAIN % b"The words.")).replace(
        b"boundary=m", b'boundary=m; protected-headers="v1"'
    )
    letter = read(encrypted(rui.encrypts(old, US)), ours, [rui.public])
    assert (letter.subject, letter.text.strip()) == ("The real one", "The words.")


def test_headers_of_a_forwarded_letter_are_not_ours(ours, rui):
    other = forwarded(b'Content-Type: text/plain; hp="cipher"\r\nSubject: Somebody else\'s\r\n\r\nx\r\n')
    inside = without_head(mixed(PLAIN % b"see", other))
    assert read(encrypted(rui.encrypts(inside, US), b"Mine"), ours).subject == "Mine"


def test_a_thread_that_is_only_named_inside(ours, rui):
    inside = b"In-Reply-To: <ours@example.nl>\r\nReferences: <ours@example.nl>\r\n" + inner(hp="cipher")
    letter = read(encrypted(rui.encrypts(inside, US)), ours)
    assert (letter.in_reply_to, letter.references) == (("<ours@example.nl>",), ("<ours@example.nl>",))
    bare = b"In-Reply-To: <ours@example.nl>\r\n" + inner()
    assert read(encrypted(rui.encrypts(bare, US)), ours).in_reply_to == ()


# keys of every kind


def test_a_letter_to_any_key_of_ours_and_with_hidden_recipients(ours, rui):
    older = openpgp.make_key("Gemeente Voorbeeld", "oud@example.nl")
    rui.knows(openpgp.public_copy(older, expires=None))
    hidden = rui.encrypts(inner(), "oud@example.nl", "--throw-keyids")
    letter = read(encrypted(hidden), None, [rui.public])
    assert letter.trouble is Trouble.CANNOT_DECRYPT
    found = reading.read(encrypted(hidden), secrets=[ours, older], known=[rui.public])
    assert (found.text.strip(), found.protection) == (FOUND, Protection.BOTH)


def test_keys_and_encryption_of_the_newest_standard():
    """Version 6 keys, and what is encrypted to them with authentication all through (SEIPD version 2)."""
    make = pysequoia.Tsk.generate
    us, them = (make(f"x <{name}>", profile=pysequoia.Profile.RFC9580) for name in (US, "rui@example.org"))
    their_key = bytes(them.extract_certificate())
    sealed = pysequoia.encrypt(recipients=[us.extract_certificate()], bytes=inner(), signer=them.signer())
    letter = read(encrypted(bytes(sealed)), bytes(us), [their_key])
    assert (letter.text.strip(), letter.protection, letter.trouble) == (FOUND, Protection.BOTH, None)
    assert len(letter.signer) == 64


# signed, and looking encrypted


def test_a_message_that_is_only_signed_is_read_and_claims_no_secret(ours, rui):
    """``gpg --sign`` packs the text and calls it a message: only who looks inside sees that nothing is encrypted."""
    packed = rui.gpg("--armor", "--sign", given=FOUND.encode())
    letter = read(HEAD % b"x" + b"\r\n" + packed, ours, [rui.public])
    assert (letter.text, letter.form, letter.trouble) == (FOUND, Form.SIGNED, None)
    assert (letter.protection, letter.signer) == (Protection.VERIFIED, rui.fingerprint)
    stranger = read(HEAD % b"x" + b"\r\n" + packed, ours)
    assert (stranger.text, stranger.protection, stranger.signer) == (FOUND, Protection.UNPROTECTED, None)


def test_an_encrypted_letter_that_is_only_signed_is_not_confidential(ours, rui):
    packed = rui.gpg("--armor", "--sign", given=inner())
    letter = read(encrypted(packed), ours, [rui.public])
    assert (letter.text.strip(), letter.form, letter.protection) == (FOUND, Form.SIGNED, Protection.VERIFIED)


def test_a_signed_message_that_was_changed_is_by_nobody(ours, rui):
    packed = pgparmor.packets(rui.gpg("--sign", "--compress-algo", "none", given=FOUND.encode()))
    changed = base64.encodebytes(packed.replace(b"search", b"payday"))
    armour = b"-----BEGIN PGP MESSAGE-----\n\n" + changed + b"-----END PGP MESSAGE-----\n"
    letter = read(HEAD % b"x" + b"\r\n" + armour, ours, [rui.public])
    assert (letter.text, letter.signer) == (FOUND.replace("search", "payday"), None)
    assert letter.protection is Protection.UNPROTECTED


@pytest.mark.parametrize("kind", [b"application/pkcs7-mime", b"application/octet-stream; name=smime.p7m"])
def test_smime_is_held_wherever_it_stands(kind):
    part = b"Content-Type: " + kind + b"\r\n\r\n0\x82\x01\r\n"
    for raw in (HEAD % b"x" + part, mixed(b"Content-Type: text/plain\r\n\r\nConfidential\r\n", part)):
        letter = read(raw)
        assert (letter.trouble, letter.form) == (Trouble.SMIME, Form.SMIME)
