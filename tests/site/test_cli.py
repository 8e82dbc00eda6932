"""The command line, as it is typed."""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.works.engines import CONTACT, environ_for

from meldpunt.site import cli

Run = Callable[..., subprocess.CompletedProcess[str]]
PLAIN = b"From: Rui <rui@reporter.example>\nSubject: een lek\nMessage-ID: <one@r.example>\n\nDe deur staat open.\n"
KEYS = {
    "source",
    "outcome",
    "why",
    "case",
    "protection",
    "form",
    "signer",
    "automatic",
    "subject",
    "text",
    "attachments",
}


@pytest.fixture
def meldpunt(folder: Path) -> Run:
    """Runs a command on a fresh founded folder."""

    def run(*words: str, given: bytes = b"", data: Path = folder) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "meldpunt.site.cli", *words],
            env=environ_for(data),
            input=given,
            capture_output=True,
            timeout=60,
        )
        return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def leaves(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    subs = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return [leaf for sub in subs for one in sub.choices.values() for leaf in leaves(one)] if subs else [parser]


def test_every_command_takes_json_and_shows_an_example():
    for leaf in leaves(cli.parser()):
        assert "example" in (leaf.epilog or ""), leaf.prog
        assert "--json" in leaf.format_help(), leaf.prog


def test_help_answers_without_loading_the_house():
    code = "import sys; from meldpunt.site import cli; cli.parser(); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("words", [[], ["nonsense"], ["case"], ["deadline", "soon"]])
def test_wrong_usage_is_2(words, capsys):
    try:
        assert cli.main(words) == 2
    except SystemExit as end:
        assert end.code == 2


@pytest.mark.real
def test_a_folder_without_a_house_is_a_sentence(meldpunt, tmp_path):
    done = meldpunt("due", data=tmp_path / "nothing")
    assert done.returncode == 1
    assert done.stderr.startswith(f"meldpunt: There is no Meldpunt in {tmp_path}/nothing yet.")
    assert not (tmp_path / "nothing").exists()


@pytest.mark.real
def test_init_makes_a_folder_for_its_owner_and_a_link_for_the_handler(meldpunt, tmp_path):
    data = tmp_path / "new"
    words = ("init", "--name", 'Naam "met" tekens', "--contact", CONTACT, "--handler", "hanna", "--json")
    done = meldpunt(*words, data=data)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["policy_version"] == 1 and len(made["fingerprint"]) == 40
    assert made["link"].startswith("http://127.0.0.1:8081/welcome/hanna/")
    assert [path.name for path in (data, *data.rglob("*")) if os.stat(path).st_mode & 0o077] == []
    again = meldpunt(*words, data=data)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == f"meldpunt: There is a Meldpunt in {data} already.\n"


@pytest.mark.real
def test_init_with_a_password_gives_the_code_generator(meldpunt, tmp_path):
    (tmp_path / "password").write_text("vier losse woorden samen\n")
    data = tmp_path / "new"
    words = ["init", "--name", "N", "--contact", CONTACT, "--handler", "hanna", "--handler-name", "Hanna"]
    done = meldpunt(*words, "--password-file", str(tmp_path / "password"), "--json", data=data)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["totp_url"].startswith("otpauth://totp/")
    [user] = json.loads(meldpunt("user", "list", "--json", data=data).stdout)
    assert (user["username"], user["name"], user["has_code"]) == ("hanna", "Hanna", True)


@pytest.mark.real
def test_init_refuses_what_cannot_be_an_address(meldpunt, tmp_path):
    done = meldpunt("init", "--name", "N", "--contact", "not an address", data=tmp_path / "new")
    assert done.returncode == 1
    assert "is not a mail address" in done.stderr
    assert not (tmp_path / "new" / "keys" / "founded").exists()


@pytest.mark.real
def test_letters_become_cases_with_a_line_each(meldpunt, tmp_path):
    (tmp_path / "one.eml").write_bytes(PLAIN)
    reply = PLAIN.replace(b"<one@", b"<two@").replace(b"\n\n", b"\nIn-Reply-To: <one@r.example>\n\n", 1)
    (tmp_path / "box").write_bytes(b"From a Mon Nov 23 10:00:00 2026\n" + reply + b"\n")
    (tmp_path / "empty").write_bytes(b"")
    paths = [str(tmp_path / name) for name in ("one.eml", "box", "empty")]
    done = meldpunt("intake", *paths, "--json")
    assert done.returncode == 1, done.stderr
    opened, joined, refused = (json.loads(line) for line in done.stdout.splitlines())
    assert all(set(line) == KEYS for line in (opened, joined, refused))
    assert (opened["outcome"], opened["protection"], opened["form"]) == ("opened", "unprotected", "none")
    assert (opened["subject"], opened["text"].strip()) == ("een lek", "De deur staat open.")
    assert (joined["source"], joined["outcome"], joined["case"]) == (f"{paths[1]}#1", "joined", opened["case"])
    assert (refused["outcome"], refused["why"], refused["case"]) == ("refused", "The letter is empty.", None)

    [owed] = json.loads(meldpunt("due", "--json").stdout)
    assert (owed["case"], owed["kind"], owed["state"]) == (opened["case"], "assessment", "open")
    case = json.loads(meldpunt("case", opened["case"].lower(), "--json").stdout)
    assert case["reporter"]["address"] == "rui@reporter.example"
    assert [item["kind"] for item in case["items"] if item["item"] == "letter"] == ["report", "from-reporter"]
    head = case["head"]
    stands = meldpunt("ledger", "verify", "--case", opened["case"], "--head", head[:16], "--json")
    assert stands.returncode == 0 and json.loads(stands.stdout)["head_stands"] is True
    assert meldpunt("ledger", "verify", "--case", opened["case"], "--head", "0" * 16).returncode == 1


@pytest.mark.real
def test_an_encrypted_letter_through_a_pipe(meldpunt, tmp_path):
    if not shutil.which("gpg"):
        pytest.skip("gnupg is not installed")
    key = meldpunt("keys", "export").stdout
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--trust-model", "always"]
    subprocess.run([*gpg, "--import"], input=key.encode(), check=True)
    armoured = subprocess.run(
        [*gpg, "--armor", "--encrypt", "--recipient", CONTACT], input=b"geheim\n", capture_output=True, check=True
    ).stdout
    done = meldpunt("intake", "-", "--json", given=b"From: a@a.example\nSubject: x\n\n" + armoured)
    line = json.loads(done.stdout)
    assert (line["source"], line["outcome"], line["form"]) == ("-", "opened", "inline")
    assert (line["protection"], line["text"].strip()) == ("confidential", "geheim")


@pytest.mark.real
def test_the_ledger_is_whole_until_a_byte_is_changed(meldpunt, folder):
    assert meldpunt("ledger", "verify").returncode == 0
    with closing(sqlite3.connect(folder / "meldpunt.sqlite3")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE ledger_entry SET kind = kind || 'x' WHERE number = 2")
        database.commit()
    done = meldpunt("ledger", "verify", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["whole"] is False


@pytest.mark.real
def test_keys_are_listed_exported_and_imported(meldpunt, tmp_path):
    [key] = json.loads(meldpunt("keys", "list", "--json").stdout)
    exported = meldpunt("keys", "export").stdout
    assert exported.startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----")
    (tmp_path / "key.asc").write_text(exported)
    done = meldpunt("keys", "import", str(tmp_path / "key.asc"), "--json")
    assert json.loads(done.stdout) == [{"fingerprint": key["fingerprint"], "secret": False}]
    (tmp_path / "junk").write_text("no key at all")
    junk = meldpunt("keys", "import", str(tmp_path / "junk"))
    assert junk.returncode == 1 and junk.stderr.startswith("meldpunt: ")


@pytest.mark.real
def test_handlers_come_and_go(meldpunt):
    added = meldpunt("user", "add", "hanna", "--name", "Hanna", "--json")
    assert "/welcome/hanna/" in json.loads(added.stdout)["link"]
    assert meldpunt("user", "add", "hanna").returncode == 1
    assert meldpunt("user", "disable", "hanna").returncode == 0
    [user] = json.loads(meldpunt("user", "list", "--json").stdout)
    assert user["active"] is False
    assert meldpunt("user", "link", "nobody").returncode == 1


@pytest.mark.real
def test_the_doctor_finds_nothing_wrong_and_then_something(meldpunt, folder):
    done = meldpunt("doctor", "--json")
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = [one for one in findings if one["state"] == "fail" and one["what"] not in ("web", "desk", "lmtp")]
    assert wrong == []
    assert {one["what"] for one in findings} >= {"folder", "keys", "database", "policy", "spool", "ledger"}
    os.chmod(folder / "keys" / "vault.key", 0o644)
    (folder / "policy.toml").write_text("x = ")
    done = meldpunt("doctor")
    assert done.returncode == 1
    assert "fail  keys: others may read vault.key  -> chmod 600" in done.stdout
    assert "fail  policy: Line 1, column 5: this is not valid TOML" in done.stdout
    assert "ok    ledger: whole" in done.stdout  # one trouble hides no other answer


@pytest.mark.real
def test_a_reader_that_leaves_early_is_no_trouble(meldpunt, folder):
    command = f"{sys.executable} -m meldpunt.site.cli policy show | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], env=environ_for(folder), capture_output=True, text=True)
    assert "Traceback" not in done.stderr and done.returncode in (0, 141)
