"""The command line, in processes of its own: what another program sees."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from meldpunt.policy.document import default_text

SOURCE = Path(__file__).parents[2] / "src"
CALL = """
import argparse, sys
from meldpunt.site.cli_policy import add_commands
parser = argparse.ArgumentParser("meldpunt")
add_commands(parser.add_subparsers(required=True))
args = parser.parse_args()
code = args.run(args)
assert "django" not in sys.modules, "this must start without Django"
sys.exit(code)
"""


def meldpunt(*args: str, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that needs neither Django nor a database."""
    return subprocess.run(
        [sys.executable, "-c", CALL, *args],
        env={"PYTHONPATH": str(SOURCE), "MELDPUNT_DATA": str(data or "/nowhere")},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_deadline_in_the_shape_that_other_tools_rely_on():
    done = meldpunt("deadline", "3 working days", "--from", "2026-04-03T16:30+02:00", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert list(answer) == ["due_on", "late_from", "skipped", "rule"]
    assert answer["due_on"] == "2026-04-09"
    assert answer["late_from"] == "2026-04-09T22:00:00Z"
    assert answer["skipped"] == [{"day": "2026-04-06", "why": "Easter Monday"}]


def test_deadline_for_people():
    done = meldpunt("deadline", "3 werkdagen", "--from", "2026-04-03T16:30")
    assert done.returncode == 0
    assert done.stdout.startswith("Due Thursday 9 April 2026, end of day, Amsterdam time.\n")
    assert "Not counted: Monday 6 April 2026 (Easter Monday)." in done.stdout


def test_deadline_in_hours_says_the_hour():
    done = meldpunt("deadline", "72 hours", "--from", "2026-04-03T16:30")
    assert done.stdout.startswith("Due Monday 6 April 2026, 16:30, Amsterdam time.\n")


def test_deadline_counts_from_now_when_nothing_is_said():
    assert meldpunt("deadline", "1 working day").returncode == 0


def test_deadline_warns_beyond_the_last_decree():
    done = meldpunt("deadline", "3 days", "--from", "2029-05-01T10:00", "--equated-days", "--json")
    assert "2028" in done.stderr
    assert json.loads(done.stdout)["due_on"] == "2029-05-04"


@pytest.mark.parametrize(
    "args",
    [("a while",), ("3 days", "--from", "2026-03-29T02:30"), ("3 days", "--zone", "Mars/Base"), ()],
)
def test_deadline_refuses_wrong_usage_with_a_sentence(args):
    done = meldpunt("deadline", *args)
    assert done.returncode == 2
    assert "meldpunt" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_good_policy_file_checks(tmp_path):
    (tmp_path / "policy.toml").write_text(default_text(name="Acme", contact="cvd@acme.example"), "utf-8")
    done = meldpunt("policy", "check", data=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "can be published" in done.stdout


def test_a_bad_policy_file_is_refused_with_line_and_reason(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("languages = [\n", "utf-8")
    done = meldpunt("policy", "check", str(file), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["valid"] is False
    assert json.loads(done.stdout)["line"] == 1


@pytest.mark.parametrize("make", [lambda file: None, lambda file: file.mkdir(), lambda file: file.write_bytes(b"\xff")])
def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path, make):
    make(tmp_path / "policy.toml")
    done = meldpunt("policy", "check", data=tmp_path)
    assert done.returncode == 2
    assert "policy.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_deadline_counts_as_a_policy_does(tmp_path):
    text = default_text(name="Acme", contact="cvd@acme.example")
    text = text.replace("closing_days = []", "closing_days = [2026-04-07]").replace("# cut_off", "cut_off")
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    asked = (
        "deadline",
        "3 working days",
        "--from",
        "2026-04-02T17:00",
        "--json",
        "--policy",
        str(tmp_path / "mine.toml"),
    )
    answer = json.loads(meldpunt(*asked).stdout)
    assert answer["due_on"] == "2026-04-10"
    assert [one["day"] for one in answer["skipped"]] == ["2026-04-06", "2026-04-07"]


def test_deadline_abroad_and_by_law():
    done = meldpunt("deadline", "3 working days", "--from", "2026-07-17T12:00", "--country", "BE", "--json")
    assert json.loads(done.stdout)["due_on"] == "2026-07-23"
    done = meldpunt("deadline", "1 month", "--from", "2026-11-26T10:00", "--law", "atw", "--json")
    assert json.loads(done.stdout)["due_on"] == "2026-12-28"
    done = meldpunt("deadline", "1 month", "--country", "XX")
    assert (done.returncode, "not known here" in done.stderr) == (2, True)


def test_check_says_when_the_calendar_runs_out(tmp_path):
    text = default_text(name="Acme", contact="cvd@acme.example")
    (tmp_path / "policy.toml").write_text(text.replace("closing_days = []", "closing_days = [2019-12-24]"), "utf-8")
    done = meldpunt("policy", "check", data=tmp_path)
    assert "Beware: The last closing day of the calendar was 2019-12-24" in done.stdout
    assert json.loads(meldpunt("policy", "check", "--json", data=tmp_path).stdout)["warnings"]


@pytest.mark.parametrize("command", [("deadline",), ("policy",), ("policy", "check"), ("policy", "approve")])
def test_help_shows_an_example(command):
    done = subprocess.run(
        [sys.executable, "-c", CALL, *command, "--help"],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0
    assert "example" in done.stdout
