"""What an operator may set, read once at the start into one frozen object.

Three sources, the later wins: the defaults below, ``meldpunt.toml`` in the data
folder, the environment (``MELDPUNT_SMTP`` for ``smtp``, and so on).  An unknown or
contradictory setting stops the start with a sentence that names it.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from meldpunt.site.setting_values import BadSetting as BadSetting
from meldpunt.site.setting_values import is_count, is_number, meant, split_address, split_url

PREFIX = "MELDPUNT_"
FILE = "meldpunt.toml"
NOT_SETTINGS = {"DATA", "ROLE", "KNOWN_ANSWERS", "SETUP_TOKEN", "SUPERVISOR"}  # read elsewhere, or by tests
FOUNDING = "INIT_"  # MELDPUNT_INIT_NAME and so on: what ``init`` takes instead of arguments
LOOPBACK = ("127.0.0.1", "::1", "localhost")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  read here, not listened on


@dataclass(frozen=True, slots=True)
class Config:
    """All settings.  Addresses of listeners are ``host:port``; loopback unless set otherwise."""

    data: Path
    web: str = "127.0.0.1:8080"  # the portal: what the Internet may see
    desk: str = "127.0.0.1:8081"  # the desk: the handlers' network
    api: str = ""  # JSON for programs of those at the desk, like 127.0.0.1:8082; empty: off
    lmtp: str = "127.0.0.1:8024"
    public_url: str = ""  # how a reporter reaches the portal; from ``web`` when empty
    desk_url: str = ""
    api_url: str = ""
    api_per_minute: str = "300"  # requests with one token
    onion_url: str = ""  # the portal's onion service, http://….onion, if it has one
    passkey_domain: str = ""  # whose passkeys they are; empty: the desk's own host name.  A domain above it will do
    oidc_issuer: str = ""  # an OpenID provider with whose accounts one may sign in; empty: none
    oidc_client: str = ""  # what we are called there
    oidc_secret_file: str = ""
    oidc_name: str = ""  # what people call it; empty: its host name
    oidc_hosts: str = ""  # other hosts that its description may name, with spaces between
    oidc_second_factor: str = "ours"  # ours: the desk asks for one; provider: its word for one is taken
    oidc_acr: str = ""  # with provider: the level that it must state; empty: amr must say mfa
    idle_minutes: str = "60"  # after which a session at the desk ends when nothing is asked
    session_hours: str = "12"  # after which it ends in any case
    smtp: str = ""  # host:port of the outgoing mail server; empty: letters wait in the outbox
    smtp_security: str = "none"  # none | opportunistic | starttls | tls
    smtp_user: str = ""
    smtp_password_file: str = ""
    answer_addresses: str = "plain"  # plain | tagged: contact+tag@, which the mail server must deliver to us, too
    smtp_in: str = ""  # where to take letters from the Internet; empty: the organisation's mail server does
    smtp_in_cert: str = ""  # files, PEM; with them STARTTLS is offered
    smtp_in_key: str = ""
    smtp_in_per_sender: str = "30"  # letters a minute: of one sender from one machine,
    smtp_in_per_host: str = "120"  # of one machine,
    smtp_in_overall: str = "1200"  # of all together
    imap: str = ""  # host:port of a mailbox to fetch letters from
    imap_security: str = "tls"  # tls | starttls | none, on this machine only
    imap_user: str = ""
    imap_password_file: str = ""
    imap_folder: str = "INBOX"
    imap_done_folder: str = ""  # where fetched letters go; empty: they stay, with a keyword
    own_lists: str = ""  # lists at another house that lead to us, security@groups.example; commas between
    key_lookup: str = "off"  # off | wkd: look for a reporter's OpenPGP key at their mail domain
    webhooks: str = "off"  # off | public | near: colleagues' webhooks are called, with near on our own network, too
    clamd: str = ""  # the socket of a virus scanner, /run/clamav/clamd.ctl; empty: nobody looks
    theme: str = ""  # a file in the data folder with values for the look's tokens, like harbour.css
    database: str = ""  # empty: SQLite in the data folder

    @property
    def portal_address(self) -> str:
        return self.public_url.rstrip("/") or f"http://{self.web}"

    @property
    def desk_address(self) -> str:
        return self.desk_url.rstrip("/") or f"http://{self.desk}"

    @property
    def passkeys(self) -> tuple[str, str] | None:
        """(domain, origin) of the desk's passkeys; ``None`` where browsers have none: without https, at a number."""
        parts = urlsplit(self.desk_address)
        host = parts.hostname or ""
        if parts.scheme == "http" and host in LOOPBACK:
            return "localhost", f"http://localhost:{parts.port}" if parts.port else "http://localhost"
        if parts.scheme != "https" or is_number(host):
            return None
        return self.passkey_domain or host, f"https://{parts.netloc}"

    @property
    def api_address(self) -> str:
        """Where programs find us; empty when they do not."""
        return (self.api_url.rstrip("/") or f"http://{self.api}") if self.api else ""

    @property
    def tagged(self) -> bool:
        """Whether our letters carry an address for answers that names their case."""
        return self.answer_addresses == "tagged"

    @property
    def secure(self) -> bool:
        """Whether the outside reaches us by https, so that cookies may insist on it."""
        return self.portal_address.startswith("https://")


