"""What may be done: take a case, note, write to its reporter.  By the person who holds the token, and in their name.

A request with an ``Idempotency-Key`` acts once: the same request again gets the same answer.
"""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from ninja import Header, Router

from meldpunt.api import shapes
from meldpunt.api.middleware import ApiRequest
from meldpunt.api.reading import Ref
from meldpunt.cases import commands as cases
from meldpunt.conversation import commands as conversation
from meldpunt.conversation.queries import letterhead
from meldpunt.ground.errors import Conflict
from meldpunt.ground.values import CaseRef
from meldpunt.ledger import log
from meldpunt.policy import queries as policy
from meldpunt.promises.spoken import found_in
from meldpunt.tokens import commands as tokens
from meldpunt.tokens.once import once

router = Router(tags=["act"])
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=64, pattern=r"^[\x21-\x7e]+$")]


class Unseen(Conflict):
    """The letter promises something that nobody has looked at."""


@router.post("/cases/{ref}/take", response=shapes.Acted, summary="Take a case")
def take(request: ApiRequest, ref: Ref, idempotency_key: Key = "") -> dict[str, Any]:
    def act(case: CaseRef) -> None:
        cases.take(case, by=request.actor, now=request.now)

    return _act(request, ref, "take", idempotency_key, act)


@router.post("/cases/{ref}/notes", response={201: shapes.Acted}, summary="Keep an internal note")
def note(request: ApiRequest, ref: Ref, payload: shapes.Written, idempotency_key: Key = "") -> dict[str, Any]:
    def act(case: CaseRef) -> None:
        cases.note(case, _kept(payload.text), keys=request.keys, by=request.actor, now=request.now)

    return _act(request, ref, "note", idempotency_key, act)


@router.post("/cases/{ref}/replies", response={201: shapes.Acted}, summary="Write to the reporter")
def reply(request: ApiRequest, ref: Ref, payload: shapes.Written, idempotency_key: Key = "") -> dict[str, Any]:
    """A letter in the case's own protection.

    It keeps no promise: only a person's letter from the desk does.  One that says when the reporter will hear is
    refused, as it would set a clock.
    """

    def act(case: CaseRef) -> None:
        text = _kept(payload.text)
        if found_in(text, request.now, policy.current().policy.calendar.zone):
            raise Unseen("The letter says when the reporter will hear more, which sets a clock. Send it at the desk.")
        head = letterhead(settings.CONFIG.portal_address)
        conversation.write(
            case, text, "reply", head, keys=request.keys, by=request.actor, now=request.now, by_program=True
        )

    return _act(request, ref, "reply", idempotency_key, act)


def _kept(text: str) -> str:
    """No database keeps a NUL; half a character is none."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()


def _act(request: ApiRequest, ref: str, name: str, key: str, act: Callable[[CaseRef], None]) -> dict[str, Any]:
    """Once, in one transaction with the word that a program did it; then the followers, and how the log stands."""
    request.bearer.check_acts()
    case = CaseRef(ref.upper())

    def work() -> dict[str, Any]:
        act(case)
        tokens.note_act(case, request.bearer.token, name, by=request.actor, now=request.now)
        told = log.read(case)
        return {"case": case, "entries": len(told), "head": told[-1].hash}

    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    with transaction.atomic():
        answer = once(request.bearer.token, key, digest, request.now, work)
    import_string(settings.MELDPUNT_CATCH_UP)()
    return answer
