"""Signatures inside compression, as GnuPG makes them when nobody says otherwise: checked without asking GnuPG."""

import hashlib
import os
import zlib

import pysequoia as pgp
import pytest
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vault.gnupg import Person, a_person

from meldpunt.vault import openpgp, pgparmor, pgpbox, pgpinside

TEXT = b"heap overflow in the parser\n" * 40
US = "cvd@example.nl"
US_RSA = "old@example.nl"


@pytest.fixture(scope="module")
def us():
    """The organisation, with a key that GnuPG made, so letters to it are compressed; one of each kind."""
    with a_person(US) as curve:
        old = Person(US_RSA, key="rsa")
        yield {US: curve, US_RSA: old}
        old.close()


@pytest.fixture(scope="module")
def rui(us):
    with a_person("rui@example.org") as person:
        for one in us.values():
            person.knows(one.public)
        yield person


@pytest.fixture(scope="module")
def letters(us, rui):
    return {to: pgparmor.message(rui.encrypts(TEXT, to)) for to in us}


@pytest.mark.parametrize("to", [US, US_RSA])
def test_what_gpg_signs_compresses_and_encrypts_is_verified_without_it(us, rui, letters, to):
    assert pgpinside.beginning(letters[to], us[to].secret).packed
    read = pgpbox.decrypt(letters[to], [us[to].secret], [rui.public])
    assert (read.plain, read.signers, read.unsure) == (TEXT, [rui.fingerprint], False)


def test_whoever_is_not_known_signs_nothing(us, rui, letters):
    stranger = us[US_RSA].public
    read = pgpbox.decrypt(letters[US], [us[US].secret], [stranger])
    assert (read.plain, read.signers, read.unsure) == (TEXT, [], False)


def test_several_keys_of_ours_and_hidden_recipients(us, rui):
    secrets = [us[US_RSA].secret, us[US].secret]
    for words in ((), ("--throw-keyids",)):
        for to in us:
            read = pgpbox.decrypt(pgparmor.message(rui.encrypts(TEXT, to, *words)), secrets, [rui.public])
            assert (read.signers, read.unsure) == ([rui.fingerprint], False)


def test_to_whom_a_letter_says_that_it_is(us, rui):
    identity = us[US].gpg("--list-keys", "--with-colons", US).decode().split("\nsub:")[1].split(":")[3].lower()
    assert pgpinside.recipients(pgparmor.message(rui.encrypts(TEXT, US))) == {identity}
    assert pgpinside.recipients(pgparmor.message(rui.encrypts(TEXT, US, "--throw-keyids"))) == {"0" * 16}
    newest = pgp.Tsk.generate("x <x@example.org>", profile=pgp.Profile.RFC9580)
    message = pgparmor.message(bytes(pgp.encrypt(recipients=[newest.extract_certificate()], bytes=TEXT)))
    [(its, _)] = pgpbox._decryptors(bytes(newest))
    assert pgpinside.recipients(message) == {its.lower()}
    assert pgpinside.recipients(b"\xc1") == pgpinside.recipients(b"") == set()


UNCOMPRESSED = ("--compress-algo", "none")


def claims(message, ours):
    return pgpinside.beginning(message, ours.secret).claims


@pytest.mark.parametrize("to", [US, US_RSA])
def test_by_whom_a_letter_says_that_it_is_signed(us, rui, to):
    message = pgparmor.message(rui.encrypts(TEXT, to, *UNCOMPRESSED))
    assert claims(message, us[to]) == (rui.fingerprint[-16:].lower(),)
    for known, signers in ((rui.public, [rui.fingerprint]), (us[US].public, [])):
        read = pgpbox.decrypt(message, [us[to].secret], [known])
        assert (read.plain, read.signers, read.unsure) == (TEXT, signers, False)


def test_of_several_signatures_each_says_by_whom_it_is(us, rui):
    both = ("-u", rui.fingerprint, "-u", us[US].fingerprint)
    us[US].knows(rui.secret)
    message = pgparmor.message(us[US].encrypts(TEXT, US, *UNCOMPRESSED, *both))
    ids = {one.fingerprint[-16:].lower() for one in (rui, us[US])}
    assert set(claims(message, us[US]) or ()) == ids
    for one in (rui, us[US]):
        read = pgpbox.decrypt(message, [us[US].secret], [us[US_RSA].public, one.public])
        assert (read.plain, read.signers) == (TEXT, [one.fingerprint])


def test_what_nobody_signed_claims_nothing_and_what_is_unusual_leaves_it_open(us, rui):
    ours = us[US_RSA]
    text = packet(11, b"b\0\0\0\0\0" + TEXT)
    signed = pgparmor.packets(rui.signs(TEXT, "--sign", *UNCOMPRESSED))
    newest = pgp.Tsk.generate("x <x@example.org>", profile=pgp.Profile.RFC9580)
    by_newest = pgparmor.packets(pgp.sign(newest.signer(), TEXT, mode=pgp.SignatureMode.INLINE))
    to_come, rest = signed[:15], signed[15:]
    nameless = to_come[:6] + bytes(8) + to_come[14:] + rest
    assert claims(sealed(text, ours), ours) == ()
    assert claims(sealed(signed, ours), ours) == (rui.fingerprint[-16:].lower(),)
    short = packet(pgpinside.SIGNED, to_come[2:8])
    unusual_ones = (
        by_newest,
        nameless,
        short + text,
        to_come + squeezed(text),
        to_come,
        packet(2, b"\4") + text,
        b"",
        text[:1],
    )
    for unusual in unusual_ones:
        assert claims(sealed(unusual, ours), ours) is None
    read = pgpbox.decrypt(sealed(nameless, ours), [ours.secret], [rui.public])
    assert (read.plain, read.signers) == (TEXT, [rui.fingerprint])


