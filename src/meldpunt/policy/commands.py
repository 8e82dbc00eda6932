"""Ways to change the policy: publish another version of it, or propose one and let somebody else do so."""

from datetime import datetime

from django.db import IntegrityError, transaction

from meldpunt.ground.values import Actor
from meldpunt.ledger import log
from meldpunt.policy import proposing, queries
from meldpunt.policy.document import digest_of, read
from meldpunt.policy.errors import NoSuchProposal, PublishedMeanwhile, Unchanged
from meldpunt.policy.events import PolicyApproved, PolicyProposed, PolicyPublished, PolicyWithdrawn
from meldpunt.policy.models import Proposal, Version
from meldpunt.policy.proposing import Act, State
from meldpunt.policy.queries import ProposalView
from meldpunt.policy.shape import Policy


@transaction.atomic
def publish(text: str, summary: str = "", base: int | None = None, *, by: Actor, now: datetime) -> int:
    """Make ``text`` the policy from now on and return its version number.

    ``base``: the version that the writer began with (0: none); refused when another one holds by now.

    Refuses a text that cannot be read (``BadPolicy``), one that holds already (``Unchanged``), and
    any when the policy that holds asks for two people (``NeedsSecondPerson``).
    """
    proposing.check_organisation(by)
    read(text)
    newest = _hold()
    _check_base(newest, base)
    proposing.check_alone(_policy_of(newest))
    summary = proposing.check_summary(summary) if summary.strip() else ""
    return _publish(text, newest, Version(summary=summary), by=by, now=now)


@transaction.atomic
def propose(text: str, summary: str, base: int | None = None, *, by: Actor, now: datetime) -> ProposalView:
    """Put ``text`` forward as the next version; ``summary`` tells the public what changes, ``base`` as in ``publish``.

    Refuses what ``publish`` would refuse, and an empty summary (``BadProposal``).
    """
    proposing.check_organisation(by)
    read(text)
    newest, digest = _hold(), digest_of(text)
    _check_base(newest, base)
    _check_changed(newest, digest)
    proposal = Proposal.objects.create(
        text=text,
        digest=digest,
        summary=proposing.check_summary(summary),
        base=newest.number if newest else 0,
        proposed_by=str(by),
        proposed_at=now,
    )
    log.append(log.HOUSE, PolicyProposed(proposal=proposal.pk, digest=digest), by=by, now=now)
    return queries.as_view(proposal)


@transaction.atomic
def approve(proposal_id: int, *, by: Actor, now: datetime) -> int:
    """Publish a proposal and return its version number.

    Refuses the proposer when the policy that holds asks for two people (``NeedsSecondPerson``), a proposal
    that is decided about (``DecidedAlready``), and one made before the newest version (``PublishedMeanwhile``).
    """
    proposing.check_organisation(by)
    newest = _hold()
    proposal = _hold_proposal(proposal_id)
    became = proposing.step(State(proposal.state), Act.APPROVE)
    if (newest.number if newest else 0) != proposal.base:
        raise PublishedMeanwhile("Another version has been published since this was proposed. Please propose it again.")
    proposing.check_second(_policy_of(newest), proposal.proposed_by, by)
    read(proposal.text)
    version = Version(summary=proposal.summary, proposed_by=proposal.proposed_by)
    number = _publish(proposal.text, newest, version, by=by, now=now)
    _decide(proposal, became, number, by=by, now=now)
    log.append(log.HOUSE, PolicyApproved(proposal=proposal.pk, version=number), by=by, now=now)
    return number


@transaction.atomic
def withdraw(proposal_id: int, *, by: Actor, now: datetime) -> None:
    """Take a proposal back, one's own or another's."""
    proposing.check_organisation(by)
    proposal = _hold_proposal(proposal_id)
    _decide(proposal, proposing.step(State(proposal.state), Act.WITHDRAW), None, by=by, now=now)
    log.append(log.HOUSE, PolicyWithdrawn(proposal=proposal.pk), by=by, now=now)


def _hold() -> Version | None:
    return Version.objects.select_for_update().order_by("-number").first()


def _hold_proposal(id: int) -> Proposal:
    found = Proposal.objects.select_for_update().filter(pk=id).first()
    if found is None:
        raise NoSuchProposal("There is no proposal %(id)d.", id=id)
    return found


def _policy_of(version: Version | None) -> Policy | None:
    return queries.version(version.number).policy if version else None


def _check_base(newest: Version | None, base: int | None) -> None:
    """Whoever wrote on from an older version would undo the newer one without having seen it."""
    if base is not None and (newest.number if newest else 0) != base:
        raise PublishedMeanwhile(
            "Another version has been published since you began. Please look at what your text changes now."
        )


def _check_changed(newest: Version | None, digest: str) -> None:
    if newest is not None and newest.digest == digest:
        raise Unchanged("Version %(number)d says exactly this already.", number=newest.number)


def _publish(text: str, newest: Version | None, version: Version, *, by: Actor, now: datetime) -> int:
    digest = digest_of(text)
    _check_changed(newest, digest)
    version.number = newest.number + 1 if newest else 1
    version.text, version.digest, version.published_at, version.by = text, digest, now, str(by)
    _save(version)
    log.append(log.HOUSE, PolicyPublished(version=version.number, digest=digest), by=by, now=now)
    return version.number


def _decide(proposal: Proposal, became: State, version: int | None, *, by: Actor, now: datetime) -> None:
    proposal.state, proposal.version = became, version
    proposal.decided_by, proposal.decided_at = str(by), now
    proposal.save(update_fields=["state", "version", "decided_by", "decided_at"])


def _save(version: Version) -> None:
    """Two who publish at once get the same number: the second one is told, and nothing is written over."""
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError:
        raise PublishedMeanwhile("Somebody else has just published a version. Please look at it first.") from None
