"""P6 from the assessment to the end, and back: letters, ledger, promises.  By the commands themselves."""

import re
from datetime import date, timedelta

import pytest
from tests.build import HEAD
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER

from meldpunt.cases import commands as cases
from meldpunt.cases import queries as case_queries
from meldpunt.cases import visits
from meldpunt.cases.errors import NoSuchCase, NotYours
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.errors import EmptyLetter
from meldpunt.conversation.queries import reporter_page
from meldpunt.ground.errors import NotAllowed
from meldpunt.ground.values import REPORTER, CaseRef
from meldpunt.intake.queries import unopened_messages
from meldpunt.ledger import follow, log
from meldpunt.policy import queries as policy
from meldpunt.promises import queries as promises
from meldpunt.promises.rules import Kind, State
from meldpunt.remediation import commands, queries
from meldpunt.remediation.errors import BadDate, BadReason, NotNow, StillOwed
from meldpunt.remediation.models import Standing as Row
from meldpunt.remediation.rules import Fix, How, Why
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.works.followers import catch_up

TODAY = MONDAY_NINE.date()
SOON = TODAY + timedelta(days=9)
LATER = SOON + timedelta(days=7)
WHY = "De leverancier levert het onderdeel een week later."

pytestmark = pytest.mark.django_db


def assess(house, ref, verdict=Verdict.CONFIRMED, expected=SOON, at=MONDAY_NINE + HOUR, **more):
    severity = Severity.HIGH if "confirmed" in verdict else None
    assessment = Assessment(
        verdict, severity, expected_on=expected, why_no_date="" if expected else "Nothing to solve.", **more
    )
    triage.assess(ref, assessment, "Our assessment.", HEAD, keys=house.keys, by=HANNA, now=at)
    catch_up()


@pytest.fixture
def ref(house):
    ref = house.a_case(language="nl")
    assess(house, ref)
    return ref


def draft(house, ref, about, **facts):
    return queries.draft(HANNA, ref, about, HEAD, keys=house.keys, **facts)


def move(house, ref, to=LATER, reason=WHY, letter=None, at=MONDAY_NINE + DAY, by=HANNA):
    letter = draft(house, ref, "date-moved", expected_on=to, was=SOON, reason=reason) if letter is None else letter
    commands.move_date(ref, to, reason, letter, HEAD, keys=house.keys, by=by, now=at)
    catch_up()


def land(house, ref, on=TODAY + DAY, ask=True, at=MONDAY_NINE + 2 * DAY, by=HANNA):
    letter = draft(house, ref, "fixed", on=on, ask_retest=ask)
    commands.landed(ref, on, letter, HEAD, ask_retest=ask, keys=house.keys, by=by, now=at)
    catch_up()


def close(house, ref, why=Why.SOLVED, at=MONDAY_NINE + 20 * DAY, **more):
    letter = draft(house, ref, "closed", why=why)
    commands.close(ref, why, letter, HEAD, keys=house.keys, by=HANNA, now=at, **more)
    catch_up()


def kinds(ref):
    return [told.kind for told in log.read(ref) if told.kind.startswith(("fix.", "retest.", "report.r", "report.cl"))]


def letters(house, ref):
    return [one.text for one in case_queries.written(HANNA, ref, house.keys) if one.kind == "to-reporter"]


def state(ref, kind, at=MONDAY_NINE + 3 * DAY):
    found = promises.of_case(ref, policy.current().policy.calendar, at)
    return next((one.state for one in found if one.kind is kind), None)


def visit(house, at=MONDAY_NINE + 3 * DAY):
    return visits.visiting(visits.open_visit(house.receipts[-1], by=REPORTER, now=at), at)


