"""Mail that no person wrote: bounces, answering machines, lists, and our own.  Pure.

By the standards first (RFC 3834, 3464, 5965), then by what machines without standards write.
A wrong *yes* loses a report, and people do report weaknesses in vacation notices and in e-mail
verification: so words only count beside something that a person's mail does not have.
"""

import re
from collections.abc import Iterable, Sequence

from meldpunt.intake import address
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
_ORIGINAL_ID = re.compile(rb"^(?:X-)?Original-Message-ID:[ \t]*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(r"^[>\s]{0,20}Message-ID:[ \t]*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_MACHINE_HEADERS = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder", "x-bluebottle-request")

_LIST_HEADERS = ("list-id", "list-post", "x-beenthere", "x-mailing-list", "mailing-list")
_CAMPAIGN_HEADERS = ("list-unsubscribe-post", "feedback-id", "x-campaign", "x-campaignid", "x-campaign-id")
_SPAM_HEADERS = ("x-spam-flag", "x-spam-status", "x-spam")
MICROSOFT_SPAM = 5  # the level from which Exchange puts mail aside
_POST = re.compile(rb"<mailto:([^<>?\s]{3,300})", re.IGNORECASE)
_LIST_ID = re.compile(r"<([^<>@\s]{1,64}\.[^<>@\s]{1,250})>")

_DAEMON = re.compile(
    r"(mailer[-_]?daemon|mail(er)?[-_.]?(delivery|system)|mdaemon|autoanswer|"
    r"(microsoft)?exchange[\w-]*|symantec[\w-]*|mail-?guard|amavisd?)"
    r"([-+_=.][^@]*)?(@|$)",
    re.IGNORECASE,
)
# a person may sit behind these
_ROLE = re.compile(r"(postmaster|bounces?|mail-?admin|nobody|root|virus[\w-]*)([-+_=.][^@]*)?(@|$)", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver|returned[ _]mail|mail (system error|delivery|status)|non[ -]?(delivery|remis)|unzustellbar|"
    r"delivery (status|failure|problem|report|notification|has failed|error|subsystem)|failure (notice|delivery)|"
    r"delivery.{0,30}(fail|error|unsuccess)|could(n't| not) (be )?(deliver|send)|not? be(en)? delivered|"
    r"(message|mail) (could not|not|cannot|undeliverable|rejected)|permanent (fatal )?error|nondeliverable|"
    r"return(ed|ing)? (mail|message|to sender)|unknown (user|address|recipient|e-?mail)|user unknown|"
    r"(address|recipient) (rejected|unknown|not found)|(nicht|niet) (zugestellt|bezorgd|afgeleverd|bezorgbaar)|"
    r"onbestelbaar|bezorging mislukt|no[nt]? (recibido|entregado)|[ée]chec|fehlgeschlagen|rejected( mail|:)|blocked|"
    r"mailbox (full|unavailable|quota)|quota exceeded|over quota|account (closed|disabled)|\bbounce",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"\bdelay|delivery (is )?(temporarily|deferred)|still (trying|being retried)|warning: (message|could)|"
    r"deferred|vertraag",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"(re: ?)?\[?(auto(matic|mated|-|matisk)?[ -]?(re(ply|sponse)|answer)|"
    r"auto: .{1,80}(out of|is away|afwezig).*|automatisch(e|es)? (antwoord|antwort|bericht)|"
    r"réponse automatique|respuesta automática|automatyczna odpowied\S*|autosvar|abwesenheits(notiz|nachricht)|"
    r"afwezig(heids(bericht|melding|assistent))?|niet aanwezig|out of (the )?office( (auto ?)?reply)?( (?=re:))?)"
    r"\]? ?(:|-|$|(?<= )re:)",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"\b5\d\d[ -]#?5\.\d\.\d|\b#?5\.[0-7]\.\d{1,3}\b|(final-recipient|diagnostic-code)\s*:|\b55[0-4] |"
    r"user unknown|unknown user|no such (user|recipient|mailbox)|mailbox (is )?(full|unavailable|not found|disabled)|"
    r"(permanent|fatal) (fatal )?error|undeliverable|could not be delivered|quota exceeded|over quota|"
    r"bestaat niet|onbekende (gebruiker|ontvanger|geadresseerde)|postvak (is )?vol|"
    r"(niet|kon(den)?|kan) [^.]{0,30}(bezorgd|afgeleverd|bereikt|gevonden)|"
    r"(was|were) (not|undeliver)[^.]{0,20}deliver|(not|un)(able|possible)? to (be )?deliver|"
    r"deliver(y|ed)? (failed|failure|to the following)|no longer (active|valid|available|in use|with)|"
    r"(address(es)?|recipients?) (failed|had (permanent|delivery)|rejected|unknown)|does(n't| not) exist|"
    r"account (is )?(inactive|disabled|closed)",
    re.IGNORECASE,
)
_COPY = re.compile(r"^[>\s]*(received: from|return-path:|message-id:)", re.IGNORECASE | re.MULTILINE)
_GUARDED = re.compile(
    r"(click|visit|follow|reply|respond).{0,300}(white|safe|allowed|approved)[\s-]?(senders?[\s-])?list|"
    r"(one[- ]time|please) (verif|confirm)[^.]{0,80}(you are|a real) (a )?(human|person|sender)|"
    r"boxtrapper|spam ?arrest",
    re.IGNORECASE | re.DOTALL,
)


def automatic(root: Part, subject: str, text: str, returned: Sequence[Part]) -> Automatic | None:
    """What kind of machine wrote this; ``None`` for a person.

    ``OWN`` is only what the letter says of itself: another house that runs the same program says so too,
    and a person there may have written it.  Who knows our letters has the last word.
    """
    if kind := _by_report(root):
        return kind
    if _bounced(root, subject, text[:LOOK_AT], returned):
        late = _DELAYED.search(subject) or (_DELAYED.search(text[:LOOK_AT]) and not _STATUS.search(text[:LOOK_AT]))
        return Automatic.AUTO_REPLY if late else Automatic.BOUNCE
    if _is_machine(root) or _ABSENT.match(subject) or _challenges(root, subject, text[:LOOK_AT]):
        return Automatic.AUTO_REPLY
    if root.first(OWN):
        return Automatic.OWN
    return Automatic.LIST if _is_list(root) else None


def _by_report(root: Part) -> Automatic | None:
    """A report in the forms of RFC 3464, 5965 and 8098."""
    reports = [part for part in root.walk() if part.type in _REPORTS]
    if root.type != "multipart/report" and not reports:
        return None
    kind = root.content.words.get("report-type", "").lower()
    others = ("message/disposition-notification", "message/feedback-report")
    if kind in ("disposition-notification", "feedback-report") or any(part.type in others for part in reports):
        return Automatic.AUTO_REPLY
    said = b"\n".join(part.data[:REPORT] for part in reports)
    actions = {found.lower() for found in _ACTION.findall(said)}
    if not actions:  # then the class of the status tells: 4 is "not yet" (RFC 3463)
        actions = {_MEANS.get(found, b"failed") for found in _CLASS.findall(said)}
    return Automatic.AUTO_REPLY if actions and b"failed" not in actions else Automatic.BOUNCE


def named_letters(root: Part, text: str) -> list[bytes]:
    """The Message-IDs that a bounce gives for what came back, where it does not give the letter itself."""
    reports = b"\n".join(part.data[:REPORT] for part in root.walk() if part.type in _REPORTS)
    found = [one.encode() for one in _MESSAGE_ID.findall(text[:REPORT])[:5]]
    return [*found, *_ORIGINAL_ID.findall(reports)[:5]]


def _bounced(root: Part, subject: str, text: str, returned: Sequence[Part]) -> bool:
    """A bounce by no standard: from a daemon and saying so, or saying so and giving the letter back."""
    if root.first("x-failed-recipients"):
        return True
    subject_says = bool(_FAILED.search(subject) or _DELAYED.search(subject))
    sender = next((box.address for box in address.mailboxes(root.first("from"))), "")
    machine, role = _is_machine(root) or bool(_DAEMON.match(sender)), bool(_ROLE.match(sender))
    if not machine and not role and not subject_says:
        return False  # as nearly all letters: the text is not even looked at
    text_says = bool(_STATUS.search(text))
    back = bool(returned) or len(_COPY.findall(text)) > 1
    if machine:
        return subject_says or text_says or back
    if role:
        return subject_says + text_says + back > 1
    return text_says and (back or not sender)


def _challenges(root: Part, subject: str, text: str) -> bool:
    """A letter that wants its sender to prove something first: an answer, and to nobody's question."""
    answers = subject.lower().startswith(("re:", "antw:")) or bool(root.first("in-reply-to"))
    asks = re.search(r"confirm|verif|authori[sz]|approv|challenge|held|pending", subject, re.IGNORECASE)
    return (answers or bool(asks)) and bool(_GUARDED.search(text))


def _is_machine(root: Part) -> bool:
    """What a person's mail does not say of itself."""
    submitted = root.text("auto-submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(root.first(name) for name in _MACHINE_HEADERS):
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


def is_own_list(lists: Iterable[str], ours: str) -> bool:
    """Whether one of these lists is at the house of the address ``ours``: then it is a door of ours.

    Many a security address is a list of the people behind it.
    """
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
