"""Letters as a mail program sends them: PGP/MIME, encrypted and signed by gpg, with an Autocrypt header.

Each has a sender and a key of its own: automatic answers to one address are limited, and every letter
must cause the whole of the work.  Made once, kept under var/bench.  The organisation's key is one as
the program makes it at its first start, so that the letters look as they do in life, or an RSA-4096 key that
it brought along, to which gpg compresses; each house imports it.
"""

import base64
import os
import random
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from bench.house import CONTACT, KEPT, House
from meldpunt.vault import openpgp

PLAIN = 3150  # bytes of text that become a letter of 6 KiB
WORDS = (
    "the page answers with a record of somebody else when the number in the address is raised by one and no"
    " check is made whether the session belongs to that person so anyone who is signed in can read the address"
    " date of birth and payments of every resident I tried it with two accounts of my own and stopped there"
)
MESSAGE_ID = "@MESSAGE-ID@"
ORGANISATION = "organisation.key"


@dataclass(frozen=True)
class Kind:
    """``file``: bytes of a file that goes along; three quarters of the letter's size."""

    name: str
    distinct: int = 60
    rsa: bool = False
    file: int = 0

    @property
    def folder(self) -> Path:
        return KEPT / f"letters-{self.name}-{self.distinct}-6"


CURVE, RSA = Kind("curve"), Kind("rsa", rsa=True)
LARGE, LARGE_RSA = Kind("large", 8, file=2_750_000), Kind("large-rsa", 8, rsa=True, file=2_750_000)
KINDS = {kind.name: kind for kind in (CURVE, RSA, LARGE, LARGE_RSA)}


def prepared(kind: Kind) -> Path:
    """The folder with ``0.eml``, ``1.eml`` … and the organisation's secret key, made when it is not there."""
    if kind.folder.exists():
        return kind.folder
    KEPT.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix="letters-", dir=KEPT))
    home = Path(tempfile.mkdtemp(prefix="bench-gpg-"))
    try:
        _make(kind, making, home)
        making.rename(kind.folder)
    finally:
        _gpg(home, "--version")
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(making, ignore_errors=True)
    return kind.folder


def _make(kind: Kind, folder: Path, home: Path) -> None:
    if kind.rsa:
        _gpg(home, "--quick-generate-key", f"Voorbeeldstad <{CONTACT}>", "rsa4096", "sign,cert", "never")
        _gpg(home, "--quick-add-key", _fingerprint(home, CONTACT), "rsa4096", "encr", "never")
        secret = _gpg(home, "--export-secret-keys", CONTACT)
    else:
        secret = openpgp.make_key("Voorbeeldstad", CONTACT)
        _gpg(home, "--import", given=openpgp.public_copy(secret, expires=None))
    (folder / ORGANISATION).write_bytes(secret)
    for number in range(kind.distinct):
        sender = f"{kind.name}{number}@mail.example"
        _make_key(home, f"Reporter {number} <{sender}>")
        (folder / f"{number}.eml").write_bytes(_letter(home, number, sender, kind.file))


def _make_key(home: Path, user: str) -> None:
    key = ["--quick-generate-key", user, "ed25519", "sign,cert", "never"]
    _gpg(home, *key)
    _gpg(home, "--quick-add-key", _fingerprint(home, user.partition("<")[2].rstrip(">")), "cv25519", "encr", "never")


def _fingerprint(home: Path, address: str) -> str:
    found = _gpg(home, "--with-colons", "--list-keys", address).decode()
    return next(line.split(":")[9] for line in found.splitlines() if line.startswith("fpr"))


def _letter(home: Path, number: int, sender: str, file: int) -> bytes:
    """The bytes with CRLF; its Message-ID stands open as ``MESSAGE_ID``."""
    chance = random.Random(number)
    text = f"Subject: Report {number}: records of others can be read\n\n"
    words = WORDS.split()
    while len(text) < PLAIN:
        text += " ".join(chance.choice(words) for _ in range(12)) + ".\n"
    inner = _inner(text, chance.randbytes(file)).replace("\n", "\r\n").encode()
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


def _inner(text: str, file: bytes) -> str:
    """The headers and the text, which begins with more headers; and a file, if there is one."""
    if not file:
        return f'Content-Type: text/plain; charset=utf-8; protected-headers="v1"\n{text}'
    head, _, body = text.partition("\n\n")
    packed = base64.encodebytes(file).decode()
    return (
        f'Content-Type: multipart/mixed; boundary="i"; protected-headers="v1"\n{head}\n\n'
        f"--i\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
        "--i\nContent-Type: application/octet-stream; name=trace.bin\nContent-Transfer-Encoding: base64\n\n"
        f"{packed}--i--\n"
    )


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
    for kind in KINDS.values():
        house.run("keys", "import", str(prepared(kind) / ORGANISATION), *(["--use"] if kind is CURVE else []))


def stamped(kinds: str, count: int, mark: str) -> list[bytes]:
    """So many letters, each with a Message-ID of its own.  ``kinds``: names with a comma between, by turns."""
    made = [_made(KINDS[name]) for name in kinds.split(",")]
    found = []
    for number in range(count):
        of_kind = made[number % len(made)]
        letter = of_kind[number // len(made) % len(of_kind)]
        found.append(letter.replace(MESSAGE_ID.encode(), f"{mark}.{number}".encode()))
    return found


def _made(kind: Kind) -> list[bytes]:
    return [(prepared(kind) / f"{number}.eml").read_bytes() for number in range(kind.distinct)]
