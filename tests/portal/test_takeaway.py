"""Everything of theirs as one file, and nothing of the desk's."""

import io
import json
import zipfile

import pytest
from tests.cast import BASE, DAY, HANNA
from tests.portal.conftest import TEXT, Reporter, receipt_in
from tests.portal.test_visit import open_all, the_case

from meldpunt.cases import commands as cases
from meldpunt.conversation.queries import letterhead
from meldpunt.ground import clock
from meldpunt.triage import commands as triage
from meldpunt.triage.rules import Assessment, Severity, Verdict
from meldpunt.works.followers import catch_up

FILES = [("log.txt", b"zebrapad " * 90_000), ("../../x<y>.txt", b"one"), ("log.txt", b"the other")]


@pytest.fixture
def visitor(reporter):
    """Was answered, wrote back, and is at the page."""
    code = receipt_in(reporter.send(files=FILES, contact="mail", address="nachtuil@example.org", name="Nachtuil"))
    open_all(reporter.house)
    reporter.show(code)
    house, now = reporter.house, clock.now()
    ref, head = the_case(house), letterhead(BASE)
    judged = Assessment(Verdict.CONFIRMED, Severity.HIGH, expected_on=(now + 30 * DAY).date())
    triage.assess(ref, judged, "We saw it too: kievit.", head, keys=house.keys, by=HANNA, now=now)
    cases.note(ref, "Between us: tureluur.", keys=house.keys, by=HANNA, now=now)
    catch_up()
    return reporter


def parcel(reporter, path="/my/everything.zip"):
    answer = reporter.client.get(path)
    assert answer.status_code == 200
    return answer, zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_letters_files_statements_and_data_are_in_it(visitor):
    answer, found = parcel(visitor)
    assert found.testzip() is None
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "no-store")
    assert answer["Content-Disposition"] == f'attachment; filename="{the_case(visitor.house)}.zip"'
    names = found.namelist()
    ref = the_case(visitor.house)
    assert names[0] == "read-me.txt"
    assert {f"statements/report-{ref}.txt", f"statements/receipt-statement-{ref}.txt.asc", "openpgp-key.asc"} <= {
        *names
    }
    report, answered = (
        found.read(name).decode() for name in names if name.startswith("letters/") and name.count("/") == 1
    )
    assert TEXT in report and "We saw it too: kievit." in answered
    kept = {name.partition("/")[2].partition("/")[2]: found.read(name) for name in names if name.count("/") == 2}
    assert kept == {"log.txt": FILES[0][1], "x_y_.txt": b"one", "log.txt_": b"the other"}


def test_the_data_say_what_the_page_says(visitor):
    _, found = parcel(visitor)
    data = json.loads(found.read("case.json"))
    assert (data["verdict"], data["severity"]) == ("confirmed", "high")
    assert [letter["from_you"] for letter in data["letters"]] == [True, False]
    assert {one["state"] for one in data["promises"]} >= {"kept"}
    assert data["received"].endswith(":00:00+00:00")
    assert data["log"]["head"] in found.read("read-me.txt").decode()


def test_nothing_of_the_desk_and_nobody_s_name_is_in_it(visitor):
    _, found = parcel(visitor)
    whole = b"".join(found.read(name) for name in found.namelist()).lower()
    for word in (b"tureluur", b"hanna", b"nachtuil@"):
        assert word not in whole, word


def test_names_of_files_stay_inside_the_folder_where_it_is_unpacked(visitor):
    _, found = parcel(visitor)
    assert not [name for name in found.namelist() if ".." in name or name.startswith("/") or "\\" in name]


def test_it_is_for_who_shows_the_receipt_alone_and_speaks_their_language(visitor, portal):
    assert Reporter(portal).client.get("/my/everything.zip").status_code == 404
    _, found = parcel(visitor, "/my/everything.zip?lang=nl")
    assert found.namelist()[0] in ("lees-mij.txt", "read-me.txt")
