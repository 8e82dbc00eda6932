"""Reported twice: what crosses between the two, and what never does."""

import hashlib
import json

import pytest
from tests.build import HEAD, reporters_key
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE

from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.cases.rules import Reporter
from meldpunt.cases.visits import open_visit, visiting
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import proving
from meldpunt.conversation import queries as conversation_queries
from meldpunt.ground.values import REPORTER
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.privacy import crediting
from meldpunt.privacy.credit import Wish
from meldpunt.promises.queries import of_case
from meldpunt.promises.rules import Kind, State
from meldpunt.publication import hall
from meldpunt.publication.models import Thanked
from meldpunt.remediation import commands as remediation
from meldpunt.remediation.rules import Why
from meldpunt.triage import duplicates, queries
from meldpunt.triage.asking import More, Weakness
from meldpunt.triage.commands import ask_more, assess
from meldpunt.triage.errors import NotADuplicate, NotNow
from meldpunt.triage.linking import Check
from meldpunt.triage.models import Link
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.vault import openpgp
from meldpunt.works.followers import catch_up

ZEBRA = Reporter("Zebra Vinkenoog", "zebra@vinkenoog.example")
OKAPI = Reporter("Okapi Bosuil", "okapi@bosuil.example")
OF_ZEBRA = ("Zebra", "Vinkenoog", "zebravondst", "zebranotitie", "zebrabrief")
OF_OKAPI = ("Okapi", "Bosuil", "okapivondst", "okapinotitie", "okapibrief")
SOON = (MONDAY_NINE + 9 * DAY).date()
NOT_OURS = Assessment(Verdict.NOT_OURS, why_no_date="It is of the museum.")


class Both:
    """Two reporters of one weakness, each with a letter and a note."""

    def __init__(self, house):
        self.house = house
        self.first = self._case("zebra", ZEBRA, MONDAY_NINE)
        self.later = self._case("okapi", OKAPI, MONDAY_NINE + HOUR)
        confirmed = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=SOON)
        assess(self.first, confirmed, "zebrabrief 2", HEAD, **self.by())
        catch_up()

    def _case(self, animal, reporter, now):
        ref = self.house.a_case(f"{animal}vondst: it opens.", reporter=reporter, now=now, title="It opens")
        conversation.write(ref, f"{animal}brief", "reply", HEAD, keys=self.house.keys, by=HANNA, now=now)
        cases.note(ref, f"{animal}notitie", keys=self.house.keys, by=HANNA, now=now)
        return ref

    def by(self, now=MONDAY_NINE + 2 * HOUR):
        return {"keys": self.house.keys, "by": HANNA, "now": now}

    def link(self, later=None, earlier=None):
        found = (HANNA, later or self.later, earlier or self.first, HEAD)
        text, _known, _root = queries.draft_duplicate(*found, keys=self.house.keys, now=MONDAY_NINE + 2 * HOUR)
        root = duplicates.link(later or self.later, earlier or self.first, text, HEAD, **self.by())
        catch_up()
        return root

    def another(self, hours):
        return self.house.a_case("more", now=MONDAY_NINE + hours * HOUR)

    def visit(self, which):
        now = MONDAY_NINE + 3 * HOUR
        return visiting(open_visit(self.house.receipts[which], by=REPORTER, now=now), now)

    def close(self):
        why = Assessment(Verdict.NOT_A_VULNERABILITY, why_no_date="It is meant so.")
        assess(self.first, why, "zebrabrief 3", HEAD, **self.by())
        catch_up()
        remediation.close(self.first, Why.NOT_A_VULNERABILITY, "zebrabrief 4", HEAD, **self.by())
        catch_up()


@pytest.fixture
def both(house):
    return Both(house)