def test_p6_a_date_moves_with_its_reason_in_a_letter(house, ref):
    move(house, ref)
    told = [entry for entry in log.read(ref) if entry.kind == "fix.moved"]
    assert [entry.facts for entry in told] == [
        {"expected_on": LATER.isoformat(), "was": SOON.isoformat(), "reason_given": True}
    ]
    assert told[0].by == "handler:hanna"
    letter = letters(house, ref)[-1]
    assert WHY in letter and "18 maart 2026" in letter and "11 maart 2026" in letter
    assert case_queries.case_for(HANNA, ref, house.keys).expected_on == LATER
    [fix] = [one for one in promises.of_case(ref, policy.current().policy.calendar, MONDAY_NINE + DAY) if one.owed][1:]
    assert (fix.kind, fix.due_on, fix.moved) == (Kind.FIX, LATER, 1)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": " "}, BadReason),
        ({"letter": "The date is another one now."}, BadReason),
        ({"letter": ""}, BadReason),
        ({"to": TODAY}, BadDate),  # passed: the day after it is moved
        ({"to": SOON}, BadDate),
        ({"by": OPENER}, NotYours),
        ({"by": REPORTER}, NoSuchCase),
    ],
)
def test_p6_what_would_move_the_date_silently_is_refused(house, ref, changes, error):
    before = len(log.read(ref))
    with pytest.raises(error):
        move(house, ref, **changes)
    assert len(log.read(ref)) == before
    assert case_queries.case_for(HANNA, ref, house.keys).expected_on == SOON


def test_p6_solved_and_tried_again_by_the_reporter(house, ref):
    land(house, ref)
    assert state(ref, Kind.FIX) is State.KEPT and queries.standing_of(ref).fix is Fix.ASKED
    assert "nog eens proberen" in letters(house, ref)[-1]
    commands.say_solved(visit(house), by=REPORTER, now=MONDAY_NINE + 3 * DAY)
    commands.say_solved(visit(house), by=REPORTER, now=MONDAY_NINE + 3 * DAY)  # a second click
    assert kinds(ref) == ["fix.landed", "retest.asked", "retest.confirmed"]
    assert log.read(ref)[-1].facts == {"how": "reporter"} and log.read(ref)[-1].by == str(REPORTER)
    with pytest.raises(NotNow):
        commands.say_still_there(visit(house), "x", "k", keys=house.keys.public, by=REPORTER, now=MONDAY_NINE + 3 * DAY)


def test_p6_still_there_is_a_message_and_shows_first_and_does_not_reopen_by_itself(house, ref):
    land(house, ref)
    at = MONDAY_NINE + 3 * DAY
    for _click in range(2):
        commands.say_still_there(
            visit(house), "The zebra is loose.", "once", keys=house.keys.public, by=REPORTER, now=at
        )
    catch_up()
    assert kinds(ref)[-1] == "fix.disputed" and kinds(ref).count("fix.disputed") == 1
    assert unopened_messages(ref) == 1 and "zebra" not in str(log.read(ref))
    assert [(one.case, one.why) for one in queries.waiting(at)] == [(ref, "disputed")]
    assert queries.standing_of(ref).fix is Fix.DISPUTED and state(ref, Kind.FIX) is State.KEPT
    with pytest.raises(NotNow, match="confirmed"):
        close(house, ref)
    letter = draft(house, ref, "reopened", expected_on=LATER, reason=WHY)
    commands.reopen(ref, LATER, WHY, letter, HEAD, keys=house.keys, by=HANNA, now=at)
    catch_up()
    assert queries.waiting(at) == () and WHY in letters(house, ref)[-1]
    found = promises.of_case(ref, policy.current().policy.calendar, at)
    assert [(one.number, one.due_on) for one in found if one.kind is Kind.FIX and one.owed] == [(2, LATER)]
    with pytest.raises(StillOwed, match="solution"):
        close(house, ref)


def test_p6_nobody_answered_is_for_a_person_to_say_after_fourteen_days(house, ref):
    land(house, ref)
    late = MONDAY_NINE + 16 * DAY
    assert queries.waiting(late - HOUR) == ()
    assert [(one.case, one.why) for one in queries.waiting(late)] == [(ref, "no-answer")]
    with pytest.raises(NotNow):
        commands.confirm(ref, How.NOBODY, by=HANNA, now=late - HOUR)
    with pytest.raises(NotYours):
        commands.confirm(ref, How.NOBODY, by=OPENER, now=late)
    commands.confirm(ref, How.NOBODY, by=HANNA, now=late)
    catch_up()
    assert log.read(ref)[-1].facts == {"how": "nobody-answered"} and queries.waiting(late) == ()


