"""Find a case by a word, another form of it, a phrase, its first letters, or a filter; and the disk holds no word."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.build import HEAD
from tests.cast import HANNA, HOUR, MONDAY_NINE, OPENER

from meldpunt.cases import commands as cases
from meldpunt.cases import visits
from meldpunt.cases.errors import NotYours
from meldpunt.cases.rules import Reporter
from meldpunt.conversation import commands as conversation
from meldpunt.ground.values import REPORTER
from meldpunt.policy import queries as policy
from meldpunt.privacy import forgetting
from meldpunt.triage import commands as triage
from meldpunt.triage import indexing, searching
from meldpunt.triage.models import Searchable
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.works import searching as works

DUTCH = """Beste mensen,

In het formulier van de belastingbalie zit een lek: wie het nummer van een ander invult ziet zijn gegevens. De
wachtwoorden staan er ook bij, en een SQL injection werkt op https://balie.voorbeeldstad.example/zoek?naam=x en
op 192.0.2.17. Het lijkt op CVE-2025-31337 en dat is CWE-0089.
"""
ENGLISH = """Hello,

The vulnerabilities that I found in the library's catalogue let anyone read the borrowers' records. The session
cookie is not checked when a reservation is cancelled, so the door is wide open for everybody.
"""


@pytest.fixture
def two(house):
    """A report in Dutch and one in English, to be found."""
    dutch = house.a_case(DUTCH, title="Lek in de belastingbalie", language="nl")
    english = house.a_case(
        ENGLISH,
        title="Library catalogue",
        reporter=Reporter("Zoë Ångström", "zoe@uilen.example"),
        message_id="<two@example.org>",
    )
    works.catch_up(house.keys, MONDAY_NINE, 60)
    return dutch, english


def found(house, typed, **more):
    answer = searching.find(
        HANNA, typed, keys=house.keys, calendar=policy.current().policy.calendar, now=MONDAY_NINE, **more
    )
    return [one.case.ref for one in answer.found]


@pytest.mark.parametrize(
    ("typed", "which"),
    [
        ("belastingbalie", 0),
        ("BELASTINGBALIE", 0),
        ("lekken ", 0),  # another form
        ("formulieren ", 0),
        ("wachtwoord ", 0),
        ("huizen ", None),
        ("injections ", 0),  # an English form in a Dutch text
        ("vulnerability ", 1),
        ("reservations ", 1),
        ("cancelling ", 1),
        ("belas", 0),  # its first letters
        ("catalog", 1),
        ("belas ", None),  # a whole word by now
        ("belas*", 0),
        ("vulnerabiliteit ", None),
        ('"wide open"', 1),
        ('"open wide"', None),
        ('"het formulier van"', 0),
        ('"lek zit"', None),
        ("door -cookie", None),
        ("door -keukens", 1),
        ("angstrom", 1),  # who reported it, without the accents
        ("from:uilen.example", 1),
        ("from:zoe@uilen.example", 1),
        ("van:zoe", 1),
        ("from:library", None),
        ("host:balie.voorbeeldstad.example", 0),
        ("host:voorbeeldstad.example", 0),
        ("host:https://balie.voorbeeldstad.example/zoek", 0),
        ("host:192.0.2.17", 0),
        ("host:uilen.example", None),
        ("cve:2025-31337", 0),
        ("CVE-2025-31337", 0),
        ("cve:CVE-2025-31337", 0),
        ("cwe:89", 0),
        ("VB-2026-0002", 1),
        ("vb-2026-0001", 0),
        ("the library", 1),
        ("library belastingbalie", None),
        ("state:closed", None),
        ("host:", None),
        ('"', None),
        ("-library", None),
        ("(library) AND * ^ {title}: NEAR", None),
        ("library' OR 1=1 --", None),
    ],
)
def test_what_is_typed_finds_the_case(house, two, typed, which):
    assert found(house, typed) == ([] if which is None else [two[which]])


def test_small_words_alone_are_looked_for(house, two):
    assert found(house, "het ") == [two[0]]


def test_a_title_counts_more_than_a_word_in_passing(house):
    passing = house.a_case("It is like the lock of a bicycle. " + ENGLISH, title="Something else")
    title = house.a_case(ENGLISH, title="A lock opens", message_id="<b@example.org>")
    works.catch_up(house.keys, MONDAY_NINE, 60)
    assert found(house, "lock") == [title, passing]
    assert found(house, "lock", size=1) == [title]
    assert found(house, "lock", size=1, page=2) == [passing]


def test_what_came_later_is_found_and_where_it_stands(house, two):
    conversation.write(
        two[0], "We hebben de klinkers vervangen.", "reply", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE
    )
    cases.note(two[1], "Vraag de stoomlocomotief ernaar.", keys=house.keys, by=HANNA, now=MONDAY_NINE)
    assert works.waiting()
    assert not works.catch_up(house.keys, MONDAY_NINE, 60)
    assert found(house, "klinker") == [two[0]]
    answer = searching.find(
        HANNA, "stoomlocomotieven ", keys=house.keys, calendar=policy.current().policy.calendar, now=MONDAY_NINE
    )
    [one] = answer.found
    assert one.excerpt.kind == "note"
    assert one.excerpt.pieces == (("Vraag de ", False), ("stoomlocomotief", True), (" ernaar.", False))
    assert one.who == "Zoë Ångström"


def test_an_excerpt_is_the_place_with_the_most_words(house):
    house.a_case(
        "A lock. " + "Nothing here at all. " * 20 + "The lock\n\n of the tax page. " + "Nothing. " * 30, title="x"
    )
    works.catch_up(house.keys, MONDAY_NINE, 60)
    calendar = policy.current().policy.calendar
    [one] = searching.find(HANNA, "tax lock", keys=house.keys, calendar=calendar, now=MONDAY_NINE).found
    text = "".join(piece for piece, _ in one.excerpt.pieces)
    assert [piece for piece, hit in one.excerpt.pieces if hit] == ["lock", "tax"]
    assert "The lock of the tax page." in text
    assert text.startswith("… ") and text.endswith(" …")


def test_where_it_stands_is_found_in_both_languages(house, two):
    confirmed = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=(MONDAY_NINE + timedelta(days=9)).date())
    assert sorted(found(house, "state:unassessed")) == sorted(two)
    triage.assess(two[0], confirmed, "Bevestigd.", HEAD, keys=house.keys, by=HANNA, now=MONDAY_NINE)
    works.catch_up(house.keys, MONDAY_NINE, 60)
    for typed in (
        "state:confirmed",
        "staat:bevestigd",
        "severity:high",
        "ernst:hoog",
        "handler:hanna",
        "ernst:hoog lek",
    ):
        assert found(house, typed) == [two[0]], typed
    assert found(house, "state:unassessed") == found(house, "handler:nobody") == [two[1]]
    assert sorted(found(house, "state:open")) == sorted(two)
    assert found(house, "state:open -severity:high") == [two[1]]
    answer = searching.find(
        HANNA, "state:sideways", keys=house.keys, calendar=policy.current().policy.calendar, now=MONDAY_NINE
    )
    assert answer.asked.not_understood == ("state:sideways",) and not answer.found


def test_due_looks_at_the_promises(house, two):
    calendar = policy.current().policy.calendar

    def due(typed, days):
        now = MONDAY_NINE + timedelta(days=days)
        answer = searching.find(HANNA, typed, keys=house.keys, calendar=calendar, now=now)
        return sorted(one.case.ref for one in answer.found)

    assert due("due:late", 0) == due("due:today", 0) == []
    assert due("due:week", 0) == due("due:today", 3) == due("due:late", 4) == due("termijn:te-laat", 4) == sorted(two)
    assert due("due:week library", 0) == [two[1]]
    assert due("due:late library", 0) == []


def test_no_one_but_a_handler_may_ask(house, two):
    for actor in (REPORTER, OPENER):
        with pytest.raises(NotYours):
            searching.find(actor, "lek", keys=house.keys, calendar=policy.current().policy.calendar, now=MONDAY_NINE)


def test_the_number_of_queries_does_not_grow_with_what_is_found(house, two):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert found(house, "state:open due:week")
        return len(queries)

    few = count()
    for number in range(10):
        house.a_case(f"One more library, {number}", message_id=f"<more{number}@example.org>")
    works.catch_up(house.keys, MONDAY_NINE, 60)
    assert count() == few <= 9


def test_the_index_holds_tokens_and_no_word(house, two):
    held = " ".join(" ".join(row) for row in Searchable.objects.values_list("title", "words", "notes", "who", "facts"))
    assert len(held) > 500
    assert set(held) <= set("abcdefghijklmnop ")
    for word in ("lek", "library", "confirmed", "open", "nobody", "angstrom"):
        assert f" {word} " not in f" {held} "


def test_another_house_has_other_tokens(house, two, tmp_path):
    from meldpunt.triage.keyed import Tokens
    from meldpunt.vault import keyring

    keyring.create(tmp_path / "other")
    other = keyring.vault(tmp_path / "other", "operator")
    assert Tokens(house.keys).word("lek") == Tokens(house.keys).word("lek") != Tokens(other).word("lek")


def test_what_is_forgotten_is_found_no_more(house, two):
    indexing.forget_who(two[1], by=HANNA, now=MONDAY_NINE)
    assert found(house, "angstrom") == []
    assert found(house, "library") == [two[1]]
    indexing.forget(two[1], by=HANNA, now=MONDAY_NINE)
    assert found(house, "library") == []
    assert found(house, "belastingbalie") == [two[0]]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO triage_words (triage_words, rank) VALUES ('integrity-check', 1)")


def test_who_was_erased_is_found_no_more_and_what_was_reported_is(house, two):
    visit = visits.visiting(visits.open_visit(house.receipts[1], by=REPORTER, now=MONDAY_NINE), MONDAY_NINE)
    forgetting.ask(visit, "", by=REPORTER, now=MONDAY_NINE)
    forgetting.grant(two[1], keys=house.keys, by=HANNA, now=MONDAY_NINE)
    assert found(house, "angstrom") == []  # at once
    works.catch_up(house.keys, MONDAY_NINE, 60)
    assert found(house, "angstrom") == found(house, "from:uilen.example") == []
    assert found(house, "library") == [two[1]]
    assert not Searchable.objects.get(ref=two[1]).who


def test_the_index_is_written_anew_and_loses_nobody(house, two):
    Searchable.objects.filter(ref=two[0]).update(words="damaged")
    Searchable.objects.create(ref="VB-2020-0001", title="", words="gone", notes="", who="", facts="")
    assert found(house, "wachtwoord") == []
    heard = []
    assert works.rebuild(house.keys, by=HANNA, show=lambda done, of: heard.append((done, of))) == 2
    assert heard == [(2, 2)]
    assert found(house, "wachtwoord") == [two[0]]
    assert Searchable.objects.count() == 2


def test_a_house_from_before_is_indexed_by_itself(house, two):
    from meldpunt.ledger.models import Bookmark

    Bookmark.objects.filter(name=indexing.FOLLOWER).delete()
    Searchable.objects.all().delete()
    assert not works.catch_up(house.keys, MONDAY_NINE, 60)
    assert found(house, "library") == [two[1]]


def test_a_long_letter_is_taken_in_part_and_never_refused(house):
    text = " ".join(f"woord{number}" for number in range(60_000))
    ref = house.a_case(text, title="Long")
    works.catch_up(house.keys, MONDAY_NINE + HOUR, 60)
    assert found(house, "woord17 ") == [ref]
    assert found(house, "woord59999 ") == []
