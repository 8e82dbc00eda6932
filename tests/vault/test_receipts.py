import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldpunt.vault.errors import BadReceipt
from meldpunt.vault.rules import BITS, CONFUSED, SYMBOLS, Receipt, read_receipt, receipt_from_random

receipts = st.integers(0, 2**BITS - 1).map(Receipt)


@given(receipts)
def test_a_receipt_is_read_as_it_is_shown(receipt):
    assert read_receipt(receipt.code) == receipt


@given(receipts, st.randoms(use_true_random=False))
def test_case_spaces_and_dashes_do_not_matter(receipt, chance):
    sloppy = "".join(
        chance.choice([c.lower(), c]) + chance.choice(["", " ", "-", "\n"]) for c in receipt.code if c != "-"
    )
    assert read_receipt(sloppy) == receipt


@given(receipts)
def test_letters_that_look_like_digits_are_read_as_those(receipt):
    body, check = receipt.code[:-1], receipt.code[-1]
    assert read_receipt(body.replace("1", "l").replace("0", "O") + check) == receipt


@given(receipts, st.integers(0, 26), st.sampled_from(SYMBOLS))
def test_any_single_typing_error_is_found(receipt, place, wrong):
    plain = list(receipt.code.replace("-", ""))
    if plain[place] == wrong:
        return
    plain[place] = wrong
    with pytest.raises(BadReceipt):
        read_receipt("".join(plain))


@given(receipts, st.integers(0, 25))
def test_any_two_neighbours_changed_places_are_found(receipt, place):
    plain = list(receipt.code.replace("-", ""))
    if plain[place] == plain[place + 1]:
        return
    plain[place], plain[place + 1] = plain[place + 1], plain[place]
    with pytest.raises(BadReceipt):
        read_receipt("".join(plain))


@pytest.mark.parametrize("typed", ["", "A", "0" * 26, "0" * 28, "é" * 27, "U" * 27, "\0" * 27, "0" * 100_000])
def test_what_is_no_receipt_is_refused_with_a_sentence(typed):
    with pytest.raises(BadReceipt, match=r"receipt"):
        read_receipt(typed)


def test_the_two_derivations_are_different_and_fixed():
    receipt = receipt_from_random(bytes(range(17)))
    assert receipt.finder != receipt.opener.hex()
    assert receipt_from_random(bytes(range(17))).opener == receipt.opener


def test_a_receipt_does_not_show_itself_in_a_log():
    receipt = receipt_from_random(b"\xff" * 17)
    assert str(receipt.number) not in repr(receipt)
    assert receipt.number.bit_length() == BITS


def test_no_symbol_is_confused_with_another():
    assert SYMBOLS.translate(CONFUSED) == SYMBOLS
