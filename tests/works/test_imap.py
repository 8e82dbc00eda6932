"""Fetching from a real Dovecot: byte for byte, marked only when safe, nothing lost and nothing fetched for ever."""

import itertools
import signal
import threading
import time

import pytest
from tests.works.dovecot import PASSWORD, Dovecot, Wire
from tests.works.engines import environ_for, until
from tests.works.outside import count, letters, replaced, snippet

from meldpunt.intake.errors import Empty
from meldpunt.works import imap, imapfetch, listening
from meldpunt.works.imap import LEFT, TAKEN, Account, Mailbox, Unreachable
from meldpunt.works.imapfetch import Fetcher, NotStored

pytestmark = pytest.mark.real
ODD = (
    b"From: rui@reporter.example\r\nSubject: caf\xc3\xa9\r\n\r\n.a dot\r\n..two\r\n \r\n\xff\xfe\r\n"
    + b"long" * 20_000
    + b"\r\n\r\nno end of line"
)
LARGE = b"Subject: large\r\n\r\n" + (b"x" * 998 + b"\r\n") * 400
NUMBERS = itertools.count(1)


def letter(number: int) -> bytes:
    return f"From: rui@reporter.example\r\nSubject: {number}\r\n\r\nthe canary sings {number}\r\n".encode()


@pytest.fixture(scope="module")
def dovecot():
    one = Dovecot()
    yield one
    one.remove()


@pytest.fixture(scope="module")
def plain_dovecot():
    """One that can neither move letters nor say when one comes."""
    one = Dovecot("imap_capability = IMAP4rev1 UIDPLUS LITERAL+ CHILDREN\n")
    yield one
    one.remove()


@pytest.fixture
def user() -> str:
    return f"user{next(NUMBERS)}"


@pytest.fixture
def wire():
    wires: list[Wire] = []

    def wire(*about, **options) -> Wire:
        wires.append(Wire(*about, **options))
        return wires[-1]

    yield wire
    for one in wires:
        one.close()


@pytest.fixture
def password(tmp_path) -> str:
    (tmp_path / "password").write_text(PASSWORD + "\n")
    return str(tmp_path / "password")


class Stop:
    """Asked to stop from the start, or after so many waits."""

    def __init__(self, waits: int = 0) -> None:
        self.left = waits

    @property
    def asked(self) -> bool:
        return self.left < 0

    def wait(self, seconds: float) -> bool:
        self.left -= 1
        return self.asked


@pytest.fixture
def fetcher(user, password):
    """Make a fetcher that keeps letters in a list: (fetcher, letters, what it said)."""

    def fetcher(address: str, done: str = "", security: str = "none"):
        stored, said = [], []
        account = Account(*listening.split(address), security, user, password, "INBOX", done)
        return Fetcher(account, stored.append, said.append), stored, said

    return fetcher


def until_empty(one: Fetcher) -> None:
    with Mailbox(one.account) as box:
        while one.turn(box, Stop()):
            pass


# the process


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


def test_a_full_mailbox_comes_in_order_and_in_batches(dovecot, user, fetcher, monkeypatch):
    monkeypatch.setattr(imap, "WINDOW", 5)
    monkeypatch.setattr(imapfetch, "BATCH", 4)
    sent = [letter(number) for number in range(1, 14)]
    dovecot.deliver(user, *sent)
    one, stored, said = fetcher(dovecot.address)
    until_empty(one)
    assert stored == sent and said == []
    assert len(dovecot.folder(user)) == 13
    until_empty(one)
    other, again, _ = fetcher(dovecot.address)
    until_empty(other)
    assert stored == sent and again == []


def test_letters_that_somebody_removed_are_let_be(dovecot, user, fetcher):
    dovecot.deliver(user, letter(1), letter(2))
    with dovecot.client(user) as other:
        other.delete_messages([1])
    one, stored, _ = fetcher(dovecot.address)
    until_empty(one)
    assert stored == [letter(2)]


