"""People with a real GnuPG: they make keys, write encrypted letters, and read ours."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Person:
    """Somebody with an address and a GnuPG home of their own.  ``close`` it."""

    def __init__(self, address: str, name: str = "Rui Reporter", *, key: str = "ed25519", passphrase: str = "") -> None:
        self.address, self.passphrase = address, passphrase
        self.home = Path(tempfile.mkdtemp(prefix="t-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        (self.home / "gpg-agent.conf").write_text("s2k-count 65536\n")  # else every passphrase takes 0.1 s
        main = "ed25519" if key == "ed25519" else "rsa2048"
        self.gpg("--quick-generate-key", f"{name} <{address}>", main, "cert,sign", "never")
        self.gpg("--quick-add-key", self.fingerprint, "cv25519" if key == "ed25519" else "rsa2048", "encr", "never")

    def gpg(self, *words: str, given: bytes = b"") -> bytes:
        return self.run(*words, given=given).stdout

    def run(self, *words: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        fixed = ["gpg", "--homedir", str(self.home), "--batch", "--quiet", "--trust-model", "always"]
        loop = ["--pinentry-mode", "loopback", "--passphrase", self.passphrase]
        return subprocess.run([*fixed, *loop, *words], input=given, capture_output=True, check=False, timeout=30)

    @property
    def fingerprint(self) -> str:
        listed = self.gpg("--list-keys", "--with-colons", self.address).decode().splitlines()
        return next(line.split(":")[9] for line in listed if line.startswith("fpr"))

    @property
    def public(self) -> bytes:
        return self.gpg("--export", self.address)

    @property
    def secret(self) -> bytes:
        return self.gpg("--export-secret-keys", self.address)

    def knows(self, public: bytes) -> None:
        self.gpg("--import", given=public)

    def encrypts(self, plain: bytes, to: str, *words: str, sign: bool = True) -> bytes:
        signing = ["--local-user", self.address, "--sign"] if sign else []
        return self.gpg("--armor", *words, *signing, "--recipient", to, "--encrypt", given=plain)

    def signs(self, data: bytes, *words: str) -> bytes:
        return self.gpg("--armor", "--local-user", self.address, *(words or ("--detach-sign",)), given=data)

    def reads(self, message: bytes) -> tuple[bytes, list[str]]:
        """The text, and the primary fingerprints of good signatures in it."""
        status = self.home / "status"
        done = self.run("--status-file", str(status), "--decrypt", given=message)
        assert b"DECRYPTION_OKAY" in status.read_bytes(), done.stderr.decode(errors="replace")
        return done.stdout, _valid(status)

    def verifies(self, data: bytes, signature: bytes) -> list[str]:
        (self.home / "sig").write_bytes(signature)
        status = self.home / "status"
        self.run("--status-file", str(status), "--verify", str(self.home / "sig"), "-", given=data)
        return _valid(status)

    def close(self) -> None:
        subprocess.run(["gpgconf", "--homedir", str(self.home), "--kill", "gpg-agent"], check=False)
        shutil.rmtree(self.home, ignore_errors=True)


def _valid(status: Path) -> list[str]:
    lines = status.read_text("utf-8", "replace").split("\n")
    return [line.split()[-1] for line in lines if line.startswith("[GNUPG:] VALIDSIG")]


@contextmanager
def a_person(
    address: str, name: str = "Rui Reporter", *, key: str = "ed25519", passphrase: str = ""
) -> Iterator[Person]:
    person = Person(address, name, key=key, passphrase=passphrase)
    try:
        yield person
    finally:
        person.close()
