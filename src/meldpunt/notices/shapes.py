"""A call to a webhook as bytes, for each kind of receiver, and its signature.  Pure.

    plain         {"type": "meldpunt.notices", "timestamp": "2026-03-04T07:00:00Z",
                   "data": {"notices": [{"id": 12, "what": "due-soon", "case": "VB-2026-0007", "promise": "assessment",
                                         "due_on": "2026-03-05", "late_from": "2026-03-05T23:00:00Z",
                                         "at": "…", "page": "https://desk…/cases/VB-2026-0007/"}]}}
    mattermost    {"username": "Meldpunt", "text": "…"}
    slack         {"text": "…"}
    matrix        {"username": "Meldpunt", "text": "…"}      a generic webhook of matrix-hookshot

Signed as Standard Webhooks 1.0 has it: HMAC-SHA256 over ``id.timestamp.body``.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from meldpunt.conversation.rules import Draft
from meldpunt.notices.rules import Form, Notice


def body_of(form: Form, notices: Sequence[Notice], pages: Sequence[str], draft: Draft, now: datetime) -> bytes:
    """What is posted.  ``pages``: where each is seen; ``draft``: the same in words."""
    if form is Form.PLAIN:
        data = [_plain(one, page) for one, page in zip(notices, pages, strict=True)]
        shape: dict[str, Any] = {"type": "meldpunt.notices", "timestamp": _at(now), "data": {"notices": data}}
    else:
        shape = {"text": f"{draft.subject}\n\n{draft.body.strip()}"}
        if form is not Form.SLACK:
            shape["username"] = "Meldpunt"
    return json.dumps(shape, ensure_ascii=False).encode()


def _plain(notice: Notice, page: str) -> dict[str, Any]:
    return {
        "id": notice.id,
        "what": notice.what,
        "case": notice.case or None,
        "promise": notice.promise or None,
        "due_on": notice.due_on.isoformat() if notice.due_on else None,
        "late_from": _at(notice.late_from) if notice.late_from else None,
        "at": _at(notice.at),
        "page": page,
    }


def _at(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def headers_for(body: bytes, notices: Sequence[Notice], secret: bytes, now: datetime) -> dict[str, str]:
    """The same notices have the same ``webhook-id``, however often they are sent."""
    name = hashlib.sha256(",".join(str(one.id) for one in notices).encode()).hexdigest()[:32]
    moment = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        "webhook-id": f"msg_{name}",
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature(secret, f'msg_{name}', moment, body)}",
    }


def signature(secret: bytes, name: str, moment: str, body: bytes) -> str:
    signed = hmac.new(secret, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    return base64.b64encode(signed).decode()
