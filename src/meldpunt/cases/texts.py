"""Everything that was written in some cases, opened: for who makes them findable and shows where something was found.

However many cases there are, it takes three looks at the database.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from meldpunt.cases import sealed
from meldpunt.cases.models import Case, Record, Seal
from meldpunt.cases.rules import Purpose, RecordKind, Reporter, key_context
from meldpunt.ground.values import CaseRef
from meldpunt.vault import sealing
from meldpunt.vault.errors import CannotOpen
from meldpunt.vault.keyring import VaultKeys


@dataclass(frozen=True, slots=True)
class Text:
    """A record: what it says, the names of its files, and who sent it if that was not the reporter."""

    kind: RecordKind
    at: datetime
    by: str
    text: str = field(repr=False)
    files: tuple[str, ...] = field(default=(), repr=False)
    sender: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Texts:
    """A case with what was written in it, the newest first.  What cannot be opened any more is not in here."""

    ref: CaseRef
    language: str
    title: str = field(repr=False)
    reporter: Reporter = field(repr=False)
    verdict: str
    severity: str
    handler: str
    texts: tuple[Text, ...] = field(repr=False)


def of_cases(refs: Sequence[str], keys: VaultKeys, most: int) -> dict[CaseRef, Texts]:
    """What was written in these cases, of each the newest ``most`` records."""
    cases = {row.pk: row for row in Case.objects.filter(ref__in=refs)}
    privates = _privates(cases, keys)
    ranked = Record.objects.filter(case__in=cases).exclude(kind=RecordKind.RAW)
    newest = Window(RowNumber(), partition_by=[F("case_id")], order_by=F("number").desc())
    rows = ranked.annotate(place=newest).filter(place__lte=most).order_by("case_id", "-number")
    written: defaultdict[int, list[Text]] = defaultdict(list)
    for row in rows:
        ref, opening = cases[row.case_id].ref, privates[row.case_id]
        with suppress(KeyError, CannotOpen):  # its key was destroyed, or it is damaged: the others are there still
            private = opening[Purpose.DESK if row.kind == RecordKind.NOTE else Purpose.CASE]
            written[row.case_id].append(_open(row, ref, private, opening.get(Purpose.IDENTITY, b"")))
    return {
        CaseRef(case.ref): Texts(
            CaseRef(case.ref),
            case.language,
            sealed.open_line(case.title, "title", case.ref, keys),
            _reporter(case, privates[key]),
            case.verdict,
            case.severity,
            case.handler,
            tuple(written[key]),
        )
        for key, case in cases.items()
    }


def _privates(cases: Mapping[int, Case], keys: VaultKeys) -> dict[int, dict[Purpose, bytes]]:
    found: dict[int, dict[Purpose, bytes]] = {key: {} for key in cases}
    rows = Seal.objects.filter(case__in=cases, holder=sealed.VAULT).values_list("case_id", "purpose", "sealed")
    for case, purpose, closed in rows:
        context = key_context(cases[case].ref, purpose, sealed.VAULT)
        with suppress(CannotOpen):
            found[case][Purpose(purpose)] = sealing.unseal(keys.private, bytes(closed), context)
    return found


def _reporter(case: Case, privates: Mapping[Purpose, bytes]) -> Reporter:
    with suppress(KeyError, CannotOpen):
        return sealed.open_reporter(case, privates[Purpose.IDENTITY])
    return Reporter()


def _open(row: Record, ref: str, private: bytes, identity: bytes) -> Text:
    held = json.loads(sealed.open_record(row, ref, private))
    elsewhere = held.get("elsewhere", "")
    judged = " ".join(filter(None, (held.get("why_no_date"), held.get("vector"))))
    return Text(
        RecordKind(row.kind),
        row.at,
        row.by,
        held.get("text", judged),
        tuple(file["name"] for file in held.get("files", [])),
        sealed.open_elsewhere(elsewhere, ref, identity) if elsewhere and identity else "",
    )
