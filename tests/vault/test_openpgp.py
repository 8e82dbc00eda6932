"""OpenPGP against real gpg, both ways."""

import contextlib
import os
import signal
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vault.gnupg import a_person

from meldpunt.vault import openpgp, pgpengine
from meldpunt.vault.errors import (
    BrokenIntegrity,
    CannotOpen,
    NotForUs,
    TooLarge,
    UnusableKey,
    WrongPassphrase,
)

FAR = datetime(2090, 1, 1, tzinfo=UTC)
TEXT = b"heap overflow in the parser\n" * 40


@pytest.fixture(scope="module")
def ours():
    return openpgp.make_key("Gemeente Voorbeeld", "cvd@example.nl")


@pytest.fixture(scope="module")
def rui(ours):
    with a_person("rui@example.org") as person:
        person.knows(openpgp.public_copy(ours, expires=FAR))
        yield person


@pytest.fixture(scope="module")
def letter(rui):
    return rui.encrypts(TEXT, "cvd@example.nl")


def test_our_key_is_what_gpg_users_can_use(ours):
    [key] = openpgp.read_keys(ours)
    [public] = openpgp.read_keys(openpgp.public_copy(ours, expires=FAR))
    assert (key.secret, key.locked, key.addresses, key.expires) == (True, False, ("cvd@example.nl",), None)
    assert (public.secret, public.expires, public.can_encrypt) == (False, FAR, True)
    assert public.fingerprint == key.fingerprint


def test_the_published_copy_holds_no_secret(ours):
    assert b"PRIVATE" not in openpgp.armor(openpgp.public_copy(ours, expires=None)).encode()
    assert not openpgp.read_keys(openpgp.public_copy(ours, expires=None))[0].secret


def test_a_letter_made_by_gpg_is_read_and_verified(ours, rui, letter):
    opened = openpgp.decrypt(letter, [ours], [rui.public])
    assert (opened.plain, opened.signers, opened.weak) == (TEXT, (rui.fingerprint,), False)


def test_an_unknown_or_missing_signature_does_not_hinder_reading(ours, rui, letter):
    assert openpgp.decrypt(letter, [ours]).plain == TEXT
    someone_else = openpgp.public_copy(ours, expires=None)
    assert openpgp.decrypt(letter, [ours], [someone_else]) == openpgp.Opened(TEXT, ())
    unsigned = rui.encrypts(TEXT, "cvd@example.nl", sign=False)
    assert openpgp.decrypt(unsigned, [ours], [rui.public]) == openpgp.Opened(TEXT, ())


def test_a_compressed_letter_is_verified_too(ours, rui):
    squeezed = rui.encrypts(TEXT, "cvd@example.nl", "--personal-compress-preferences", "zip", "--compress-algo", "zip")
    assert openpgp.decrypt(squeezed, [ours], [rui.public]).signers == (rui.fingerprint,)


def test_hidden_recipients_and_several_keys_of_ours(ours, rui):
    older = openpgp.make_key("Before", "old@example.nl")
    hidden = rui.encrypts(TEXT, "cvd@example.nl", "--throw-keyids")
    assert openpgp.decrypt(hidden, [older, ours], [rui.public]).signers == (rui.fingerprint,)


def test_an_expired_key_of_ours_still_reads(rui):
    with a_person("expired@example.nl") as house:
        rui.knows(house.public)
        letter = rui.encrypts(TEXT, "expired@example.nl")
        expired = _with_expiry_in_the_past(house)
        assert openpgp.read_keys(expired)[0].why_not == "expired"
        assert openpgp.decrypt(letter, [expired], [rui.public]).signers == (rui.fingerprint,)


def _with_expiry_in_the_past(house):
    """The key as it is when gpg gave it one second more to live, and that second has gone by."""
    house.gpg("--quick-set-expire", house.fingerprint, "seconds=1")
    while openpgp.read_keys(house.secret)[0].why_not != "expired":
        pass
    return house.secret


def test_a_rotated_subkey_of_ours_still_reads(rui):
    with a_person("rotated@example.nl") as house:
        rui.knows(house.public)
        before = rui.encrypts(TEXT, "rotated@example.nl")
        house.gpg("--quick-add-key", house.fingerprint, "cv25519", "encr", "never")
        assert openpgp.decrypt(before, [house.secret]).plain == TEXT


def test_a_letter_to_somebody_else_is_not_for_us(rui):
    stranger = openpgp.make_key("Stranger", "stranger@example.com")
    for_rui = openpgp.encrypt(TEXT, [rui.public])
    with pytest.raises(NotForUs):
        openpgp.decrypt(for_rui, [stranger])
    with pytest.raises(NotForUs):
        openpgp.decrypt(for_rui, [])


