"""GnuPG, the second OpenPGP engine.  Runs inside the limited child only.

It makes keys, takes passphrases off them, and reads what the first engine will not:
letters to old or expired keys of ours, and signatures inside compression (GnuPG's own
default).  Secret keys live in a home in memory, for as long as the child does; each
home's agent ends by itself when the child is gone (it watches a ``cat`` on our pipe).
"""

import hashlib
import os
import re
import resource
import shutil
import subprocess
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

MAX_HOMES = 4
SECONDS = 30
CPU_SECONDS = 10  # of one gpg
ZIP_NONE = "AES256 AES192 AES SHA512 SHA384 SHA256 Uncompressed"
WEAK_CIPHERS = frozenset({"1", "2", "3", "4"})  # IDEA, 3DES, CAST5, Blowfish: no claim of confidentiality
_FIXED = (
    "--no-options",
    "--batch",
    "--no-tty",
    "--quiet",
    "--lock-never",
    "--no-autostart",
    "--ignore-crc-error",
)
_TRUST = (
    "--trust-model",
    "always",
    "--no-default-keyring",
    "--keyring",
)  # and the name of a file of certificates
_OFFLINE = ("--disable-dirmngr", "--no-auto-key-locate", "--no-auto-key-retrieve", "--no-random-seed-file")


class NoGnuPG(Exception):
    """There is no gpg on this machine."""


@dataclass(frozen=True, slots=True)
class Said:
    """What gpg wrote: to its output, and as status lines (keyword and the rest)."""

    output: bytes = field(repr=False)
    status: tuple[tuple[str, str], ...]
    code: int

    def says(self, word: str) -> bool:
        return any(keyword == word for keyword, _ in self.status)

    def of(self, word: str) -> list[str]:
        return [rest for keyword, rest in self.status if keyword == word]


