"""The processes of ``up``: started, heard, started again when they die, and ended together.

Each child leads a process group of its own, so Ctrl-C reaches the supervisor alone, and whatever
a child started ends with it.  That a child ends when the supervisor is killed is the child's own
doing (``process.end_with``).  Not for threads: a child's life is bound to the thread that started it.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO

from meldpunt.works import process

STOP_WITHIN = 9.0  # seconds; then by force
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before a child that died is started again
STEADY = 60.0  # seconds after which earlier deaths are forgotten
LONGEST_LINE = 1 << 16


@dataclass
class Child:
    """One process that should run.  ``module`` is what stands after ``python -m``."""

    name: str
    role: str
    module: tuple[str, ...]
    running: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    deaths: int = 0
    again_at: float = 0.0
    heard: bytearray = field(default_factory=bytearray)


class Children:
    """All of them.  ``say`` gets every line for the operator; ``stop`` ends waits early."""

    def __init__(self, say: Callable[[str], None], stop: process.Stop) -> None:
        self._say, self._stop = say, stop
        self._all: list[Child] = []
        self._ears = selectors.DefaultSelector()
        self._ears.register(stop.ear, selectors.EVENT_READ)

    def start(self, children: Iterable[Child]) -> None:
        for child in children:
            self._all.append(child)
            self._start(child)

    def turn(self, seconds: float) -> None:
        """Listen for at most ``seconds``; look who died; start those again whose pause is over."""
        self._listen(seconds)
        now = time.monotonic()
        for child in self._all:
            if child.running and _has_ended(child.running):
                self._bury(child, now)
            elif child.running is None and now >= child.again_at:
                self._start(child)

    def end(self) -> None:
        """End all of them: asked first, by force after ``STOP_WITHIN`` seconds."""
        living = [child for child in self._all if child.running]
        for child in living:
            _signal(child, signal.SIGTERM)
        until = time.monotonic() + STOP_WITHIN
        while living and time.monotonic() < until:
            self._listen(0.02, awake=True)
            for child in [child for child in living if child.running and _has_ended(child.running)]:
                self._take_leave(child)
                living.remove(child)
        for child in living:
            self._say(f"{child.name} did not stop in time; it was ended by force.")
            self._take_leave(child)
        self._all.clear()

    def _start(self, child: Child) -> None:
        environ = {**os.environ, "MELDPUNT_ROLE": child.role, process.PARENT: str(os.getpid())}
        child.running = subprocess.Popen(  # noqa: S603  our own modules
            [sys.executable, "-m", *child.module],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        child.started_at = time.monotonic()
        output = _output(child.running)
        os.set_blocking(output.fileno(), False)
        self._ears.register(output, selectors.EVENT_READ, child)

    def _bury(self, child: Child, now: float) -> None:
        """A child died that should live: say so, and when it comes back."""
        died = self._take_leave(child)
        child.deaths = 1 if now - child.started_at > STEADY else child.deaths + 1
        pause = PAUSES[min(child.deaths, len(PAUSES)) - 1]
        child.again_at = now + pause
        self._say(f"{child.name} stopped ({_cause(died)}); it starts again in {pause:g} s.")

    def _take_leave(self, child: Child) -> int:
        """Hear its last words, end whatever it left behind, and return its exit code."""
        running = child.running
        if running is None:
            return 0
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(running.pid, signal.SIGKILL)  # not reaped yet, so the number is still its own
        code = running.wait()
        output = _output(running)
        self._hear(child, output)
        if child.heard:
            self._tell(child, bytes(child.heard))
            child.heard.clear()
        self._hang_up(output)
        output.close()
        child.running = None
        return code

    def _hang_up(self, output: IO[bytes]) -> None:
        with contextlib.suppress(KeyError):
            self._ears.unregister(output)

    def _listen(self, seconds: float, awake: bool = False) -> None:
        """Pass on what the children say.  ``awake``: somebody asked to stop, and that is under way."""
        if self._stop.asked and not awake:
            return
        for key, _ in self._ears.select(seconds):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._stop.ear, 512)
            else:
                self._hear(key.data, key.fileobj)  # type: ignore[arg-type]

    def _hear(self, child: Child, output: IO[bytes]) -> None:
        try:
            said = os.read(output.fileno(), LONGEST_LINE)
        except BlockingIOError:
            return
        if not said:
            self._hang_up(output)
        child.heard += said
        *lines, rest = child.heard.split(b"\n")
        child.heard = bytearray(rest) if len(rest) < LONGEST_LINE else bytearray()
        for line in lines:
            self._tell(child, bytes(line))

    def _tell(self, child: Child, line: bytes) -> None:
        self._say(f"{child.name:<8} | {line.decode('utf-8', 'replace').rstrip()}")


def _has_ended(running: "subprocess.Popen[bytes]") -> bool:
    """Whether it ended, without reaping it: until then nobody else can have its number."""
    return os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _signal(child: Child, number: signal.Signals) -> None:
    if child.running:
        with contextlib.suppress(ProcessLookupError):
            child.running.send_signal(number)


def _output(running: "subprocess.Popen[bytes]") -> IO[bytes]:
    if running.stdout is None:
        raise ValueError("the child was started without a pipe")
    return running.stdout


def _cause(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
