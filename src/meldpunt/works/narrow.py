"""An HTTPS connection to a server that somebody else has chosen.

Whoever names the server may be an attacker, and so may the server be.  So: a certificate for that very
name; every address of the host must be one that may be asked, and the connection goes to the address that was
looked at, not to the name again; and it ends: after so many seconds, and so many bytes.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from typing import Any

PORT = 443
CONNECT = 5.0  # seconds to reach a server
MOST_ON_THE_LINE = 128 << 10  # bytes of an answer, with its headers
MOST_HOSTS = 2  # addresses of one host that are tried

Endpoint = tuple[str, int]  # address and port

# Public by their number and yet not places to ask: cloud hosts' own services, relays, documentation
NOT_FOR_US = tuple(
    map(ipaddress.ip_network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16"))
)
OUR_OWN = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7"))
)
CLOUDS = ipaddress.ip_network("fd00:ec2::/32")  # a cloud host's own services, at an address like a private one
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


def is_near(address: str) -> bool:
    """Whether it is public, or of an organisation's own network; never what the network tells itself (link-local)."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return is_public(address) or (ip not in CLOUDS and any(ip in net for net in OUR_OWN))


def resolve(host: str, port: int = PORT, allowed: Callable[[str], bool] = is_public) -> list[Endpoint]:
    """The addresses of a host, all of them ``allowed``.  ``NoSuchHost``, ``NotPublic``; ``OSError`` for trouble."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as no:
        if no.errno in NO_SUCH_HOST:
            raise NoSuchHost from None
        raise
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses or not all(map(allowed, addresses)):
        raise NotPublic
    return [(address, port) for address in addresses]


class Line(ssl.SSLSocket):
    """A connection that ends at a moment and after so many bytes, however slowly they come."""

    until = 0.0  # by the monotonic clock
    left = MOST_ON_THE_LINE

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        self.settimeout(left(self.until))
        count = super().recv_into(buffer, nbytes, flags)
        self.left -= count
        if self.left < 0:
            raise OSError("too long an answer")
        return count


def left(until: float) -> float:
    """Seconds that are left; ``TimeoutError`` when there are none."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def narrowed(context: ssl.SSLContext | None = None) -> ssl.SSLContext:
    """Whom to trust, as lines that end.  Without a ``context`` the machine's own authorities."""
    context = context or ssl.create_default_context()
    context.sslsocket_class = Line
    context.set_alpn_protocols(["http/1.1"])
    return context


def connect(context: ssl.SSLContext, host: str, endpoints: Sequence[Endpoint], until: float, within: float) -> Line:
    """The first of a host's addresses that answers; each gets so many seconds.  ``context`` as ``narrowed``."""
    trouble: OSError = OSError("no address")
    for endpoint in endpoints[:MOST_HOSTS]:
        try:
            plain = socket.create_connection(endpoint, timeout=min(within, left(until)))
        except OSError as no:
            trouble = no
            continue
        try:
            plain.settimeout(left(until))
            line = context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
        assert isinstance(line, Line)  # noqa: S101  the context makes no others
        line.until = until
        return line
    raise trouble
