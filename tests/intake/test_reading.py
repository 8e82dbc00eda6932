"""Reading letters: made here with real gpg, hostile ones, and the known answers."""

import base64
import hashlib
import json
import os
import re
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vault.gnupg import a_person

from meldpunt.ground.errors import Refusal
from meldpunt.intake import mime, reading
from meldpunt.intake.letter import Automatic, Form, Protection, Trouble
from meldpunt.vault import openpgp

SHARED = Path(os.environ.get("MELDPUNT_KNOWN_ANSWERS", "../shared"))
PGP, ANY = SHARED / "mail/pgp", SHARED / "mail/any"
FOUND = "SQL injection in the search page: ' OR 1=1 --"
HEAD = b"From: Rui <rui@example.org>\r\nTo: cvd@example.nl\r\nSubject: %s\r\nMessage-ID: <1@example.org>\r\n"


@pytest.fixture(scope="module")
def ours():
    return openpgp.make_key("Gemeente Voorbeeld", "cvd@example.nl")


@pytest.fixture(scope="module")
def rui(ours):
    with a_person("rui@example.org") as person:
        person.knows(openpgp.public_copy(ours, expires=None))
        yield person


def inner(text=FOUND, subject="", **parameters):
    """A text part as a mail client makes it, with CRLF."""
    letter = EmailMessage()
    letter.set_content(text + "\n")
    if subject:
        letter["Subject"] = subject
    for name, value in parameters.items():
        letter.set_param(name.replace("_", "-"), value)
    return re.sub(rb"\r?\n", b"\r\n", letter.as_bytes())


def encrypted(message, subject=b"..."):
    return (
        HEAD % subject
        + b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n'
        + b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
        + b"--b\r\nContent-Type: application/octet-stream\r\n\r\n"
        + message
        + b"\r\n--b--\r\n"
    )


def signed(part, signature, subject=b"Hello"):
    return (
        HEAD % subject
        + b'Content-Type: multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha512; boundary=s\r\n\r\n'
        + b"--s\r\n"
        + part
        + b"\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\n"
        + signature
        + b"\r\n--s--\r\n"
    )


def mixed(*parts, subject=b"Hello"):
    joined = b"".join(b"--m\r\n" + part + b"\r\n" for part in parts)
    return HEAD % subject + b"Content-Type: multipart/mixed; boundary=m\r\n\r\n" + joined + b"--m--\r\n"


def read(raw, ours=None, known=()):
    return reading.read(raw, secrets=[ours] if ours else [], known=known)


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


# machines


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (b"Auto-Submitted: auto-replied", Automatic.AUTO_REPLY),
        (b"Auto-Submitted: no", None),
        (b"Return-Path: <>", Automatic.AUTO_REPLY),
        (b"List-Id: <x.example.org>", Automatic.LIST),
        (b"X-Meldpunt-Letter: 17", Automatic.OWN),
        (b"X-Failed-Recipients: a@example.org", Automatic.BOUNCE),
    ],
)
def test_headers_of_machines(lines, kind):
    assert read(HEAD % b"hello" + lines + b"\r\n\r\ntext\r\n").automatic is kind


@pytest.mark.parametrize(
    "subject",
    [
        "Auto-login bypass in the portal",
        "Verification of e-mail address can be bypassed",
        "Out of office plugin leaks addresses",
        "Delivery status page shows other people's orders",
        "Undeliverable parcels endpoint: IDOR",
    ],
)
def test_people_report_weaknesses_in_mail_too(subject):
    text = b"The server says 550 5.1.1 user unknown. The account is protected by a word.\r\n"
    assert read(HEAD % subject.encode() + b"\r\n" + text).automatic is None


def test_a_bounce_names_the_letter_that_came_back():
    status = (
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nAction: %s\r\nStatus: 5.1.1\r\n"
    )
    back = b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <ours@example.nl>\r\nSubject: s\r\n\r\nbody\r\n"
    text = b"Content-Type: text/plain\r\n\r\nsorry\r\n"
    for action, kind in ((b"failed", Automatic.BOUNCE), (b"delayed", Automatic.AUTO_REPLY)):
        raw = mixed(text, status % action, back).replace(b"multipart/mixed", b"multipart/report")
        assert read(raw).automatic is kind
    assert "<ours@example.nl>" in read(mixed(text, status % b"failed", back)).references


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


# text


def test_any_charset_and_none():
    def text(charset, data):
        return read(HEAD % b"x" + b"Content-Type: text/plain; charset=" + charset + b"\r\n\r\n" + data).text

    assert text(b"utf-8", "geïnteresseerd €".encode()) == "geïnteresseerd €"
    assert text(b"iso-8859-1", "geïnteresseerd €".encode("cp1252")) == "geïnteresseerd €"
    assert text(b"klingon", "één".encode("cp1252")) == "één"
    assert text(b"hex", b"6869") == "6869"
    assert text(b"utf-8", b"a\x00b\xe2\x80\xaec") == "abc"


