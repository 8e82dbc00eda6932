"""What ``meldpunt doctor`` looks at.  Every question gets an answer, even when another one fails."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from meldpunt.conversation import queries as conversation
from meldpunt.ground import clock
from meldpunt.ground.errors import OutsideFailure, Refusal
from meldpunt.intake import queries as spool
from meldpunt.ledger import proof
from meldpunt.notices import queries as notices
from meldpunt.policy import queries as policy
from meldpunt.policy.document import digest_of, read
from meldpunt.policy.rules import calendar_warnings
from meldpunt.promises import colleagues, guard
from meldpunt.site.config import Config
from meldpunt.vault import keyring, published
from meldpunt.vault import queries as vault
from meldpunt.works import checks, followers, listening, prepare, smtp

OK, WARN, FAIL = "ok", "warn", "fail"
LITTLE_SPACE = 1 << 30  # bytes free on the disk
OPENED_WITHIN = timedelta(minutes=2)
SENT_WITHIN = timedelta(hours=1)
HOOK_ADVICE = "they set it anew at the desk, under Your notices"
KEY_WITHIN = timedelta(days=60)  # by then the published copy of a key of ours has long been renewed


@dataclass(frozen=True, slots=True)
class Finding:
    """``state`` is ok, warn or fail; ``advice`` says what to do."""

    what: str
    state: str
    found: str
    advice: str = ""


def examine(config: Config) -> tuple[Finding, ...]:
    """All findings, in the order in which one would look."""
    return tuple(finding for look in LOOKS for finding in _safely(look, config))


def _safely(look: "Look", config: Config) -> Iterator[Finding]:
    """A question that cannot be answered is a finding, too."""
    try:
        yield from look(config)
    except (Refusal, OutsideFailure) as no:
        yield Finding(_name(look), FAIL, str(no))
    except OSError as trouble:
        yield Finding(_name(look), FAIL, (trouble.strerror or "unknown trouble").lower())


def _name(look: "Look") -> str:
    return look.__name__.strip("_").replace("_", " ")


def _folder(config: Config) -> Iterator[Finding]:
    open_to_others = [
        path.relative_to(config.data.parent).as_posix()
        for path in (config.data, config.data / "keys", config.data / "files")
        if path.exists() and path.stat().st_mode & 0o077
    ]
    if open_to_others:
        yield Finding("folder", FAIL, f"others may read {', '.join(open_to_others)}", "chmod 700")
    else:
        yield Finding("folder", OK, f"{config.data}, for its owner only")
    free = shutil.disk_usage(config.data).free
    state = OK if free > LITTLE_SPACE else WARN
    yield Finding("disk", state, f"{free >> 20} MiB free", "" if state == OK else "make room, or letters are refused")


def _keys(config: Config) -> Iterator[Finding]:
    keyring.vault(config.data, "operator")
    keyring.outbox(config.data, "operator")
    loose = [path.name for path in (config.data / "keys").iterdir() if path.stat().st_mode & 0o077]
    if loose:
        yield Finding("keys", FAIL, f"others may read {', '.join(sorted(loose))}", "chmod 600")
    else:
        yield Finding("keys", OK, "readable, by their owner only")
    key = vault.own_key()
    yield Finding("OpenPGP key", OK, key.fingerprint)


def _published_key(config: Config) -> Iterator[Finding]:
    key, contact = vault.own_key(), policy.current().policy.organisation.contact
    ends = published.ends_at(key)
    left = ends - clock.now() if ends else None
    if ends is None or left is None:
        yield Finding("published key", OK, "does not expire")
    elif left > KEY_WITHIN:
        yield Finding("published key", OK, f"valid until {ends:%Y-%m-%d}")
    else:
        found = f"{'expires' if left > timedelta() else 'expired'} on {ends:%Y-%m-%d}"
        advice = "does the opener run? One that was imported: prolong it with gpg, then meldpunt keys import --use"
        yield Finding("published key", WARN if left > timedelta() else FAIL, found, advice)
    if not published.names(key, contact):
        yield Finding(
            "published key", WARN, f"does not name {contact}", "add that address to the key, or use another key"
        )


def _security_txt(config: Config) -> Iterator[Finding]:
    now, ready = clock.now(), published.signed_security_txt()
    late = published.is_due(config.portal_address, now)
    if ready is None:
        yield Finding("security.txt", WARN, "is not there yet", "start Meldpunt; the opener signs it")
    elif ready.expires_at <= now:
        yield Finding("security.txt", FAIL, f"expired on {ready.expires_at:%Y-%m-%d}", "does the opener run?")
    elif late:
        found = f"out of date; it ends on {ready.expires_at:%Y-%m-%d}"
        yield Finding("security.txt", WARN, found, "does the opener run?")
    else:
        signed = "signed" if ready.signer else "not signed, for there is no key"
        yield Finding("security.txt", OK, f"{signed}, until {ready.expires_at:%Y-%m-%d}")


def _address(config: Config) -> Iterator[Finding]:
    if config.secure:
        yield Finding("address", OK, config.portal_address)
    else:
        advice = "put a proxy with https before it and set public_url; programs believe nothing else"
        yield Finding("address", WARN, f"{config.portal_address} is not https", advice)


def _gnupg(config: Config) -> Iterator[Finding]:
    found = shutil.which("gpg")
    if found:
        yield Finding("gnupg", OK, found)
    else:
        yield Finding("gnupg", FAIL, "gpg is not installed", "install it; on Debian: apt-get install gnupg")


def _database(config: Config) -> Iterator[Finding]:
    if config.database:
        yield Finding("database", OK, "PostgreSQL")
        return
    with closing(sqlite3.connect(config.data / prepare.DATABASE)) as database:
        whole = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        mode = database.execute("PRAGMA journal_mode").fetchone()[0]
    if whole != "ok":
        yield Finding("database", FAIL, "damaged", "stop Meldpunt and restore a backup")
    elif mode != "wal":
        yield Finding("database", WARN, f"whole, but its journal is {mode}", "it should be wal; start Meldpunt once")
    else:
        yield Finding("database", OK, "whole, with a write-ahead log")


def _policy(config: Config) -> Iterator[Finding]:
    published = policy.current()
    path = config.data / checks.POLICY
    if not path.exists():
        yield Finding("policy", OK, f"version {published.version} is published; there is no {checks.POLICY}")
        return
    text = path.read_text("utf-8", "replace")
    read(text)
    if digest_of(text) == published.digest:
        yield Finding("policy", OK, f"version {published.version} is published, as {checks.POLICY} says")
    elif older := [one.version for one in policy.versions() if one.digest == digest_of(text)]:
        found = f"version {published.version} is published; {checks.POLICY} is still version {older[0]}"
        yield Finding("policy", OK, found)
    else:
        yield Finding(
            "policy", WARN, f"{checks.POLICY} differs from version {published.version}", "meldpunt policy publish"
        )


def _calendar(config: Config) -> Iterator[Finding]:
    calendar = policy.current().policy.calendar
    warnings = calendar_warnings(calendar, clock.now().astimezone(calendar.zone).date())
    for warning in warnings:
        yield Finding("calendar", WARN, str(warning))
    if not warnings:
        yield Finding("calendar", OK, "days off are known for the months ahead")


def _reminders(config: Config) -> Iterator[Finding]:
    published, people = policy.current().policy, colleagues.everybody()
    today = clock.now().astimezone(published.calendar.zone).date()
    names = sorted(one.name for one in guard.team(people, today))
    if names or published.team.responsible_mail:
        yield Finding("reminders", OK, ", ".join(names) or f"only {published.team.responsible_mail}, when it is late")
    else:
        advice = "meldpunt user mail USER ADDRESS, or each for themselves at the desk"
        yield Finding("reminders", WARN, "nobody can be reminded of what is due", advice)


def _webhooks(config: Config) -> Iterator[Finding]:
    found = notices.hooks()
    if config.webhooks == "off":
        advice = 'set webhooks = "public", or "near" for those on your own network' if found else ""
        yield Finding("webhooks", WARN if found else OK, f"off; {len(found)} set" if found else "off", advice)
        return
    for hook in found:
        if hook.stopped or hook.failing_since:
            when = f"{hook.failing_since or hook.set_at:%Y-%m-%d %H:%M} UTC"
            said = "no longer called" if hook.stopped else "not taken"
            yield Finding("webhooks", WARN, f"{hook.name} ({hook.form}): {said}, {hook.why} since {when}", HOOK_ADVICE)
    if not any(hook.stopped or hook.failing_since for hook in found):
        yield Finding("webhooks", OK, f"{len(found)} set, none fails")


def _ports(config: Config) -> Iterator[Finding]:
    runs = checks.is_held(config.data)
    for what in ("web", "desk", "lmtp", *(name for name in ("api", "smtp_in") if getattr(config, name))):
        yield _answers(what, getattr(config, what)) if runs else _is_free(what, getattr(config, what))


def _answers(what: str, address: str) -> Finding:
    good = listening.speaks_lmtp(address) if what in ("lmtp", "smtp_in") else listening.speaks_http(address, "/healthz")
    return Finding(what, OK if good else FAIL, f"{address} {'answers' if good else 'does not answer'}")


def _is_free(what: str, address: str) -> Finding:
    try:
        listening.check_free(what, address)
    except listening.AddressTaken as no:
        return Finding(what, FAIL, str(no))
    return Finding(what, OK, f"{address} is free; Meldpunt does not run")


def _mail_out(config: Config) -> Iterator[Finding]:
    if not config.smtp:
        yield Finding("mail out", WARN, "no mail server is set: letters wait", "set smtp in meldpunt.toml")
    else:
        server = smtp.server_from(config.smtp, config.smtp_security, config.smtp_user, config.smtp_password_file)
        with smtp.Line(server):
            yield Finding("mail out", OK, f"{config.smtp} answers")
    count, since, undelivered = conversation.outbox_age()
    old = since is not None and clock.now() - since > SENT_WITHIN
    yield Finding("outbox", WARN if old else OK, f"{count} waiting", "look at the mail server" if old else "")
    if undelivered:
        yield Finding("undelivered", WARN, f"{undelivered} letters", "see their cases at the desk")


def _spool(config: Config) -> Iterator[Finding]:
    count, since = spool.backlog()
    old = since is not None and clock.now() - since > OPENED_WITHIN
    yield Finding("spool", WARN if old else OK, f"{count} waiting", "does the opener run?" if old else "")
    stuck, what = spool.hindered()
    if stuck:
        yield Finding("opening", WARN, f"{stuck} items could not be opened yet ({what})", "disk, memory or database")
    lagging = followers.lagging()
    yield Finding("followers", WARN if lagging else OK, ", ".join(lagging) or "none is behind")


def _ledger(config: Config) -> Iterator[Finding]:
    verdict = proof.verify()
    if verdict.whole:
        yield Finding("ledger", OK, f"whole, {verdict.entries} entries")
    else:
        yield Finding("ledger", FAIL, verdict.faults[0], "meldpunt ledger verify")


Look = Callable[[Config], Iterator[Finding]]
LOOKS: tuple[Look, ...] = (
    _folder,
    _keys,
    _published_key,
    _security_txt,
    _address,
    _gnupg,
    _database,
    _policy,
    _calendar,
    _reminders,
    _webhooks,
    _ports,
    _mail_out,
    _spool,
    _ledger,
)