@pytest.mark.parametrize("kind", ["dovecot", "plain_dovecot"])
def test_letters_move_where_they_shall_whether_the_server_can_move_or_not(request, user, fetcher, kind):
    server = request.getfixturevalue(kind)
    server.deliver(user, letter(1), letter(2))
    one, stored, _ = fetcher(server.address, "Al gedaan, café")
    until_empty(one)
    assert stored == [letter(1), letter(2)]
    assert server.folder(user) == {} and len(server.folder(user, "Al gedaan, café")) == 2


def test_what_was_marked_before_a_crash_is_moved_after_it(dovecot, user, fetcher):
    dovecot.deliver(user, letter(1))
    first, stored, _ = fetcher(dovecot.address)
    until_empty(first)
    second, again, _ = fetcher(dovecot.address, "Taken")
    until_empty(second)
    assert (stored, again) == ([letter(1)], [])
    assert dovecot.folder(user) == {} and len(dovecot.folder(user, "Taken")) == 1


def without_keywords(words: bytes) -> bytes:
    return words.replace(rb" \*)]", b")]   ")


def test_a_server_without_keywords_needs_a_folder_and_says_so(dovecot, user, fetcher, wire):
    dovecot.deliver(user, letter(1))
    address = wire(dovecot.address, heard=without_keywords).address
    one, stored, _ = fetcher(address)
    with pytest.raises(Unreachable, match="imap_done_folder must be set"):
        until_empty(one)
    assert stored == []
    other, taken, _ = fetcher(address, "Taken")
    until_empty(other)
    assert taken == [letter(1)] and dovecot.folder(user) == {}


def test_too_large_stays_and_is_told_once_by_its_number(dovecot, user, fetcher, monkeypatch):
    monkeypatch.setattr(imapfetch, "LIMIT_LETTER", 100_000)
    dovecot.deliver(user, LARGE, letter(2))
    one, stored, said = fetcher(dovecot.address, "Taken")
    until_empty(one)
    other, again, silent = fetcher(dovecot.address, "Taken")
    until_empty(other)
    assert stored == [letter(2)] and again == [] and silent == []
    assert said == ["IMAP: the letter with UID 1 stays in the folder: it is larger than 0 MiB."]
    assert {uid: LEFT in flags for uid, flags in dovecot.folder(user).items()} == {1: True}


def test_what_the_house_refuses_stays_too(dovecot, user, fetcher):
    dovecot.deliver(user, letter(1), letter(2))
    one, _, said = fetcher(dovecot.address)

    def store(raw: bytes) -> None:
        if raw == letter(1):
            raise Empty("The letter is empty.")

    one.store = store
    until_empty(one)
    assert said == ["IMAP: the letter with UID 1 stays in the folder: The letter is empty."]
    flags = dovecot.folder(user)
    assert LEFT in flags[1] and TAKEN in flags[2]


def test_when_the_spool_cannot_take_it_nothing_is_marked(dovecot, user, fetcher):
    dovecot.deliver(user, letter(1))
    one, stored, _ = fetcher(dovecot.address)

    def full(raw: bytes) -> None:
        raise NotStored("A letter could not be stored (OSError).")

    one.store = full
    with pytest.raises(NotStored):
        until_empty(one)
    assert TAKEN not in dovecot.folder(user)[1]
    one.store = stored.append
    until_empty(one)
    assert stored == [letter(1)]


def test_a_mark_that_did_not_get_through_is_made_up_for_without_a_second_copy(dovecot, user, fetcher, wire):
    dovecot.deliver(user, letter(1))
    cut = wire(dovecot.address, lambda words: b"STORE" not in words, cut=True)
    one, stored, _ = fetcher(cut.address)
    with pytest.raises(Unreachable):
        until_empty(one)
    one.account = fetcher(dovecot.address)[0].account
    until_empty(one)
    assert stored == [letter(1)] and TAKEN in dovecot.folder(user)[1]


