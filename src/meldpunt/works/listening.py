"""Addresses to listen on: can we have them, and does somebody answer there?"""

import socket

from meldpunt.ground.errors import Conflict

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  read here, not listened on
ANSWERS_WITHIN = 1.0  # seconds


class AddressTaken(Conflict):
    """Another program listens there, or we may not."""


def split(address: str) -> tuple[str, int]:
    """``host:port`` as a pair.  The settings have checked its form."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def check_free(what: str, address: str) -> None:
    """Refuse with a sentence when we cannot listen on ``address``."""
    host, port = split(address)
    try:
        family, kind, number, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, number) as ours:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            ours.bind(where)
            ours.listen(1)
    except OSError as trouble:
        raise AddressTaken(
            "%(what)s cannot listen on %(address)s: %(why)s."
            " Set another address with --%(option)s or MELDPUNT_%(name)s.",
            what=what,
            option=what.replace("_", "-"),
            address=address,
            why=(trouble.strerror or "the address is unknown").lower(),
            name=what.upper(),
        ) from None


def speaks_lmtp(address: str) -> bool:
    """Whether an LMTP service greets us."""
    return _answer(address, b"QUIT\r\n").startswith(b"220")


def speaks_http(address: str, path: str) -> bool:
    """Whether a web server answers; which answer does not matter, as long as it is not its failure."""
    host, port = split(address)
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    status = _answer(address, request.encode())[:12]
    return status.startswith(b"HTTP/1.1 ") and status[9:10] in b"234"


def _answer(address: str, words: bytes) -> bytes:
    host, port = split(address)
    try:
        with socket.create_connection((EVERYWHERE.get(host, host), port), timeout=ANSWERS_WITHIN) as line:
            line.sendall(words)
            return line.recv(1024)
    except OSError:
        return b""
