"""The score at the desk."""

import csv
import io
import re

from tests.cast import DAY, HANNA, HOUR, MONDAY_NINE, OPENER

from meldpunt.cases.events import CaseOpened
from meldpunt.ledger import log
from meldpunt.triage.events import CaseAssessed
from meldpunt.works.followers import catch_up


def case(ref, after):
    fact = CaseOpened(MONDAY_NINE.isoformat(), "form", 1, "en", "page", "unprotected")
    log.append(ref, fact, by=OPENER, now=MONDAY_NINE)
    judged = CaseAssessed("confirmed", "high", "2026-04-20", "hanna", 1, False)
    log.append(ref, judged, by=HANNA, now=MONDAY_NINE + after)
    catch_up()


def test_it_is_exact_and_names_the_cases(desk):
    case("VB-2026-0001", HOUR)
    case("VB-2026-0002", 9 * DAY)

    page = desk.text("/score/")

    row = page[page.index("2026, quarter 1</th>") :].partition("</tr>")[0]
    assert re.findall(r'data-head="([^"]*)">(\d+)<', row) == [
        ("Kept", "1"),
        ("Kept late", "1"),
        ("Missed", "0"),
        ("All", "2"),
    ]
    assert re.search(r"quarter 1: Kept late</dt><dd><a[^>]*>VB-2026-0002</a> </dd>", page)
    assert "VB-2026-0001" not in page[: page.index('id="P4"')]
    assert "4 working days" in page  # the median of none and seven, not flattered


def test_the_plot_has_a_pattern_and_a_number_for_every_part(desk):
    case("VB-2026-0001", HOUR)
    case("VB-2026-0002", 9 * DAY)
    page = desk.text("/score/")
    drawn = page[page.index('<svg class="plot" viewBox="0 0') :]
    for outcome in ("kept", "kept-late", "missed"):
        assert f'fill="url(#score-{outcome})"' in drawn
        assert f'id="score-{outcome}"' in page
    assert 'role="img" aria-label="' in drawn


def test_the_csv_has_every_quarter(desk):
    case("VB-2026-0001", HOUR)
    case("VB-2026-0002", 9 * DAY)
    answer = desk.get("/score.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    first = next(row for row in rows if row["promise"] == "P1")
    assert (first["quarter"], first["kept"], first["kept_late"]) == ("2026-Q1", "1", "1")
    assert (first["median_working_days"], first["cases_kept_late"]) == ("4", "VB-2026-0002")


def test_it_says_when_there_is_nothing(desk):
    assert "Nothing has been promised yet." in desk.text("/score/")
