"""The web server in which portal, desk, JSON interface and first-run page run.

``python -m meldpunt.works.web HOST PORT``; ``MELDPUNT_ROLE`` says which of them it is.
No access log: who asked for which page is nobody's business, and a path may say a lot.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from granian._internal import load_target
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from meldpunt.works import process

APPLICATION = "meldpunt.site.wsgi:application"
THREADS = 4
YOUNG = 5000  # objects more than before until the young ones are looked through
KILL_AFTER = 7  # seconds for requests in hand when it stops; without a limit a worker can hang for minutes


def load(server: int, target: str) -> Callable[..., Any]:
    """In the worker: it must not outlive its server, or it would keep the port.  Then the application."""
    process.end_with(server, signal.SIGKILL)
    # The server's handler was copied along and would swallow "stop" until the worker has its own.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    application: Callable[..., Any] = load_target(target)
    _let_it_rest()
    return application


def _let_it_rest() -> None:
    """What is loaded now stays: looking through it for garbage held up a page now and then, for nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)


def main(host: str, port: str) -> int:
    process.begin()
    server = Server(
        APPLICATION,
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        workers_kill_timeout=KILL_AFTER,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(load, os.getpid()))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
