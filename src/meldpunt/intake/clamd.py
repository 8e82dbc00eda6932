"""A virus scanner beside us: ClamAV's daemon, asked over its socket (INSTREAM).

Only a socket in the file system: who asks has the vault's key and faces no network.  Its word is
a hint for people.  Nothing is ever thrown away for it, and a scanner that does not answer stops nothing.
"""

import re
import socket
import time
from collections.abc import Iterable

ANSWER_WITHIN = 20.0  # seconds for one file
REST = 300.0  # seconds in which a daemon that let us wait is not asked: no letter waits for it
LETTER_WITHIN = 60.0  # seconds for all files of one letter
MOST_ANSWER = 4096
PIECE = 1 << 16
CLEAN, NOT_CHECKED = "clean", ""
_FOUND = re.compile(rb"stream: ([\w.:/+-]{1,100})(?:\([^)]*\))? FOUND")


class Scanner:
    """For the files of one letter.  ``path``: the daemon's socket; empty when there is none."""

    rests_until = 0.0  # of the whole process

    def __init__(self, path: str) -> None:
        self._path = path
        self._until = time.monotonic() + LETTER_WITHIN

    def scan(self, chunks: Iterable[bytes]) -> str:
        """``clean``, ``found NAME``, or nothing when nobody looked.  After one failure nobody is asked any more."""
        now = time.monotonic()
        if not self._path or now >= self._until or now < Scanner.rests_until:
            return NOT_CHECKED
        try:
            answer = _ask(self._path, chunks, min(self._until, now + ANSWER_WITHIN))
        except OSError as trouble:
            self._path = ""
            if isinstance(trouble, TimeoutError):
                Scanner.rests_until = time.monotonic() + REST
            return NOT_CHECKED
        if found := _FOUND.search(answer):
            return f"found {found[1].decode('ascii')}"
        return CLEAN if answer.rstrip(b"\0\n") == b"stream: OK" else NOT_CHECKED


def _ask(path: str, chunks: Iterable[bytes], until: float) -> bytes:
    """Hand a file over in pieces and return the daemon's sentence."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        _wait_until(line, until)
        line.connect(path)
        line.sendall(b"zINSTREAM\0")
        try:
            for chunk in chunks:
                for at in range(0, len(chunk), PIECE):
                    piece = chunk[at : at + PIECE]
                    _wait_until(line, until)
                    line.sendall(len(piece).to_bytes(4, "big") + piece)
            line.sendall(bytes(4))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough, and says why
        answer = b""
        while len(answer) < MOST_ANSWER and not answer.endswith(b"\0"):
            _wait_until(line, until)
            more = line.recv(MOST_ANSWER)
            if not more:
                break
            answer += more
        return answer


def _wait_until(line: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line.settimeout(left)
