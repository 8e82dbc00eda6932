"""What the tests of the mail doors share: snippets of the manual, certificates, what is in a spool, absent programs."""

import datetime
import ipaddress
import json
import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from meldpunt.intake.rules import spool_context
from meldpunt.vault import files, keyring, sealing
from meldpunt.vault.files import SealedFile

MANUAL = Path(__file__).parents[2] / "docs" / "mail-server.md"


def lacking(what: str) -> None:
    """This test cannot run here: skipped with a word, but never under CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


def program(name: str, package: str) -> str:
    """Where a server is."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if not found:
        lacking(f"{name} is not installed (Debian: {package})")
    return str(found)


def snippet(name: str) -> str:
    """A block of docs/mail-server.md whose first line is ``# name``."""
    for block in re.findall(r"```\w+\n(.*?)```", MANUAL.read_text(), re.DOTALL):
        if block.startswith(f"# {name}\n"):
            return block
    raise AssertionError(f"the manual has no snippet {name}")


def replaced(text: str, **changes: str) -> str:
    """A snippet with the test's own addresses and files.  Each setting must be in it."""
    for name, value in changes.items():
        text, count = re.subn(rf'(?m)^{name} = ".*"$', f'{name} = "{value}"', text)
        assert count == 1, name
    return text


def certificate(folder: Path, name: str = "127.0.0.1") -> tuple[Path, Path]:
    """A certificate of this machine that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime(2020, 1, 1)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=365 * 60))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return cert, private


def count(data: Path) -> int:
    with closing(sqlite3.connect(data / "meldpunt.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM intake_item").fetchone()[0])


def letters(data: Path) -> list[bytes]:
    """The exact bytes of every letter in the spool, in order."""
    private = keyring.vault(data, "operator").private
    with closing(sqlite3.connect(data / "meldpunt.sqlite3")) as database:
        rows = database.execute("SELECT token, sealed FROM intake_item ORDER BY id").fetchall()
    return [_letter(data, sealing.unseal(private, sealed, spool_context(token))) for token, sealed in rows]


def _letter(data: Path, framed: bytes) -> bytes:
    size = int.from_bytes(framed[:4], "big")
    head = json.loads(framed[4 : 4 + size])
    if "file" in head:
        return b"".join(files.read(data, SealedFile.from_plain(head["file"])))
    return framed[4 + size :]
