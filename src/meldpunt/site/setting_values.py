"""What one setting can be: an address to listen at, an address of the web, a number; and a sentence for the rest."""

from collections.abc import Collection
from difflib import get_close_matches
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from meldpunt.ground.errors import Invalid


class BadSetting(Invalid):
    """A setting that cannot be, or that contradicts another one."""


def meant(name: str, known: Collection[str], prefix: str = "") -> str:
    """The setting that was probably meant, as it has to be written."""
    near = get_close_matches(name, known, 1)
    return f" Did you mean {prefix}{near[0].upper() if prefix else near[0]}?" if near else ""


def is_number(host: str) -> bool:
    """Whether this host is an address rather than a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_count(value: str) -> bool:
    return value.isascii() and value.isdecimal() and 0 < int(value) <= 1_000_000


def split_url(value: str, name: str) -> SplitResult:
    """An address in its parts, or ``BadSetting`` for what is none at all."""
    try:
        url = urlsplit(value)
        _ = url.hostname, url.port  # read only when they are asked for
    except ValueError:
        raise BadSetting("%(name)s is no address: %(value)s.", name=name, value=value) from None
    return url


def split_address(address: str, name: str) -> tuple[str, int]:
    """``host:port`` as a pair, or ``BadSetting``."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise BadSetting("%(name)s must be host:port, like 127.0.0.1:8080, not %(value)s.", name=name, value=address)
    return host.strip("[]"), int(port)
