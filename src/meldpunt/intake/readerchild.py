"""The child process that reads letters: ``python -m meldpunt.intake.readerchild FOLDER``.

All that a stranger wrote is taken apart here: headers, MIME, charsets, HTML, OpenPGP.  Its limits are those of
``vault.confined``; ``reader`` is the other side.  While it reads a letter it says whose it is, and is told
which certificates of theirs we know.
"""

import sys
from pathlib import Path
from typing import Any

from meldpunt.intake import letterwire, reading
from meldpunt.intake.letter import Letter
from meldpunt.intake.opening import keys_in
from meldpunt.vault import confined, openpgp, pgpchild, pgpengine, pgpwire
from meldpunt.vault.confined import Answer

PGP_MESSAGE = b"-----BEGIN PGP MESSAGE-----"


def read(head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    """Pieces: the letter, then our secret keys.  When there is trouble: once more without any key."""
    raw, *secrets = pieces
    letter = reading.read(raw, secrets=secrets, known=_certificates_of)
    about, found = letterwire.packed(letter)
    keys = [key for data in letter.keys for key in keys_in(data)[:1]]
    answer: dict[str, Any] = {"letter": about, "keys": [openpgp.about_key(key) for key in keys], "first": len(found)}
    found += [key.data for key in keys]
    if letter.trouble:
        answer["bare"], more = _bare(raw)
        found += more
    return answer, found


def look(_head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    """Piece: a letter that was too much with its contents.  Read without any key."""
    about, found = _bare(pieces[0])
    return {"bare": about}, found


def _bare(raw: bytes) -> Answer:
    """Nothing that was encrypted can be in it."""
    letter: Letter = reading.read(raw, secrets=(), known=())
    return letterwire.packed(letter)


def read_form(head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    """Pieces: the text of a form, a key that was pasted beside it, its other texts, then our secret keys."""
    text, pasted, *more = pieces
    others, secrets = more[: head["others"]], more[head["others"] :]
    if pasted and PGP_MESSAGE in pasted[:1000]:
        pasted = reading.read_form_text(pasted.decode("utf-8", "replace"), secrets, ()).text.encode()
    keys = [key for key in keys_in(pasted)[:1] if not key.secret] if pasted else []
    shown = [key.data for key in keys]
    packed = [
        letterwire.packed_form(reading.read_form_text(one.decode("utf-8", "replace"), secrets, shown))
        for one in (text, *others)
    ]
    found = [piece for _, pieces in packed for piece in pieces]
    answer = {"forms": [about for about, _ in packed], "keys": [openpgp.about_key(key) for key in keys]}
    return answer, [*found, *shown]


def _certificates_of(address: str) -> tuple[bytes, ...]:
    """Ask who started us.  ``Alone`` when nobody is there any more."""
    pgpwire.put(sys.stdout.buffer, {"sender": address})
    try:
        _, certificates = pgpwire.take(sys.stdin.buffer)
    except EOFError:
        raise confined.Alone from None
    return tuple(certificates)


ASKS: dict[str, confined.Ask] = {ask.__name__: ask for ask in (read, look, read_form)}


def main(folder: str) -> None:
    within = Path(folder)
    confined.end_with_parent()
    pgpengine.do_it_here(lambda head, pieces: confined.answered(pgpchild.ASKS, head, list(pieces), within))
    confined.serve(within, ASKS)


if __name__ == "__main__":
    main(sys.argv[1])
