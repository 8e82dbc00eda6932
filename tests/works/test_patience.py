"""What hinders one item: it is tried again and again, more and more seldom, and people hear of it."""

import pytest
from tests.build import BASE
from tests.intake.test_outcomes import a_mail

from meldpunt.intake import queries as spool
from meldpunt.intake.models import Item
from meldpunt.works.opener import House, hold_what_kills, turn
from meldpunt.works.patience import LONGEST, SEVERAL, InHand, Patience


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_an_item_is_tried_again_later_and_later():
    clock = Clock()
    patience = Patience(clock)
    pauses = []
    for _ in range(14):
        patience.hindered("a")
        assert patience.ripe(["a", "b"]) == ["b"]
        began = clock.now
        while not patience.ripe(["a"]):
            clock.now += 0.5
        pauses.append(clock.now - began)
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert pauses[-1] == LONGEST


def test_when_several_are_hindered_it_is_the_machine_and_none_waits_long():
    clock = Clock()
    patience = Patience(clock)
    for _ in range(20):
        patience.hindered("a")
        patience.hindered("b")
    clock.now += SEVERAL
    assert patience.ripe(["a", "b"]) == ["a", "b"]


def test_when_one_is_over_the_others_are_tried_at_once():
    patience = Patience(Clock())
    patience.hindered("a")
    patience.hindered("b")
    patience.over("c")  # was never hindered: says nothing
    assert patience.ripe(["a", "b"]) == []
    patience.over("a")
    assert patience.ripe(["b"]) == ["b"]


@pytest.mark.django_db
def test_what_the_disk_withholds_waits_its_time_and_is_told(house):
    clock = Clock()
    patience, here = Patience(clock), House(house.keys, house.folder, BASE)
    house.receive(a_mail("x" * 200_000, Message_ID="<large@example.org>"))
    [stored] = [path for path in (house.folder / "files").rglob("*") if path.is_file()]
    kept = stored.rename(stored.with_suffix(".away"))
    stored.mkdir()
    for _ in range(spool.TELL_AFTER):
        assert spool.hindered() == (0, "")
        with pytest.raises(OSError):
            turn(here, patience=patience)
        assert turn(here, patience=patience) == 0  # its time has not come
        clock.now += LONGEST
    assert spool.hindered() == (1, "IsADirectoryError")
    stored.rmdir()
    kept.rename(stored)
    assert turn(here, patience=patience) == 1
    assert spool.hindered() == (0, "")


@pytest.mark.django_db
def test_an_item_over_which_the_opener_dies_twice_is_held_and_the_next_goes_on(house):
    here = House(house.keys, house.folder, BASE)
    deadly = house.receive(a_mail("Deadly.", Message_ID="<deadly@example.org>"))
    house.receive(a_mail("Next.", Message_ID="<next@example.org>"))
    for _ in range(2):
        hand = InHand(house.folder)
        hold_what_kills(hand)
        assert Item.objects.get(token=deadly).outcome == "waiting"
        hand.takes(deadly)
        hand.close()  # and nothing laid down: this is what a killed opener leaves
    hand = InHand(house.folder)
    hold_what_kills(hand)
    item = Item.objects.get(token=deadly)
    assert (item.outcome, item.why) == ("held", "fault")
    assert turn(here, hand=hand) == 1
    hand.close()
    assert InHand(house.folder).suspect == ""


def test_one_death_is_no_proof(tmp_path):
    hand = InHand(tmp_path)
    hand.takes("a")
    hand.close()
    again = InHand(tmp_path)
    assert (again.suspect, again.is_deadly) == ("a", False)
    again.takes("a")
    again.lays_down("a")
    assert again.suspect == ""
    again.close()
    assert not InHand(tmp_path).is_deadly
