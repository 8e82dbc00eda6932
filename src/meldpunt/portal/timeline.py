"""A case as its reporter reads it: the heading that answers, and the events in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from meldpunt.cases.rules import RecordKind
from meldpunt.conversation.queries import Event, Letter, ReporterPage
from meldpunt.policy import queries as policy
from meldpunt.policy import words
from meldpunt.portal import publication_words, remediation_words
from meldpunt.promises.rules import Kind, State

PROMISES: Mapping[str, Promise] = MappingProxyType(
    {
        Kind.ACKNOWLEDGEMENT: _("Word from a person that your report has arrived"),
        Kind.ASSESSMENT: _("Our assessment and an expected date"),
        Kind.DATE: _("The date on which we expect it to be solved"),
        Kind.FIX: _("The weakness solved"),
        Kind.FIX_TERM: _("The weakness solved, within the term of our policy"),
        Kind.UPDATE: _("News, or word that there is none"),
        Kind.WORD: _("What we promised you in a letter"),
    }
)
VERDICTS: Mapping[str, Promise] = MappingProxyType(
    {
        "confirmed": _("Your report is confirmed."),
        "partly-confirmed": _("Your report is confirmed in part."),
        "not-reproducible": _("We could not reproduce what you reported."),
        "not-a-vulnerability": _("We do not see a vulnerability in what you reported."),
        "known": _("What you reported was known to us already."),
        "not-ours": _("What you reported is not a system of ours."),
        "accepted-risk": _("What you reported is a risk that we accept."),
    }
)


MOST_SHOWN = 6  # lines of the timeline that stand open


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the timeline: a letter, or else ``what`` happened."""

    at: datetime
    letter: Letter | None = None
    from_you: bool = False
    what: str = field(default="", repr=False)
    late: bool = False


def lines(items: Iterable[Letter | Event]) -> list[Line]:
    """The timeline, newest first.  What has no words here is not shown."""
    told = [_line(item) for item in items]
    return [line for line in reversed(told) if line is not None]


def folded(items: Iterable[Letter | Event]) -> dict[str, list[Line]]:
    """The newest of it, and apart what is folded away because the page would be too long otherwise."""
    told = lines(items)
    if len(told) <= MOST_SHOWN + 2:  # nothing is won by folding one or two
        return {"lines": told, "earlier": []}
    return {"lines": told[:MOST_SHOWN], "earlier": told[MOST_SHOWN:]}


def is_yours(letter: Letter) -> bool:
    """Whether the reporter wrote it."""
    return letter.kind is not RecordKind.TO_REPORTER


def _line(item: Letter | Event) -> Line | None:
    if isinstance(item, Letter):
        return Line(item.at, letter=item, from_you=is_yours(item))
    words_for = EVENTS.get(item.kind)
    what = words_for(item.facts) if words_for else ""
    return Line(item.at, what=what, late=item.kind == "promise.missed") if what else None


def _assessed(facts: Mapping[str, Any]) -> str:
    if facts["again"]:
        return gettext("We assessed your report again.")
    return gettext("A person has assessed your report.")


def _missed(facts: Mapping[str, Any]) -> str:
    when = _day(date.fromisoformat(facts["due_on"]))
    return gettext("We did not do in time what we owed you on %(day)s. It counts in our figures.") % {"day": when}


def _promised(facts: Mapping[str, Any]) -> str:
    zone = policy.current().policy.calendar.zone
    when = words.moment_in_words(datetime.fromisoformat(facts["due_at"]), zone, get_language() or "en")
    return gettext("We promised that you hear from us before %(moment)s.") % {"moment": when}


def _written(facts: Mapping[str, Any]) -> str:
    if facts["about"] == "embargo-ended":
        return gettext("We wrote to you by mail that the embargo has ended.")
    if facts["mode"] == "page":
        return gettext("We confirmed that your report has arrived.")
    return gettext("We confirmed by mail that your report has arrived.")


def _receipt(facts: Mapping[str, Any]) -> str:
    if facts["by_mail"]:
        return gettext("You were given a receipt by mail.")
    return gettext("The form showed you your receipt.")


def _undelivered(facts: Mapping[str, Any]) -> str:
    return gettext("A letter to your address could not be delivered. You read it here.")


def _other_key(facts: Mapping[str, Any]) -> str:
    return gettext("A letter came with another OpenPGP key. We go on with the one we know.")


def _key_found(facts: Mapping[str, Any]) -> str:
    return gettext("We found your OpenPGP key at your mail domain, and write to you encrypted.")


def _key_renewed(facts: Mapping[str, Any]) -> str:
    return gettext("We have a newer copy of your OpenPGP key.")


def _other_key_found(facts: Mapping[str, Any]) -> str:
    return gettext("Your mail domain has another OpenPGP key for you. We go on with the one we know.")


