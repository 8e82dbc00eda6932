"""``meldpunt policy`` against a real database."""

import argparse
import json

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
    assert shown["policy"]["promises"][0]["term"] == "3 working days"

    [line] = json.loads(run("policy", "versions", "--json")[1].out)
    assert (line["version"], line["by"]) == (1, "operator:command line")


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