def test_a_large_letter_comes_in_parts(us, rui):
    text = os.urandom(1 << 19).hex().encode()
    read = pgpbox.decrypt(pgparmor.message(rui.encrypts(text, US)), [us[US].secret], [rui.public])
    assert (read.plain == text, read.signers) == (True, [rui.fingerprint])


# letters that GnuPG does not make


def packet(kind, body):
    return bytes([0xC0 | kind, 0xFF]) + len(body).to_bytes(4) + body


def squeezed(inside):
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packet(pgpinside.PACKED, b"\1" + packing.compress(inside) + packing.flush())


def sealed(inside, ours):
    """Any packets, encrypted as RFC 9580 has it in 5.13.1, to the RSA subkey of ``ours``."""
    subkey = next(one for one in reversed(pgparmor.split(ours.public)) if one[0] & 0x3C == 14 << 2 or one[0] == 0xCE)
    body = subkey[-pgparmor.body_size(subkey) :]
    n, at = pgpinside._number(body, 6)
    e, _ = pgpinside._number(body, at)
    identity = hashlib.sha1(b"\x99" + len(body).to_bytes(2) + body).digest()[-8:]
    key, prefix = os.urandom(32), os.urandom(16)
    to = rsa.RSAPublicNumbers(int.from_bytes(e), int.from_bytes(n)).public_key()
    wrapped = to.encrypt(b"\x09" + key + (sum(key) & 0xFFFF).to_bytes(2), padding.PKCS1v15())
    plain = prefix + prefix[-2:] + inside + b"\xd3\x14"
    opening = Cipher(algorithms.AES(key), CFB(bytes(16))).encryptor()
    number = (int.from_bytes(wrapped).bit_length()).to_bytes(2) + wrapped.lstrip(b"\0")
    head = packet(pgpinside.SESSION_KEY, b"\3" + identity + b"\1" + number)
    return head + packet(pgpinside.SEALED, b"\1" + opening.update(plain + hashlib.sha1(plain).digest()))


@pytest.mark.parametrize("profile", [pgp.Profile.RFC4880, pgp.Profile.RFC9580])
def test_a_signature_of_the_newest_kind_counts_inside_compression_too(us, profile):
    """GnuPG does not know version 6."""
    signer = pgp.Tsk.generate("Rui <rui@example.org>", profile=profile)
    cert = signer.extract_certificate()
    signed = pgparmor.packets(pgp.sign(signer.signer(), TEXT, mode=pgp.SignatureMode.INLINE))
    opened = openpgp.decrypt(sealed(squeezed(signed), us[US_RSA]), [us[US_RSA].secret], [bytes(cert)])
    assert (opened.plain, opened.signers) == (TEXT, (cert.fingerprint.upper(),))


def test_a_signature_over_another_text_counts_for_nothing(us, rui):
    """A signed part beside an unsigned one: whatever is shown, nobody has signed it."""
    signed = pgparmor.packets(rui.signs(b"something else", "--sign", "--compress-algo", "none"))
    loose = packet(11, b"b\0\0\0\0\0" + TEXT)
    for inside in (squeezed(loose) + signed, squeezed(signed) + loose, squeezed(loose + signed)):
        try:
            opened = openpgp.decrypt(sealed(inside, us[US_RSA]), [us[US_RSA].secret], [rui.public])
        except openpgp.Refusal:
            continue
        assert opened.signers == () or opened.plain == b"something else"


def test_what_unfolds_to_more_than_the_text_is_not_looked_at():
    body = squeezed(bytes(1 << 20))[6:]
    assert pgpinside.unpacked(body, 1 << 20) is not None
    assert pgpinside.unpacked(body, (1 << 20) - 1) is None
    assert pgpinside.unpacked(b"\3BZh9", 100) is None
    assert pgpinside.unpacked(b"\1\xff\xff", 100) is None


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_is_broken_raises_nothing(us, letters, data):
    to = data.draw(st.sampled_from([US, US_RSA]))
    letter = bytearray(letters[to])
    for _ in range(data.draw(st.integers(1, 6))):
        letter[data.draw(st.integers(0, min(len(letter) - 1, 600)))] = data.draw(st.integers(0, 255))
    broken = bytes(letter[: data.draw(st.integers(0, len(letter)))])
    body = pgpinside.beginning(broken, us[to].secret).packed
    assert body is None or len(pgpinside.unpacked(body, 1 << 16) or b"") <= 1 << 16
