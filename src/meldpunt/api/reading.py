"""What may be read: what is owed, one case whole, promises, the score.  With the eyes of the token's holder."""

from typing import Annotated, Any

from ninja import Path, Query, Router
from pydantic import StringConstraints

from meldpunt.api import shapes
from meldpunt.api.middleware import ApiRequest
from meldpunt.conversation import queries as conversation
from meldpunt.ground.plain import plain
from meldpunt.ground.values import CaseRef
from meldpunt.oversight import queries as oversight
from meldpunt.oversight.rules import SENTENCES, Outcome
from meldpunt.policy import queries as policy
from meldpunt.promises import choosing
from meldpunt.promises import queries as promises
from meldpunt.promises.queries import Inbox
from meldpunt.promises.rules import SENTENCE, PromiseView

router = Router(tags=["read"])
Word = Annotated[str, StringConstraints(pattern=f"^({'|'.join(choosing.FACET)})$")]
Show = Annotated[
    list[Word], Query(default_factory=list, max_length=len(choosing.OFFERED), description="Filters, one of a kind.")
]
Page = Annotated[int, Query(ge=1, le=10_000)]
Size = Annotated[int, Query(ge=1, le=100)]
Ref = Annotated[str, Path(max_length=24, pattern=shapes.REF)]


@router.get("/owed", response=shapes.OwedPage, summary="What is owed next, with its case")
def owed(request: ApiRequest, show: Show, page: Page = 1, size: Size = 50) -> dict[str, Any]:
    found = _inbox(request, show, page, size)
    rows = [{"case": _line(plain(one.case)), "promise": promise_as_data(one.promise)} for one in found.rows]
    return {"page": page, "more": found.more, "counts": _counts(found), "owed": rows}


@router.get("/promises", response=shapes.PromisePage, summary="Open promises, the most urgent first")
def owed_promises(request: ApiRequest, show: Show, page: Page = 1, size: Size = 50) -> dict[str, Any]:
    found = _inbox(request, show, page, size)
    return {"page": page, "more": found.more, "promises": [promise_as_data(one.promise) for one in found.rows]}


def _inbox(request: ApiRequest, show: list[str], page: int, size: int) -> Inbox:
    calendar = policy.current().policy.calendar
    return promises.inbox(
        request.actor,
        choosing.chosen(show),
        keys=request.keys,
        calendar=calendar,
        now=request.now,
        page=page,
        size=size,
    )


@router.get("/cases/{ref}", response=shapes.Case, summary="One case, whole")
def case(request: ApiRequest, ref: Ref) -> dict[str, Any]:
    calendar = policy.current().policy.calendar
    page = conversation.case_page(
        request.actor, CaseRef(ref.upper()), keys=request.keys, calendar=calendar, now=request.now
    )
    data: dict[str, Any] = plain(page)
    for entry, item in zip(data["items"], page.items, strict=True):
        entry["item"] = type(item).__name__.lower()
    data["promises"] = [promise_as_data(promise) for promise in page.promises]
    return data


@router.get("/score", response=shapes.Score, summary="The promises by quarter, exactly")
def score(request: ApiRequest) -> dict[str, Any]:
    found = oversight.score(request.actor, request.now)
    quarters = [
        {"promise": sentence, "quarter": str(quarter)}
        | {outcome.replace("-", "_"): tally.counts.get(outcome, 0) for outcome in Outcome}
        for sentence in SENTENCES
        for quarter, tally in sorted(found.found[sentence].items())
    ]
    return {"since": found.since.isoformat(), "entries": found.entries, "quarters": quarters}


def _counts(found: Inbox) -> dict[str, int]:
    """By filter, what it would show beside the chosen ones."""
    return {"everything": found.counts.everything, **found.counts.by_word}


def promise_as_data(promise: PromiseView) -> dict[str, Any]:
    """A promise, with the sentence of the policy to which it belongs."""
    data = {name: value for name, value in plain(promise).items() if name != "bar"}
    return {**data, "sentence": SENTENCE[promise.kind]}


def _line(case: dict[str, Any]) -> dict[str, Any]:
    return {name: case[name] for name in shapes.CaseLine.model_fields}
