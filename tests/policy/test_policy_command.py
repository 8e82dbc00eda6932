"""``meldpunt policy`` against a real database."""

import argparse
import json
import os
import pwd

import pytest

from meldpunt.policy.document import default_text, digest_of
from meldpunt.site.cli_policy import add_commands

pytestmark = pytest.mark.django_db
TEXT = default_text(name="Gemeente Voorbeeldstad", contact="cvd@voorbeeldstad.example", prefix="VB")


@pytest.fixture
def run(capsys):
    """Run a command; gives its exit code and what it printed."""
    parser = argparse.ArgumentParser("meldpunt")
    add_commands(parser.add_subparsers(required=True))

    def running(*words):
        args = parser.parse_args([str(word) for word in words])
        code = args.run(args)
        return code, capsys.readouterr()

    return running


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(TEXT, "utf-8")
    return path


def test_nothing_to_show_is_not_so(run):
    code, printed = run("policy", "show")
    assert code == 1
    assert "No policy has been published yet." in printed.err


def test_publish_show_and_list(run, file):
    assert run("policy", "publish", file)[0] == 0
    code, printed = run("policy", "show")
    assert code == 0
    assert printed.out.endswith(TEXT)

    shown = json.loads(run("policy", "show", "--json")[1].out)
    assert shown["version"] == 1
    assert shown["digest"] == digest_of(TEXT)
    assert shown["policy"]["promises"][0]["title"]["nl"] == "Antwoord binnen drie werkdagen"
    assert shown["policy"]["promises"][0]["terms"] == {"assessment": "3 working days"}

    [line] = json.loads(run("policy", "versions", "--json")[1].out)
    assert (line["version"], line["by"]) == (1, f"operator:{pwd.getpwuid(os.getuid()).pw_name}")


def test_publishing_the_same_again_is_not_so(run, file):
    run("policy", "publish", file)
    code, printed = run("policy", "publish", file, "--json")
    assert code == 1
    assert json.loads(printed.out) == {"error": "Version 1 says exactly this already."}


def test_publishing_a_bad_file_names_the_line(run, file):
    file.write_text(TEXT.replace('"14 days"', '"a while"'), "utf-8")
    code, printed = run("policy", "publish", file)
    assert code == 1
    assert 'No such term: "a while"' in printed.err
    assert printed.err.startswith("meldpunt: Line ")


def test_publishing_an_absent_file_is_wrong_usage(run, tmp_path):
    assert run("policy", "publish", tmp_path / "absent.toml")[0] == 2


TWO = TEXT.replace("second_person_for_policy = false", "second_person_for_policy = true")


def test_preview_says_the_clocks_and_the_changes(run, file):
    run("policy", "publish", file)
    file.write_text(TEXT.replace('"3 working days"', '"5 working days"'), "utf-8")
    code, printed = run("policy", "preview", file)
    assert code == 0
    assert "A report received now: assessment due " in printed.out
    assert "Changed: the term for the assessment, from three working days to five working days." in printed.out
    shown = json.loads(run("policy", "preview", file, "--json")[1].out)
    assert [one["kind"] for one in shown["clocks"]] == ["assessment", "longest_gap"]
    assert shown["changes"][0]["nl"].startswith("Veranderd: ")
    assert [one["version"] for one in json.loads(run("policy", "versions", "--json")[1].out)] == [1]


def test_two_people_are_two_accounts_and_one_is_refused(run, file):
    file.write_text(TWO, "utf-8")
    run("policy", "publish", file)
    file.write_text(TWO.replace('"14 days"', '"10 days"'), "utf-8")
    code, printed = run("policy", "publish", file)
    assert (code, "two people" in printed.err) == (1, True)

    made = json.loads(run("policy", "propose", file, "--summary", "Ten days.", "--json")[1].out)["proposal"]
    [waiting] = json.loads(run("policy", "proposals", "--json")[1].out)
    assert (waiting["proposal"], waiting["summary"], waiting["follows"]) == (made, "Ten days.", 1)
    code, printed = run("policy", "approve", made)
    assert (code, "You proposed this yourself" in printed.err) == (1, True)
    assert run("policy", "withdraw", made)[0] == 0
    assert run("policy", "withdraw", made)[0] == 1
    assert json.loads(run("policy", "proposals", "--json")[1].out) == []


def test_a_proposal_is_approved_and_its_summary_is_kept(run, file):
    run("policy", "publish", file)
    file.write_text(TEXT.replace('"14 days"', '"10 days"'), "utf-8")
    made = json.loads(run("policy", "propose", file, "--summary", "Ten days.", "--json")[1].out)["proposal"]
    assert json.loads(run("policy", "approve", made, "--json")[1].out) == {"version": 2}
    newest, first = json.loads(run("policy", "versions", "--json")[1].out)
    assert (newest["summary"], first["summary"]) == ("Ten days.", "")
    assert newest["proposed_by"] == newest["by"]
    assert "Ten days." in run("policy", "versions")[1].out
