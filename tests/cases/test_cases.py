import json
from datetime import timedelta

import pytest
from django.db import connection
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER

from meldpunt.cases import commands, queries, visits
from meldpunt.cases.errors import EmptyNote, NoSuchCase, NoSuchFile, NoSuchVisit, NotYetOpened, NotYours
from meldpunt.cases.models import Case, Record, Seal
from meldpunt.cases.rules import Content, FileRef, Purpose, RecordKind, Reporter, references_in, title_of
from meldpunt.ground.values import REPORTER, CaseRef
from meldpunt.intake import commands as intake
from meldpunt.intake import queries as spool
from meldpunt.intake.errors import AlreadySettled
from meldpunt.intake.rules import Submission
from meldpunt.ledger import log
from meldpunt.vault import files
from meldpunt.vault.errors import CannotOpen
from meldpunt.vault.rules import receipt_from_random

pytestmark = pytest.mark.django_db
LATER = MONDAY_NINE + 3 * HOUR


def test_a_report_becomes_a_case_and_leaves_the_spool(house):
    ref = house.a_case("The lock opens for anyone.")

    assert ref == "VB-2026-0001"
    case = queries.case_for(HANNA, ref, house.keys)
    assert (case.title, case.language, case.handler, case.received_at) == (
        "The lock opens for anyone.",
        "en",
        "",
        MONDAY_NINE,
    )
    assert [r.text for r in queries.written(HANNA, ref, house.keys)] == ["The lock opens for anyone."]
    assert queries.reporter_of(HANNA, ref, house.keys).address == "nachtuil@example.org"
    assert spool.waiting(10) == []
    assert log.read(ref)[0].kind == "case.opened"


def test_references_count_on_within_a_year(house):
    assert [house.a_case(f"r{n}") for n in range(3)] == ["VB-2026-0001", "VB-2026-0002", "VB-2026-0003"]
    assert house.a_case("next year", now=MONDAY_NINE + 365 * DAY) == "VB-2027-0001"


def test_an_item_is_opened_once_however_often_it_is_tried(house):
    arrival = house.arrival("once")
    ref = commands.open_case(arrival, None, "VB", keys=house.keys, by=OPENER, now=LATER)
    with pytest.raises(AlreadySettled):
        commands.join(ref, arrival, keys=house.keys, by=OPENER, now=LATER)


def test_absent_and_forbidden_look_the_same(house):
    ref = house.a_case()
    with pytest.raises(NoSuchCase) as absent:
        queries.case_for(HANNA, CaseRef("VB-2026-0999"), house.keys)
    with pytest.raises(NoSuchCase) as forbidden:
        queries.case_for(REPORTER, ref, house.keys)
    assert str(absent.value).replace("0999", "0001") == str(forbidden.value)


def test_only_a_handler_takes_a_case_or_keeps_a_note(house):
    ref = house.a_case()
    for act in (
        lambda by: commands.take(ref, by=by, now=LATER),
        lambda by: commands.note(ref, "x", keys=house.keys, by=by, now=LATER),
    ):
        with pytest.raises(NoSuchCase):
            act(REPORTER)
        with pytest.raises(NotYours):
            act(OPENER)
    commands.take(ref, by=HANNA, now=LATER)
    commands.take(ref, by=HANNA, now=LATER)
    assert queries.case_for(HANNA, ref, house.keys).handler == "hanna"
    assert [e.kind for e in log.read(ref)].count("case.taken") == 1


def test_a_note_is_read_at_the_desk_and_by_nobody_with_a_receipt(house):
    ref = house.a_case()
    commands.note(ref, "Supplier is slow; do not say so.", keys=house.keys, by=HANNA, now=LATER)

    assert "Supplier" in queries.written(HANNA, ref, house.keys)[-1].text
    visit = visits.visiting(visits.open_visit(house.receipts[-1], by=REPORTER, now=LATER), LATER)
    assert all(w.kind is not RecordKind.NOTE for w in queries.written_for(visit))
    # not only not shown: the key that a receipt opens does not open it
    from meldpunt.cases import sealed

    with pytest.raises(CannotOpen):
        sealed.open_record(Record.objects.get(kind="note"), ref, visit.private)
    with pytest.raises(EmptyNote):
        commands.note(ref, " \n", keys=house.keys, by=HANNA, now=LATER)


def test_a_record_moved_to_another_case_does_not_open(house):
    first, second = house.a_case("one"), house.a_case("two")
    stolen = Record.objects.get(case__ref=first, kind="report")
    stolen.case = Case.objects.get(ref=second)
    stolen.number = 99
    stolen.save()
    with pytest.raises(CannotOpen):
        queries.written(HANNA, second, house.keys)


def test_the_receipt_opens_a_visit_and_the_visit_the_correspondence(house):
    ref = house.a_case("hello there")
    secret = visits.open_visit(house.receipts[-1], by=REPORTER, now=LATER)

    visit = visits.visiting(secret, LATER)

    assert visit.ref == ref
    assert [w.text for w in queries.written_for(visit)] == ["hello there"]
    with pytest.raises(NoSuchVisit):
        visits.visiting(secret + "x", LATER)
    with pytest.raises(NoSuchVisit):
        visits.visiting(secret, LATER + timedelta(minutes=31))


