"""Mail that no person wrote: bounces, answering machines, lists, and our own.  Pure.

By the standards first (RFC 3834, 3464, 5965), then by what machines without standards write.
A wrong *yes* loses a report and a wrong *no* starts a mail loop, so the words in a subject
only count where something else points the same way.
"""

import re
from collections.abc import Sequence

from meldpunt.intake import address
from meldpunt.intake.letter import Automatic
from meldpunt.intake.mime import Part

OWN = "x-meldpunt-letter"

_DAEMON = re.compile(
    r"(mailer[-_]?daemon|postmaster|mail(er)?[-_.]?(delivery|system|admin)|bounces?|mdaemon|autoanswer|"
    r"(microsoft)?exchange[\w-]*|nobody|root|symantec[\w-]*|mail-?guard|mail|amavisd?|virus[\w-]*)([-+_=.][^@]*)?@",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"undeliver|returned[ _]mail|mail (system error|delivery)|delivery (status|failure|problem|report|notification|has failed|"
    r"error|subsystem)|delivery.{0,30}(fail|error|unsuccess)|failure (notice|delivery)|non[ -]?(delivery|remis)|unzustellbar|"
    r"could(n't| not) (be )?(deliver|send)|(message|mail) (could not|not|cannot|undeliverable|status)|"
    r"not?t? be(en)? delivered|permanent (fatal )?error|"
    r"returned to sender|return(ed|ing)? (mail|message)|unknown (user|address|recipient|e-?mail)|user unknown|"
    r"address (rejected|unknown|not found)|recipient (unknown|rejected)|(nicht|niet) (zugestellt|bezorgd|afgeleverd|"
    r"bezorgbaar)|onbestelbaar|niet afgeleverd|bezorging mislukt|no[nt]? (recibido|entregado)|échec|non remis|"
    r"message rejected|mail rejected|rejected( mail|:)|nondeliverable|nachricht nicht|fehlgeschlagen|blocked|"
    r"mailbox (full|unavailable|quota)|quota exceeded|over quota|account (closed|disabled)|\bbounce",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"\bdelay|delivery (is )?(temporarily|deferred)|still (trying|being retried)|warning: (message|could)|deferred|vertraag",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"^\s*(re:\s*)?(\[?auto(matic|matisch|mated)?[-\s_]*(re(ply|sponse|sponder|spond|antwoord)|antwoord|svar|bericht)?\]?\s*[:\-–]|"
    r"auto(matic|mated)?[-\s]*(reply|response|responder)|automatisch(e)? (antwoord|bericht)|automatische antwort|"
    r"réponse automatique|abwesenheit|afwezig|afwezigheid|out of (the )?office|ooo\b|(on|away on) (vacation|holiday)|"
    r"vacation|i am away|i'm away|away from|niet aanwezig|op vakantie|ik ben (er niet|afwezig|op vakantie)|"
    r"thank you for (contacting|your (e-?mail|message|inquiry)))",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"(confirm|verif|authori[sz]e|approve|validat).{0,40}(sender|e-?mail|message|address|delivery|request)|challenge[ -]response|"
    r"spam ?arrest|boxtrapper|sender (verification|validation|authentication)|please (verify|confirm) (your|that|you)|"
    r"bluebottle|e-?mail (was )?(held|pending)",
    re.IGNORECASE,
)
_GUARDED = re.compile(
    r"(account|mailbox|address|inbox) is protected by|(click|visit|follow|reply).{0,200}"
    r"((added|add you) to|join).{0,60}(allowed|approved|white|safe) ?-?\s?list",
    re.IGNORECASE | re.DOTALL,
)
_STATUS = re.compile(
    r"\b5\d\d[ -]#?5\.\d\.\d|\b#?5\.[0-7]\.\d{1,3}\b|(final-recipient|diagnostic-code)\s*:|\b55[0-4] |"
    r"user unknown|unknown user|no such (user|recipient|mailbox)|mailbox (is )?(full|unavailable|not found|disabled)|"
    r"(permanent|fatal) (fatal )?error|undeliverable|could not be delivered|(was|were) (not|undeliver)[^.]{0,20}deliver|"
    r"(not|un)(able|possible)? to (be )?deliver|deliver(y|ed)? (failed|failure|to the following)|over quota|"
    r"(address(es)?|recipients?) (failed|had (permanent|delivery)|rejected|unknown)|does(n't| not) exist|"
    r"no longer (active|valid|available|in use|with)|quota exceeded|account (is )?(inactive|disabled|closed)",
    re.IGNORECASE,
)


def automatic(root: Part, subject: str, text: str, returned: Sequence[Part]) -> Automatic | None:
    """What kind of machine wrote this; ``None`` for a person."""
    if root.first(OWN):
        return Automatic.OWN
    if kind := _by_report(root):
        return kind
    if kind := _by_words(root, subject, text, returned):
        return kind
    if _answered_by_machine(root):
        return Automatic.AUTO_REPLY
    return Automatic.LIST if _is_list(root) else None


def _by_report(root: Part) -> Automatic | None:
    """A report in the forms of RFC 3464, 5965 and 8098."""
    reports = [part for part in root.walk() if part.type in _REPORTS]
    kind = root.content.words.get("report-type", "").lower()
    if root.type != "multipart/report" and not reports:
        return None
    if kind in ("disposition-notification", "feedback-report") or any(
        part.type in ("message/disposition-notification", "message/feedback-report") for part in reports
    ):
        return Automatic.AUTO_REPLY
    actions = {found.lower() for part in reports for found in _ACTION.findall(part.data[:64_000])}
    if actions and not actions & {b"failed"}:
        return Automatic.AUTO_REPLY
    return Automatic.BOUNCE


_REPORTS = (
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
)
_ACTION = re.compile(rb"^Action:[ \t]*([a-z]+)", re.IGNORECASE | re.MULTILINE)


def _by_words(root: Part, subject: str, text: str, returned: Sequence[Part]) -> Automatic | None:
    sender = next((box.address for box in address.mailboxes(root.first("from"))), "")
    null = root.first("return-path").strip() == b"<>"
    daemon = bool(_DAEMON.match(sender)) or null or bool(root.first("x-failed-recipients"))
    start = text[:6000]
    hints = [daemon, bool(_FAILED.search(subject)), bool(_STATUS.search(start)), bool(returned)]
    if _DELAYED.search(subject) and (daemon or _STATUS.search(start)):
        return Automatic.AUTO_REPLY
    if _CHALLENGE.search(subject) and not root.first("in-reply-to") or _GUARDED.search(start):
        return Automatic.AUTO_REPLY
    if root.first("x-failed-recipients") or sum(hints) >= 2 and (hints[0] or hints[1] and hints[2]):
        return Automatic.AUTO_REPLY if _DELAYED.search(start) and not _STATUS.search(start) else Automatic.BOUNCE
    if _ABSENT.search(subject) or (daemon and not sender):
        return Automatic.AUTO_REPLY
    return None


def _answered_by_machine(root: Part) -> bool:
    submitted = root.text("auto-submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(root.first(name) for name in ("x-autoreply", "x-autorespond", "x-auto-reply", "x-autoresponder")):
        return True
    if root.text("precedence").lower() == "auto_reply" or root.text("x-precedence").lower() == "auto_reply":
        return True
    return root.first("return-path").strip() == b"<>"


def _is_list(root: Part) -> bool:
    return bool(root.first("list-id") or root.first("list-unsubscribe")) or root.text("precedence").lower() in (
        "bulk",
        "list",
        "junk",
    )
