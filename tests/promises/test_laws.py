"""What holds of every promise, whatever happens and in whatever order."""

import itertools
from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.cast import CONTACT, HANNA, MONDAY_NINE, OPENER

from meldpunt.cases.events import CaseOpened, CaseTaken
from meldpunt.conversation.events import LetterPromised, LetterWritten
from meldpunt.ground.values import REPORTER, Actor, Role
from meldpunt.ledger import log
from meldpunt.policy.default import default_text
from meldpunt.policy.document import read
from meldpunt.policy.rules import Term, Unit
from meldpunt.promises import commands, drawing, tally
from meldpunt.promises.drawing import Row
from meldpunt.promises.events import PromiseReminded
from meldpunt.promises.models import Alike, Ending, Promise
from meldpunt.promises.rules import Kind
from meldpunt.remediation.events import FixLanded, FixMoved, FixReopened, ReportClosed, ReportReopened
from meldpunt.triage.events import CaseAssessed
from meldpunt.works.followers import catch_up

POLICY = read(default_text(name="Gemeente Voorbeeldstad", contact=CONTACT))
TICK = Actor(Role.MACHINE, "tick")
PEOPLE = (HANNA, Actor(Role.HANDLER, "joris"))
OTHERS = (OPENER, TICK, REPORTER)
START = date(2026, 3, 2)
quickly = settings(max_examples=50)

days = st.integers(0, 90).map(lambda count: (START + timedelta(days=count)).isoformat())
moments = st.integers(0, 900).map(lambda hours: (MONDAY_NINE + timedelta(hours=hours)).isoformat())
verdicts = st.sampled_from(["confirmed", "partly-confirmed", "known", "not-ours", "accepted-risk"])
names = st.sampled_from(["hanna", "joris"])


@st.composite
def assessments(draw):
    expected_on, date_by = draw(st.sampled_from([("day", ""), ("", "day"), ("", "")]))
    return CaseAssessed(
        draw(verdicts),
        "high",
        expected_on and draw(days),
        draw(names),
        1,
        draw(st.booleans()),
        date_by and draw(days),
    )


facts = st.one_of(
    st.builds(CaseTaken, names),
    st.builds(LetterWritten, st.just("letter"), st.sampled_from(["reply", "receipt"]), st.just("page"), st.booleans()),
    st.builds(LetterPromised, moments),
    assessments(),
    st.builds(FixMoved, days, days),
    st.builds(FixLanded, days),
    st.builds(FixReopened, days),
    st.builds(ReportClosed, st.just("solved")),
    st.builds(ReportReopened),
    st.builds(PromiseReminded, st.sampled_from([str(kind) for kind in Kind]), days, st.integers(1, 3)),
)
histories = st.lists(st.tuples(facts, st.sampled_from([*PEOPLE, *OTHERS]), st.integers(0, 200)), max_size=14)


UNDATED = CaseAssessed("confirmed", "high", "", "hanna", 1, False, "2026-03-20")


@dataclass(frozen=True)
class Happened:
    """An entry of the ledger."""

    at: datetime
    by: str
    kind: str
    facts: dict[str, Any]


def opened(at=MONDAY_NINE):
    return CaseOpened(at.isoformat(), "form", 1, "en", "page", "unprotected")


def entry(fact, by, at):
    return Happened(at, str(by), fact.kind, asdict(fact))


def entries(history):
    """The history as the ledger has it, hours after each other, behind the opening of the case."""
    now = MONDAY_NINE
    yield entry(opened(), OPENER, now)
    for fact, by, hours in history:
        now += timedelta(hours=hours)
        yield entry(fact, by, now)


def promised(**terms):
    """The policy with other terms for P1 (assessment, acknowledgement), P4 (longest_gap), P6 (fix)."""
    home = {"assessment": "P1", "acknowledgement": "P1", "longest_gap": "P4", "fix": "P6"}
    clauses = tuple(
        replace(
            clause,
            terms=tuple({**dict(clause.terms), **{n: t for n, t in terms.items() if home[n] == clause.id}}.items()),
        )
        for clause in POLICY.promises
    )
    return replace(POLICY, promises=clauses)


EVERYTHING = promised(acknowledgement=Term(1, Unit.WORKING_DAYS), fix=Term(2, Unit.MONTHS))


def under(policy):
    return lambda _version: policy


def snapshots(history, policy=EVERYTHING):
    """Each entry with the rows before and after it."""
    rows: list[Row] = []
    for one in entries(history):
        before = [replace(row) for row in rows]
        drawing.answer(rows, one, under(policy))
        yield one, before, [replace(row) for row in rows]


@quickly
@given(histories)
def test_a_ledger_replayed_gives_the_same_promises(history):
    """Read entry by entry, with nothing but the columns kept in between, or all at once."""
    kept: list[dict[str, Any]] = []
    at_once: list[Row] = []
    for one in entries(history):
        rows = [Row(**columns) for columns in kept]
        drawing.answer(rows, one, under(EVERYTHING))
        kept = [asdict(row) for row in rows]
        drawing.answer(at_once, one, under(EVERYTHING))
    assert kept == [asdict(row) for row in at_once]


@quickly
@given(histories)
@example([(UNDATED, HANNA, 1), (FixReopened("2026-04-20"), OPENER, 1)])
@example([(UNDATED, HANNA, 1), (FixMoved("2026-04-20", ""), TICK, 1)])
def test_an_automatic_act_never_keeps_a_promise(history):
    for one, before, after in snapshots(history):
        if not one.by.startswith("handler:") or one.facts.get("automatic"):
            assert [row.kept_at for row in after[: len(before)]] == [row.kept_at for row in before]
            assert all(row.kept_at is None for row in after[len(before) :])