def load(environ: Mapping[str, str] = os.environ) -> Config:
    """The settings of this process, or ``BadSetting``."""
    data = Path(environ.get(PREFIX + "DATA") or "data").absolute()
    known = {field.name for field in fields(Config)} - {"data"}
    values: dict[str, str] = {}
    for name, value in _from_file(data / FILE).items():
        if name not in known:
            raise BadSetting(
                "%(file)s: there is no setting called %(name)s.%(meant)s",
                file=FILE,
                name=name,
                meant=meant(name, known),
            )
        if not isinstance(value, str):
            raise BadSetting("%(file)s: %(name)s must be a text between quotes.", file=FILE, name=name)
        values[name] = value
    for variable, text in environ.items():
        short = variable.removeprefix(PREFIX)
        if short == variable or short in NOT_SETTINGS or short.startswith(FOUNDING):
            continue
        if short.lower() not in known:
            raise BadSetting(
                "There is no setting called %(name)s.%(meant)s",
                name=variable,
                meant=meant(short.lower(), known, PREFIX),
            )
        values[short.lower()] = text
    return _checked(Config(data=data, **values))


def _from_file(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))  # some editors put a mark before the text
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as trouble:
        raise BadSetting("%(file)s cannot be read: %(why)s.", file=FILE, why=trouble.strerror) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise BadSetting("%(file)s cannot be read: %(why)s.", file=FILE, why=trouble) from None


def _checked(config: Config) -> Config:
    for name in ("web", "desk", "api", "lmtp", "smtp", "smtp_in", "imap"):
        value = getattr(config, name)
        if value or name in ("web", "desk", "lmtp"):
            split_address(value, name)
    _check_listeners(config)
    _check_urls(config)
    if config.database and not config.database.startswith(("postgresql://", "postgres://")):
        raise BadSetting("database must be like postgresql://user@host/name, or empty for SQLite in the data folder.")
    if config.onion_url and not (split_url(config.onion_url, "onion_url").hostname or "").endswith(".onion"):
        raise BadSetting("onion_url must be like http://name.onion, not %(value)s.", value=config.onion_url)
    _check_passkeys(config)
    _check_sessions(config)
    if not is_count(config.api_per_minute):
        raise BadSetting("api_per_minute must be a number of requests, not %(value)s.", value=config.api_per_minute)
    _check_oidc(config)
    _check_going_out(config)
    _check_smtp(config)
    _check_smtp_in(config)
    _check_imap(config)
    if config.clamd and not config.clamd.startswith("/"):  # who asks it holds the vault's key and faces no network
        raise BadSetting("clamd must be the path of a socket, like /run/clamav/clamd.ctl.")
    return config


def _check_urls(config: Config) -> None:
    for name in ("public_url", "desk_url", "api_url"):
        value = getattr(config, name)
        url = split_url(value, name)
        if value and (url.scheme not in ("http", "https") or not url.hostname):
            raise BadSetting("%(name)s must start with https:// (or http://): %(value)s.", name=name, value=value)
        if url.path.strip("/") or url.query or url.fragment:
            raise BadSetting(
                "%(name)s must end after the host name, without a path: %(value)s.", name=name, value=value
            )


def _check_passkeys(config: Config) -> None:
    """A slip here would make every passkey worthless: the browser would offer none and accept none."""
    domain, site = config.passkey_domain, config.passkeys
    if not domain:
        return
    from fido2.rpid import verify_rp_id  # it reads a long list

    if site is None or site[0] == "localhost" or not verify_rp_id(domain, site[1]):
        raise BadSetting(
            "passkey_domain is %(value)s: it must be the host name in desk_url, or a domain above it, with https.",
            value=domain,
        )


