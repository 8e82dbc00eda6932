"""A reporter who attached no key: it is looked up at their domain, and from then on they are written to encrypted."""

import email
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine
from tests.build import BASE, HEAD
from tests.cast import DAY, HANNA, OPENER, OPERATOR
from tests.vault.expired import an_expired_person, extend
from tests.vault.gnupg import a_person
from tests.works.directory import Authority, directories, names
from tests.works.engines import environ_for, until

from meldpunt.cases import commands as case_commands
from meldpunt.cases import queries as cases
from meldpunt.cases.rules import Reporter
from meldpunt.conversation import commands as conversation
from meldpunt.conversation import queries as conversations
from meldpunt.conversation.models import OutboxLetter
from meldpunt.conversation.posting import unqueue
from meldpunt.ground import clock
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.vault import commands as vault
from meldpunt.vault import keyring, openpgp, wkd
from meldpunt.vault.errors import NoSuchKey
from meldpunt.vault.models import KeySearch
from meldpunt.vault.queries import known_keys, own_key
from meldpunt.works import keyfinder
from meldpunt.works.keyfetch import Fetcher
from meldpunt.works.keyfinder import PER_DOMAIN, Pace
from meldpunt.works.keyswanted import KeysWanted

ADDRESS = "nachtuil@reporter.example"
PLACE = wkd.places(ADDRESS)[0]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def person():
    with a_person(ADDRESS, "Nachtuil") as one:
        yield one


class World:
    """A house with both engines, and the directory of the reporter's domain."""

    def __init__(self, house, directory, look_up) -> None:
        self.house, self.directory, self._look_up, self._pace = house, directory, look_up, Pace()
        self.began = clock.now() + timedelta(minutes=1)  # after everything that a test writes first
        self.finder_key = keyring.finder(house.folder, "keyfinder")

    def case(self, **more):
        return self.house.a_case(reporter=Reporter("Nachtuil", ADDRESS), now=clock.now(), **more)

    def works(self, after: timedelta = timedelta(0)) -> int:
        """Let both engines do what there is at that time.  How many answers came home."""
        self.wants(after)
        with time_machine.travel(self.began + after, tick=True):
            count = keyfinder.turn(self._look_up, self._pace, self.finder_key, keyring.public(self.house.folder))
        self.wants(after)
        return count

    def wants(self, after: timedelta = timedelta(0)) -> None:
        wanted = KeysWanted(self.house.folder, self.house.keys, OPENER)
        with time_machine.travel(self.began + after, tick=True):
            while wanted.turn(HEAD, clock.now()):
                pass

    def gives(self, key: bytes) -> None:
        self.directory.has(PLACE.path, key)

    def reporter(self, ref) -> Reporter:
        return cases.reporter_of(HANNA, ref, self.house.keys)

    def pin(self, ref, key: bytes) -> None:
        [one] = openpgp.read_keys(key)
        shown = Reporter("Nachtuil", ADDRESS, key, one.fingerprint, clock.now().isoformat())
        case_commands.pin_key(ref, shown, keys=self.house.keys, by=OPENER, now=clock.now())

    def letters(self):
        key = keyring.outbox(self.house.folder, "post")
        return [unqueue(row, key).raw for row in OutboxLetter.objects.order_by("created_at", "id")]

    def page(self, ref):
        calendar = policy.current().policy.calendar
        return conversations.case_page(HANNA, ref, keys=self.house.keys, calendar=calendar, now=clock.now())


@pytest.fixture
def world(house, authority):
    with directories(authority, PLACE.host) as known:
        yield World(house, known[PLACE.host], Fetcher(names(known), authority.trusting()).look_up)


def kinds(ref):
    return [entry.kind for entry in log.read(ref)]


def test_found_pinned_and_written_to_encrypted(world, person):
    world.gives(person.public)
    ref = world.case()
    assert world.works() == 1
    found = world.reporter(ref)
    assert (found.fingerprint, found.key_from) == (person.fingerprint, "wkd")
    assert kinds(ref).count("reporter.key-found") == 1 and "reporter.key-pinned" not in kinds(ref)
    assert len(world.letters()) == 1, "who has a receipt already gets no other one"
    person.knows(openpgp.armor(own_key().public).encode())
    conversation.write(ref, "Dear owl, well seen.", "reply", HEAD, keys=world.house.keys, by=HANNA, now=clock.now())
    assert b"Dear owl" not in world.letters()[-1]
    assert b"Dear owl, well seen." in person.reads(armoured(world.letters()[-1]))[0]


