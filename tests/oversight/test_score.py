import json
from datetime import date, timedelta

import pytest
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER, OPERATOR

from meldpunt.cases.events import CaseOpened
from meldpunt.conduct.events import SafeHarbourAsked, SafeHarbourGiven, SafeHarbourRefused
from meldpunt.ground.errors import NotAllowed
from meldpunt.ground.values import REPORTER
from meldpunt.ledger import log
from meldpunt.oversight import queries
from meldpunt.oversight.document import digest_of
from meldpunt.oversight.models import Deed, Drawn
from meldpunt.oversight.rules import Outcome, Quarter
from meldpunt.policy import commands as policy
from meldpunt.policy import queries as policies
from meldpunt.privacy.events import DataShared
from meldpunt.promises import outcomes
from meldpunt.promises.models import Promise
from meldpunt.promises.rules import State, state_at
from meldpunt.publication.events import PublicationDone
from meldpunt.remediation.events import FixLanded, ReportClosed
from meldpunt.triage.events import CaseAssessed
from meldpunt.works import score
from meldpunt.works.followers import catch_up

pytestmark = pytest.mark.django_db
Q1, Q2 = Quarter(2026, 1), Quarter(2026, 2)
NEXT_WEEK = MONDAY_NINE + 7 * DAY


def opened(ref, now=MONDAY_NINE):
    fact = CaseOpened(now.isoformat(), "form", 1, "en", "page", "unprotected")
    log.append(ref, fact, by=OPENER, now=now)


def assessed(ref, now, expected="2026-04-20", severity="high", date_by=""):
    fact = CaseAssessed("confirmed", severity, "" if date_by else expected, "hanna", 1, False, date_by)
    log.append(ref, fact, by=HANNA, now=now)


def some(count, after=HOUR, start=0, **words):
    """So many cases, assessed so long after they were opened, or never."""
    refs = [f"VB-2026-{start + number:04}" for number in range(count)]
    for ref in refs:
        opened(ref)
        if after is not None:
            assessed(ref, MONDAY_NINE + after, **words)
    catch_up()
    return refs


def counted(sentence, quarter=Q1, now=NEXT_WEEK):
    return {name: count for name, count in queries.found(now)[sentence][quarter].counts.items() if count}


def test_a_promise_is_counted_where_it_was_due_however_late_it_was_kept(house):
    some(3)
    some(2, after=40 * DAY, start=10)
    some(1, start=20, date_by="2026-03-20")
    some(1, after=None, start=30)

    later = MONDAY_NINE + 41 * DAY
    assert counted("P1", now=later) == {Outcome.KEPT: 3, Outcome.LATE: 2, Outcome.IN_PART: 1, Outcome.MISSED: 2}
    assert counted("P6", Q2, now=later) == {Outcome.OPEN: 5}
    assert counted("P6", Q2, now=later + 30 * DAY) == {Outcome.MISSED: 5}


def test_what_is_owed_no_more_is_not_counted_unless_it_was_late(house):
    in_time, late = some(2, after=None)
    log.append(in_time, ReportClosed("withdrawn"), by=HANNA, now=MONDAY_NINE + HOUR)
    log.append(late, ReportClosed("withdrawn"), by=HANNA, now=MONDAY_NINE + 9 * DAY)
    catch_up()
    assert counted("P1") == {Outcome.MISSED: 1}


def test_the_database_counts_as_the_rules_do(house):
    some(2)
    some(2, after=9 * DAY, start=10)
    some(1, start=20, date_by="2026-03-20")
    refs = some(3, after=None, start=30)
    for ref, after in zip(refs, (HOUR, 9 * DAY), strict=False):
        log.append(ref, ReportClosed("withdrawn"), by=HANNA, now=MONDAY_NINE + after)
    catch_up()
    for now in (MONDAY_NINE, NEXT_WEEK, MONDAY_NINE + 100 * DAY):
        expected = {}
        for row in Promise.objects.all():
            state = state_at(now, row.late_from, row.kept_at, row.ended_at, row.partly)
            key = row.kind, row.due_on, State.OPEN if state is State.DUE_TODAY else state
            expected[key] = expected.get(key, 0) + 1
        assert {key[:3]: key[3] for key in outcomes.by_day(now)} == expected


def test_the_time_to_an_assessment_is_in_working_days(house):
    some(2)
    some(2, after=9 * DAY, start=10)  # Wednesday of the next week
    assert sorted(queries.found(NEXT_WEEK)["P1"][Q1].took) == [0, 0, 7, 7]


def test_solutions_are_timed_by_severity(house):
    for ref in some(2, severity="low"):
        log.append(ref, FixLanded("2026-03-12"), by=HANNA, now=MONDAY_NINE + 10 * DAY)
    catch_up()
    assert queries.days_to_fix(NEXT_WEEK + 9 * DAY) == {"low": (10, 10)}


