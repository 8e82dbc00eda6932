"""Several questions to servers elsewhere at the same time, so that a slow one holds up no other."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from queue import Empty, SimpleQueue
from typing import TypeVar

from meldpunt.works import process

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
LOOK_UP = 0.2  # seconds between two looks at whether to stop


def side_by_side(
    ask: Callable[[Asked], Answer], asked: Mapping[str, Asked], stop: process.Stop | None
) -> Iterator[tuple[str, Answer]]:
    """The answers as they come, by name.  The threads only ask, and hold up nobody who wants to stop."""
    came: SimpleQueue[tuple[str, Answer]] = SimpleQueue()

    def ask_one(name: str, what: Asked) -> None:
        came.put((name, ask(what)))

    for one in asked.items():
        threading.Thread(target=ask_one, args=one, name="ask", daemon=True).start()
    left = len(asked)
    while left and not (stop and stop.asked):
        with contextlib.suppress(Empty):
            yield came.get(timeout=LOOK_UP)
            left -= 1