def _key(facts: Mapping[str, Any]) -> str:
    if facts["changed"]:
        return gettext("Your OpenPGP key changed; from now on we write to you with the new one.")
    return gettext("We have your OpenPGP key, and write to you encrypted.")


def _disputed(facts: Mapping[str, Any]) -> str:
    if facts["side"] == "reporter":
        return gettext("You put on record that you do not agree.")
    return gettext("We put on record that we do not agree.")


def _shared(facts: Mapping[str, Any]) -> str:
    if facts["what"] == "identity":
        return gettext("We told somebody who you are. Below you read whom, and on which ground.")
    return gettext("We shared the technical part of your report. Below you read with whom.")


def _duplicate(facts: Mapping[str, Any]) -> str:
    """Of the later reporter only: the earlier one hears of it when we ask them something."""
    return "" if facts["earlier"] else gettext("Somebody reported this before you. Below you read when.")


def _parted(facts: Mapping[str, Any]) -> str:
    return "" if facts["earlier"] else gettext("Nobody reported this before you after all.")


def _handed_over(facts: Mapping[str, Any]) -> str:
    if facts["identity"]:
        return gettext("We handed your report over to another organisation, with what you allowed us to say of you.")
    return gettext("We handed your report over to another organisation, without saying who you are.")


EVENTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        "consent.given": lambda _facts: gettext("You gave a consent."),
        "consent.declined": lambda _facts: gettext("You gave no consent."),
        "consent.narrowed": lambda _facts: gettext("You narrowed a consent."),
        "consent.withdrawn": lambda _facts: gettext("You took a consent back."),
        "data.shared": _shared,
        "credit.wished": lambda _facts: gettext("You said whether you wish to be named."),
        "credit.confirmed": lambda _facts: gettext("You confirmed how you wish to be named."),
        "credit.withdrawn": lambda _facts: gettext("You do not wish to be named any more."),
        "erasure.attested": lambda _facts: gettext("The erasure of what you obtained is attested."),
        "identity.erasure-asked": lambda _facts: gettext("You asked us to erase who you are."),
        "identity.erased": lambda _facts: gettext("We erased who you are."),
        "identity.erasure-declined": lambda _facts: gettext("We wrote to you why we do not erase it now."),
        "conduct.disputed": _disputed,
        "safe-harbour.asked": lambda _facts: gettext("You asked us to confirm that there are no legal consequences."),
        "safe-harbour.given": lambda _facts: gettext("We signed that there are no legal consequences."),
        "safe-harbour.refused": lambda _facts: gettext("We wrote to you why there is no statement now."),
        **remediation_words.EVENTS,
        "needs-more.asked": lambda _facts: gettext("We asked you for something that we need."),
        "duplicate.linked": _duplicate,
        "duplicate.parted": _parted,
        "duplicate.check-allowed": lambda _facts: gettext("You allowed a later reporter to read your report."),
        "duplicate.check-declined": lambda _facts: gettext("You did not allow a later reporter to read your report."),
        "duplicate.opened": lambda _facts: gettext("You can now check the earlier report."),
        "case.handed-over": _handed_over,
        **publication_words.EVENTS,
        "case.assessed": _assessed,
        "promise.missed": _missed,
        "letter.promised": _promised,
        "letter.written": _written,
        "letter.undelivered": _undelivered,
        "receipt.issued": _receipt,
        "reporter.key-pinned": _key,
        "reporter.other-key": _other_key,
        "reporter.key-found": _key_found,
        "reporter.key-renewed": _key_renewed,
        "reporter.other-key-found": _other_key_found,
    }
)


def heading(page: ReporterPage) -> str:
    """What one came to know, in one line."""
    if news := remediation_words.heading(remediation_words.standing(page)):
        return news
    if page.verdict:
        return str(VERDICTS[page.verdict])
    for promise in page.promises:
        if promise.kind is Kind.ASSESSMENT and promise.state is State.LATE:
            return gettext("Our answer is late. We are sorry.")
        if promise.kind is Kind.ASSESSMENT:
            return gettext("You have our answer at the latest on %(day)s.") % {"day": _day(promise.due_on)}
    return gettext("Your report is here.")


def lead(page: ReporterPage) -> str:
    """The sentence under the heading."""
    if news := remediation_words.lead(remediation_words.standing(page)):
        return news
    if not page.verdict:
        return gettext("A person reads your report and writes to you. Automatic mail does not count as an answer.")
    if page.expected_on:
        return gettext("We expect to have solved it on %(day)s.") % {"day": _day(page.expected_on)}
    why = page.judgements[-1].get("why_no_date", "") if page.judgements else ""
    return capfirst(why) or gettext("We named no date for a solution. The reason is in our letter below.")


def _day(day: date) -> str:
    return words.day_in_words(day, get_language() or "en")
