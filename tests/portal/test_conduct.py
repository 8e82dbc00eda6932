"""What the reporter keeps: proof of the report, and the statement that they asked for.  Without JavaScript."""

import hashlib

import pytest
from tests.build import HEAD
from tests.cast import HANNA
from tests.portal.conftest import TEXT, receipt_in, words_in
from tests.portal.test_visit import open_all, the_case

from meldpunt.conduct import commands, queries
from meldpunt.conduct.rules import CONDITIONS, Finding, Judged
from meldpunt.conversation import proving
from meldpunt.ground import clock


@pytest.fixture
def visitor(reporter):
    code = receipt_in(reporter.send(files=[("log.txt", b"proof " * 99)]))
    open_all(reporter.house)
    assert reporter.show(code)["Location"] == "/my/report/"
    return reporter


def post(visitor, path, **fields):
    token = visitor.form("/my/report/")["csrfmiddlewaretoken"]
    return visitor.client.post(path, {"csrfmiddlewaretoken": token, **fields})


def judge(house, ref, finding):
    found = {id: Judged(finding, "why") for id in CONDITIONS}
    commands.review(ref, found, keys=house.keys, by=HANNA, now=clock.now())


def test_the_report_by_the_form_is_proved_by_two_files(visitor):
    page = visitor.client.get("/my/report/").content.decode()
    assert 'href="/my/receipt-statement.txt.asc"' in page and 'href="/my/report.txt"' in page
    ref = the_case(visitor.house)
    statement = visitor.client.get("/my/receipt-statement.txt.asc")
    report = visitor.client.get("/my/report.txt")
    digest = hashlib.sha256(report.content).hexdigest()
    assert digest in statement.content.decode() and digest == proving.commitment_of(ref)
    assert TEXT in report.content.decode()
    assert f"{hashlib.sha256(b'proof ' * 99).hexdigest()}  log.txt" in report.content.decode()
    for answer in (statement, report):
        assert answer["Cache-Control"] == "no-store" and answer["Content-Disposition"].startswith("attachment")


def test_ask_once_read_the_refusal_disagree_and_get_it_after_all(visitor):
    house, ref = visitor.house, the_case(visitor.house)
    assert "Please confirm it in writing" in words_in(visitor.client.get("/my/report/"))
    assert post(visitor, "/my/conduct/ask/")["Location"] == "/my/report/#conduct"
    answer = post(visitor, "/my/conduct/ask/")
    assert answer.status_code == 409 and "You have asked for it already" in words_in(answer)
    judge(house, ref, Finding.UNCLEAR)
    words = words_in(visitor.client.get("/my/report/"))
    assert "reviewed" not in words.lower() and "unclear" not in words.lower()  # deliberation is the desk's own
    commands.refuse(ref, "Not yet, because.", HEAD, keys=house.keys, by=HANNA, now=clock.now())
    assert "why there is no statement now" in words_in(visitor.client.get("/my/report/"))
    assert post(visitor, "/my/conduct/dispute/", dispute=" ").status_code == 400
    assert post(visitor, "/my/conduct/dispute/", dispute="I kept <i>all</i>.").status_code == 302
    assert "I kept &lt;i&gt;all&lt;/i&gt;." in visitor.client.get("/my/report/").content.decode()
    assert post(visitor, "/my/conduct/ask/").status_code == 302
    judge(house, ref, Finding.KEPT)
    commands.give(ref, "Here it is.", HEAD, keys=house.keys, by=HANNA, now=clock.now())
    page = visitor.client.get("/my/report/").content.decode()
    assert 'href="/my/safe-harbour.pdf"' in page and "/my/conduct/ask/" not in page
    assert visitor.client.get("/my/safe-harbour.pdf").content.startswith(b"%PDF-1.7")
    signed = visitor.client.get("/my/safe-harbour.txt.asc").content
    assert hashlib.sha256(signed).hexdigest() == queries.standing_of(ref).digest
    assert post(visitor, "/my/conduct/ask/").status_code == 409


@pytest.mark.parametrize(
    "path", ["receipt-statement.txt.asc", "report.txt", "safe-harbour.txt.asc", "safe-harbour.pdf"]
)
def test_nothing_without_a_visit(reporter, path):
    answer = reporter.client.get(f"/my/{path}")
    assert answer.status_code in (403, 404) and b"BEGIN" not in answer.content


def test_there_is_no_statement_before_it_is_given(visitor):
    assert visitor.client.get("/my/safe-harbour.pdf").status_code == 404
