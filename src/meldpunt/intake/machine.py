"""Mail that no person wrote: bounces, answering machines, lists, and our own.  Pure.

By the standards first (RFC 3834, 3464, 5965), then by what machines without standards write.
A wrong *yes* loses a report, and people do report weaknesses in vacation notices and in e-mail
verification: so words only count beside something that a person's mail does not have.
"""

import re
from collections.abc import Collection, Iterable, Sequence

from meldpunt.intake import address
from meldpunt.intake import machinewords as words
from meldpunt.intake.letter import Automatic
from meldpunt.intake.mime import Part

OWN = "x-meldpunt-letter"
LOOK_AT = 6000  # characters of the text that are looked at
REPORT = 64_000  # bytes of a delivery report, and characters of a text in which a letter is named

_REPORTS = (
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
)
_ACTION = re.compile(rb"^Action:[ \t]*([a-z]+)", re.IGNORECASE | re.MULTILINE)
_CLASS = re.compile(rb"^Status:[ \t]*([245])\.", re.IGNORECASE | re.MULTILINE)
_MEANS = {b"2": b"delivered", b"4": b"delayed"}
_HARMLESS = frozenset({b"delivered", b"delayed", b"relayed", b"expanded"})  # any other word means that it failed
_REJECTED = re.compile(rb"^Disposition:[ \t]*automatic-action/[^\n;]{0,60};[ \t]*(deleted|denied|failed)", re.I | re.M)
_READ = "message/disposition-notification"
_ANSWER = ("re:", "antw:", "aw:", "sv:", "odp:")
_NOBODY = re.compile(rb"<\s*>\s*$")
TERSE = 1500  # characters: what a machine that answers in a person's name says
OPENING = 400  # of these, where it begins
_ORIGINAL_ID = re.compile(rb"^(?:X-)?Original-Message-ID:[ \t]*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(r"^[>\s]{0,20}Message-ID:[ \t]*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_MACHINE_HEADERS = re.compile(r"x-(mail-)?auto-?(reply|respond)|x-vacation$|x-bluebottle-request$")

_LIST_HEADERS = ("list-id", "list-post", "x-beenthere", "x-mailing-list", "mailing-list")
_CAMPAIGN_HEADERS = ("list-unsubscribe-post", "feedback-id", "x-campaign", "x-campaignid", "x-campaign-id")
_SPAM_HEADERS = ("x-spam-flag", "x-spam-status", "x-spam")
MICROSOFT_SPAM = 5  # the level from which Exchange puts mail aside
_POST = re.compile(rb"<mailto:([^<>?\s]{3,300})", re.IGNORECASE)
_LIST_ID = re.compile(r"<([^<>@\s]{1,64}\.[^<>@\s]{1,250})>")


def automatic(root: Part, subject: str, text: str, returned: Sequence[Part]) -> Automatic | None:
    """What kind of machine wrote this; ``None`` for a person.

    ``OWN`` is only what the letter says of itself: another house that runs the same program says so too,
    and a person there may have written it.  Who knows our letters has the last word.
    """
    if kind := _by_report(root, text):
        return kind
    seen = text[:LOOK_AT]
    if _bounced(root, subject, seen, returned):
        return Automatic.AUTO_REPLY if _is_late(subject, seen) else Automatic.BOUNCE
    if _is_machine(root) or says_absent(subject) or _challenges(root, subject, seen):
        return Automatic.AUTO_REPLY
    if _is_away(root, subject, text):
        return Automatic.AUTO_REPLY
    if root.first(OWN):
        return Automatic.OWN
    return Automatic.LIST if _is_list(root) else None


def is_guess(root: Part, subject: str, text: str, returned: Sequence[Part]) -> bool:
    """Whether words alone say that a machine wrote this.  A person may have chosen the same: a person must look."""
    sender = _writer(root)
    if _by_report(root, text) or root.first("x-failed-recipients") or _is_machine(root) or _is_daemon(root, sender):
        return False
    return not (_is_role(sender) and _bounced(root, subject, text[:LOOK_AT], returned))


def says_absent(subject: str) -> bool:
    """Whether a subject is that of an answering machine."""
    return bool(words.ABSENT.match(subject))


def _by_report(root: Part, text: str) -> Automatic | None:
    """A report in the forms of RFC 3464, 5965 and 8098."""
    reports = [part for part in root.walk() if part.type in _REPORTS]
    if root.type != "multipart/report" and not reports:
        return None
    kind = root.content.words.get("report-type", "").lower()
    said = b"\n".join(part.data[:REPORT] for part in reports)
    if kind == "feedback-report" or any(part.type == "message/feedback-report" for part in reports):
        return Automatic.AUTO_REPLY
    if kind == "disposition-notification" or any(part.type == _READ for part in reports):
        return Automatic.BOUNCE if _REJECTED.search(said) else Automatic.AUTO_REPLY  # RFC 5429: a filter refuses so
    actions = {found.lower() for found in _ACTION.findall(said)}
    if not actions:  # then the class of the status tells: 4 is "not yet" (RFC 3463)
        actions = {_MEANS.get(found, b"failed") for found in _CLASS.findall(said)}
    if not actions and words.GUARDED.search(text[:LOOK_AT]):
        return Automatic.AUTO_REPLY
    return Automatic.AUTO_REPLY if actions and actions <= _HARMLESS else Automatic.BOUNCE


def named_letters(root: Part, text: str) -> list[bytes]:
    """The Message-IDs that a bounce gives for what came back, where it does not give the letter itself."""
    reports = b"\n".join(part.data[:REPORT] for part in root.walk() if part.type in _REPORTS)
    found = [one.encode() for one in _MESSAGE_ID.findall(text[:REPORT])[:5]]
    return [*found, *_ORIGINAL_ID.findall(reports)[:5]]


def _bounced(root: Part, subject: str, text: str, returned: Sequence[Part]) -> bool:
    """A bounce by no standard: from a daemon and saying so, or saying so and giving the letter back."""
    if root.first("x-failed-recipients"):
        return True
    subject_says = bool(words.FAILED.search(subject) or words.DELAYED.search(subject))
    sender = _writer(root)
    machine, role = _is_machine(root) or _is_daemon(root, sender), _is_role(sender)
    if not machine and not role and not subject_says:
        return False  # as nearly all letters: the text is not even looked at
    if not machine and _is_passed_on(subject):
        return False  # a person, who shows a bounce or answers one
    text_says = any(one.search(text) for one in (words.STATUS, words.OF_YOURS, words.DELAYED))
    back = bool(returned) or len(words.COPY.findall(text)) > 1 or bool(words.COPY_FOLLOWS.search(text))
    if machine:
        return subject_says or text_says or back
    if role:
        return subject_says + text_says + back > 1
    return text_says and (back or not sender.address or _speaks_of_yours(text))


def _writer(root: Part) -> address.Mailbox:
    return next(iter(address.mailboxes(root.first("from"))), address.Mailbox("", ""))


def _is_daemon(root: Part, sender: address.Mailbox) -> bool:
    """Whether the program that delivers mail wrote it, by its name, or because it is nobody."""
    back = next((box.address for box in address.mailboxes(root.first("return-path"))), "")
    if any(words.DAEMON.match(one) for one in (sender.address, back)) or words.DAEMON_NAME.search(sender.name):
        return True
    return bool(_NOBODY.search(root.first("from")))


def _is_role(sender: address.Mailbox) -> bool:
    return bool(words.ROLE.match(sender.address) or words.ROLE_NAME.search(sender.name))


def _is_passed_on(subject: str) -> bool:
    """``Fwd: Undeliverable``: what begins with the words of a bounce once the mark of passing on is off."""
    mark = words.PASSED_ON.match(subject)
    rest = subject[mark.end() :].lstrip() if mark else ""
    return bool(mark and (words.FAILED.match(rest) or words.DELAYED.match(rest)))


def _speaks_of_yours(text: str) -> bool:
    return len(text) < TERSE and bool(words.OF_YOURS.search(text[:OPENING]))


def _is_late(subject: str, text: str) -> bool:
    """Whether a bounce only says that it takes longer."""
    if words.DELAYED.search(subject):
        return True
    return bool(words.DELAYED.search(text)) and not words.STATUS.search(text)


def _challenges(root: Part, subject: str, text: str) -> bool:
    """A letter that wants its sender to prove something first: an answer, and to nobody's question."""
    asks = re.search(r"confirm|verif|authori[sz]|approv|challenge|held|pending", subject, re.IGNORECASE)
    return (_answers(root, subject) or bool(asks)) and bool(words.GUARDED.search(text))


def _is_away(root: Part, subject: str, text: str) -> bool:
    """An answering machine without any mark: short, an answer or thanks for one, and away from the first words on."""
    if len(text) > TERSE or not words.AWAY.search(text[:OPENING]):
        return False
    return bool(words.THANKS.search(text[:OPENING])) or (_answers(root, subject) and "\n>" not in text)


def _answers(root: Part, subject: str) -> bool:
    return subject.lower().startswith(_ANSWER) or bool(root.first("in-reply-to"))


def _is_machine(root: Part) -> bool:
    """What a person's mail does not say of itself."""
    submitted = root.text("auto-submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(_MACHINE_HEADERS.match(name) for name, _ in root.headers):
        return True
    if _precedence(root) in ("auto_reply", "junk") or root.text("x-precedence").lower() == "auto_reply":
        return True  # answering machines call themselves junk; ticket systems, where people write, only bulk
    return root.first("return-path").strip() == b"<>"


def _is_list(root: Part) -> bool:
    """Mail that went to a list, or to many at once.

    One such sign is not enough where people's own mail has it too: ticket systems call all that they send
    bulk, and mailing tools offer to unsubscribe from a letter to one person.
    """
    if any(root.first(name) for name in _LIST_HEADERS) or _precedence(root) == "list":
        return True
    many = _precedence(root) in ("bulk", "junk") or any(root.first(name) for name in _CAMPAIGN_HEADERS)
    return many and bool(root.first("list-unsubscribe"))


def _precedence(root: Part) -> str:
    return root.text("precedence").lower()


def lists(root: Part) -> tuple[str, ...]:
    """The addresses of the lists that a letter came through, as far as its headers give them."""
    found = [box.address for name in ("x-beenthere", "x-mailing-list") for box in address.mailboxes(root.first(name))]
    found += [one.decode("ascii", "replace") for one in _POST.findall(root.first("list-post")[:2000])]
    named = _LIST_ID.search(root.text("list-id")[-500:])
    found += [named[1].replace(".", "@", 1)] if named else []
    return tuple(dict.fromkeys(one.lower() for one in found if "@" in one))[:10]


def is_own_list(lists: Collection[str], ours: str, named: Iterable[str] = ()) -> bool:
    """Whether one of these lists is at the house of the address ``ours``, or ``named``: then it is a door of ours.

    Many a security address is a list of the people behind it.
    """
    if any(one.strip().lower() in lists for one in named):
        return True
    home = ours.rpartition("@")[2].lower()
    domains = (one.rpartition("@")[2].lower() for one in lists)
    return bool(home) and any(domain == home or domain.endswith(f".{home}") for domain in domains)


def is_marked_as_spam(root: Part) -> bool:
    """Whether a filter on the way said so, in the words of the usual ones."""
    said = (root.text(name).lower().partition(",")[0].strip() for name in _SPAM_HEADERS)
    if any(word in ("yes", "true", "spam") for word in said):
        return True
    level = root.text("x-ms-exchange-organization-scl")
    return level.isdecimal() and len(level) < 3 and int(level) >= MICROSOFT_SPAM
