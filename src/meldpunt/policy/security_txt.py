"""``security.txt`` (RFC 9116), drawn from the policy.  Pure: the signature comes later, elsewhere.

Web addresses are named only when they begin with https: the standard allows no others, and a file
that breaks it is believed by nobody.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from meldpunt.policy.rules import due
from meldpunt.policy.shape import Policy
from meldpunt.policy.values import ChannelKind

PATH = "/.well-known/security.txt"
HALL_OF_FAME = "/thanks/"  # the portal's path of it
LONGEST = timedelta(days=364)  # the standard advises less than a year

Field = tuple[str, str]


def fields(policy: Policy, base_url: str, fingerprint: str, thanks: str = HALL_OF_FAME) -> tuple[Field, ...]:
    """(name, value) of every line but ``Expires``.

    ``base_url``: of the portal, without a slash at its end.  ``fingerprint``: of our OpenPGP key, empty
    when there is none.  ``thanks``: the path of the hall of fame.
    """
    settings = policy.security_txt
    thanked = base_url + thanks if thanks and settings.acknowledgments else ""
    wanted = (
        *(("Contact", address) for address in _contacts(policy, base_url)),
        *([("Encryption", f"{base_url}/key.asc"), ("Encryption", f"openpgp4fpr:{fingerprint}")] if fingerprint else []),
        ("Acknowledgments", thanked),
        ("Preferred-Languages", ", ".join(policy.report_languages or policy.languages)),
        *(("Canonical", address) for address in (base_url + PATH, *settings.canonical)),
        ("Policy", f"{base_url}/"),
        ("Hiring", settings.hiring or ""),
    )
    return tuple((name, value) for name, value in wanted if value and _may_stand(value))


def _contacts(policy: Policy, base_url: str) -> Iterator[str]:
    """The ways to report, the preferred one first; the mail address at least."""
    mail = "mailto:" + quote(policy.organisation.contact, safe="@!$'*+-._~")
    ways = {ChannelKind.FORM: f"{base_url}/report/", ChannelKind.MAIL: mail}
    found = [ways.get(channel.kind) or channel.url or "" for channel in policy.channels]
    yield from found if any(one and _may_stand(one) for one in found) else (*found, mail)


def _may_stand(value: str) -> bool:
    """One line of its own, and no address that the standard forbids."""
    return value.isprintable() and not value.lower().startswith("http:")


def expires(policy: Policy, now: datetime) -> datetime:
    """When a file made now ends, in UTC: as the policy says, in less than a year."""
    wanted = due(policy.security_txt.expires_in, now, policy.calendar).late_from
    return min(wanted, now + LONGEST).astimezone(UTC).replace(microsecond=0)


def text(lines: tuple[Field, ...], until: datetime) -> str:
    """The whole file.  Every line ends with a line feed."""
    contacts = [line for line in lines if line[0] == "Contact"]
    others = [line for line in lines if line[0] != "Contact"]
    moment = ("Expires", f"{until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    return "".join(f"{name}: {value}\n" for name, value in (*contacts, moment, *others))
