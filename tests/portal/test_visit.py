"""The receipt typed in, and the page of one report."""

import itertools
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import BASE, DAY, HANNA, HOUR, OPENER
from tests.portal.conftest import TEXT, Reporter, receipt_in, words_in

from meldpunt.cases.models import Visit
from meldpunt.cases.rules import FileRef
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.queries import letterhead
from meldpunt.conversation.rules import Enclosed
from meldpunt.ground import clock
from meldpunt.intake import queries as spool
from meldpunt.portal.throttle import FORGIVEN_AFTER, FREE, LONGEST, WrongTries
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.vault import files
from meldpunt.vault.rules import receipt_from_random
from meldpunt.works import opener
from meldpunt.works.followers import catch_up


def open_all(house):
    for _, token in spool.waiting(100):
        opener.open_one(token, opener.House(house.keys, house.folder, BASE), now=clock.now())
    catch_up()


@pytest.fixture
def code(reporter):
    """A report with a file was sent and opened; its receipt."""
    code = receipt_in(reporter.send(files=[("log.txt", b"<script>alert(1)</script>" * 9000)]))
    open_all(reporter.house)
    return code


@pytest.fixture
def visitor(reporter, code):
    """The reporter, at the page of their report."""
    assert reporter.show(code)["Location"] == "/my/report/"
    return reporter


def the_case(house):
    from meldpunt.cases.queries import references

    [ref] = references()
    return ref


def test_the_receipt_opens_the_page_however_it_is_typed(reporter, code):
    answer = reporter.show(code.lower().replace("-", " ").replace("0", "o"))
    assert answer["Location"] == "/my/report/"
    cookie = answer.cookies["meldpunt-visit"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", 1800)
    page = reporter.client.get("/my/report/")
    assert TEXT in words_in(page)
    assert page["Cache-Control"] == "no-store"


def test_what_is_owed_stands_first_with_its_bar_and_its_words(visitor):
    page = visitor.client.get("/my/report/")
    words = words_in(page)
    assert words.index("What we owe you") < words.index("Letters") < words.index("Write back")
    assert "Our assessment and an expected date" in words
    assert "3 working days left" in words
    assert page.content.decode().count('<i class="is-left">') == 3


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        (lambda code: code[:-1], 400, "this one has 26"),
        (lambda code: ("1" if code[0] != "1" else "2") + code[1:], 400, "There is a typing error in this receipt."),
        (lambda code: receipt_from_random(b"another receipt..").code, 404, "No report belongs to this receipt."),
        (lambda code: "", 400, "Please type your receipt"),
    ],
)
def test_a_wrong_receipt_is_told_apart_from_a_mistyped_one(reporter, code, change, status, sentence):
    answer = reporter.show(change(code))
    assert answer.status_code == status
    assert sentence in words_in(answer)


def test_a_receipt_is_never_in_an_address_or_cookie(reporter, code):
    answer = reporter.show(code)
    assert code not in str(answer.headers) + str(answer.cookies)


def test_before_the_report_was_opened_the_page_says_that_it_arrived(reporter):
    answer = reporter.show(receipt_in(reporter.send()))
    assert answer.status_code == 409
    assert "is being opened" in words_in(answer)


def test_wrong_tries_get_slower_and_the_right_one_is_never_kept_out(reporter, code):
    for _ in range(12):
        assert reporter.show(receipt_from_random(b"another receipt..").code).status_code == 404
    assert reporter.show(code).status_code == 302


def test_the_wait_grows_has_an_end_and_is_forgiven():
    now = [0.0]
    tries = WrongTries(tick=lambda: now[0])
    waits = [tries.note() for _ in range(12)]
    assert waits[:FREE] == [0.0] * FREE
    assert waits == sorted(waits) and waits[-1] == LONGEST
    now[0] += 12 * FORGIVEN_AFTER
    assert tries.note() == 0.0


