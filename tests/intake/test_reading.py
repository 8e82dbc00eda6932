"""Reading letters: the forms that people use, made here with real gpg."""

import base64
import re

import pytest
from tests.intake.mailmaker import FOUND, HEAD, US, encrypted, inner, mixed, read, signed

from meldpunt.intake import reading
from meldpunt.intake.letter import Form, Protection, Trouble
from meldpunt.vault import openpgp

# forms


def test_an_encrypted_and_signed_letter_is_both(ours, rui):
    letter = read(encrypted(rui.encrypts(inner(), "cvd@example.nl")), ours, [rui.public])
    assert letter.text.strip() == FOUND
    assert (letter.form, letter.protection) == (Form.PGP_MIME, Protection.BOTH)
    assert (letter.signer, letter.trouble, letter.sender) == (rui.fingerprint, None, "rui@example.org")


def test_a_signature_by_nobody_known_is_no_obstacle(ours, rui):
    letter = read(encrypted(rui.encrypts(inner(), "cvd@example.nl")), ours)
    assert (letter.protection, letter.signer, letter.trouble) == (Protection.CONFIDENTIAL, None, None)
    assert letter.text.strip() == FOUND


def test_known_keys_may_be_asked_by_address(ours, rui):
    asked = []
    raw = encrypted(rui.encrypts(inner(), "cvd@example.nl"))
    letter = reading.read(raw, secrets=[ours], known=lambda address: asked.append(address) or [rui.public])
    assert (asked, letter.signer) == (["rui@example.org"], rui.fingerprint)


def test_a_key_that_came_inside_is_learnt_and_proves_nothing_yet(ours, rui):
    armoured = rui.gpg("--armor", "--export", rui.address)
    with_key = mixed(
        b"Content-Type: text/plain\r\n\r\nhello\r\n", b"Content-Type: application/pgp-keys\r\n\r\n" + armoured
    ).split(b"<1@example.org>\r\n")[1]
    letter = read(encrypted(rui.encrypts(with_key, "cvd@example.nl")), ours)
    assert [openpgp.read_keys(key)[0].fingerprint for key in letter.keys] == [rui.fingerprint]
    assert (letter.signer, letter.protection) == (None, Protection.CONFIDENTIAL)


def test_a_good_signature_under_another_name_is_not_verified(ours, rui):
    raw = encrypted(rui.encrypts(inner(), "cvd@example.nl")).replace(b"<rui@", b"<mayor@")
    letter = read(raw, ours, [rui.public])
    assert (letter.signer, letter.protection) == (rui.fingerprint, Protection.CONFIDENTIAL)


def test_a_signed_letter_is_checked_over_its_exact_bytes(rui):
    part = b"Content-Type: text/plain;\r\n\tcharset=utf-8\r\nX-Odd:   two  spaces\r\n\r\nhello   world\r\n"
    letter = read(signed(part, rui.signs(part)), known=[rui.public])
    assert (letter.form, letter.protection, letter.text.strip()) == (Form.SIGNED, Protection.VERIFIED, "hello   world")
    bare = read(signed(part, rui.signs(part)).replace(b"\r\n", b"\n"), known=[rui.public])
    assert bare.protection is Protection.VERIFIED
    changed = read(signed(part.replace(b"world", b"w0rld"), rui.signs(part)), known=[rui.public])
    assert (changed.protection, changed.signer, changed.trouble) == (Protection.UNPROTECTED, None, None)


def test_a_list_footer_round_a_signed_letter_takes_the_status_away(rui):
    part = b"Content-Type: text/plain\r\n\r\nhello\r\n"
    whole = signed(part, rui.signs(part)).split(b"<1@example.org>\r\n")[1]
    letter = read(mixed(whole, b"Content-Type: text/plain\r\n\r\n-- the list\r\n"), known=[rui.public])
    assert (letter.protection, letter.signer, letter.form) == (Protection.UNPROTECTED, None, Form.SIGNED)
    assert "hello" in letter.text