def armoured(raw):
    return email.message_from_bytes(raw).get_payload(1).get_payload(decode=True)


def test_no_address_rests_in_the_to_do(world, person):
    world.gives(person.public)
    world.case()
    world.wants()
    [row] = KeySearch.objects.all()
    assert row.state == "wanted" and b"nachtuil" not in bytes(row.sealed) and "nachtuil" not in row.address
    world.works()
    [row] = KeySearch.objects.all()
    assert (row.state, bytes(row.sealed), row.found) == ("resting", b"", True)
    told = [entry for entry in log.read(log.HOUSE) if entry.kind == "key.sought"]
    assert [entry.facts for entry in told] == [{"outcome": "found"}]


def test_who_wrote_encrypted_without_a_key_gets_the_receipt_now(world, person):
    world.gives(person.public)
    ref = world.case(protection="confidential")
    assert "receipt.issued" not in kinds(ref)
    world.works()
    assert "receipt.issued" in kinds(ref)
    assert b"/my/#" in person.reads(armoured(world.letters()[-1]))[0].replace(b"=\n", b"")
    world.works(8 * DAY)
    assert kinds(ref).count("receipt.issued") == 1


def test_only_what_bears_the_address_and_only_that_name_of_it(world, person):
    person.gpg("--quick-add-uid", person.fingerprint, "Secret Life <other@elsewhere.example>")
    world.gives(person.public)
    ref = world.case()
    world.works()
    [key] = openpgp.read_keys(world.reporter(ref).key)
    assert key.addresses == (ADDRESS,) and b"elsewhere" not in key.data


def test_a_key_for_somebody_else_is_no_key(world):
    with a_person("somebody@reporter.example") as other:
        world.gives(other.public)
        ref = world.case()
        assert world.works() == 1
    assert world.reporter(ref).key == b"" and "reporter.key-found" not in kinds(ref)