def test_html_alone_becomes_text_with_its_links():
    html = b"<p>See <a href='https://example.org/x'>here</a></p><script>alert(1)</script><img src='http://track'>"
    letter = read(HEAD % b"x" + b"Content-Type: text/html\r\n\r\n" + html)
    assert "here" in letter.text and "https://example.org/x" in letter.text
    assert "alert" not in letter.text and "<" not in letter.text


def test_a_version_that_says_something_else_is_shown_too():
    parts = (b"Content-Type: text/plain\r\n\r\nAll is well.\r\n", b"Content-Type: text/html\r\n\r\n<p>Pay me now</p>")
    letter = read(mixed(*parts).replace(b"multipart/mixed", b"multipart/alternative"))
    assert "All is well." in letter.text and "Pay me now" in letter.text
    same = read(
        mixed(parts[0], b"Content-Type: text/html\r\n\r\n<p>All is <b>well</b>.</p>").replace(b"mixed", b"alternative")
    )
    assert same.text.strip() == "All is well."


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\temp\\\\x.exe", "x.exe"),
        (".bashrc", "bashrc"),
        ("a\x01b\u202egnp.exe", "abgnp.exe"),
        ("..", "file"),
        ("x" * 500 + ".tar.gz", "x" * 108 + ".gz"),
    ],
)
def test_file_names_are_only_names(given, safe):
    head = f'Content-Type: application/x-data\r\nContent-Disposition: attachment; filename="{given}"\r\n\r\nx'
    [file] = read(mixed(head.encode())).attachments
    assert file.name == safe


def test_the_language_is_guessed():
    assert read(HEAD % b"x" + b"\r\nIk heb een lek gevonden in de site van jullie gemeente.").language == "nl"
    assert read(HEAD % b"x" + b"\r\nI found a weakness in the site of your city.").language == "en"


# forms on the web


def test_a_block_pasted_in_a_form_is_opened(ours, rui):
    block = rui.encrypts(FOUND.encode(), "cvd@example.nl").decode()
    opened = reading.read_form_text(block, [ours], [rui.public])
    assert (opened.text, opened.form, opened.signer) == (FOUND, Form.INLINE, rui.fingerprint)
    assert opened.protection is Protection.CONFIDENTIAL
    assert reading.read_form_text("plain", [ours], ()).form is Form.NONE
    stranger = openpgp.make_key("Stranger", "s@example.com")
    assert reading.read_form_text(block, [stranger], ()).trouble is Trouble.CANNOT_DECRYPT


# hostile input: bounded in time, never an exception


def nested(depth):
    out = HEAD % b"x"
    for level in range(depth):
        out += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
    return out + b"Content-Type: text/plain\r\n\r\ndeep\r\n"


HOSTILE = {
    "deep": nested(3000),
    "wide": mixed(*[b"Content-Type: text/plain\r\n\r\nx\r\n"] * 10_000),
    "forwarded": HEAD % b"x" + b"Content-Type: message/rfc822\r\n\r\n" * 2000,
    "headers": HEAD % b"x" + b"X: y\r\n" * 500_000 + b"\r\nhello",
    "long header": b"Subject: " + b"=?utf-8?q?a?= " * 300_000 + b"\r\n\r\nhello",
    "long line": HEAD % b"x" + b"\r\n" + b"a" * 5_000_000,
    "folds": b"Subject: x\r\n" + b" y\r\n" * 500_000 + b"\r\nhello",
    "brackets": b"From: " + b"(<" * 200_000 + b"\r\n\r\nhello",
    "quotes": b'Content-Type: text/plain; name="' + b'\\"' * 200_000 + b"\r\n\r\nhello",
    "semicolons": b"Content-Type: text/plain" + b";a=b" * 200_000 + b"\r\n\r\nhello",
    "beginnings": HEAD % b"x" + b"\r\n" + b"-----BEGIN PGP MESSAGE-----\r\n" * 100_000,
    "html": HEAD % b"x" + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000,
    "html tags": HEAD % b"x" + b"Content-Type: text/html\r\n\r\n" + b"<script " * 100_000,
    "boundaries": HEAD % b"x" + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--bb\r\n" * 300_000,
    "base64": HEAD % b"x" + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=A" * 500_000,
    "nuls": b"\x00" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_letters_are_read_in_bounded_time(name):
    began = time.perf_counter()
    letter = read(HOSTILE[name])
    assert time.perf_counter() - began < 3
    assert isinstance(letter, reading.Letter)


def test_more_parts_or_levels_than_are_read_is_said():
    assert read(HOSTILE["wide"]).trouble is Trouble.TOO_LARGE
    assert read(HOSTILE["deep"]).trouble is Trouble.TOO_LARGE


WORDS = """multipart/mixed; boundary=m
multipart/alternative; boundary=m
text/html
message/rfc822
=?utf-8?b?
?=
-----BEGIN PGP SIGNED MESSAGE-----
-----BEGIN PGP SIGNATURE-----
-----END PGP SIGNATURE-----
From:
Content-Type:
Content-Transfer-Encoding: base64
filename*0*=utf-8''%41
charset=
--m"""
PIECES = st.sampled_from([*WORDS.encode().splitlines(), *(bytes([one]) for one in b'\r\n\x00\xff"<>(@;a: -')])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map(b"".join) | st.binary(max_size=300))
def test_no_bytes_raise(raw):
    letter = read(raw)
    assert "\x00" not in letter.text + letter.subject + letter.sender
    assert all(file.name and "/" not in file.name for file in letter.attachments)


