"""The OpenPGP child process: ``python -m meldpunt.vault.pgpchild FOLDER``.

Its limits, and how it is asked: ``confined``.  The child that reads letters answers the same questions
of its own, in place.

The first engine is ``pgpbox``; what that cannot do is put to GnuPG (``pgpgnupg``).  Whatever
text comes out of either has proved its integrity there.
"""

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from meldpunt.vault import confined, pgparmor, pgpbox, pgpgnupg, pgpkeys, pgpwire
from meldpunt.vault.confined import Answer, Ask
from meldpunt.vault.pgpwire import No


def decrypt(head: pgpwire.Head, pieces: list[bytes], within: Path) -> Answer:
    message, secrets, senders = _shared(head, pieces)
    message = pgparmor.message(message)
    if pgparmor.looks_binary(message) and not pgparmor.is_encrypted(message):
        return _opened_only(message, [*senders, *(pgpkeys.public_part(one) for one in secrets)], within)
    try:
        read = pgpbox.decrypt(message, secrets, senders)
    except No as no:
        if str(no) == "not-for-us" and secrets:
            return _second_opinion(message, secrets, senders, within, "not-for-us")
        if str(no) == "unread":
            return _second_opinion(message, secrets, senders, within, "broken")
        raise
    signers = read.signers
    if read.unsure:
        said = _ask_gnupg(message, secrets, senders, within)
        if said and pgpgnupg.is_whole(said) and said.output == read.plain:
            signers = pgpgnupg.signers(said)
    return {"signers": signers, "weak": False, "sealed": True}, [read.plain]


def _opened_only(message: bytes, senders: Sequence[bytes], within: Path) -> Answer:
    """A message that nobody encrypted: signed, or merely packed, in the way that looks the same from outside."""
    try:
        said = pgpgnupg.check_clear(message, senders, pgpbox.MAX_PLAIN, within)
    except pgpgnupg.NoGnuPG:
        raise No("no-gnupg") from None
    except subprocess.TimeoutExpired:
        raise No("too-large") from None
    if len(said.output) >= pgpbox.MAX_PLAIN:
        raise No("too-large")
    if not pgpgnupg.is_one_text(said):
        raise No("broken")
    signers = pgpgnupg.signers(said)
    if not signers:  # a newer kind of signature than GnuPG knows
        content, found = pgpbox.check_clear(message, senders)
        signers = found if content == said.output else []
    return {"signers": signers, "weak": False, "sealed": False}, [said.output]


def _second_opinion(
    message: bytes, secrets: Sequence[bytes], senders: Sequence[bytes], within: Path, otherwise: str
) -> Answer:
    """GnuPG's, where the first engine has no key (GnuPG takes expired, revoked and ancient ones), or no bzip2.

    ``otherwise``: what to say where GnuPG knows no more.
    """
    said = _ask_gnupg(message, secrets, senders, within)
    if said is None or not said.says("DECRYPTION_INFO"):
        raise No(otherwise)
    if len(said.output) >= pgpbox.MAX_PLAIN:
        raise No("too-large")
    if not pgpgnupg.is_whole(said):
        raise No("broken")
    return {"signers": pgpgnupg.signers(said), "weak": pgpgnupg.is_weak(said), "sealed": True}, [said.output]


def _ask_gnupg(
    message: bytes, secrets: Sequence[bytes], senders: Sequence[bytes], within: Path
) -> pgpgnupg.Said | None:
    rings = [*senders, *(pgpkeys.public_part(one) for one in secrets)]
    try:
        return pgpgnupg.open_with(message, secrets, rings, pgpbox.MAX_PLAIN, within)
    except pgpgnupg.NoGnuPG:
        return None
    except subprocess.TimeoutExpired:
        raise No("too-large") from None


def verify_detached(_head: pgpwire.Head, pieces: list[bytes], within: Path) -> Answer:
    data, signature, *senders = pieces
    signers = pgpbox.check_detached(data, signature, senders)
    if not signers and pgpbox.may_be_by(signature, senders):
        with suppress(pgpgnupg.NoGnuPG, subprocess.TimeoutExpired):
            signers = pgpgnupg.signers(pgpgnupg.check_detached(data, pgparmor.packets(signature), senders, within))
    return {"signers": signers}, []


def verify_clear(_head: pgpwire.Head, pieces: list[bytes], within: Path) -> Answer:
    text, *senders = pieces
    content, signers = pgpbox.check_clear(text, senders)
    at = text.rfind(b"-----BEGIN PGP SIGNATURE-----")
    if not signers and at >= 0 and pgpbox.may_be_by(text[at:], senders):
        with suppress(pgpgnupg.NoGnuPG, subprocess.TimeoutExpired):
            said = pgpgnupg.check_clear(text, senders, pgpbox.MAX_PLAIN, within)
            signers = pgpgnupg.signers(said)
            content = said.output if signers else b""
    return {"signers": signers}, [content]


def encrypt(head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    plain, secrets, to = _shared(head, pieces)
    pgpkeys.check_to(to)
    try:
        return {}, [pgpbox.encrypt(plain, to, secrets[0] if secrets else None)]
    except No as no:
        why = (key.why_not for cert in to for key in pgpkeys.read_keys(cert))
        raise No(next(filter(None, why), str(no))) from None


def sign(head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    data, secret = pieces
    return {}, [pgpbox.sign(data, secret, clear=bool(head["clear"]))]


def read_keys(_head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    found = pgpkeys.read_keys(pieces[0])
    about = [{name: value for name, value in asdict(key).items() if name != "data"} for key in found]
    return {"keys": about}, [key.data for key in found]


def public_copy(head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    return {}, [pgpkeys.public_copy(pieces[0], head["expires"])]


def minimised(head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    return {}, [pgpkeys.minimised(pieces[0], head["address"])]


def merged(_head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    return {}, [pgpkeys.merged(*pieces)]


def armor(_head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    return {}, [pgpkeys.armor(pieces[0]).encode()]


def make_key(head: pgpwire.Head, _pieces: list[bytes], within: Path) -> Answer:
    return {}, [_from_gnupg(lambda: pgpgnupg.make_key(head["name"], head["address"], within), "unusable")]


def unlock(head: pgpwire.Head, pieces: list[bytes], within: Path) -> Answer:
    fingerprint, word = head["fingerprint"], head["passphrase"]
    made = _from_gnupg(lambda: pgpgnupg.unlock(pieces[0], fingerprint, word, within), "wrong-passphrase")
    return {}, [made]


def _from_gnupg(work: Callable[[], bytes], otherwise: str) -> bytes:
    try:
        made = work()
    except pgpgnupg.NoGnuPG:
        raise No("no-gnupg") from None
    if not made:
        raise No(otherwise)
    return made


def _shared(head: pgpwire.Head, pieces: list[bytes]) -> tuple[bytes, list[bytes], list[bytes]]:
    """A message, then as many secret keys as ``secrets`` says, then certificates."""
    count = int(head["secrets"])
    return pieces[0], pieces[1 : 1 + count], pieces[1 + count :]


ASKS: dict[str, Ask] = {
    ask.__name__: ask
    for ask in (
        decrypt,
        verify_detached,
        verify_clear,
        encrypt,
        sign,
        read_keys,
        public_copy,
        minimised,
        merged,
        armor,
        make_key,
        unlock,
    )
}


def main(folder: str) -> None:
    confined.serve(Path(folder), ASKS)


if __name__ == "__main__":
    main(sys.argv[1])
