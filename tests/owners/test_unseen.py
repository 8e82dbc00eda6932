"""Files that an owner sent are looked at for viruses a moment later, by who may ask the scanner."""

import dataclasses
import re

from django.db import connection
from tests.cast import HANNA
from tests.desk.conftest import desk, desk_house, hanna  # noqa: F401  # fixtures
from tests.intake.test_clamd import EICAR, start  # noqa: F401  # fixture
from tests.owners.conftest import LATER, invite

from meldpunt.cases.models import Seal
from meldpunt.ground.values import OWNER
from meldpunt.intake.rules import Upload
from meldpunt.owners import acting, commands, queries, unseen
from meldpunt.vault import files
from meldpunt.works.filing import Filing
from meldpunt.works.unseen import Unseen

NOT_YET, NOT_AT_ALL = "Not yet checked for viruses.", "Not checked for viruses."
NOTHING = "The virus scanner found nothing."


def send(owner, *contents):
    """Files called 0.txt, 1.txt and so on, as the portal takes them in: sealed, and looked at by nobody."""
    sealed = [files.store(owner.house.folder, content).plain() for content in contents]
    uploads = [Upload(f"{place}.txt", "text/plain", one, "text") for place, one in enumerate(sealed)]
    acting.write(owner.look(), "Here is what we saw.", uploads, "1", by=OWNER, now=LATER)


def opener(house, clamd=""):
    return Unseen(house.keys, lambda: Filing(house.folder, str(clamd)))


def scans(owner):
    """What the desk knows of the newest files."""
    thread = queries.thread(HANNA, owner.ref, owner.id, owner.house.keys)
    return {file.name: file.scan for file in thread.entries[-1].files}


def test_the_desk_reads_not_yet_and_then_what_was_found_and_is_asked_first(desk, ref, start, settings, tmp_path):  # noqa: F811
    start()
    guest = invite(desk.house, ref)
    socket = tmp_path / "clamd.ctl"
    settings.CONFIG = dataclasses.replace(settings.CONFIG, clamd=str(socket))
    send(guest, b"hello", EICAR)
    places = (f"/cases/{ref}/", f"/cases/{ref}/owners/{guest.id}/")
    for page in map(desk.text, places):
        assert page.count(NOT_YET) == 2 and NOTHING not in page
    assert opener(desk.house, socket).turn() == 1
    for page in map(desk.text, places):
        assert "The virus scanner found Eicar-Test-Signature." in page and page.count(NOTHING) == 1
        assert NOT_YET not in page
    link = re.search(r'href="([^"]+)">1.txt', page)  # no `download`: a page comes first
    asked = desk.text(link[1])
    assert "A dangerous file" in asked and "EICAR" not in asked
    assert b"".join(desk.get(link[1], sure=1).streaming_content) == EICAR
    assert desk.get(f"{link[1]}look/").status_code == 404  # nothing of an owner's is ever shown by us


def test_what_was_looked_at_once_rests(house, owner, start, tmp_path):  # noqa: F811
    daemon = start()
    send(owner, b"hello")
    assert unseen.waiting(9) and scans(owner) == {"0.txt": "waits"}
    looking = opener(house, tmp_path / "clamd.ctl")
    assert (looking.turn(), looking.turn(), looking.turn()) == (1, 0, 0)
    assert daemon.given == [b"hello"] and scans(owner) == {"0.txt": "clean"} and unseen.waiting(9) == ()
    [file] = queries.page_for(owner.look()).entries[-1].files
    assert (file.name, file.kind) == ("0.txt", "text")


def test_no_transaction_is_open_while_the_scanner_is_asked(house, owner, start, tmp_path):  # noqa: F811
    depth = len(connection.savepoint_ids)
    seen = []
    start()
    send(owner, b"hello")
    filing = Filing(house.folder, str(tmp_path / "clamd.ctl"))

    def ask(file):
        seen.append(len(connection.savepoint_ids))
        return filing.looked_at(file)

    unseen.look(unseen.waiting(1)[0], ask, keys=house.keys, by=HANNA, now=LATER)
    assert seen == [depth]


def test_what_the_file_is_is_looked_at_again_by_who_can_open_it(house, owner):
    sealed = files.store(house.folder, b"\x89PNG\r\n\x1a\n" + bytes(20)).plain()
    acting.write(owner.look(), "See.", (Upload("a.txt", "text/plain", sealed, "text"),), "1", by=OWNER, now=LATER)
    opener(house).turn()
    [file] = queries.page_for(owner.look()).entries[-1].files
    assert (file.kind, file.scan) == ("png", "")


def test_without_a_scanner_nothing_waits_and_the_page_says_nothing_of_viruses(desk, ref):  # noqa: F811
    guest = invite(desk.house, ref)
    send(guest, b"hello")
    assert "virus" not in desk.text(f"/cases/{ref}/")
    assert opener(desk.house).turn() == 1 and unseen.waiting(9) == ()
    assert "virus" not in desk.text(f"/cases/{ref}/") and scans(guest) == {"0.txt": ""}


def test_a_scanner_that_is_away_stops_nothing_and_the_page_says_so(desk, ref, settings, tmp_path):  # noqa: F811
    guest = invite(desk.house, ref)
    settings.CONFIG = dataclasses.replace(settings.CONFIG, clamd=str(tmp_path / "nobody"))
    send(guest, b"hello")
    assert opener(desk.house, tmp_path / "nobody").turn() == 1
    assert NOT_AT_ALL in desk.text(f"/cases/{ref}/owners/{guest.id}/") and unseen.waiting(9) == ()


def test_what_was_erased_meanwhile_or_is_damaged_holds_up_nobody(house, ref, owner):
    send(owner, b"hello")
    other = invite(house, ref, now=LATER)
    sealed = files.store(house.folder, b"gone").plain()
    acting.write(other.look(), "See.", (Upload("gone.txt", "text/plain", sealed),), "1", by=OWNER, now=LATER)
    files.remove(house.folder, sealed["path"])
    Seal.objects.filter(finder=owner.id).delete()  # as erasing does it
    assert opener(house).turn() == 2
    assert unseen.waiting(9) == () and scans(other) == {"gone.txt": ""}


def test_withdrawn_is_looked_at_all_the_same(house, owner, start, tmp_path):  # noqa: F811
    start()
    send(owner, EICAR)
    commands.withdraw(owner.ref, owner.id, by=HANNA, now=LATER)
    opener(house, tmp_path / "clamd.ctl").turn()
    entries = queries.thread(HANNA, owner.ref, owner.id, owner.house.keys).entries
    assert [file.scan for entry in entries for file in entry.files] == ["found Eicar-Test-Signature"]
