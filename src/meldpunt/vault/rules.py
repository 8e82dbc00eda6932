"""Receipts: what a reporter keeps instead of an account.  Pure.

A receipt is 130 random bits as 26 symbols of Crockford's base32 and one check
symbol (the value modulo 37), shown in groups.  Case, spaces and dashes do not
matter, nor whether I and L are read for 1, or O for 0; any single wrong symbol and any two
neighbours changed places are found by the check symbol before anything is looked up.

Two independent derivations: ``finder`` is what the database is asked for,
``opener`` is the key under which the case's key is sealed.  Neither leads to the other.
"""

import hashlib
from dataclasses import dataclass, field

from meldpunt.vault.errors import BadReceipt

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_SYMBOLS = SYMBOLS + "*~$=U"
BITS = 130
LENGTH = BITS // 5
GROUPS = (5, 5, 5, 5, 7)
CONFUSED = str.maketrans("ILO", "110")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A whole receipt.  Never stored, never logged: ``repr`` does not show it."""

    number: int = field(repr=False)

    @property
    def code(self) -> str:
        """As it is shown: five groups with dashes."""
        symbols = [SYMBOLS[(self.number >> shift) & 31] for shift in range(BITS - 5, -1, -5)]
        plain = "".join(symbols) + CHECK_SYMBOLS[self.number % 37]
        groups, at = [], 0
        for size in GROUPS:
            groups.append(plain[at : at + size])
            at += size
        return "-".join(groups)

    @property
    def finder(self) -> str:
        """What finds the case: 64 hex digits, safe to store."""
        return self._derive(b"find").hex()

    @property
    def opener(self) -> bytes:
        """What opens the case: a 32-byte key, never stored."""
        return self._derive(b"open")

    def _derive(self, purpose: bytes) -> bytes:
        # 130 random bits need no slow hash; ``person`` keeps the two derivations apart
        return hashlib.blake2b(self.number.to_bytes(17, "big"), digest_size=32, person=b"mp-" + purpose).digest()


def receipt_from_random(chance: bytes) -> Receipt:
    """A receipt from at least 17 random bytes."""
    return Receipt(int.from_bytes(chance[:17], "big") >> (17 * 8 - BITS))


def read_receipt(typed: str) -> Receipt:
    """The receipt that somebody typed or pasted, or ``BadReceipt`` with what is wrong."""
    symbols = "".join(c for c in typed.upper() if c.isalnum() or c in "*~$=")
    if len(symbols) != LENGTH + 1:
        raise BadReceipt(
            "A receipt has %(should)d letters and digits; this one has %(has)d.", should=LENGTH + 1, has=len(symbols)
        )
    body, check = symbols[:-1].translate(CONFUSED), symbols[-1].translate(CONFUSED)
    number = 0
    for place, symbol in enumerate(body, start=1):
        value = SYMBOLS.find(symbol)
        if value < 0:
            raise BadReceipt("Symbol %(place)d of the receipt cannot be right.", place=place)
        number = number << 5 | value
    if CHECK_SYMBOLS.find(check) != number % 37:
        raise BadReceipt("There is a typing error in this receipt. Please compare it with what you saved.")
    return Receipt(number)
