"""The same request twice is one act: what was answered is kept with the act, in its transaction, and answered again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from meldpunt.tokens.errors import OtherRequest
from meldpunt.tokens.models import Done

REMEMBERED = timedelta(days=7)


def once(token: str, key: str, digest: str, now: datetime, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Act and give its answer, or give the answer of the first time.  Without a ``key`` it simply acts.

    ``digest``: of the request; ``OtherRequest`` when another one went under the same key.  The answer is kept as it
    is, so it names references and holds no content.
    """
    if not key:
        return act()
    with transaction.atomic():
        Done.objects.filter(token=token, at__lt=now - REMEMBERED).delete()
        try:
            with transaction.atomic():  # who comes second waits here until the first one is done
                row = Done.objects.create(token=token, key=key, digest=digest, at=now)
        except IntegrityError:
            return _again(token, key, digest)
        answer = act()
        row.answer = answer
        row.save(update_fields=["answer"])
        return answer


def _again(token: str, key: str, digest: str) -> dict[str, Any]:
    row = Done.objects.get(token=token, key=key)
    if row.digest != digest:
        raise OtherRequest("Another request was sent under this Idempotency-Key.")
    answer: dict[str, Any] = row.answer
    return answer
