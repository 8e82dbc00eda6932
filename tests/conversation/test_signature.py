"""Every letter of ours says where our key is and which fingerprint it has."""

import re
from pathlib import Path

import pytest
from tests.build import HEAD
from tests.cast import BASE

import meldpunt
from meldpunt.conversation import letters, queries
from meldpunt.vault import queries as vault

LETTERS = Path(meldpunt.__file__).parent / "templates" / "letters"
TO_OURSELVES = {"notices", "embargo-over"}  # go to handlers only
ALL = sorted((path.parent.name, path.stem) for path in LETTERS.glob("*/*.txt") if path.stem not in TO_OURSELVES)
NAMES = {"nl": "Gemeente Voorbeeldstad", "en": "Municipality of Voorbeeldstad"}


@pytest.mark.parametrize(("language", "name"), ALL)
def test_every_letter_shows_the_fingerprint(house, language, name):
    head = queries.letterhead(BASE)
    body = letters.draft(name, language, head.words_in(language)).body
    assert " ".join(re.findall("....", vault.own_key().fingerprint)) in body
    assert f"{BASE}/key/" in body


def test_it_stands_below_our_name(house):
    head = queries.letterhead(BASE)
    name, where, fingerprint = letters.draft("reply", "nl", head.words_in("nl")).body.rstrip("\n").split("\n")[-3:]
    assert name == NAMES["nl"]
    assert where == f"Onze OpenPGP-sleutel: {BASE}/key/"
    assert fingerprint == "Vingerafdruk: " + " ".join(re.findall("....", vault.own_key().fingerprint))
    assert max(len(where), len(fingerprint)) <= 72


def test_there_is_no_such_line_without_a_key():
    body = letters.draft("reply", "en", HEAD.words_in("en")).body
    assert body.endswith(f"\n\n{NAMES['en']}\n")
