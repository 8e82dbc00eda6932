"""Where OpenPGP is done: in a limited child of this process, made when first needed.

A process that is itself such a child does it in place, see ``do_it_here``.
"""

import atexit
import threading
from collections.abc import Callable, Sequence

from meldpunt.vault import pgpwire
from meldpunt.vault.childprocess import Child
from meldpunt.vault.errors import EngineFailed, TooLarge

MODULE = "meldpunt.vault.pgpchild"
Answer = tuple[pgpwire.Head, list[bytes]]
Engine = Callable[[pgpwire.Head, Sequence[bytes]], Answer]

_turn = threading.Lock()
_child: Child | None = None
_here: Engine | None = None


def do_it_here(engine: Engine) -> None:
    """From now on this process answers its own questions: it is a limited child."""
    global _here
    _here = engine


def ask(head: pgpwire.Head, pieces: Sequence[bytes]) -> Answer:
    """Put one question to the engine of this process.

    A child that was killed from outside is replaced and asked again, once.  One that ran
    out of memory or time over this very question is replaced, and the answer is ``TooLarge``.
    """
    if _here is not None:
        return _here(head, pieces)
    with _turn:
        return _ask_child(head, pieces)


def _ask_child(head: pgpwire.Head, pieces: Sequence[bytes]) -> Answer:
    global _child
    for _attempt in range(2):
        if _child is None or not _child.is_ours:
            _child = Child(MODULE)
        try:
            _child.send(head, pieces)
            answer = _child.take()
        except (EOFError, OSError):
            ended, _child = _child, None
            ended.close()
            if not ended.was_killed:
                raise TooLarge("Reading this would take too much memory or time.") from None
            continue
        if answer[0].get("last"):
            _child.close()
            _child = None
        return answer
    raise EngineFailed("The OpenPGP engine does not stay alive.")


@atexit.register
def close() -> None:
    """End the child of this process, if it has one."""
    global _child
    if _child is not None:
        _child.close()
        _child = None
