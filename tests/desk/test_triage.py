"""Something is missing, reported twice, for others: as a person clicks it at the desk."""

import html
import io
import re
import zipfile

import pytest
import time_machine
from tests.build import HEAD, reporters_key
from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE
from tests.desk.conftest import hidden

from meldpunt.ledger import log
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.vault import openpgp
from meldpunt.works.followers import catch_up

SOON = (MONDAY_NINE + 9 * DAY).date()
CONFIRMED = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=SOON)
PARCEL = {
    "to": "other-organisation",
    "organisation": "Museum Voorbeeld",
    "use": "solve",
    "language": "en",
    "text": "The lock opens.",
    "scope": "",
    "way": "file",
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY_NINE + DAY, tick=True) as traveller:
        yield traveller


def a_case(desk, *, hours=0, assessment=None):
    ref = desk.house.a_case(now=MONDAY_NINE + hours * HOUR, language="nl")
    if assessment:
        triage.assess(ref, assessment, "x", HEAD, keys=desk.house.keys, by=HANNA, now=MONDAY_NINE + DAY)
    catch_up()
    return ref


def letter_in(page):
    return html.unescape(re.search(r'name="letter"[^>]*>(.*?)</textarea>', page, re.S)[1])


def sent(page, **fields):
    return {**fields, "letter": letter_in(page), "once": hidden(page, "once"), "seen": hidden(page, "seen")}


def kinds(ref):
    return [entry.kind for entry in log.read(ref)]


def test_a_question_is_ticked_read_and_sent_and_the_promise_stays_owed(desk):
    ref = a_case(desk)
    path = f"/cases/{ref}/needs-more/"
    assert f'href="{path}"' in desk.text(f"/cases/{ref}/")
    nothing = desk.post(path)
    assert nothing.status_code == 400 and "Please choose a question" in nothing.content.decode()
    asked = {"questions": ["browser", "payload"], "own": "En welke extensie?"}
    page = desk.post(path, **asked).content.decode()
    letter = letter_in(page)
    assert "1. In welke browser en versie" in letter and "3. En welke extensie?" in letter  # their language, not ours
    assert "needs-more.asked" not in kinds(ref)
    assert 'value="payload"' in page and "Assessment and expected date" not in page.split("Keeps")[1].split("</dd>")[0]
    fields = sent(page, **asked)
    for _ in range(2):  # a double click
        assert desk.post(path, **fields)["Location"] == f"/cases/{ref}/#triage"
    assert kinds(ref).count("needs-more.asked") == 1
    shown = desk.text(f"/cases/{ref}/")
    assert "no answer yet" in shown and "an assessment and an expected date" in shown and "Assess now" in shown


def test_a_duplicate_is_linked_by_reference_and_its_letter_says_so(desk):
    first, later = a_case(desk, assessment=CONFIRMED), a_case(desk, hours=1)
    path = f"/cases/{later}/duplicate/"
    for wrong, said, status in (
        ("VB-2026-0099", "There is no such report", 400),
        (later, "That is this report itself", 409),
    ):
        answer = desk.post(path, earlier=wrong)
        assert answer.status_code == status and said in answer.content.decode()
    page = desk.post(path, earlier=f" {first.lower()} ").content.decode()
    assert "ontvangen op maandag 2 maart 2026" in letter_in(page)
    fields = sent(page, earlier=first.lower())
    for _ in range(2):
        assert desk.post(path, **fields)["Location"] == f"/cases/{later}/#triage"
    assert kinds(later).count("duplicate.linked") == 1
    assert f'href="/cases/{first}/"' in desk.text(f"/cases/{later}/")
    assert f'href="/cases/{later}/"' in desk.text(f"/cases/{first}/")
    answer = desk.post(f"/cases/{first}/duplicate/", earlier=later)
    assert answer.status_code == 409


def test_the_one_that_came_first_stays_the_first(desk):
    first, later = a_case(desk, assessment=CONFIRMED), a_case(desk, hours=1, assessment=CONFIRMED)
    answer = desk.post(f"/cases/{first}/duplicate/", earlier=later)
    assert answer.status_code == 409 and f"Link {later} to it" in answer.content.decode()


