"""The one way to change the policy: publish another version of it."""

from datetime import datetime

from django.db import IntegrityError, transaction

from meldpunt.ground.values import Actor, Role
from meldpunt.ledger import log
from meldpunt.policy.document import digest_of, read
from meldpunt.policy.errors import MayNotPublish, PublishedMeanwhile, Unchanged
from meldpunt.policy.events import PolicyPublished
from meldpunt.policy.models import Version


@transaction.atomic
def publish(text: str, *, by: Actor, now: datetime) -> int:
    """Make ``text`` the policy from now on and return its version number.

    Refuses a text that cannot be read (``BadPolicy``), or that holds already (``Unchanged``).
    """
    if by.role is Role.REPORTER:
        raise MayNotPublish("Only the organisation may publish its policy.")
    read(text)
    newest = Version.objects.select_for_update().order_by("-number").first()
    digest = digest_of(text)
    if newest is not None and newest.digest == digest:
        raise Unchanged("Version %(number)d says exactly this already.", number=newest.number)
    number = newest.number + 1 if newest else 1
    _save(Version(number=number, text=text, digest=digest, published_at=now, by=str(by)))
    log.append(log.HOUSE, PolicyPublished(version=number, digest=digest), by=by, now=now)
    return number


def _save(version: Version) -> None:
    """Two who publish at once get the same number: the second one is told, and nothing is written over."""
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError:
        raise PublishedMeanwhile("Somebody else has just published a version. Please look at it first.") from None
