"""A process that reads foreign bytes: its limits, and how it answers questions.

Runs in the child (``pgpchild``, ``intake.readerchild``); ``childprocess`` is the other side.  No bomb,
hang or crash reaches the others.  It speaks frames (``pgpwire``) over its standard input and
output, prints nothing, writes only below its own folder (in memory), and ends when its input does.
"""

import ctypes
import os
import resource
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from meldpunt.vault import pgpgnupg, pgpwire
from meldpunt.vault.pgpwire import No

MEMORY = 1 << 30  # bytes of address space, of this process and of each gpg
CPU_SECONDS = 10  # for one question; a question may bring less with it
FILE_BYTES = 128 << 20  # the longest file that may be written
MAX_ANSWER = 160 << 20  # bytes of one answer
FAT = 300 << 20  # a child that keeps this much makes room for a fresh one
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38

Answer = tuple[pgpwire.Head, list[bytes]]
Ask = Callable[[pgpwire.Head, list[bytes], Path], Answer]


class Alone(Exception):
    """Who asked has gone in the middle of a question."""


def serve(within: Path, asks: Mapping[str, Ask]) -> None:
    """Limit this process, and answer until nobody asks any more.  ``within`` is its folder."""
    _limit()
    try:
        while _answer(within, asks):
            pass
    finally:
        pgpgnupg.close()
        shutil.rmtree(within, ignore_errors=True)


def answered(asks: Mapping[str, Ask], head: pgpwire.Head, pieces: list[bytes], within: Path) -> Answer:
    """The answer to one question; a refusal is an answer too."""
    try:
        return asks[head["do"]](head, pieces, within)
    except No as no:
        return {"no": str(no)}, []
    except MemoryError:
        return {"no": "too-large"}, []


def end_with_parent() -> None:
    """Be killed when the thread that started this process ends, even by force."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _answer(within: Path, asks: Mapping[str, Ask]) -> bool:
    """Answer one question; false when nobody asks any more, or this child should not go on."""
    try:
        head, pieces = pgpwire.take(sys.stdin.buffer)
    except EOFError:
        return False
    _allow_cpu(int(head.get("cpu", CPU_SECONDS)))
    last = False
    try:
        about, found = answered(asks, head, pieces, within)
    except Alone:
        return False
    except Exception as fault:  # noqa: BLE001  the outermost loop: the parent must hear where our bug is
        about, found, last = {"fault": _place(fault)}, [], True
    if sum(len(piece) for piece in found) > MAX_ANSWER:
        about, found = {"no": "too-large"}, []
    last = last or _resident() > FAT
    pgpwire.put(sys.stdout.buffer, {**about, "last": last}, found)
    return not last


def _place(fault: Exception) -> str:
    """Where a bug is; never the words of the error, which may be a letter's."""
    frame = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} at {Path(frame.filename).name}:{frame.lineno}"


def _resident() -> int:
    """Bytes of memory in use.  Not ``ru_maxrss``: that one is inherited from the parent."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


def _limit() -> None:
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_BYTES, FILE_BYTES))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _allow_cpu(seconds: int) -> None:
    """So many seconds from here on; past them the kernel ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