def test_what_is_encrypted_below_readable_text_is_shown_apart_and_gives_no_status(ours, rui):
    sealed = encrypted(rui.encrypts(inner("secret"), "cvd@example.nl")).split(b"<1@example.org>\r\n")[1]
    letter = read(mixed(b"Content-Type: text/plain\r\n\r\nhi\r\n", sealed), ours, [rui.public])
    assert (letter.protection, letter.signer) == (Protection.UNPROTECTED, None)
    assert letter.text == "hi\n\n----- decrypted -----\nsecret\n----- end of what was decrypted -----"


def test_a_forwarded_ciphertext_is_not_opened_for_whoever_sent_it(ours, rui):
    sealed = encrypted(rui.encrypts(inner("secret"), "cvd@example.nl"))
    forwarded = b"Content-Type: message/rfc822\r\n\r\n" + sealed
    letter = read(mixed(b"Content-Type: text/plain\r\n\r\nlook\r\n", forwarded), ours)
    assert "secret" not in letter.text
    assert letter.attachments[0].content_type == "message/rfc822"


def test_inline_blocks_and_the_text_around_them(ours, rui):
    block = rui.encrypts(FOUND.encode(), "cvd@example.nl")
    alone = read(HEAD % b"x" + b"\r\n" + block, ours, [rui.public])
    assert (alone.text, alone.form, alone.protection) == (FOUND, Form.INLINE, Protection.BOTH)
    among = read(HEAD % b"x" + b"\r\nhi\r\n" + block + b"\r\nbye", ours, [rui.public])
    assert (among.protection, among.signer) == (Protection.UNPROTECTED, None)
    assert among.text.startswith("hi\n\n----- decrypted -----") and among.text.endswith("bye")


def test_a_clear_signed_text(rui):
    block = rui.signs(b"hello\n- dash\n", "--clear-sign")
    letter = read(HEAD % b"x" + b"\r\n" + block, known=[rui.public])
    assert (letter.text, letter.form, letter.protection) == ("hello\n- dash", Form.SIGNED, Protection.VERIFIED)
    unknown = read(HEAD % b"x" + b"\r\n" + block)
    assert (unknown.text.strip(), unknown.protection) == ("hello\n- dash", Protection.UNPROTECTED)


def test_an_encrypted_file_beside_readable_text(ours, rui):
    sealed = rui.encrypts(b"\x89PNG\r\n\x1a\n", "cvd@example.nl")
    file = b'Content-Type: application/octet-stream; name="../../shot.png.asc"\r\n\r\n' + sealed
    letter = read(mixed(b"Content-Type: text/plain\r\n\r\nsee\r\n", file), ours)
    assert (letter.form, letter.protection) == (Form.ATTACHMENT, Protection.UNPROTECTED)
    assert [(one.name, one.data) for one in letter.attachments] == [("shot.png", b"\x89PNG\r\n\x1a\n")]


@pytest.mark.parametrize("marks", [{"hp": "cipher"}, {"protected_headers": "v1"}])
def test_the_protected_subject_is_the_one_that_is_shown(ours, rui, marks):
    plain = inner(subject="The real subject", **marks)
    assert read(encrypted(rui.encrypts(plain, "cvd@example.nl")), ours).subject == "The real subject"
    bare = inner(subject="Not protected")
    assert read(encrypted(rui.encrypts(bare, "cvd@example.nl")), ours).subject == "..."


# trouble


def test_what_does_not_open_says_why_and_shows_nothing(ours, rui):
    stranger = openpgp.make_key("Stranger", "s@example.com")
    letter = read(encrypted(rui.encrypts(inner(), "cvd@example.nl")), stranger)
    assert (letter.trouble, letter.text, letter.form) == (Trouble.CANNOT_DECRYPT, "", Form.PGP_MIME)
    assert (letter.sender, letter.protection) == ("rui@example.org", Protection.UNPROTECTED)
    sealed = bytearray(rui.gpg("--dearmor", given=rui.encrypts(inner(), "cvd@example.nl")))
    sealed[-25] ^= 1
    broken = read(encrypted(rui.gpg("--enarmor", given=bytes(sealed)).replace(b"ARMORED FILE", b"MESSAGE")), ours)
    assert (broken.trouble, broken.text) == (Trouble.BROKEN_INTEGRITY, "")


