"""The mailgate as it runs: a process on a real data folder, spoken to by a mail client."""

import os
import resource
import signal
import smtplib
import socket
import sqlite3
from contextlib import closing

import pytest
from tests.ports import free_address
from tests.works.engines import CONTACT, environ_for, until

from meldpunt.works.mailgate import is_ours

pytestmark = pytest.mark.real
LETTER = b"From: rui@reporter.example\r\nSubject: a weakness\r\n\r\nthe canary sings\r\n"


@pytest.fixture
def gate(folder, start):
    """A running mailgate: (address, engine, data folder)."""
    address = free_address()
    engine = start(environ_for(folder, lmtp=address), "meldpunt.works.mailgate")
    until(lambda: "listens" in engine.said)
    return address, engine, folder


def client(address: str) -> smtplib.LMTP:
    host, port = address.split(":")
    return smtplib.LMTP(host, int(port), timeout=20)


def spooled(data) -> list[tuple[str, bytes]]:
    with closing(sqlite3.connect(data / "meldpunt.sqlite3")) as database:
        return database.execute("SELECT door, sealed FROM intake_item ORDER BY id").fetchall()


def test_a_letter_is_sealed_in_the_spool_when_the_answer_comes(gate):
    address, _, data = gate
    with client(address) as line:
        line.sendmail("rui@reporter.example", CONTACT, LETTER)
        [(door, sealed)] = spooled(data)
    assert door == "lmtp"
    assert b"canary" not in sealed and b"reporter.example" not in sealed


def test_only_our_own_address_is_known(gate):
    address, _, data = gate
    with client(address) as line:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            line.sendmail("rui@reporter.example", "someone@else.example", LETTER)
        assert refused.value.recipients["someone@else.example"] == (550, b"5.1.1 Nobody here has that address.")
    assert spooled(data) == []


def test_an_empty_letter_is_refused_with_a_sentence(gate):
    address, _, data = gate
    with client(address) as line, pytest.raises(smtplib.SMTPDataError) as refused:
        line.sendmail("rui@reporter.example", CONTACT, b"\r\n\r\n")
    assert refused.value.smtp_code == 554 and b"empty" in refused.value.smtp_error
    assert spooled(data) == []


def test_a_letter_over_60_mib_is_refused_and_leaves_nothing_behind(gate):
    address, _, data = gate
    with client(address) as line:
        line.ehlo()
        line.docmd("MAIL FROM:<rui@reporter.example>")  # without announcing the size
        line.docmd(f"RCPT TO:<{CONTACT}>")
        code, words = line.data(LETTER + (b"x" * 998 + b"\r\n") * (61 << 10) + b"x" * (1 << 20))
    assert code == 552 and b"60 MiB" in words
    assert spooled(data) == []
    assert [path for path in (data / "files").rglob("*") if path.is_file()] == []


def test_a_large_letter_is_taken(gate):
    address, _, data = gate
    with client(address) as line:
        line.sendmail("rui@reporter.example", CONTACT, LETTER + (b"x" * 998 + b"\r\n") * (20 << 10))
    [(_, sealed)] = spooled(data)
    [file] = [path for path in (data / "files").rglob("*") if path.is_file()]
    assert len(sealed) < 10_000 and file.stat().st_size > 20 << 20


def test_trouble_with_the_database_is_try_again_and_passes(gate):
    address, engine, data = gate
    with client(address) as line:
        line.sendmail("rui@reporter.example", CONTACT, LETTER)
        with closing(sqlite3.connect(data / "meldpunt.sqlite3", isolation_level=None)) as database:
            database.execute("ALTER TABLE intake_item RENAME TO elsewhere")
            with pytest.raises(smtplib.SMTPDataError) as refused:
                line.sendmail("rui@reporter.example", CONTACT, LETTER)
            assert refused.value.smtp_code == 451 and b"try again later" in refused.value.smtp_error
            database.execute("ALTER TABLE elsewhere RENAME TO intake_item")
        line.sendmail("rui@reporter.example", CONTACT, LETTER)
    assert len(spooled(data)) == 2
    assert "OperationalError" in engine.said
    assert "canary" not in engine.said and "reporter" not in engine.said


def test_a_full_disk_is_try_again_and_passes(gate):
    """A limit on the size of files is what a full disk looks like to a process, and needs no other disk."""
    address, engine, data = gate
    room = (data / "meldpunt.sqlite3").stat().st_size + (256 << 10)
    _, hard = resource.prlimit(engine.process.pid, resource.RLIMIT_FSIZE)
    taken, refused = 0, None
    with client(address) as line:
        resource.prlimit(engine.process.pid, resource.RLIMIT_FSIZE, (room, hard))
        while refused is None and taken < 200:
            try:
                line.sendmail("rui@reporter.example", CONTACT, LETTER + b"x" * 60_000)
                taken += 1
            except smtplib.SMTPDataError as no:
                refused = no
        assert refused is not None and refused.smtp_code == 451
        with pytest.raises(smtplib.SMTPDataError):  # a file of its own does not fit either
            line.sendmail("rui@reporter.example", CONTACT, LETTER + b"x" * 2_000_000)
        resource.prlimit(engine.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        line.sendmail("rui@reporter.example", CONTACT, LETTER)
    assert len(spooled(data)) == taken + 1


def test_what_was_acknowledged_is_there_after_sigkill(gate):
    address, engine, data = gate
    acknowledged = 0
    with client(address) as line:
        for _ in range(20):
            line.sendmail("rui@reporter.example", CONTACT, LETTER)
            acknowledged += 1
        engine.hears(signal.SIGKILL)
    engine.ends()
    assert len(spooled(data)) == acknowledged


def test_sigterm_ends_it_at_once_when_nobody_writes(gate):
    _, engine, _ = gate
    engine.hears(signal.SIGTERM)
    assert engine.ends(5) == 0


def test_an_address_in_use_is_one_sentence(folder, start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        engine = start(environ_for(folder, lmtp=address), "meldpunt.works.mailgate")
        assert engine.ends() == 1
    assert engine.said == f"LMTP cannot listen on {address}: address already in use.\n"


def test_files_are_for_their_owner_only(gate):
    address, _, data = gate
    with client(address) as line:
        line.sendmail("rui@reporter.example", CONTACT, LETTER)
        loose = [path.name for path in data.rglob("*") if os.stat(path).st_mode & 0o077]
    assert loose == []


@pytest.mark.parametrize(
    ("recipient", "ours"),
    [
        (CONTACT, True),
        (CONTACT.upper(), True),
        ("meldpunt+mp-2026-0001.abc@voorbeeldstad.example", True),
        ("meldpunt+@VOORBEELDSTAD.EXAMPLE", True),
        ("postmaster@voorbeeldstad.example", True),
        ("Postmaster", True),
        ("meldpunten@voorbeeldstad.example", False),
        ("meldpunt@elders.example", False),
        ("postmaster@elders.example", False),
        ("meldpunt@sub.voorbeeldstad.example", False),
        ("meldpunt", False),
        ("@voorbeeldstad.example", False),
        ("", False),
    ],
)
def test_who_is_reached(recipient, ours):
    assert is_ours(recipient, CONTACT) is ours


def test_both_spellings_of_a_domain_are_one():
    assert is_ours("a@xn--bcher-kva.example", "a@bücher.example")
