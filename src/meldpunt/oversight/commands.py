"""Hear what other rooms did for a promise without a clock, and draw the public score."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from meldpunt.ground.values import Actor
from meldpunt.ledger import log
from meldpunt.ledger.log import Told
from meldpunt.oversight import document, queries
from meldpunt.oversight.events import ScoreDrawn
from meldpunt.oversight.models import Counted, Deed, Drawn
from meldpunt.oversight.queries import Found
from meldpunt.oversight.rules import SENTENCES, FixTime, Outcome, fix_times_redrawn, redrawn
from meldpunt.policy import queries as policy
from meldpunt.privacy.rules import GROUNDS, What

FOLLOWER = "oversight"
NOT_COUNTED = ""


@transaction.atomic(savepoint=False)
def hear(told: Told, *, by: Actor, now: datetime) -> None:
    """Answer one entry of the ledger: note what it means for P2, P3, P5 or P7."""
    if answer := _ANSWERS.get(told.kind):
        answer(told)


def _asked(told: Told) -> None:
    """P2: from here on the reporter waits for a statement; one that was given already stays given."""
    deed, new = Deed.objects.get_or_create(
        case=told.stream, sentence="P2", which=0, defaults={"at": told.at, "outcome": Outcome.OPEN}
    )
    if not new and deed.outcome == NOT_COUNTED:
        Deed.objects.filter(pk=deed.pk).update(at=told.at, outcome=Outcome.OPEN)


def _given(told: Told) -> None:
    asked = Deed.objects.filter(case=told.stream, sentence="P2")
    if not asked.update(outcome=Outcome.KEPT):
        Deed.objects.create(case=told.stream, sentence="P2", at=told.at, outcome=Outcome.KEPT)


def _refused(told: Told) -> None:
    """The conditions were not found kept, so nothing had been promised."""
    Deed.objects.filter(case=told.stream, sentence="P2").update(outcome=NOT_COUNTED)


def _shared(told: Told) -> None:
    """P3: what says who reported left on a consent, or because a law or a court required it."""
    if told.facts["what"] == What.IDENTITY:
        rightly = told.facts["ground"] in GROUNDS[What.IDENTITY]
        _note(told, "P3", rightly, which=told.number)


def _published(told: Told) -> None:
    """P5 and P7."""
    _note(told, "P5", bool(told.facts["credited_as_wished"]))
    _note(told, "P7", bool(told.facts["agreed"]))


def _note(told: Told, sentence: str, kept: bool, which: int = 0) -> None:
    outcome = Outcome.KEPT if kept else Outcome.MISSED
    Deed.objects.update_or_create(
        case=told.stream, sentence=sentence, which=which, defaults={"at": told.at, "outcome": outcome}
    )


_ANSWERS: Mapping[str, Callable[[Told], None]] = MappingProxyType(
    {
        "safe-harbour.asked": _asked,
        "safe-harbour.given": _given,
        "safe-harbour.refused": _refused,
        "data.shared": _shared,
        "publication.done": _published,
    }
)
HEARS = frozenset(_ANSWERS)


@transaction.atomic
def draw(found: Found, days_to_fix: Mapping[str, tuple[int, ...]], *, by: Actor, now: datetime) -> bool:
    """Draw the public score from what was counted; whether it changed.

    Counting comes before, outside the transaction: it may take seconds, and nobody should wait for it.
    """
    row, _ = Counted.objects.select_for_update().get_or_create(pk=1)
    zone = policy.current().policy.calendar.zone
    before = [document.from_plain(plain) for plain in row.lines]
    today = now.astimezone(zone).date()
    lines = [
        line
        for sentence in SENTENCES
        for line in redrawn(sentence, [one for one in before if one.sentence == sentence], found[sentence], today)
    ]
    shown = tuple(FixTime(tuple(one["severities"]), one["median"], one["of"]) for one in row.fix_times)
    times = fix_times_redrawn(shown, days_to_fix)
    entries = log.length()
    fresh = lines != before or times != shown or not Drawn.objects.exists()
    if fresh:
        text = document.text_of(lines, times, queries.since(zone), entries)
        digest = document.digest_of(text)
        Drawn.objects.create(at=now, entries=entries, text=text, digest=digest)
        log.append(log.HOUSE, ScoreDrawn(digest, entries), by=by, now=now)
    row.lines, row.fix_times = [document.as_plain(line) for line in lines], [asdict(one) for one in times]
    row.counted_at, row.entries = now, log.length()
    row.save()
    return fresh