def test_an_empty_letter_and_one_in_smime():
    assert read(HEAD % b"x" + b"\r\n\r\n").trouble is Trouble.EMPTY
    smime = HEAD % b"x" + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nAAAA"
    assert (read(smime).trouble, read(smime).form) == (Trouble.SMIME, Form.SMIME)


# keys in headers


def test_autocrypt_by_its_rules(rui):
    data = base64.b64encode(rui.public).decode()

    def keys(*headers):
        return read(HEAD % b"x" + "".join(f"Autocrypt: {one}\r\n" for one in headers).encode() + b"\r\nhi").keys

    assert len(keys(f"addr=rui@example.org; keydata={data}")) == 1
    assert len(keys(f"addr=rui@example.org; _odd=1; keydata={data}")) == 1
    assert keys(f"addr=rui@example.org; odd=1; keydata={data}") == ()
    assert keys(f"addr=other@example.org; keydata={data}") == ()
    assert keys(*[f"addr=rui@example.org; keydata={data}"] * 2) == ()


# forms on the web


def test_a_block_pasted_in_a_form_is_opened(ours, rui):
    block = rui.encrypts(FOUND.encode(), "cvd@example.nl").decode()
    opened = reading.read_form_text(block, [ours], [rui.public])
    assert (opened.text, opened.form, opened.signer) == (FOUND, Form.INLINE, rui.fingerprint)
    assert opened.protection is Protection.CONFIDENTIAL
    assert reading.read_form_text("plain", [ours], ()).form is Form.NONE
    stranger = openpgp.make_key("Stranger", "s@example.com")
    assert reading.read_form_text(block, [stranger], ()).trouble is Trouble.CANNOT_DECRYPT


# as gateways leave it


MANGLED = {
    "no empty line after the headers": lambda block: block.replace(b"MESSAGE-----\n\n", b"MESSAGE-----\nVersion: X\n"),
    "encoded once more": lambda block: block.replace(b"=", b"=3D"),
    "all in one line": lambda block: re.sub(rb"(?<![-\n])\n(?![-\n])", b" ", block),
    "two line ends": lambda block: block.replace(b"\n", b"\r\n\r\n"),
    "another checksum": lambda block: re.sub(rb"\n=....\n", b"\n=AAAA\n", block),
}


@pytest.mark.parametrize("how", MANGLED)
def test_an_inline_block_that_a_gateway_has_changed(ours, rui, how):
    block = MANGLED[how](rui.encrypts(FOUND.encode(), US))
    letter = read(HEAD % b"x" + b"\r\n" + block, ours, [rui.public])
    assert (letter.text, letter.protection) == (FOUND, Protection.BOTH)


def test_a_block_as_it_was_sent_before_there_was_a_standard(ours, rui):
    block = rui.encrypts(FOUND.encode(), US)
    raw = HEAD % b"x" + b"Content-Type: application/pgp; format=text; x-action=encrypt\r\n\r\n" + block
    letter = read(raw, ours, [rui.public])
    assert (letter.text, letter.form, letter.protection) == (FOUND, Form.INLINE, Protection.BOTH)


@pytest.mark.parametrize("name", [b"key.asc", b"key.gpg", b"key.bin"])
def test_a_key_that_is_attached_as_any_file_is_learnt(rui, name):
    key = rui.gpg("--armor", "--export", rui.address) if name.endswith(b"asc") else rui.public
    part = b"Content-Type: application/octet-stream; name=" + name + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    letter = read(mixed(b"Content-Type: text/plain\r\n\r\nhello\r\n", part + base64.encodebytes(key)))
    assert [len(letter.keys), letter.text] == [1, "hello"]
