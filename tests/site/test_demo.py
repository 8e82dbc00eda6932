"""The example house, as it is made on the command line."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.works.engines import environ_for

from meldpunt.policy.calendar import WorkCalendar

ZONE = ZoneInfo("Europe/Amsterdam")
Run = Callable[..., subprocess.CompletedProcess[str]]


def run_in(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "meldpunt.site.cli", *words]
    return subprocess.run(command, env=environ_for(data), capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """The example, made once, and what the command said of it."""
    data = tmp_path_factory.mktemp("demo") / "data"
    done = run_in(data, "demo", "--json")
    assert done.returncode == 0, done.stderr
    return data, json.loads(done.stdout)


@pytest.mark.real
def test_it_says_how_to_come_in(made):
    data, said = made
    assert said["data"] == str(data)
    assert [one["user"] for one in said["handlers"]] == ["hanna", "joris"]
    assert all(one["password"] and one["totp_secret"] for one in said["handlers"])
    assert len(said["receipt"].replace("-", "")) == 27


@pytest.mark.real
def test_there_is_something_in_every_state(made):
    data, said = made
    owed = json.loads(run_in(data, "due", "--json").stdout)
    states = Counter((one["kind"], one["state"]) for one in owed)
    assert states["assessment", "late"] == 1
    assert states["fix", "late"] == 1
    assert states["fix", "due-today"] == 1  # on any day of the week
    assert states["assessment", "open"] + states["assessment", "due-today"] == 5
    pages = [json.loads(run_in(data, "case", ref, "--json").stdout) for ref in said["cases"]]
    kept = Counter(promise["state"] for page in pages for promise in page["promises"])
    assert kept["kept"] >= 4
    assert kept["kept-late"] == 1
    items = [item for page in pages for item in page["items"]]
    assert {"letter", "note", "event"} == {item["item"] for item in items}
    assert {"sent", "undelivered", "page"} <= {item.get("delivery") for item in items}
    assert any(item.get("files") for item in items)
    assert {page["case"]["protection"] for page in pages} >= {"unprotected", "confidential"}
    assert {page["case"]["language"] for page in pages} == {"nl", "en"}


@pytest.mark.real
def test_nothing_is_wrong_in_it_and_nothing_waits_to_be_sent(made):
    data, _ = made
    assert run_in(data, "ledger", "verify").returncode == 0
    findings = [json.loads(line) for line in run_in(data, "doctor", "--json").stdout.splitlines()]
    assert [one for one in findings if one["state"] == "fail"] == []
    assert next(one["found"] for one in findings if one["what"] == "outbox").startswith("0 ")


@pytest.mark.real
def test_a_second_one_in_the_same_folder_is_refused(made):
    data, _ = made
    done = run_in(data, "demo")
    assert done.returncode == 1
    assert f"There is a Meldpunt in {data} already." in done.stderr
    assert f"MELDPUNT_DATA={data} meldpunt up" in done.stderr


@pytest.mark.parametrize("day", range(7))
def test_on_every_day_of_the_week_the_story_stays_in_order(day):
    from meldpunt.site import demo  # here: its rooms exist in an open house only

    calendar = WorkCalendar(zone=ZONE)
    now = datetime(2026, 4, 1, 0, 20, tzinfo=UTC) + timedelta(days=day)  # with Easter among them
    told = demo.story()
    acts = demo.acts(told, calendar, now)
    assert len(acts) == sum(len(case["act"]) for case in told["case"])
    assert acts[-1].at <= now
    for case in told["case"]:
        moments = [act.at for act in acts if act.case is case]
        assert [act.words for act in acts if act.case is case] == case["act"]
        assert moments == sorted(set(moments))
