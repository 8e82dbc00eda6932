"""Feed the reader mutated letters; look for exceptions, slowness and what must never be shown.

    python -m venv var/fuzz && var/fuzz/bin/pip install -r requirements/runtime.txt && var/fuzz/bin/pip install atheris
    mkdir -p var/corpus
    PYTHONPATH=src var/fuzz/bin/python tests/fuzz/reader.py -max_total_time=1800 var/corpus FOLDER-OF-LETTERS

Coverage-guided (libFuzzer).  New inputs are kept in the first folder, the others hold letters to begin with.
What is found goes into a file beside the corpus and the search goes on; each finding belongs in
``tests/intake/test_bounds.py`` when it is mended.  In place of OpenPGP stands a plain un-armouring, so that the
search goes through it, to what was inside.
"""

import hashlib
import sys
import time
import traceback
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(
    include=["meldpunt.intake", "meldpunt.conversation.quoting", "meldpunt.vault.pgparmor"]
):
    from meldpunt.conversation import quoting
    from meldpunt.intake import archives, filetypes, opening, pictures, reading
    from meldpunt.vault import openpgp, pgparmor

from meldpunt.vault.errors import BrokenIntegrity, NotForUs

SECONDS = 1.0  # of processor time for one letter; longer is a finding
FINDINGS = Path("var/findings")
SIGNER = "A" * 40
seen: set[object] = set()


def decrypt(message: bytes, *_: Any) -> openpgp.Opened:
    plain = pgparmor.packets(message)
    if plain[:1] == b"\xc1":
        raise NotForUs("not for us")
    if plain[:1] == b"\xc2":
        raise BrokenIntegrity("broken")
    return openpgp.Opened(plain, (SIGNER,) if plain[:1] == b"C" else (), False)


def without_openpgp() -> None:
    """Stand-ins that answer at once, each in more than one way."""
    openpgp.decrypt = decrypt
    openpgp.verify_detached = lambda *_: (SIGNER,)
    openpgp.verify_clear = lambda text, _: (text[:50], (SIGNER,)) if len(text) % 2 else (b"", ())
    openpgp.read_keys = lambda _: ()
    opening.own_public = lambda secret: secret


def look(raw: bytes) -> None:
    letter = reading.read(raw, secrets=(b"ours",), known=())
    "".join((letter.text, letter.subject, letter.sender, letter.sender_name, *letter.references)).encode()
    assert "\x00" not in letter.text and "\n" not in letter.subject
    for file in letter.attachments:
        assert file.name and len(file.name) < 200 and not set(file.name) & set("/\\\n\x00")
        kind = filetypes.kind_of(file.data)
        filetypes.says_otherwise(file.name, kind)
        pictures.may_be_drawn(file.data, kind)
        if kind in filetypes.ARCHIVES:
            archives.listing(file.data, kind)
    assert "".join(piece.text for piece in quoting.pieces(letter.text)) == letter.text


def one(raw: bytes) -> None:
    began = time.process_time()
    try:
        look(raw)
    except Exception as trouble:  # noqa: BLE001  whatever it is, it is a finding
        frames = traceback.extract_tb(trouble.__traceback__)[-3:]
        keep(raw, (type(trouble), *((frame.filename, frame.lineno) for frame in frames)), traceback.format_exc())
    took = time.process_time() - began
    if took > SECONDS:
        keep(raw, ("slow", len(raw) // 4096), f"{took:.1f} s for {len(raw)} bytes\n")


def keep(raw: bytes, what: object, words: str) -> None:
    if what in seen:
        return
    seen.add(what)
    name = hashlib.sha256(raw).hexdigest()[:12]
    FINDINGS.mkdir(parents=True, exist_ok=True)
    (FINDINGS / f"{name}.eml").write_bytes(raw)
    (FINDINGS / f"{name}.txt").write_text(words, "utf-8")
    sys.stderr.write(f"finding: {FINDINGS / name}.txt\n")


if __name__ == "__main__":
    without_openpgp()
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
