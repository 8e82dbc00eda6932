"""Somebody who has GnuPG and our public key, and nothing else of ours."""

import shutil
import subprocess
import tempfile


class Outsider:
    def __enter__(self):
        self.home = tempfile.mkdtemp(prefix="o-")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.home, ignore_errors=True)

    def _gpg(self, *words, given):
        fixed = ["gpg", "--homedir", self.home, "--batch", "--no-autostart", "--trust-model", "always"]
        return subprocess.run([*fixed, "--status-fd", "2", *words], input=given, capture_output=True, timeout=30)

    def verified(self, signed: bytes, public: bytes) -> str:
        """What is signed, when ``gpg --verify`` says that the signature is good."""
        self._gpg("--import", given=public)
        assert b"GOODSIG" in self._gpg("--verify", given=signed).stderr
        return self._gpg("--decrypt", given=signed).stdout.decode()

    def refuses(self, signed: bytes) -> None:
        assert self._gpg("--verify", given=signed).returncode != 0
