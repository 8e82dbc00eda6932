"""Fetching from a real Dovecot: byte for byte, marked only when safe, nothing lost and nothing fetched for ever."""

import threading
import time

import pytest
from tests.works.dovecot import Dovecot
from tests.works.mailbox import LARGE, letter

from meldpunt.intake.errors import Empty
from meldpunt.works import imap, imapfetch, listening
from meldpunt.works.imap import LEFT, TAKEN, Account, Mailbox, Unreachable
from meldpunt.works.imapfetch import Fetcher, NotStored

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def plain_dovecot():
    """One that can neither move letters nor say when one comes."""
    one = Dovecot("imap_capability = IMAP4rev1 UIDPLUS LITERAL+ CHILDREN\n")
    yield one
    one.remove()


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