def test_a_letter_over_which_the_server_hangs_up_does_not_stop_the_others(dovecot, user, fetcher, wire):
    dovecot.deliver(user, letter(1), letter(2), letter(3))
    cut = wire(dovecot.address, lambda words: b"FETCH 2 (BODY" not in words, cut=True)
    one, stored, said = fetcher(cut.address)
    with pytest.raises(Unreachable):
        until_empty(one)
    until_empty(one)
    assert stored == [letter(1), letter(3)]
    assert said == ["IMAP: the letter with UID 2 could not be fetched; next try in 30 s."]
    one._again = {which: (times, 0.0) for which, (times, _) in one._again.items()}  # half a minute later
    with pytest.raises(Unreachable):
        until_empty(one)
    assert said[-1].endswith("next try in 60 s.")


def test_a_letter_that_the_server_refuses_does_not_stop_the_others(dovecot, user, fetcher, wire):
    dovecot.deliver(user, letter(1), letter(2))
    asked = [b""]

    def said(words: bytes) -> bool:
        asked.append(words)
        return True

    def no(words: bytes) -> bytes:
        tag, _, rest = asked[-1].partition(b" ")
        return tag + b" NO [SERVERBUG] the canary\r\n" if b"FETCH 1 (BODY" in rest else words

    one, stored, told = fetcher(wire(dovecot.address, said, no).address)
    until_empty(one)
    assert stored == [letter(2)]
    assert told == ["IMAP: the letter with UID 1 could not be fetched; next try in 30 s."]


def test_without_idle_it_looks_again(plain_dovecot, user, fetcher):
    plain_dovecot.deliver(user, letter(1))
    one, stored, _ = fetcher(plain_dovecot.address)
    one.session(Stop(waits=1))
    assert stored == [letter(1)]


def test_idle_is_issued_anew(dovecot, user, fetcher, wire, monkeypatch):
    monkeypatch.setattr(imap, "IDLE", 0.1)
    monkeypatch.setattr(imap, "SLICE", 0.05)
    idled = []

    def said(words: bytes) -> bool:
        idled.extend([1] if b"IDLE" in words else [])
        return len(idled) < 4

    one, _, _ = fetcher(wire(dovecot.address, said, cut=True).address)
    with pytest.raises(Unreachable):
        one.session(Stop())
    assert len(idled) == 4


def test_a_connection_that_breaks_while_we_wait_is_noticed_at_once(dovecot, fetcher, wire):
    idling = threading.Event()

    def heard(words: bytes) -> bytes:
        if words.startswith(b"+ "):
            idling.set()
        return words

    line = wire(dovecot.address, heard=heard)
    breaks = threading.Thread(target=lambda: idling.wait(20) and line.close())
    breaks.start()
    one, _, _ = fetcher(line.address)
    with pytest.raises(Unreachable), Mailbox(one.account) as box:
        box.waiting()
        began = time.monotonic()
        box.wait(Stop())
    assert idling.is_set() and time.monotonic() - began < 5
    breaks.join()


def test_why_a_mailbox_cannot_be_used_is_a_sentence_without_the_password(dovecot, fetcher, tmp_path):
    one, _, said = fetcher(dovecot.address)
    assert "password" not in repr(one.account)
    (tmp_path / "password").write_text("friend")
    one.run(Stop())
    (tmp_path / "password").unlink()
    one.run(Stop())
    nobody, _, alone = fetcher("127.0.0.1:1")
    nobody.run(Stop())
    assert [line.split(" Letters")[0] for line in said] == [
        "The IMAP server does not accept imap_user with this password.",
        "imap_password_file cannot be read.",
    ]
    assert alone[0] == (
        "The IMAP server cannot be reached (connection refused). Letters wait on the server; next try in 1 s."
    )
