"""Asking a Web Key Directory, of a domain that a stranger has chosen.

The letter that makes us ask may be an attacker's, and so may the server that we ask.  So: HTTPS on
port 443 only, with a certificate for that very name; every address of the host must be a public
one, and the connection goes to the address that was looked at, not to the name again; no redirect
is followed; and a question has an end: in seconds, and in bytes.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from meldpunt.vault import wkd
from meldpunt.vault.errors import NoDirectory
from meldpunt.vault.keysearch import Answer, Outcome
from meldpunt.vault.wkd import Place

PORT = 443
CONNECT = 5.0  # seconds to reach a server
TOTAL = 10.0  # seconds for one host, from the connection to the last byte
MOST = 64 << 10  # bytes of key material
MOST_ON_THE_LINE = 128 << 10  # bytes of an answer, with its headers
MOST_HOSTS = 2  # addresses of one host that are tried

Endpoint = tuple[str, int]  # address and port
Resolve = Callable[[str], Sequence[Endpoint]]

# Public by their number and yet not places to ask: cloud hosts' own services, relays, documentation
NOT_FOR_US = tuple(
    map(ipaddress.ip_network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16"))
)
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
NAT64 = ipaddress.ip_network("64:ff9b::/96")
NO_SUCH_HOST = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))


class NoSuchHost(Exception):
    """The name leads nowhere."""


class NotPublic(Exception):
    """The name leads to a machine that a stranger must not make us talk to."""


def is_public(address: str) -> bool:
    """Whether an address is one of the public Internet, and so are those that it stands for."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # with a zone, so it is link-local
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else None)
        if inner:
            return is_public(str(inner))
        if ip not in GLOBAL_UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not any(ip in net for net in NOT_FOR_US)


def resolve(host: str) -> list[Endpoint]:
    """The addresses of a host, all of them public.  ``NoSuchHost``, ``NotPublic``; ``OSError`` for trouble."""
    try:
        found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    except socket.gaierror as no:
        if no.errno in NO_SUCH_HOST:
            raise NoSuchHost from None
        raise
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses or not all(map(is_public, addresses)):
        raise NotPublic
    return [(address, PORT) for address in addresses]


class Line(ssl.SSLSocket):
    """A connection that ends at a moment and after so many bytes, however slowly they come."""

    until = 0.0  # by the monotonic clock
    left = MOST_ON_THE_LINE

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        self.settimeout(_left(self.until))
        count = super().recv_into(buffer, nbytes, flags)
        self.left -= count
        if self.left < 0:
            raise OSError("too long an answer")
        return count


def _left(until: float) -> float:
    """Seconds that are left; ``TimeoutError`` when there are none."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


class Fetcher:
    """Asks key directories.  ``resolve`` and ``context``: who tells where a host is, and whom to trust."""

    def __init__(self, resolve: Resolve = resolve, context: ssl.SSLContext | None = None) -> None:
        self._resolve = resolve
        self._context = context or ssl.create_default_context()
        self._context.sslsocket_class = Line
        self._context.set_alpn_protocols(["http/1.1"])

    def look_up(self, address: str) -> Answer:
        """The key that the domain of ``address`` gives for it.  Never raises for what a server does."""
        try:
            advanced, direct = wkd.places(address)
        except NoDirectory:
            return Answer(Outcome.NONE)
        try:
            try:
                return self._ask(advanced, self._resolve(advanced.host))
            except NoSuchHost:  # only then: a directory that is there and says no has said it
                return self._ask(direct, self._resolve(direct.host))
        except (NoSuchHost, NotPublic, ssl.SSLCertVerificationError):
            return Answer(Outcome.NONE)
        except (OSError, http.client.HTTPException, ValueError):
            return Answer(Outcome.TROUBLE)

    def _ask(self, place: Place, endpoints: Sequence[Endpoint]) -> Answer:
        until = time.monotonic() + TOTAL
        with closing(self._connect(place.host, endpoints[:MOST_HOSTS], until)) as line:
            asked = http.client.HTTPConnection(place.host)
            asked.sock = line
            asked.request("GET", place.path, headers={"User-Agent": "Meldpunt", "Connection": "close"})
            with closing(asked.getresponse()) as said:
                return _read(said)

    def _connect(self, host: str, endpoints: Sequence[Endpoint], until: float) -> Line:
        """The first of a host's addresses that answers."""
        trouble: OSError = OSError("no address")
        for endpoint in endpoints:
            try:
                plain = socket.create_connection(endpoint, timeout=min(CONNECT, _left(until)))
            except OSError as no:
                trouble = no
                continue
            try:
                plain.settimeout(_left(until))
                line = self._context.wrap_socket(plain, server_hostname=host)
            except BaseException:
                plain.close()
                raise
            assert isinstance(line, Line)  # noqa: S101  the context makes no others
            line.until = until
            return line
        raise trouble


def _read(said: http.client.HTTPResponse) -> Answer:
    """200 is a key, other answers are "no" or, from 500 and for 429, "not now"."""
    if said.status != http.HTTPStatus.OK:
        later = said.status >= 500 or said.status == http.HTTPStatus.TOO_MANY_REQUESTS
        return Answer(Outcome.TROUBLE if later else Outcome.NONE)
    data = said.read(MOST + 1)
    if len(data) > MOST:
        return Answer(Outcome.NONE)
    if said.length:  # it promised more than it gave
        return Answer(Outcome.TROUBLE)
    return Answer(Outcome.FOUND, data) if data else Answer(Outcome.NONE)