def test_only_one_wrong_try_at_a_time_is_kept_waiting():
    waited = []

    def wait(seconds):
        waited.append(seconds)
        tries.slow_down()  # another one, meanwhile: answered at once

    tries = WrongTries(tick=lambda: 0.0, wait=wait)
    for _ in range(FREE + 1):
        tries.slow_down()
    assert len(waited) == 1


def test_a_file_comes_as_a_download_that_no_browser_runs(visitor):
    page = visitor.client.get("/my/report/").content.decode()
    path = page.split('href="/my/files/')[1].split('"')[0]
    answer = visitor.client.get(f"/my/files/{path}")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>" * 9000
    assert answer["Content-Disposition"] == 'attachment; filename="log.txt"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")


def test_a_file_with_a_letter_of_ours_is_saved_and_never_shown(visitor):
    content, house = b"<script>alert(1)</script>" * 3000, visitor.house
    file = FileRef("plan é.html", "text/html", files.store(house.folder, content).plain(), "html")
    who = {"keys": house.keys, "by": HANNA, "now": clock.now()}
    head = replace(letterhead(BASE), enclosed=Enclosed(the_case(house), (file,), house.folder))
    conversation.write(the_case(house), "See the plan.", "reply", head, **who)
    page = visitor.client.get("/my/report/").content.decode()
    letter = page[page.index("See the plan.") :]
    answer = visitor.client.get("/my/files/" + letter.split('href="/my/files/')[1].split('"')[0])
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"].startswith("attachment;") and answer["Content-Type"].endswith("octet-stream")
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_nobody_else_gets_the_file_or_the_page(visitor, portal):
    path = visitor.client.get("/my/report/").content.decode().split('href="/my/files/')[1].split('"')[0]
    stranger = Reporter(portal)
    other = receipt_in(stranger.send(description="Something else"))
    open_all(portal)
    stranger.show(other)
    assert stranger.client.get(f"/my/files/{path}").status_code == 404
    assert TEXT not in words_in(stranger.client.get("/my/report/"))
    assert Reporter(portal).client.get("/my/report/").status_code == 403
    assert Reporter(portal).client.get(f"/my/files/{path}").status_code == 404


def test_a_message_arrives_at_once_and_is_on_the_page_when_it_was_opened(visitor):
    assert visitor.send("/my/report/", text="Any news?", files=[("b.txt", b"b")])["Location"] == "/my/report/#letters"
    assert "A message of yours has arrived and is being opened." in words_in(visitor.client.get("/my/report/"))
    open_all(visitor.house)
    words = words_in(visitor.client.get("/my/report/"))
    assert "Any news?" in words and "b.txt" in words
    assert "is being opened" not in words


def opened_after(house, moment):
    """Opens what waits after so many statements of somebody else."""
    count = itertools.count()

    def meanwhile(execute, *statement):
        answer = execute(*statement)
        if next(count) == moment:
            open_all(house)
        return answer

    return connection.execute_wrapper(meanwhile)


def test_a_message_that_is_opened_while_the_page_is_read_is_never_out_of_sight(visitor):
    """Whichever question of the page it comes between: it stands there, or is told to be on its way."""
    with CaptureQueriesContext(connection) as asked:
        visitor.client.get("/my/report/")
    for moment in range(len(asked)):
        text = f"message number {moment} of the heron"
        visitor.send("/my/report/", text=text)
        with opened_after(visitor.house, moment):
            words = words_in(visitor.client.get("/my/report/"))
        assert text in words or "is being opened" in words, moment
        assert not spool.waiting(1)


def test_a_message_sent_twice_is_one_message(visitor):
    form = visitor.form("/my/report/")
    visitor.send("/my/report/", form=form, text="Any news?")
    assert visitor.send("/my/report/", form=form, text="Any news?").status_code == 302
    assert len(spool.waiting(10)) == 1


def test_an_empty_message_is_refused_with_a_sentence(visitor):
    answer = visitor.send("/my/report/", text=" ")
    assert answer.status_code == 400
    assert "Please write a message, or add a file." in words_in(answer)


