"""Reading in a process that may die: the parent's side of ``readerchild``.

Who reads is limited in memory and time (``vault.confined``), so a letter that is a bomb, or that hangs a
parser, ends that process and nothing else.  What comes back is plain data, looked at again.

A ``Job`` is one letter or form in the reader's hands.  It is begun, and finished later: in between the
house can do something else, such as committing the letter before it.
"""

import atexit
from collections.abc import Callable, Sequence
from contextlib import suppress

from meldpunt.vault import pgpwire
from meldpunt.vault.childprocess import Child
from meldpunt.vault.errors import EngineFailed, TooLarge

MODULE = "meldpunt.intake.readerchild"
SECONDS = 40.0  # of wall-clock time for one letter, with its contents
LOOK_SECONDS, LOOK_CPU = 15.0, 5  # for its outside alone, when it was too much with its contents

Known = Callable[[str], Sequence[bytes]]
Answer = tuple[pgpwire.Head, list[bytes]]


class ReaderFault(Exception):
    """A bug of ours in the reader; the words say where, and nothing of the letter."""


class Reader:
    """The reader of this process, one child at a time.  For one thread."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._busy = False

    def begin(self, raw: bytes, secrets: Sequence[bytes]) -> "Job":
        """Hand a letter over, see ``answers.letter_of``.  Returns as soon as the child has taken it."""
        return Job(self, {"do": "read"}, [raw, *secrets])

    def begin_form(self, text: str, pasted: str, secrets: Sequence[bytes], others: Sequence[str] = ()) -> "Job | None":
        """Hand a form over, if there is OpenPGP in it, see ``answers.form_of``.  ``others``: its other fields."""
        if not pasted.strip() and not any("-----BEGIN PGP" in one for one in (text, *others)):
            return None
        pieces = [one.encode("utf-8", "replace") for one in (text, pasted, *others)]
        return Job(self, {"do": "read_form", "others": len(others)}, [*pieces, *secrets])

    def start(self) -> Child:
        """A child that waits for a question.  One that still holds another is not waited for."""
        if self._child is not None and (self._busy or not self._child.is_ours):
            self._child.kill()
            self._child = None
        if self._child is None:
            self._child = Child(MODULE)
        self._busy = True
        return self._child

    def done(self, last: bool) -> None:
        """The child has answered.  ``last``: it wants to be replaced."""
        self._busy = False
        if last:
            self.close()

    def bury(self) -> bool:
        """Let go of a child that has died; whether it was killed from outside."""
        died = self._child
        self.close()
        return died is None or died.was_killed

    def close(self) -> None:
        if self._child is not None:
            self._child.close()
        self._child, self._busy = None, False


class Job:
    """One letter or form in the reader's hands."""

    def __init__(self, reader: Reader, head: pgpwire.Head, pieces: Sequence[bytes], seconds: float = SECONDS) -> None:
        self._reader, self._head, self._pieces, self._seconds = reader, head, pieces, seconds
        self._told: Sequence[bytes] = ()
        self._told_early = False
        self._sender: str | None = None
        self._answered: Answer | None = None  # it came in place of the sender: something went wrong early
        self._child: Child | None = None
        self._begin()

    @property
    def raw(self) -> bytes:
        return self._pieces[0]

    @property
    def reader(self) -> Reader:
        return self._reader

    def _begin(self) -> None:
        self._sender, self._answered, self._told_early = None, None, False
        self._child = self._reader.start()
        with suppress(OSError):  # it is dead; ``finish`` notices
            self._child.send(self._head, self._pieces, self._seconds)

    def tell_early(self, known: Known, seconds: float) -> None:
        """If the child says within so many seconds whose letter it is: tell it what we know of them.

        ``finish`` will see whether that has changed in the meantime.
        """
        if self._child is None or not self._child.has_spoken(seconds):
            return
        with suppress(OSError, EOFError):
            self._hear_sender(known)
            self._told_early = self._sender is not None

    def finish(self, known: Known) -> Answer:
        """The answer.

        A child that was killed from outside is replaced and asked again, once.  ``TooLarge`` when the child
        ran out of memory or time over it.
        """
        for _attempt in range(2):
            try:
                answer = self._answer(known)
            except (EOFError, OSError):
                self._child = None
                if not self._reader.bury():
                    raise TooLarge("Reading this would take too much memory or time.") from None
                self._begin()
                continue
            return self._checked(answer)
        raise EngineFailed("The reader does not stay alive.")

    def _answer(self, known: Known) -> Answer:
        if self._child is None:
            raise EOFError
        if self._head["do"] == "read" and self._sender is None and self._answered is None:
            self._hear_sender(known)
        answer = self._answered or self._child.take()
        self._reader.done(bool(answer[0].get("last")))
        self._child = None
        if not self._told_early or list(known(self._sender or "")) == list(self._told):
            return answer
        self._begin()  # a key has become known since: only one that was known before the letter counts
        return self._answer(known)

    def _hear_sender(self, known: Known) -> None:
        assert self._child is not None  # noqa: S101
        said = self._child.take()
        if "sender" not in said[0]:
            self._answered = said
            return
        sender = str(said[0]["sender"])
        self._told = tuple(known(sender))
        self._child.send({}, self._told, self._seconds)
        self._sender = sender

    def _checked(self, answer: Answer) -> Answer:
        head, _ = answer
        if "fault" in head:
            raise ReaderFault(str(head["fault"])[:200])
        if "no" in head:
            raise TooLarge("Reading this would take too much memory or time.")
        return answer


_ours = Reader()


def ours() -> Reader:
    """The reader of this process; its child is made when first needed."""
    return _ours


@atexit.register
def close() -> None:
    """End the child of this process, if it has one."""
    _ours.close()