class Home:
    """A GnuPG home of its own with a running agent, below ``within``."""

    def __init__(self, within: Path) -> None:
        if not shutil.which("gpg") or not shutil.which("gpg-agent"):
            raise NoGnuPG
        self.path = Path(tempfile.mkdtemp(prefix="g", dir=within))
        self.ring = self.path / "ring.gpg"
        words = ("--homedir", str(self.path), "--allow-loopback-pinentry", "--daemon", "--", "cat")
        self._agent = subprocess.Popen(  # noqa: S603
            [_program("gpg-agent"), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        # ``cat`` answers only once the agent listens and has stepped aside
        assert self._agent.stdin and self._agent.stdout  # noqa: S101
        self._agent.stdin.write(b"\n")
        self._agent.stdin.flush()
        if self._agent.stdout.read(1) != b"\n":
            raise NoGnuPG

    def ask(self, *words: str, given: bytes = b"", extra: dict[str, bytes] | None = None) -> Said:
        """Run gpg once on ``given``; ``extra`` are files to lay beside it, by name."""
        for name, data in (extra or {}).items():
            (self.path / name).write_bytes(data)
        status = self.path / "status"
        status.unlink(missing_ok=True)
        fixed = ("--homedir", str(self.path), "--status-file", str(status), *_FIXED, *_OFFLINE)
        with subprocess.Popen(  # noqa: S603
            [_program("gpg"), *fixed, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.path,
            env=_environment(),
        ) as gpg:
            # its own, for it would inherit what this process has used and may still use
            resource.prlimit(gpg.pid, resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
            try:
                output, _ = gpg.communicate(given, SECONDS)
            except BaseException:
                gpg.kill()
                raise
        return Said(output, _status(status), gpg.returncode)

    def close(self) -> None:
        """Stop the agent and remove the home."""
        stop = [
            _program("gpg-connect-agent"),
            "--homedir",
            str(self.path),
            "--no-autostart",
            "killagent",
            "/bye",
        ]
        subprocess.run(stop, env=_environment(), capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
        self._agent.communicate(timeout=SECONDS)
        shutil.rmtree(self.path, ignore_errors=True)


_homes: OrderedDict[bytes, Home] = OrderedDict()


def close() -> None:
    """Close every home that is still open."""
    while _homes:
        _homes.popitem()[1].close()


def open_with(message: bytes, secrets: Sequence[bytes], rings: Sequence[bytes], limit: int, within: Path) -> Said:
    """Decrypt and verify.  ``rings`` are the public certificates to verify with, and our own."""
    home = _home_of(secrets, within)
    words = ("--pinentry-mode", "error", "--max-output", str(limit), "--output", "-", "--decrypt")
    return home.ask(*_TRUST, str(home.ring), *words, given=message, extra={"ring.gpg": b"".join(rings)})


def check_detached(data: bytes, signature: bytes, rings: Sequence[bytes], within: Path) -> Said:
    home = _home_of((), within)
    words = ("--verify", str(home.path / "signature"), "-")
    extra = {"ring.gpg": b"".join(rings), "signature": signature}
    return home.ask(*_TRUST, str(home.ring), *words, given=data, extra=extra)


def check_clear(text: bytes, rings: Sequence[bytes], limit: int, within: Path) -> Said:
    """Verify a clear-signed text; the output is what the signature covers."""
    home = _home_of((), within)
    words = ("--max-output", str(limit), "--output", "-", "--decrypt")
    return home.ask(*_TRUST, str(home.ring), *words, given=text, extra={"ring.gpg": b"".join(rings)})


def is_whole(said: Said) -> bool:
    """Whether gpg decrypted exactly one text, and proved that nobody changed it."""
    words = [keyword for keyword, _ in said.status]
    order = ("BEGIN_DECRYPTION", "DECRYPTION_INFO", "PLAINTEXT", "END_DECRYPTION")
    if [word for word in words if word in order] != list(order):
        return False
    aead = (said.of("DECRYPTION_INFO")[0].split() + ["0"] * 3)[2] != "0"
    return "DECRYPTION_OKAY" in words and "DECRYPTION_FAILED" not in words and (aead or "GOODMDC" in words)


def is_one_text(said: Said) -> bool:
    """Whether gpg gave out exactly one text, and nothing of it was encrypted."""
    return len(said.of("PLAINTEXT")) == 1 and not said.says("BEGIN_DECRYPTION") and not said.says("UNEXPECTED")


def is_weak(said: Said) -> bool:
    """Whether the cipher is one that no longer keeps a secret."""
    return any(info.split()[1:2] and info.split()[1] in WEAK_CIPHERS for info in said.of("DECRYPTION_INFO"))


def signers(said: Said) -> list[str]:
    """Primary fingerprints of the good signatures; of one made by a key that has expired, none.

    Of an encrypted message only what was signed inside the encryption counts.
    """
    found: list[str] = []
    good = False
    status = said.status
    words = [keyword for keyword, _ in status]
    if "BEGIN_DECRYPTION" in words and "END_DECRYPTION" in words:
        status = status[words.index("BEGIN_DECRYPTION") : words.index("END_DECRYPTION")]
    for keyword, rest in status:
        if keyword in ("NEWSIG", "GOODSIG", "BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG"):
            good = keyword == "GOODSIG"
        elif keyword == "VALIDSIG" and good:
            found.append(rest.split()[-1].upper())
    return list(dict.fromkeys(found))


def make_key(name: str, address: str, within: Path) -> bytes:
    """A new secret key: ed25519 to sign, cv25519 to decrypt, no expiry, no passphrase."""
    home = Home(within)
    try:
        loop = ("--pinentry-mode", "loopback", "--passphrase", "")
        user = f"{_plain(name)} <{address}>" if _plain(name) else f"<{address}>"
        primary = ("--quick-generate-key", user, "ed25519", "cert,sign", "never")
        made = home.ask(*loop, "--default-preference-list", ZIP_NONE, *primary)
        fingerprint = "".join(rest.split()[1] for rest in made.of("KEY_CREATED"))
        if home.ask(*loop, "--quick-add-key", fingerprint, "cv25519", "encr", "never").code:
            return b""
        return home.ask(*loop, "--export-secret-keys", fingerprint).output
    finally:
        home.close()


def unlock(secret: bytes, fingerprint: str, passphrase: str, within: Path) -> bytes:
    """The secret key without its passphrase; ``b""`` when the passphrase is not the right one."""
    home = Home(within)
    try:
        loop = ("--pinentry-mode", "loopback")
        # by file, since a command line can be read by everybody on the machine
        word = {"word": passphrase.encode()}
        home.ask(*loop, "--passphrase-file", str(home.path / "word"), "--import", given=secret, extra=word)
        # the old passphrase is asked once per subkey, then the new one, which is empty
        answers = (passphrase + "\n").encode() + b"\n" * 8
        home.ask(*loop, "--command-fd", "0", "--change-passphrase", fingerprint, given=answers)
        exported = home.ask(*loop, "--passphrase", "", "--export-secret-keys", fingerprint)
        return exported.output if not exported.code else b""
    finally:
        home.close()


def _home_of(secrets: Sequence[bytes], within: Path) -> Home:
    """The home that holds exactly these secret keys; made once, kept while in use."""
    name = hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in secrets)).digest()
    if name not in _homes:
        while len(_homes) >= MAX_HOMES:
            _homes.popitem(last=False)[1].close()
        _homes[name] = home = Home(within)
        if secrets:
            home.ask("--pinentry-mode", "error", "--import", given=b"".join(secrets))
    _homes.move_to_end(name)
    return _homes[name]


def _status(file: Path) -> tuple[tuple[str, str], ...]:
    try:
        # on line feeds only: a name in a key may hold other characters that Python takes for line ends
        lines = file.read_text("utf-8", "replace").split("\n")
    except FileNotFoundError:
        return ()
    split = (line[9:].partition(" ") for line in lines if line.startswith("[GNUPG:] "))
    return tuple((keyword, rest) for keyword, _, rest in split)


def _plain(name: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f<>()\"]", "", name).strip()


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise NoGnuPG
    return path


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
