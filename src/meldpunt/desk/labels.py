"""Codes as words: what is owed, by which door, what happened.  Lazy, for both languages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LANGUAGES: Mapping[str, Promise] = MappingProxyType({"nl": _("Dutch"), "en": _("English")})
OWED: Mapping[str, Promise] = MappingProxyType({"assessment": _("Assessment and expected date"), "fix": _("Fix")})
OWED_IN_A_SENTENCE: Mapping[str, Promise] = MappingProxyType(
    {"assessment": _("an assessment and an expected date"), "fix": _("the fix on the expected date")}
)
DOORS: Mapping[str, Promise] = MappingProxyType(
    {
        "lmtp": _("by mail"),
        "file": _("as a file, on the command line"),
        "form": _("through the web form"),
        "page": _("through the receipt page"),
    }
)
WHY_HELD: Mapping[str, Promise] = MappingProxyType(
    {
        "cannot-decrypt": _("It could not be decrypted"),
        "broken-integrity": _("Its encryption is damaged, so nothing in it can be trusted"),
        "smime": _("It is encrypted with S/MIME, which is not read here"),
        "malformed": _("It is damaged"),
        "too-large": _("It is too large to be opened"),
        "empty": _("There is nothing in it"),
        "fault": _("Opening it failed on our side; the operator finds why in the program's messages"),
    }
)
WHAT_TO_DO: Mapping[str, Promise] = MappingProxyType(
    {
        "cannot-decrypt": _(
            "It is encrypted to a key that is not here: an older key of ours, or somebody else's. When the operator "
            "imports that key (meldpunt keys import), the letter is tried again by itself. Without it, ask the sender "
            "to send it again."
        ),
        "broken-integrity": _(
            "What was encrypted shows no proof that it arrived as it was sent. It may be damaged, or somebody may have "
            "changed it, so nothing of it is shown. Ask the sender to send it again."
        ),
        "smime": _(
            "S/MIME needs a certificate that a reporter rarely has from us. Ask the sender to use the form, or OpenPGP."
        ),
        "malformed": _(
            "Parts of it are missing or broken. Below is what could be read. Ask the sender to send it again."
        ),
        "too-large": _("It has more parts, or more inside, than is opened safely. Ask the sender for a smaller one."),
        "empty": _("A mail without text and without files. Often it is a test, sometimes an attachment got lost."),
        "fault": _(
            "The operator can send the letter to the makers, if its sender agrees. Meanwhile, open it as a case."
        ),
    }
)
PROTECTION_OUT: Mapping[str, Promise] = MappingProxyType(
    {
        "encrypted": _("Encrypted and signed"),
        "notice": _("By mail goes only a notice without content; the letter waits behind the receipt"),
        "page": _("No mail: the letter waits behind the receipt"),
    }
)
DELIVERY: Mapping[str, Promise] = MappingProxyType(
    {
        "waiting": _("Waits in the outbox."),
        "sent": _("The mail server has taken it."),
        "undelivered": _("It could not be delivered."),
        "page": _("Waits on the receipt page."),
    }
)


PROTECTED: Mapping[str, Promise] = MappingProxyType(
    {
        "unprotected": _("Not encrypted."),
        "verified": _("Signed, not encrypted."),
        "confidential": _("Encrypted."),
        "confidential+verified": _("Encrypted and signed."),
    }
)
AUTOMATIC: Mapping[str, Promise] = MappingProxyType(
    {"acknowledgement": _("Acknowledgement sent"), "receipt": _("Receipt sent")}
)
EVENTS: Mapping[str, Promise] = MappingProxyType(
    {
        "case.taken": _("Taken"),
        "letter.repeated": _("The same letter came again"),
        "letter.written": _("Letter written"),
        "letter.undelivered": _("A letter could not be delivered"),
        "receipt.issued": _("Receipt issued"),
        "reporter.key-pinned": _("OpenPGP key of the reporter kept"),
        "reporter.other-key": _("A letter came with another OpenPGP key"),
        "promise.missed": _("Promise missed"),
        "case.assessed": _("Assessed"),
    }
)


def event_words(kind: str, by: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """A ledger entry as a line: ``what`` in bold, ``more`` after it, ``late`` when something went wrong."""
    what, more = str(EVENTS.get(kind, kind)), ""
    if by.startswith("handler:"):
        more = gettext("by %(name)s") % {"name": person(by)}
    if kind == "letter.written":
        what = str(AUTOMATIC.get(facts["about"], what))
        more = gettext("Automatic, so it keeps no promise")
    elif kind == "reporter.key-pinned" and facts["changed"]:
        what = gettext("The reporter's OpenPGP key changed")
    elif kind == "case.assessed" and facts["again"]:
        what = gettext("Assessed anew")
    elif kind == "reporter.other-key":
        more = gettext("Nothing proves that it is the reporter's, so we go on with the one we know")
    elif kind == "letter.undelivered":
        more = gettext("It came back") if facts["why"] == "bounced" else gettext("No mail server took it")
    elif kind == "promise.missed":
        more = str(OWED.get(facts["promise"], facts["promise"]))
    return {"what": what, "more": f"{more}." if more else "", "late": kind in ("promise.missed", "letter.undelivered")}


def person(by: str) -> str:
    """The name in ``handler:hanna``; a machine is called automatic."""
    role, _colon, name = by.partition(":")
    return gettext("automatic") if role == "machine" else name


def foot(protection: str, delivery: str) -> str:
    """The small print below a letter: how it was protected, and what became of it."""
    said = [str(PROTECTED.get(protection, ""))]
    if delivery:
        said.append(str(DELIVERY.get(delivery, "")))
    return " ".join(sentence for sentence in said if sentence)