def seen_by(both, which):
    """All that the reporter of that case can come to read."""
    visit = both.visit(which)
    calendar = policy.current().policy.calendar
    page = conversation_queries.reporter_page(visit, calendar=calendar, now=MONDAY_NINE + 3 * HOUR)
    told = [entry.facts for entry in log.read(visit.ref)]
    written = [(one.text, one.judgement, one.by) for one in case_queries.written_for(visit)]
    return repr([page, written, page.judgements, queries.earlier_for(visit), json.dumps(told)])


def test_the_later_reporter_gets_the_commitment_and_the_promise_of_the_first(both):
    assert both.link() == both.first
    earlier = queries.earlier_for(both.visit(1))
    assert (earlier.commitment, earlier.received_at) == (proving.commitment_of(both.first), MONDAY_NINE)
    assert any(earlier.commitment in one.text for one in case_queries.written_for(both.visit(1)))
    case = case_queries.case_for(HANNA, both.later, both.house.keys)
    assert (case.verdict, case.severity, case.expected_on) == ("known", "high", SOON)
    calendar = policy.current().policy.calendar
    states = {one.kind: one.state for one in of_case(both.later, calendar, MONDAY_NINE + 3 * HOUR)}
    assert states[Kind.ASSESSMENT] is State.KEPT
    assert queries.earlier_for(both.visit(0)) is None


def test_nothing_of_one_ever_reaches_the_other(both):
    both.link()
    both.close()
    text = queries.draft_letter(HANNA, both.first, "duplicate-check", HEAD, keys=both.house.keys)
    duplicates.ask(both.first, text, HEAD, **both.by())
    duplicates.decline(both.visit(0), by=REPORTER, now=MONDAY_NINE + 3 * HOUR)
    okapi, zebra = seen_by(both, 1), seen_by(both, 0)
    assert "okapivondst" in okapi and "okapibrief" in okapi and "zebravondst" in zebra  # the search finds things
    assert [word for word in (*OF_ZEBRA, both.first) if word in okapi] == []
    assert [word for word in (*OF_OKAPI, both.later) if word in zebra] == []


def test_once_its_reporter_agrees_the_first_report_can_be_checked_with_sha256(both):
    both.link()
    with pytest.raises(NotNow):
        duplicates.ask(both.first, "May they?", HEAD, **both.by())  # it is open yet
    with pytest.raises(NotNow):
        duplicates.allow(both.visit(0), by=REPORTER, now=MONDAY_NINE)  # nobody asked
    both.close()
    assert [one.case for one in queries.waiting()] == [both.first]
    duplicates.ask(both.first, "May they?", HEAD, **both.by())
    assert queries.waiting() == () and queries.opened_for(both.visit(1)) == b""
    duplicates.decline(both.visit(0), by=REPORTER, now=MONDAY_NINE)
    assert duplicates.allow(both.visit(0), by=REPORTER, now=MONDAY_NINE) == 1
    report = queries.opened_for(both.visit(1))
    assert b"zebravondst" in report
    assert hashlib.sha256(report).hexdigest() == queries.earlier_for(both.visit(1)).commitment
    assert queries.earlier_for(both.visit(1)).opened
    with pytest.raises(NotNow):
        duplicates.allow(both.visit(0), by=REPORTER, now=MONDAY_NINE)


def test_whoever_arrives_later_is_linked_to_the_first_of_all(both):
    third, fourth = both.another(4), both.another(5)
    both.link()
    assert both.link(third, both.later) == both.first  # no chain
    before = log.head(fourth)
    for later, earlier in ((both.first, both.later), (both.first, fourth), (fourth, fourth), (third, both.first)):
        with pytest.raises(NotADuplicate):
            duplicates.link(later, earlier, "x", HEAD, **both.by())
    assert log.head(fourth) == before and queries.earlier_one(fourth) is None
    assert queries.later_ones(both.first) == (both.later, third)


