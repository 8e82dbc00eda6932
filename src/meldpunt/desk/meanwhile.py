"""What others did in a case since its page was read, and who else is there: in sentences, with names.

Whoever posts a form of a page that the case has left behind is told by whom and when, and finds what they typed
below it, in a form that knows of it.  What they see of it they could read in the timeline as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from meldpunt.cases import presence
from meldpunt.cases.presence import Doing
from meldpunt.desk import accounts, labels, sending
from meldpunt.desk.middleware import DeskRequest
from meldpunt.ground.values import CaseRef
from meldpunt.ledger.log import Told
from meldpunt.policy import queries as policy
from meldpunt.policy.words import moment_in_words

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MUST_READ = 20  # shorter values without a space are buttons, choices and references
NO_WORDS = frozenset({"csrfmiddlewaretoken", "once", "seen"})
# Pages on which one writes to the reporter
_WRITING = (
    "assess send-assessment reply needs-more fix-move fix-land fix-reopen report-close reopen-report embargo-propose"
    " embargo-answer embargo-no-leak privacy-consent privacy-erasure privacy-credit conduct-statement conduct-refuse"
    " publication-plan publication-publish publication-call-off publication-answer duplicate duplicate-check handover"
)
WRITING = frozenset(_WRITING.split())
ALSO_TOLD = frozenset({"letter.written", "letter.promised", "token.acted"})  # beside the act of which they are a part
DONE: Mapping[str, tuple[Promise, Promise]] = MappingProxyType(  # by somebody else, by oneself
    {
        "letter.written": (_("%(who)s wrote to the reporter"), _("You wrote to the reporter")),
        "letter.taken-back": (_("%(who)s took a letter back before it went"), _("You took a letter back")),
        "note.kept": (_("%(who)s kept an internal note"), _("You kept an internal note")),
        "case.taken": (_("%(who)s took this case"), _("You took this case")),
        "case.assessed": (_("%(who)s assessed this case"), _("You assessed this case")),
        "reporter.wrote": (_("The reporter wrote"), _("The reporter wrote")),
        "case.opened": (_("The report came in"), _("The report came in")),
        "report.committed": (_("The report was put on record"), _("The report was put on record")),
        "token.acted": (_("A program of %(who)s acted here"), _("A program of yours acted here")),
        "owner.told": (_("%(who)s wrote to an owner of the system"), _("You wrote to an owner of the system")),
        "owner.asked-again": (_("%(who)s asked an owner to look again"), _("You asked an owner to look again")),
        "owner.noticed": (_("%(who)s read what an owner wrote"), _("You read what an owner wrote")),
        "owner.wrote": (_("An owner of the system wrote"), _("An owner of the system wrote")),
        "owner.proposed": (_("An owner proposes a date"), _("An owner proposes a date")),
        "owner.solved": (_("An owner says that it is solved"), _("An owner says that it is solved")),
        "owner.gave-back": (_("An owner gave the case back"), _("An owner gave the case back")),
    }
)
THERE: Mapping[Doing, tuple[Promise, Promise]] = MappingProxyType(  # now, a while ago
    {
        Doing.LOOKING: (_("%(who)s is looking at this case."), _("%(who)s looked at this case %(ago)s.")),
        Doing.WRITING: (
            _("%(who)s is writing a letter in this case."),
            _("%(who)s was writing a letter in this case %(ago)s."),
        ),
    }
)


@dataclass(frozen=True)
class News:
    """``since``: when the first of it happened; ``typed``: the words of a form that was not taken."""

    lines: tuple[str, ...]
    since: datetime
    typed: tuple[str, ...] = field(default=(), repr=False)


def news(request: DeskRequest, ref: CaseRef, zone: ZoneInfo) -> News | None:
    """What the form that was posted did not know of."""
    if request.method != "POST" or "seen" not in request.POST:
        return None
    new = sending.news(ref, request.POST["seen"])
    if not new:
        return None
    since = min(_heard_at(entry) for entry in new)
    return News(in_sentences(new, request, zone), since, _words(request.POST.lists()))


def _heard_at(entry: Told) -> datetime:
    """A letter stands in the timeline where it arrived, which is a little earlier."""
    return min(entry.at, datetime.fromisoformat(entry.facts.get("received_at") or entry.at.isoformat()))


def _words(posted: Iterable[tuple[str, list[Any]]]) -> tuple[str, ...]:
    """What somebody wrote in a form, without its keys and choices."""
    values = [str(value) for name, values in posted if name not in NO_WORDS for value in values]
    return tuple(value for value in values if len(value) >= MUST_READ or " " in value.strip())


def in_sentences(new: Sequence[Told], request: DeskRequest, zone: ZoneInfo) -> tuple[str, ...]:
    """Who did what, and how long ago.  An act with its letter is one thing."""
    acts = {(entry.at, entry.by) for entry in new if entry.kind not in ALSO_TOLD}
    told = [entry for entry in new if entry.kind not in ALSO_TOLD or (entry.at, entry.by) not in acts]
    told = [entry for entry in told if entry.kind != "letter.promised"] or told[:1]
    names = accounts.names({entry.by.partition(":")[2] for entry in told})
    return tuple(f"{_did(entry, request, names)}, {ago(entry.at, request.now, zone)}." for entry in told)


def _did(entry: Told, request: DeskRequest, names: Mapping[str, str]) -> str:
    login = entry.by.partition(":")[2]
    who = names.get(login, login)
    given_away = entry.kind == "case.taken" and entry.facts["handler"] != login
    automatic = bool(entry.facts.get("automatic"))
    if entry.kind in DONE and not given_away and not automatic:
        return str(DONE[entry.kind][login == request.actor.name]) % {"who": who}
    words = labels.event_words(entry.kind, entry.by, entry.facts)
    return f"{words['what']}, {words['more'].rstrip('.')}" if words["more"] else str(words["what"])


def ago(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Two minutes ago; longer than a day ago, the moment itself."""
    past = now - at
    if past < MINUTE:
        return gettext("less than a minute ago")
    if past < HOUR:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", past // MINUTE) % {"n": past // MINUTE}
    if past < DAY:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", past // HOUR) % {"n": past // HOUR}
    return moment_in_words(at, zone, get_language() or "en")


def doing(request: DeskRequest) -> Doing:
    """What somebody does on the page that they are shown."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    return Doing.WRITING if name in WRITING else Doing.LOOKING


def others(request: DeskRequest, ref: CaseRef, what: Doing, zone: ZoneInfo) -> list[str]:
    """Who else is there, by name; and that the asker is, for the others to read."""
    found = presence.look_in(ref, what, by=request.actor, now=request.now)
    names = accounts.names({one.who for one in found}) if found else {}
    lines = []
    for one in found:
        now, earlier = THERE[one.doing]
        words = {"who": names.get(one.who, one.who), "ago": ago(one.at, request.now, zone)}
        lines.append(str(now if request.now - one.at < MINUTE else earlier) % words)
    return lines


@require_safe
def present(request: DeskRequest, ref: str) -> HttpResponse:
    """For a page that stays open: who is there now, and what happened since it was read.  Keeps no session alive."""
    zone = policy.current().policy.calendar.zone
    what = Doing.WRITING if request.GET.get("doing") == Doing.WRITING else Doing.LOOKING
    new = sending.news(CaseRef(ref), request.GET.get("seen", ""))
    lines = others(request, CaseRef(ref), what, zone)
    return JsonResponse({"there": lines, "news": in_sentences(new, request, zone) if new else ()})