def test_a_statement_is_owed_from_when_it_is_asked_for(house):
    asked, given, refused, unasked = (f"VB-2026-{number:04}" for number in range(4))
    for ref in (asked, given, refused):
        log.append(ref, SafeHarbourAsked(), by=REPORTER, now=MONDAY_NINE)
    for ref in (given, unasked):
        log.append(ref, SafeHarbourGiven("0" * 64), by=HANNA, now=NEXT_WEEK)
    log.append(refused, SafeHarbourRefused(), by=HANNA, now=NEXT_WEEK)
    catch_up()
    assert counted("P2") == {Outcome.OPEN: 1, Outcome.KEPT: 2}

    log.append(refused, SafeHarbourAsked(), by=REPORTER, now=NEXT_WEEK)
    log.append(given, SafeHarbourAsked(), by=REPORTER, now=NEXT_WEEK)
    catch_up()
    assert counted("P2") == {Outcome.OPEN: 2, Outcome.KEPT: 2}


def test_sharing_and_publishing_are_counted_when_they_happen(house):
    ref = "VB-2026-0001"
    log.append(ref, DataShared("identity", "owner", "consent"), by=HANNA, now=MONDAY_NINE)
    log.append(ref, DataShared("identity", "authority", "court"), by=HANNA, now=MONDAY_NINE)
    log.append(ref, DataShared("technical", "owner", "not-personal"), by=HANNA, now=MONDAY_NINE)
    log.append(ref, PublicationDone(credited_as_wished=True, agreed=False, changed=False), by=HANNA, now=MONDAY_NINE)
    catch_up()
    assert counted("P3") == {Outcome.KEPT: 2}
    assert (counted("P5"), counted("P7")) == ({Outcome.KEPT: 1}, {Outcome.MISSED: 1})
    assert Deed.objects.count() == 4


def test_the_desk_reads_which_cases_were_not_in_time_and_a_reporter_does_not(house):
    some(2)
    [late] = some(1, after=9 * DAY, start=10)
    [missed] = some(1, after=None, start=20)
    found = queries.score(HANNA, NEXT_WEEK + 3 * DAY)
    assert found.named["P1", Q1, Outcome.LATE] == (late,)
    assert found.named["P1", Q1, Outcome.MISSED] == (missed,)
    assert found.since == date(2026, 3, 2)
    with pytest.raises(NotAllowed):
        queries.score(REPORTER, NEXT_WEEK)


def test_what_the_public_reads_is_what_the_log_was_told(house):
    some(8)
    some(1, after=9 * DAY, start=10)

    assert score.draw(by=OPERATOR, now=NEXT_WEEK + 3 * DAY)
    public = queries.public()

    [told] = [entry for entry in log.read(log.HOUSE) if entry.kind == "score.drawn"]
    assert (told.facts["digest"], told.facts["digest"]) == (public.digest, digest_of(public.text))
    assert public.document == json.loads(public.text)
    [first, *_] = public.document["promises"]
    assert first["periods"] == [
        {
            "from": "2026-Q1",
            "to": "2026-Q1",
            "drawn_on": "2026-03-12",
            "kept": {"min": 5, "max": 8},
            "kept_in_part": 0,
            "kept_late": {"min": 1, "max": 4},
            "missed": 0,
            "open": 0,
            "median_working_days": 0,
        }
    ]
    assert "VB-2026" not in public.text


def test_it_stays_until_five_more_stand_differently(house):
    some(6)
    assert score.draw(by=OPERATOR, now=NEXT_WEEK)
    before = queries.public().text
    some(4, start=10)
    assert not score.draw(by=OPERATOR, now=NEXT_WEEK + DAY)
    assert queries.public().text == before
    some(1, start=20)
    assert score.draw(by=OPERATOR, now=NEXT_WEEK + 2 * DAY)
    assert queries.public().document["promises"][0]["periods"][0]["kept"] == 11
    assert Drawn.objects.count() == 2


def test_it_is_drawn_once_a_day_and_only_when_something_happened(house):
    some(6)
    assert queries.is_due(NEXT_WEEK)
    score.draw_when_due(by=OPERATOR, now=NEXT_WEEK)
    some(6, start=10)
    assert not queries.is_due(NEXT_WEEK + 2 * HOUR)
    assert queries.is_due(NEXT_WEEK + DAY)
    score.draw_when_due(by=OPERATOR, now=NEXT_WEEK + DAY)
    assert not queries.is_due(NEXT_WEEK + 9 * DAY)


def test_an_empty_score_is_looked_at_every_hour(house):
    score.draw_when_due(by=OPERATOR, now=NEXT_WEEK)
    some(6)
    assert not queries.is_due(NEXT_WEEK + timedelta(minutes=59))
    assert queries.is_due(NEXT_WEEK + HOUR)


def test_the_policy_decides_whether_it_is_public(house):
    score.draw(by=OPERATOR, now=NEXT_WEEK)
    text = policies.text_of(1).replace("score_public = true", "score_public = false")
    policy.publish(text, by=OPERATOR, now=NEXT_WEEK)
    assert queries.public() is None