def _check_oidc(config: Config) -> None:
    """All of it or nothing: half a provider would be a door that one believes to be shut, or open."""
    parts = (config.oidc_issuer, config.oidc_client, config.oidc_secret_file)
    if any(parts) and not all(parts):
        raise BadSetting("oidc_issuer, oidc_client and oidc_secret_file go together: set all three or none.")
    if config.oidc_second_factor not in ("ours", "provider"):
        raise BadSetting("oidc_second_factor must be ours or provider, not %(value)s.", value=config.oidc_second_factor)
    if config.oidc_acr and config.oidc_second_factor != "provider":
        raise BadSetting("oidc_acr is set but oidc_second_factor is not provider: nobody would look at it.")
    if not config.oidc_issuer:
        if config.oidc_name or config.oidc_hosts or config.oidc_second_factor != "ours":
            raise BadSetting("There are settings for a sign-in provider, but oidc_issuer is not set.")
        return
    url = split_url(config.oidc_issuer, "oidc_issuer")
    plain = url.scheme == "http" and url.hostname in LOOPBACK
    if not (url.scheme == "https" or plain) or not url.hostname or url.query or url.fragment or "@" in url.netloc:
        raise BadSetting("oidc_issuer must be an https:// address, not %(value)s.", value=config.oidc_issuer)
    if not Path(config.oidc_secret_file).is_file():
        raise BadSetting("oidc_secret_file: there is no file %(value)s.", value=config.oidc_secret_file)


def _check_sessions(config: Config) -> None:
    for name, least, most in (("idle_minutes", 10, 1440), ("session_hours", 1, 168)):
        value = getattr(config, name)
        if not (value.isascii() and value.isdecimal() and least <= int(value) <= most):
            raise BadSetting(
                "%(name)s must be a number from %(least)s to %(most)s, not %(value)s.",
                name=name,
                least=least,
                most=most,
                value=value,
            )
    if int(config.idle_minutes) > 60 * int(config.session_hours):
        raise BadSetting("idle_minutes is longer than session_hours: a session would never be idle that long.")


def _check_going_out(config: Config) -> None:
    if config.key_lookup not in ("off", "wkd"):
        raise BadSetting("key_lookup must be off or wkd, not %(value)s.", value=config.key_lookup)
    if config.webhooks not in ("off", "public", "near"):
        raise BadSetting("webhooks must be off, public or near, not %(value)s.", value=config.webhooks)


def _check_smtp(config: Config) -> None:
    if config.smtp_security not in ("none", "opportunistic", "starttls", "tls"):
        raise BadSetting(
            "smtp_security must be none, opportunistic, starttls or tls, not %(value)s.", value=config.smtp_security
        )
    if bool(config.smtp_user) != bool(config.smtp_password_file):
        raise BadSetting("smtp_user and smtp_password_file go together: set both or neither.")
    if config.smtp_user and config.smtp_security in ("none", "opportunistic"):
        raise BadSetting(
            "smtp_user is set but smtp_security is %(value)s: the password would be readable.",
            value=config.smtp_security,
        )
    if config.answer_addresses not in ("plain", "tagged"):
        raise BadSetting("answer_addresses must be plain or tagged, not %(value)s.", value=config.answer_addresses)


def _check_smtp_in(config: Config) -> None:
    if bool(config.smtp_in_cert) != bool(config.smtp_in_key):
        raise BadSetting("smtp_in_cert and smtp_in_key go together: set both or neither.")
    for name in ("smtp_in_per_sender", "smtp_in_per_host", "smtp_in_overall"):
        if not is_count(getattr(config, name)):
            value = getattr(config, name)
            raise BadSetting("%(name)s must be a number of letters, not %(value)s.", name=name, value=value)


def _check_imap(config: Config) -> None:
    if wrong := [one for one in config.own_lists.split(",") if one.strip() and "@" not in one.strip("@ ")]:
        raise BadSetting("own_lists must be mail addresses with commas between, not %(value)s.", value=wrong[0].strip())
    if config.imap_security not in ("none", "starttls", "tls"):
        raise BadSetting("imap_security must be none, starttls or tls, not %(value)s.", value=config.imap_security)
    if not config.imap:
        return
    if not config.imap_user or not config.imap_password_file:
        raise BadSetting("imap is set: imap_user and imap_password_file are needed, too.")
    if config.imap_security == "none" and split_address(config.imap, "imap")[0] not in LOOPBACK:
        raise BadSetting("imap_security is none but imap is not on this machine: the password would be readable.")
    if config.imap_folder == config.imap_done_folder:
        raise BadSetting("imap_done_folder must be another folder than imap_folder.")


def _check_listeners(config: Config) -> None:
    """Different addresses, and a name for whoever listens everywhere."""
    taken: dict[tuple[str, int], str] = {}
    for name in ("web", "desk", "lmtp", *(name for name in ("api", "smtp_in") if getattr(config, name))):
        address = split_address(getattr(config, name), name)
        if address in taken:
            raise BadSetting("%(one)s and %(other)s cannot have the same address.", one=taken[address], other=name)
        taken[address] = name
    for name, url in (("web", "public_url"), ("desk", "desk_url"), ("api", "api_url")):
        address = getattr(config, name)
        if address and split_address(address, name)[0] in EVERYWHERE and not getattr(config, url):
            raise BadSetting(
                "%(name)s listens on every address: set %(url)s, the address that people use.", name=name, url=url
            )