def test_what_was_linked_to_it_goes_along_to_the_first(both):
    third = both.another(4)
    assess(both.later, Assessment(Verdict.CONFIRMED, Severity.LOW, expected_on=SOON), "x", HEAD, **both.by())
    both.link(third, both.later)
    both.link()
    assert set(queries.later_ones(both.first)) == {both.later, third} and Link.objects.count() == 2
    assert queries.earlier_for(both.visit(2)).commitment == proving.commitment_of(both.first)


def test_the_first_is_assessed_before_the_later_one_is_told_anything(both):
    third, fourth = both.another(4), both.another(5)
    with pytest.raises(NotADuplicate, match="assess VB-2026-0003 first"):
        duplicates.link(fourth, third, "x", HEAD, **both.by())


def test_another_verdict_ends_it(both):
    both.link()
    assess(both.later, NOT_OURS, "x", HEAD, **both.by())
    assert queries.earlier_for(both.visit(1)) is None and queries.later_ones(both.first) == ()
    duplicates_of = queries.duplicates_of(HANNA, both.first, both.house.keys)
    assert duplicates_of == (None, ())


def test_what_was_opened_by_mistake_is_out_of_sight_again(both):
    both.link()
    both.close()
    duplicates.ask(both.first, "May they?", HEAD, **both.by())
    duplicates.allow(both.visit(0), by=REPORTER, now=MONDAY_NINE)
    assess(both.later, NOT_OURS, "x", HEAD, **both.by())
    assert queries.opened_for(both.visit(1)) == b""
    assert Link.objects.filter(check_state=Check.OPENED).count() == 0


def test_both_share_the_thanks(both):
    both.link()
    both.close()
    remediation.landed(both.later, MONDAY_NINE.date(), "okapibrief 3", HEAD, ask_retest=False, **both.by())
    catch_up()
    remediation.close(both.later, Why.KNOWN, "okapibrief 4", HEAD, **both.by())
    catch_up()
    for which, ref, name in ((0, both.first, "Zebra V."), (1, both.later, "Okapi B.")):
        at = MONDAY_NINE + 3 * HOUR
        crediting.wish(both.visit(which), Wish.ALIAS, name, "", by=REPORTER, now=at)
        crediting.ask(ref, "How?", HEAD, **both.by(at))
        crediting.confirm(both.visit(which), by=REPORTER, now=at)
        hall.enter(ref, keys=both.house.keys, by=HANNA, now=at)
    assert sorted(Thanked.objects.values_list("shown", flat=True)) == ["Okapi B.", "Zebra V."]


def test_a_question_is_asked_and_the_clock_goes_on(house):
    """A7: "needs more" moves no deadline and keeps no promise of an assessment."""
    key = openpgp.public_copy(reporters_key(), expires=None)
    [known] = openpgp.read_keys(key)
    ref = house.a_case(reporter=Reporter("Nachtuil", "nachtuil@example.org", key, known.fingerprint), language="nl")
    calendar, later = policy.current().policy.calendar, MONDAY_NINE + HOUR

    def assessment():
        return next(one for one in of_case(ref, calendar, later) if one.kind is Kind.ASSESSMENT)

    before = assessment()
    words = {"questions": ("Welke URL?", "Welke browser?")}
    text = queries.draft_letter(HANNA, ref, "needs-more", HEAD, keys=house.keys, **words)
    assert "1. Welke URL?" in text and "2. Welke browser?" in text
    ask_more(ref, Weakness.SCRIPT, text, HEAD, keys=house.keys, by=HANNA, now=later)
    catch_up()
    after = assessment()
    assert (after.due_on, after.state, after.moved) == (before.due_on, State.OPEN, 0)
    assert queries.asking_of(ref).state is More.ASKED
    asked = [entry.facts for entry in log.read(ref) if entry.kind == "needs-more.asked"]
    assert asked == [{"weakness": "script"}]
    cases.join(ref, house.arrival("With Firefox.", now=later), keys=house.keys, by=HANNA, now=later)
    assert queries.asking_of(ref).state is More.ANSWERED
