"""How an engine starts, hears that it should stop, and ends.

It starts with files readable by their owner only, ends when the supervisor that
started it ends (even when that was killed), and says a refusal as one sentence.  A bug
ends it: told is where it happened, never the words of the error, for they may
hold what a letter said.
"""

import ctypes
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType, TracebackType

from meldpunt.ground.errors import OutsideFailure, Refusal

PARENT = "MELDPUNT_SUPERVISOR"  # the supervisor's process number, for who is started by it
PR_SET_PDEATHSIG = 1
HARMLESS = (ImportError, SyntaxError)  # what is wrong with the program, said before it has read anything
SETTINGS = "meldpunt.site.settings"
ENGINES = ("mailgate", "imapfetch", "opener", "post", "tick", "prepare", "keyfinder", "hooks")


class Stop:
    """Waits, and knows whether somebody asked to stop (SIGTERM or Ctrl-C).  For the main thread.

    Signals are heard through a pipe, so that a wait ends at once and nothing else is interrupted.
    """

    def __init__(self) -> None:
        self.asked = False
        self.ear, mouth = os.pipe()
        os.set_blocking(self.ear, False)
        os.set_blocking(mouth, False)
        signal.set_wakeup_fd(mouth, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._hear)

    def wait(self, seconds: float) -> bool:
        """Sleep for at most ``seconds``; whether it is time to stop."""
        if not self.asked:
            select.select([self.ear], [], [], seconds)
        return self.asked

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def run(role: str, work: Callable[[], int]) -> int:
    """Do the ``work`` in an open house, in this ``role``, and return the exit code."""
    os.environ.setdefault("MELDPUNT_ROLE", role)
    try:
        open_house()
        return work()
    except (Refusal, OutsideFailure) as no:
        say(str(no))
        return 1
    except KeyboardInterrupt:
        return 130


def open_for_engine() -> None:
    """Open the house when Python is about to run one of the ``ENGINES`` as ``python -m``.

    Called while the package is imported, which is before the engine's own imports: those
    bring in tables, and tables exist in an open house only.
    """
    if sys.argv[:1] != ["-m"]:  # so Python says that it is still looking for the module
        return
    engine = next((name for name in ENGINES if f"{__package__}.{name}" in sys.orig_argv), "")
    if not engine:
        return
    begin()
    if code := run(engine, lambda: 0):
        raise SystemExit(code)


def begin() -> None:
    """What every process does first."""
    os.umask(0o077)
    sys.excepthook = say_where
    end_with(int(os.environ.get(PARENT, "0")))


def open_house() -> None:
    """Make the rooms usable.  ``MELDPUNT_ROLE`` says in which role."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()


def end_with(parent: int, by: signal.Signals = signal.SIGTERM) -> None:
    """End by the signal ``by`` when the process ``parent`` ends; 0 for nobody.

    Without this a supervisor that is killed would leave engines behind that hold the ports.
    """
    if not parent:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:  # it ended before we could ask
        raise SystemExit(1)


def say(sentence: str) -> None:
    """One line for the operator.  Never an address, a name or a word of a letter."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def say_where(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A bug, told by its place."""
    for frame in traceback.extract_tb(trace):
        sys.stderr.write(f"  {frame.filename}:{frame.lineno} in {frame.name}\n")
    words = f" ({error})" if isinstance(error, HARMLESS) else ""
    sys.stderr.write(f"This is a bug in Meldpunt: {kind.__name__}{words}.\n")
