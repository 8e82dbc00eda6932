"""There and back, as mail programs do it: a letter of ours read with GnuPG and RNP, answered by its Reply-To alone."""

from email import message_from_bytes
from email.policy import default

import pytest
from tests.journey.letters import encrypted, hand_in, plain, read
from tests.journey.program import CONTACT, Program, until
from tests.journey.sink import Sink
from tests.vault.gnupg import Person, a_person
from tests.vault.rnp import a_reader

pytestmark = pytest.mark.real
ADDRESS = "rui@reporter.example"


def test_a_letter_of_ours_in_the_hands_of_its_reporter(program: Program, sink: Sink) -> None:
    program.environ["MELDPUNT_ANSWER_ADDRESSES"] = "tagged"
    program.found()
    program.start()
    with a_person(ADDRESS, key="rsa") as rui:
        _there_and_back(program, sink, rui)
    _refused_for_ever(program, sink)
    assert program.stop() == 0
    assert "Traceback" not in program.said and ADDRESS not in program.said


def _there_and_back(program: Program, sink: Sink, rui: Person) -> None:
    ours = program.run("keys", "export").stdout.encode()
    rui.knows(ours)
    hand_in(program.lmtp, encrypted(rui, "Rui", "A hole in the wall", "Behind the clock.\n"), ADDRESS)
    raw = sink.wait_for(ADDRESS).raw
    letter, outer = read(rui, raw), message_from_bytes(raw, policy=default)
    assert (letter.outer_subject, outer["Auto-Submitted"]) == ("[...]", "auto-replied")
    assert "We have received your report" in letter.subject or "ontvangen" in letter.subject
    assert letter.signers and letter.answers
    with a_reader(rui.secret, ours) as rnp:
        text, signers = rnp.reads(outer.get_payload(1).get_payload(decode=True))
        assert signers == letter.signers and letter.subject.encode() in text

    # an answer by a program that keeps no thread, to the address that stands there
    answer_to = outer["Reply-To"].addresses[0].addr_spec
    assert answer_to != CONTACT
    hand_in(program.lmtp, plain(("Rui", ADDRESS), "more", "It is the third brick.\n"), ADDRESS, answer_to)
    outcomes = "SELECT outcome FROM intake_item ORDER BY id"
    until("the opener", lambda: ("waiting",) not in program.rows(outcomes))
    assert program.rows(outcomes) == [("opened",), ("joined",)]


def _refused_for_ever(program: Program, sink: Sink) -> None:
    """The sink knows no such reporter, and says so with their address in it."""
    hand_in(program.lmtp, plain(("No", "nobody@reporter.example"), "x", "Nothing.\n"), "nobody@reporter.example")
    state = "SELECT state, code, said FROM conversation_outboxletter ORDER BY created_at DESC LIMIT 1"
    until("the refusal", lambda: program.rows(state)[0][0] == "undelivered")
    [(_, code, said)] = program.rows(state)
    assert code == "5.1.1" and said and b"nobody" not in said
    assert "nobody@reporter" not in program.said
