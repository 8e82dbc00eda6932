"""The known letters, each read with the keys that it was written for and no others."""

import hashlib

from tests.intake.known import ANY, PGP, key_ring, right_any, right_pgp, rows

from meldpunt.ground.errors import Refusal
from meldpunt.intake import reading
from meldpunt.vault import openpgp


def line(letter):
    """The letter as the command line prints it."""
    files = [{"name": file.name, "sha256": hashlib.sha256(file.data).hexdigest()} for file in letter.attachments]
    held = {"outcome": "held" if letter.trouble else "ignored" if letter.automatic else "opened"}
    said = {name: getattr(letter, name) for name in ("text", "subject", "sender", "signer", "protection", "automatic")}
    return held | said | {"attachments": files}


def ring(name):
    """The secret keys, unlocked, and the certificates of one key ring."""
    ours, known = [], []
    files, word = key_ring(name)
    for file in files:
        try:
            keys = openpgp.read_keys(file.read_bytes())
        except Refusal:
            continue
        for key in keys:
            (ours if key.secret else known).append(openpgp.unlock(key.data, word) if key.locked else key.data)
    return ours, known


def test_the_known_letters_with_pgp():
    rings, wrong = {}, []
    for row in rows(PGP):
        name = row["keyring"]
        if name not in rings:
            rings[name] = ring(name)
        ours, known = rings[name]
        letter = reading.read((PGP / row["file"]).read_bytes(), secrets=ours, known=known)
        if not right_pgp(row, line(letter)):
            wrong.append(row["id"])
    assert wrong == []


def test_the_known_letters_of_any_kind():
    wrong = []
    for row in rows(ANY):
        letter = reading.read((ANY / row["file"]).read_bytes(), secrets=(), known=())
        if not right_any(row, line(letter)):
            wrong.append(row["id"])
    assert wrong == []
