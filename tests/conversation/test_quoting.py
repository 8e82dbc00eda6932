"""What of a letter is its writer's own.  Nothing is ever left out, whatever comes, and in bounded time."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.conversation.quoting import Kind, pieces

SHARED = Path(__file__).parents[2] / os.environ.get("MELDPUNT_KNOWN_ANSWERS", "../shared")
OUTLOOK_NL = "Van: Meldpunt <cvd@voorbeeldstad.example>\nVerzonden: maandag 2 maart 2026\nAan: Rui\nOnderwerp: Lek\n"
OUTLOOK_EN = "From: Meldpunt <cvd@voorbeeldstad.example>\nSent: Monday, March 2, 2026 9:12 AM\nTo: Rui\nSubject: Hole\n"


def own(text):
    return " ".join("".join(piece.text for piece in pieces(text) if piece.kind is Kind.OWN).split())


def kinds(text):
    return [str(piece.kind) for piece in pieces(text)]


@pytest.mark.parametrize(
    "introduction",
    [
        "Op ma 2 mrt 2026 om 09:12 schreef Meldpunt <cvd@voorbeeldstad.example>:",
        "Op 2 mrt. 2026 09:12 schreef Meldpunt <cvd@voorbeeldstad.example> het\nvolgende geschreven:",
        "Op 2 mrt. 2026, om 09:12 heeft Meldpunt <cvd@voorbeeldstad.example>\nhet volgende geschreven:",
        "On Mon, 2 Mar 2026 at 09:12, Meldpunt <cvd@voorbeeldstad.example> wrote:",
        "On 2 Mar 2026, at 09:12, Meldpunt <\ncvd@voorbeeldstad.example> wrote:",
        "Am 02.03.2026 um 09:12 schrieb Meldpunt:",
        "Le lun. 2 mars 2026 à 09:12, Meldpunt <cvd@voorbeeldstad.example> a écrit :",
    ],
)
def test_an_introduced_quotation_is_folded_and_what_follows_it_is_not(introduction):
    text = f"Yes, still open.\n\n{introduction}\n\n> Is it still open?\n> Regards\n\nAnd one thing more.\n"
    assert own(text) == "Yes, still open. And one thing more."
    assert kinds(text) == ["own", "quoted", "own"]


@pytest.mark.parametrize("head", [OUTLOOK_NL, OUTLOOK_EN, "_" * 32 + "\n" + OUTLOOK_EN])
def test_a_letter_quoted_with_its_headers_is_folded_to_the_end(head):
    assert own(f"Ja, nog steeds.\n\n{head}\nStaat het nog open?\n\nMeldpunt\n") == "Ja, nog steeds."


@pytest.mark.parametrize("rule", ["-----Oorspronkelijk bericht-----", "-------- Original Message --------"])
def test_a_rule_that_says_so_begins_a_quotation(rule):
    assert own(f"Ja.\n\n{rule}\nStaat het nog open?\n") == "Ja."


def test_answers_between_the_lines_stay_ones_own():
    text = "> Which page?\nThe login.\n> Which browser?\n>\n> And when?\nAny. Always.\n"
    assert own(text) == "The login. Any. Always."


@pytest.mark.parametrize(
    "text",
    [
        "The server answers:\n\nFrom: is reflected, see below.\nSent: nothing\n",
        "On Monday I wrote:\n  curl -d @x https://example.org\nand it opened.\n",
        "Steps:\n\n--\n" + "step\n" * 30,
        "From: header injection\n\nPut From: in the name field.\n",
        "a -> b\n  --option\n",
        "----- a letter inside this letter -----\nFrom: a@b\nSent: x\nTo: y\nSubject: z\n\nthe report\n",
    ],
)
def test_a_report_is_not_mistaken_for_a_quotation(text):
    assert kinds(text) == ["own"]


@pytest.mark.parametrize("text", ["> only\n> quoted\n", OUTLOOK_NL + "\nDoorgestuurd.\n", "-- \nRui\n", ""])
def test_what_has_no_word_of_its_own_is_shown_whole(text):
    assert kinds(text) == (["own"] if text else [])


def test_signatures_are_told_apart():
    assert kinds("Text.\n\n-- \nRui\nVoorbeeldstad\n") == ["own", "signature"]
    assert kinds("Text.\n\nVerstuurd vanaf mijn iPhone\n\nOp 2-3-2026 om 09:12 schreef A <a@b.nl>:\n> x\n") == [
        "own",
        "signature",
        "own",
        "quoted",
    ]


LINES = st.sampled_from(
    ["> x", "On 1 Jan 2026 a <a@b.c>", "wrote:", "Van: a", "Aan: b", "Datum: 1", "Onderwerp: z", "-- ", "_" * 12, ""]
)


@given(st.one_of(st.text(max_size=2000), st.lists(LINES, max_size=60).map("\n".join)))
def test_nothing_is_ever_left_out(text):
    assert "".join(piece.text for piece in pieces(text)) == text


SHORT = ("a", ">\n", "On 1\n", "From: x\n", "--\n", "\n", "<", "On 1 <\n", "_" * 12 + "\n", "wrote ", " ", "-", "\t>")
LONG = ("On 1 " + "wrote " * 60, "On 1 " + "wrote " * 60 + ":", "x <a@b> ", "a <" + "b@" * 190, "--\n" + "t\n" * 21)


@pytest.mark.parametrize("line", [*SHORT, *(line + "\n" for line in LONG), "On 2020 \n\n"])
def test_a_hostile_megabyte_takes_no_time(line):
    text = "x\n" + line * ((1 << 20) // len(line))
    start = time.process_time()
    found = pieces(text)
    assert time.process_time() - start < 0.5  # seconds of our own, however busy the machine is
    assert "".join(piece.text for piece in found) == text


# two of the rows want otherwise on purpose: a quotation that stands first counts as said there, and an introduction
# with nothing before it is left out there.  Nothing is left out here.
EXPECTED = 28


def test_the_known_answers():
    path = SHARED / "mail" / "any" / "reply_trim.jsonl"
    if not path.is_file():
        pytest.skip("the known answers are not here")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    right = sum(own(row["body"].replace("\r\n", "\n")) == " ".join(row["expected_reply"].split()) for row in rows)
    assert right >= EXPECTED, f"{right} of {len(rows)}"