def test_closing_with_open_promises_is_refused_and_changes_nothing(house):
    ref = house.a_case(language="en")
    before = len(log.read(ref))
    with pytest.raises(NotNow, match="assessed"):
        close(house, ref, Why.WITHDRAWN)
    assert len(log.read(ref)) == before
    assess(house, ref)
    for why in Why:
        with pytest.raises(StillOwed, match="solution"):
            close(house, ref, why)
    assert "report.closed" not in kinds(ref)


def test_closing_ends_everything_and_the_letter_keeps_what_letters_keep(house, ref):
    conversation.write(
        ref, "More soon.", "reply", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE + 2 * HOUR,
        promised=(MONDAY_NINE + 30 * DAY,),
    )  # fmt: skip
    land(house, ref, ask=False)
    with pytest.raises(NotNow, match="promises that the reporter hears more"):
        close(house, ref, promised=(MONDAY_NINE + 30 * DAY,))
    close(house, ref, at=MONDAY_NINE + 5 * DAY)
    assert [told.facts for told in log.read(ref) if told.kind == "report.closed"] == [{"why": "solved"}]
    assert promises.in_the_way(ref) == () and state(ref, Kind.WORD, MONDAY_NINE + 60 * DAY) is State.KEPT
    assert not any(one.owed for one in promises.of_case(ref, policy.current().policy.calendar, MONDAY_NINE + 60 * DAY))
    assert "opgelost" in letters(house, ref)[-1]
    for again in (
        lambda: close(house, ref),
        lambda: land(house, ref),
        lambda: commands.confirm(ref, How.HANDLER, by=HANNA, now=MONDAY_NINE + 6 * DAY),
    ):
        with pytest.raises(NotNow, match="closed"):
            again()


def test_what_is_solved_before_its_date_was_named_can_be_closed(house):
    ref = house.a_case()
    assess(house, ref, expected=None, date_by=SOON)
    with pytest.raises(StillOwed, match="date"):
        close(house, ref)
    land(house, ref, ask=False)
    close(house, ref)
    assert state(ref, Kind.DATE) is State.ENDED


def test_a_closed_report_is_found_again_and_a_letter_in_it_is_seen(house, ref):
    land(house, ref, ask=False)
    close(house, ref, at=MONDAY_NINE + 5 * DAY)
    other = house.a_case("Another weakness.", language="en")
    assess(house, other, Verdict.NOT_OURS, None)
    close(house, other, Why.NOT_OURS, at=MONDAY_NINE + 6 * DAY)

    def order(**more):
        return [(row.case.ref, row.why, row.unread) for row in queries.closed(HANNA, keys=house.keys, **more).rows]

    assert order() == [(other, "not-ours", False), (ref, "solved", False)]
    assert order(page=2, size=1) == [(ref, "solved", False)] and queries.closed(HANNA, keys=house.keys, size=1).more
    at = MONDAY_NINE + 7 * DAY
    cases.join(ref, house.arrival("It is back.", now=at), keys=house.keys, by=OPENER, now=at)
    catch_up()
    assert order()[0] == (ref, "solved", True)
    assert [(one.case, one.why) for one in queries.waiting(at)] == [(ref, "wrote")]
    commands.notice(ref, by=HANNA, now=at)
    commands.notice(ref, by=HANNA, now=at)
    catch_up()
    assert queries.waiting(at) == () and log.read(ref)[-1].kind == "report.noticed"
    with pytest.raises(NotAllowed):
        queries.closed(REPORTER, keys=house.keys)


def test_opened_again_with_a_reason_and_the_clocks_go_on(house, ref):
    land(house, ref, ask=False)
    close(house, ref, at=MONDAY_NINE + 5 * DAY)
    at, until = MONDAY_NINE + 8 * DAY, TODAY + timedelta(days=20)
    letter = draft(house, ref, "report-reopened", reason=WHY, expected_on=until)
    for reason, text in ((" ", letter), (WHY, "We open it.")):
        with pytest.raises(BadReason):
            commands.reopen_report(ref, reason, text, HEAD, keys=house.keys, by=HANNA, now=at)
    commands.reopen_report(ref, WHY, letter, HEAD, keys=house.keys, by=HANNA, now=at, expected_on=until)
    catch_up()
    assert kinds(ref)[-2:] == ["report.reopened", "fix.reopened"] and "22 maart 2026" in letters(house, ref)[-1]
    owed = [one.kind for one in promises.of_case(ref, policy.current().policy.calendar, at) if one.owed]
    assert sorted(owed) == [Kind.FIX, Kind.UPDATE]
    with pytest.raises(NotNow):
        commands.reopen_report(ref, WHY, letter, HEAD, keys=house.keys, by=HANNA, now=at)


