"""Which right each address of the desk asks for.  An address that is not named here is shut to everybody.

The commands and queries behind an address ask again.  This table makes that a page for which somebody has no right
looks like one that does not exist, before anything of it is read.
"""

from collections.abc import Mapping
from types import MappingProxyType

from meldpunt.cases import access
from meldpunt.desk.errors import NoSuchPage
from meldpunt.ground.errors import NotFound
from meldpunt.ground.rights import Right, may
from meldpunt.ground.values import Actor

NO_PAGE = "This page does not exist, or not any more."
# For everybody who is signed in: the way in, the policy (the public reads it too), and one's own account
FOR_ALL = frozenset({"inbox", "keys", "policy", "policy-version", "tokens", "tokens-make", "tokens-revoke"})
_BY_RIGHT: Mapping[Right, str] = MappingProxyType(
    {
        Right.CASE: "case present next-case closed view-keep view-drop colleagues colleagues-address colleagues-absence"
        " notices notices-wish notices-hook notices-hook-act",
        Right.READ: "file look owner owner-file",
        Right.SEARCH: "search search-quick found",
        Right.WORK: "take many undelivered send-again assess send-assessment reply reply-draft take-back"
        " needs-more duplicate duplicate-check"
        " no-news fix-move fix-land fix-confirm fix-reopen report-close reopen-report closed-noticed embargo-propose"
        " embargo-take-back embargo-party embargo-inform embargo-leak embargo-leak-plan embargo-no-leak embargo-answer"
        " owner-invite owner-revise owner-write owner-agree owner-decline owner-again owner-noticed owner-link"
        " owner-withdraw",
        Right.NOTE: "note",
        Right.GIVE: "case-access",
        Right.CONDUCT: "conduct-review conduct-statement conduct-refuse conduct-dispute conduct-signed conduct-pdf",
        Right.CONSENT: "privacy-consent",
        Right.PRIVACY: "privacy-erasure privacy-credit privacy-data privacy-breach privacy-attest privacy-give-up"
        " forget",
        Right.DISCLOSE: "handover handover-file privacy-share",
        Right.PUBLISH: "publication publication-plan publication-publish publication-call-off publication-answer"
        " hall-enter",
        Right.SCORE: "score score-csv figures figures-csv",
        Right.LEDGER: "audit audit-check audit-log",
        Right.PROMISES: "audit-csv",
        Right.POLICY: "policy-edit policy-publish policy-proposal policy-decide",
        Right.HELD: "held held-letter held-raw held-file held-open held-join held-ask held-wait held-spam held-back",
        Right.PEOPLE: "people people-roles invitations invitation-anew invitation-withdraw invitation-sign-out",
    }
)
DOORS: Mapping[str, Right] = MappingProxyType(
    {name: right for right, names in _BY_RIGHT.items() for name in names.split()}
)


def shut(actor: Actor, name: str, ref: str = "") -> NotFound | None:
    """The answer when this address is not for the actor, just as if there were nothing; ``None`` when it is.

    ``ref``: the case in the address.
    """
    right = DOORS.get(name)
    if name not in FOR_ALL and (right is None or not may(actor, right)):
        return access.no_such_case(ref) if ref else NoSuchPage(NO_PAGE)
    return access.no_such_case(ref) if ref and not access.sees(actor, ref) else None
