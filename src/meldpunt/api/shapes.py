"""What goes in and out: views of the rooms as JSON.  What comes in is checked here by shape, by the rooms by sense."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, StringConstraints

REF = r"^[A-Za-z0-9]{1,8}-[0-9]{4}-[0-9]{1,9}$"
Text = Annotated[str, StringConstraints(min_length=1, max_length=100_000, pattern=r"\S")]


class Out(Schema):
    model_config = ConfigDict(extra="forbid")


class Health(Out):
    status: str


class Problem(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[dict[str, str]] | None = None


class Promise(Out):
    """Something owed.  ``due_on`` is a local day; late from ``late_from`` on.  ``left``: working days."""

    case: str
    kind: str
    number: int
    sentence: str
    state: str
    started_at: datetime
    due_on: date
    late_from: datetime
    kept_at: datetime | None
    kept_by: str
    left: int
    moved: int
    exact: bool
    listed: bool


class CaseLine(Out):
    ref: str
    title: str
    received_at: datetime
    door: str
    language: str
    handler: str
    reach: str
    protection: str
    verdict: str
    severity: str
    expected_on: date | None


class Owed(Out):
    case: CaseLine
    promise: Promise


class OwedPage(Out):
    page: int
    more: bool
    counts: dict[str, int]
    owed: list[Owed]


class PromisePage(Out):
    page: int
    more: bool
    promises: list[Promise]


class Case(Schema):
    """Everything that the holder of the token may see of a case, as ``meldpunt case REF --json`` prints it."""

    case: dict[str, Any]
    reporter: dict[str, Any] | None = None
    promises: list[dict[str, Any]]
    items: list[dict[str, Any]]
    judgements: list[dict[str, Any]]
    sending: dict[str, Any] | None = None
    key_trouble: str = ""
    entries: int
    head: str


class Quarter(Out):
    promise: str
    quarter: str
    kept: int
    kept_in_part: int
    kept_late: int
    missed: int
    open: int


class Score(Out):
    since: date
    entries: int
    quarters: list[Quarter]


class In(Schema):
    model_config = ConfigDict(extra="forbid")


class Written(In):
    text: Text


class Acted(Out):
    """What a case's log came to by the act: how many entries, and the fingerprint of the newest."""

    case: str
    entries: int
    head: str