def test_every_letter_stands_in_both_languages_and_its_subject_says_nothing(house):
    for language, english in (("nl", False), ("en", True)):
        ref = house.a_case(language=language)
        facts = {"expected_on": SOON, "was": LATER, "on": TODAY, "ask_retest": True, "reason": "Zebra."}
        for about in ("date-moved", "fixed", "reopened", "report-reopened"):
            text = draft(house, ref, about, **facts)
            assert ("Dear Nachtuil," in text) is english and "None" not in text and "{" not in text
            assert about == "fixed" or "Zebra." in text
        said = {draft(house, ref, "closed", why=why) for why in Why}
        assert len(said) == len(Why)
        assert not any(re.search(r"\b(before|voor|vóór|by) \w+day|uiterlijk", text) for text in said)


def test_how_long_it_took_by_severity(house):
    days = {}
    for number, severity in enumerate((Severity.HIGH, Severity.HIGH, Severity.HIGH, Severity.LOW)):
        ref = house.a_case(f"Weakness {number}.")
        assessment = Assessment(Verdict.CONFIRMED, severity, expected_on=SOON)
        triage.assess(ref, assessment, "x", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE + HOUR)
        land(house, ref, on=TODAY + timedelta(days=number), ask=False, at=MONDAY_NINE + 4 * DAY)
        days[ref] = number
    assert queries.days_to_fix(TODAY, TODAY + 9 * DAY) == {"high": (0, 1, 2), "low": (3,)}
    assert queries.times_to_fix(TODAY, TODAY + 9 * DAY) == {"high": (3, 1), "low": (1, 3)}
    assert queries.times_to_fix(TODAY + DAY, TODAY + 3 * DAY) == {"high": (2, 1.5)}
    ref = CaseRef(next(iter(days)))
    letter = draft(house, ref, "reopened", expected_on=LATER, reason=WHY)
    commands.reopen(ref, LATER, WHY, letter, HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE + 5 * DAY)
    assert queries.days_to_fix(TODAY, TODAY + 9 * DAY)["high"] == (1, 2)  # not solved after all


def test_the_table_is_drawn_anew_from_the_ledger(house, ref):
    land(house, ref)
    other = house.a_case("Another.")
    assess(house, other, Verdict.NOT_OURS, None)
    close(house, other, Why.NOT_OURS)
    before = list(Row.objects.order_by("case").values())
    Row.objects.all().delete()
    follow.Bookmark.objects.filter(name=commands.FOLLOWER).delete()
    catch_up()
    assert list(Row.objects.order_by("case").values()) == before and len(before) == 2


def test_absent_cases_are_absent_and_empty_letters_are_none(house, ref):
    nowhere = CaseRef("VB-2026-9999")
    for act in (
        lambda: commands.move_date(nowhere, LATER, WHY, WHY, HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE),
        lambda: commands.confirm(nowhere, How.HANDLER, by=HANNA, now=MONDAY_NINE),
        lambda: commands.notice(nowhere, by=HANNA, now=MONDAY_NINE),
        lambda: commands.close(nowhere, Why.SOLVED, "x", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE),
    ):
        with pytest.raises(NoSuchCase):
            act()
    at = MONDAY_NINE + DAY
    with pytest.raises(EmptyLetter):
        commands.landed(ref, date(2026, 3, 3), " ", HEAD, ask_retest=False, keys=house.keys, by=HANNA, now=at)
    assert queries.standing_of(ref).fix is Fix.EXPECTED and not Row.objects.filter(fix="landed").exists()


def test_the_reporters_page_knows_what_the_desk_knows(house, ref):
    land(house, ref)
    page = reporter_page(visit(house), calendar=policy.current().policy.calendar, now=MONDAY_NINE + 3 * DAY)
    shown = {item.kind for item in page.items if hasattr(item, "facts")}
    assert {"fix.landed", "retest.asked"} <= shown