def test_a_visit_in_use_goes_on_and_a_closed_one_does_not(house):
    house.a_case()
    secret = visits.open_visit(house.receipts[-1], by=REPORTER, now=LATER)
    for minutes in (20, 40, 60):
        visits.visiting(secret, LATER + timedelta(minutes=minutes))
    visits.close_visit(secret, by=REPORTER, now=LATER)
    with pytest.raises(NoSuchVisit):
        visits.visiting(secret, LATER)


def test_a_receipt_of_nothing_is_told_apart_from_one_that_is_being_opened(house):
    unknown = receipt_from_random(b"\x55" * 17)
    with pytest.raises(NoSuchCase):
        visits.open_visit(unknown, by=REPORTER, now=LATER)

    form = Submission("https://x.example", "found it", "en", 1)
    intake.receive_submission(form, unknown, keys=house.keys.public, by=REPORTER, now=LATER)
    with pytest.raises(NotYetOpened):
        visits.open_visit(unknown, by=REPORTER, now=LATER)


def test_a_new_receipt_ends_the_old_one(house):
    ref = house.a_case()
    old, new = house.receipts[-1], house.receipt()
    commands.issue_receipt(ref, new, keys=house.keys, by=HANNA, now=LATER)

    assert visits.open_visit(new, by=REPORTER, now=LATER)
    with pytest.raises(NoSuchCase):
        visits.open_visit(old, by=REPORTER, now=LATER)
    assert Seal.objects.filter(holder="vault").count() == len(Purpose)


def test_files_are_read_by_handler_and_reporter_and_nobody_elses_are(house):
    stored = FileRef("log.txt", "text/plain", files.store(house.folder, b"GET /secret").plain())
    arrival = house.arrival("with a file")
    ref = commands.open_case(
        type(arrival)(**{**vars_of(arrival), "content": Content("t", (stored,))}),
        house.receipt(),
        "VB",
        keys=house.keys,
        by=OPENER,
        now=LATER,
    )
    other = house.a_case("another")
    [view] = queries.written(HANNA, ref, house.keys)[0].files

    content = queries.file_for_handler(HANNA, ref, view.id, house.keys, house.folder)
    assert (content.name, b"".join(content.chunks)) == ("log.txt", b"GET /secret")
    for wrong in (view.id + "9", view.id.split("-")[0] + "-1", "x", "", view.id.replace("-0", "--1")):
        with pytest.raises(NoSuchFile):
            queries.file_for_handler(HANNA, ref, wrong, house.keys, house.folder)
    with pytest.raises(NoSuchFile):
        queries.file_for_handler(HANNA, other, view.id, house.keys, house.folder)


def vars_of(arrival):
    return {name: getattr(arrival, name) for name in arrival.__dataclass_fields__}


def test_nothing_of_a_report_stands_in_the_tables(house):
    house.a_case("a canary: Zilvermeeuw at the town hall", reporter=Reporter("Fluitekruid", "f@kievit.example"))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            everything = repr(cursor.fetchall()).lower()
            for word in ("zilvermeeuw", "fluitekruid", "kievit"):
                assert word not in everything, table


def test_a_letter_belongs_by_its_thread_and_a_copied_id_changes_nothing(house):
    ref = house.a_case("first", message_id="<one@example.org>")
    assert queries.belongs_to(["<zero@example.org>", "<one@example.org>"], house.keys) == ref
    assert queries.belongs_to(["<zero@example.org>"], house.keys) is None

    house.a_case("somebody else copies the Message-ID", message_id="<one@example.org>")
    assert queries.belongs_to(["<one@example.org>"], house.keys) == ref


def test_a_reference_counts_only_from_the_sender_that_the_case_knows(house):
    ref = house.a_case()
    assert queries.known_sender(ref.lower(), "Nachtuil@Example.org", house.keys) == ref
    assert queries.known_sender(ref, "stranger@example.org", house.keys) is None
    assert queries.known_sender(ref, "", house.keys) is None


def test_words_for_lists():
    assert title_of("  A\tsubject ", "text") == "A subject"
    assert title_of("", "\n\n first line\nsecond") == "first line"
    assert title_of("", "", "https://x.example") == "https://x.example"
    assert len(title_of("", "word " * 100)) <= 100
    assert title_of("", "Somebody, " * 20).endswith("Somebody…")
    assert title_of("https://x.example/" + "y" * 100, "") == "https://x.example/" + "y" * 81 + "…"
    assert references_in("Re: [vb-2026-0012] and XVB-2026-0013, VB-2026-00140", "VB") == [
        "VB-2026-0012",
        "VB-2026-00140",
    ]


def test_a_judgement_is_the_handlers_own(house):
    ref = house.a_case()
    judgement = {"verdict": "confirmed", "severity": "high", "expected_on": "2026-03-20"}
    assert commands.judge(ref, judgement, by=HANNA, now=LATER) == 1
    assert commands.judge(ref, judgement, by=HANNA, now=LATER) == 2
    case = queries.case_for(HANNA, ref, house.keys)
    assert (case.verdict, case.severity, case.handler) == ("confirmed", "high", "hanna")
    assert queries.written(HANNA, ref, house.keys)[-1].judgement == judgement
    with pytest.raises(NotYours):
        commands.judge(ref, judgement, by=OPENER, now=LATER)


def test_the_ledger_of_a_case_holds_no_word_of_it(house):
    ref = house.a_case("Zilvermeeuw", reporter=Reporter("Fluitekruid", "f@kievit.example"))
    told = json.dumps([(e.kind, e.by, e.facts) for e in log.read(ref)]).lower()
    assert not any(word in told for word in ("zilvermeeuw", "fluitekruid", "kievit"))