def test_the_earlier_reporter_is_asked_when_the_inbox_says_so(desk):
    first, later = a_case(desk, assessment=CONFIRMED), a_case(desk, hours=1)
    path = f"/cases/{later}/duplicate/"
    desk.post(path, **sent(desk.post(path, earlier=first).content.decode(), earlier=first))
    check = f"/cases/{first}/duplicate/check/"
    assert check not in desk.text(f"/cases/{first}/")
    refused = desk.post(check, **sent(desk.text(check)))
    assert refused.status_code == 409 and "after the publication" in refused.content.decode()
    end = Assessment(Verdict.ACCEPTED_RISK, why_no_date="It is small.")
    triage.assess(first, end, "x", HEAD, keys=desk.house.keys, by=HANNA, now=MONDAY_NINE + DAY)
    catch_up()
    close = f"/cases/{first}/close/"
    page = desk.post(close, why="accepted-risk").content.decode()
    assert desk.post(close, **sent(page, why="accepted-risk")).status_code == 302
    assert "ask whether the later reporter may check" in desk.text("/")
    assert check in desk.text(f"/cases/{first}/")
    assert desk.post(check, **sent(desk.text(check))).status_code == 302
    assert "ask whether the later reporter may check" not in desk.text("/")
    assert kinds(first).count("duplicate.check-asked") == 1


def test_a_report_is_handed_over_as_a_file(desk):
    ref = a_case(desk, assessment=Assessment(Verdict.NOT_OURS, why_no_date="Het is van het museum."))
    path = f"/cases/{ref}/hand-over/"
    assert f'href="{path}"' in desk.text(f"/cases/{ref}/")
    assert "other organisation" in desk.text(path)
    page = desk.post(path, **PARCEL).content.decode()
    assert "What they read" in page and "To: Museum Voorbeeld" in page and "stays with us" in page
    assert "case.handed-over" not in kinds(ref) and "data.shared" not in kinds(ref)
    assert "Wie u bent, ging niet mee." in letter_in(page)
    fields = sent(page, **PARCEL)
    for _ in range(2):
        assert desk.post(path, **fields)["Location"] == f"/cases/{ref}/#triage"
    assert kinds(ref).count("case.handed-over") == 1
    shown = desk.text(f"/cases/{ref}/")
    file = re.search(rf'href="(/cases/{ref}/hand-over/\w+/parcel\.zip)"', shown)[1]
    answer = desk.get(file)
    assert answer["Content-Disposition"] == f'attachment; filename="handover-{ref}.zip"'
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "The lock opens." in archive.read(f"handover-{ref}.txt").decode()


def test_by_mail_the_fingerprint_is_shown_before_anything_goes(desk):
    ref = a_case(desk, assessment=Assessment(Verdict.NOT_OURS, why_no_date="Het is van het museum."))
    path, mail = f"/cases/{ref}/hand-over/", PARCEL | {"way": "mail", "address": "cvd@museum.example"}
    assert desk.post(path, **mail, key="nonsense").status_code == 400
    public = openpgp.public_copy(reporters_key(), expires=None)
    [key] = openpgp.read_keys(public)
    mail["key"] = openpgp.armor(public)
    page = desk.post(path, **mail).content.decode()
    assert key.fingerprint[:4] + " " + key.fingerprint[4:8] in page and "cvd@museum.example" in page
    assert desk.post(path, **sent(page, **mail)).status_code == 302
    assert "By mail to cvd@museum.example: waits in the outbox." in desk.text(f"/cases/{ref}/")
    identity = PARCEL | {"scope": "name"}
    refused = desk.post(path, **identity)
    assert refused.status_code == 409 and "given no consent" in refused.content.decode()


def test_nothing_to_hand_over_before_an_assessment_and_absent_looks_absent(desk):
    ref = a_case(desk)
    assert "hand-over" not in desk.text(f"/cases/{ref}/")
    assert "Assess now" in desk.text(f"/cases/{ref}/hand-over/")
    for path in ("needs-more/", "duplicate/", "duplicate/check/", "hand-over/", "hand-over/x/parcel.zip"):
        assert desk.get(f"/cases/VB-2026-0099/{path}").status_code == 404, path
    for path in ("needs-more/", "duplicate/", "duplicate/check/", "hand-over/"):
        fields = PARCEL | {"letter": "x", "earlier": ref, "questions": "where", "once": path, "seen": "1"}
        assert desk.post(f"/cases/VB-2026-0099/{path}", **fields).status_code == 404, path
