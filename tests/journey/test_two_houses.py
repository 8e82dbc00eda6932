"""Two houses of ours that write to each other: people are heard, and the machines fall silent.

Each sends its letters straight to the other's SMTP door; nobody stands between them.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journey.letters import hand_in, plain
from tests.journey.program import Program, until
from tests.ports import free_ports

pytestmark = pytest.mark.real
OURS, THEIRS = "meldpunt@voorbeeldstad.example", "cvd@waterschap.example"


class House(Program):
    """A program with another contact address, and a door for letters from the Internet."""

    def __init__(self, folder: Path, contact: str, door: int, other: int) -> None:
        super().__init__(folder, f"127.0.0.1:{other}")
        self.contact = contact
        self.environ |= {"MELDPUNT_SMTP_IN": f"127.0.0.1:{door}", "MELDPUNT_ANSWER_ADDRESSES": "tagged"}

    def begin(self) -> None:
        self.answer("init", "--name", self.contact, "--contact", self.contact)
        self.launch()

    def outcomes(self) -> list[tuple[str, str]]:
        """What became of each letter that came in, in order."""
        return [tuple(row) for row in self.rows("SELECT outcome, why FROM intake_item ORDER BY id")]

    def sent(self) -> list[tuple[int, str]]:
        """(automatic, state) of each letter that goes out, in order."""
        question = "SELECT automatic, state FROM conversation_outboxletter ORDER BY created_at"
        return [tuple(row) for row in self.rows(question)]

    def writes(self, text: str) -> None:
        """A handler answers the reporter of the newest case."""
        script = Path(__file__).with_name("write_reply.py")
        subprocess.run([sys.executable, str(script), text], env=self.environ, check=True, timeout=60)


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[tuple[House, House]]:
    one, other = free_ports(2)
    found = House(tmp_path / "ours", OURS, one, other), House(tmp_path / "theirs", THEIRS, other, one)
    try:
        for house in found:
            house.begin()
        for house in found:
            house.wait_until_ready()
        yield found
    finally:
        for house in found:
            house.end()


def quiet(*houses: House) -> bool:
    """Nothing waits anywhere, and every letter that one has sent has come to the other: nothing can follow."""
    spools = [house.outcomes() for house in houses]
    boxes = [house.sent() for house in houses]
    waiting = any(outcome == "waiting" for spool in spools for outcome, _ in spool)
    waiting = waiting or any(state == "waiting" for box in boxes for _, state in box)
    ours, theirs = boxes
    return not waiting and len(spools[1]) == len(ours) and len(spools[0]) == len(theirs) + 1


def test_two_houses_fall_silent_after_one_letter_each(houses: tuple[House, House]) -> None:
    ours, theirs = houses
    # somebody at the other organisation reports here, from their own contact address
    raw = plain(("Cato", THEIRS), "Your gate is open", "Anyone can walk in.\n")
    hand_in(ours.lmtp, raw, THEIRS, OURS)
    until("the first silence", lambda: ours.sent() and quiet(ours, theirs))
    assert ours.outcomes() == [("opened", "")] and ours.sent() == [(1, "sent")]
    assert theirs.outcomes() == [("ignored", "auto-reply")] and theirs.sent() == []

    # a person here answers: the other house hears a person, makes a case of it and says so, once
    ours.writes("Thank you. Which gate?")
    until("the second silence", lambda: len(ours.sent()) == 2 and theirs.sent() and quiet(ours, theirs))
    assert ours.sent() == [(1, "sent"), (0, "sent")]
    assert theirs.outcomes()[1:] == [("opened", "")] and theirs.sent() == [(1, "sent")]
    assert ours.outcomes()[1:] == [("ignored", "auto-reply")]

    # a person there writes back: it joins the case here, and brings a key, so the receipt goes encrypted, once
    theirs.writes("The one at the back.")
    until("the third silence", lambda: len(ours.sent()) == 3 and quiet(*houses))
    assert ours.outcomes()[2:] == [("joined", "")]
    assert ours.sent()[2:] == [(1, "sent")] and theirs.sent() == [(1, "sent"), (0, "sent")]
    assert theirs.outcomes()[2:] == [("ignored", "auto-reply")]

    # from now on people write, and no machine says anything
    ours.writes("We have closed it.")
    until("silence again", lambda: len(ours.sent()) == 4 and quiet(*houses))
    assert ours.sent()[3:] == [(0, "sent")] and len(theirs.sent()) == 2
    assert theirs.outcomes()[3:] == [("joined", "")]
    for house in houses:
        assert house.stop() == 0
        assert "bug" not in house.said.lower() and "Traceback" not in house.said
