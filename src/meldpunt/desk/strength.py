"""Whether this session has shown two factors at the sign-in provider, which is trusted for that."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest


def is_strong(request: HttpRequest, user: Any) -> bool:
    records = get_authentication_records(request, user)
    return any(one["method"] == "provider" and one.get("strong") is True for one in records)
