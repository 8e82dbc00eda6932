"""Ports for the programs of the tests.  Each worker has its own, and gives none away a second time: between the
choice of a port and its use somebody else could take it.
"""

import contextlib
import itertools
import os
import random
import socket

FIRST, EACH, SHARES = 20_000, 1_500, 8  # below those that the system gives to outgoing connections
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_first = FIRST + _worker % SHARES * EACH
_own = itertools.cycle(random.SystemRandom().sample(range(_first, _first + EACH), EACH))


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    ports: list[int] = []
    for port in itertools.islice(_own, EACH):
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            ports.append(port)
        if len(ports) == count:
            return ports
    raise AssertionError("no free ports")


def free_address() -> str:
    return f"127.0.0.1:{free_ports(1)[0]}"
