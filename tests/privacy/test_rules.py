"""Consents, the wish to be named, the erasure: the tables, and what is refused.  Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.cast import DAY, MONDAY_NINE

from meldpunt.cases.rules import Reporter
from meldpunt.policy.calendar import WorkCalendar
from meldpunt.policy.rules import Term, Unit
from meldpunt.policy.values import CreditRules
from meldpunt.privacy import credit, erasure, rules, traces
from meldpunt.privacy.errors import BadConsent, BadCredit, NoGround, NothingToShare, NotInForce, NotNow
from meldpunt.privacy.rules import Consent, Ground, Kind, Leaving, Recipient, Scope, State, Use, What

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OWNER = Recipient(Kind.OWNER, "Belastingdienst Noord")
BOTH = frozenset(Scope)


def a_consent(**changes):
    plain = {
        "id": "1",
        "recipient": Recipient(Kind.OWNER),
        "scope": Scope.NAME,
        "use": Use.SOLVE,
        "state": State.GIVEN,
        "at": MONDAY_NINE,
        "until": None,
    }
    return Consent(**{**plain, **changes})


def identity(**changes):
    plain = {"what": What.IDENTITY, "recipient": OWNER, "use": Use.SOLVE, "ground": Ground.CONSENT}
    return Leaving(**{**plain, **changes})


@pytest.mark.parametrize(
    "machine, waiting",
    [(rules, State), (credit, credit.State), (erasure, erasure.State)],
)
def test_the_buttons_come_from_the_table(machine, waiting):
    for state in waiting:
        for act in machine.Act:
            if act in machine.acts_for(state):
                assert machine.next_state(state, act) in waiting
            else:
                with pytest.raises((NotInForce, NotNow)):
                    machine.next_state(state, act)


def test_the_gate_lets_pass_what_a_consent_in_force_covers():
    mine = a_consent()
    assert rules.check_gate(identity(), [mine], BOTH, MONDAY_NINE) == mine


@pytest.mark.parametrize(
    "consent, leaving",
    [
        (a_consent(state=State.ASKED), identity()),
        (a_consent(state=State.DECLINED), identity()),
        (a_consent(state=State.WITHDRAWN), identity()),
        (a_consent(until=MONDAY_NINE), identity()),
        (a_consent(), identity(scope=Scope.CONTACT)),
        (a_consent(), identity(use=Use.THANK)),
        (a_consent(), identity(recipient=Recipient(Kind.SUPPLIER, "Belastingdienst Noord"))),
        (a_consent(recipient=Recipient(Kind.OWNER, "Belastingdienst Zuid")), identity()),
        (a_consent(), identity(ground=Ground.STANDING_POLICY)),
        (a_consent(), identity(ground=Ground.NOT_PERSONAL)),
        (a_consent(state=State.WITHDRAWN), identity(ground=Ground.LAW, source="art. 1")),
        (a_consent(state=State.WITHDRAWN), identity(ground=Ground.COURT, decided_by="Hanna")),
    ],
)
def test_the_gate_is_closed_to_everything_else(consent, leaving):
    with pytest.raises(NoGround):
        rules.check_gate(leaving, [consent], BOTH, MONDAY_NINE)


def test_a_law_needs_no_consent_but_its_article_and_who_decided():
    leaving = identity(ground=Ground.LAW, source="Wetboek van Strafvordering, art. 126nd", decided_by="Hanna")
    assert rules.check_gate(leaving, [], BOTH, MONDAY_NINE) is None


def test_there_is_nothing_to_share_about_who_gave_nothing():
    with pytest.raises(NothingToShare):
        rules.check_gate(identity(), [a_consent()], frozenset(), MONDAY_NINE)


def test_narrowing_never_allows_more():
    mine = a_consent(scope=Scope.CONTACT, until=MONDAY_NINE + 10 * DAY)
    less = rules.narrowed(mine, Scope.NAME, MONDAY_NINE + 5 * DAY, MONDAY_NINE)
    assert (less.scope, less.until) == (Scope.NAME, MONDAY_NINE + 5 * DAY)
    for scope, until in [(Scope.CONTACT, MONDAY_NINE + 11 * DAY), (Scope.NAME, None), (Scope.CONTACT, mine.until)]:
        with pytest.raises(BadConsent):
            rules.narrowed(mine, scope, until, MONDAY_NINE)
    with pytest.raises(BadConsent):
        rules.narrowed(less, Scope.CONTACT, less.until, MONDAY_NINE)
    with pytest.raises(NotInForce):
        rules.narrowed(a_consent(state=State.WITHDRAWN), Scope.NAME, MONDAY_NINE + DAY, MONDAY_NINE)


def test_a_last_day_ends_at_midnight_in_the_organisations_zone():
    assert rules.end_of(date(2026, 3, 28), AMSTERDAM).astimezone(UTC) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert rules.end_of(date(2026, 3, 29), AMSTERDAM).astimezone(UTC) == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "aware, until",
    [
        ((2026, 4, 3, 16, 30), (2026, 4, 6, 16, 30)),  # Good Friday to Easter Monday: nothing is moved
        ((2027, 3, 26, 10, 0), (2027, 3, 29, 11, 0)),  # through the night in which the clock is put forward
        ((2026, 10, 23, 10, 0), (2026, 10, 26, 9, 0)),
    ],
)
def test_seventy_two_hours_are_clock_hours(aware, until):
    begin, end = (datetime(*parts, tzinfo=AMSTERDAM) for parts in (aware, until))
    assert erasure.notify_by(begin.astimezone(UTC)) == end.astimezone(UTC)


def test_reminders_are_due_after_the_terms_of_the_policy():
    terms, calendar = (Term(7, Unit.DAYS), Term(14, Unit.DAYS)), WorkCalendar(AMSTERDAM)

    def when(state):
        return erasure.reminder_due(state, MONDAY_NINE, terms, calendar)

    assert when(erasure.State.ASKED) == datetime(2026, 3, 9, 23, tzinfo=UTC)
    assert when(erasure.State.REMINDED) - when(erasure.State.ASKED) == timedelta(days=7)
    assert when(erasure.State.REMINDED_TWICE) is None and when(erasure.State.ATTESTED) is None


@pytest.mark.parametrize(
    "link",
    [
        "http://example.org/me",
        "javascript:alert(1)",
        "https://example.org@evil.example/",
        "https://me:secret@example.org/",
        "https://192.0.2.1/me",
        "https://[2001:db8::1]/me",
        "https://localhost/me",
        "https://example.org:8443/me",
        "https://example.org/?utm_source=mail",
        "https://example.org/?fbclid=abc",
        "https://example.org/?token=abc",
        "https://example.org/#access_token=abc",
        "https://example.org/a b",
        'https://example.org/"onclick=',
        "https://[x",
        "//example.org",
        "",
        "https://example.org/" + "a" * 200,
    ],
)
def test_a_link_that_hides_something_is_refused(link):
    with pytest.raises(BadCredit):
        credit.checked_link(link)


def test_a_plain_link_is_shown_as_it_is():
    for link in ("https://example.org/me", "https://forum.example.org/user?id=7"):
        assert credit.checked(credit.Wish.LINK, " Nacht  uil ", link, CreditRules()).link == link
    assert credit.checked(credit.Wish.ALIAS, " Nacht  uil ", "x", CreditRules()) == credit.Credit(
        credit.Wish.ALIAS, "Nacht uil"
    )


@pytest.mark.parametrize("shown", ["", "  ", "a" * 81, "Nacht‮uil", "see https://x.example", "www.x.example"])
def test_a_name_is_one_plain_line(shown):
    with pytest.raises(BadCredit):
        credit.checked(credit.Wish.NAME, shown, "", CreditRules())


def test_what_the_policy_does_not_offer_cannot_be_wished():
    for rule, wish in [
        (CreditRules(False, False, False), credit.Wish.NAME),
        (CreditRules(True, False, True), credit.Wish.ALIAS),
        (CreditRules(True, True, False), credit.Wish.LINK),
    ]:
        with pytest.raises(BadCredit):
            credit.checked(wish, "Nachtuil", "https://example.org/", rule)
        assert wish not in credit.offered(rule) and credit.Wish.NONE in credit.offered(rule)


JAN = Reporter("Jan de Boer", "jan@example.org", b"", "ABCD" * 9 + "0123")


def test_what_says_who_reported_is_found_however_it_is_written():
    known = traces.known_of(JAN, ["<letter-1@example.org>"])
    grouped = "ABCD ABCD ABCD ABCD ABCD  ABCD ABCD ABCD ABCD 0123"
    for text in (
        "from JAN@example.org",
        "JAN  DE\nBOER",
        f"key {grouped}",
        "0xabcdabcdabcd0123",
        "letter-1@example.org",
    ):
        assert traces.says_who(text, known), text
    assert not traces.says_who("The page /boer/ of 12 Jan shows everything.", known)


def test_what_looks_like_a_person_is_marked_and_nothing_is_lost():
    text = "Seen by jan.b@other.example from 192.0.2.7.\nCall +31 6 1234 5678.\nBoer knows.\n\nKind regards,\nJan\n"
    pieces = traces.marked(text, JAN)
    assert "".join(piece.text for piece in pieces) == text
    marked = [piece.text for piece in pieces if piece.marked]
    for wanted in ("jan.b@other.example", "192.0.2.7", "+31 6 1234 5678", "Boer"):
        assert wanted in marked, marked
    assert any("Kind regards" in piece and "Jan" in piece for piece in marked)
