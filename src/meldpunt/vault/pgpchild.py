"""The OpenPGP child process: ``python -m meldpunt.vault.pgpchild FOLDER``.

Foreign bytes are read here, with little memory and little time, so that no bomb, hang or
crash reaches the others.  It speaks frames (``pgpwire``) over its standard input and output,
prints nothing, writes only below FOLDER (in memory), and ends when its input does.

The first engine is ``pgpbox``; what that cannot do is put to GnuPG (``pgpgnupg``).  Whatever
text comes out of either has proved its integrity there.
"""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from meldpunt.vault import pgparmor, pgpbox, pgpgnupg, pgpwire
from meldpunt.vault.pgpwire import No

MEMORY = 1 << 30  # bytes of address space, of this process and of each gpg
CPU_SECONDS = 20  # per message
FILE_BYTES = 128 << 20  # the longest file that gpg may write in its home
FAT = 300 << 20  # a child that keeps this much makes room for a fresh one

Answer = tuple[pgpwire.Head, list[bytes]]
Ask = Callable[[pgpwire.Head, list[bytes], Path], Answer]


def decrypt(head: pgpwire.Head, pieces: list[bytes], within: Path) -> Answer:
    message, secrets, senders = _shared(head, pieces)
    try:
        read = pgpbox.decrypt(message, secrets, senders)
    except No as no:
        if str(no) != "not-for-us" or not secrets:
            raise
        return _second_opinion(message, secrets, senders, within)
    signers = read.signers
    if read.unsure:
        said = _ask_gnupg(message, secrets, senders, within)
        if said and pgpgnupg.is_whole(said) and said.output == read.plain:
            signers = pgpgnupg.signers(said)
    return {"signers": signers, "weak": False}, [read.plain]


def _second_opinion(message: bytes, secrets: Sequence[bytes], senders: Sequence[bytes], within: Path) -> Answer:
    """GnuPG's, where the first engine has no key: it takes expired, revoked and ancient ones too."""
    said = _ask_gnupg(message, secrets, senders, within)
    if said is None or not said.says("DECRYPTION_INFO"):
        raise No("not-for-us")
    if len(said.output) >= pgpbox.MAX_PLAIN:
        raise No("too-large")
    if not pgpgnupg.is_whole(said):
        raise No("broken")
    return {"signers": pgpgnupg.signers(said), "weak": pgpgnupg.is_weak(said)}, [said.output]


def _ask_gnupg(
    message: bytes, secrets: Sequence[bytes], senders: Sequence[bytes], within: Path
) -> pgpgnupg.Said | None:
    rings = [*senders, *(pgpbox.public_part(one) for one in secrets)]
    try:
        return pgpgnupg.open_with(message, secrets, rings, pgpbox.MAX_PLAIN, within)
    except pgpgnupg.NoGnuPG:
        return None
    except subprocess.TimeoutExpired:
        raise No("too-large") from None


def verify_detached(_head: pgpwire.Head, pieces: list[bytes], within: Path) -> Answer:
    data, signature, *senders = pieces
    signers = pgpbox.check_detached(data, signature, senders)
    if not signers and _may_be_by(signature, senders):
        with suppress(pgpgnupg.NoGnuPG, subprocess.TimeoutExpired):
            signers = pgpgnupg.signers(pgpgnupg.check_detached(data, pgparmor.packets(signature), senders, within))
    return {"signers": signers}, []


def _may_be_by(signature: bytes, senders: Sequence[bytes]) -> bool:
    """Whether it claims to be by a key among these, so that asking GnuPG is worth its time."""
    claims = tuple(pgpbox.issuers(signature))
    ids = [one for sender in senders for one in pgpbox.key_ids(sender)]
    return bool(claims) and any(one.endswith(claims) or one.startswith(claims) for one in ids)


def verify_clear(_head: pgpwire.Head, pieces: list[bytes], within: Path) -> Answer:
    text, *senders = pieces
    content, signers = pgpbox.check_clear(text, senders)
    at = text.rfind(b"-----BEGIN PGP SIGNATURE-----")
    if not signers and at >= 0 and _may_be_by(text[at:], senders):
        with suppress(pgpgnupg.NoGnuPG, subprocess.TimeoutExpired):
            said = pgpgnupg.check_clear(text, senders, pgpbox.MAX_PLAIN, within)
            signers = pgpgnupg.signers(said)
            content = said.output if signers else b""
    return {"signers": signers}, [content]


def encrypt(head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    plain, secrets, to = _shared(head, pieces)
    for cert in to:
        for key in pgpbox.read_keys(cert):
            if key.why_not:
                raise No(key.why_not)
    return {}, [pgpbox.encrypt(plain, to, secrets[0] if secrets else None)]


def sign(head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    data, secret = pieces
    return {}, [pgpbox.sign(data, secret, clear=bool(head["clear"]))]


def read_keys(_head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    found = pgpbox.read_keys(pieces[0])
    about = [{name: value for name, value in asdict(key).items() if name != "data"} for key in found]
    return {"keys": about}, [key.data for key in found]


def public_copy(head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    return {}, [pgpbox.public_copy(pieces[0], head["expires"])]


def minimised(head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    return {}, [pgpbox.minimised(pieces[0], head["address"])]


def armor(_head: pgpwire.Head, pieces: list[bytes], _within: Path) -> Answer:
    return {}, [pgpbox.armor(pieces[0]).encode()]


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
        armor,
        make_key,
        unlock,
    )
}


def main(folder: str) -> None:
    within = Path(folder)
    _limit()
    try:
        while _answer(within):
            pass
    finally:
        pgpgnupg.close()
        shutil.rmtree(within, ignore_errors=True)


def _answer(within: Path) -> bool:
    """Answer one question; false when nobody asks any more, or this child has grown too fat."""
    try:
        head, pieces = pgpwire.take(sys.stdin.buffer)
    except EOFError:
        return False
    _allow_cpu()
    try:
        about, found = ASKS[head["do"]](head, pieces, within)
    except No as no:
        about, found = {"no": str(no)}, []
    except MemoryError:
        about, found = {"no": "too-large"}, []
    fat = _resident() > FAT
    pgpwire.put(sys.stdout.buffer, {**about, "last": fat}, found)
    return not fat


def _resident() -> int:
    """Bytes of memory in use.  Not ``ru_maxrss``: that one is inherited from the parent."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


def _limit() -> None:
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))


def _allow_cpu() -> None:
    """So many seconds from here on; past them the kernel ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(sys.argv[1])