def test_too_many_bytes_in_a_message_keep_its_words(visitor):
    answer = visitor.send("/my/report/", text="Long enough", files=[("a", b"x" * (51 << 20))])
    assert answer.status_code == 413
    assert "Long enough" in words_in(answer)


def test_the_assessment_is_read_with_the_promise_kept_and_the_next_one_open(visitor):
    now = clock.now()
    judged = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=(now + 30 * DAY).date())
    ref = the_case(visitor.house)
    head = letterhead(BASE)
    triage.assess(ref, judged, "We saw it too: kievit.", head, keys=visitor.house.keys, by=HANNA, now=now)
    catch_up()
    words = words_in(visitor.client.get("/my/report/"))
    assert "Your report is confirmed. We expect to have solved it on" in words
    assert "kievit" in words and "High" in words
    assert "The weakness solved" in words and "Kept" in words
    assert "hanna" not in words.lower()


def test_times_are_shown_to_the_hour_and_no_finer(visitor):
    page = visitor.client.get("/my/report/").content.decode()
    stamps = re.findall(r'<time datetime="([^"]+)"', page)
    assert stamps and all(stamp[14:19] == "00:00" for stamp in stamps)
    assert {minute for _, minute in re.findall(r"\b([0-2]\d):([0-5]\d)\b", re.sub("<[^>]+>", " ", page))} <= {"00"}
    assert "between" in words_in(visitor.client.get("/my/report/"))


def test_a_longer_conversation_asks_the_database_no_more(visitor, django_assert_num_queries):
    def asked():
        with CaptureQueriesContext(connection) as asked:
            visitor.client.get("/my/report/")
        return len(asked)

    before = asked()
    for text in ("One.", "Two.", "Three."):
        visitor.send("/my/report/", text=text, files=[("a.txt", b"a")])
    open_all(visitor.house)
    assert asked() == before <= 32
    with django_assert_num_queries(2):
        visitor.client.get("/report/")


def test_closing_forgets(visitor):
    answer = visitor.client.post("/my/close/", visitor.form("/my/report/"))
    assert answer["Location"] == "/my/?closed"
    assert "Closed." in words_in(visitor.client.get("/my/?closed"))
    assert not Visit.objects.exists()
    assert visitor.client.get("/my/report/").status_code == 403


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_visit_ends_by_itself(visitor, forgotten):
    """The browser forgets it in the same moment, or its clock is behind."""
    Visit.objects.update(until=clock.now() - HOUR)
    if forgotten:
        del visitor.client.cookies["meldpunt-visit"]
    answer = visitor.client.get("/my/report/")
    assert answer.status_code == 403
    assert "Your visit has ended." in words_in(answer)
    assert OPENER.name not in words_in(answer)


def test_files_say_what_they_are_and_quotations_are_folded(reporter):
    code = receipt_in(reporter.send(files=[("log.pdf", b"MZ\x90\x00\x03\x00")], description="Open.\n\n> quoted <b>\n"))
    open_all(reporter.house)
    reporter.show(code)
    page = reporter.client.get("/my/report/")
    assert "a Windows program" in words_in(page) and "The name says .pdf" in words_in(page)
    assert '<details class="quoted">' in page.content.decode() and "&gt; quoted &lt;b&gt;" in page.content.decode()
    assert "Look inside" not in words_in(page)


def test_a_letter_of_somebody_else_is_not_called_ones_own(visitor):
    from tests.build import HEAD

    from meldpunt.cases.rules import Reporter as Person
    from meldpunt.conversation import commands as conversation

    house = visitor.house
    other = house.arrival("Me too.", reporter=Person("Rui", "rui@other.example"))
    conversation.take_in(
        other, the_case(house), receipt_from_random(b"z" * 17), HEAD, keys=house.keys, by=OPENER, now=clock.now()
    )
    page = words_in(visitor.client.get("/my/report/"))
    assert "From another address than yours" in page and "Me too." in page
    assert "rui@other.example" not in page and "Rui" not in page
