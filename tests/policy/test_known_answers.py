"""Every row of the table of terms with known answers, when it is there: by the rules, and by the command line."""

import csv
import json
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from meldpunt.policy.rules import Term, Unit, WorkCalendar, due
from meldpunt.site import cli

ROOT = Path(__file__).parents[2]
TABLE = ROOT / os.environ.get("MELDPUNT_KNOWN_ANSWERS", "../shared") / "deadlines.csv"
CALENDAR = WorkCalendar(ZoneInfo("Europe/Amsterdam"))
TERMS = {
    "1_working_day": "1 working day",
    "3_working_days": "3 working days",
    "5_working_days": "5 working days",
    "CRA14_early_warning_24h": "24 hours",
    "CRA14_notification_72h": "72 hours",
    "CBW27_notification_72h": "72 hours",
    "GDPR33_72h": "72 hours",
    "CVE_record_after_public_72h_MUST": "72 hours",
    "CRA14_final_report_14d": "14 days",
    "NCSC_disclosure_60d": "60 days",
    "CERTCC_45d": "45 days",
    "CRA14_severe_incident_final_1m": "1 month",
    "CBW29_final_report_1m": "1 month",
    "GDPR12_3_1m": "1 month",
    "GDPR12_3_3m_extended": "3 months",
}


def rows(reading="default_due"):
    """The rows that have this reading; every one has the default."""
    if not TABLE.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="the table of known answers is not here"))]
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [pytest.param(row, id=f"{row['id']}-{row['clock']}") for row in csv.DictReader(file) if row[reading]]


@pytest.fixture
def deadline(capsys):
    """``meldpunt deadline --json``, in this process."""

    def asking(term, start, *options):
        assert cli.main(["deadline", term, "--from", start, "--json", *options]) == 0
        return json.loads(capsys.readouterr().out)

    return asking


@pytest.mark.parametrize("row", rows())
def test_a_known_answer(row, deadline):
    assert row["clock"] in TERMS, "a clock that is not known here"
    text = TERMS[row["clock"]]
    term = Term.read(text)
    end = due(term, datetime.fromisoformat(row["start_local"]), CALENDAR)
    assert end.late_from == datetime.fromisoformat(row["default_late_from_utc"])
    if term.unit is Unit.HOURS:
        assert end.late_from == datetime.fromisoformat(row["default_due"])
    else:
        assert end.due_on.isoformat() == row["default_due"]
    for start in (row["start_local"], row["start_utc"]):
        answer = deadline(text, start)
        assert answer["late_from"] == row["default_late_from_utc"]
        assert answer["due_on"] == end.due_on.isoformat()


@pytest.mark.parametrize("row", rows("plain_due"))
def test_a_known_answer_of_the_plain_reading(row, deadline):
    answer = deadline(TERMS[row["clock"]], row["start_local"])
    assert (answer["due_on"], answer["late_from"]) == (row["plain_due"], row["plain_late_from_utc"])


@pytest.mark.parametrize("row", rows("atwlist_due"))
def test_a_known_answer_with_the_decreed_days(row, deadline):
    answer = deadline(TERMS[row["clock"]], row["start_local"], "--equated-days")
    assert (answer["due_on"], answer["late_from"]) == (row["atwlist_due"], row["atwlist_late_from_utc"])


@pytest.mark.parametrize("row", rows("atw3_due"))
def test_a_known_answer_of_the_dutch_law_on_a_term_of_so_many_days(row, deadline):
    days = TERMS[row["clock"]].replace("working ", "")
    answer = deadline(days, row["start_local"], "--law", "atw")
    assert (answer["due_on"], answer["late_from"]) == (row["atw3_due"], row["atw3_late_from_utc"])


@pytest.mark.parametrize("row", rows("legal_outer"))
def test_a_known_answer_of_the_law_at_its_latest(row, deadline):
    law = "atw" if row["clock"].startswith("CBW29") else "eu-1182-71"
    answer = deadline(TERMS[row["clock"]], row["start_local"], "--law", law)
    if "T" in row["legal_outer"]:
        assert datetime.fromisoformat(answer["late_from"]) == datetime.fromisoformat(row["legal_outer"])
    else:
        assert answer["due_on"] == row["legal_outer"]
