"""What the ledger refuses before it touches a database."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from tests.cast import HANNA, MONDAY_NINE

from meldpunt.ledger import log


@dataclass(frozen=True)
class Happened:
    kind: ClassVar[str] = "test.happened"


def test_a_fact_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="with the change, or not at all"):
        log.append("VB-2026-0001", Happened(), by=HANNA, now=MONDAY_NINE)
