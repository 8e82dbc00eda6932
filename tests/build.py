"""A small cast and a few builders, so that a test says only what matters to it."""

import functools
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.cast import BASE, CONTACT, MONDAY_NINE, OPENER, OPERATOR

from meldpunt.cases.rules import Arrival, Content, Reporter
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.rules import Letterhead
from meldpunt.ground.values import CaseRef
from meldpunt.intake import commands as intake
from meldpunt.intake.rules import Door, Envelope
from meldpunt.policy import commands as policy
from meldpunt.policy.default import default_text
from meldpunt.policy.shape import Wording
from meldpunt.vault import commands as vault
from meldpunt.vault import keyring, openpgp
from meldpunt.vault.keyring import VaultKeys
from meldpunt.vault.rules import Receipt, receipt_from_random
from meldpunt.works.followers import catch_up

HEAD = Letterhead(Wording((("nl", "Gemeente Voorbeeldstad"), ("en", "Municipality of Voorbeeldstad"))), CONTACT, BASE)


@dataclass
class House:
    """A founded house: its folder, its keys, and what a test does most with it."""

    folder: Path
    keys: VaultKeys
    receipts: list[Receipt] = field(default_factory=list)
    _count: int = 0

    def receipt(self) -> Receipt:
        """A receipt that is different each time, and the same in every run."""
        self._count += 1
        return receipt_from_random(bytes([self._count % 256] * 17))

    def receive(self, raw: bytes = b"Subject: x\r\n\r\nhello\r\n", now: datetime = MONDAY_NINE) -> str:
        return intake.receive(
            raw, door=Door.LMTP, envelope=Envelope(), keys=self.keys.public, folder=self.folder, by=OPENER, now=now
        )

    def arrival(self, text: str = "The lock of the tax page opens for anyone.", **changes: object) -> Arrival:
        now = changes.pop("now", MONDAY_NINE)
        assert isinstance(now, datetime)
        token = self.receive(now=now)
        protection = str(changes.pop("protection", "unprotected"))
        plain = {
            "reporter": Reporter("Nachtuil", "nachtuil@example.org"),
            "title": text[:60],
            "message_id": f"<{token}@example.org>",
        } | changes
        return Arrival(token, now, Door.LMTP, Content(text, protection=protection), **plain)  # type: ignore[arg-type]

    def a_case(self, text: str = "The lock of the tax page opens for anyone.", **changes: object) -> CaseRef:
        """A case of that report; its receipt is the last of ``receipts``."""
        self.receipts.append(self.receipt())
        arrival = self.arrival(text, **changes)
        _, ref = conversation.take_in(
            arrival, None, self.receipts[-1], HEAD, keys=self.keys, by=OPENER, now=arrival.received_at
        )
        catch_up()
        return ref


def found(folder: Path) -> House:
    """A house with keys, the default policy and an OpenPGP key, in the test's own database."""
    vault.found(folder, by=OPERATOR, now=MONDAY_NINE)
    keys = keyring.vault(folder, "operator")
    text = default_text(name="Gemeente Voorbeeldstad", contact=CONTACT, languages=("nl", "en"), prefix="VB")
    policy.publish(text, by=OPERATOR, now=MONDAY_NINE)
    vault.import_keys(organisation_key(), "", True, keys=keys, by=OPERATOR, now=MONDAY_NINE)
    return House(folder, keys)


@functools.cache
def organisation_key() -> bytes:
    """Made once in a run: gpg takes its time."""
    return openpgp.make_key("Gemeente Voorbeeldstad", CONTACT)


@functools.cache
def reporters_key() -> bytes:
    return openpgp.make_key("Nachtuil", "nachtuil@example.org")
