"""A reader with RNP, the OpenPGP program that Thunderbird has inside: another make than GnuPG and ours."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.works.outside import program


class Reader:
    """Somebody with these keys, secret or public, in a home of their own."""

    def __init__(self, home: Path, *keys: bytes) -> None:
        self.home = home
        for number, key in enumerate(keys):
            self._given(f"key-{number}", key)
            done = self._run("rnpkeys", "--import", f"key-{number}")
            assert done.returncode == 0, done.stderr

    def makes(self, address: str) -> bytes:
        """A key of RNP's own making: RSA; the public half."""
        made = self._run("rnpkeys", "--password", "", "--userid", f"Rui <{address}>", "--generate-key")
        assert made.returncode == 0, made.stderr
        return self._run("rnpkeys", "--export-key", address).stdout

    def reads(self, message: bytes) -> tuple[bytes, list[str]]:
        """The text, and the fingerprints of who signed it well."""
        self._given("message", message)
        done = self._run("rnp", "--password", "", "--decrypt", "--output", "-", "message")
        return done.stdout, self._signers(done)

    def verifies(self, data: bytes, signature: bytes) -> list[str]:
        self._given("data", data)
        self._given("data.sig", signature)
        return self._signers(self._run("rnp", "--verify", "--source", "data", "data.sig"))

    def _signers(self, done: "subprocess.CompletedProcess[bytes]") -> list[str]:
        said = done.stderr.decode()
        if done.returncode or "Signature(s) verified successfully" not in said:
            return []
        return [one.upper() for one in re.findall(r"Good signature.*?\n\s+([0-9a-f]{40})\n", said, re.DOTALL)]

    def _given(self, name: str, content: bytes) -> None:
        (self.home / name).write_bytes(content)

    def _run(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        words = (program(words[0], "rnp"), "--homedir", str(self.home), "--notty", *words[1:])
        return subprocess.run(words, cwd=self.home, capture_output=True, check=False, timeout=30)


@contextmanager
def a_reader(*keys: bytes) -> Iterator[Reader]:
    home = Path(tempfile.mkdtemp(prefix="t-"))
    try:
        yield Reader(home, *keys)
    finally:
        shutil.rmtree(home)
