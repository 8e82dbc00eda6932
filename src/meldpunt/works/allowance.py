"""How many letters a minute one sender, one machine and all of them together may hand in.  Pure.

Only what was admitted counts: who is over the limit uses up nobody else's share, and the
memory that this takes is bounded by the overall limit.
"""

import ipaddress
from collections import Counter, deque
from dataclasses import dataclass

WINDOW = 60.0  # seconds
SITE = 64  # bits of an IPv6 address that belong to one customer


@dataclass(frozen=True, slots=True)
class Limits:
    """Letters in any stretch of ``WINDOW`` seconds."""

    sender: int  # one envelope sender, from one machine
    host: int  # one machine, whatever senders it names
    overall: int


class Allowance:
    """Remembers the last minute.  Times are seconds on any clock that never goes back.

    A sender counts together with the machine: addresses are easily forged, and nobody shall
    use up a reporter's share from elsewhere.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._admitted: deque[tuple[float, str, str]] = deque()
        self._counts: Counter[tuple[str, ...]] = Counter()

    def exceeded(self, sender: str, host: str, now: float) -> str:
        """Admit one letter and return "", or name the limit that is reached: sender, host or overall."""
        self._forget(now - WINDOW)
        sender, host = sender.casefold(), network_of(host)
        if self._counts[host, sender] >= self._limits.sender:
            return "sender"
        if self._counts[host,] >= self._limits.host:
            return "host"
        if len(self._admitted) >= self._limits.overall:
            return "overall"
        self._admitted.append((now, host, sender))
        self._counts.update([(host,), (host, sender)])
        return ""

    def _forget(self, before: float) -> None:
        while self._admitted and self._admitted[0][0] <= before:
            _, host, sender = self._admitted.popleft()
            for key in ((host,), (host, sender)):
                self._counts[key] -= 1
                if not self._counts[key]:
                    del self._counts[key]


def network_of(host: str) -> str:
    """What counts as one machine: an IPv4 address, or the network of an IPv6 address."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, SITE), strict=False))
    return str(address)
