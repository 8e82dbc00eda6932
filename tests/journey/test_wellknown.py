"""Where programs look for us, with the programs that look: GnuPG by Web Key Directory, sectxt for security.txt."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journey import network
from tests.journey.network import Network
from tests.journey.program import CONTACT, Program, answers, until
from tests.vault.gnupg import Person, a_person

pytestmark = pytest.mark.real

HOST = "meld.voorbeeldstad.example"
DIRECTORY = "openpgpkey." + CONTACT.partition("@")[2]
SECURITY_TXT = "/.well-known/security.txt"
# what sectxt has to say about a host, as its own users run it
JUDGE = """
import json, sys
from sectxt import SecurityTXT
s = SecurityTXT(sys.argv[1])
print(json.dumps({"errors": s.errors, "recommendations": s.recommendations, "notifications": s.notifications,
                  "found": s.resolved_url, "lines": [line["value"] for line in s.lines]}))
"""


@pytest.fixture
def house(program: Program) -> Program:
    program.environ["MELDPUNT_PUBLIC_URL"] = f"https://{HOST}"
    program.found()
    program.start()
    until("security.txt to lie ready", lambda: answers(program.portal + SECURITY_TXT))
    return program


@pytest.fixture
def internet(house: Program, tmp_path: Path) -> Iterator[Network]:
    if why := network.why_not():
        pytest.skip(why)
    with network.network(tmp_path / "internet", (HOST, DIRECTORY), house.web) as net:
        yield net


@pytest.fixture
def somebody() -> Iterator[Person]:
    with a_person("rui@example.org") as somebody:
        yield somebody


def fetched(house: Program) -> bytes:
    with urllib.request.urlopen(house.portal + SECURITY_TXT, timeout=10) as answer:
        return answer.read()


def test_gpg_finds_our_key_and_sectxt_has_nothing_to_say(house: Program, internet: Network, somebody: Person) -> None:
    fingerprint = house.answer("keys", "list")[0]["fingerprint"]
    home = ("--homedir", str(somebody.home), "--batch", "--no-autostart")
    assert not somebody.gpg("--list-keys", CONTACT)

    looked = internet.run("gpg", *home[:3], "--auto-key-locate", "clear,nodefault,wkd", "--locate-keys", CONTACT)
    assert looked.returncode == 0, looked.stderr
    listed = somebody.gpg("--with-colons", "--list-keys", CONTACT).decode().splitlines()
    assert f"fpr:::::::::{fingerprint}:" in listed
    assert [line.split(":")[9].rpartition("<")[2] for line in listed if line.startswith("uid")] == [f"{CONTACT}>"]

    judged = internet.run(sys.executable, "-c", JUDGE, HOST, REQUESTS_CA_BUNDLE=str(internet.folder / "ca.pem"))
    assert judged.returncode == 0, judged.stderr
    verdict = json.loads(judged.stdout)
    assert (verdict["errors"], verdict["recommendations"], verdict["notifications"]) == ([], [], [])
    assert verdict["found"] == f"https://{HOST}{SECURITY_TXT}"

    status = somebody.home / "status"
    plain = somebody.run("--status-file", str(status), "--decrypt", given=fetched(house)).stdout.decode()
    assert f"VALIDSIG {fingerprint}" in status.read_text(errors="replace")  # by the key that gpg has just found
    assert f"Contact: mailto:{CONTACT}\n" in plain and f"Encryption: openpgp4fpr:{fingerprint}\n" in plain
    assert somebody.encrypts(b"Found something.", CONTACT)
    _a_new_policy_is_in_it_by_itself(house)


def _a_new_policy_is_in_it_by_itself(house: Program) -> None:
    written = house.data / "policy.toml"
    text = written.read_text("utf-8")
    written.write_text(text.replace(CONTACT, "nieuw@voorbeeldstad.example"), "utf-8")
    house.answer("policy", "publish")
    until("the new address in security.txt", lambda: b"mailto:nieuw@voorbeeldstad.example" in fetched(house))