@settings(max_examples=60)
@given(at=st.floats(0.2, 0.999), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_letter_opens_whole_or_not_at_all(ours, letter, at, byte, cut):
    place = int(at * len(letter))
    damaged = letter[:place] + bytes([byte]) + (b"" if cut else letter[place + 1 :])
    try:
        assert openpgp.decrypt(damaged, [ours]).plain == TEXT
    except CannotOpen as refusal:
        assert "backtrace" not in str(refusal)


def test_text_without_proof_of_integrity_is_refused(ours, rui):
    bare = rui.encrypts(TEXT, "cvd@example.nl", "--rfc2440", "--disable-mdc", "--cipher-algo", "AES", sign=False)
    damaged = bytearray(rui.gpg("--dearmor", given=bare))
    damaged[-30] ^= 1
    with pytest.raises(BrokenIntegrity):
        openpgp.decrypt(bytes(damaged), [ours])


def test_a_bomb_bursts_in_the_box_and_the_next_letter_is_read(ours, rui, letter, tmp_path):
    big = tmp_path / "zeros"
    with big.open("wb") as file:
        file.truncate(400 << 20)
    bomb = rui.gpg("--armor", "--compress-algo", "zip", "-r", "cvd@example.nl", "-o", "-", "-e", str(big))
    assert len(bomb) < 2 << 20
    with pytest.raises(TooLarge):
        openpgp.decrypt(bomb, [ours])
    assert openpgp.decrypt(letter, [ours]).plain == TEXT


def test_a_killed_child_is_replaced(ours, letter):
    openpgp.decrypt(letter, [ours])
    os.kill(pgpengine._child.process.pid, signal.SIGKILL)
    assert openpgp.decrypt(letter, [ours]).plain == TEXT


def test_what_we_encrypt_gpg_reads_and_verifies(ours, rui):
    plain, signers = rui.reads(openpgp.encrypt(TEXT, [rui.public], ours))
    assert plain == TEXT
    assert signers == [openpgp.read_keys(ours)[0].fingerprint]


def test_detached_signatures_both_ways(ours, rui):
    fingerprint = openpgp.read_keys(ours)[0].fingerprint
    assert rui.verifies(TEXT, openpgp.sign_detached(TEXT, ours)) == [fingerprint]
    assert rui.verifies(TEXT + b"!", openpgp.sign_detached(TEXT, ours)) == []
    assert openpgp.verify_detached(TEXT, rui.signs(TEXT), [rui.public]) == (rui.fingerprint,)
    assert openpgp.verify_detached(TEXT + b"!", rui.signs(TEXT), [rui.public]) == ()
    assert openpgp.verify_detached(TEXT, rui.signs(TEXT), []) == ()


def test_clear_signatures_both_ways(ours, rui):
    text = b"one line\n- and a dash\n"
    content, signers = openpgp.verify_clear(rui.signs(text, "--clear-sign"), [rui.public])
    assert (content.replace(b"\r\n", b"\n").rstrip(), signers) == (text.rstrip(), (rui.fingerprint,))
    assert openpgp.verify_clear(openpgp.sign_clear(text, ours), [rui.public]) == (b"", ())


@pytest.mark.parametrize("key", ["ed25519", "rsa"])
def test_a_passphrase_is_taken_off(key):
    with a_person("locked@example.nl", key=key, passphrase="correct horse") as house:
        house.knows(house.public)
        [locked] = openpgp.read_keys(house.secret)
        assert locked.locked
        letter = house.encrypts(TEXT, house.address)
        unlocked = openpgp.unlock(house.gpg("--armor", "--export-secret-keys"), "correct horse")
        assert not openpgp.read_keys(unlocked)[0].locked
        assert openpgp.decrypt(letter, [unlocked]).plain == TEXT
        with pytest.raises(WrongPassphrase):
            openpgp.unlock(house.secret, "wrong horse")


def test_unlocking_leaves_open_keys_as_they_are(ours):
    assert openpgp.unlock(ours, "anything") == openpgp.read_keys(ours)[0].data


def test_nothing_is_encrypted_to_a_revoked_or_expired_key(rui):
    with a_person("gone@example.org") as gone:
        certificate = (gone.home / "openpgp-revocs.d" / f"{gone.fingerprint}.rev").read_bytes()
        gone.gpg("--import", given=certificate.replace(b":-----", b"-----"))
        assert openpgp.read_keys(gone.public)[0].revoked
        with pytest.raises(UnusableKey, match="revoked"):
            openpgp.encrypt(TEXT, [rui.public, gone.public])


def test_a_minimised_key_keeps_only_the_address_that_matters():
    with a_person("work@example.org") as person:
        person.gpg("--quick-add-uid", person.fingerprint, "Home <home@example.com>")
        small = openpgp.minimised(person.public, "work@example.org")
        assert openpgp.read_keys(small)[0].addresses == ("work@example.org",)
        assert person.reads(openpgp.encrypt(TEXT, [small]))[0] == TEXT


@pytest.mark.parametrize(
    "junk", [b"", b"hello", b"\x00" * 50, b"\xff" * 5000, b"-----BEGIN PGP MESSAGE-----\n\n====\n"]
)
def test_junk_is_refused_in_words(ours, junk):
    with pytest.raises(CannotOpen):
        openpgp.decrypt(junk, [ours])
    assert openpgp.verify_detached(b"x", junk, [openpgp.public_copy(ours, expires=None)]) == ()
    with contextlib.suppress(UnusableKey):
        assert openpgp.read_keys(junk) == ()


def test_what_is_compressed_with_bzip2_is_read(ours, rui):
    """The first engine does not know it."""
    assert openpgp.decrypt(rui.encrypts(TEXT, "cvd@example.nl", "--compress-algo", "bzip2"), [ours]).plain == TEXT


def test_a_large_compressed_letter_is_read_and_a_larger_one_is_too_large(ours, rui):
    """From 25 MiB on the library complains in another way."""
    senders = [rui.public]
    large = rui.encrypts(TEXT * 28_000, "cvd@example.nl", "--compress-algo", "zip")
    opened = openpgp.decrypt(large, [ours], senders)
    assert (len(opened.plain), opened.signers) == (len(TEXT) * 28_000, (rui.fingerprint,))
    with pytest.raises(TooLarge):
        openpgp.decrypt(rui.encrypts(bytes(70 << 20), "cvd@example.nl", "--compress-algo", "zip"), [ours], senders)
