"""Codes as words: what is owed, by which door, what happened.  Lazy, for both languages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.desk import owners_words, publication_words, remediation_words
from meldpunt.ground.values import AT_THE_DESK

LANGUAGES: Mapping[str, Promise] = MappingProxyType({"nl": _("Dutch"), "en": _("English")})
OWED: Mapping[str, Promise] = MappingProxyType(
    {
        "acknowledgement": _("Word that it has arrived"),
        "assessment": _("Assessment and expected date"),
        "date": _("Expected date"),
        "fix": _("Fix"),
        "fix-term": _("Fix, within the term of the policy"),
        "update": _("News"),
        "word": _("What a letter promised"),
    }
)
OWED_IN_A_SENTENCE: Mapping[str, Promise] = MappingProxyType(
    {
        "acknowledgement": _("a person's word that the report has arrived"),
        "assessment": _("an assessment and an expected date"),
        "date": _("the expected date that the assessment lacked"),
        "fix": _("the fix on the expected date"),
        "fix-term": _("the fix within the term of the policy"),
        "update": _("news, or word that there is none"),
        "word": _("what we promised in a letter"),
    }
)
RECORDS: Mapping[str, Promise] = MappingProxyType(
    {
        "report": _("In the report"),
        "from-reporter": _("In a letter from the reporter"),
        "to-reporter": _("In a letter to the reporter"),
        "note": _("In an internal note"),
        "judgement": _("In the assessment"),
    }
)
DOORS: Mapping[str, Promise] = MappingProxyType(
    {
        "lmtp": _("by mail"),
        "file": _("as a file, on the command line"),
        "form": _("through the web form"),
        "json": _("from a program"),
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
        "spam": _("A mail filter says that it is spam"),
        "machine-or-person": _("It reads like automatic mail, but a person may have written it"),
        "fault": _("Opening it failed on our side; the operator finds why in the program's messages"),
    }
)
READABLE = ("spam", "machine-or-person")  # nothing is gained when the sender sends it again
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
        "spam": _(
            "Nobody was answered. Filters are sometimes wrong: when it is a report, open it as a case and the "
            "answer goes."
        ),
        "machine-or-person": _(
            "Only its words say so; nothing else marks it as automatic. Nobody was answered. When it is a report, open "
            "it as a case and the answer goes. When it is not, call it spam."
        ),
        "fault": _(
            "The operator can send the letter to the makers, if its sender agrees. Meanwhile, open it as a case."
        ),
    }
)
REMINDED: Mapping[int, Promise] = MappingProxyType(
    {1: _("the handler"), 2: _("everybody at the desk"), 3: _("the person responsible")}
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
KEY_TROUBLE: Mapping[str, Promise] = MappingProxyType(
    {
        "expired": _("by notice and receipt page: their key has expired"),
        "revoked": _("by notice and receipt page: their key was revoked"),
        "weak": _("by notice and receipt page: their key is too weak"),
        "no-encryption": _("by notice and receipt page: nothing can be encrypted to their key"),
        "unreadable": _("by notice and receipt page: their key cannot be read"),
    }
)
AUTOMATIC: Mapping[str, Promise] = MappingProxyType(
    {
        "acknowledgement": _("Acknowledgement sent"),
        "receipt": _("Receipt sent"),
        "embargo-ended": _("Told that the embargo has ended"),
    }
)
EVENTS: Mapping[str, Promise] = MappingProxyType(
    {
        "conduct.reviewed": _("Conduct reviewed"),
        "conduct.disputed": _("Dispute put on record"),
        "safe-harbour.asked": _("The reporter asks for a safe-harbour statement"),
        "safe-harbour.given": _("Safe-harbour statement given"),
        "safe-harbour.refused": _("Told that there is no safe-harbour statement"),
        "case.taken": _("Taken"),
        "case.released": _("Nobody handles it any more"),
        "case.for-named": _("For named people only, from now on"),
        "case.for-all": _("Open to everybody who works on reports"),
        "letter.repeated": _("The same letter came again"),
        "letter.written": _("Letter written"),
        "letter.taken-back": _("A letter was taken back before it went"),
        "letter.undelivered": _("A letter could not be delivered"),
        "letter.again": _("A letter was sent again"),
        "reporter.address-corrected": _("The reporter's address was corrected"),
        "receipt.issued": _("Receipt issued"),
        "reporter.key-pinned": _("OpenPGP key of the reporter kept"),
        "reporter.other-key": _("A letter came with another OpenPGP key"),
        "reporter.key-found": _("OpenPGP key of the reporter found"),
        "reporter.key-renewed": _("A newer copy of the reporter's OpenPGP key"),
        "reporter.other-key-found": _("The reporter's mail domain has another OpenPGP key for them"),
        "promise.missed": _("Promise missed"),
        "promise.reminded": _("Reminder sent"),
        "letter.promised": _("Promised in a letter"),
        "case.assessed": _("Assessed"),
        "needs-more.asked": _("Asked for what is missing"),
        "duplicate.linked": _("Linked: reported twice"),
        "duplicate.parted": _("No duplicate after all"),
        "duplicate.check-asked": _("Asked whether the later reporter may check"),
        "duplicate.check-allowed": _("The reporter lets the later one check"),
        "duplicate.check-declined": _("The reporter does not let the later one check"),
        "duplicate.opened": _("The earlier report can be checked"),
        "case.handed-over": _("Handed over"),
        "fix.moved": _("Expected date moved"),
        "fix.landed": _("Solved"),
        "retest.asked": _("The reporter is asked to try again"),
        "retest.confirmed": _("Confirmed that it is solved"),
        "fix.disputed": _("The reporter says that it is still there"),
        "fix.reopened": _("Not solved after all"),
        "report.closed": _("Report closed"),
        "report.reopened": _("Report opened again"),
        "report.noticed": _("Read after the report was closed"),
        "consent.asked": _("Consent asked"),
        "consent.given": _("Consent given by the reporter"),
        "consent.declined": _("The reporter gave no consent"),
        "consent.narrowed": _("Consent narrowed by the reporter"),
        "consent.withdrawn": _("Consent withdrawn by the reporter"),
        "data.shared": _("Shared with others"),
        "credit.wished": _("The reporter said whether to be named"),
        "credit.asked": _("Asked how to name the reporter"),
        "credit.confirmed": _("The reporter confirmed how to be named"),
        "credit.withdrawn": _("The reporter is not to be named any more"),
        "erasure.noted": _("Noted what data was touched"),
        "erasure.asked": _("The reporter is to erase what they obtained"),
        "erasure.reminded": _("Reminded to erase"),
        "erasure.attested": _("Erasure attested"),
        "erasure.given-up": _("Nobody answered about the erasure"),
        "identity.erasure-asked": _("The reporter asks to be forgotten"),
        "identity.erased": _("Erased who reported"),
        "identity.erasure-declined": _("Not erased who reported; the reason is in a letter"),
        "breach.aware": _("The 72 hours of a data breach began"),
        "breach.assessed": _("Data breach: decided"),
        **publication_words.EVENTS,
        **owners_words.EVENTS,
    }
)


def event_words(kind: str, by: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """A ledger entry as a line: ``what`` in bold, ``more`` after it, ``late`` when something went wrong."""
    what, more = str(EVENTS.get(kind, kind)), _more(kind, by, facts)
    if kind == "letter.written":
        what = str(AUTOMATIC.get(facts["about"], what))
        more = gettext("Automatic, so it keeps no promise")
    elif kind == "reporter.key-pinned" and facts["changed"]:
        what = gettext("The reporter's OpenPGP key changed")
    elif kind == "case.taken" and facts["handler"] != by.partition(":")[2]:
        what = gettext("Given to %(name)s") % {"name": facts["handler"]}
    elif kind in ("case.given", "case.taken-from"):
        given = gettext("Given to %(name)s to see") if kind == "case.given" else gettext("Taken from %(name)s")
        what = given % {"name": facts["person"]}
    elif kind == "case.assessed" and facts["again"]:
        what = gettext("Assessed anew")
    elif kind == "reporter.key-found":
        more = gettext("Looked up at their mail domain")
    elif kind in ("reporter.other-key", "reporter.other-key-found"):
        more = gettext("Nothing proves that it is the reporter's, so we go on with the one we know")
    elif kind == "letter.undelivered":
        more = gettext("It came back") if facts["why"] == "bounced" else gettext("No mail server took it")
    stop = "." * more[:1].isupper()  # when what follows is a sentence of its own
    late = kind in ("promise.missed", "letter.undelivered")
    return {"what": what + stop, "more": f"{more}." if more else "", "late": late}


def _more(kind: str, by: str, facts: Mapping[str, Any]) -> str:
    """What belongs to the event, and who did it when that was a person at the desk."""
    doer = gettext("by %(name)s") % {"name": person(by)} if by.partition(":")[0] in AT_THE_DESK else ""
    rooms = (remediation_words.more, publication_words.more, owners_words.more)
    return ", ".join(filter(None, (_of_promise(kind, facts), *(more(kind, facts) for more in rooms), doer)))


def _of_promise(kind: str, facts: Mapping[str, Any]) -> str:
    """Which promise it is about, and who was reminded of it."""
    if not kind.startswith("promise."):
        return ""
    what = str(OWED.get(facts["promise"], facts["promise"]))
    return f"{what}: {REMINDED[facts['to']]}" if kind == "promise.reminded" else what


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
