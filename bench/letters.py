"""Letters of 6 KiB as a mail program sends them: PGP/MIME, encrypted and signed by gpg, with an Autocrypt header.

Each has a sender and a key of its own: automatic answers to one address are limited, and every letter
must cause the whole of the work.  Made once, kept under var/bench.  The organisation's key is one as
the program makes it at its first start, so that the letters look as they do in life; each house imports it.
"""

import base64
import os
import random
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from bench.house import CONTACT, KEPT, House
from meldpunt.vault import openpgp

DISTINCT = 60
SIZE = 6 << 10
PLAIN = 3150  # bytes of text that become a letter of that size
WORDS = (
    "the page answers with a record of somebody else when the number in the address is raised by one and no"
    " check is made whether the session belongs to that person so anyone who is signed in can read the address"
    " date of birth and payments of every resident I tried it with two accounts of my own and stopped there"
)
MESSAGE_ID = "@MESSAGE-ID@"
ORGANISATION = "organisation.key"
FOLDER = KEPT / f"letters-{DISTINCT}x{SIZE}-5"


def prepared() -> Path:
    """The folder with ``0.eml``, ``1.eml`` … and the organisation's secret key, made when it is not there."""
    if FOLDER.exists():
        return FOLDER
    KEPT.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix="letters-", dir=KEPT))
    home = Path(tempfile.mkdtemp(prefix="bench-gpg-"))
    try:
        _make(making, home)
        making.rename(FOLDER)
    finally:
        _gpg(home, "--version")
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(making, ignore_errors=True)
    return FOLDER


def _make(folder: Path, home: Path) -> None:
    secret = openpgp.make_key("Voorbeeldstad", CONTACT)
    (folder / ORGANISATION).write_bytes(secret)
    _gpg(home, "--import", given=openpgp.public_copy(secret, expires=None))
    for number in range(DISTINCT):
        sender = f"reporter{number}@mail.example"
        _make_key(home, f"Reporter {number} <{sender}>")
        (folder / f"{number}.eml").write_bytes(_letter(home, number, sender))


def _make_key(home: Path, user: str) -> None:
    key = ["--quick-generate-key", user, "ed25519", "sign,cert", "never"]
    _gpg(home, *key)
    found = _gpg(home, "--with-colons", "--list-keys", user.partition("<")[2].rstrip(">")).decode()
    fingerprint = next(line.split(":")[9] for line in found.splitlines() if line.startswith("fpr"))
    _gpg(home, "--quick-add-key", fingerprint, "cv25519", "encr", "never")


def _letter(home: Path, number: int, sender: str) -> bytes:
    """The bytes with CRLF; its Message-ID stands open as ``MESSAGE_ID``."""
    chance = random.Random(number)
    text = f"Subject: Report {number}: records of others can be read\n\n"
    words = WORDS.split()
    while len(text) < PLAIN:
        text += " ".join(chance.choice(words) for _ in range(12)) + ".\n"
    inner = f'Content-Type: text/plain; charset=utf-8; protected-headers="v1"\n{text}'.replace("\n", "\r\n").encode()
    options = ["--armor", "--sign", "--encrypt", "--trust-model", "always", "-u", sender, "-r", CONTACT, "-r", sender]
    armour = _gpg(home, *options, given=inner)
    key = base64.b64encode(_gpg(home, "--export-options", "export-minimal", "--export", sender)).decode()
    folded = "\n ".join(key[at : at + 76] for at in range(0, len(key), 76))
    head = [
        f"From: Reporter {number} <{sender}>",
        f"To: {CONTACT}",
        "Subject: ...",
        f"Date: {format_datetime(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))}",
        f"Message-ID: <{MESSAGE_ID}@mail.example>",
        f"Autocrypt: addr={sender}; keydata=\n {folded}",
        "MIME-Version: 1.0",
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"',
    ]
    parts = "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n"
    parts += "--b\nContent-Type: application/octet-stream\n\n"
    whole = "\n".join(head) + "\n\n" + parts + armour.decode() + "\n--b--\n"
    return whole.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def _gpg(home: Path, *options: str, given: bytes = b"") -> bytes:
    always: list[str | Path] = [
        "gpg",
        "--homedir",
        home,
        "--batch",
        "--quiet",
        "--passphrase",
        "",
        "--pinentry-mode",
        "loopback",
    ]
    return subprocess.run(
        [*always, *options], input=given, check=True, capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8"}
    ).stdout


def give_key(house: House) -> None:
    """Have a house use the key that the letters are encrypted to."""
    house.run("keys", "import", str(prepared() / ORGANISATION), "--use")


def stamped(count: int, mark: str) -> list[bytes]:
    """So many letters, each with a Message-ID of its own."""
    folder = prepared()
    made = [(folder / f"{number}.eml").read_bytes() for number in range(DISTINCT)]
    return [
        made[number % DISTINCT].replace(MESSAGE_ID.encode(), f"{mark}.{number}".encode()) for number in range(count)
    ]