@given(st.lists(st.binary(max_size=40).filter(lambda b: b"--m" not in b), min_size=1, max_size=5))
def test_parts_are_cut_exactly(bodies):
    raw = mixed(*[b"X: y\r\n\r\n" + body for body in bodies])
    assert [part.body for part in mime.parse(raw).root.parts] == bodies


# the known answers

ARGUED_PGP: set[str] = set()
ARGUED_ANY = {
    # 8-bit letters in headers are shown as what they are (ö), not as a replacement character
    *(f"stalwart/legacy-{number}" for number in ("010", "016", "020", "022", "023", "026", "027", "052")),
    "stalwart/malformed-019",
    # advertising by a person's address, without any mark of a machine
    "bounceparser/spam-bogus-email-in-report",
    "bounceparser/spam-lots-of-bogus-addresses",
    "bounceparser/spam-with-image",
}


def rows(folder):
    file = folder / "expectations.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def plain_words(text):
    return re.sub(r"\s+", " ", text).strip()


def ring(name):
    """The secret keys, unlocked, and the certificates of one key ring."""
    about = json.loads((PGP / "keyrings.json").read_text("utf-8"))[name]
    ours, known = [], []
    for file in about["keys"]:
        try:
            keys = openpgp.read_keys((PGP / "keys" / name / file).read_bytes())
        except Refusal:
            continue
        for key in keys:
            word = about["passphrases"][0]
            (ours if key.secret else known).append(openpgp.unlock(key.data, word) if key.locked else key.data)
    return ours, known


def test_the_known_letters_with_pgp():
    if not rows(PGP):
        pytest.skip("the known letters are not here (MELDPUNT_KNOWN_ANSWERS)")
    rings, wrong = {}, []
    for row in rows(PGP):
        name = row["keyring"]
        if name not in rings:
            rings[name] = ring(name)
        ours, known = rings[name]
        letter = reading.read((PGP / row["file"]).read_bytes(), secrets=ours, known=known)
        if row["id"] not in ARGUED_PGP and not right_pgp(row, letter):
            wrong.append(row["id"])
    assert wrong == []


def right_pgp(row, letter):
    text = letter.text.replace("\r\n", "\n")
    smime = row["form"] == "smime" and row["encrypted"]
    hashes = {hashlib.sha256(file.data).hexdigest() for file in letter.attachments}
    files = [one["sha256"] for one in row["attachments"] if one["layer"] == "decrypted"]
    state = "good" if letter.signer else "none"
    accepted = {*row["signature_accept"], *(() if row["signature_accept"] == ["good"] else ("none",))}
    named = {one["fingerprint"] for one in row["signatures"] if one["state"] == "good"}
    return (
        (smime or all(words in text for words in row["plaintext_contains"]))
        and (not row["verdict"].startswith("decrypt") or set(files) <= hashes)
        and ("report-not-readable" not in row["must"] or letter.trouble is not None)
        and (row["form"] == "smime" or state in accepted)
        and (not letter.signer or letter.signer in named)
        and ("not-shown-as-signed-by-From" not in row["must"] or "verified" not in letter.protection)
        and (not row["protected_subject"] or letter.subject == row["protected_subject"])
    )


def test_the_known_letters_of_any_kind():
    if not rows(ANY):
        pytest.skip("the known letters are not here (MELDPUNT_KNOWN_ANSWERS)")
    wrong = []
    for row in rows(ANY):
        letter = read((ANY / row["file"]).read_bytes())
        if row["id"] not in ARGUED_ANY and not right_any(row, letter):
            wrong.append(row["id"])
    assert wrong == []


def right_any(row, letter):
    expected = row["expect"]
    if row["kind"] != "parse":
        return (letter.automatic is None) == (expected["mail_class"] in ("human", "not-bounce"))
    subjects = [plain_words(one) for one in [expected.get("subject") or "", *expected.get("subject_accept", [])]]
    senders = [one.lower() for one in [expected.get("from_email") or "", *expected.get("from_accept", [])]]
    hashes = {hashlib.sha256(file.data).hexdigest() for file in letter.attachments}
    files = [
        {file["sha256"], *file.get("sha256_accept", [])}
        for file in expected.get("attachments", [])
        if file.get("sha256")
    ]
    text = plain_words(letter.text)
    wanted = [re.sub(r"<[^>]+>", " ", words) for words in expected.get("body_contains", [])]
    return (
        (expected.get("subject") is None or plain_words(letter.subject) in subjects)
        and (not expected.get("from_email") or letter.sender.lower() in senders)
        and all(plain_words(words) in text for words in wanted)
        and all(accepted & hashes for accepted in files)
    )
