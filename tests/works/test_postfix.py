"""From a real Postfix, set up as the manual says, into the spool."""

import os
import shutil
import smtplib
import subprocess
import tempfile
from pathlib import Path

import pytest
from tests.ports import free_address
from tests.works.engines import CONTACT, environ_for, until
from tests.works.outside import count, lacking, letters, program, snippet

pytestmark = pytest.mark.real
DOMAIN = CONTACT.partition("@")[2]
SYSTEM_PORT = "127.0.0.1:8024"  # what the manual writes
ODD = (
    b"From: rui@reporter.example\r\nMessage-ID: <1@reporter.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
    b"Subject: a weakness\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n\r\n.a dot\r\n..two\r\n \r\ncaf\xc3\xa9\r\n"
    + b"long" * 5_000
    + b"\r\n\r\nend\r\n"
)
LARGE = ODD + (b"x" * 998 + b"\r\n") * (12 << 10)  # over Postfix's own limit of 10 MB

# What a test needs and an operator has: folders and ports of its own, and a domain that it takes mail for.
MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/log
maillog_file_prefixes = {home}
myhostname = mail.{domain}
mydestination =
local_recipient_maps =
relay_domains = {domain}
relay_recipient_maps = inline:{{ {contact}=x, other@{domain}=x }}
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_host_lookup = native
lmtp_host_lookup = native
alias_maps =
alias_database =
mailbox_size_limit = 0
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 2s
default_transport = error:nothing leaves this test
relay_transport = error:no such mailbox here
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


class Postfix:
    """Takes mail at ``address`` and hands it to LMTP at the other one."""

    def __init__(self, lmtp: str) -> None:
        self._program = program("postfix", "postfix")
        if os.getuid() != 0:
            lacking("Postfix can be started by root only")
        self.home = Path(tempfile.mkdtemp(prefix="postfix-"))  # short, and others may go through it
        self.home.chmod(0o755)
        self.address = free_address()
        for name in ("config", "queue", "data"):
            (self.home / name).mkdir()
        shutil.chown(self.home / "data", "postfix")
        transport = self.home / "config" / "transport"
        transport.write_text(self._of_manual("transport", SYSTEM_PORT, lmtp))
        main = self._of_manual("main.cf", "/etc/postfix/transport", str(transport))
        ours = MAIN.format(home=self.home, domain=DOMAIN, contact=CONTACT)
        (self.home / "config" / "main.cf").write_text(ours + main)
        (self.home / "config" / "master.cf").write_text(MASTER.format(port=self.address.split(":")[1]))
        self._says("start")

    @staticmethod
    def _of_manual(name: str, theirs: str, ours: str) -> str:
        text = snippet(name)
        assert text.count(theirs) == 1
        return text.replace(theirs, ours)

    def _says(self, word: str) -> None:
        command = [self._program, "-c", str(self.home / "config"), word]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr + self.log

    @property
    def log(self) -> str:
        path = self.home / "log"
        return path.read_text() if path.exists() else ""

    def remove(self) -> None:
        self._says("stop")
        shutil.rmtree(self.home)


@pytest.fixture(scope="module")
def lmtp() -> str:
    return free_address()


@pytest.fixture(scope="module")
def postfix(lmtp):
    one = Postfix(lmtp)
    yield one
    one.remove()


@pytest.fixture
def gate(folder, start, lmtp):
    engine = start(environ_for(folder, lmtp=lmtp), "meldpunt.works.mailgate")
    until(lambda: "listens" in engine.said)
    return engine


def sends(postfix: Postfix, letter: bytes, *recipients: str) -> None:
    host, port = postfix.address.split(":")
    with smtplib.SMTP(host, int(port), timeout=20) as line:
        line.sendmail("rui@reporter.example", recipients or [CONTACT], letter, ["BODY=8BITMIME"])


@pytest.mark.parametrize("letter", [ODD, LARGE], ids=["odd", "large"])
def test_a_letter_arrives_byte_for_byte(postfix, gate, folder, letter):
    sends(postfix, letter)
    until(lambda: count(folder) == 1)
    [found] = letters(folder)
    received, kept = found[: -len(letter)], found[-len(letter) :]
    assert kept == letter
    assert received.startswith((b"Received: ", b"Return-Path: ")) and received.endswith(b"\r\n")
    assert b"canary" not in gate.said.encode() and gate.said.count("\n") == 1


def test_an_address_with_a_plus_arrives_and_another_mailbox_does_not(postfix, gate, folder):
    name, _, domain = CONTACT.partition("@")
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="no such mailbox here"):
        sends(postfix, ODD, f"other@{domain}")
    sends(postfix, ODD, f"{name}+VB-2026-0001@{domain}")
    until(lambda: count(folder) == 1)


def test_what_comes_while_meldpunt_is_away_waits_and_arrives(postfix, folder, start, lmtp):
    sends(postfix, ODD)
    until(lambda: "Connection refused" in postfix.log)
    engine = start(environ_for(folder, lmtp=lmtp), "meldpunt.works.mailgate")
    until(lambda: "listens" in engine.said)
    until(lambda: count(folder) == 1, 30)
    assert letters(folder)[0].endswith(ODD)
