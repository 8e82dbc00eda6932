"""The process that fetches, set up as the manual says: byte for byte, and nothing lost when it is killed."""

import signal
import threading

import pytest
from tests.works.dovecot import Dovecot
from tests.works.engines import environ_for, until
from tests.works.mailbox import LARGE, letter
from tests.works.outside import count, letters, replaced, snippet

from meldpunt.works.imap import TAKEN

pytestmark = pytest.mark.real
ODD = (
    b"From: rui@reporter.example\r\nSubject: caf\xc3\xa9\r\n\r\n.a dot\r\n..two\r\n \r\n\xff\xfe\r\n"
    + b"long" * 20_000
    + b"\r\n\r\nno end of line"
)


@pytest.fixture
def fetching(folder, start, user, password):
    """Start the engine on this mailbox, set up as the manual says; what it takes is in ``folder``."""

    def fetching(server: Dovecot, address: str = "", **changes: str):
        words = {"imap": address or server.tls_address, "imap_user": user, "imap_password_file": password, **changes}
        (folder / "meldpunt.toml").write_text(replaced(snippet("imap"), **words))
        environ = {**environ_for(folder), "SSL_CERT_FILE": str(server.home / "cert.pem")}
        return start(environ, "meldpunt.works.imapfetch")

    return fetching


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_letters_arrive_byte_for_byte_while_it_waits(fetching, dovecot, folder, user, security):
    address = dovecot.tls_address if security == "tls" else dovecot.address
    engine = fetching(dovecot, address, imap_security=security)
    until(lambda: "connected" in engine.said)
    dovecot.deliver(user, ODD)
    until(lambda: count(folder) == 1, 10)
    dovecot.deliver(user, LARGE, letter(3))
    until(lambda: count(folder) == 3, 10)
    assert letters(folder) == [ODD, LARGE, letter(3)]
    until(lambda: len(dovecot.folder(user, "Taken")) == 3)
    assert dovecot.folder(user) == {}
    assert all(TAKEN in flags and b"\\Seen" not in flags for flags in dovecot.folder(user, "Taken").values())
    engine.hears(signal.SIGTERM)
    assert engine.ends(5) == 0
    assert engine.said == "IMAP: connected to 127.0.0.1.\n"


@pytest.mark.parametrize("breath", [b"+ idling", b"* SEARCH\r\n"])
def test_a_letter_that_is_told_once_just_before_waiting_begins_is_fetched(
    fetching, dovecot, folder, user, wire, breath
):
    begun, ended = threading.Event(), threading.Event()

    def said(words: bytes) -> bool:
        if b"DONE" in words:
            ended.set()
        return True

    def heard(words: bytes) -> bytes:
        if words.startswith(breath) and not begun.is_set():
            begun.set()
            dovecot.deliver(user, ODD)
            first, rest = words.split(b"\r\n", 1)
            return first + b"\r\n* 2 EXISTS\r\n" + rest
        again = begun.is_set() and not ended.is_set()
        return words.replace(b"* 2 EXISTS\r\n", b"") if again else words  # it is told once

    dovecot.deliver(user, letter(1))  # it is taken, and stays in the folder
    engine = fetching(dovecot, wire(dovecot.address, said, heard).address, imap_security="none", imap_done_folder="")
    assert begun.wait(20)
    until(lambda: count(folder) == 2, 10)
    engine.hears(signal.SIGTERM)
    assert engine.ends(5) == 0


@pytest.mark.parametrize("before", [b"RFC822.SIZE", b"BODY.PEEK[]", b"STORE 2", b"MOVE"])
def test_killed_at_any_step_nothing_is_lost_and_one_letter_comes_twice_at_most(
    fetching, dovecot, folder, user, wire, before
):
    sent = [letter(number) for number in range(1, 5)]
    dovecot.deliver(user, *sent)
    held = wire(dovecot.address, lambda words: before not in words)
    engine = fetching(dovecot, held.address, imap_security="none")
    assert held.stopped.wait(20)
    engine.hears(signal.SIGKILL)
    engine.ends()
    in_spool = count(folder)
    again = fetching(dovecot)
    until(lambda: len(dovecot.folder(user, "Taken")) == 4)
    again.hears(signal.SIGTERM)
    assert again.ends(5) == 0
    found = letters(folder)
    assert set(found) == set(sent)
    twice = [one for one in sent if found.count(one) > 1]
    assert twice == ([sent[1]] if before == b"STORE 2" else [])  # taken, and not marked yet
    assert len(found) == 4 + len(twice)
    assert in_spool == {b"STORE 2": 2, b"MOVE": 4}.get(before, 0)


def test_uids_that_begin_anew_change_nothing(fetching, dovecot, folder, user):
    server = Dovecot()
    try:
        server.deliver(user, letter(1), letter(2))
        engine = fetching(server, imap_done_folder="")
        until(lambda: count(folder) == 2 and all(TAKEN in flags for flags in server.folder(user).values()))
        before, after = server.begin_uids_anew(user)
        assert before != after
        server.deliver(user, letter(3))
        until(lambda: count(folder) == 3)
        until(lambda: all(TAKEN in flags for flags in server.folder(user).values()))
        engine.hears(signal.SIGTERM)
        assert engine.ends(5) == 0
        assert letters(folder) == [letter(1), letter(2), letter(3)]
        assert "next try in 1 s" in engine.said and "canary" not in engine.said
    finally:
        server.remove()


def test_a_certificate_of_nobody_is_refused(fetching, dovecot, folder, tmp_path, start):
    engine = fetching(dovecot)
    engine.process.kill()
    untrusting = start(environ_for(folder), "meldpunt.works.imapfetch")
    until(lambda: "certificate" in untrusting.said)
    assert "The certificate of the IMAP server is not valid: self-signed certificate." in untrusting.said


# the parts