@quickly
@given(histories)
def test_who_keeps_a_promise_is_a_person_and_it_stays_kept(history):
    for _one, before, after in snapshots(history):
        for was, row in zip(before, after, strict=False):
            assert row.kept_by.startswith("handler:") == (row.kept_at is not None)
            if was.kept_at or was.ended_at:
                unchanged = ("kept_at", "kept_by", "ended_at", "due_on", "late_from", "moved", "partly")
                assert [getattr(row, name) for name in unchanged] == [getattr(was, name) for name in unchanged]


@quickly
@given(histories)
def test_a_deadline_never_moves_without_being_counted(history):
    for _one, before, after in snapshots(history):
        assert [(row.kind, row.number, row.started_at) for row in after[: len(before)]] == [
            (row.kind, row.number, row.started_at) for row in before
        ]
        for was, row in zip(before, after, strict=False):
            assert row.moved == was.moved + ((row.due_on, row.late_from) != (was.due_on, was.late_from))


@quickly
@given(histories)
def test_no_two_promises_of_a_kind_are_open_but_a_persons_words(history):
    for _one, _before, after in snapshots(history):
        open_ones = [row.kind for row in after if row.open and row.kind != Kind.WORD]
        assert len(open_ones) == len(set(open_ones))


terms = st.builds(Term, st.integers(1, 60), st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS, Unit.HOURS])) | st.builds(
    Term, st.integers(1, 12), st.just(Unit.MONTHS)
)
arrivals = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))


@quickly
@given(arrivals, st.timedeltas(timedelta(0), timedelta(days=40)), terms, terms, terms, terms)
@example(
    datetime(2026, 3, 27, 23, tzinfo=UTC),
    timedelta(days=2),
    Term(1, Unit.HOURS),
    Term(3, Unit.WORKING_DAYS),
    Term(1, Unit.MONTHS),
    Term(1, Unit.DAYS),
)
def test_a_later_arrival_is_never_due_earlier(at, later, acknowledgement, assessment, gap, fix):
    policy = promised(acknowledgement=acknowledgement, assessment=assessment, longest_gap=gap, fix=fix)
    judged = CaseAssessed("confirmed", "high", "2030-01-02", "hanna", 1, False)
    undated = replace(judged, expected_on="", date_by="2030-01-01")
    word = LetterPromised("2030-01-01T12:00:00+00:00")

    def drawn(received):
        rows: list[Row] = []
        for fact, by, when in (
            (opened(received), OPENER, received),
            (undated, HANNA, received + timedelta(hours=1)),
            (LetterWritten("letter", "reply", "page", False), HANNA, received + timedelta(hours=1)),
            (word, HANNA, received + timedelta(hours=1)),
            (judged, HANNA, received + timedelta(hours=2)),
        ):
            drawing.answer(rows, entry(fact, by, when), under(policy))
        return rows

    early, late = drawn(at), drawn(at + later)
    assert {row.kind for row in early} == {str(kind) for kind in Kind}
    assert [(row.kind, row.number) for row in early] == [(row.kind, row.number) for row in late]
    for one, other in zip(early, late, strict=True):
        assert (one.due_on, one.late_from) <= (other.due_on, other.late_from)


REFERENCES = itertools.count(1)


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(histories, min_size=1, max_size=3), st.integers(0, 400), st.integers(1, 5))
def test_the_table_drawn_anew_is_the_one_that_was_kept_up_to_date(house, written, hours, every):
    """Through the database: several cases by turns, heard a few entries at a time, with misses noted in between."""
    refs = [f"VB-2026-{next(REFERENCES):04}" for _ in written]
    now = MONDAY_NINE
    for ref in refs:
        log.append(ref, opened(), by=OPENER, now=now)
    turns = [
        (ref, *step) for row in itertools.zip_longest(*written) for ref, step in zip(refs, row, strict=True) if step
    ]
    for number, (ref, fact, by, pause) in enumerate(turns):
        now += timedelta(hours=pause)
        log.append(ref, fact, by=by, now=now)
        if number % every == 0:
            catch_up([commands.FOLLOWER])
            commands.note_missed(by=TICK, now=now)
    catch_up([commands.FOLLOWER])
    commands.note_missed(by=TICK, now=now + timedelta(hours=hours))
    catch_up([commands.FOLLOWER])

    kept, counted = table(refs), tallied()
    commands.rebuild(by=TICK, now=now)

    assert table(refs) == kept
    assert tallied() == counted == tally.of(Promise.objects.all())


def table(refs):
    return sorted(Promise.objects.filter(case__in=refs).values_list("case", *commands.COLUMNS))


def tallied():
    """What the tally counts, of which no sort is empty and the whole of each is the sum of its ends."""
    ends = Counter(
        {tuple(sort): number for *sort, number in Ending.objects.values_list(*tally.SORT, "late_from", "number")}
    )
    whole = Counter()
    for (*sort, _end), number in ends.items():
        whole[tuple(sort)] += number
    assert whole == {tuple(sort): number for *sort, number in Alike.objects.values_list(*tally.SORT, "number")}
    assert all(number > 0 for number in ends.values())
    return ends


def test_these_laws_can_be_broken():
    """The checks above see something: each kind occurs, and promises are kept, moved and ended."""
    fact = CaseAssessed("confirmed", "high", "2026-03-20", "hanna", 1, False)
    history = [(fact, HANNA, 1), (FixMoved("2026-04-20", "2026-03-20"), HANNA, 1), (ReportClosed("solved"), HANNA, 1)]
    *_, (_one, _before, rows) = snapshots(history)
    assert any(row.kept_at for row in rows)
    assert any(row.moved for row in rows)
    assert any(row.ended_at for row in rows)