@pytest.mark.parametrize(
    "junk", [b"<html>not here</html>", b"\x99" * 5000, b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"]
)
def test_what_is_no_key_harms_nobody(world, junk):
    world.gives(junk)
    ref = world.case()
    assert world.works() == 1
    assert world.reporter(ref).key == b""


def test_a_secret_key_is_not_ours_to_take(world, person):
    world.gives(person.secret)
    ref = world.case()
    world.works()
    assert world.reporter(ref).key == b""


def test_no_is_remembered_for_a_day_and_yes_for_a_week(world, person):
    world.case()
    assert world.works() == 1
    world.case()
    assert world.works(timedelta(hours=23)) == 0
    world.gives(person.public)
    assert world.works(timedelta(hours=25)) == 1
    assert world.works(7 * DAY) == 0
    assert world.works(timedelta(days=8, hours=2)) == 1


def test_trouble_is_tried_again_sooner_and_then_later_and_later(world):
    world.directory.gives[PLACE.path] = b"HTTP/1.1 503 No\r\n\r\n"
    world.case()
    hours = [0, 1, 3, 7, 15, 31, 55, 79]  # twice as long each time, up to a day
    for hour, following in pairwise(hours):
        assert world.works(timedelta(hours=hour, minutes=hour)) == 1
        assert world.works(timedelta(hours=following, minutes=hour - 10)) == 0


def test_a_case_that_fell_silent_is_not_asked_about_any_more(world):
    world.case()
    assert world.works() == 1
    assert world.works(91 * DAY) == 0
    assert not KeySearch.objects.exists()


def test_a_good_key_from_a_letter_is_not_asked_about(world, person):
    ref = world.case()
    world.pin(ref, person.public)
    assert world.works() == 0
    assert world.directory.asked == [] and not KeySearch.objects.exists()


def test_a_directory_does_not_outweigh_a_key_that_the_operator_gave(world, person):
    ref = world.case()
    vault.import_keys(person.public, "", False, keys=world.house.keys, by=OPERATOR, now=clock.now())
    with a_person(ADDRESS, "Nachtuil") as impostor:
        world.gives(impostor.public)
        assert world.works() == 1
    assert world.reporter(ref).key == b""
    assert [openpgp.read_keys(one)[0].fingerprint for one in known_keys([ADDRESS], world.house.keys)] == [
        person.fingerprint
    ]


def test_another_key_is_told_once_and_not_used(world, person):
    world.gives(person.public)
    ref = world.case()
    world.works()
    with a_person(ADDRESS, "Nachtuil") as impostor:
        world.gives(impostor.public)
        for weeks in (1, 2, 3):
            assert world.works(timedelta(days=8 * weeks)) == 1
    assert world.reporter(ref).fingerprint == person.fingerprint
    assert kinds(ref).count("reporter.other-key-found") == 1
    assert "reporter.other-key-found" in [getattr(item, "kind", "") for item in world.page(ref).items]


@pytest.fixture
def expired():
    with an_expired_person(ADDRESS) as one:
        yield one


def test_an_expired_key_is_shown_and_its_longer_copy_is_taken(world, expired):
    ref = world.case()
    world.pin(ref, expired.public)
    page = world.page(ref)
    assert (page.key_trouble, page.sending.mode) == ("expired", "notice")
    extend(expired)
    world.gives(expired.public)
    assert world.works() == 1
    page = world.page(ref)
    assert (page.key_trouble, page.sending.mode) == ("", "encrypted")
    assert kinds(ref)[-1] == "reporter.key-renewed"
    assert page.reporter.key_from == "", "it is still the key that the reporter showed"


def test_a_revoked_key_is_known_to_be_revoked(world, person):
    world.gives(person.public)
    ref = world.case()
    world.works()
    made = (person.home / "openpgp-revocs.d" / f"{person.fingerprint}.rev").read_bytes()
    person.gpg("--import", given=made.replace(b":-----BEGIN", b"-----BEGIN"))
    world.gives(person.public)
    assert world.works(8 * DAY) == 1
    page = world.page(ref)
    assert (page.key_trouble, page.sending.mode) == ("revoked", "notice")


def test_a_flood_of_letters_is_no_flood_for_a_domain():
    pace = Pace()
    assert [pace.allows(f"{n}@victim.example", 0.0) for n in range(PER_DOMAIN + 1)] == [True] * PER_DOMAIN + [False]
    assert pace.allows("a@elsewhere.example", 1.0)
    assert not pace.allows("a@VICTIM.example", 3599.0)
    assert pace.allows("a@victim.example", 3601.0)


def test_the_finders_key_is_its_own(house):
    made = keyring.finder(house.folder, "keyfinder")
    assert keyring.finder(house.folder, "keyfinder") == made
    assert stat.S_IMODE((house.folder / "keys" / "finder.key").stat().st_mode) == 0o600
    for role in ("opener", "desk", "portal", "post", "mailgate", "tick"):
        with pytest.raises(NoSuchKey):
            keyring.finder(house.folder, role)
    for load in (keyring.vault, keyring.outbox):
        with pytest.raises(NoSuchKey):
            load(house.folder, "keyfinder")


def test_a_row_that_somebody_made_is_asked_anew(world, person):
    world.gives(person.public)
    ref = world.case()
    world.wants()
    KeySearch.objects.update(sealed=b"\0" * 2000)
    assert world.works() == 0
    assert world.works(timedelta(hours=2)) == 1
    assert world.reporter(ref).fingerprint == person.fingerprint


@pytest.mark.real
def test_the_real_engines_ask_and_stop_when_told(folder, start):
    # one quick question to whatever tells names here: the answer does not matter
    environ = environ_for(folder, key_lookup="wkd", public_url=BASE) | {"RES_OPTIONS": "timeout:1 attempts:1"}
    raw = f"From: Nachtuil <nachtuil@reporter.invalid>\r\nSubject: x\r\nMessage-ID: <a@b>\r\n\r\nhello {BASE}\r\n"
    (folder.parent / "letter.eml").write_text(raw)
    start(environ, "meldpunt.site.cli", "intake", str(folder.parent / "letter.eml")).ends()
    engines = [start(environ, "meldpunt.works.keyfinder")]
    until((folder / "keys" / "finder.pub").exists)
    engines.append(start(environ, "meldpunt.works.opener"))
    until(lambda: sought(folder))
    for engine in engines:
        engine.process.terminate()
    assert [engine.ends() for engine in engines] == [0, 0], [engine.said for engine in engines]
    assert sought(folder) in ('{"outcome": "none"}', '{"outcome": "trouble"}')
    assert all("reporter.invalid" not in engine.said for engine in engines)


@pytest.mark.real
def test_without_the_setting_it_does_nothing(folder, start):
    finder = start(environ_for(folder), "meldpunt.works.keyfinder")
    assert finder.ends() == 0 and "key_lookup is off" in finder.said
    assert not (folder / "keys" / "finder.key").exists()


def sought(folder):
    with closing(sqlite3.connect(folder / "meldpunt.sqlite3")) as database:
        row = database.execute("SELECT facts FROM ledger_entry WHERE kind = 'key.sought'").fetchone()
    return row and row[0]
