"""Every row of the table of terms with known answers, when it is there."""

import csv
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from meldpunt.policy.rules import Term, Unit, WorkCalendar, due

ROOT = Path(__file__).parents[2]
TABLE = ROOT / os.environ.get("MELDPUNT_KNOWN_ANSWERS", "../shared") / "deadlines.csv"
CALENDAR = WorkCalendar(ZoneInfo("Europe/Amsterdam"))
WITH_DECREES = WorkCalendar(ZoneInfo("Europe/Amsterdam"), equated_days=True)
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


def rows(with_reading="default_due"):
    """The rows that have this reading; every one has the default."""
    if not TABLE.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="the table of known answers is not here"))]
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            pytest.param(row, id=f"{row['id']}-{row['clock']}") for row in csv.DictReader(file) if row[with_reading]
        ]


@pytest.mark.parametrize("row", rows())
def test_a_known_answer(row):
    assert row["clock"] in TERMS, "a clock that is not known here"
    term = Term.read(TERMS[row["clock"]])
    start = datetime.fromisoformat(row["start_local"])
    end = due(term, start, CALENDAR)
    assert end.late_from == datetime.fromisoformat(row["default_late_from_utc"])
    assert end == due(term, datetime.fromisoformat(row["start_utc"]), CALENDAR)
    if term.unit is Unit.HOURS:
        assert end.late_from == datetime.fromisoformat(row["default_due"])
    else:
        assert end.due_on.isoformat() == row["default_due"]


@pytest.mark.parametrize("row", rows("atwlist_due"))
def test_a_known_answer_with_the_decreed_days(row):
    end = due(Term.read(TERMS[row["clock"]]), datetime.fromisoformat(row["start_local"]), WITH_DECREES)
    assert end.due_on.isoformat() == row["atwlist_due"]
    assert end.late_from == datetime.fromisoformat(row["atwlist_late_from_utc"])
