"""Every page and every state of it: one list, used by all tests in this folder and by ``make pictures``.

**To add a page**, add a line to ``catalogue_portal.py`` or ``catalogue_desk.py``.  ``views`` are the names of the
addresses (in ``site/urls_*.py``) that it shows;
``path`` may hold ``{name}`` for the reference of a case of the example (the names are in ``site/demo.toml``);
``who`` is ``anyone``, ``handler:hanna``, ``half:hanna`` (the password, not yet the code), ``newcomer:bo`` (no
code yet), ``keyed:kees`` (with a passkey), ``reporter:NAME``, who shows the receipt of that case, or ``owner:NAME``,
who shows a link to it; ``after`` is who was there before, ``confirms`` that it asks once more who one is; ``steps``
are what the visitor does there before the page is in its state (``steps.send`` fills in a form and sends it).
A step must not change what another page shows.  Where the example lacks the state, add an act to ``site/demo.toml``.

An address that shows no page of its own (a download, an act that leads on to another page) stands in ``NO_PAGE``
with its reason.  ``test_catalogue.py`` fails for an address in neither.
"""

from tests.look.catalogue_desk import DESK, SETUP
from tests.look.catalogue_portal import PORTAL

PAGES = PORTAL + DESK + SETUP

FILE, LEADS_ON, FEED = "a file or a feed", "an act that leads on to a page that stands here", "read by programs"
NO_PAGE = {
    **dict.fromkeys(("desk/passkey_question", "desk/passkey_new_question"), "asked by a script"),
    "desk/figures-csv": FILE,
    "desk/next-case": LEADS_ON,
    "portal/owner-code": "looked at in test_in_trouble.py",
    **{
        name: LEADS_ON
        for name in (
            "portal/owner-back",
            "portal/owner-close",
            "portal/owner-solved",
            "desk/owner-again",
            "desk/owner-agree",
            "desk/owner-decline",
            "desk/owner-link",
            "desk/owner-noticed",
            "desk/owner-withdraw",
        )
    },
    **dict.fromkeys(("portal/owner-file", "desk/owner-file"), FILE),
    **dict.fromkeys(("portal/my-forget", "desk/tokens-make", "desk/tokens-revoke"), LEADS_ON),
    **dict.fromkeys(("portal/theme", "desk/theme", "setup/theme"), "a stylesheet"),
    **dict.fromkeys(("desk/alive", "desk/present"), "asked by a script"),
    "desk/view-drop": LEADS_ON,
    **dict.fromkeys(("desk/audit-csv", "desk/audit-log"), FILE),
    **dict.fromkeys(("desk/case-access",), LEADS_ON),
    **dict.fromkeys(("desk/invitation-anew", "desk/invitation-sign-out", "desk/invitation-withdraw"), LEADS_ON),
    "desk/welcome_provider": LEADS_ON,
    **dict.fromkeys(("desk/welcome_passkey", "desk/welcome_passkey_question"), "asked by a script"),
    **dict.fromkeys(("desk/reply-draft", "desk/take-back"), LEADS_ON),
    "desk/search-quick": "a piece of a page",
    **dict.fromkeys(("desk/healthz", "setup/healthz", "portal/score-json", "portal/report-json"), FEED),
    **{
        f"portal/{name}": FILE
        for name in [
            "key",
            "advisories-feed",
            "thanks-feed",
            "score-feed",
            "my-file",
            "my-receipt-statement",
            "my-report-file",
            "my-safe-harbour",
            "my-safe-harbour-pdf",
            "my-earlier-report",
            "my-everything",
        ]
    },
    **{
        f"portal/{name}": LEADS_ON
        for name in [
            "my-conduct-ask",
            "my-conduct-dispute",
            "my-duplicate-allow",
            "my-duplicate-decline",
            "my-embargo",
            "my-embargo-party",
            "my-erased",
            "my-name-confirm",
            "my-unname",
            "my-publication",
            "my-publication-comment",
            "my-solved",
            "my-still-there",
        ]
    },
    **{
        f"desk/{name}": FILE
        for name in [
            "file",
            "look",
            "conduct-pdf",
            "conduct-signed",
            "handover-file",
            "held-file",
            "held-raw",
            "mfa_download_recovery_codes",
            "score-csv",
        ]
    },
    **{
        f"desk/{name}": LEADS_ON
        for name in [
            "take",
            "notices-wish",
            "notices-hook-act",
            "undelivered",
            "send-again",
            "no-news",
            "closed-noticed",
            "colleagues-absence",
            "conduct-dispute",
            "embargo-inform",
            "embargo-leak",
            "embargo-leak-plan",
            "embargo-take-back",
            "embargo-answer",
            "fix-confirm",
            "hall-enter",
            "held-ask",
            "held-back",
            "held-join",
            "held-open",
            "held-spam",
            "policy-decide",
            "privacy-attest",
            "privacy-breach",
            "privacy-data",
            "privacy-give-up",
            "publication-answer",
            "publication-publish",
        ]
    },
}
